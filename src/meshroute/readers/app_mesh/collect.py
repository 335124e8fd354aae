"""All documents to App Mesh objects: which form each is in, and then every form by its own module."""

from __future__ import annotations

import collections.abc
from collections import Counter
from typing import TYPE_CHECKING, Final

from attrs import define, evolve, field

from meshroute.errors import DocumentError
from meshroute.model.notices import Notice
from meshroute.readers._document import Mapping, Node, Scalar, nearest, walk
from meshroute.readers._document.kubernetes import objects_in, type_of
from meshroute.readers._document.placeholders import variables_of
from meshroute.readers.app_mesh.assemble import assemble
from meshroute.readers.app_mesh.aws import Draft, kinds_of
from meshroute.readers.app_mesh.cloudformation import is_cloudformation, read_template
from meshroute.readers.app_mesh.dialect import AWS, GUIDE, KUBERNETES, LEGACY, Holder
from meshroute.readers.app_mesh.guide import read_guide
from meshroute.readers.app_mesh.kubernetes import KINDS, read_kubernetes, read_namespace
from meshroute.readers.app_mesh.legacy import LEGACY_KINDS, read_legacy
from meshroute.readers.app_mesh.naming import Found, Naming
from meshroute.readers.app_mesh.objects import AppMesh, GatewayRoute, RouterRoute, VirtualRouter
from meshroute.readers.app_mesh.settings import Settings, stem_of
from meshroute.readers.app_mesh.shapes import NAME_KEYS, is_aws, unwrap

if TYPE_CHECKING:
    from meshroute.readers._document import Document, Problems, Variables
    from meshroute.readers.app_mesh.registry import AppMeshObject

_GROUP: Final = "appmesh.k8s.aws"
_GUIDE_GROUP: Final = "appmesh"
_KINDS: Final = {
    f"{_GROUP}/v1beta2": KINDS,
    f"{_GROUP}/v1beta1": LEGACY_KINDS,
    f"{_GUIDE_GROUP}/v1beta1": ("GatewayRoute",),
    "v1": ("Namespace",),
}
_MOST_SHOWN: Final = 5


def is_app_mesh(document: Document) -> bool:
    """Tell whether a document has App Mesh objects, or is a Namespace.

    Args:
        document: The document.

    Returns:
        Whether ``read_app_mesh`` is to read it; a ``List`` is one if any of its items is.

    >>> from meshroute.readers._document import Document, parse_yaml
    >>> node = parse_yaml("{apiVersion: appmesh.k8s.aws/v1beta2, kind: Mesh, metadata: {name: m}}")[0]
    >>> is_app_mesh(Document(node, "mesh.yaml"))
    True
    """
    node = document.node
    return any(_is_own(part) for part in objects_in(node)) or is_cloudformation(node) or is_aws(node)


def read_app_mesh(
    documents: collections.abc.Sequence[Document],
    problems: Problems,
    *,
    settings: collections.abc.Mapping[str, collections.abc.Mapping[str, str]] | None = None,
    override: bool = False,
    variables: Variables | None = None,
) -> AppMesh:
    """Read all App Mesh objects of all documents.

    Args:
        documents: The documents, in the order in which they were given. What is not App Mesh in them is counted.
        problems: Where faults go; unknown fields become notices there.
        settings: What ``--set FILE:KEY=VALUE`` says: by file, keys and values.
        override: Whether a later definition of an object replaces an earlier one.
        variables: Values for the parameters of CloudFormation templates.

    Returns:
        The objects, of use only where there are no problems, and how much else there is.

    >>> from meshroute.readers._document import Document, Problems, parse_yaml
    >>> node = parse_yaml("{apiVersion: appmesh.k8s.aws/v1beta2, kind: Mesh, metadata: {name: m}}")[0]
    >>> read_app_mesh([Document(node, "mesh.yaml")], Problems()).meshes[0].egress
    'DROP_ALL'
    """
    api_files = [document.file for document in documents if is_aws(document.node)]
    all_files = [document.file for document in documents]
    reader = _Reader(problems, Settings(settings or {}, api_files, all_files, problems))
    for document in documents:
        reader.take(document, variables)
    return reader.result(override=override)


@define(eq=False)
class _Reader:
    """Takes documents one by one, then puts their objects together."""

    problems: Problems
    settings: Settings
    found: list[Found] = field(factory=list[Found])
    drafts: list[Draft] = field(factory=list[Draft])
    notices: list[Notice] = field(factory=list[Notice])
    foreign: Counter[str] = field(factory=Counter[str])
    legacy_routers: set[tuple[str | None, str]] = field(factory=set[tuple[str | None, str]])
    own: list[list[Node]] = field(factory=list[list[Node]])
    order: int = 0

    def take(self, document: Document, variables: Variables | None) -> None:
        """Read one document."""
        node = document.node
        if isinstance(node, Mapping) and is_cloudformation(node):
            self._take_template(node, document.file, variables)
        elif is_aws(node):
            self._take_api(node, document.file)
            self.own.append([node])
        else:
            parts = objects_in(node)
            for part in parts:
                self._take_kubernetes(part)
            self.own.append([part for part in parts if _is_own(part)])

    def _number(self) -> int:
        self.order += 1
        return self.order

    def _keep(self, found: Found, holder: Holder) -> None:
        self.found.append(found)
        # Notices about a route are in the route.
        if not isinstance(found.item, GatewayRoute | RouterRoute):
            self.notices += holder.notices

    # -------------------------------------------------------------------------------------------------- Kubernetes

    def _take_kubernetes(self, node: Node) -> None:
        api_version, kind = type_of(node)
        known = _KINDS.get(api_version)
        if not _is_own(node):
            self.foreign[f"{api_version} {kind}".strip() or "unknown"] += 1
        elif known is None:
            versions = [version for version in _KINDS if version.startswith(f"{api_version.partition('/')[0]}/")]
            message = f"unknown version of App Mesh, `{api_version}`"
            self.problems.error(_field(node, "apiVersion"), message, f"known: {', '.join(versions)}")
        elif kind not in known:
            near = nearest(kind, known)
            fix = f"did you mean `{near}`?" if near else f"its kinds are {', '.join(known)}"
            self.problems.error(_field(node, "kind"), f"unknown kind `{kind}` of {api_version}", fix)
        else:
            holder, items = self._read_kubernetes(node, api_version, kind)
            order = self._number()
            for item in items:
                self._keep(Found(order, item), holder)

    def _read_kubernetes(self, node: Node, api_version: str, kind: str) -> tuple[Holder, tuple[AppMeshObject, ...]]:
        group, _, version = api_version.partition("/")
        item: AppMeshObject | None
        if version == "v1beta1" and group == _GROUP:
            holder = Holder(LEGACY, self.problems)
            items = read_legacy(holder, node, kind)
            self.legacy_routers |= {(i.meta.namespace, i.meta.name) for i in items if isinstance(i, VirtualRouter)}
            return holder, items
        if group == _GUIDE_GROUP:
            holder = Holder(GUIDE, self.problems)
            item = read_guide(holder, node)
        elif group == _GROUP:
            holder = Holder(KUBERNETES, self.problems)
            item = read_kubernetes(holder, node, kind)
        else:
            holder = Holder(KUBERNETES, self.problems)
            item = read_namespace(holder, node)
        return holder, () if item is None else (item,)

    # ------------------------------------------------------------------------------------------------- the AWS forms

    def _take_template(self, node: Mapping, file: str, variables: Variables | None) -> None:
        try:
            values = variables_of(file, variables)
        except DocumentError as error:
            self.problems.add(error)
            return
        # `FILE:NAME` on a command line may also be a name with a colon: `AWS::Region`, or that of an export.
        nested = ((file, more) for file, more in (variables or {}).items() if not isinstance(more, str))
        whole = {f"{file}:{name}": value for file, more in nested for name, value in more.items()}
        resources, foreign = read_template(node, {**whole, **values}, self.problems)
        self.foreign.update(foreign)
        for resource in resources:
            kind, name = resource.kind, resource.logical_id
            draft = Draft(resource.holder, resource.properties, file, (kind,), name, {}, self._number())
            if not draft.outer.has(NAME_KEYS[kind]):
                message = f"CloudFormation makes up the name of this {kind}; here it is its logical id, `{name}`"
                source = evolve(resource.holder, kind=kind, name=name).source(draft.node)
                self.notices.append(Notice("generated-name", message, source))
            self.drafts.append(draft)

    def _take_api(self, node: Node, file: str) -> None:
        settings = self.settings.of(file)
        for wrapper, item in unwrap(node):
            holder = Holder(AWS, self.problems)
            if wrapper is not None and "spec" not in item:
                message = f"this {wrapper} is named without its `spec`, as list calls do: nothing is read from it"
                self.notices.append(Notice("no-spec", message, holder.source(item)))
            else:
                kinds = kinds_of(item, wrapper, settings)
                self.drafts.append(Draft(holder, item, file, kinds, stem_of(file), settings, self._number()))

    # --------------------------------------------------------------------------------------------------- the result

    def result(self, *, override: bool) -> AppMesh:
        """Name what files left unnamed, and put everything together."""
        naming = Naming(self.drafts, [found.item for found in self.found])
        self.notices += naming.notices
        for draft in self.drafts:
            found = naming.read(draft)
            if found is not None:
                self._keep(found, draft.holder)
        for parts in self.own:
            self._notice_placeholders(parts)
        mesh = assemble(self.found, self.legacy_routers, self.problems, override=override)
        foreign = tuple(sorted(self.foreign.items()))
        return evolve(mesh, notices=(*self.notices, *mesh.notices), foreign=foreign)

    def _notice_placeholders(self, parts: list[Node]) -> None:
        """Those that no reader needed are worth one notice per document; the others are problems by now."""
        nodes = (node for part in parts for node in walk(part))
        unused = [node for node in nodes if isinstance(node, Scalar) and node.placeholders]
        unused = [node for node in unused if not self.problems.has_reported(node)]
        if unused:
            names = list(dict.fromkeys(name for node in unused for name in node.placeholders))
            shown = ", ".join(f"`{name}`" for name in names[:_MOST_SHOWN]) + (" …" if len(names) > _MOST_SHOWN else "")
            message = f"placeholders without a value, where routing does not depend on it: {shown}"
            source = Holder(KUBERNETES, self.problems).source(unused[0])
            self.notices.append(Notice("unresolved-placeholder", message, source))


def _field(node: Node, key: str) -> Node:
    return (node.get(key) if isinstance(node, Mapping) else None) or node


def _is_own(node: Node) -> bool:
    api_version, kind = type_of(node)
    group = api_version.partition("/")[0]
    return (group in {_GROUP, _GUIDE_GROUP} and "/" in api_version) or (api_version, kind) == ("v1", "Namespace")

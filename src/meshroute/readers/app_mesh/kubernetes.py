"""Kubernetes objects of ``appmesh.k8s.aws/v1beta2``, and core Namespaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import evolve, frozen

from meshroute.readers._document.kubernetes import METADATA
from meshroute.readers.app_mesh.dialect import DEFAULT_NAMESPACE, Holder
from meshroute.readers.app_mesh.objects import Meta
from meshroute.readers.app_mesh.references import read_ref
from meshroute.readers.app_mesh.routes import read_gateway_route
from meshroute.readers.app_mesh.specs import (
    read_backend_group,
    read_gateway,
    read_mesh,
    read_node,
    read_router,
    read_service,
    spec_of,
)

if TYPE_CHECKING:
    from meshroute.readers._document import Fields, Node
    from meshroute.readers.app_mesh.objects import (
        BackendGroup,
        GatewayRoute,
        MeshObject,
        VirtualGateway,
        VirtualNode,
        VirtualRouter,
        VirtualService,
    )

    KubernetesObject = (
        Meta | MeshObject | VirtualGateway | GatewayRoute | VirtualRouter | VirtualService | VirtualNode | BackendGroup
    )

KINDS: Final = (
    "Mesh",
    "VirtualGateway",
    "GatewayRoute",
    "VirtualRouter",
    "VirtualService",
    "VirtualNode",
    "BackendGroup",
)
CLUSTER_SCOPED: Final = frozenset({"Mesh", "Namespace"})


@frozen
class Identified:
    """An object whose ``metadata`` was read.

    Args:
        holder: The object.
        root: Its fields.
        labels: Its labels.
        has_namespace: Whether it names its namespace.
        is_sound: Whether its name and namespace could be read. If not, the rest is read for its faults only.
    """

    holder: Holder
    root: Fields
    labels: tuple[tuple[str, str], ...]
    has_namespace: bool
    is_sound: bool

    def meta(self, aws_name: str, mesh: str | None = None) -> Meta:
        """Its identity.

        Args:
            aws_name: Its name in App Mesh.
            mesh: Its mesh.

        Returns:
            The identity.
        """
        holder = self.holder
        return Meta(
            holder.kind or "",
            holder.name or "",
            aws_name,
            holder.namespace,
            self.labels,
            mesh,
            holder.dialect.form,
            holder.source(self.root.node),
        )


def identify(holder: Holder, node: Node, kind: str) -> Identified:
    """Read the ``metadata`` of a Kubernetes object.

    Args:
        holder: Where faults go, and the form.
        node: The object.
        kind: Its kind.

    Returns:
        The object. Without a namespace it is in ``default``, as kubectl has it.

    >>> from meshroute.readers._document import Problems, parse_yaml
    >>> from meshroute.readers.app_mesh.dialect import KUBERNETES
    >>> holder = Holder(KUBERNETES, Problems(), namespace="ns")
    >>> identify(holder, parse_yaml("metadata: {name: front}")[0], "VirtualNode").holder.namespace
    'default'
    """
    root = holder.fields(node, known=("apiVersion", "kind", "metadata", "spec", "status"))
    metadata = root.mapping("metadata", known=("name", "namespace", "labels"), required=True)
    if metadata is None:
        return Identified(evolve(holder, kind=kind), root, (), has_namespace=False, is_sound=False)
    name = metadata.string("name", required=True, min_length=1)
    given = metadata.string("namespace")
    labels = metadata.string_map("labels")
    holder.finish(metadata.ignore(*METADATA))
    is_sound = name is not None and (given is not None or not metadata.has("namespace"))
    namespace = None if kind in CLUSTER_SCOPED else given or DEFAULT_NAMESPACE
    holder = evolve(holder, kind=kind, name=name, namespace=namespace)
    return Identified(holder, root, tuple(labels.items()), given is not None, is_sound)


def read_kubernetes(holder: Holder, node: Node, kind: str) -> KubernetesObject | None:
    """Read one object of v1beta2.

    Args:
        holder: Where faults and notices go.
        node: The object.
        kind: Its kind, one of ``KINDS``.

    Returns:
        The object, or None where it is too faulty.

    >>> from meshroute.readers._document import Problems, parse_yaml
    >>> from meshroute.readers.app_mesh.dialect import KUBERNETES
    >>> holder = Holder(KUBERNETES, Problems(), namespace="ns")
    >>> node = parse_yaml("{metadata: {name: s}, spec: {awsName: s.local}}")[0]
    >>> read_kubernetes(holder, node, "VirtualService").meta.aws_name
    's.local'
    """
    found = identify(holder, node, kind)
    holder.finish(found.root)
    item = _read_spec(found, kind)
    return item if found.is_sound else None


def _read_spec(found: Identified, kind: str) -> KubernetesObject | None:
    spec = spec_of(found.root)
    holder = found.holder
    aws_name = spec.string("awsName", min_length=1) or default_aws_name(kind, holder)
    mesh_ref = read_ref(holder, spec, "meshRef", "Mesh")
    meta = found.meta(aws_name, mesh_ref.name if mesh_ref else None)
    if kind == "Mesh":
        return read_mesh(holder, meta, spec)
    if kind == "VirtualGateway":
        return read_gateway(holder, meta, spec)
    if kind == "GatewayRoute":
        return read_gateway_route(holder, meta, spec, read_ref(holder, spec, "virtualGatewayRef", "VirtualGateway"))
    if kind == "VirtualRouter":
        return read_router(holder, meta, spec)
    if kind == "VirtualService":
        return read_service(holder, meta, spec)
    if kind == "VirtualNode":
        return read_node(holder, meta, spec)
    return read_backend_group(holder, meta, spec)


def default_aws_name(kind: str, holder: Holder) -> str:
    """The AWS name of an object without ``awsName`` (§1.0): with a dot for services, an underscore for the others.

    Args:
        kind: Its kind.
        holder: The object.

    Returns:
        The name.

    >>> from meshroute.readers._document import Problems
    >>> from meshroute.readers.app_mesh.dialect import KUBERNETES
    >>> default_aws_name("VirtualNode", Holder(KUBERNETES, Problems(), "VirtualNode", "front", "shop"))
    'front_shop'
    """
    if holder.namespace is None:
        return holder.name or ""
    return f"{holder.name}{'.' if kind == 'VirtualService' else '_'}{holder.namespace}"


def read_namespace(holder: Holder, node: Node) -> Meta | None:
    """Read a core ``Namespace``: its labels decide what meshes and gateways select (§1.6).

    Args:
        holder: Where faults and notices go.
        node: The object.

    Returns:
        Its identity, or None where it has no name. The label ``kubernetes.io/metadata.name``, which the API server
        gives every namespace, is there whether written or not.

    >>> from meshroute.readers._document import Problems, parse_yaml
    >>> from meshroute.readers.app_mesh.dialect import KUBERNETES
    >>> holder = Holder(KUBERNETES, Problems(), namespace="ns")
    >>> read_namespace(holder, parse_yaml("metadata: {name: shop}")[0]).labels
    (('kubernetes.io/metadata.name', 'shop'),)
    """
    found = identify(holder, node, "Namespace")
    if not found.is_sound:
        return None
    name = found.holder.name or ""
    labels = {"kubernetes.io/metadata.name": name, **dict(found.labels)}
    return evolve(found.meta(name), labels=tuple(labels.items()))

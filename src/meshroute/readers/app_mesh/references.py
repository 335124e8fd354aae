"""How one object names another, in each form (table 1.0 and §1.6)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from meshroute.readers.app_mesh.objects import Ref

if TYPE_CHECKING:
    from meshroute.readers._document import Fields
    from meshroute.readers.app_mesh.dialect import Holder

# arn:PARTITION:appmesh:REGION:ACCOUNT:RESOURCE, and the controller's pattern for RESOURCE (§1.6).
_ARN: Final = re.compile(r"arn:[^:]*:appmesh:[^:]*:[^:]*:(.*)", re.DOTALL)
_RESOURCE: Final = re.compile(r"mesh/([^/]+)/([^/]+)/([^/]+)")


def service_of(holder: Holder, fields: Fields) -> Ref | None:
    """Read the virtual service that a target or backend names.

    Args:
        holder: The object it belongs to.
        fields: The ``virtualService`` mapping.

    Returns:
        The reference, or None where it is faulty.

    >>> from meshroute.readers._document import Problems, parse_yaml
    >>> from meshroute.readers.app_mesh.dialect import AWS, Holder
    >>> holder = Holder(AWS, Problems(), namespace="ns")
    >>> service_of(holder, holder.fields(parse_yaml("virtualServiceName: s.local")[0])).aws_name
    's.local'
    """
    if holder.dialect.names_objects_by_ref:
        return _ref_or_arn(holder, fields, "VirtualService", "virtualService")
    return _by_aws_name(holder, fields, "VirtualService", "virtualServiceName")


def node_of_target(holder: Holder, fields: Fields) -> Ref | None:
    """Read the virtual node that a weighted target names.

    Args:
        holder: The object it belongs to.
        fields: The weighted target.

    Returns:
        The reference, or None where it is faulty.

    >>> from meshroute.readers._document import Problems, parse_yaml
    >>> from meshroute.readers.app_mesh.dialect import AWS, Holder
    >>> holder = Holder(AWS, Problems(), namespace="ns")
    >>> node_of_target(holder, holder.fields(parse_yaml("{virtualNode: blue, weight: 1}")[0])).aws_name
    'blue'
    """
    if holder.dialect.names_objects_by_ref:
        return _ref_or_arn(holder, fields, "VirtualNode", "virtualNode")
    if holder.dialect.refs == "legacy":
        return _legacy_node(holder, fields)
    return _by_aws_name(holder, fields, "VirtualNode", "virtualNode")


def provider_of(holder: Holder, fields: Fields, kind: str, key: str) -> Ref | None:
    """Read the virtual node or router that provides a virtual service.

    Args:
        holder: The object it belongs to.
        fields: The ``virtualNode`` or ``virtualRouter`` mapping of the provider.
        kind: ``VirtualNode`` or ``VirtualRouter``.
        key: ``virtualNode`` or ``virtualRouter``.

    Returns:
        The reference, or None where it is faulty.

    >>> from meshroute.readers._document import Problems, parse_yaml
    >>> from meshroute.readers.app_mesh.dialect import KUBERNETES, Holder
    >>> holder = Holder(KUBERNETES, Problems(), namespace="ns")
    >>> fields = holder.fields(parse_yaml("virtualRouterRef: {name: color}")[0])
    >>> provider_of(holder, fields, "VirtualRouter", "virtualRouter").namespace
    'ns'
    """
    if holder.dialect.names_objects_by_ref:
        return _ref_or_arn(holder, fields, kind, key)
    return _by_aws_name(holder, fields, kind, f"{key}Name")


def read_ref(holder: Holder, fields: Fields, name: str, kind: str, *, required: bool = False) -> Ref | None:
    """Read a ``{name, namespace}`` reference; the namespace is the holder's by default (§1.6).

    Args:
        holder: The object it belongs to.
        fields: The mapping that has it.
        name: The field.
        kind: The kind of the object it names.
        required: Whether its absence is a problem.

    Returns:
        The reference, or None.

    >>> from meshroute.readers._document import Problems, parse_yaml
    >>> from meshroute.readers.app_mesh.dialect import KUBERNETES, Holder
    >>> holder = Holder(KUBERNETES, Problems(), namespace="ns")
    >>> read_ref(holder, holder.fields(parse_yaml("meshRef: {name: m, uid: u}")[0]), "meshRef", "Mesh").name
    'm'
    """
    ref = fields.mapping(name, known=("name", "namespace", "uid"), required=required)
    return None if ref is None else read_name(holder, ref, kind)


def read_name(holder: Holder, ref: Fields, kind: str) -> Ref | None:
    """Read the ``name`` and ``namespace`` of a reference.

    Args:
        holder: The object it belongs to.
        ref: The reference.
        kind: The kind of the object it names.

    Returns:
        The reference, or None.

    >>> from meshroute.readers._document import Problems, parse_yaml
    >>> from meshroute.readers.app_mesh.dialect import KUBERNETES, Holder
    >>> holder = Holder(KUBERNETES, Problems(), namespace="ns")
    >>> read_name(holder, holder.fields(parse_yaml("{name: s}")[0]), "VirtualService").namespace
    'ns'
    """
    target = ref.string("name", required=True, min_length=1)
    namespace = ref.string("namespace") or holder.namespace
    holder.finish(ref)
    return None if target is None else Ref(kind, holder.source(ref.node), target, namespace)


def _ref_or_arn(holder: Holder, fields: Fields, kind: str, key: str) -> Ref | None:
    """A Ref or an ARN; the ARN wins (§1.6). The webhook takes neither, the API does not (§3.2, gaps)."""
    by_ref, by_arn = f"{key}Ref", f"{key}ARN"
    ref = read_ref(holder, fields, by_ref, kind)
    if fields.has(by_arn):
        return _by_arn(holder, fields, by_arn, kind, ref)
    if not fields.has(by_ref):
        fields.error(by_ref, f"either `{by_ref}` or `{by_arn}` must be specified")
    return ref


def _by_arn(holder: Holder, fields: Fields, name: str, kind: str, ref: Ref | None) -> Ref | None:
    text = fields.string(name)
    if text is None:
        return None
    kind_of_arn = kind[0].lower() + kind[1:]
    arn = _ARN.fullmatch(text)
    resource = _RESOURCE.fullmatch(arn[1]) if arn else None
    if resource is None or resource[2] != kind_of_arn:
        fix = f"an ARN is arn:aws:appmesh:REGION:ACCOUNT:mesh/MESH/{kind_of_arn}/NAME"
        if re.fullmatch(r"[\w-]{1,100}", text):
            fix += f"; a word that a script replaces is given with --var {text}=…"
        fields.error(name, f"`{name}` is not the ARN of a {kind}", fix)
        return None
    node = fields.node_of(name) or fields.node
    return Ref(kind, holder.source(node), ref.name if ref else None, ref.namespace if ref else None, resource[3])


def _by_aws_name(holder: Holder, fields: Fields, kind: str, name: str) -> Ref | None:
    text = fields.string(name, required=True, min_length=1)
    return None if text is None else Ref(kind, holder.source(fields.node_of(name) or fields.node), aws_name=text)


def _legacy_node(holder: Holder, fields: Fields) -> Ref | None:
    """v1beta1 names a node in the holder's namespace, or ``name.namespace``."""
    text = fields.string("virtualNodeName", required=True, min_length=1)
    if text is None:
        return None
    source = holder.source(fields.node_of("virtualNodeName") or fields.node)
    return Ref("VirtualNode", source, text, holder.namespace)

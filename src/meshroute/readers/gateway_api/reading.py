"""Documents of the Gateway API to checked objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from meshroute.readers._document import Fields, Mapping, Scalar
from meshroute.readers._document.kubernetes import objects_in, type_of
from meshroute.readers.gateway_api.gateways import (
    read_gateway,
    read_grant,
    read_listener_set,
    read_service,
    read_tls_policy,
)
from meshroute.readers.gateway_api.objects import (
    GROUP,
    Gateway,
    ListenerSet,
    Meta,
    ReferenceGrant,
    Route,
    Service,
    TLSPolicy,
)
from meshroute.readers.gateway_api.parts import DEFAULT_NAMESPACE, read_meta, source_of
from meshroute.readers.gateway_api.routes import ROUTE_KINDS, read_route

if TYPE_CHECKING:
    from meshroute.readers._document import Document, Node, Problems

VERSIONS: Final = {
    "GatewayClass": ("v1", "v1beta1"),
    "Gateway": ("v1", "v1beta1"),
    "ListenerSet": ("v1",),
    "HTTPRoute": ("v1", "v1beta1"),
    "GRPCRoute": ("v1", "v1alpha2"),
    "TLSRoute": ("v1", "v1alpha3", "v1alpha2"),
    "TCPRoute": ("v1", "v1alpha2"),
    "UDPRoute": ("v1", "v1alpha2"),
    "ReferenceGrant": ("v1", "v1beta1"),
    "BackendTLSPolicy": ("v1", "v1alpha3"),
}
"""The versions of each kind that there are or were (gateway-api.md §3)."""

CORE: Final = ("Namespace", "Service")
"""Kinds of Kubernetes itself that decide about routes; they mean something only beside Gateway API objects."""

_REFERRED: Final = frozenset({"Secret", "ConfigMap"})


@frozen
class Objects:
    """The objects of some documents, in the order in which they were read."""

    classes: tuple[Meta, ...] = ()
    gateways: tuple[Gateway, ...] = ()
    listener_sets: tuple[ListenerSet, ...] = ()
    routes: tuple[Route, ...] = ()
    grants: tuple[ReferenceGrant, ...] = ()
    services: tuple[Service, ...] = ()
    namespaces: tuple[Meta, ...] = ()
    policies: tuple[TLSPolicy, ...] = ()
    others: frozenset[str] = frozenset()
    """Kind, namespace and name of Secrets and ConfigMaps, of which nothing else matters."""

    @property
    def has_routing(self) -> bool:
        """Whether anything was found that a request could meet."""
        return bool(self.gateways or self.listener_sets or self.routes)


def kind_of(node: Node) -> str | None:
    """Tell which Gateway API kind an object is of, or which of Kubernetes' own that matter.

    Args:
        node: The object.

    Returns:
        The kind, or None where it is something else.

    >>> from meshroute.readers._document import parse_json
    >>> kind_of(parse_json('{"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute"}'))
    'HTTPRoute'
    """
    version, kind = type_of(node)
    return kind if is_kind(version, kind) else None


def is_kind(version: str, kind: str) -> bool:
    """Tell whether objects of a type are read.

    Args:
        version: The ``apiVersion``.
        kind: The kind.

    Returns:
        True for those of the Gateway API, and those of Kubernetes' own that matter.

    >>> is_kind("gateway.networking.k8s.io/v1", "Gateway"), is_kind("v1", "Pod")
    (True, False)
    """
    group, _, number = version.partition("/")
    return (version == "v1" and kind in CORE) or (group == GROUP and number in VERSIONS.get(kind, ()))


def is_gateway_api(documents: Iterable[Document]) -> bool:
    """Tell whether some documents have an object of the Gateway API.

    Args:
        documents: The documents.

    Returns:
        True if they do; a Service alone is none.
    """
    return any(type_of(node)[0].startswith(f"{GROUP}/") for one in documents for node in objects_in(one.node))


def read_gateway_api(documents: Iterable[Document], problems: Problems, *, override: bool = False) -> Objects:
    """Read the objects of some documents; what is of another kind is left alone.

    Args:
        documents: The documents.
        problems: Where faults go.
        override: Of two documents that define one object, take the later one.

    Returns:
        The objects.
    """
    lists: dict[str, dict[str, Any]] = {place: {} for place, _ in _READERS.values()}
    others: set[str] = set()
    before: dict[str, Node] = {}
    twice: set[str] = set()
    for document in documents:
        for node in objects_in(document.node):
            kind = kind_of(node)
            if kind is None:
                others |= _other(node)
                _check_version(node, problems)
                continue
            meta, one = _read(node, kind, problems)
            if meta is None or one is None:
                continue
            found = lists[_READERS[kind][0]]
            # The same object once more, as files that are used together often have it, says nothing new
            is_other = before.setdefault(meta.id, node) != node
            if is_other and not override and meta.id not in twice:
                twice.add(meta.id)
                problems.error(node, f"{meta.id} is there twice, with other contents")
            if override or is_other or meta.id not in found:
                found[meta.id] = one
    return Objects(**{place: tuple(found.values()) for place, found in lists.items()}, others=frozenset(others))


def _check_version(node: Node, problems: Problems) -> None:
    """Refuse a version that a kind never had; what it meant by its fields is not known."""
    version, kind = type_of(node)
    group, _, number = version.partition("/")
    if group == GROUP and kind in VERSIONS:
        message = f"`{kind}` has no version `{number}`"
        problems.error(node, message, f"its versions are {', '.join(VERSIONS[kind])}")


def _other(node: Node) -> set[str]:
    """Say which object of Kubernetes itself this is, if references lead to such."""
    version, kind = type_of(node)
    metadata = node.get("metadata") if isinstance(node, Mapping) else None
    if version != "v1" or kind not in _REFERRED or not isinstance(metadata, Mapping):
        return set()
    name, namespace = metadata.get("name"), metadata.get("namespace")
    own = namespace.text if isinstance(namespace, Scalar) else DEFAULT_NAMESPACE
    return {f"{kind} {own}/{name.text}"} if isinstance(name, Scalar) else set()


def _read(node: Node, kind: str, problems: Problems) -> tuple[Meta | None, object]:
    """Read one object; without an identity the rest is read for its faults only."""
    root = Fields(node, problems, known=("apiVersion", "kind", "metadata", "spec", "status"))
    meta = read_meta(root, kind)
    one = _READERS[kind][1](root, meta or Meta(kind, DEFAULT_NAMESPACE, "", source_of(node)))
    if kind not in CORE:
        root.finish()
    return meta, one


def _itself(_: Fields, meta: Meta) -> Meta:
    """Keep the identity of an object, which is all that matters of it."""
    return meta


_READERS: Final[dict[str, tuple[str, Callable[[Fields, Meta], object]]]] = {
    "GatewayClass": ("classes", _itself),
    "Gateway": ("gateways", read_gateway),
    "ListenerSet": ("listener_sets", read_listener_set),
    "ReferenceGrant": ("grants", read_grant),
    "BackendTLSPolicy": ("policies", read_tls_policy),
    "Namespace": ("namespaces", _itself),
    "Service": ("services", read_service),
    **dict.fromkeys(ROUTE_KINDS, ("routes", read_route)),
}

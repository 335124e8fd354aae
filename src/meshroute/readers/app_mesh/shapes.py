"""Which App Mesh object a document without ``kind`` is: JSON of the AWS API and CLI (§1.0, §5).

A file may hold the bare inside of a spec, an object with ``spec`` only, create or update input (names beside ``spec``),
the output of a describe call (wrapped in the object's kind), or a list of such.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from meshroute.readers._document import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Collection

    from meshroute.readers._document import Node

NAME_KEYS: Final = {
    "Route": "routeName",
    "GatewayRoute": "gatewayRouteName",
    "VirtualService": "virtualServiceName",
    "VirtualNode": "virtualNodeName",
    "VirtualRouter": "virtualRouterName",
    "VirtualGateway": "virtualGatewayName",
    "Mesh": "meshName",
}
"""The field with each kind's own name; a kind that is named inside of another comes after it."""

PARENT_KEYS: Final = {"Route": "virtualRouterName", "GatewayRoute": "virtualGatewayName"}
"""The field with the name of what holds an object."""

_WRAPPERS: Final = {kind[0].lower() + kind[1:]: kind for kind in NAME_KEYS}
_LISTS: Final = {"meshes": "Mesh"} | {f"{name}s": kind for name, kind in _WRAPPERS.items() if kind != "Mesh"}
_OUTPUT_NOISE: Final = frozenset({"ResponseMetadata", "nextToken"})
_MESH_INPUT: Final = frozenset({"meshName", "meshOwner", "clientToken", "tags", "metadata", "status", "spec"})
_OUTER: Final = _MESH_INPUT | set(NAME_KEYS.values())
_NAMES: Final = _OUTER - _MESH_INPUT
_ROUTES: Final = ("httpRoute", "http2Route", "grpcRoute", "tcpRoute")
_SPEC: Final = frozenset(
    {*_ROUTES, "priority", "listeners", "serviceDiscovery", "backends", "backendDefaults", "logging", "provider"}
    | {"egressFilter"}
)
# What tells the inside of a spec from other formats: a field, and one below it.
_INSIDE: Final = {
    **dict.fromkeys(_ROUTES, ("match", "action")),
    "provider": ("virtualNode", "virtualRouter"),
    "egressFilter": ("type",),
    "serviceDiscovery": ("dns", "awsCloudMap", "ipPreference"),
    "listeners": ("portMapping",),
}
_GATEWAY_WORD: Final = re.compile(r"vg|gw|.*gateway.*")
_ROUTER_WORD: Final = re.compile(r"vr|.*router.*")


def is_aws(node: Node) -> bool:
    """Tell whether a document is an object of the AWS API.

    Args:
        node: Its root.

    Returns:
        Whether it is; every item of a list must be.

    >>> from meshroute.readers._document import parse_json
    >>> is_aws(parse_json('{"meshName": "m", "spec": {}}'))
    True
    """
    if isinstance(node, Sequence):
        return bool(node.items) and all(isinstance(item, Mapping) and _is_object(item) for item in node.items)
    return isinstance(node, Mapping) and _is_object(node)


def _is_object(node: Mapping) -> bool:
    keys = _keys(node)
    if keys & {"apiVersion", "kind"}:
        return False
    if _bundled(node) is not None:
        return True
    spec = node.get("spec")
    if isinstance(spec, Mapping):
        return bool(_keys(spec) & _SPEC or keys & _NAMES) or (not spec.items and keys <= _OUTER)
    if spec is not None:
        return bool(keys & _NAMES)
    return ("meshName" in keys and keys <= _OUTER) or _is_inside_of_spec(node)


def _is_inside_of_spec(node: Mapping) -> bool:
    for key, below in _INSIDE.items():
        value = node.get(key)
        if isinstance(value, Sequence):
            value = value.items[0] if value.items else None
        if isinstance(value, Mapping) and any(name in value for name in below):
            return True
    return False


def unwrap(node: Node) -> list[tuple[str | None, Mapping]]:
    """Take the objects out of a document that ``is_aws``.

    Args:
        node: Its root.

    Returns:
        The kind of each, where a wrapper names it, and a mapping with its names and ``spec``.

    >>> from meshroute.readers._document import parse_json
    >>> [kind for kind, _ in unwrap(parse_json('{"mesh": {"meshName": "m", "spec": {}}}'))]
    ['Mesh']
    """
    objects: list[tuple[str | None, Mapping]] = []
    items = node.items if isinstance(node, Sequence) else (node,)
    for item in (item for item in items if isinstance(item, Mapping)):
        bundled = _bundled(item)
        if bundled is not None:
            objects += bundled
        elif "spec" in item or not _is_inside_of_spec(item):
            objects.append((None, item))
        else:
            key = Scalar("spec", "spec", origin=item.origin, offset=item.offset, path=item.path)
            outer = Mapping(((key, item),), origin=item.origin, offset=item.offset, path=item.path)
            objects.append((None, outer))
    return objects


def _bundled(node: Mapping) -> list[tuple[str, Mapping]] | None:
    """Describe output (``{"gatewayRoute": {…}}``), list output (``{"routes": [{…}]}``), or several put together."""
    entries = [(key.text, value) for key, value in node.items if key.text not in _OUTPUT_NOISE]
    objects: list[tuple[str, Mapping]] = []
    for name, value in entries:
        if name in _WRAPPERS:
            items: tuple[Node, ...] = (value,)
        elif name in _LISTS and isinstance(value, Sequence):
            items = tuple(_without_wrapper(item) for item in value.items)
        else:
            return None
        for item in items:
            if not isinstance(item, Mapping) or not _keys(item) & {"spec", "meshName"}:
                return None
            objects.append((_WRAPPERS.get(name) or _LISTS[name], item))
    return objects if entries else None


def _without_wrapper(item: Node) -> Node:
    if isinstance(item, Mapping) and len(item.items) == 1 and item.items[0][0].text in _WRAPPERS:
        return item.items[0][1]
    return item


def possible_kinds(node: Mapping, named: Collection[str]) -> tuple[str, ...]:
    """The kinds that an object may be.

    Args:
        node: The mapping with its names and ``spec``.
        named: The name fields that are set from outside.

    Returns:
        One kind, several that nothing in it tells apart, or none.

    >>> from meshroute.readers._document import parse_json
    >>> possible_kinds(parse_json('{"spec": {"listeners": []}}'), ())
    ('VirtualRouter', 'VirtualGateway')
    """
    spec = node.get("spec")
    by_name = next((kind for kind, key in NAME_KEYS.items() if key in node or key in named), None)
    by_spec = _kinds_of_spec(spec if isinstance(spec, Mapping) else Mapping(()))
    if by_name in PARENT_KEYS:
        # Both kinds of routes are alike, so that a faulty one may look like the other.
        return (by_name,)
    if by_name is not None and by_name != "Mesh" and len(by_spec) != 1:
        # The name of a router may be that of a route's parent.
        parents = {PARENT_KEYS[kind]: kind for kind in by_spec if kind in PARENT_KEYS}
        return (parents.get(NAME_KEYS[by_name], by_name),)
    return by_spec or (() if isinstance(spec, Mapping) and spec.items else ("Mesh",))


def _kinds_of_spec(spec: Mapping) -> tuple[str, ...]:
    keys = _keys(spec)
    if keys & {*_ROUTES, "priority"}:
        return _kinds_of_route(spec)
    if "provider" in keys:
        return ("VirtualService",)
    if "egressFilter" in keys:
        return ("Mesh",)
    if "listeners" in keys and not keys & {"serviceDiscovery", "backends"}:
        return _kinds_of_listeners(spec)
    discovery = spec.get("serviceDiscovery")
    if keys == {"serviceDiscovery"} and isinstance(discovery, Mapping) and "ipPreference" in discovery:
        return ("Mesh",)
    return ("VirtualNode",) if keys & _SPEC else ()


def _kinds_of_route(spec: Mapping) -> tuple[str, ...]:
    if "tcpRoute" in spec:
        return ("Route",)
    for key in _ROUTES:
        action, match = below(spec, key, "action"), below(spec, key, "match")
        if "target" in action or "rewrite" in action or "hostname" in match:
            return ("GatewayRoute",)
        if "weightedTargets" in action:
            return ("Route",)
    return ("Route", "GatewayRoute")


def _kinds_of_listeners(spec: Mapping) -> tuple[str, ...]:
    """A router and a gateway may have the same listeners; only a router's may speak tcp (§1.2, §1.5)."""
    items = spec.get("listeners")
    listeners = [item for item in items.items if isinstance(item, Mapping)] if isinstance(items, Sequence) else []
    keys = {key for listener in listeners for key in _keys(listener)}
    if keys & {"timeout", "outlierDetection"}:
        return ("VirtualNode",)
    if _keys(spec) & {"backendDefaults", "logging"} or keys & {"tls", "healthCheck", "connectionPool"}:
        return ("VirtualGateway",)
    protocols = [below(listener, "portMapping").get("protocol") for listener in listeners]
    if any(isinstance(protocol, Scalar) and protocol.text == "tcp" for protocol in protocols):
        return ("VirtualRouter",)
    return ("VirtualRouter", "VirtualGateway")


def kind_by_file_name(stem: str) -> str | None:
    """What a file's name says of a router or gateway: the word nearest to its end counts.

    Args:
        stem: The name, without extensions.

    Returns:
        The kind, or None.

    >>> kind_by_file_name("colorgateway-vr-1"), kind_by_file_name("ingress-gateway"), kind_by_file_name("color")
    ('VirtualRouter', 'VirtualGateway', None)
    """
    for word in reversed(re.split(r"[^a-z0-9]+", stem.lower())):
        if _GATEWAY_WORD.fullmatch(word):
            return "VirtualGateway"
        if _ROUTER_WORD.fullmatch(word):
            return "VirtualRouter"
    return None


def _keys(node: Mapping) -> set[str]:
    return {key.text for key, _ in node.items}


def below(node: Mapping, *path: str) -> Mapping:
    """The mapping at a path of keys.

    Args:
        node: Where the path starts.
        path: The keys.

    Returns:
        The mapping, or an empty one where there is none.

    >>> from meshroute.readers._document import parse_json
    >>> len(below(parse_json('{"a": {"b": {"c": 1}}}'), "a", "b").items)
    1
    """
    for key in path:
        value = node.get(key)
        if not isinstance(value, Mapping):
            return Mapping(())
        node = value
    return node

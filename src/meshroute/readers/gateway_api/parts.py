"""What objects of many kinds have: identity, references, hostnames, selectors (gateway-api.md §2.1, §2.14)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Final

from attrs import evolve

from meshroute.model.notices import Source
from meshroute.readers._document.kubernetes import EVERYTHING, METADATA, NAMESPACE_NAME, read_selector
from meshroute.readers.gateway_api.objects import (
    GROUP,
    HeaderValue,
    Meta,
    Namespaces,
    ObjectRef,
    ParentRef,
)
from meshroute.text import ascii_lower

if TYPE_CHECKING:
    from meshroute.readers._document import Fields, Node

_LABEL: Final = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
NAME: Final = rf"{_LABEL}(\.{_LABEL})*"
HOSTNAME: Final = rf"(\*\.)?{NAME}"
_KIND: Final = r"[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?"
TOKEN: Final = r"[A-Za-z0-9!#$%&'*+\-.^_\x60|~]+"  # noqa: S105 - of HTTP, RFC 9110 §5.6.2

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH")

_SAME: Final = "parentRefs includes 2 or more references to the same parent"

DEFAULT_NAMESPACE: Final = "default"
CLUSTER_SCOPED: Final = frozenset({"GatewayClass", "Namespace"})


def source_of(node: Node, meta: Meta | None = None) -> Source:
    """Say where something is written.

    Args:
        node: The node.
        meta: The object that it is part of.

    Returns:
        The place; parsed objects have no lines, and count as line 0.
    """
    mark = node.mark
    identity = (None, None, None) if meta is None else (meta.kind, meta.namespace or None, meta.name)
    return Source(mark.file, mark.line or 0, node.pointer, *identity)


def read_meta(root: Fields, kind: str) -> Meta | None:
    """Read the ``metadata`` of an object.

    Args:
        root: The object.
        kind: Its kind.

    Returns:
        Its identity, or None where it has none that could be read. Without a namespace it is in ``default``.
    """
    metadata = root.mapping("metadata", required=True)
    if metadata is None:
        return None
    name = metadata.string("name", required=True, min_length=1, max_length=253, pattern=NAME)
    namespace = metadata.string("namespace", min_length=1, max_length=63, pattern=_LABEL)
    created = metadata.string("creationTimestamp")
    labels = metadata.string_map("labels")
    metadata.ignore(*METADATA).finish()
    if name is None or (namespace is None and metadata.has("namespace")):
        return None
    if kind == "Namespace":
        labels = {NAMESPACE_NAME: name, **labels}
    namespace = "" if kind in CLUSTER_SCOPED else namespace or DEFAULT_NAMESPACE
    meta = Meta(kind, namespace, name, source_of(root.node), created, tuple(labels.items()))
    return evolve(meta, source=source_of(root.node, meta))


def read_parents(spec: Fields, meta: Meta) -> tuple[ParentRef, ...]:
    """Read what a route wants to be attached to.

    Args:
        spec: The route's ``spec``.
        meta: The route.

    Returns:
        The references.
    """
    parents: list[ParentRef] = []
    for one in spec.children("parentRefs", max_items=32):
        group, kind, namespace, name = _target(one, meta, GROUP, "Gateway")
        section = one.string("sectionName", min_length=1, max_length=253, pattern=NAME)
        port = one.integer("port", minimum=1, maximum=65535)
        one.finish()
        if name is not None:
            parents.append(ParentRef(group, kind, namespace, name, section, port, source_of(one.node, meta)))
    _check_distinct(spec, parents)
    return tuple(parents)


def _check_distinct(spec: Fields, parents: list[ParentRef]) -> None:
    """Check that references to one parent are told apart by section or port."""
    by_target: dict[tuple[str, ...], list[ParentRef]] = {}
    for one in parents:
        by_target.setdefault((one.group, one.kind, one.namespace, one.name), []).append(one)
    for same in by_target.values():
        places = [(one.section, one.port) for one in same]
        if len(same) > 1 and (None, None) in places:
            spec.error("parentRefs", f"sectionName or port must be specified when {_SAME}")
        elif len(set(places)) < len(places):
            spec.error("parentRefs", f"sectionName or port must be unique when {_SAME}")


def _target(one: Fields, meta: Meta, group: str, kind: str) -> tuple[str, str, str, str | None]:
    """Read group, kind, namespace and name of a reference; what is left out has a default."""
    found = one.string("group", max_length=253, pattern=rf"|{NAME}")
    return (
        group if found is None else found,
        one.string("kind", min_length=1, max_length=63, pattern=_KIND) or kind,
        one.string("namespace", min_length=1, max_length=63, pattern=_LABEL) or meta.namespace,
        one.string("name", required=True, min_length=1, max_length=253),
    )


def read_ref(one: Fields, meta: Meta, kind: str, group: str = "") -> ObjectRef | None:
    """Read a reference to another object.

    Args:
        one: The reference; its other fields are left to the caller.
        meta: The object that it is part of.
        kind: The kind where it names none.
        group: The group where it names none.

    Returns:
        The reference, or None where it has no name.
    """
    found, kind, namespace, name = _target(one, meta, group, kind)
    return None if name is None else ObjectRef(found, kind, namespace, name, source_of(one.node, meta))


def read_refs(fields: Fields, name: str, meta: Meta, kind: str, max_items: int) -> tuple[ObjectRef, ...]:
    """Read a list of references to other objects.

    Args:
        fields: The mapping.
        name: The field with the list.
        meta: The object that it is part of.
        kind: The kind of those that name none.
        max_items: The most items.

    Returns:
        The references.
    """
    found: list[ObjectRef | None] = []
    for one in fields.children(name, max_items=max_items):
        found.append(read_ref(one, meta, kind))
        one.finish()
    return tuple([one for one in found if one is not None])


def read_hostname(fields: Fields, name: str, *, precise: bool = False) -> str | None:
    """Read a hostname.

    Args:
        fields: The mapping.
        name: The field.
        precise: Whether a wildcard is not allowed.

    Returns:
        The hostname, or None where there is none.
    """
    return fields.string(name, min_length=1, max_length=253, pattern=NAME if precise else HOSTNAME)


def read_hostnames(spec: Fields) -> tuple[str, ...]:
    """Read the hostnames of a route.

    Args:
        spec: The route's ``spec``.

    Returns:
        The hostnames.
    """
    return tuple(spec.strings("hostnames", max_items=16, min_length=1, max_length=253, pattern=HOSTNAME))


def read_header_values(fields: Fields, name: str) -> tuple[HeaderValue, ...]:
    """Read a list of headers with their values, of which none is there twice.

    Args:
        fields: The mapping.
        name: The field with the list.

    Returns:
        The headers.
    """
    found: list[HeaderValue] = []
    for one in fields.children(name, max_items=16):
        header, value = read_name(one), one.string("value", required=True, min_length=1, max_length=4096)
        one.finish()
        if header is not None and value is not None:
            found.append(HeaderValue(header, value))
    check_unique(fields, name, [one.name for one in found])
    return tuple(found)


def read_name(fields: Fields) -> str | None:
    """Read the name of a header or a query parameter.

    Args:
        fields: The mapping.

    Returns:
        The name, or None where it is wrong.
    """
    return fields.string("name", required=True, min_length=1, max_length=256, pattern=TOKEN)


def check_unique(fields: Fields, name: str, keys: Iterable[str]) -> None:
    """Report keys of a list that are there twice (``listType=map`` in the API server).

    Args:
        fields: The mapping.
        name: The field with the list.
        keys: The keys.
    """
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            fields.error(name, f"`{fields.shown(name)}` has {key!r} twice")
        seen.add(key)


def named_twice(names: Iterable[str]) -> list[str]:
    """Find the headers that are named more than once, whatever their case.

    Args:
        names: The names.

    Returns:
        Those that are, in lower case.

    >>> named_twice(["A", "b", "a"])
    ['a']
    """
    return [name for name, count in Counter(map(ascii_lower, names)).items() if count > 1]


def read_namespaces(fields: Fields | None, default: str, choices: Collection[str]) -> Namespaces:
    """Read from which namespaces something is allowed.

    Args:
        fields: The ``namespaces`` mapping, or None where there is none.
        default: What ``from`` is where it is not written.
        choices: What it may be.

    Returns:
        The namespaces.
    """
    if fields is None:
        return Namespaces(default)  # type: ignore[arg-type]  # one of the choices
    source = fields.string("from", choices=choices) or default
    selector = fields.mapping("selector")
    fields.finish()
    found = EVERYTHING if selector is None else read_selector(selector)
    return Namespaces(source, found)  # type: ignore[arg-type]  # one of the choices

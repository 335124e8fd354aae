"""The listeners of a Gateway: its own, those of its ListenerSets, and which conflict (gateway-api.md §2.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from attrs import frozen

from meshroute.readers._document.kubernetes import NAMESPACE_NAME, selects
from meshroute.readers.gateway_api.objects import GROUP, Gateway, Listener, ListenerSet, Meta, Namespaces
from meshroute.readers.gateway_api.reading import Objects

Conflict = Literal["HostnameConflict", "ProtocolConflict"]
Labels = Mapping[str, Mapping[str, str]]
"""The labels of each namespace."""

_BY_HOSTNAME: Final = frozenset({"HTTP", "HTTPS", "TLS"})


@frozen
class Listening:
    """One listener of a Gateway.

    Args:
        gateway: The Gateway.
        owner: What it is written in: the Gateway or a ListenerSet.
        listener: The listener.
        conflict: Why it answers nothing; None where it does not conflict with another.
    """

    gateway: Gateway
    owner: Gateway | ListenerSet
    listener: Listener
    conflict: Conflict | None = None

    @property
    def is_open(self) -> bool:
        """Whether it answers."""
        return self.conflict is None


def labels_of(objects: Objects) -> dict[str, dict[str, str]]:
    """Collect the labels of the namespaces that are among the documents.

    Args:
        objects: The objects.

    Returns:
        The labels, by namespace.
    """
    return {meta.name: dict(meta.labels) for meta in objects.namespaces}


def allows(namespaces: Namespaces, own: str, other: str, labels: Labels) -> bool:
    """Tell whether something is allowed from a namespace.

    Args:
        namespaces: What is allowed.
        own: The namespace of what allows it.
        other: The namespace that asks.
        labels: The labels of namespaces. One that is not there has its name for its only label.

    Returns:
        True if it is.

    >>> allows(Namespaces("Same"), "a", "a", {}), allows(Namespaces("None"), "a", "a", {})
    (True, False)
    """
    match namespaces.source:
        case "All":
            return True
        case "Same":
            return own == other
        case "Selector":
            return bool(selects(namespaces.selector, labels.get(other, {NAMESPACE_NAME: other})))
        case _:
            return False


def in_order(meta: Meta) -> tuple[str, str, str]:
    """Rank an object among others of its kind: the oldest first, then by namespace and name.

    Args:
        meta: The object. One without a creation time counts as old as any other without (gateway-api.md §2.15, 7).

    Returns:
        What to sort by.
    """
    return meta.created or "", meta.namespace, meta.name


def listener_sets_of(gateway: Gateway, objects: Objects, labels: Labels) -> list[ListenerSet]:
    """Find the ListenerSets that are attached to a Gateway.

    Args:
        gateway: The Gateway.
        objects: All objects.
        labels: The labels of namespaces.

    Returns:
        The sets, in their order of precedence (L:90-96).
    """
    meta = gateway.meta
    asking = [
        one
        for one in objects.listener_sets
        if (one.parent.group, one.parent.kind) == (GROUP, "Gateway")
        and (one.parent.namespace, one.parent.name) == (meta.namespace, meta.name)
        and allows(gateway.listener_sets, meta.namespace, one.meta.namespace, labels)
    ]
    return sorted(asking, key=lambda one: in_order(one.meta))


def listeners_of(gateway: Gateway, objects: Objects, labels: Labels) -> tuple[Listening, ...]:
    """Find all listeners of a Gateway, and which of them conflict.

    Inside of one object nobody wins, and all that conflict are dropped (G:184); between objects the first in the order
    of precedence wins (GEP-1713).

    Args:
        gateway: The Gateway.
        objects: All objects.
        labels: The labels of namespaces.

    Returns:
        The listeners: the Gateway's own first.
    """
    found: list[Listening] = []
    owners: list[Gateway | ListenerSet] = [gateway, *listener_sets_of(gateway, objects, labels)]
    before: dict[_Port, list[Listener]] = {}
    for owner in owners:
        own: dict[_Port, list[Listener]] = {}
        for listener in owner.listeners:
            own.setdefault(_port_of(listener), []).append(listener)
        for listener in owner.listeners:
            port = _port_of(listener)
            others = [other for other in own[port] if other is not listener] + before.get(port, [])
            found.append(Listening(gateway, owner, listener, _conflict(listener, others)))
        for one in found[-len(owner.listeners) :]:
            if one.is_open:
                before.setdefault(_port_of(one.listener), []).append(one.listener)
    return tuple(found)


_Port = tuple[int, bool]
"""A port, and whether it is one of UDP."""


def _port_of(listener: Listener) -> _Port:
    return listener.port, listener.protocol == "UDP"


def _conflict(listener: Listener, others: Iterable[Listener]) -> Conflict | None:
    """Say why a listener conflicts with others at its port (G:108-128)."""
    for other in others:
        if listener.protocol not in _BY_HOSTNAME or other.protocol not in _BY_HOSTNAME:
            return "ProtocolConflict"  # TCP and UDP have one listener for a port
        if listener.hostname == other.hostname:
            return "HostnameConflict" if listener.protocol == other.protocol else "ProtocolConflict"
    return None

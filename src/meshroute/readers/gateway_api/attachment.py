"""Which routes are attached to which listeners, and if not, why (gateway-api.md §2.3, §2.4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal

from attrs import evolve, frozen

from meshroute.readers.gateway_api.hostnames import NOTHING, Taken, intersections
from meshroute.readers.gateway_api.listening import Labels, Listening, allows, in_order
from meshroute.readers.gateway_api.objects import GROUP, Listener, ParentRef, Route

Reason = Literal["Accepted", "NoMatchingParent", "NotAllowedByListeners", "NoMatchingListenerHostname", "Conflicted"]

# The kinds of routes of each protocol, where a listener does not name them.
_KINDS: Final = {
    "HTTP": ("HTTPRoute", "GRPCRoute"),
    "HTTPS": ("HTTPRoute", "GRPCRoute"),
    "TLS": ("TLSRoute",),
    "TCP": ("TCPRoute",),
    "UDP": ("UDPRoute",),
}
_OTHER: Final = {"HTTPRoute": "GRPCRoute", "GRPCRoute": "HTTPRoute"}
_NO_HOSTNAMES: Final = frozenset({"TCPRoute", "UDPRoute"})


@frozen
class Bound:
    """A route at one listener.

    Args:
        listening: The listener.
        hostnames: The hosts that it answers for there: what route and listener have in common.
    """

    listening: Listening
    hostnames: tuple[str | None, ...]


@frozen
class Attachment:
    """A route and one of its parents.

    Args:
        route: The route.
        parent: The parent.
        reason: The specification's word for what became of it.
        bounds: The listeners that it is attached to; none where it is not accepted.
    """

    route: Route
    parent: ParentRef
    reason: Reason
    bounds: tuple[Bound, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether it is attached."""
        return self.reason == "Accepted"


def attach(routes: Iterable[Route], listeners: Sequence[Listening], labels: Labels) -> tuple[Attachment, ...]:
    """Attach routes to the listeners of Gateways.

    Args:
        routes: The routes; their parents of other kinds are left alone.
        listeners: The listeners of all Gateways.
        labels: The labels of namespaces.

    Returns:
        What became of each route at each of its Gateways and ListenerSets, in the order of the routes.
    """
    by_owner: dict[tuple[str, int | None], list[Listening]] = {}
    for listening in listeners:
        for port in (None, listening.listener.port):
            by_owner.setdefault((listening.owner.meta.id, port), []).append(listening)
    found = [
        _attachment(route, parent, by_owner.get((_id_of(parent), parent.port), ()), labels)
        for route in routes
        for parent in route.parents
        if parent.group == GROUP and parent.kind in {"Gateway", "ListenerSet"}
    ]
    return _one_kind_each(found)


def _id_of(parent: ParentRef) -> str:
    return f"{parent.kind}/{parent.namespace}/{parent.name}"


def _attachment(route: Route, parent: ParentRef, listeners: Sequence[Listening], labels: Labels) -> Attachment:
    """Follow the steps of §2.3: the listeners that are meant, those that allow it, those whose hostname fits.

    Of the listeners of the parent at the port that it says, those are meant that have the name it says (S:120-145).
    """
    meant = [one for one in listeners if one.is_open and parent.section in {None, one.listener.name}]
    if not meant:
        return Attachment(route, parent, "NoMatchingParent")
    allowed = [one for one in meant if _is_allowed(route, one, labels)]
    if not allowed:
        return Attachment(route, parent, "NotAllowedByListeners")
    hostnames = () if route.meta.kind in _NO_HOSTNAMES else route.hostnames
    bounds = [Bound(one, intersections(one.listener.hostname, hostnames)) for one in allowed]
    fitting = tuple([bound for bound in bounds if bound.hostnames])
    if not fitting:
        return Attachment(route, parent, "NoMatchingListenerHostname")
    return Attachment(route, parent, "Accepted", fitting)


def _is_allowed(route: Route, listening: Listening, labels: Labels) -> bool:
    listener, kind = listening.listener, (GROUP, route.meta.kind)
    if kind not in (kinds_at(listener) or ()) or (listener.kinds and kind not in listener.kinds):
        return False
    return allows(listener.namespaces, listening.owner.meta.namespace, route.meta.namespace, labels)


def kinds_at(listener: Listener) -> tuple[tuple[str, str], ...] | None:
    """Say which kinds of routes the protocol of a listener can have.

    Args:
        listener: The listener.

    Returns:
        Pairs of group and kind, or None where the protocol is not one of the specification.
    """
    kinds = _KINDS.get(listener.protocol)
    return None if kinds is None else tuple([(GROUP, kind) for kind in kinds])


def _one_kind_each(found: list[Attachment]) -> tuple[Attachment, ...]:
    """Accept at a listener only one of an HTTPRoute and a GRPCRoute whose hostnames meet: the older one (R:124-135)."""
    in_precedence = sorted(range(len(found)), key=lambda at: in_order(found[at].route.meta))
    kept: dict[tuple[int, str], Taken] = {}
    for at in in_precedence:
        one, kind = found[at], found[at].route.meta.kind
        other = _OTHER.get(kind, "")
        taken = [kept.get((id(bound.listening), other), NOTHING) for bound in one.bounds]
        pairs = zip(one.bounds, taken, strict=True)
        bounds = tuple([bound for bound, others in pairs if not others.meets(bound.hostnames)])
        for bound in bounds:
            kept.setdefault((id(bound.listening), kind), Taken()).add(bound.hostnames)
        if one.accepted:
            found[at] = evolve(one, bounds=bounds, reason="Accepted" if bounds else "Conflicted")
    return tuple(found)

"""What a controller would write into the status of routes and listeners (gateway-api.md §2.2-2.4)."""

from __future__ import annotations

from typing import Literal

from attrs import frozen


@frozen
class RouteStatus:
    """What became of a route at one of its parents.

    Args:
        route: Kind, namespace and name of the route.
        parent: Those of the parent.
        section: The name of the listener, where the route names one.
        accepted: Whether it is attached; None where the parent is not among the documents.
        reason: The specification's word for it; ``ParentNotFound`` is ours.
        resolved_refs: Whether all its references lead to something that may be used.
        refs_reason: The specification's word for that.
        message: Both in a sentence.
    """

    route: str
    parent: str
    section: str | None
    accepted: bool | None
    reason: str
    resolved_refs: bool
    refs_reason: str
    message: str


@frozen
class Condition:
    """One condition of a listener."""

    type: Literal["Accepted", "Conflicted", "ResolvedRefs"]
    status: bool
    reason: str


@frozen
class ListenerStatus:
    """A listener: how many routes are attached, and what a controller would say of it."""

    parent: str
    listener: str
    attached_routes: int
    conditions: tuple[Condition, ...]


@frozen
class Status:
    """The status of everything."""

    routes: tuple[RouteStatus, ...] = ()
    listeners: tuple[ListenerStatus, ...] = ()

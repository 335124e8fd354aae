"""Hops: what each table on the way of a request said, and how the way ends."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final

from attrs import frozen

from meshroute.model.actions import Delegate, Forward, Unsupported
from meshroute.model.notices import Notice
from meshroute.model.request import Request
from meshroute.model.rewrites import Rewrite
from meshroute.model.route import Route
from meshroute.model.table import VirtualCluster
from meshroute.text import strip_port

Late = Callable[[Any], tuple[Notice, ...]]
"""Works out notices from an answer, when somebody asks for them."""


# Envoy's Utility::httpToGrpcStatus, for the answers that the data plane gives itself
_GRPC_STATUS: Final = {400: 13, 401: 16, 403: 7, 404: 12, 429: 14, 502: 14, 503: 14, 504: 14}


class Outcome(StrEnum):
    """How a request ends."""

    FORWARD = "forward"
    REDIRECT = "redirect"
    DIRECT_RESPONSE = "direct_response"
    NO_ROUTE = "no_route"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    MISDIRECTED = "misdirected"
    BACKEND_ERROR = "backend_error"
    BAD_REQUEST = "bad_request"
    UNSUPPORTED = "unsupported"


@frozen
class RecordedNotices:
    """Notices that were worked out before, for an answer that was pickled.

    Args:
        notices: The notices.
    """

    notices: tuple[Notice, ...]

    def __call__(self, answer: object, /) -> tuple[Notice, ...]:
        """Return the notices; they belong to this answer."""
        _ = answer
        return self.notices


@frozen
class Place:
    """What one table said: the route it chose, or that there is none.

    Args:
        table: The table's id.
        virtual_host: The name of the virtual host that answered.
        route: The route, or None.
        service: The virtual service that the table answers for.
        notices: What every answer from the table should say.
        clusters: Under which names the virtual host counts requests.
    """

    table: str
    virtual_host: str | None = None
    route: Route | None = None
    service: str | None = None
    notices: tuple[Notice, ...] = ()
    clusters: tuple[VirtualCluster, ...] = ()


@frozen
class Hop:
    """One table passed on the way.

    Args:
        place: What the table said.
        request: The request as the table saw it, normalised.
    """

    place: Place
    request: Request

    @property
    def table(self) -> str:
        """The table's id."""
        return self.place.table

    @property
    def route(self) -> Route | None:
        """The route that the table chose, or None."""
        return self.place.route

    @property
    def onward(self) -> Request | None:
        """The request as the route sends it on, rewritten; None where it goes no further."""
        action = None if self.route is None else self.route.action
        if not isinstance(action, Forward | Delegate):
            return None
        return apply_rewrites(action.rewrites, self.request, self.route)


@frozen
class Failure:
    """Why a request did not get to a table, or not to an end.

    Args:
        outcome: How it ends.
        status: What the data plane sends, or None where it sends nothing.
        notice: Why.
    """

    outcome: Outcome
    status: int | None
    notice: Notice


def apply_rewrites(rewrites: tuple[Rewrite, ...], request: Request, route: Route | None) -> Request:
    """Apply rewrites one after another.

    Args:
        rewrites: The rewrites.
        request: The request as the route saw it.
        route: The route that took it.

    Returns:
        The request as it goes on.
    """
    matched = None if route is None else route.match.path
    for rewrite in rewrites:
        request = rewrite.apply(request, matched)
    return request


def with_tunnel_port(request: Request, received: Request, seen: Request) -> Request:
    """Give a tunnel's host the port back that was cut off for the routes (Envoy's ``OriginalConnectPort``).

    Args:
        request: The request as it goes on.
        received: As it was given.
        seen: As the first table saw it.

    Returns:
        The request; unchanged unless it opens a tunnel.
    """
    if request.method != "CONNECT" or request.target or request.authority is None:
        return request
    stated = received.target or received.authority or ""
    port = stated[len(strip_port(stated)) :]
    was_cut = not (seen.authority or "").endswith(port)
    return request.replace(authority=request.authority + port) if was_cut else request


class Way:
    """The way of a request through tables, where it is more than one place.

    Args:
        path: The hops, as pairs of place and request.
        failure: Why there is no end, if there is none.
        allowed_methods: The methods that would have been taken, where only the method was wrong.
        late: Works out notices that only matter to those who ask.
    """

    __slots__ = ("allowed_methods", "failure", "late", "notices", "path")

    def __init__(
        self,
        path: tuple[tuple[Place, Request], ...],
        failure: Failure | None,
        allowed_methods: tuple[str, ...],
        late: Late | None,
    ) -> None:
        self.path = path
        self.failure = failure
        self.allowed_methods = allowed_methods
        self.late = late
        self.notices: tuple[Notice, ...] | None = None


def notices_at(place: Place) -> tuple[Notice, ...]:
    """Collect what the user should know about one table's part of an answer.

    Args:
        place: What the table said.

    Returns:
        The notices of the table, the route and its action.
    """
    found = list(place.notices)
    if place.route is not None:
        found.extend(place.route.notices)
        if isinstance(place.route.action, Unsupported):
            found.append(place.route.action.notice)
    return tuple(dict.fromkeys(found))


def grpc_status_of(status: int) -> int:
    """Return the gRPC status that stands for an HTTP status.

    Args:
        status: The HTTP status.

    Returns:
        The gRPC status; 2 is unknown.

    >>> grpc_status_of(404), grpc_status_of(500)
    (12, 2)
    """
    return _GRPC_STATUS.get(status, 2)

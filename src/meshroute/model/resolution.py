"""What ``resolve`` answers, always, also when nothing matched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from attrs import frozen

from meshroute.model.actions import (
    Backend,
    Delegate,
    DirectResponse,
    Forward,
    NoRoute,
    Redirect,
    RetryPolicy,
    Timeouts,
)
from meshroute.model.criteria import GrpcRequest
from meshroute.model.notices import Notice
from meshroute.model.picking import pick_at_random, pick_by_key, pick_by_value
from meshroute.model.request import DEFAULT_PORTS, Request
from meshroute.model.rewrites import Rewrite
from meshroute.model.route import Route
from meshroute.text import percent_decode, strip_port


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
class Place:
    """What one table said: the route it chose, or that there is none.

    Args:
        table: The table's id.
        virtual_host: The name of the virtual host that answered.
        route: The route, or None.
        service: The virtual service that the table answers for.
        notices: What every answer from the table should say.
    """

    table: str
    virtual_host: str | None = None
    route: Route | None = None
    service: str | None = None
    notices: tuple[Notice, ...] = ()


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


# Envoy's Utility::httpToGrpcStatus, for the answers that the data plane gives itself
_GRPC_STATUS: Final = {400: 13, 401: 16, 403: 7, 404: 12, 429: 14, 502: 14, 503: 14, 504: 14}
_NO_HTTP: Final = frozenset({"tcp", "tls", "udp"})


@frozen
class RecordedNotices:
    """Notices that were worked out before, for an answer that was pickled.

    Args:
        notices: The notices.
    """

    notices: tuple[Notice, ...]

    def __call__(self, answer: Resolution, /) -> tuple[Notice, ...]:
        """Return the notices; they belong to this answer."""
        _ = answer
        return self.notices


class Resolution:
    """The answer to one request. Immutable; what is derived is worked out when asked for.

    Args:
        received: The request as it was given.
        path: The hops, as pairs of place and request.
        failure: Why there is no end, if there is none.
        allowed_methods: The methods that would have been taken, where only the method was wrong.
        late: Works out notices that only matter to those who ask.

    >>> from meshroute.model.actions import Backend
    >>> route = Route("cart", path="/cart/{id}", to="cart-v1")
    >>> request = Request("GET", "/cart/42")
    >>> answer = Resolution(request, ((Place("routes", None, route), request),))
    >>> answer.outcome, answer.route.name, answer.params
    (<Outcome.FORWARD: 'forward'>, 'cart', {'id': '42'})
    """

    __slots__ = ("_allowed_methods", "_failure", "_late", "_notices", "_path", "_received")
    _received: Request
    _failure: Failure | None
    _allowed_methods: tuple[str, ...]
    _path: tuple[tuple[Place, Request], ...]
    _late: Callable[[Resolution], tuple[Notice, ...]] | None
    _notices: tuple[Notice, ...] | None

    def __init__(
        self,
        received: Request,
        path: tuple[tuple[Place, Request], ...],
        failure: Failure | None = None,
        allowed_methods: tuple[str, ...] = (),
        late: Callable[[Resolution], tuple[Notice, ...]] | None = None,
    ) -> None:
        self._received = received
        self._path = path
        self._failure = failure
        self._allowed_methods = allowed_methods
        self._late = late
        self._notices = None

    @property
    def received(self) -> Request:
        """The request as it was given."""
        return self._received

    @property
    def failure(self) -> Failure | None:
        """Why the request did not get to a table, or not to an end; None where it did."""
        return self._failure

    @property
    def allowed_methods(self) -> tuple[str, ...]:
        """The methods that would have been taken, where only the method was wrong."""
        return self._allowed_methods

    @property
    def hops(self) -> tuple[Hop, ...]:
        """The tables passed on the way; the first is the entry's."""
        return tuple(Hop(place, request) for place, request in self._path)

    @property
    def route(self) -> Route | None:
        """The last route that was written by somebody and matched, or None."""
        return next((place.route for place, _ in reversed(self._path) if place.route and place.route.name), None)

    @property
    def action(self) -> Forward | Redirect | DirectResponse | NoRoute | Delegate | None:
        """The action of the last table, or None where it has no route."""
        last = self._path[-1][0].route if self._path else None
        return None if last is None else last.action

    @property
    def outcome(self) -> Outcome:
        """How the request ends."""
        if self.failure is not None:
            return self.failure.outcome
        match self.action:
            case Forward() if not any(backend.weight and backend.valid for backend in self.backends):
                return Outcome.BACKEND_ERROR
            case Forward():
                return Outcome.FORWARD
            case Redirect():
                return Outcome.REDIRECT
            case DirectResponse():
                return Outcome.DIRECT_RESPONSE
            case _:
                return Outcome.METHOD_NOT_ALLOWED if self.allowed_methods else Outcome.NO_ROUTE

    @property
    def status(self) -> int | None:
        """The HTTP status that the data plane itself sends; None where it forwards, or speaks no HTTP."""
        if self.failure is not None:
            return self.failure.status
        if self.received.protocol in _NO_HTTP:
            return None
        match self.outcome, self.action:
            case Outcome.FORWARD, _:
                return None
            case Outcome.BACKEND_ERROR, _:
                return next((backend.status for backend in self.backends if backend.status), 503)
            case _, Redirect(status=status) | DirectResponse(status=status) | NoRoute(status=status):
                return status
            case _:
                return 405 if self.allowed_methods else 404

    @property
    def grpc_status(self) -> int | None:
        """The gRPC status that the data plane itself sends to a gRPC request, or None."""
        status = self.status
        if status is None or not self.is_grpc:
            return None
        return _GRPC_STATUS.get(status, 2)

    @property
    def is_grpc(self) -> bool:
        """Whether the request is gRPC."""
        return self.received.protocol == "grpc" or GrpcRequest().accepts(self.received)

    @property
    def backends(self) -> tuple[Backend, ...]:
        """All backends of the route with their weights, 0 included."""
        action = self.action
        return action.backends if isinstance(action, Forward) else ()

    @property
    def chosen(self) -> Backend | None:
        """The backend that the documents leave no choice about, or that the request's random value decides."""
        usable = [backend for backend in self.backends if backend.weight]
        if len(usable) == 1:
            return usable[0]
        return None if self.random_value is None else pick_by_value(self.backends, self.random_value)

    def pick(self, key: str | bytes | None = None) -> Backend | None:
        """Pick one backend.

        Args:
            key: What should stay where it is, such as a user's id. Without one the request's random value decides, or
                else chance.

        Returns:
            The backend, which may be one that is not valid, or None where there is none to pick.

        >>> request = Request("GET", "/")
        >>> place = Place("routes", None, Route("a", to={"v1": 1, "v2": 0}))
        >>> Resolution(request, ((place, request),)).pick("user-42").name
        'v1'
        """
        if key is not None:
            return pick_by_key(self.backends, key)
        return (
            pick_at_random(self.backends)
            if self.random_value is None
            else pick_by_value(self.backends, self.random_value)
        )

    @property
    def random_value(self) -> int | None:
        """The random value that drove the request's fractions, or None where there was none."""
        return self.received.random_value

    @property
    def request(self) -> Request | None:
        """The request as it leaves, rewritten; None where nothing leaves."""
        return Hop(*self._path[-1]).onward if self.outcome is Outcome.FORWARD else None

    @property
    def redirect(self) -> str | None:
        """The absolute location of a redirect, or None where the answer is none."""
        action = self.action
        return location_of(action, self._path[-1][1]) if isinstance(action, Redirect) and not self.failure else None

    @property
    def body(self) -> str | None:
        """The body of a direct response, or None."""
        action = self.action
        return action.body if isinstance(action, DirectResponse) else None

    @property
    def params(self) -> Mapping[str, str]:
        """The path parameters of all routes on the way, as raw text."""
        found: dict[str, str] = {}
        for place, request in self._path:
            criterion = place.route.match.path if place.route is not None else None
            if criterion is not None:
                found.update(criterion.captures(request.path))
        return found

    @property
    def decoded_params(self) -> Mapping[str, str]:
        """The path parameters, percent-decoded."""
        return {name: percent_decode(value) for name, value in self.params.items()}

    @property
    def virtual_host(self) -> str | None:
        """The name of the last virtual host that answered."""
        return self._path[-1][0].virtual_host if self._path else None

    @property
    def service(self) -> str | None:
        """The last virtual service on the way, for meshes."""
        for place, _ in reversed(self._path):
            action = None if place.route is None else place.route.action
            named = action.service if isinstance(action, Forward | Delegate | NoRoute) else None
            if named or place.service:
                return named or place.service
        return None

    @property
    def timeouts(self) -> Timeouts:
        """How long things may take, in seconds."""
        action = self.action
        return action.timeouts if isinstance(action, Forward) else Timeouts()

    @property
    def retry(self) -> RetryPolicy | None:
        """When the request is tried again."""
        action = self.action
        return action.retry if isinstance(action, Forward) else None

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What the user should know about this answer."""
        if self._notices is None:
            found = [] if self.failure is None else [self.failure.notice]
            for place, _ in self._path:
                found.extend(place.notices)
                found.extend(() if place.route is None else place.route.notices)
            found.extend(() if self._late is None else self._late(self))
            self._notices = tuple(dict.fromkeys(found))
        return self._notices

    def __eq__(self, other: object) -> bool:
        """Compare request, way and notices."""
        return self._state() == other._state() if isinstance(other, Resolution) else NotImplemented

    def __hash__(self) -> int:
        """Hash what equality compares, but for the notices."""
        return hash((self.received, self._path, self.failure, self.allowed_methods))

    def _state(self) -> tuple[object, ...]:
        return self.received, self._path, self.failure, self.allowed_methods, self.notices

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        """Pickle everything, with the notices worked out."""
        recorded = RecordedNotices(() if self._late is None else self._late(self))
        return Resolution, (self.received, self._path, self.failure, self.allowed_methods, recorded)

    def __repr__(self) -> str:
        """Show the outcome and what led to it."""
        route = self.route
        shown = [f"outcome={self.outcome.value!r}"]
        if self.status is not None:
            shown.append(f"status={self.status}")
        if route is not None:
            shown.append(f"route={route.name!r}")
        if self.backends:
            shown.append(f"backends={ {backend.name: backend.weight for backend in self.backends} }")
        return f"<Resolution {' '.join(shown)}>"


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


def location_of(redirect: Redirect, request: Request) -> str:
    """Work out the Location of a redirect.

    Args:
        redirect: The redirect.
        request: The request as the route saw it.

    Returns:
        An absolute URL, or a path where neither names a host.

    >>> location_of(Redirect(scheme="https"), Request("GET", "http://a.example:80/x?y"))
    'https://a.example/x?y'
    """
    scheme = redirect.scheme or request.scheme
    host, port = redirect.host, redirect.port
    if host is None and request.authority is not None:
        host = request.authority
        if port is not None or scheme != request.scheme:
            host = strip_port(host)
    path = request.path if redirect.path is None else redirect.path
    if redirect.keep_query and request.query is not None and "?" not in path:
        path = f"{path}?{request.query}"
    if host is None:
        return path
    if port is not None and port != DEFAULT_PORTS.get(scheme):
        host = f"{host}:{port}"
    return f"{scheme}://{host}{path}"

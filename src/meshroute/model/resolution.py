"""What ``resolve`` answers, always, also when nothing matched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Self

from attrs import evolve

from meshroute.model.actions import (
    Action,
    Backend,
    Delegate,
    DirectResponse,
    Forward,
    Mirror,
    Misdirected,
    NoRoute,
    Redirect,
    ResponseChange,
    RetryPolicy,
    Timeouts,
    Unsupported,
)
from meshroute.model.criteria import GrpcRequest
from meshroute.model.headers import Headers
from meshroute.model.hops import (
    Failure,
    Hop,
    Late,
    Outcome,
    Place,
    RecordedNotices,
    Way,
    apply_rewrites,
    grpc_status_of,
    notices_at,
    with_tunnel_port,
)
from meshroute.model.location import location_of
from meshroute.model.mutations import HeaderMutations
from meshroute.model.notices import Notice
from meshroute.model.params import NO_PARAMS
from meshroute.model.picking import named, pick_at_random, pick_by_key, pick_by_value
from meshroute.model.request import Request
from meshroute.model.route import Route
from meshroute.text import percent_decode

_Changing = Forward | Redirect | DirectResponse
_NO_HTTP: Final = frozenset({"tcp", "tls", "udp"})


class Resolution:
    """The answer to one request. Immutable; what is derived is worked out when asked for.

    >>> from meshroute.model.actions import Backend
    >>> request, route = Request("GET", "/cart/42"), Route("cart", path="/cart/{id}", to="cart-v1")
    >>> answer = Resolution.at(request, Place("routes", None, route))
    >>> answer.outcome, answer.route.name, answer.params
    (<Outcome.FORWARD: 'forward'>, 'cart', {'id': '42'})
    """

    __slots__ = ("_params", "_place", "_received")
    _received: Request
    _place: Place | Way  # of most answers it is only a place, which the router holds ready
    _params: dict[str, str] | None  # None where the search had no need to cut them out

    @classmethod
    def along(
        cls,
        received: Request,
        path: tuple[tuple[Place, Request], ...],
        failure: Failure | None = None,
        allowed_methods: tuple[str, ...] = (),
        late: Late | None = None,
    ) -> Self:
        """Answer a request that went from table to table.

        Args:
            received: The request as it was given.
            path: The hops, as pairs of place and request.
            failure: Why there is no end, if there is none.
            allowed_methods: The methods that would have been taken, where only the method was wrong.
            late: Works out notices that only matter to those who ask.

        Returns:
            The answer.
        """
        answer = cls()
        answer._received = received
        answer._place = Way(path, failure, allowed_methods, late)
        answer._params = None
        return answer

    @classmethod
    def at(cls, request: Request, place: Place) -> Self:
        """Answer a request by what its only table says, which saw the request as it was given.

        Args:
            request: The request.
            place: What the table said.

        Returns:
            The answer, equal to ``Resolution.along(request, ((place, request),))``.
        """
        answer = cls()
        answer._received = request
        answer._place = place
        answer._params = NO_PARAMS if place.route is None else None
        return answer

    @property
    def received(self) -> Request:
        """The request as it was given."""
        return self._received

    @property
    def failure(self) -> Failure | None:
        """Why the request did not get to a table, or not to an end; None where it did."""
        return self._place.failure if isinstance(self._place, Way) else None

    @property
    def allowed_methods(self) -> tuple[str, ...]:
        """The methods that would have been taken, where only the method was wrong."""
        return self._place.allowed_methods if isinstance(self._place, Way) else ()

    @property
    def _path(self) -> tuple[tuple[Place, Request], ...]:
        """The hops, as pairs of place and request."""
        return self._place.path if isinstance(self._place, Way) else ((self._place, self._received),)

    @property
    def hops(self) -> tuple[Hop, ...]:
        """The tables passed on the way; the first is the entry's."""
        return tuple(Hop(place, request) for place, request in self._path)

    @property
    def route(self) -> Route | None:
        """The last route that was written by somebody and matched, or None."""
        written = (place.route for place, _ in reversed(self._path) if place.route and place.route.name is not None)
        return next(written, None)

    @property
    def only_route(self) -> Route | None:
        """The route, where one table alone answered, and saw the request as it was given; else None."""
        place = self._place
        return place.route if isinstance(place, Place) else None

    @property
    def action(self) -> Action | None:
        """The action of the last table, or None where it has no route."""
        last = self._path[-1][0].route if self._path else None
        return None if last is None else last.action

    @property
    def outcome(self) -> Outcome:
        """How the request ends."""
        if self.failure is not None:
            return self.failure.outcome
        match self.action:
            case Forward(backends=backends) if not self._is_usable(backends):
                return Outcome.BACKEND_ERROR
            case Forward():
                return Outcome.FORWARD if self._redirection is None else Outcome.REDIRECT
            case Misdirected():
                return Outcome.MISDIRECTED
            case Redirect():
                return Outcome.REDIRECT
            case DirectResponse():
                return Outcome.DIRECT_RESPONSE
            case Unsupported():
                return Outcome.UNSUPPORTED
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
            case Outcome.FORWARD | Outcome.UNSUPPORTED, _:
                return None
            case Outcome.BACKEND_ERROR, Forward(unusable_status=otherwise):
                chosen = self.chosen
                failing = self.backends if chosen is None else (chosen,)
                return next((backend.status for backend in failing if backend.status), otherwise)
            case Outcome.REDIRECT, _:
                return None if self._redirection is None else self._redirection.status
            case _, DirectResponse(status=status) | NoRoute(status=status):
                return status
            case Outcome.MISDIRECTED, _:
                return 421
            case _:
                return 405 if self.allowed_methods else 404

    @property
    def reason(self) -> str | None:
        """Why the documents say that there is no route, where they do."""
        action = self.action
        return action.reason or None if isinstance(action, NoRoute | Misdirected) else None

    @property
    def grpc_status(self) -> int | None:
        """The gRPC status that the data plane itself sends to a gRPC request, or None."""
        status = self.status
        if status is None or not self.is_grpc:
            return None
        action = self.action
        if isinstance(action, Forward) and action.unusable_grpc_status and self.outcome is Outcome.BACKEND_ERROR:
            return action.unusable_grpc_status
        return grpc_status_of(status)

    @property
    def is_grpc(self) -> bool:
        """Whether the request is gRPC."""
        request = self._path[0][1] if self._path else self.received
        return request.protocol == "grpc" or GrpcRequest().accepts(request)

    @property
    def backends(self) -> tuple[Backend, ...]:
        """All backends of the route with their weights, 0 included, and with the names that the request gives them."""
        action = self.action
        listed = action.backends if isinstance(action, Forward) else ()
        return tuple([named(backend, self._path[-1][1]) for backend in listed])

    @property
    def chosen(self) -> Backend | None:
        """The backend that the documents leave no choice about, or that the request decides."""
        backends, value = self.backends, self._deciding_value
        usable = [backend for backend in backends if backend.weight]
        if len(usable) == 1:
            return usable[0]
        return None if value is None else pick_by_value(backends, value)

    @property
    def _deciding_value(self) -> int | None:
        """The number that decides among the backends: the request's own, or its random value."""
        action = self.action
        choice = action.choice if isinstance(action, Forward) else None
        value = None if choice is None else choice.value(self._path[-1][1])
        return self.random_value if value is None else value

    def _is_usable(self, backends: tuple[Backend, ...]) -> bool:
        """Tell whether a backend can take the request: one of them, or the one that is certain."""
        by_request = any(backend.named_by is not None for backend in backends)
        if not any(backend.weight and backend.valid for backend in (self.backends if by_request else backends)):
            return False
        if len(backends) == 1 or self._deciding_value is None:
            return True
        return self.chosen is None or self.chosen.valid

    def pick(self, key: str | bytes | None = None) -> Backend | None:
        """Pick one backend.

        Args:
            key: What should stay where it is, such as a user's id. Without one the request's random value decides, or
                else chance.

        Returns:
            The backend, which may be one that is not valid, or None where there is none to pick.

        >>> request = Request("GET", "/")
        >>> place = Place("routes", None, Route("a", to={"v1": 1, "v2": 0}))
        >>> Resolution.at(request, place).pick("user-42").name
        'v1'
        """
        if key is not None:
            return pick_by_key(self.backends, key)
        value = self._deciding_value
        return pick_at_random(self.backends) if value is None else pick_by_value(self.backends, value)

    @property
    def random_value(self) -> int | None:
        """The random value that drove the request's fractions, or None where there was none."""
        return self.received.random_value

    @property
    def request(self) -> Request | None:
        """The request as it leaves, rewritten; None where nothing leaves."""
        return self.request_to(self.chosen) if self.outcome is Outcome.FORWARD else None

    def request_to(self, backend: Backend | None) -> Request | None:
        """Say how the request leaves for one backend, which may change it first.

        Args:
            backend: One of the backends, or None for what all have in common.

        Returns:
            The request, or None where nothing leaves.
        """
        place, request = self._path[-1]
        own = () if backend is None else backend.rewrites
        if isinstance(self.action, Forward) and self.action.backends_last:
            return apply_rewrites((*self.action.rewrites, *own), request, place.route)
        changed = apply_rewrites(own, request, place.route)
        return Hop(place, with_tunnel_port(changed, self.received, self._path[0][1])).onward

    @property
    def _redirection(self) -> Redirect | None:
        """The redirect that is the answer: the route's, or that of the backend that is certain."""
        action = self.action
        if isinstance(action, Redirect):
            return action
        if not isinstance(action, Forward) or all(backend.redirect is None for backend in action.backends):
            return None
        chosen = self.chosen
        return chosen.redirect if chosen is not None and chosen.valid else None

    @property
    def redirect(self) -> str | None:
        """The absolute location of a redirect, or None where the answer is none, or there is no path to go to."""
        redirection = None if self.failure else self._redirection
        return None if redirection is None else self.location(redirection)

    def location(self, redirection: Redirect) -> str | None:
        """Say where a redirect leads: that of the route, or of one of its backends.

        Args:
            redirection: The redirect.

        Returns:
            The location, or None where there is no path to go to.
        """
        place, request = self._path[-1]
        return location_of(redirection, request, None if place.route is None else place.route.match.path)

    @property
    def body(self) -> str | None:
        """The body of a direct response, or None."""
        action = self.action
        return action.body if isinstance(action, DirectResponse) else None

    @property
    def response_mutations(self) -> tuple[HeaderMutations, ...]:
        """What is done to the headers of the response, in order, the chosen backend's own changes among it."""
        action = self.action
        if not isinstance(action, _Changing):
            return ()
        return self._mutations_of(action, self.chosen)

    def _mutations_of(self, action: _Changing, backend: Backend | None) -> tuple[HeaderMutations, ...]:
        own = () if backend is None else backend.response
        is_last = isinstance(action, Forward) and action.backends_last
        return self.mutations((*action.response, *own) if is_last else (*own, *action.response))

    def mutations(self, changes: tuple[ResponseChange, ...]) -> tuple[HeaderMutations, ...]:
        """Say what changes to a response are for this request, as the last table saw it.

        Args:
            changes: The changes, of which some depend on the request.

        Returns:
            The changes that do not.
        """
        request = self._path[-1][1]
        return tuple([one if isinstance(one, HeaderMutations) else one.changes(request) for one in changes])

    def response(self, headers: Headers, backend: Backend | None = None) -> Headers:
        """Apply what is done to the headers of the response.

        Args:
            headers: The headers of the backend's response, or none for a response of the data plane itself.
            backend: The backend that was picked; None is the one that is certain, if one is.

        Returns:
            The headers as the client gets them.
        """
        action, backend = self.action, self.chosen if backend is None else backend
        if not isinstance(action, _Changing):
            return headers
        leaves = isinstance(action, Forward) and self.outcome is Outcome.FORWARD
        request = (self.request_to(backend) if leaves else None) or self._path[-1][1]
        for mutations in self._mutations_of(action, backend):
            headers = mutations.apply_to(headers, request)
        return headers

    @property
    def mirrors(self) -> tuple[Mirror, ...]:
        """Where copies of the request go."""
        action = self.action
        if not isinstance(action, Forward):
            return ()
        request, chosen = self._path[-1][1], self.chosen
        mirrors = (*action.mirrors, *(() if chosen is None else chosen.mirrors))
        return tuple([evolve(mirror, backend=named(mirror.backend, request)) for mirror in mirrors])

    @property
    def virtual_cluster(self) -> str | None:
        """The name under which the last virtual host counts the request; None where it counts none."""
        return self.virtual_cluster_of(self._path[-1][1]) if self._path else None

    def virtual_cluster_of(self, request: Request) -> str | None:
        """Say under which name the last virtual host counts a request.

        Args:
            request: The request.

        Returns:
            The name of the first virtual cluster that fits, ``other`` (envoy.md §1) if none does, None if there are
            none.
        """
        clusters = self._path[-1][0].clusters
        fitting = (cluster.name for cluster in clusters if cluster.match.accepts(request))
        return next(fitting, "other") if clusters else None

    @property
    def params(self) -> Mapping[str, str]:
        """The path parameters of all routes on the way, as raw text; one dictionary, to be read, not changed."""
        params = self._params
        return self._cut_params() if params is None else params

    def _cut_params(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for place, request in self._path:
            criterion = place.route.match.path if place.route is not None else None
            if criterion is not None:
                found.update(criterion.captures(request.path))
        self._params = found
        return found

    @property
    def decoded_params(self) -> Mapping[str, str]:
        """The path parameters, percent-decoded."""
        raw, text = self.params, "".join(self.params.values())
        return raw if "%" not in text and text.isascii() else {name: percent_decode(raw[name]) for name in raw}

    @property
    def virtual_host(self) -> str | None:
        """The name of the last virtual host that answered."""
        return self._path[-1][0].virtual_host if self._path else None

    @property
    def service(self) -> str | None:
        """The last virtual service on the way, for meshes."""
        for place, _ in reversed(self._path):
            action = None if place.route is None else place.route.action
            stated = action.service if isinstance(action, Forward | Delegate | NoRoute) else None
            if stated or place.service:
                return stated or place.service
        return None

    @property
    def timeouts(self) -> Timeouts:
        """How long things may take, in seconds."""
        action = self.action
        return action.timeouts if isinstance(action, Forward) else Timeouts()

    @property
    def retry(self) -> RetryPolicy | None:
        """When the request is tried again."""
        return self.action.retry if isinstance(self.action, Forward) else None

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What the user should know about this answer."""
        way = self._place
        if not isinstance(way, Way):
            return notices_at(way) if way.notices or way.route is not None else ()
        if way.notices is None:
            found = [] if way.failure is None else [way.failure.notice]
            for place, _ in way.path:
                found.extend(notices_at(place))
            found.extend(self._late_notices())
            way.notices = tuple(dict.fromkeys(found))
        return way.notices

    def _late_notices(self) -> tuple[Notice, ...]:
        late = self._place.late if isinstance(self._place, Way) else None
        return () if late is None else late(self)

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
        recorded = RecordedNotices(self._late_notices())
        return Resolution.along, (self.received, self._path, self.failure, self.allowed_methods, recorded)

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

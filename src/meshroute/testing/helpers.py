"""Assertions about routes, whose failures say what happened instead, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Final, TypedDict, Unpack

from meshroute.analysis.diff import diff
from meshroute.analysis.observed import By
from meshroute.errors import RequestError
from meshroute.expectations.cases import Seen, ValueCheck
from meshroute.expectations.own import READERS
from meshroute.matching.explain import Candidate, Explanation
from meshroute.matching.router import Router
from meshroute.model.actions import Forward
from meshroute.model.headers import Headers
from meshroute.model.mesh import Mesh
from meshroute.model.request import Request
from meshroute.model.resolution import Resolution
from meshroute.model.route import Route
from meshroute.model.table import RouteTable
from meshroute.text import is_token

Routed = Router | Mesh | RouteTable | Iterable[Route]
"""What has routes."""

LISTENERS: Final[list[Callable[[Resolution], object]]] = []
"""Who wants to know of each answer that was as expected: route coverage."""


class Expected(TypedDict, total=False):
    """What can be expected of an answer; the same as in files of expectations.

    Args:
        route: The name of the route.
        backend: The backend that is certain.
        backends: All of them, with their weights.
        outcome: How the request ends.
        status: What the data plane itself sends.
        host: The host of the request as it leaves.
        path: Its target.
        method: Its method.
        redirect: Where a redirect leads.
        body: The body of a direct response.
        virtual_host: The virtual host that answered.
        virtual_cluster: The virtual cluster that the request counts for.
        service: The last virtual service on the way.
    """

    route: str | None
    backend: str | None
    backends: Mapping[str, int]
    outcome: str
    status: int | None
    host: str | None
    path: str | None
    method: str | None
    redirect: str | None
    body: str | None
    virtual_host: str | None
    virtual_cluster: str | None
    service: str | None


def router_from(routes: Routed, entry: str | None = None) -> Router:
    """Return the router of what has routes.

    Args:
        routes: A router, or what one can be made from.
        entry: The entry of requests that name none.

    Returns:
        The router.
    """
    return routes if isinstance(routes, Router) else Router(routes, entry=entry)


def request_from(request: Request | str, headers: Mapping[str, str] | None = None) -> Request:
    """Return a request.

    Args:
        request: A request, or a line such as ``PUT /cart/42``; without a method it is ``GET``.
        headers: More header lines.

    Returns:
        The request.

    Raises:
        RequestError: The line is none.

    >>> request_from("PUT http://a.example/cart").method, request_from("/cart").method
    ('PUT', 'GET')
    """
    if isinstance(request, Request):
        return request.replace(headers=Headers([*request.headers, *headers.items()])) if headers else request
    method, _, url = request.strip().partition(" ")
    if not url:
        method, url = "GET", method
    if not is_token(method):
        message = f"a request must be a method and a URL or path, such as 'GET /cart', not {request!r}"
        raise RequestError(message)
    return Request(method, url.strip(), headers)


def assert_routes_to(
    routes: Routed,
    request: Request | str,
    *,
    headers: Mapping[str, str] | None = None,
    **expected: Unpack[Expected],
) -> Resolution:
    """Assert that a request goes where it should.

    Args:
        routes: A router, or what one can be made from.
        request: The request, or a line such as ``GET http://shop.example.com/cart``.
        headers: More header lines.
        expected: What must be so, as `Expected` lists it.

    Returns:
        The answer, for more assertions.

    Raises:
        AssertionError: Something is not so; it says what is, why, and how near the route was that was expected.
        TypeError: Nothing is expected, or what nobody could.

    >>> table = [Route("cart", path="/cart", methods="PUT", to="x"), Route("web", path_prefix="/", to="y")]
    >>> assert_routes_to(table, "PUT /cart", route="cart", backend="x").route.name
    'cart'
    """
    __tracebackhide__ = True
    unknown = sorted(set(expected) - set(READERS))
    if unknown or not expected:
        said = f"cannot expect {unknown[0]!r}" if unknown else "nothing is expected"
        message = f"{said}; what can be is {', '.join(READERS)}"
        raise TypeError(message)
    router = router_from(routes)
    answer = router.resolve(request_from(request, headers))
    leaving = answer.request or (answer.hops[-1].request if answer.hops else answer.received)
    seen = Seen(answer, leaving, answer.response(Headers()))
    checks = [ValueCheck(name, value, READERS[name]) for name, value in expected.items()]
    failed = [check for check in checks if not check.passes(seen)]
    if failed:
        lines = [f"{one.field}: expected {one.expected!r}, got {one.actual(seen)!r}" for one in failed]
        explanation = router.explain(answer.received)
        raise AssertionError("\n".join([*lines, *_nearest(router, explanation, expected), "", str(explanation)]))
    for listener in LISTENERS:
        listener(answer)
    return answer


def _nearest(router: Router, explanation: Explanation, expected: Expected) -> Iterator[str]:
    """Say how near the route was that was expected: what it asks for, and the request has not."""
    route, backend = expected.get("route"), expected.get("backend")
    candidates = [one for hop in explanation.hops for one in hop.candidates]
    if route is not None:
        wanted = [one for one in candidates if one.route.name == route]
    elif backend is not None:
        wanted = [one for one in candidates if backend in _backends(one.route)]
    else:
        return
    wanted = [one for one in wanted if one.verdict != "chosen"]
    if wanted:
        nearest = min(wanted, key=_misses)
        source = "" if nearest.route.source is None else f" ({nearest.route.source})"
        yield f"nearest miss: {nearest.route.name}{source}: {nearest.reason}"
    elif route is not None and not any(one.route.name == route for one in candidates):
        names = sorted({one.name for table in router.mesh.tables for one in table.routes() if one.name is not None})
        near = get_close_matches(route, names, 1)
        said = "the request does not get to the table of" if route in names else "there is no route called"
        yield f"{said} {route!r}" + (f"; {near[0]!r} was meant?" if near and route not in names else "")


def _backends(route: Route) -> tuple[str, ...]:
    return tuple(one.name for one in route.action.backends) if isinstance(route.action, Forward) else ()


def _misses(candidate: Candidate) -> int:
    return sum(not verdict.accepted for verdict in candidate.criteria)


def assert_equivalent(  # noqa: PLR0913 - as `diff`, which has so many
    old: Routed,
    new: Routed,
    *,
    by: By = "answer",
    renamed: Mapping[str, str] | None = None,
    entries: Mapping[str, str] | None = None,
    allow_unknown: bool = False,
) -> None:
    """Assert that no request is answered differently, proved by `diff`.

    Args:
        old: The one: a router, or what one can be made from.
        new: The other.
        by: What counts: the whole ``answer``, the ``backend``, or the ``route``.
        renamed: New names of backends by old ones.
        entries: Which entry of the new side stands for which of the old one, where their names differ.
        allow_unknown: Pass too where no difference is found, and it is not proved that there is none.

    Raises:
        AssertionError: A request is, and here it is; or it is not known whether one is.

    >>> assert_equivalent([Route("a", path="/a", to="x")], [Route("b", path="/a", to="x")])
    """
    __tracebackhide__ = True
    sides = [routes.mesh if isinstance(routes, Router) else routes for routes in (old, new)]
    found = diff(*sides, by=by, renamed=renamed, entries=entries)
    if found.verdict == "different":
        lines = [
            f"{one.witness.method} {one.witness.url}{_headers(one.witness)}\n  old: {one.old!r}\n  new: {one.new!r}"
            for one in found.differences
        ]
        raise AssertionError("\n".join([f"{len(lines)} requests are answered differently, among others", *lines]))
    if found.verdict == "unknown" and not allow_unknown:
        raise AssertionError("\n".join(["it is not known whether all requests are answered alike:", *found.because]))


def _headers(request: Request) -> str:
    return "".join(f" {name}: {value};" for name, value in request.headers)

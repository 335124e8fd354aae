"""The laws of matching as checks on values: the property tests and the nightly run share them."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from random import Random
from types import FrameType

import meshroute
import meshroute.criteria
from meshroute import Headers, Mesh, Request, Resolution, Route, Router, RouteTable, VirtualHost, scan
from meshroute.criteria import Criterion, Not, PathExact, RouteMatch
from meshroute.model.actions import Misdirected
from meshroute.model.hosts import HostExact
from meshroute.model.precedence import Precedence
from meshroute.model.python import single_table_mesh
from meshroute.model.rewrites import HostRewrite, PathReplace, PrefixReplace
from meshroute.model.status import Status

NAMES: dict[str, object] = {
    **{name: getattr(meshroute, name) for name in meshroute.__all__ if name != "load"},
    **{name: getattr(meshroute.criteria, name) for name in meshroute.criteria.__all__},
    "HostRewrite": HostRewrite,
    "PathReplace": PathReplace,
    "PrefixReplace": PrefixReplace,
    "Misdirected": Misdirected,
    "Precedence": Precedence,
    "Status": Status,
}
"""The names that a repr may use."""


def as_mesh(value: Mesh | RouteTable) -> Mesh:
    """Wrap a table in a mesh."""
    return value if isinstance(value, Mesh) else single_table_mesh(value)


def shown(answer: Resolution) -> tuple[object, ...]:
    """All that an answer says, worked out."""
    return (
        answer.outcome,
        answer.status,
        None if answer.route is None else answer.route.id,
        tuple((hop.table, hop.place.virtual_host, hop.route and hop.route.id, hop.request) for hop in answer.hops),
        answer.params,
        answer.decoded_params,
        answer.allowed_methods,
        answer.notices,
        answer.backends,
        answer.request,
        answer.redirect,
        answer.service,
        answer.grpc_status,
    )


def check_definition(mesh: Mesh, router: Router, request: Request, entry: str | None = None) -> Resolution:
    """Law 1: the index answers what the definition answers."""
    found, defined = router.resolve(request), scan(mesh, request, entry=entry)
    assert shown(found) == shown(defined), (request, shown(found), shown(defined))
    assert found == defined, request
    assert hash(found) == hash(defined), request
    return found


def check_explanation(router: Router, request: Request) -> None:
    """Law 2: explain names the winner, and each other candidate truly lost."""
    answer, explanation = router.resolve(request), router.explain(request)
    assert explanation.answer == answer
    assert len(explanation.hops) == len(answer.hops)
    assert str(explanation)
    tables = {table.id: table for table in router.mesh.tables}
    for hop, told in zip(answer.hops, explanation.hops, strict=True):
        routes = list(tables[hop.table].routes())
        assert [candidate.route for candidate in told.candidates] == routes
        chosen = [place for place, candidate in enumerate(told.candidates) if candidate.verdict == "chosen"]
        assert [routes[place] for place in chosen] == ([] if hop.route is None else [hop.route])
        for place, candidate in enumerate(told.candidates):
            for verdict in candidate.criteria:
                assert verdict.accepted == verdict.criterion.accepts(hop.request)
            assert {verdict.criterion for verdict in candidate.criteria} >= set(candidate.route.match.criteria)
            rejected = [verdict for verdict in candidate.criteria if not verdict.accepted]
            assert bool(rejected) == (candidate.verdict == "rejected"), candidate
            if rejected:
                assert candidate.reason.endswith(rejected[0].seen)
            elif candidate.verdict == "later":
                _check_later(hop.route, candidate.route, candidate.reason, chosen, place)


def _check_later(winner: Route | None, loser: Route, reason: str, chosen: list[int], place: int) -> None:
    """A route that would take the request too stands behind a better domain, or after the winner in the order."""
    if "has the better domain" in reason or winner is None:
        return
    assert chosen[0] < place
    if winner.precedence is not None and loser.precedence is not None and "virtual host" not in reason:
        assert winner.precedence.keys[0] <= loser.precedence.keys[0]
        equal = winner.precedence.keys[0] == loser.precedence.keys[0]
        assert ("it is listed later" in reason) == equal, reason


def check_value(value: object) -> None:
    """Law 8: values hash, compare, pickle, and their repr is code that builds them."""
    copy = pickle.loads(pickle.dumps(value))  # noqa: S301 - what was pickled one call earlier
    assert copy == value
    assert hash(copy) == hash(value)
    built = eval(repr(value), dict(NAMES))  # noqa: S307 - that a repr is code is what is tested
    assert built == value, repr(value)
    assert hash(built) == hash(value)
    assert repr(built) == repr(value)


def with_routes(table: RouteTable, change: Callable[[int, tuple[Route, ...]], tuple[Route, ...]]) -> RouteTable:
    """Return a table with other routes in its virtual hosts."""
    hosts = tuple(
        VirtualHost(host.name, change(place, host.routes), host.domains)
        for place, host in enumerate(table.virtual_hosts)
    )
    return RouteTable(
        table.id,
        hosts,
        host_selection=table.host_selection,
        normalization=table.normalization,
        slash_required=table.slash_required,
        by_precedence=table.by_precedence,
        method_not_allowed=table.method_not_allowed,
        service=table.service,
        notices=table.notices,
    )


def narrowed(rng: Random, route: Route, new_id: str) -> Route:
    """Make a route that takes only requests that another takes too: dead when it stands later."""
    extra: tuple[Criterion, ...] = rng.choice(((), (HostExact("a.example"),), (Not(PathExact("/q")),)))
    return Route(
        new_id, match=RouteMatch((*route.match.criteria, *extra)), action=route.action, precedence=route.precedence
    )


def with_dead_routes(rng: Random, table: RouteTable) -> RouteTable:
    """Add to each virtual host routes that an earlier one of the same host shadows."""

    def change(place: int, routes: tuple[Route, ...]) -> tuple[Route, ...]:
        found = list(routes)
        for number in range(rng.randrange(1, 4) if routes else 0):
            at = rng.randrange(len(found))
            found.insert(rng.randrange(at + 1, len(found) + 1), narrowed(rng, found[at], f"dead/{place}/{number}"))
        return tuple(found)

    return with_routes(table, change)


def same_answer(one: Resolution, other: Resolution) -> bool:
    """Tell whether two answers choose alike; allowed methods and notices may name more routes."""
    return one.hops == other.hops and one.outcome == other.outcome and one.status == other.status


@contextmanager
def shallow(depth: int = 60) -> Generator[None]:
    """Allow only so many frames more than there are, so that nothing can recurse by input."""
    frame: FrameType | None = sys._getframe()
    here = 0
    while frame is not None:
        here, frame = here + 1, frame.f_back
    old = sys.getrecursionlimit()
    sys.setrecursionlimit(here + depth)
    try:
        yield
    finally:
        sys.setrecursionlimit(old)


def steps(action: Callable[[], object]) -> int:
    """Count the calls of functions, Python's and C's, that an action makes."""
    count = 0

    def count_calls(frame: FrameType, event: str, arg: object) -> None:
        nonlocal count
        _ = frame, arg
        if event in {"call", "c_call"}:
            count += 1

    old = sys.getprofile()
    sys.setprofile(count_calls)
    try:
        action()
    finally:
        sys.setprofile(old)
    return count


def stretched(request: Request, times: int) -> Request:
    """Repeat the path, the query and the value of each header."""
    query = "" if request.query is None else "?" + "&".join([request.query] * times)
    lines = tuple((name, value * times) for name, value in request.headers)
    return request.replace(target=request.path * times + query, headers=Headers(lines))


_SLACK = 400
_SHORT = 100


def check_linear(router: Router, request: Request) -> None:
    """Law 7: a request of twice the length takes at most twice the steps, and some that its length does not change."""
    if len(request.target) > _SHORT:
        return
    counted: list[int] = []
    for times in (50, 100):
        router.resolve(stretched(request, times))  # an automaton may build states the first time
        fresh = stretched(request, times)
        counted.append(steps(lambda fresh=fresh: router.resolve(fresh)))  # type: ignore[misc]  # bound at once
    assert counted[1] <= 2 * counted[0] + _SLACK, (counted, request)

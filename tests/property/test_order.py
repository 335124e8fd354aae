"""Law 5: a dead route changes no answer; the order of routes that cannot both match changes none."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from meshroute import Request, Route, Router, RouteTable, VirtualHost
from meshroute.criteria import Method, PathExact, RouteMatch, Scheme
from meshroute.testing import requests_for, routes, tables
from tests.property.laws import same_answer, with_dead_routes, with_routes


@given(st.data(), tables(), st.randoms(use_true_random=False))
def test_a_dead_route_changes_nothing(data: st.DataObject, table: RouteTable, rng: Random) -> None:
    router, longer = Router(table), Router(with_dead_routes(rng, table))
    for request in data.draw(st.lists(requests_for(table), min_size=1, max_size=8)):
        assert same_answer(longer.resolve(request), router.resolve(request)), request


_DISJOINT = tuple(
    (PathExact(path), Method(method), Scheme(scheme))
    for path in ("/a", "/b", "/")
    for method in ("GET", "PUT")
    for scheme in ("http", "https")
)


@given(
    st.lists(st.sampled_from(_DISJOINT), unique=True, min_size=2),
    st.randoms(use_true_random=False),
    st.booleans(),
)
def test_the_order_of_routes_that_cannot_both_match(
    conditions: list[tuple[PathExact, Method, Scheme]],
    rng: Random,
    is_python: bool,  # noqa: FBT001 - drawn by Hypothesis
) -> None:
    found = [Route(f"r{place}", match=RouteMatch(one), to="x") for place, one in enumerate(conditions)]
    shuffled = list(found)
    rng.shuffle(shuffled)
    first, second = (
        Router(listed if is_python else RouteTable("t", (VirtualHost(None, tuple(listed)),)))
        for listed in (found, shuffled)
    )
    for path in ("/a", "/b", "/", "/c"):
        for method in ("GET", "PUT", "HEAD"):
            for url in (path, f"https://h{path}"):
                request = Request(method, url)
                one, two = first.resolve(request), second.resolve(request)
                assert one == two


@given(st.data(), routes())
def test_a_twin_listed_later_changes_nothing(data: st.DataObject, found: list[Route]) -> None:
    twins = [
        Route(f"twin-{route.name}", match=route.match, action=route.action, priority=route.priority) for route in found
    ]
    router, longer = Router(found), Router([*found, *twins])
    request = data.draw(requests_for(found))
    one, two = router.resolve(request), longer.resolve(request)
    assert one.route == two.route
    assert one.allowed_methods == two.allowed_methods


@given(st.data(), tables())
def test_a_virtual_host_without_routes_listed_last_in_order(data: st.DataObject, table: RouteTable) -> None:
    if table.host_selection == "best_only":
        return
    longer = with_routes(table, lambda _, found: found)
    extra = VirtualHost("empty", ())
    wider = RouteTable(
        longer.id,
        (*longer.virtual_hosts, extra),
        normalization=longer.normalization,
        slash_required=longer.slash_required,
        method_not_allowed=longer.method_not_allowed,
        service=longer.service,
        notices=longer.notices,
    )
    request = data.draw(requests_for(table))
    assert Router(wider).resolve(request) == Router(table).resolve(request)

"""Law 1: the index answers what the definition answers, also after routes were replaced."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshroute import Backend, Delegate, Entry, Forward, Listener, Mesh, Request, Route, Router, RouteTable, VirtualHost
from meshroute.criteria import HeaderMatch, PathStringPrefix, RouteMatch, TextExact
from meshroute.model.python import python_table
from meshroute.testing import criteria, meshes, requests, requests_for, routes, tables
from meshroute.testing._aim import aimed_request, targets_of
from meshroute.testing._draw import draw_route
from tests.property.laws import as_mesh, check_definition

_PER_TABLE = 8


@given(st.data(), tables())
def test_any_table(data: st.DataObject, table: RouteTable) -> None:
    mesh, router = as_mesh(table), Router(table)
    for request in data.draw(st.lists(requests_for(table), min_size=1, max_size=_PER_TABLE)):
        check_definition(mesh, router, request)


@given(st.data(), meshes())
def test_any_mesh(data: st.DataObject, mesh: Mesh) -> None:
    entry = mesh.entries[0].id if len(mesh.entries) > 1 else None
    router = Router(mesh, entry=entry)
    for request in data.draw(st.lists(requests_for(mesh), min_size=1, max_size=_PER_TABLE)):
        check_definition(mesh, router, request, entry)


@given(st.data(), meshes())
def test_entries_that_requests_name(data: st.DataObject, mesh: Mesh) -> None:
    request = data.draw(requests_for(mesh)).replace(entry=data.draw(st.sampled_from(("gateway/g0", "gateway/g1", "x"))))
    check_definition(mesh, Router(mesh), request)


@given(st.lists(st.tuples(criteria(), criteria()), max_size=12), requests())
def test_any_criteria(pairs: list[tuple[RouteMatch, RouteMatch]], request: Request) -> None:
    found = [
        Route(f"r{place}", match=RouteMatch(pair), to="x")  # type: ignore[arg-type]  # pairs of criteria are criteria
        for place, pair in enumerate(pairs)
    ]
    table = python_table(found)
    check_definition(as_mesh(table), Router(table), request)


@given(st.data(), st.one_of(tables(), routes().map(python_table)), st.randoms(use_true_random=False))
def test_after_replacing(data: st.DataObject, table: RouteTable, rng: Random) -> None:
    router = Router(table)
    for number in range(rng.randrange(1, 7)):
        ids = [route.id for route in table.routes()]
        once = [route_id for route_id in ids if ids.count(route_id) == 1]
        if not once:
            return
        old = rng.choice(once)
        router = router.replace(old, draw_route(rng, rng.choice((old, f"new{number}"))))
        table = router.mesh.tables[0]
    fresh = Router(table)
    for request in data.draw(st.lists(requests_for(table), min_size=1, max_size=_PER_TABLE)):
        assert check_definition(router.mesh, router, request) == fresh.resolve(request)


def test_replacing_at_one_place_until_there_is_no_room() -> None:
    """Ranks between two neighbours run out after twenty halvings; then they are dealt anew."""
    router = Router([Route("first", path="/a", to="first", priority=0), *(_priority(number) for number in (99, 100))])
    for number in range(98, 48, -1):
        router = router.replace(f"r{number + 2}", _priority(number))
        check_definition(router.mesh, router, Request("GET", "/a"))
        answer = router.resolve(Request("GET", "/a", headers={"x": "1"}))
        assert answer.route is not None
        assert answer.route.name == f"r{number}"


def _priority(number: int) -> Route:
    return Route(f"r{number}", path="/a", headers={"x": "1"}, to=f"b{number}", priority=number - 200)


def test_replacing_makes_what_writing_it_at_once_makes() -> None:
    rng = Random(7)  # noqa: S311 - repeatable, not secret
    for _ in range(30):
        found = [draw_route(rng, f"r{place}") for place in range(8)]
        other = draw_route(rng, "other")
        at = rng.randrange(8)
        replaced = Router(found).replace(f"r{at}", other)
        # what changes its place stands last among its equals, as if it were listed last
        fresh = Router([*found[:at], *found[at + 1 :], other])
        for _ in range(10):
            request = aimed_request(rng, targets_of([*found, other]))
            one, two = replaced.resolve(request), fresh.resolve(request)
            if [route.id for route in replaced.mesh.tables[0].routes()] == [
                route.id for route in fresh.mesh.tables[0].routes()
            ]:
                assert one == two
            check_definition(replaced.mesh, replaced, request)


def test_loops_of_delegates_end() -> None:
    loop = RouteTable("t", (VirtualHost(None, (Route("again", match=RouteMatch(), action=Delegate("t")),)),))
    mesh = Mesh((Entry("gateway", "g", (Listener("t"),)),), (loop,))
    answer = check_definition(mesh, Router(mesh), Request("GET", "/"))
    assert [notice.code for notice in answer.notices] == ["too-many-hops"]
    assert len(answer.hops) == 17


@pytest.mark.parametrize("count", [8, 9, 40])
def test_values_on_one_path(count: int) -> None:
    """From nine candidates on, values are indexed."""
    found = [
        Route(
            f"r{place}",
            match=RouteMatch((PathStringPrefix("/"), HeaderMatch("x", TextExact(str(place % 30))))),
            action=Forward((Backend(f"b{place}"),)),
        )
        for place in range(count)
    ]
    table = python_table(found)
    router = Router(table)
    for place in range(count + 1):
        for value in (str(place), f"{place},", f" {place}"):
            request = Request("GET", "/p", headers=[("x", "none"), ("X", value)])
            answer = check_definition(as_mesh(table), router, request)
            wanted = place if value == str(place) and place < min(count, 30) else None
            assert (None if answer.route is None else answer.route.name) == (None if wanted is None else f"r{wanted}")


@pytest.mark.parametrize("texts", [("/É", "/é"), ("/K", "/\u00ca"), ("/\u00df", "/SS")])
def test_only_ascii_folds(texts: tuple[str, str]) -> None:
    match = RouteMatch((PathStringPrefix(texts[0], ignore_case=True),))
    table = python_table([Route("a", match=match, to="x")])
    mesh, router = as_mesh(table), Router(table)
    assert check_definition(mesh, router, Request.from_parts("GET", texts[0])).route is not None
    assert check_definition(mesh, router, Request.from_parts("GET", texts[1])).route is None

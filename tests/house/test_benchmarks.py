"""The benchmarks measure what they say: their lists are right, and what is compared gives the same answers."""

from __future__ import annotations

import random

import pytest

from benchmarks.analysis import measure_analysis
from benchmarks.budgets import budgets
from benchmarks.data import filled, nested, rest_list, synthetic
from benchmarks.mesh import KINDS, kind_router, linear_scan, mesh_requests, mesh_table
from benchmarks.routers import our_case, our_router, workloads
from benchmarks.timing import digits, measure, table
from meshroute import Request, Router


def test_the_rest_list() -> None:
    routes = rest_list()
    assert 180 <= len(routes) == len(set(routes)) <= 220
    router, rng = our_router(routes), random.Random(1)  # noqa: S311 - repeatable, not secret
    for method, path in routes:
        answer = router.resolve(Request.from_parts(method, filled(path, rng)))
        assert answer.route is not None
        assert answer.route.name == f"{method} {path}"


def test_the_workloads() -> None:
    routes = rest_list()
    router = our_router(routes)
    found = workloads(routes, router)
    statuses = {
        kind: {router.resolve(Request.from_parts(*one)).status for one in asked} for kind, asked in found.items()
    }
    assert statuses.pop("404") == statuses.pop("deep 404") == {404}
    assert statuses.pop("405") == {405}
    assert set(statuses) == {"all", "static", "1 parameter", "2 parameters", "3 parameters", "4 parameters"}
    assert all(status == {None} for status in statuses.values())


def test_synthetic_routes_are_all_different() -> None:
    assert len(set(synthetic(2_000))) == len(set(nested(2_000))) == 2_000


@pytest.mark.parametrize(("hosts", "count"), [(3, 20), (1, 50)])
def test_the_scan_and_the_router_agree(hosts: int, count: int) -> None:
    router, find = Router(mesh_table(hosts, count)), linear_scan(hosts, count)
    for request in mesh_requests(hosts, count):
        route, found = router.resolve(request).route, find(request)
        host = (request.authority or "").removesuffix(".example")
        assert (None if route is None else route.name) == (None if found is None else f"{host}r{found}")


@pytest.mark.parametrize("kind", KINDS)
def test_the_last_route_of_a_kind_matches(kind: str) -> None:
    route = kind_router(kind, 20).resolve(KINDS[kind][1](19)).route
    assert route is not None
    assert route.name == "r19"


def test_measuring_and_showing() -> None:
    router = our_router([("GET", "/a")])
    times = measure({"ours": our_case(router, [("GET", "/a")] * 3)}, rounds=2)
    assert 0 < times["ours"].least <= times["ours"].median
    assert table(["", "x"], [["a", 1234.5], ["b", None], ["c", 0.25]]).splitlines()[2:] == [
        "| a | 1 234 |",
        "| b | - |",
        "| c | 0.25 |",
    ]
    assert digits(3) == "3"


def test_budgets_are_kept_or_not() -> None:
    result = {"kinds": {kind: {"1": [100, 110], "10000": [250, 260]} for kind in KINDS}}
    assert [one.is_kept for one in budgets(result)] == [False, False, True]


def test_the_tables_of_lint_and_diff() -> None:
    rows = measure_analysis(100)
    assert [(row["kind"], row["findings"], row["differences"]) for row in rows] == [
        ("paths", 27, 10),
        ("headers", 1, 10),
    ]

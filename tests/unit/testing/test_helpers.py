"""Assertions about routes: what they accept, and what they say where something is not so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from meshroute import Mesh, Request, RequestError, Resolution, Route, Router, load
from meshroute.testing import assert_equivalent, assert_routes_to, assert_snapshot, snapshot_text, witnesses
from meshroute.testing.helpers import LISTENERS, request_from

ROUTES = [
    Route("canary", path="/cart/{id}", headers={"x-canary": "1"}, to="cart-v2"),
    Route("cart", path="/cart/{id}", methods="PUT", to={"cart-v1": 95, "cart-v2": 5}),
    Route("old", path="/old", redirect="https://b.example/new"),
    Route("web", path_prefix="/", to="web"),
]
ROUTER = Router(ROUTES)


@pytest.mark.parametrize(
    ("request_", "headers", "expected"),
    [
        ("/x", None, {"route": "web", "backend": "web", "outcome": "forward", "status": None}),
        ("PUT /cart/1", None, {"route": "cart", "backends": {"cart-v1": 95, "cart-v2": 5}}),
        ("/cart/1", {"X-Canary": "1"}, {"route": "canary", "host": None, "path": "/cart/1", "method": "GET"}),
        ("http://a.example/old", None, {"redirect": "https://b.example/new", "status": 302}),
        (Request("GET", "http://a.example/x"), None, {"host": "a.example"}),
        (Request("GET", "/cart/1", {"a": "1"}), {"x-canary": "1"}, {"route": "canary"}),
    ],
)
def test_what_is_so(request_: Any, headers: Any, expected: Any) -> None:
    for routes in (ROUTER, ROUTES, ROUTER.mesh, ROUTER.mesh.tables[0]):
        assert isinstance(assert_routes_to(routes, request_, headers=headers, **expected), Resolution)


@pytest.mark.parametrize(
    ("request_", "expected", "said"),
    [
        (
            "/cart/1",
            {"route": "cart"},
            ["route: expected 'cart', got 'web'", "nearest miss: cart: asks that method is PUT"],
        ),
        (
            "/cart/1",
            {"backend": "cart-v2"},
            ["backend: expected 'cart-v2', got 'web'", "nearest miss: canary: asks that"],
        ),
        ("PUT /cart/1", {"route": "web"}, ["nearest miss: web: it accepts the request too, but comes later"]),
        ("/x", {"route": "carts"}, ["there is no route called 'carts'; 'cart' was meant?"]),
        ("/x", {"route": "zzz"}, ["there is no route called 'zzz'\n"]),
        ("/x", {"status": 404}, ["status: expected 404, got None", "\n\nGET /x\n"]),
        ("/x", {"backend": "nobody"}, ["backend: expected 'nobody', got 'web'\n\n"]),
        ("/x", {"route": "web", "path": "/y"}, ["path: expected '/y', got '/x'\n\n"]),
    ],
)
def test_what_is_not_so(request_: str, expected: Any, said: list[str]) -> None:
    with pytest.raises(AssertionError) as caught:
        assert_routes_to(ROUTER, request_, **expected)
    for text in said:
        assert text in str(caught.value)
    assert "outcome forward" in str(caught.value), "the explanation"


def test_a_route_of_a_table_that_is_not_reached(tmp_path: Path) -> None:
    mesh = _mesh(tmp_path)
    router = Router(mesh, entry=mesh.entries[0].id)
    with pytest.raises(AssertionError, match=r"the request does not get to the table of 'red'"):
        assert_routes_to(router, "http://demo.example.com/elsewhere", route="red")
    with pytest.raises(AssertionError, match=r"nearest miss: paths \(.*mesh.yaml:\d+\): asks that path starts with"):
        assert_routes_to(router, "http://demo.example.com/elsewhere", route="paths")


def _mesh(folder: Path) -> Mesh:
    page = (Path(__file__).parents[3] / "docs/examples/ingress.yaml").read_text("utf-8")
    (folder / "mesh.yaml").write_text(page, "utf-8")
    return load(folder / "mesh.yaml")


@pytest.mark.parametrize("expected", [{}, {"rout": "a"}])
def test_what_nobody_could_expect(expected: Any) -> None:
    with pytest.raises(TypeError, match="what can be is route, backend, backends, outcome"):
        assert_routes_to(ROUTER, "/x", **expected)


def test_requests_that_are_none() -> None:
    with pytest.raises(RequestError, match="a request must be a method and a URL or path, such as 'GET /cart'"):
        request_from("é /x")


def test_answers_that_were_expected_are_told() -> None:
    told: list[Resolution] = []
    LISTENERS.append(told.append)
    try:
        answer = assert_routes_to(ROUTER, "/x", route="web")
        with pytest.raises(AssertionError):
            assert_routes_to(ROUTER, "/x", route="cart")
    finally:
        LISTENERS.remove(told.append)
    assert told == [answer]


def test_what_is_equivalent() -> None:
    assert_equivalent(ROUTER, [*ROUTES])
    with pytest.raises(AssertionError) as caught:
        assert_equivalent(ROUTER, ROUTES[1:])
    assert "GET /cart/a x-canary: 1;\n  old: <Resolution" in str(caught.value)
    with pytest.raises(AssertionError, match="2 requests are answered differently"):
        assert_equivalent([Route("a", path="/a", to="x")], [Route("a", path="/b", to="x")])


def test_what_nobody_knows() -> None:
    from meshroute.criteria import HeaderMatch, RouteMatch, TextRegex  # noqa: PLC0415 - of this test only

    def table(backend: str) -> list[Route]:
        hard = "(a|b)*a" + "(a|b)" * 14
        match = RouteMatch((HeaderMatch("x", TextRegex(hard)),))
        return [Route("hard", match=match, to=backend), Route("same", to="y")]

    with pytest.raises(AssertionError, match="it is not known whether all requests are answered alike"):
        assert_equivalent(table("x"), table("z"))
    assert_equivalent(table("x"), table("z"), allow_unknown=True)


def test_witnesses_and_snapshots(tmp_path: Path) -> None:
    found = {one.name: one.request for one in witnesses(ROUTER)}
    assert list(found) == ["old", "canary", "cart to cart-v1", "cart to cart-v2", "web"]
    for name, request in found.items():
        assert request is not None
        answer = ROUTER.resolve(request)
        assert answer.route is not None
        assert answer.route.name == name.partition(" ")[0]
    file = tmp_path / "more" / "routes.yaml"
    with pytest.raises(AssertionError, match="there is no snapshot"):
        assert_snapshot(ROUTER, file)
    assert_snapshot(ROUTER, file, update=True)
    assert_snapshot(ROUTER, file)
    with pytest.raises(AssertionError, match=r"(?s)the routes are not what the snapshot says:.*\+- name: \"2: cart to"):
        assert_snapshot(ROUTES[1:], file)


def test_a_snapshot_is_a_file_of_expectations(tmp_path: Path) -> None:
    from meshroute.expectations import Runner, read_suite  # noqa: PLC0415 - of this test only

    file = tmp_path / "routes.yaml"
    file.write_text(snapshot_text(ROUTER), "utf-8")
    runner = Runner(ROUTER.mesh)
    results = [runner.run(case) for case in read_suite(str(file)).cases]
    assert len(results) == 5
    assert all(result.passed for result in results)
    assert snapshot_text([]).endswith("tests: []\n")
    dead = [Route("all", path_prefix="/", to="x", priority=1), Route("dead", path="/a", to="y", priority=2)]
    assert "# 2: no request was found that takes 'dead'" in snapshot_text(dead)

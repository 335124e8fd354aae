"""Orders that a format leaves open: the answer is the same each time, and says so."""

from __future__ import annotations

from meshroute.matching.router import Router
from meshroute.model.notices import Notice, Source
from meshroute.model.precedence import Key, Precedence
from meshroute.model.request import Request
from meshroute.model.route import Route
from meshroute.model.table import RouteTable, VirtualHost
from tests.unit.matching.ask import ask, listed


def _route(name: str | None, *keys: Key, path: str = "/", line: int | None = None, id: str | None = None) -> Route:  # noqa: A002 - as Route calls it
    precedence = Precedence((("length", "1"),), keys)
    source = None if line is None else Source("f", line)
    return Route(name, path_prefix=path, to="x", precedence=precedence, source=source, id=id)


def _notices(*routes: Route, url: str = "/a") -> tuple[Notice, ...]:
    return ask(Router(listed(*routes)), Request("GET", url)).notices


def test_readings_that_disagree_are_noticed() -> None:
    first, second = _route("a", (1,), (1,), line=7), _route("b", (2,), (1,))
    assert _notices(first, second) == (
        Notice(
            "undefined-order",
            "the order of a and b is not defined by the format: "
            "all of them take this request, and which is asked first is not documented",
            Source("f", 7),
            ("a", "b"),
        ),
    )


def test_all_rivals_are_named() -> None:
    rivals = (_route("b", (2,), (0,)), _route(None, (3,), (1,), id="x/0"), _route("c", (4,), (2,)))
    (notice,) = _notices(_route("a", (1,), (1,)), *rivals)
    assert notice.routes == ("a", "b", "x/0")
    assert notice.message.startswith("the order of a and b, x/0 is not defined by the format")


def test_a_nameless_winner_is_called_by_its_id() -> None:
    (notice,) = _notices(_route(None, (1,), (1,), id="w/0"), _route("b", (2,), (1,)))
    assert notice.message.startswith("the order of w/0 and b is not defined")


def test_readings_that_agree_are_not() -> None:
    assert _notices(_route("a", (1,), (1,)), _route("b", (2,), (2,))) == ()


def test_a_single_reading_is_not() -> None:
    assert _notices(_route("a", (1,)), _route("b", (1,))) == ()


def test_routes_that_refuse_the_request_are_no_rivals() -> None:
    assert _notices(_route("a", (1,), (1,)), _route("b", (2,), (1,), path="/b")) == ()


def test_routes_without_precedence_are_no_rivals() -> None:
    assert _notices(_route("a", (1,), (1,)), Route("b", to="x")) == ()
    assert _notices(Route("b", to="x"), _route("a", (1,), (1,))) == ()


def test_two_routes_made_of_one_are_no_rivals() -> None:
    assert _notices(_route("a", (1,), (1,), line=1, id="a0"), _route("a", (2,), (1,), line=1, id="a1")) == ()
    assert len(_notices(_route("a", (1,), (1,), line=1, id="a0"), _route("a", (2,), (1,), line=2, id="a1"))) == 1


def test_routes_of_other_virtual_hosts_are_no_rivals() -> None:
    first, second = _route("a", (1,), (1,)), _route("b", (2,), (1,))
    for one, two in (("v", "w"), ("v", "v")):
        hosts = (VirtualHost(one, (first,)), VirtualHost(two, (second,)))
        assert ask(Router(RouteTable("t", hosts)), Request("GET", "/")).notices == ()
    hosts = (VirtualHost("v", (_route("b", (0,), (1,), path="/b"),)), VirtualHost("w", (first, second)))
    assert len(ask(Router(RouteTable("t", hosts)), Request("GET", "/")).notices) == 1


def test_nothing_matched_and_nothing_is_open() -> None:
    assert _notices(_route("a", (1,), (1,), path="/b"), url="/c") == ()

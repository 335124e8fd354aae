"""The order of routes written in Python, and what it says of itself."""

from __future__ import annotations

from random import Random

import pytest

from meshroute import Forward, Route, Router, TableError, python_table
from meshroute.criteria import HeaderMatch, Method, PathStringPrefix, RouteMatch
from meshroute.model.precedence import Precedence
from meshroute.model.python import placed

_IN_ORDER = [
    Route("priority -1", priority=-1, to="x"),
    Route("priority 0", priority=0, path_prefix="/", to="x"),
    Route("priority 5", priority=5, path="/a", to="x"),
    Route("exact, header", path="/b", headers={"x": True}, to="x"),
    Route("exact", path="/a/b/c", to="x"),
    Route("literal, literal, variable", path="/a/b/{x}", to="x"),
    Route("literal, mixed, literal", path="/a/v{x}/c", to="x"),
    Route("literal, variable, literal, header", path="/a/{y}/c", headers={"x": "1"}, to="x"),
    Route("literal, variable, literal", path="/a/{x}/c", to="x"),
    Route("literal, rest", path="/a/{x=**}", to="x"),
    Route("variable", path="/{x}", to="x"),
    Route("regex, two", path_regex="/b.*", headers={"x": "1"}, to="x"),
    Route("regex", path_regex="/a.*", to="x"),
    Route("segments, long", path_prefix="/aa/bb", to="x"),
    Route("segments, short, HEAD", path_prefix="/aa", methods="HEAD", to="x"),
    Route("segments, short, PUT", path_prefix="/aa", methods="PUT", to="x"),
    Route("characters, long", match=RouteMatch((PathStringPrefix("/aaaaaaaaa"),)), to="x"),
    Route("characters, short", match=RouteMatch((PathStringPrefix("/"),)), to="x"),
    Route("no path, header", headers={"x": "1"}, to="x"),
    Route("no path", to="x"),
]


def test_the_order() -> None:
    names = [route.name for route in _IN_ORDER]
    for seed in range(5):
        shuffled = list(_IN_ORDER)
        Random(seed).shuffle(shuffled)  # noqa: S311 - repeatable, not secret
        assert [route.name for route in python_table(shuffled).routes()] == names


def test_equals_keep_the_order_of_listing() -> None:
    routes = [Route(name, path=f"/{{{name}}}", to="x") for name in ("b", "a", "c")]
    assert [route.name for route in python_table(routes).routes()] == ["b", "a", "c"]


def test_a_route_for_get_takes_head() -> None:
    assert placed(Route("a", methods=["GET", "PUT"], to="x")).match.criteria == (Method(("GET", "HEAD", "PUT")),)
    assert placed(Route("a", methods="PUT", to="x")).match.criteria == (Method("PUT"),)


def test_names_are_needed_once() -> None:
    with pytest.raises(TableError, match="two routes are called 'a'"):
        Router([Route("a", to="x"), Route("a", path="/", to="x")])
    with pytest.raises(TableError, match="needs a name"):
        Router([Route(None, to="x")])


def test_what_decided() -> None:
    exact, prefix = placed(Route("a", path="/a", to="x")), placed(Route("b", path_prefix="/", to="x"))
    assert exact.precedence is not None
    assert prefix.precedence is not None
    assert exact.precedence.decided_by(prefix.precedence) == (
        "path kind exact path goes before path kind prefix of segments"
    )
    assert exact.precedence.decided_by(exact.precedence) is None


def test_an_order_is_defined_where_every_reading_agrees() -> None:
    first, second = Precedence((("n", "0"),), ((0,), (1,))), Precedence((("n", "1"),), ((1,), (1,)))
    third = Precedence((("n", "2"),), ((2,), (2,)))
    assert first.defined_before(second) is False
    assert second.defined_before(third) is True
    assert third.defined_before(first) is False


def test_criteria_count_and_not_their_kinds() -> None:
    routes = [
        Route("one", path="/a", methods="PUT", to="x"),
        Route(
            "two",
            match=RouteMatch((*Route("", path="/a", to="x").match.criteria, HeaderMatch("x"), HeaderMatch("y"))),
            action=Forward(()),
        ),
    ]
    assert [route.name for route in python_table(routes).routes()] == ["two", "one"]

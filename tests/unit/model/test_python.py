"""Tables written in Python: every rule of their order with a pair of routes, and their checks."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from meshroute.errors import TableError
from meshroute.model.actions import Delegate
from meshroute.model.criteria import Method, PathExact, PathStringPrefix, RouteMatch
from meshroute.model.precedence import Precedence
from meshroute.model.python import order_key, placed, precedence_of, python_table, single_table_mesh
from meshroute.model.route import Route

_CHARS = RouteMatch((PathStringPrefix("/a"),))


def _rules(**keywords: Any) -> Callable[[str], Route]:
    return lambda name: Route(name, to="x", **keywords)


@pytest.mark.parametrize(
    ("first", "second", "rule"),
    [
        # priority: lower first, none after every number, before anything else
        (_rules(priority=1), _rules(priority=2), "priority 1 goes before priority 2"),
        (_rules(priority=-1), _rules(priority=0), "priority -1 goes before priority 0"),
        (_rules(priority=10**9), _rules(), "priority 1000000000 goes before priority none"),
        (_rules(priority=1), _rules(priority=2, path="/a"), "priority 1 goes before priority 2"),
        # exact, template, regex, element prefix, string prefix
        (_rules(path="/a"), _rules(path="/{x}"), "path kind exact path goes before path kind template"),
        (_rules(path="/{x}"), _rules(path_regex="/a"), "path kind template goes before path kind regex"),
        (
            _rules(path_regex="/.*"),
            _rules(path_prefix="/a"),
            "path kind regex goes before path kind prefix of segments",
        ),
        (
            _rules(path_prefix="/"),
            _rules(match=_CHARS),
            "path kind prefix of segments goes before path kind prefix of characters",
        ),
        (_rules(path_prefix="/"), _rules(), "path kind prefix of segments goes before path kind no path"),
        # templates segment by segment: literal, mixed, variable, rest
        (_rules(path="/a/{x}"), _rules(path="/{x}/a"), "path '/a/{x}' goes before path '/{x}/a'"),
        (_rules(path="/a/v{x}"), _rules(path="/a/{x}"), "path '/a/v{x}' goes before path '/a/{x}'"),
        (_rules(path="/a/{x}"), _rules(path="/a/{x=**}"), "path '/a/{x}' goes before path '/a/{x=**}'"),
        (_rules(path="/a/b/{x=**}"), _rules(path="/a/{x=**}"), "path '/a/b/{x=**}' goes before path '/a/{x=**}'"),
        (_rules(path="/v{x}/{y}"), _rules(path="/{x}/b"), "path '/v{x}/{y}' goes before path '/{x}/b'"),
        # prefixes by length
        (_rules(path_prefix="/ab"), _rules(path_prefix="/a"), "path '/ab' goes before path '/a'"),
        (
            _rules(match=RouteMatch((PathStringPrefix("/ab"),))),
            _rules(match=_CHARS),
            "path '/ab' goes before path '/a'",
        ),
        # more criteria before fewer
        (
            _rules(path="/a", methods="PUT"),
            _rules(path="/a"),
            "number of criteria 2 goes before number of criteria 1",
        ),
        (
            _rules(path="/{x}", methods="PUT", headers={"h": "1"}),
            _rules(path="/{other}", methods="GET"),
            "number of criteria 3 goes before number of criteria 2",
        ),
        # a route for HEAD alone before one whose GET takes HEAD too
        (_rules(methods="HEAD"), _rules(methods="GET"), "methods HEAD alone goes before methods others"),
    ],
)
def test_rules_of_precedence(first: Callable[[str], Route], second: Callable[[str], Route], rule: str) -> None:
    early, late = first("z"), second("a")
    for listed in ([early, late], [late, early]):
        assert [route.name for route in python_table(listed).routes()] == ["z", "a"]
    assert precedence_of(early).decided_by(precedence_of(late)) == rule


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (_rules(path="/{a}/x"), _rules(path="/{b}/y")),  # names of parameters and literals do not matter
        (_rules(path_prefix="/a"), _rules(path_prefix="/b")),
        (_rules(path="/a"), _rules(path="/abc")),
        (_rules(path_regex="/a"), _rules(path_regex="/abc")),
        (_rules(methods="PUT"), _rules(headers={"h": "1"})),
        (_rules(priority=1), _rules(priority=1)),
    ],
)
def test_else_the_order_of_listing(first: Callable[[str], Route], second: Callable[[str], Route]) -> None:
    for one, two in ((first, second), (second, first)):
        assert [route.name for route in python_table([one("z"), two("a")]).routes()] == ["z", "a"]
    assert precedence_of(first("z")).decided_by(precedence_of(second("a"))) is None


def test_the_whole_order() -> None:
    routes = [
        _rules(priority=0, path_prefix="/")("0"),
        _rules(path="/a", methods="GET")("1"),
        _rules(path="/a")("2"),
        _rules(path="/a/{x}")("3"),
        _rules(path="/{x}")("4"),
        _rules(path_regex="/a")("5"),
        _rules(path_prefix="/aa")("6"),
        _rules(path_prefix="/a")("7"),
        _rules(match=_CHARS)("8"),
        _rules()("9"),
    ]
    assert [route.name for route in python_table(routes[::-1]).routes()] == list("0123456789")
    keys = [order_key(route) for route in python_table(routes).routes()]
    assert all(one < two for one, two in pairwise(keys))


def test_get_takes_head_too() -> None:
    assert placed(Route("r", methods="GET", to="x")).match.criteria == (Method(("GET", "HEAD")),)
    assert placed(Route("r", methods=("GET", "PUT"), path="/a", to="x")).match.criteria == (
        PathExact("/a"),
        Method(("GET", "HEAD", "PUT")),
    )
    assert placed(Route("r", methods="PUT", to="x")).match.criteria == (Method("PUT"),)


def test_placing_keeps_everything_else() -> None:
    route = Route("r", path="/a", respond=204, id="i", priority=3, rule="1")
    done = placed(route)
    assert (done.name, done.action, done.id, done.priority, done.rule) == ("r", route.action, "i", 3, "1")
    assert done.precedence == precedence_of(route)
    assert order_key(done) == precedence_of(route).keys[0]
    assert order_key(route) == ()


@pytest.mark.parametrize(
    ("routes", "message"),
    [
        ([Route("a", to="x"), Route("a", path="/b", to="y")], "two routes are called 'a'"),
        ([Route(None, to="x")], "a route written in Python needs a name"),
        ([Route("", to="x")], "a route written in Python needs a name"),
        ([Route("a", action=Delegate("t"))], "route 'a' leads to the table 't': tables need a Mesh"),
    ],
)
def test_what_is_refused(routes: list[Route], message: str) -> None:
    with pytest.raises(TableError) as caught:
        python_table(routes)
    assert str(caught.value) == message


def test_the_table() -> None:
    table = python_table([Route("a", to="x")])
    assert (table.id, table.method_not_allowed, table.by_precedence) == ("routes", True, True)
    assert python_table([], method_not_allowed=False).method_not_allowed is False
    mesh = single_table_mesh(table)
    assert [entry.id for entry in mesh.entries] == ["table/routes"]
    assert [listener.port for listener in mesh.entry().listeners] == [None]


def test_precedences_of_several_readings() -> None:
    early = Precedence((("priority", "1"),), ((1,), (5,)))
    late = Precedence((("priority", "2"),), ((2,), (6,)))
    other = Precedence((("priority", "2"),), ((2,), (4,)))
    same = Precedence((("priority", "1"),), ((1,), (6,)))
    assert early.defined_before(late) is True
    assert early.defined_before(other) is False
    assert early.defined_before(same) is False  # on a par by the first reading
    assert late.defined_before(early) is False
    assert early.decided_by(same) is None
    assert early.decided_by(other) == "priority 1 goes before priority 2"

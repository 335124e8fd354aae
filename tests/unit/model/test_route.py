"""Routes written with keywords: what each becomes, and what is refused."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from meshroute.errors import RouteError
from meshroute.model.actions import Backend, DirectResponse, Forward, NoRoute, Redirect
from meshroute.model.criteria import (
    AnyOf,
    HeaderMatch,
    HostExact,
    HostSuffix,
    Method,
    PathExact,
    PathPrefix,
    PathRegex,
    PathTemplate,
    Port,
    Present,
    QueryMatch,
    RouteMatch,
    TextExact,
    TextPrefix,
)
from meshroute.model.notices import Notice, Source
from meshroute.model.precedence import Precedence
from meshroute.model.route import Route

_ALLOWED = "must be a str, True (or ...), False, a text test or several str"


@pytest.mark.parametrize(
    ("keywords", "criteria"),
    [
        ({}, ()),
        ({"path": "/a"}, (PathExact("/a"),)),
        ({"path": "/a/{id}"}, (PathTemplate("/a/{id}"),)),
        ({"path_prefix": "/a/"}, (PathPrefix("/a"),)),
        ({"path_regex": "/a+"}, (PathRegex("/a+"),)),
        ({"host": "A.example"}, (HostExact("a.example"),)),
        ({"host": "*.a.example"}, (HostSuffix(".a.example"),)),
        ({"port": 8080}, (Port(8080),)),
        ({"methods": "PUT"}, (Method("PUT"),)),
        ({"methods": ["PUT", "GET"]}, (Method(("GET", "PUT")),)),
        ({"headers": {"X": "1"}}, (HeaderMatch("x", TextExact("1")),)),
        ({"headers": {"X": ""}}, (HeaderMatch("x", TextExact("")),)),
        ({"headers": {"X": True}}, (HeaderMatch("x", Present()),)),
        ({"headers": {"X": ...}}, (HeaderMatch("x", Present()),)),
        ({"headers": {"X": False}}, (HeaderMatch("x", Present(), invert=True),)),
        ({"headers": {"X": TextPrefix("1")}}, (HeaderMatch("x", TextPrefix("1")),)),
        ({"headers": {"X": ["1"]}}, (HeaderMatch("x", TextExact("1")),)),
        (
            {"headers": {"X": ["1", "2"]}},
            (AnyOf((HeaderMatch("x", TextExact("1")), HeaderMatch("x", TextExact("2")))),),
        ),
        ({"headers": {":authority": "a"}}, (HeaderMatch(":authority", TextExact("a")),)),
        ({"query": {"Q": "1"}}, (QueryMatch("Q", TextExact("1")),)),
        ({"query": {"q": True}}, (QueryMatch("q", Present()),)),
        ({"query": {"q": ("1", "2")}}, (AnyOf((QueryMatch("q", TextExact("1")), QueryMatch("q", TextExact("2")))),)),
        (
            {"query": {"q": "1"}, "headers": {"x": "2"}, "methods": "GET", "port": 1, "host": "h", "path": "/p"},
            (
                PathExact("/p"),
                HostExact("h"),
                Port(1),
                Method("GET"),
                HeaderMatch("x", TextExact("2")),
                QueryMatch("q", TextExact("1")),
            ),
        ),
        ({"match": RouteMatch((PathExact("/m"),))}, (PathExact("/m"),)),
    ],
)
def test_each_keyword_is_a_criterion(keywords: dict[str, Any], criteria: tuple[object, ...]) -> None:
    assert Route("r", to="b", **keywords).match.criteria == criteria


@pytest.mark.parametrize(
    ("keywords", "action"),
    [
        ({"to": "b"}, Forward((Backend("b"),))),
        ({"to": Backend("b", "ns")}, Forward((Backend("b", "ns"),))),
        ({"to": {"b": 95, "c": 0}}, Forward((Backend("b", weight=95), Backend("c", weight=0)))),
        ({"to": [Backend("b"), Backend("c")]}, Forward((Backend("b"), Backend("c")))),
        ({"redirect": "/p"}, Redirect(path="/p")),
        ({"redirect": "https://h.example"}, Redirect(scheme="https", host="h.example")),
        ({"redirect": "https://h.example:8443/"}, Redirect(scheme="https", host="h.example:8443", path="/")),
        ({"redirect": "https://h.example/p?q"}, Redirect(scheme="https", host="h.example", path="/p?q")),
        ({"redirect": "https://h.example?q"}, Redirect(scheme="https", host="h.example", path="/?q")),
        ({"redirect": "/p?u=https://h/"}, Redirect(path="/p?u=https://h/")),
        ({"redirect": Redirect(status=301)}, Redirect(status=301)),
        ({"respond": 204}, DirectResponse(204)),
        ({"respond": (200, "ok")}, DirectResponse(200, "ok")),
        ({"respond": DirectResponse(503)}, DirectResponse(503)),
        ({"action": NoRoute()}, NoRoute()),
    ],
)
def test_each_keyword_is_an_action(keywords: dict[str, Any], action: object) -> None:
    assert Route("r", **keywords).action == action


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({}, "route 'r' needs exactly one of to=, redirect=, respond= and action=, not 0"),
        ({"to": "a", "respond": 200}, "route 'r' needs exactly one of to=, redirect=, respond= and action=, not 2"),
        (
            {"to": "a", "redirect": "/", "respond": 200, "action": NoRoute()},
            "route 'r' needs exactly one of to=, redirect=, respond= and action=, not 4",
        ),
        (
            {"to": "a", "match": RouteMatch(), "path": "/"},
            "route 'r' has both match= and keywords that say the same",
        ),
        ({"to": "a", "path": "/", "path_prefix": "/"}, "a route may have one of path=, path_prefix= and path_regex="),
        ({"to": "a", "path": "/", "path_regex": "/"}, "a route may have one of path=, path_prefix= and path_regex="),
        (
            {"to": "a", "path_prefix": "/", "path_regex": "/"},
            "a route may have one of path=, path_prefix= and path_regex=",
        ),
        ({"to": "a", "path": "a"}, "the path 'a' must start with '/'"),
        ({"to": "a", "path_prefix": "a"}, "the path 'a' must start with '/'"),
        ({"to": "a", "host": "*"}, "the host '*' must be a name, or '*.' and a name"),
        ({"to": "a", "host": "*."}, "the host '*.' must be a name, or '*.' and a name"),
        ({"to": "a", "host": ""}, "the host '' must be a name, or '*.' and a name"),
        ({"to": "a", "host": "a.*"}, "the host 'a.*' must be a name, or '*.' and a name"),
        ({"to": "a", "host": "*.*.a"}, "the host '*.*.a' must be a name, or '*.' and a name"),
        ({"to": "a", "methods": "GE T"}, "'GE T' is no method"),
        ({"to": "a", "methods": ["GET", ""]}, "'' is no method"),
        ({"to": "a", "methods": []}, "a Method criterion needs at least one method"),
        ({"to": "a", "headers": {"a b": "1"}}, "'a b' is no header name"),
        ({"to": "a", "headers": {":": "1"}}, "':' is no header name"),
        ({"to": "a", "headers": {"x": 1}}, f"header 'x' {_ALLOWED}, not 1"),
        ({"to": "a", "headers": {"x": None}}, f"header 'x' {_ALLOWED}, not None"),
        ({"to": "a", "headers": {"x": []}}, f"header 'x' {_ALLOWED}, not []"),
        ({"to": "a", "headers": {"x": ["1", 2]}}, f"header 'x' {_ALLOWED}, not ['1', 2]"),
        ({"to": []}, "to= needs at least one backend"),
        ({"to": {}}, "to= needs at least one backend"),
        (
            {"to": "a", "path": "/a?x=1"},
            "the path '/a?x=1' holds a '?' or '#', which no path has; use query= for what follows a '?'",
        ),
        (
            {"to": "a", "path_prefix": "/a#b"},
            "the path '/a#b' holds a '?' or '#', which no path has; use query= for what follows a '?'",
        ),
        (
            {"to": "a", "path": "/a b/{x}"},
            "the path '/a b/{x}' holds characters that a URL has only encoded; write '/a%20b/{x}'",
        ),
        (
            {"to": "a", "path_prefix": "/caf\u00e9"},
            "the path '/caf\u00e9' holds characters that a URL has only encoded; write '/caf%C3%A9'",
        ),
        ({"to": "a", "path": "/a}"}, "the path '/a}' has an unbalanced brace"),
        (
            {"to": "a", "host": "a.example:80"},
            "the host 'a.example:80' has a port; hosts are compared without one: use port=",
        ),
        ({"to": "a", "port": 65536}, "the port must be from 0 to 65535, not 65536"),
        ({"to": "a", "port": -1}, "the port must be from 0 to 65535, not -1"),
        ({"to": "a", "methods": "get"}, "methods are in capitals: write 'GET', not 'get'"),
        (
            {"to": "a", "headers": {"x": "\u2603"}},
            "header 'x' is compared with '\u2603': wire text has one character per byte; see meshroute.text.wire",
        ),
        ({"to": "a", "query": {"q": 1}}, f"query parameter 'q' {_ALLOWED}, not 1"),
        ({"to": {"a": -1}}, "the weight of 'a' must be from 0 to 4294967295, not -1"),
        ({"redirect": "p"}, "the redirect 'p' must be a path or a URL with a host"),
        ({"redirect": "https:///p"}, "the redirect 'https:///p' must be a path or a URL with a host"),
        ({"redirect": "://h/p"}, "the redirect '://h/p' must be a path or a URL with a host"),
        ({"redirect": ""}, "the redirect '' must be a path or a URL with a host"),
        ({"to": "a", "metadata": []}, "route 'r': metadata must be a mapping, not list"),
        ({"respond": 99}, "the status of a response must be from 200 to 599, not 99"),
    ],
)  # fmt: skip
def test_what_is_refused(keywords: dict[str, Any], message: str) -> None:
    with pytest.raises(RouteError) as caught:
        Route("r", **keywords)
    assert str(caught.value) == message


def test_a_pattern_that_re2_refuses() -> None:
    with pytest.raises(RouteError):
        Route("r", path_regex="(", to="a")


def test_the_id_is_the_name_unless_given() -> None:
    assert Route("r", to="a").id == "r"
    assert Route(None, to="a").id == ""
    assert Route("r", to="a", id="k/n/r").id == "k/n/r"
    assert Route("r", to="a", id="").id == ""


def test_everything_else_is_kept() -> None:
    source, notice = Source("f", 1), Notice("c", "m")
    precedence = Precedence((("priority", "1"),), ((1,),))
    route = Route("r", to="a", priority=0, rule="2", source=source, precedence=precedence, notices=[notice])
    assert (route.name, route.priority, route.rule) == ("r", 0, "2")
    assert (route.source, route.precedence, route.notices) == (source, precedence, (notice,))


def test_metadata_are_kept_and_shown() -> None:
    route = Route("r", to="a", metadata={"team": {"né": [1]}})
    assert repr(route).endswith(", metadata={'team': {'né': [1.0]}})")
    assert Route("r", to="a", metadata=route.metadata) == route
    assert Route("r", to="a") != route


def test_values_compare_hash_pickle_and_read_like_code() -> None:
    route = Route("r", path="/a", to="b", priority=3, id="i", notices=[Notice("c", "m")])
    same = Route("r", match=RouteMatch((PathExact("/a"),)), to={"b": 1}, priority=3, id="i", notices=[Notice("c", "m")])
    assert route == same
    assert hash(route) == hash(same)
    assert route != Route("r", path="/b", to="b", priority=3, id="i", notices=[Notice("c", "m")])
    assert pickle.loads(pickle.dumps(route)) == route
    assert repr(route) == (
        "Route('r', match=RouteMatch((PathExact('/a'),)), "
        f"action={route.action!r}, id='i', priority=3, "
        "notices=(Notice(code='c', message='m', source=None, routes=()),))"
    )
    assert repr(Route(None, respond=200)) == ("Route(None, match=RouteMatch(), action=DirectResponse(200))")
    with pytest.raises(AttributeError):
        route.name = "s"  # type: ignore[misc]  # that it is frozen is the test

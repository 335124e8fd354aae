"""Plain routes: what the router finds by itself, and where it leaves it to the index."""

from __future__ import annotations

import json
import pickle
from typing import cast

import pytest
from attrs import define

from meshroute.errors import TableError
from meshroute.matching.checks import check_of, check_of_all
from meshroute.matching.prefixes import MAX_LENGTHS
from meshroute.matching.router import Router
from meshroute.model.criteria import (
    Criterion,
    HeaderMatch,
    Method,
    PathExact,
    PathStringPrefix,
    PathTemplate,
    QueryMatch,
    RouteMatch,
    TextExact,
)
from meshroute.model.headers import FEW, Headers
from meshroute.model.hosts import HostExact, HostSuffix
from meshroute.model.request import Request
from meshroute.model.route import Route
from meshroute.model.table import RouteTable, VirtualHost
from meshroute.model.template import MAX_SEGMENTS
from tests.unit.matching.ask import ask, listed, named

_LETTERS = "abcdef"


def _listed(*criteria: Criterion) -> Router:
    return Router(listed(*(Route(str(at), match=RouteMatch((one,)), to="x") for at, one in enumerate(criteria))))


@pytest.mark.parametrize("count", range(1, 7))
def test_any_number_of_parameters(count: int) -> None:
    names = _LETTERS[:count]
    router = Router([Route("r", path="".join(f"/{{{name}}}" for name in names), to="x")])
    path = "".join(f"/{number}" for number in range(count))
    answer = ask(router, Request("GET", path))
    expected = {name: str(number) for number, name in enumerate(names)}
    assert answer.params == expected
    for at in range(count):
        pieces = path.split("/")
        pieces[at + 1] = ""
        assert named(router, "GET", "/".join(pieces)) is None


def test_answers_without_parameters_share_what_cannot_be_changed() -> None:
    answer = ask(Router([Route("r", path="/r", to="x")]), Request("GET", "/r"))
    params = cast("dict[str, str]", answer.params)
    with pytest.raises(TypeError, match="cannot be changed"):
        params["a"] = "b"
    with pytest.raises(TypeError, match="cannot be changed"):
        params |= {"a": "b"}
    assert (answer.params, json.dumps(answer.params), pickle.loads(pickle.dumps(answer.params))) == ({}, "{}", {})  # noqa: S301 - our own


def test_a_template_without_parameters() -> None:
    answer = ask(_listed(PathTemplate("/a/b"), PathTemplate("/{x}/c")), Request("GET", "/a/b"))
    assert (answer.route.name if answer.route else None, answer.params) == ("0", {})


def test_a_path_of_more_pieces_than_any_template() -> None:
    router = Router([Route("r", path="/{x}", to="x"), Route("s", path_prefix="/s", to="x")])
    assert named(router, "GET", "/s/" + "/".join("x" * 200)) == "s"
    assert named(Router([Route("r", path="/{x}", to="x")]), "GET", "/a" * 200) is None


def test_the_deepest_tree() -> None:
    letters = ["a"] * (MAX_SEGMENTS - 1)
    paths = ["/" + "/".join([*letters[:at], "b", *letters[at + 1 :], "{x}"]) for at in range(len(letters))]
    router = Router([Route(str(at), path=path, to="x") for at, path in enumerate(paths)])
    for at in (0, 100, len(paths) - 1):
        assert named(router, "GET", paths[at].replace("{x}", "1")) == str(at)
    changed = router.replace("254", Route("254", path=f"{paths[254]}".replace("b", "c"), to="x"))
    assert named(changed, "GET", paths[254].replace("b", "c").replace("{x}", "1")) == "254"


def test_a_path_that_the_table_has_but_that_is_not_plain() -> None:
    router = Router(
        [
            Route("canary", path="/cart", headers={"x": "1"}, to="x"),
            Route("post", path="/cart", methods="POST", to="x"),
            Route("any", path="/{x}", to="x"),
        ]
    )
    assert named(router, "GET", "/cart") == "any"
    assert named(router, "GET", "/cart", {"x": "1"}) == "canary"
    assert named(router, "POST", "/cart") == "post"


def test_a_route_for_all_other_methods() -> None:
    router = Router([Route("get", path="/a", methods="GET", to="x"), Route("any", path="/a", to="x")])
    assert [named(router, method, "/a") for method in ("GET", "HEAD", "PUT")] == ["get", "get", "any"]
    template = Router([Route("get", path="/{x}", methods="GET", to="x"), Route("any", path="/{y}", to="x")])
    assert [named(template, method, "/a") for method in ("GET", "HEAD", "PUT")] == ["get", "get", "any"]


def test_an_earlier_prefix_hides_a_path_and_a_template() -> None:
    router = Router(
        [
            Route("early", path_prefix="/a", priority=1, to="x"),
            Route("path", path="/a/b", to="x"),
            Route("template", path="/a/{x}", to="x"),
            Route("other", path="/b/{x}", to="x"),
        ]
    )
    assert [named(router, "GET", path) for path in ("/a/b", "/a/c", "/b/c")] == ["early", "early", "other"]


def test_an_earlier_template_of_priority_hides_a_more_literal_one() -> None:
    router = Router([Route("early", path="/{x}/b", priority=1, to="x"), Route("late", path="/a/{y}", to="x")])
    assert [named(router, "GET", path) for path in ("/a/b", "/a/c", "/c/b", "/c/c")] == ["early", "late", "early", None]


def test_the_way_back_from_a_literal_segment() -> None:
    router = Router(
        [
            Route("literal", path="/a/b/{x}", to="x"),
            Route("wild", path="/{x}/c/{y}", methods="PUT", to="x"),
            Route("post", path="/a/d/{x}", methods="POST", to="x"),
            Route("get", path="/{x}/d/{y}", methods="GET", to="x"),
        ]
    )
    assert named(router, "PUT", "/a/c/1") == "wild"
    assert named(router, "GET", "/a/d/1") == "get"
    assert ask(router, Request("DELETE", "/a/d/1")).allowed_methods == ("GET", "HEAD", "POST")
    assert ask(router, Request("DELETE", "/a/c/1")).allowed_methods == ("PUT",)
    assert ask(router, Request("DELETE", "/a/e/1")).allowed_methods == ()


def test_a_domain_with_a_port_where_ports_are_ignored() -> None:
    hosts = (VirtualHost("v", (Route("v", to="x"),), (HostExact("a:1"), HostExact("b"))),)
    router = Router(RouteTable("t", hosts, host_selection="best_only"))
    assert [named(router, "GET", f"http://{host}/") for host in ("a:1", "a", "b", "b:1", "B")] == [None, None, *"vvv"]


def test_405_is_not_said_where_it_is_switched_off() -> None:
    route = Route("get", match=RouteMatch((PathExact("/a"), Method("GET"))), to="x")
    assert ask(Router(listed(route)), Request("PUT", "/a")).status == 404


def test_many_lengths_of_prefixes_are_bisected() -> None:
    texts = ["/" + "a" * length for length in range(MAX_LENGTHS + 3)]
    router = _listed(*(PathStringPrefix(text) for text in reversed(texts)))
    assert [named(router, "GET", f"{text}b") for text in texts] == [str(at) for at in reversed(range(len(texts)))]
    forward = _listed(*(PathStringPrefix(text) for text in texts))
    assert [named(forward, "GET", text) for text in texts] == ["0"] * len(texts)
    tested = Router(
        listed(
            *(
                Route(str(at), match=RouteMatch((PathStringPrefix(text), HeaderMatch("h", TextExact(str(at))))), to="x")
                for at, text in enumerate(texts)
            )
        )
    )
    assert named(tested, "GET", texts[-1], {"h": "2"}) == "2"
    assert named(tested, "GET", texts[1], {"h": "2"}) is None
    nested: list[tuple[Criterion, ...]] = [
        (PathStringPrefix(texts[0]), HeaderMatch("h")),
        (PathStringPrefix(texts[2]),),
        (PathStringPrefix(texts[1]),),
        *((PathStringPrefix(text),) for text in texts[3:]),
    ]
    outer = Router(listed(*(Route(str(at), match=RouteMatch(one), to="x") for at, one in enumerate(nested))))
    assert named(outer, "GET", texts[2]) == "1"
    assert named(outer, "GET", texts[2], {"h": ""}) == "0"


def test_checks_say_what_criteria_say() -> None:
    criteria: list[Criterion] = [
        Method("GET"),
        Method(("GET", "PUT")),
        HeaderMatch("h", TextExact("1")),
        HeaderMatch(":path", TextExact("/?q=1")),
        HeaderMatch("host", TextExact("a")),
        QueryMatch("q", TextExact("1")),
        QueryMatch("q", TextExact("")),
    ]
    requests = [
        Request("GET", "http://a/?q=1", {"h": ["0", "1"]}),
        Request("GET", "/?xq=1&y=2", [(f"x{number}", "1") for number in range(FEW)] + [("H", "1")]),
        Request("GET", "/?q=&q=1", {"x": "1"}),
        Request("PUT", "http://a/?q=2&q=1&x=1"),
        Request("POST", "/", {"H": "1"}),
        Request.from_parts("POST", "/", headers=[("H", "1")]),
        Request("POST", "/?q"),
    ]
    for criterion in criteria:
        assert [check_of(criterion)(one) for one in requests] == [criterion.accepts(one) for one in requests]


@define(eq=True, unsafe_hash=False)
class _Unhashable:
    """A criterion of somebody else."""

    wanted: list[str]

    def accepts(self, request: Request, /) -> bool:
        return request.method in self.wanted

    def seen(self, request: Request, /) -> str:
        return request.method


def test_a_criterion_that_cannot_be_hashed() -> None:
    criterion = _Unhashable(["PUT"])
    check = check_of_all((criterion,))
    assert check is not None
    assert check(Request("PUT", "/"))


def test_a_router_pickles_as_its_mesh() -> None:
    router = Router([Route("a", path="/a/{x}", to="x")], entry="table/routes")
    copy = pickle.loads(pickle.dumps(router))  # noqa: S301 - what was pickled here
    assert copy.mesh == router.mesh
    request = Request("GET", "/a/1")
    assert copy.resolve(request) == router.resolve(request)
    assert len(pickle.dumps(router)) < 1.2 * len(pickle.dumps(router.mesh)) + 200


def _edits(router: Router, *steps: tuple[str, Route]) -> Router:
    for name, route in steps:
        router = router.replace(name, route)
    return router


def test_exchanges_in_the_tree_of_templates() -> None:
    routes = [Route("a", path="/a/{x}", to="x"), Route("b", path="/b/{x}", to="x"), Route("c", path="/{x}/c", to="x")]
    router = Router(routes)
    paths = ("/a/1", "/b/1", "/1/c", "/d/1", "/e/f/1", "/a/c")
    expected = ["a", "b", "c", None, None, "a"]
    assert [named(router, "GET", path) for path in paths] == expected
    moved = _edits(router, ("a", Route("a", path="/d/{x}", to="x")), ("b", Route("b", path="/e/f/{x}", to="x")))
    assert [named(moved, "GET", path) for path in paths] == [None, None, "c", "a", "b", "c"]
    beside = _edits(Router([*routes[:1], Route("z", path="/z", to="x")]), ("z", Route("z", path="/b/{x}", to="x")))
    assert [named(beside, "GET", path) for path in paths] == ["a", "z", None, None, None, "a"]
    inside = _edits(router, ("c", Route("c", path="/{x}/{y}", to="x")), ("b", Route("b", path="/{x}/b", to="x")))
    assert [named(inside, "GET", path) for path in (*paths, "/1/b")] == ["a", "c", "c", "c", None, "a", "b"]
    gone = _edits(moved, ("a", Route("a", path="/a", to="x")), ("c", Route("c", path="/c", to="x")))
    assert [named(gone, "GET", path) for path in (*paths, "/a", "/c")] == [*[None] * 4, "b", None, "a", "c"]
    wild = _edits(
        gone, ("a", Route("a", path="/{x}/{y}", to="x")), ("c", Route("c", path="/{x}/{y}", methods="PUT", to="x"))
    )
    assert [named(wild, method, "/1/2") for method in ("GET", "PUT")] == ["a", "c"]
    assert [named(router, "GET", path) for path in paths] == expected


def test_exchanges_among_many_values() -> None:
    routes = [Route(f"r{n}", path="/a", headers={"h": str(n)}, to="x") for n in range(20)]
    routes += [Route("any", path="/a", headers={"k": True}, to="x")]
    router = Router(routes)
    changed = _edits(
        router,
        ("r3", Route("r3", path="/a", headers={"h": "30"}, to="x")),
        ("r4", Route("r4", path="/a", headers={"k": "4"}, to="x")),
        ("r5", Route("r5", path="/b", to="x")),
        ("any", Route("any", path="/a", headers={"h": "3"}, to="x")),
    )
    values = ("3", "30", "4", "5", "6")
    assert [named(changed, "GET", "/a", {"h": value}) for value in values] == ["any", "r3", None, None, "r6"]
    assert named(changed, "GET", "/a", {"k": "4"}) == "r4"
    assert named(changed, "GET", "/b") == "r5"
    assert [named(router, "GET", "/a", {"h": value}) for value in values] == ["r3", None, "r4", "r5", "r6"]
    for n in (*range(3), *range(6, 20)):
        changed = changed.replace(f"r{n}", Route(f"r{n}", path="/c", to="x"))
    assert [named(changed, "GET", "/a", {"h": value}) for value in values] == ["any", "r3", None, None, None]
    emptied = _edits(changed, *((name, Route(name, path="/d", to="x")) for name in ("r3", "r4", "any")))
    assert [named(emptied, "GET", path, {"h": "3"}) for path in ("/a", "/d")] == [None, "r3"]


def test_exchanges_of_routes_with_alternatives() -> None:
    wide = {f"h{at}": [str(value) for value in range(16)] for at in range(8)}
    routes = [Route(f"r{n}", path="/a", headers={f"h{at}": str(n) for at in range(8)}, to="x") for n in range(20)]
    router = Router(routes).replace("r3", Route("r3", path="/a", headers=wide, to="x"))
    assert named(router, "GET", "/a", dict.fromkeys(wide, "1")) == "r1"
    assert named(router, "GET", "/a", dict.fromkeys(wide, "15")) == "r3"
    assert named(router, "GET", "/a", {name: str(at) for at, name in enumerate(wide)}) == "r3"


def test_exchanges_among_prefixes_and_suffixes() -> None:
    hosts = (
        VirtualHost("v", (Route("v", path_prefix="/1", to="x"),), (HostSuffix(".v"),)),
        VirtualHost("w", (Route("w", path_prefix="/1", to="x"),), (HostSuffix(".w"),)),
    )
    router = Router(RouteTable("t", hosts))
    changed = router.replace("v", Route("v", path_prefix="/1", methods="PUT", to="x"))
    assert [named(changed, method, "http://a.v/1") for method in ("GET", "PUT")] == [None, "v"]
    assert named(changed, "GET", "http://a.w/1") == named(router, "GET", "http://a.w/1") == "w"


def test_an_exchange_in_a_table_that_repeats_another_id() -> None:
    table = listed(Route("a", path="/1", to="x"), Route("a", path="/2", to="x"), Route("b", path="/3", to="x"))
    changed = Router(table).replace("b", Route("b", path="/4", to="x"))
    assert [named(changed, "GET", path) for path in ("/1", "/2", "/3", "/4")] == ["a", "a", None, "b"]
    with pytest.raises(TableError, match=r"^table 't' has several routes 'a'$"):
        Router(table).replace("a", Route("a", to="x"))


def test_headers_that_are_no_text_are_refused_all_the_same() -> None:
    assert Headers([]).items() == ()
    assert Headers([("a", "\xe9")]).items() == (("a", "\xe9"),)
    with pytest.raises(ValueError, match="must be a str"):
        Headers([("a", 1)])  # type: ignore[list-item]  # what is refused
    with pytest.raises(ValueError, match="a pair of name and value"):
        Headers([("a", "b", "c")])  # type: ignore[list-item]  # what is refused

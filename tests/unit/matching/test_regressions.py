"""Faults of matching that were found once, each with the smallest case that showed it."""

from __future__ import annotations

import sys

import pytest

from meshroute import Request, Route, RouteError, RouteMatch, Router, RouteTable, TableError, VirtualHost
from meshroute.criteria import HostExact
from meshroute.matching.candidate import Candidate
from meshroute.matching.values import MAX_COPIES, ByValue, HeaderOf, build_node
from meshroute.model.hops import Place
from meshroute.model.precedence import Precedence
from meshroute.model.python import precedence_of


def _names(table: RouteTable, *paths: str) -> list[str | None]:
    answers = [Router(table).resolve(Request("GET", path)) for path in paths]
    return [answer.backends[0].name if answer.backends else None for answer in answers]


def test_routes_that_share_an_id_keep_their_order() -> None:
    """Ranks were numbered by the count of different ids, so the second "a" and "b" were on a par."""
    routes = (Route("a", path="/1", to="x"), Route("a", methods="GET", to="y"), Route("b", path="/2", to="z"))
    assert _names(RouteTable("t", (VirtualHost("h", routes),)), "/1", "/2") == ["x", "y"]


def test_a_route_whose_id_is_shared_cannot_be_replaced() -> None:
    routes = (Route("a", path="/1", to="x"), Route("a", path="/2", to="y"))
    router = Router(RouteTable("t", (VirtualHost("h", routes),)))
    with pytest.raises(TableError, match="table 't' has several routes 'a'"):
        router.replace("a", Route("a", to="z"))


def test_allowed_methods_come_only_from_virtual_hosts_that_accept_the_host() -> None:
    """More domains than the index takes were not tested again."""
    domains = tuple(HostExact(f"h{number}") for number in range(70))
    host = VirtualHost("h", (Route("a", path="/", methods="POST", to="x"),), domains)
    router = Router(RouteTable("t", (host,), method_not_allowed=True))
    assert router.resolve(Request("GET", "http://other/")).status == 404
    assert router.resolve(Request("GET", "http://h69/")).allowed_methods == ("POST",)


def test_no_rule_of_precedence_is_named_between_virtual_hosts() -> None:
    """It said "number 5 goes before number 0"."""
    late, early = Precedence((("number", "5"),), ((5,),)), Precedence((("number", "0"),), ((0,),))
    hosts = (
        VirtualHost("one", (Route("a", to="x", precedence=late),)),
        VirtualHost("two", (Route("b", to="y", precedence=early),)),
    )
    explanation = Router(RouteTable("t", hosts)).explain(Request("GET", "/"))
    assert [candidate.reason for candidate in explanation.hops[0].candidates] == [
        "the first that accepts the request",
        "it accepts the request too, but comes later: its virtual host is listed later",
    ]


def test_the_precedence_of_a_template_reads_like_code() -> None:
    """It held the members of an enumeration and an infinite number."""
    precedence = precedence_of(Route("a", path="/{x}/v{y}", to="b"))
    assert precedence.keys == (((True, 0), 1, (2, 1), -1, True),)
    assert repr(precedence.keys) == "(((True, 0), 1, (2, 1), -1, True),)"


def test_alternatives_in_many_dimensions_do_not_multiply() -> None:
    """Each candidate was held once for each combination of its values: 60 routes took minutes to compile."""

    def values(route: int, dimension: int) -> list[str]:
        return [str(value) for value in range(17) if value != (route // 17 + route % 17 * (dimension + 1)) % 17]

    routes = [
        Route(f"r{route}", headers={f"h{dimension}": values(route, dimension) for dimension in range(6)}, to="x")
        for route in range(60)
    ]
    placed = [Candidate(rank, Place("t", None, route), route.match.criteria) for rank, route in enumerate(routes)]
    held, todo = 0, [build_node(placed)]
    while todo:
        node = todo.pop()
        if isinstance(node, ByValue):
            todo.extend(node._children.values())
            todo.extend(() if node._rest is None else (node._rest,))
        else:
            held += len(list(node.candidates()))
    assert held <= MAX_COPIES * len(routes)
    answer = Router(routes).resolve(Request("GET", "/", headers={f"h{dimension}": "3" for dimension in range(6)}))
    assert answer.route is not None
    assert answer.route.name == next(
        f"r{route}" for route in range(60) if all("3" in values(route, dimension) for dimension in range(6))
    )


def test_replacing_in_the_second_virtual_host() -> None:
    domains = (HostExact("a"), HostExact("b"))
    hosts = tuple(
        VirtualHost("same", (Route("r", match=RouteMatch(), to="old", id=f"r/{name.value}"),), (name,))
        for name in domains
    )
    table = RouteTable("t", hosts, host_selection="best_only")
    router = Router(table).replace("r/b", Route("r", match=RouteMatch(), to="new", id="r/b"))
    taken = [router.resolve(Request("GET", f"http://{name}/")).backends[0].name for name in ("a", "b")]
    assert taken == ["old", "new"]


def test_repeated_equal_lines_are_looked_up_once() -> None:
    routes = [Route(f"r{number}", headers={"x": str(number)}, to="b") for number in range(20)]
    router = Router(routes)
    answer = router.resolve(Request("GET", "/", headers={"x": ["19", "19", "3"]}))
    assert answer.route is not None
    assert answer.route.name == "r3"
    assert HeaderOf("x", joined=False).values(Request("GET", "/", headers={"x": ["1", "1", "2"]})) == ("1", "2")


def test_routes_of_many_criteria_are_compiled_in_linear_time() -> None:
    def calls(criteria: int) -> int:
        routes = [
            Route(f"r{number}", headers={f"x-{place}": str(number) for place in range(criteria)}, to="b")
            for number in range(10)
        ]
        count = 0

        def tick(_frame: object, event: str, _argument: object) -> None:
            nonlocal count
            count += event == "call"

        sys.setprofile(tick)
        try:
            Router(routes)
        finally:
            sys.setprofile(None)
        return count

    assert calls(400) < 3 * calls(200)


def test_doubled_braces_are_unbalanced() -> None:
    with pytest.raises(RouteError, match="has an unbalanced brace"):
        Route("r", path="/{{id}}", to="b")

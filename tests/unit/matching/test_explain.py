"""Explanations: the winner, why the others lost, and the text for people."""

from __future__ import annotations

import pytest

from meshroute.matching.explain import MAX_SHOWN, Candidate, Explanation
from meshroute.matching.router import Router
from meshroute.model.actions import Backend, Delegate, Redirect
from meshroute.model.criteria import HeaderMatch, Method, PathExact, RouteMatch
from meshroute.model.hosts import HostExact, HostSuffix
from meshroute.model.mesh import Entry, Listener, Mesh
from meshroute.model.normalization import Normalization
from meshroute.model.notices import Notice, Source
from meshroute.model.request import Request
from meshroute.model.rewrites import HostRewrite
from meshroute.model.route import Route
from meshroute.model.table import RouteTable, VirtualHost
from tests.unit.matching.ask import listed


def _verdicts(explanation: Explanation, hop: int = 0) -> list[tuple[str | None, str]]:
    return [(candidate.route.name, candidate.verdict) for candidate in explanation.hops[hop].candidates]


def _reason(explanation: Explanation, name: str) -> str:
    found = [candidate for hop in explanation.hops for candidate in hop.candidates if candidate.route.name == name]
    assert len(found) == 1
    return found[0].reason


_ROUTER = Router(
    [
        Route("prio", path="/cart", headers={"x": "1"}, to="p", priority=1),
        Route("cart", path="/cart", methods="GET", to={"cart-v1": 95, "cart-v2": 5}),
        Route("any", path="/{x}", to="any"),
        Route("web", path_prefix="/", to="web"),
    ]
)


def test_every_candidate_has_a_verdict_and_a_reason() -> None:
    explanation = _ROUTER.explain(Request("GET", "http://a.example/cart?q"))
    assert explanation.answer == _ROUTER.resolve(Request("GET", "http://a.example/cart?q"))
    assert [(hop.table, hop.virtual_host) for hop in explanation.hops] == [("routes", None)]
    assert _verdicts(explanation) == [("prio", "rejected"), ("cart", "chosen"), ("any", "later"), ("web", "later")]
    assert _reason(explanation, "cart") == "the first that accepts the request"
    assert _reason(explanation, "prio") == ("asks that header 'x' is '1', but header 'x' is missing")
    assert _reason(explanation, "any") == (
        "it accepts the request too, but comes later: path kind exact path goes before path kind template"
    )


def test_the_verdict_of_each_criterion() -> None:
    explanation = _ROUTER.explain(Request("PUT", "/cart"))
    candidate = explanation.hops[0].candidates[1]
    assert candidate.verdict == "rejected"
    assert [(verdict.criterion, verdict.accepted, verdict.seen) for verdict in candidate.criteria] == [
        (PathExact("/cart"), True, "the path is '/cart'"),
        (Method(("GET", "HEAD")), False, "the method is 'PUT'"),
    ]


def test_the_text_of_a_forward() -> None:
    assert str(_ROUTER.explain(Request("GET", "http://a.example/cart?q"))).splitlines() == [
        "GET http://a.example/cart?q",
        "table routes",
        "  chosen   cart",
        "           the first that accepts the request",
        "           path is '/cart': the path is '/cart'",
        "           method is GET or HEAD: the method is 'GET'",
        "  later    any",
        "           it accepts the request too, but comes later: path kind exact path goes before path kind template",
        "  later    web",
        (
            "           it accepts the request too, but comes later: "
            "path kind exact path goes before path kind prefix of segments"
        ),
        "  rejected prio",
        ("           asks that header 'x' is '1', but header 'x' is missing"),
        "outcome forward",
        "  Backend cart-v1, weight 95",
        "  Backend cart-v2, weight 5",
        "  arrives as GET http://a.example/cart?q",
    ]


def test_the_text_of_two_hops_with_sources_and_notices() -> None:
    outer = Route("gr", action=Delegate("svc", (HostRewrite("svc.local"),)), source=Source("gr.yaml", 3))
    inner = Route(
        None, to=Backend("node", "shop", "VirtualNode"), id="vr/0", notices=[Notice("code", "Something to know.")]
    )
    tables = (
        RouteTable("in", (VirtualHost("self_redirect", (outer,)),)),
        RouteTable("svc", (VirtualHost(None, (inner,)),)),
    )
    router = Router(Mesh((Entry("gateway", "g", (Listener("in"),)),), tables))
    assert str(router.explain(Request("GET", "http://a/x"))).splitlines() == [
        "GET http://a/x",
        "table in, virtual host self_redirect",
        "  chosen   gr (gr.yaml:3)",
        "           the first that accepts the request",
        "           rewrites host 'a' to 'svc.local'",
        "table svc",
        "  chosen   vr/0",
        "           the first that accepts the request",
        "outcome forward",
        "  VirtualNode shop/node, weight 1",
        "  arrives as GET http://svc.local/x",
        "notice: Something to know. [code]",
    ]


def test_the_text_of_a_redirect_and_of_nothing() -> None:
    redirect = Router([Route("r", action=Redirect(path="/z"))]).explain(Request("GET", "http://a/x"))
    assert str(redirect).splitlines()[-2:] == ["outcome redirect 302", "  to http://a/z"]
    assert str(Router([]).explain(Request("GET", "/x"))) == (
        "GET /x\ntable routes\n  it has no routes\noutcome no_route 404"
    )


def test_long_lists_are_cut_in_the_text_only() -> None:
    routes = [Route(f"r{number}", path="/a", to="x") for number in range(MAX_SHOWN)]
    exact = Router(routes).explain(Request("GET", "/a"))
    assert "more that reject" not in str(exact)
    over = Router([*routes, Route("none", path="/b", to="x"), Route("more", path="/c", to="x")])
    explanation = over.explain(Request("GET", "/a"))
    assert len(explanation.hops[0].candidates) == MAX_SHOWN + 2
    assert "  … and 2 more that reject the request or come later" in str(explanation).splitlines()
    assert "none" not in str(explanation)


def test_routes_that_are_listed_later() -> None:
    explanation = Router(listed(Route("a", to="x"), Route("b", to="x"))).explain(Request("GET", "/"))
    assert _verdicts(explanation) == [("a", "chosen"), ("b", "later")]
    assert _reason(explanation, "b") == "it accepts the request too, but comes later: it is listed later"
    equal = Router([Route("a", to="x"), Route("b", to="x")]).explain(Request("GET", "/"))
    assert _reason(equal, "b") == "it accepts the request too, but comes later: it is listed later"


def test_virtual_hosts_that_lost() -> None:
    hosts = (
        VirtualHost("all", (Route("all", to="x"), Route("strict", to="x", headers={"h": "1"}))),
        VirtualHost("exact", (Route("exact", path="/a", to="x"),), (HostExact("a.b"),)),
        VirtualHost("other", (Route("other", to="x"),), (HostSuffix(".c"),)),
    )
    router = Router(RouteTable("t", hosts, host_selection="best_only"))
    found = router.explain(Request("GET", "http://a.b/a"))
    assert found.hops[0].virtual_host == "exact"
    assert _verdicts(found) == [("all", "later"), ("strict", "rejected"), ("exact", "chosen"), ("other", "rejected")]
    assert _reason(found, "all") == "virtual host 'exact' has the better domain"
    assert _reason(found, "other") == ("asks that host ends with '.c', but the host is 'a.b'")
    missed = router.explain(Request("GET", "http://a.b/z"))
    assert _verdicts(missed) == [("all", "later"), ("strict", "rejected"), ("exact", "rejected"), ("other", "rejected")]


@pytest.mark.parametrize("target", ["/a%00", "*"])
def test_requests_that_were_refused_before_any_route(target: str) -> None:
    table = RouteTable(
        "t",
        listed(Route("a", to="x")).virtual_hosts,
        normalization=Normalization(path=True),
        slash_required=True,
    )
    explanation = Router(table).explain(Request.from_parts("GET", target))
    assert _verdicts(explanation) == [("a", "later")]
    assert _reason(explanation, "a") == "the request was refused before any route was tried"


def test_a_request_that_reaches_no_table() -> None:
    explanation = Router([Route("a", to="x")]).explain(Request("GET", "/", entry="k/n"))
    assert explanation.hops == ()
    assert str(explanation) == (
        "GET /\noutcome no_route\nnotice: there is no entry 'k/n'; candidates: table/routes [unknown-entry]"
    )


def test_values_compare() -> None:
    match = RouteMatch((HeaderMatch("h"),))
    route = Route("r", match=match, to="x")
    assert Candidate(route, "later", "why", ()) == Candidate(Route("r", match=match, to="x"), "later", "why", ())

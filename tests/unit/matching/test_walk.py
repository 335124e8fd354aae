"""The way through a mesh: listeners, normalisation, delegates, the end."""

from __future__ import annotations

import pytest

from meshroute.matching.router import Router
from meshroute.model.actions import Action, Backend, Delegate, Forward, NoRoute
from meshroute.model.criteria import PathStringPrefix, Port, RouteMatch
from meshroute.model.hops import Outcome
from meshroute.model.mesh import Entry, Listener, Mesh
from meshroute.model.normalization import Normalization
from meshroute.model.notices import Notice, Source
from meshroute.model.request import Request
from meshroute.model.rewrites import HostRewrite, PrefixReplace
from meshroute.model.route import Route
from meshroute.model.table import RouteTable, VirtualHost
from tests.unit.matching.ask import ask


def _table(name: str, action: Action, prefix: str = "", normalization: Normalization | None = None) -> RouteTable:
    route = Route(f"{name}-route", match=RouteMatch((PathStringPrefix(prefix),)), action=action)
    return RouteTable(name, (VirtualHost(f"{name}-host", (route,)),), normalization=normalization)


def _mesh(*tables: RouteTable, listeners: tuple[Listener, ...] | None = None) -> Router:
    ports = (Listener(tables[0].id),) if listeners is None else listeners
    return Router(Mesh((Entry("gateway", "g", ports, source=Source("f", 1)),), tables))


def test_two_stages() -> None:
    router = _mesh(
        _table("in", Delegate("svc", (HostRewrite("svc.local"), PrefixReplace("/")), 9080, "svc"), "/shop/"),
        _table("svc", Forward((Backend("node"),)), "/x"),
    )
    answer = ask(router, Request("GET", "http://a.example/shop/x?q"))
    assert answer.outcome is Outcome.FORWARD
    assert [(hop.table, hop.request.url, hop.request.port) for hop in answer.hops] == [
        ("in", "http://a.example/shop/x?q", None),
        ("svc", "http://svc.local/x?q", 9080),
    ]
    assert answer.request == Request("GET", "http://svc.local/x?q", port=9080)
    assert (answer.virtual_host, answer.service) == ("svc-host", "svc")
    # there is no way back to another gateway route
    missed = ask(router, Request("GET", "http://a.example/shop/y"))
    assert (missed.outcome, missed.status) == (Outcome.NO_ROUTE, 404)
    assert missed.route is not None
    assert missed.route.name == "in-route"
    assert [hop.route is None for hop in missed.hops] == [False, True]


def test_a_path_never_becomes_a_host() -> None:
    router = _mesh(
        _table("in", Delegate("svc", (PrefixReplace(""),)), "/go/"),
        _table("svc", Forward((Backend("node"),))),
    )
    answer = ask(router, Request("GET", "http://a.example/go/http://evil.example/x"))
    assert answer.request is not None
    assert (answer.request.authority, answer.request.target) == ("a.example", "http://evil.example/x")


def test_a_final_no_route() -> None:
    answer = ask(_mesh(_table("in", NoRoute("no provider", 503))), Request("GET", "/"))
    assert (answer.outcome, answer.status) == (Outcome.NO_ROUTE, 503)


@pytest.mark.parametrize(("delegates", "reached"), [(0, True), (1, True), (16, True), (17, False), (30, False)])
def test_at_most_16_delegates(delegates: int, reached: bool) -> None:  # noqa: FBT001 - a column
    chain = [_table(f"t{place}", Delegate(f"t{place + 1}")) for place in range(delegates)]
    answer = ask(_mesh(*chain, _table(f"t{delegates}", Forward((Backend("b"),)))), Request("GET", "/"))
    assert (answer.outcome is Outcome.FORWARD) is reached
    if reached:
        assert len(answer.hops) == delegates + 1
    else:
        assert (answer.outcome, answer.status, len(answer.hops)) == (Outcome.NO_ROUTE, None, 17)
        assert [(notice.code, notice.message) for notice in answer.notices] == [
            ("too-many-hops", "the request was sent on more than 16 times")
        ]


def test_a_circle_ends() -> None:
    answer = ask(_mesh(_table("a", Delegate("b")), _table("b", Delegate("a"))), Request("GET", "/"))
    assert [notice.code for notice in answer.notices] == ["too-many-hops"]


def test_a_delegate_to_nowhere() -> None:
    answer = ask(_mesh(_table("a", Delegate("gone"))), Request("GET", "/"))
    assert (answer.outcome, answer.status, len(answer.hops)) == (Outcome.NO_ROUTE, None, 1)
    assert [(notice.code, notice.message) for notice in answer.notices] == [("no-table", "there is no table 'gone'")]


# listeners

_TWO_PORTS = _mesh(
    _table("one", Forward((Backend("b1"),))),
    _table("two", Forward((Backend("b2"),))),
    listeners=(Listener("one", 8080), Listener("two", 8081)),
)


@pytest.mark.parametrize(
    ("url", "port", "table"),
    [
        ("http://a:8081/", None, "two"),
        ("http://a:8081/", 8080, "one"),
        ("http://a/", 8081, "two"),
    ],
)
def test_the_listener_is_chosen_by_port(url: str, port: int | None, table: str) -> None:
    answer = ask(_TWO_PORTS, Request("GET", url, port=port))
    assert [hop.table for hop in answer.hops] == [table]


def test_nothing_listens_there() -> None:
    answer = ask(_TWO_PORTS, Request("GET", "https://a/"))
    assert (answer.outcome, answer.status, answer.hops) == (Outcome.NO_ROUTE, None, ())
    assert answer.notices == (
        Notice(
            "no-listener",
            "nothing listens at port 443 of gateway/g (its ports: 8080, 8081): the connection is refused",
            Source("f", 1),
        ),
    )


def test_the_only_listener_needs_no_port() -> None:
    router = _mesh(_table("one", Forward(())), listeners=(Listener("one", 8088),))
    answer = ask(router, Request("GET", "http://a:81/"))
    assert [(hop.table, hop.request.port) for hop in answer.hops] == [("one", 8088)]
    assert ask(router, Request("GET", "http://a/", port=8088)).hops[0].request.port == 8088
    assert ask(router, Request("GET", "http://a/", port=80)).notices[0].code == "no-listener"


def test_a_route_sees_the_port_of_the_listener() -> None:
    route = Route("r", match=RouteMatch((Port(8088),)), to="x")
    table = RouteTable("one", (VirtualHost(None, (route,)),))
    assert ask(_mesh(table, listeners=(Listener("one", 8088),)), Request("GET", "http://a:81/")).route is route


def test_a_listener_of_any_port() -> None:
    answer = ask(_mesh(_table("one", Forward(()))), Request("GET", "http://a:81/"))
    assert [(hop.table, hop.request.port) for hop in answer.hops] == [("one", None)]


def test_an_entry_without_listeners() -> None:
    answer = ask(_mesh(_table("one", Forward(())), listeners=()), Request("GET", "/"))
    assert [notice.message for notice in answer.notices] == [
        "nothing listens at port 80 of gateway/g (its ports: none): the connection is refused"
    ]


# normalisation

_NORMAL = _mesh(_table("in", Forward((Backend("b"),)), "/meter/x", Normalization(path=True, slashes=True)))


def test_the_table_sees_the_normalised_path() -> None:
    answer = ask(_NORMAL, Request("GET", "/a/..//meter///x?q//"))
    assert [hop.request.target for hop in answer.hops] == ["/meter/x?q//"]
    assert answer.received.target == "/a/..//meter///x?q//"
    assert answer.request is not None
    assert answer.request.target == "/meter/x?q//"


def test_what_cannot_be_normalised_is_a_bad_request() -> None:
    answer = ask(_NORMAL, Request("GET", "/meter/x%00"))
    assert (answer.outcome, answer.status, answer.route) == (Outcome.BAD_REQUEST, 400, None)
    assert [hop.table for hop in answer.hops] == ["in"]
    assert [(notice.code, notice.message) for notice in answer.notices] == [
        ("bad-request", "table in refuses the request: its text cannot be normalised")
    ]


@pytest.mark.parametrize(
    ("target", "protocol", "found"),
    [
        ("*", "http", False),
        ("", "http2", False),
        ("?x", "grpc", False),
        ("/", "http", True),
        ("", "tcp", True),
        ("", "tls", True),
        ("", "udp", True),
    ],
)
def test_a_slash_may_be_required(target: str, protocol: str, found: bool) -> None:  # noqa: FBT001 - a column
    hosts = _table("in", Forward((Backend("b"),))).virtual_hosts
    router = _mesh(RouteTable("in", hosts, slash_required=True, service="s", notices=(Notice("c", "m"),)))
    answer = ask(router, Request.from_parts("GET", target, protocol=protocol))
    assert (answer.outcome is Outcome.FORWARD) is found
    assert answer.service == "s"
    assert [notice.code for notice in answer.notices] == ["c"]

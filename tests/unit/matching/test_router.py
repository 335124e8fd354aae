"""The router on tables written in Python: paths, 405, HEAD, the way back."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor

import pytest

from meshroute.errors import RouteError, TableError
from meshroute.matching.router import Router
from meshroute.model.criteria import TextPrefix
from meshroute.model.hops import Outcome
from meshroute.model.mesh import Entry, Listener, Mesh
from meshroute.model.python import python_table, single_table_mesh
from meshroute.model.request import Request
from meshroute.model.route import Route
from meshroute.model.table import RouteTable
from tests.unit.matching.ask import ask, listed, named

_SHOP = Router(
    [
        Route("canary", path="/cart/{id}", headers={"x-canary": "1"}, to={"cart-v2": 1}, priority=10),
        Route("cart", path="/cart/{id}", to={"cart-v1": 95, "cart-v2": 5}),
        Route("list", path="/cart", methods="GET", to="cart-v1"),
        Route("files", path="/files/{rest=**}", to="files"),
        Route("versions", path="/v{n}/items", to="items"),
        Route("img", path_regex="/img/[a-z]+\\.png", to="img"),
        Route("api", path_prefix="/api", to="api"),
        Route("local", host="*.local", to="local"),
        Route("port", port=9000, to="port"),
        Route("query", query={"q": TextPrefix("a")}, to="query"),
    ]
)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/cart/42", "cart"),
        ("/cart/42?q=a", "cart"),
        ("/cart", "list"),
        ("/cart/", None),
        ("/cart/1/2", None),
        ("/files/", "files"),
        ("/files", None),
        ("/files/a/b", "files"),
        ("/v1/items", "versions"),
        ("/v/items", None),
        ("/img/a.png", "img"),
        ("/img/a.png/", None),
        ("/img/.png", None),
        ("/api", "api"),
        ("/api/", "api"),
        ("/api/x", "api"),
        ("/apis", None),
        ("/API", None),
        ("http://a.local:81/x", "local"),
        ("http://.local/x", None),
        ("http://a.local/cart/1", "cart"),
        ("http://a.example:9000/x", "port"),
        ("http://a.example/x?q=ab", "query"),
        ("http://a.example/x?q=b&q=a", None),
        ("*", None),
        ("", None),
    ],
)
def test_which_route_is_taken(url: str, expected: str | None) -> None:
    assert named(_SHOP, "GET", url) == expected


def test_priority_goes_first() -> None:
    assert named(_SHOP, "GET", "/cart/42", {"X-Canary": "1"}) == "canary"
    assert named(_SHOP, "GET", "/cart/42", {"X-Canary": "2"}) == "cart"


def test_parameters_are_raw_and_decoded() -> None:
    answer = ask(_SHOP, Request("GET", "/cart/a%2Fb%C3%A9"))
    assert answer.params == {"id": "a%2Fb%C3%A9"}
    assert answer.decoded_params == {"id": "a/b\u00e9"}


def test_the_arriving_request_is_the_same_without_rewrites() -> None:
    request = Request("GET", "http://a/cart/1?x", {"h": "1"})
    assert ask(_SHOP, request).request == request


# 405 and HEAD

_METHODS = Router(
    [
        Route("read", path="/a", methods="GET", to="x"),
        Route("write", path="/a", methods=["PUT", "DELETE"], headers={"x": "1"}, to="x"),
        Route("any", path="/b", to="x"),
        Route("head", path="/c", methods="HEAD", to="x"),
        Route("get", path="/c", methods="GET", to="x"),
        Route("host", path="/d", methods="GET", host="h.example", to="x"),
        Route("again", path="/e", methods="GET", to="x"),
        Route("more", path_prefix="/e", methods="POST", to="x"),
    ]
)


@pytest.mark.parametrize(
    ("method", "url", "headers", "status", "allowed"),
    [
        ("GET", "/a", {}, None, ()),
        ("HEAD", "/a", {}, None, ()),
        ("POST", "/a", {}, 405, ("GET", "HEAD")),
        ("PUT", "/a", {}, 405, ("GET", "HEAD")),
        ("PUT", "/a", {"x": "1"}, None, ()),
        ("POST", "/a", {"x": "1"}, 405, ("DELETE", "GET", "HEAD", "PUT")),
        ("get", "/a", {}, 405, ("GET", "HEAD")),
        ("POST", "/b", {}, None, ()),
        ("POST", "/none", {}, 404, ()),
        ("POST", "/a/", {}, 404, ()),
        ("POST", "http://h.example/d", {}, 405, ("GET", "HEAD")),
        ("POST", "http://other.example/d", {}, 404, ()),
        ("PUT", "/e", {}, 405, ("GET", "HEAD", "POST")),
        ("PUT", "/e/x", {}, 405, ("POST",)),
    ],
)
def test_405(method: str, url: str, headers: dict[str, str], status: int | None, allowed: tuple[str, ...]) -> None:
    answer = ask(_METHODS, Request(method, url, headers))
    assert (answer.status, answer.allowed_methods) == (status, allowed)
    expected = {405: Outcome.METHOD_NOT_ALLOWED, 404: Outcome.NO_ROUTE, None: Outcome.FORWARD}[status]
    assert answer.outcome is expected


def test_head_takes_its_own_route_before_that_of_get() -> None:
    assert named(_METHODS, "HEAD", "/c") == "head"
    assert named(_METHODS, "GET", "/c") == "get"
    assert named(_METHODS, "HEAD", "/a") == "read"


def test_405_can_be_switched_off() -> None:
    router = Router(python_table([Route("read", path="/a", methods="GET", to="x")], method_not_allowed=False))
    answer = ask(router, Request("PUT", "/a"))
    assert (answer.outcome, answer.status, answer.allowed_methods) == (Outcome.NO_ROUTE, 404, ())


def test_documents_answer_404() -> None:
    answer = ask(Router(listed(Route("read", path="/a", methods="GET", to="x"))), Request("PUT", "/a"))
    assert (answer.outcome, answer.status) == (Outcome.NO_ROUTE, 404)
    assert named(Router(listed(Route("read", path="/a", methods="GET", to="x"))), "HEAD", "/a") is None


# the way back


@pytest.mark.parametrize(
    ("name", "params", "expected"),
    [
        ("cart", {"id": 42}, "/cart/42"),
        ("cart", {"id": "a/b"}, "/cart/a%2Fb"),
        ("files", {"rest": "a/b"}, "/files/a/b"),
        ("versions", {"n": 2}, "/v2/items"),
        ("list", {}, "/cart"),
    ],
)
def test_url_for(name: str, params: dict[str, object], expected: str) -> None:
    assert _SHOP.url_for(name, **params) == expected
    assert named(_SHOP, "GET", expected) == name


def test_url_for_takes_a_parameter_called_name() -> None:
    assert Router([Route("u", path="/u/{name}", to="x")]).url_for("u", name="n") == "/u/n"


@pytest.mark.parametrize(
    ("name", "params", "message"),
    [
        ("none", {}, "there is no route 'none'"),
        ("cart", {}, "the path '/cart/{id}' needs a value for 'id'"),
        ("cart", {"id": 1, "n": 2}, "the path '/cart/{id}' has no parameter 'n'"),
        ("list", {"id": 1}, "route 'list' has no template that these parameters could fill"),
        ("api", {}, "route 'api' has no template that a path could fill"),
        ("img", {}, "route 'img' has no template that a path could fill"),
        ("port", {}, "route 'port' has no template that a path could fill"),
    ],
)
def test_url_for_refuses(name: str, params: dict[str, object], message: str) -> None:
    with pytest.raises(RouteError) as caught:
        _SHOP.url_for(name, **params)
    assert str(caught.value) == message


def test_url_for_needs_one_route_of_the_name() -> None:
    router = Router(listed(Route("a", path="/a", to="x"), Route("a", path="/b", to="x", id="a2")))
    with pytest.raises(RouteError, match=r"^several routes are called 'a'$"):
        router.url_for("a")


# what a router is made of


def test_a_router_of_nothing() -> None:
    answer = ask(Router([]), Request("GET", "/"))
    assert (answer.outcome, answer.status) == (Outcome.NO_ROUTE, 404)
    empty = ask(Router(RouteTable("t", ())), Request("GET", "/"))
    assert [hop.table for hop in empty.hops] == ["t"]


def test_a_router_of_a_mesh_with_several_entries() -> None:
    one, two = listed(Route("one", to="x")), RouteTable("u", listed(Route("two", to="x")).virtual_hosts)
    mesh = Mesh((Entry("k", "one", (Listener("t"),)), Entry("k", "two", (Listener("u"),))), (one, two))
    assert Router(mesh, entry="K/two").resolve(Request("GET", "/")).hops[0].table == "u"
    assert Router(mesh, entry="k/two").resolve(Request("GET", "/", entry="k/one")).hops[0].table == "t"
    assert ask(Router(mesh), Request("GET", "/", entry="k/one")).hops[0].table == "t"
    unknown = ask(Router(mesh), Request("GET", "/"))
    assert (unknown.outcome, unknown.status, unknown.hops) == (Outcome.NO_ROUTE, None, ())
    assert [(notice.code, notice.message) for notice in unknown.notices] == [
        ("unknown-entry", "several entries are possible; candidates: k/one, k/two")
    ]
    with pytest.raises(TableError, match=r"^there is no entry 'k/three'; candidates: k/one, k/two$"):
        Router(mesh, entry="k/three")


def test_several_entries_or_none_to_one_table() -> None:
    table = listed(Route("one", to="x"))
    two = Mesh((Entry("k", "one", (Listener("t"),)), Entry("k", "two", (Listener("t"),))), (table,))
    assert [notice.code for notice in ask(Router(two), Request("GET", "/")).notices] == ["unknown-entry"]
    assert ask(Router(two), Request("GET", "/", entry="k/two")).outcome is Outcome.FORWARD
    assert [notice.code for notice in ask(Router(Mesh((), (table,))), Request("GET", "/")).notices] == ["unknown-entry"]
    assert [notice.code for notice in ask(Router(Mesh((), ())), Request("GET", "/")).notices] == ["unknown-entry"]


def test_an_entry_that_leads_to_the_second_of_two_tables() -> None:
    tables = (listed(Route("one", to="x")), RouteTable("u", listed(Route("two", to="x")).virtual_hosts))
    router = Router(Mesh((Entry("k", "n", (Listener("u"),)),), tables))
    assert named(router, "GET", "/") == "two"


def test_a_router_and_its_answers_do_not_change() -> None:
    answer = _SHOP.resolve(Request("GET", "/cart"))
    for value, name in ((_SHOP, "mesh"), (answer, "received"), (answer, "failure"), (answer, "colour")):
        with pytest.raises(AttributeError):
            setattr(value, name, None)


def test_the_entry_of_a_request_is_checked_for_one_table_too() -> None:
    router = Router([Route("a", to="x")])
    assert ask(router, Request("GET", "/", entry="table/routes")).outcome is Outcome.FORWARD
    assert ask(router, Request("GET", "/", entry="table/other")).notices[0].code == "unknown-entry"
    assert Router(single_table_mesh(python_table([Route("a", to="x")]))).resolve(Request("GET", "/")).route is not None


def test_answers_pickle() -> None:
    answer = _SHOP.resolve(Request("GET", "/cart/42"))
    assert pickle.loads(pickle.dumps(answer)) == answer  # noqa: S301 - our own bytes


def test_threads_share_a_router() -> None:
    requests = [Request("GET", f"/cart/{number}") for number in range(50)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(_SHOP.resolve, requests))
    assert [answer.params["id"] for answer in answers] == [str(number) for number in range(50)]


@pytest.mark.parametrize(
    "request_",
    [
        Request("OPTIONS", "*"),
        Request.from_parts("", ""),
        Request.from_parts("GET", "/a\x00\r\n%zz%"),
        Request.from_parts("GET", "/" + "a/" * 500_000),
        Request.from_parts("GET", "/cart/" + "a" * 1_000_000),
        Request.from_parts("CONNECT", "a.example:443", authority="a.example:443"),
        Request("GET", "http:///x"),
        Request("GET", "/", [(f"h{number}", "v") for number in range(10_000)]),
        Request("GET", "http://a.example/cart/1", {"host": ""}),
    ],
    ids=range(9),
)
def test_odd_requests_have_answers(request_: Request) -> None:
    assert ask(_SHOP, request_).outcome in set(Outcome)

"""What is refused when a value is built, so that resolving never raises; and how odd inputs are read."""

from __future__ import annotations

from typing import Any, cast

import pytest

from meshroute.errors import RequestError, RouteError
from meshroute.matching.router import Router
from meshroute.matching.words import changes_in_words
from meshroute.model.actions import Backend, Forward, Redirect
from meshroute.model.criteria import Not, QueryMatch
from meshroute.model.hops import Hop, Place
from meshroute.model.mesh import Entry, Listener, Mesh
from meshroute.model.normalization import Normalization
from meshroute.model.notices import Source
from meshroute.model.picking import pick_by_key
from meshroute.model.request import Request
from meshroute.model.resolution import Resolution
from meshroute.model.rewrites import HostRewrite, PathReplace, PrefixReplace
from meshroute.model.route import Route
from meshroute.model.table import RouteTable, VirtualHost


@pytest.mark.parametrize("kind", [HostRewrite, PathReplace, PrefixReplace])
def test_rewrites_hold_wire_text(kind: type[HostRewrite | PathReplace | PrefixReplace]) -> None:
    with pytest.raises(RouteError, match=rf"^{kind.__name__}: its value holds '\u2603': wire text has"):
        kind("a\u2603")


def test_numbers_of_a_request_are_numbers() -> None:
    with pytest.raises(RequestError, match=r"^the port must be from 0 to 65535, not '80'$"):
        Request("GET", "/", port=cast("Any", "80"))
    with pytest.raises(RequestError, match=r"^random_value must be from 0 to 2\*\*64 - 1, not 'x'$"):
        Request("GET", "/", random_value=cast("Any", "x"))


def test_several_host_lines_are_joined_as_envoy_does() -> None:
    assert Request("GET", "/", headers=[("Host", "a.com"), ("host", "b.com")]).authority == "a.com,b.com"
    scope = {"type": "http", "path": "/", "headers": [(b"Host", b"a.com"), (b"x", b"1"), (b"host", b"b.com")]}
    request = Request.from_asgi(scope)
    assert (request.authority, request.headers.items()) == ("a.com,b.com", (("x", "1"),))


def test_scopes_and_environs_with_gaps() -> None:
    assert Request.from_asgi({"type": "websocket"}) == Request.from_parts("GET", "/")
    with pytest.raises(RequestError, match=r"^the path holds '\\ud800', half of a character"):
        Request.from_asgi({"type": "http", "path": "/\ud800", "headers": []})
    with pytest.raises(RequestError, match=r"^the method must be a str, not NoneType$"):
        Request.from_wsgi({"PATH_INFO": "/"})
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "SERVER_PORT": "9" * 5000}
    assert Request.from_wsgi(environ).port is None


def test_a_query_parameter_may_be_asked_to_be_absent() -> None:
    route = Route("r", query={"q": False}, to="b")
    assert route.match.criteria == (Not(QueryMatch("q")),)
    assert not route.match.accepts(Request("GET", "/?q"))


def test_an_exact_path_may_be_long() -> None:
    path = "/a" * 300
    assert Router([Route("r", path=path, to="b")]).resolve(Request("GET", path)).route is not None


def test_a_redirect_without_a_path_keeps_the_path_of_the_request() -> None:
    assert Route("r", redirect="https://new.example").action == Redirect("https", "new.example")
    assert Route("r", redirect="https://new.example/").action == Redirect("https", "new.example", path="/")


def test_a_backend_listed_twice_has_the_sum_of_its_weights() -> None:
    twice = (Backend("a", weight=3), Backend("b", weight=4), Backend("a", weight=3))
    once = (Backend("a", weight=6), Backend("b", weight=4))
    keys = [f"user-{number}" for number in range(300)]
    picked = [pick_by_key(twice, key) for key in keys]
    expected = [pick_by_key(once, key) for key in keys]
    assert [backend and backend.name for backend in picked] == [backend and backend.name for backend in expected]


def test_odd_keys_pick_too() -> None:
    assert pick_by_key((Backend("a"),), "\ud800") == Backend("a")


def test_a_value_that_no_bytes_stand_for_fits_no_path() -> None:
    router = Router([Route("r", path="/a/{x}", to="b")])
    with pytest.raises(RouteError, match=r"^the path '/a/\{x\}' cannot hold '\\ud800' for 'x': no bytes stand for it$"):
        router.url_for("r", x="\ud800")


def test_the_listener_of_a_port_goes_before_the_one_of_any_port() -> None:
    tables = tuple(RouteTable(name, (VirtualHost(None, (Route(name, to="b"),)),)) for name in ("any", "8080"))
    mesh = Mesh((Entry("gateway", "g", (Listener("any"), Listener("8080", port=8080))),), tables)
    router = Router(mesh)
    taken = [router.resolve(Request("GET", "/", port=port)).hops[0].table for port in (8080, 80)]
    assert taken == ["8080", "any"]


def test_nothing_leaves_where_no_backend_is_usable() -> None:
    answer = Router([Route("r", to={"a": 0})]).resolve(Request("GET", "/"))
    assert (answer.outcome.value, answer.status, answer.request) == ("backend_error", 503, None)


def test_a_request_is_grpc_by_all_lines_of_its_content_type() -> None:
    request = Request("POST", "/s/m", headers={"content-type": ["application/grpc", "x"]})
    assert not Resolution.along(request, ()).is_grpc
    assert Resolution.along(Request("POST", "/s/m", headers={"content-type": "application/grpc+proto"}), ()).is_grpc


def test_a_hop_that_ends_sends_nothing_on() -> None:
    request = Request("GET", "/")
    assert Hop(Place("t"), request).onward is None
    assert Hop(Place("t", None, Route("r", respond=200)), request).onward is None
    assert Hop(Place("t", None, Route("r", to="b")), request).onward == request


def test_a_source_without_a_line() -> None:
    assert (str(Source("a.yaml", 3)), str(Source("<object>", 0))) == ("a.yaml:3", "<object>")


@pytest.mark.parametrize(
    ("method", "protocol", "headers", "refused"),
    [
        ("GET", "http", {}, False),
        ("FOO-BAR", "http2", {"x-a": "1"}, False),
        ("FOO BAR", "http", {}, True),
        ("", "grpc", {}, True),
        ("", "tcp", {}, False),
        ("GET", "http", {"": "1"}, True),
        ("GET", "http", {":authority": "a"}, True),
        ("GET", "http", {"x a": "1"}, True),
    ],
)
def test_a_codec_takes_only_tokens_as_methods_and_names(
    method: str,
    protocol: str,
    headers: dict[str, str],
    refused: bool,
) -> None:
    request = Request.from_parts(method, "/", protocol=protocol, headers=headers)
    assert (Normalization(strict=True).apply(request) is None) is refused


def test_words_for_a_host_that_was_not_there() -> None:
    route = Route("r", action=Forward((), rewrites=(HostRewrite("s"),)))
    assert changes_in_words(Hop(Place("t", None, route), Request("GET", "/"))) == "host (none) to 's'"


@pytest.mark.parametrize(
    ("path", "value"), [("/a/{x}", "."), ("/a/{x}/b", ".."), ("/a/.{x}", "."), ("/{x=**}", "a/../b")]
)
def test_urls_are_built_without_dot_segments(path: str, value: str) -> None:
    router = Router([Route("r", path=path, to="b")])
    with pytest.raises(RouteError, match=r"for 'x': clients remove dot segments$"):
        router.url_for("r", x=value)
    assert router.url_for("r", x="...").endswith(("...", ".../b"))

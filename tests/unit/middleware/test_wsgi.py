"""What the WSGI middleware hands on."""

from __future__ import annotations

from typing import Any

import pytest

from meshroute import Backend
from meshroute.middleware.wsgi import RouteMiddleware
from tests.unit.middleware.cases import ROUTER
from tests.unit.middleware.drive import Scope, WsgiApp, environ_of, wsgi


def _seen(environ: Scope, **settings: Any) -> Scope:
    app = WsgiApp()
    wsgi(RouteMiddleware(app, ROUTER, **settings), environ)
    return app.environ


def test_a_plain_route_changes_nothing_but_adds() -> None:
    environ = environ_of("/cart/a b%C3%A9?x=1")
    before = dict(environ)
    seen = _seen(environ)
    assert environ == before, "the environ of the server is left as it was"
    names = ("meshroute.resolution", "meshroute.backend", "meshroute.route", "wsgiorg.routing_args")
    added = {name: seen.pop(name) for name in names}
    assert seen == before
    assert added["meshroute.resolution"].route.name == "cart"
    assert added["meshroute.backend"] == Backend("app")
    assert added["wsgiorg.routing_args"] == ((), {"id": "a bé"})


def test_parameters_are_added_to_those_that_are_there() -> None:
    there: Scope = {"wsgiorg.routing_args": (("a",), {"tenant": "t"})}
    assert _seen(environ_of("/cart/42", **there))["wsgiorg.routing_args"] == (("a",), {"tenant": "t", "id": "42"})
    assert _seen(environ_of("/shop/x", **there))["wsgiorg.routing_args"] == (("a",), {"tenant": "t"})
    for target, named in (("/plain", {"tenant": "t"}), ("/cart/42", {"tenant": "t", "id": "42"})):
        assert _seen(environ_of(target, **there))["wsgiorg.routing_args"] == (("a",), named)
    assert _seen(environ_of("/plain"))["wsgiorg.routing_args"] == ((), {})


@pytest.mark.parametrize(
    ("target", "parts", "mount", "expected"),
    [
        ("/shop/a b?x=1", {}, False, ("", "/a b", "x=1")),
        ("/shop/a b?x=1", {}, True, ("/shop", "/a b", "x=1")),
        ("/old/x", {}, True, ("", "/new/x", "")),
        ("/root", {}, True, ("/root", "/", "")),
        ("/x", {"SCRIPT_NAME": "/old"}, False, ("", "/new/x", "")),
        ("/x", {"SCRIPT_NAME": "/shop"}, True, ("/shop", "/x", "")),
        ("/shop/é".encode().decode("latin-1"), {}, False, ("", "/Ã©", "")),
        ("/é".encode().decode("latin-1"), {"SCRIPT_NAME": "/shop"}, False, ("", "/Ã©", "")),
    ],
)
def test_paths_that_are_rewritten(target: str, parts: Scope, mount: bool, expected: tuple[object, ...]) -> None:
    seen = _seen(environ_of(target, **parts), mount=mount)
    assert (seen["SCRIPT_NAME"], seen["PATH_INFO"], seen["QUERY_STRING"]) == expected


def test_the_raw_target_counts_and_is_rewritten() -> None:
    for name in ("RAW_URI", "REQUEST_URI"):
        parts: Scope = {name: "/shop/a%2Fb?x=1"}
        seen = _seen(environ_of("/shop/a/b?x=1", **parts))
        assert (seen["PATH_INFO"], seen[name]) == ("/a/b", "/a%2Fb?x=1")
        assert seen["meshroute.resolution"].received.target == "/shop/a%2Fb?x=1"


def test_host_and_headers_are_rewritten() -> None:
    seen = _seen(environ_of("/host", [("x-old", "1"), ("cookie", "a=1"), ("x-kept", "é")]))
    assert seen["HTTP_HOST"] == "b.example"
    assert seen["HTTP_X_NEW"] == "1"
    assert seen["HTTP_X_KEPT"] == "é"
    assert "HTTP_X_OLD" not in seen
    assert "HTTP_COOKIE" not in seen


def test_without_a_host_there_is_none_afterwards() -> None:
    environ = environ_of("/shop/x")
    del environ["HTTP_HOST"]
    assert "HTTP_HOST" not in _seen(environ)


def test_a_header_that_is_there_is_replaced() -> None:
    assert _seen(environ_of("/host", [("x-new", "0")]))["HTTP_X_NEW"] == "1"


def test_exceptions_pass_through() -> None:
    def app(environ: Scope, start_response: Any) -> Any:
        raise LookupError(environ["PATH_INFO"])

    with pytest.raises(LookupError, match="/plain"):
        RouteMiddleware(app, ROUTER)(environ_of("/plain"), None)  # type: ignore[arg-type]  # what the test gives is what it needs


def test_what_is_streamed_is_left_as_it_is() -> None:
    pieces = iter([b"a", b"b"])
    routed = RouteMiddleware(lambda _environ, _start: pieces, ROUTER)
    for target in ("/plain", "/shop/x", "/response"):
        assert routed(environ_of(target), lambda *_: None) is pieces


def test_start_response_gets_what_the_application_says() -> None:
    said: list[tuple[Any, ...]] = []

    def app(environ: Scope, start_response: Any) -> Any:
        start_response("500 Oops", [("x-old", "1")], ("kind", "error", "trace"))
        return []

    RouteMiddleware(app, ROUTER)(environ_of("/response"), lambda *given: said.append(given))
    assert said == [("500 Oops", [("x-new", "1")], ("kind", "error", "trace"))]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        # waitress merges leading slashes, and keeps what was sent
        ({"REQUEST_URI": "//plain", "PATH_INFO": "/plain"}, ("a.example", "", "//plain", "")),
        # a server in front has removed dot segments
        ({"REQUEST_URI": "/any/../plain?x", "PATH_INFO": "/plain"}, ("a.example", "", "/any/../plain", "x")),
        ({"RAW_URI": "http://b.example/plain", "PATH_INFO": "/plain"}, ("b.example", "", "/plain", "")),
        ({"PATH_INFO": "http://b.example/plain"}, ("b.example", "", "/plain", "")),
        ({"RAW_URI": "http://b.\x01example/plain", "PATH_INFO": "/plain"}, ("b. example", "", "/plain", "")),
        # a proxy in front has taken away what its middleware puts into SCRIPT_NAME
        ({"RAW_URI": "/plain", "PATH_INFO": "/plain", "SCRIPT_NAME": "/pre"}, ("a.example", "/pre", "/plain", "")),
        ({"RAW_URI": "/shop/x", "PATH_INFO": "/shop/x", "SCRIPT_NAME": "/pre"}, ("a.example", "/pre", "/x", "")),
        ({"RAW_URI": "/plain#/x?y", "PATH_INFO": "/plain"}, ("a.example", "", "/plain", "")),
        ({"RAW_URI": "/plain#/x?y", "PATH_INFO": "/plain#/x"}, ("a.example", "", "/plain", "y")),
    ],
)
def test_the_application_sees_what_was_routed(parts: Scope, expected: tuple[str, ...]) -> None:
    seen = _seen(environ_of("/", **parts), on_no_route="pass")
    assert (seen["HTTP_HOST"], seen["SCRIPT_NAME"], seen["PATH_INFO"], seen["QUERY_STRING"]) == expected

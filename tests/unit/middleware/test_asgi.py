"""What the ASGI middleware hands on."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from typing import Any

import pytest

from meshroute import Backend, Forward, HostRewrite, PathReplace, Route, Router
from meshroute.criteria import HeaderMatch, Present, RouteMatch
from meshroute.middleware.asgi import RouteMiddleware
from tests.unit.middleware.cases import ROUTER
from tests.unit.middleware.drive import AsgiApp, Scope, asgi, scope_of


def _seen(scope: Scope, **settings: Any) -> Scope:
    app = AsgiApp()
    asgi(RouteMiddleware(app, ROUTER, **settings), scope)
    return app.scope


def _path_of(scope: Scope) -> tuple[object, ...]:
    return scope["path"], scope["raw_path"], scope["root_path"], scope["query_string"]


def test_a_plain_route_changes_nothing_but_adds() -> None:
    scope = scope_of("/cart/a%2Fb%C3%A9?x=1")
    before = dict(scope)
    seen = _seen(scope)
    assert scope == before, "the scope of the server is left as it was"
    added = {name: seen.pop(name) for name in ("meshroute", "meshroute.backend", "route", "path_params")}
    assert seen == before
    assert added["meshroute"].route.name == "cart"
    assert added["meshroute.backend"] == Backend("app")
    assert added["path_params"] == {"id": "a/bé"}


def test_what_all_backends_have_in_common_is_done() -> None:
    action = Forward((Backend("a"), Backend("b")), (HostRewrite("b.example"),))
    app = AsgiApp()
    asgi(RouteMiddleware(app, Router([Route("a", match=RouteMatch(()), action=action)])), scope_of("/"))
    assert (app.scope["headers"], app.scope["meshroute.backend"]) == ([(b"host", b"b.example")], None)


def test_the_backend_is_only_said_where_it_is_certain() -> None:
    assert _seen(scope_of("/split"))["meshroute.backend"] is None


def test_parameters_are_added_to_those_that_are_there() -> None:
    for target in ("/cart/42", "/shop/x"):
        seen = _seen(scope_of(target, path_params={"tenant": "t"}))
        assert seen["path_params"] == {"tenant": "t", **({"id": "42"} if target == "/cart/42" else {})}
    assert _seen(scope_of("/plain", path_params={"tenant": "t"}))["path_params"] == {"tenant": "t"}
    assert _seen(scope_of("/plain"))["path_params"] == {}, "as the documentation says, also where there are none"


@pytest.mark.parametrize(
    ("target", "parts", "mount", "expected"),
    [
        ("/shop/a%2Fb?x=1", {}, False, ("/a/b", b"/a%2Fb", "", b"x=1")),
        ("/shop/a%2Fb?x=1", {}, True, ("/shop/a/b", b"/shop/a%2Fb", "/shop", b"x=1")),
        ("/old/x", {}, True, ("/new/x", b"/new/x", "", b"")),
        ("/root", {}, False, ("/", b"/", "", b"")),
        ("/root", {}, True, ("/root/", b"/root/", "/root", b"")),
        ("/old/x", {"root_path": "/old"}, False, ("/new/x", b"/new/x", "", b"")),
        ("/old/x", {"root_path": "/new"}, False, ("/new/x", b"/new/x", "/new", b"")),
        ("/shop/é".encode().decode("latin-1"), {}, False, ("/é", b"/\xc3\xa9", "", b"")),
        ("/shop/%ff", {}, False, ("/\ufffd", b"/%ff", "", b"")),
        ("/shop/%C3%A9/x", {"root_path": "/é"}, False, ("/é/x", b"/%C3%A9/x", "/é", b"")),
        ("/shop/x", {"raw_path": None}, False, ("/x", b"/x", "", b"")),
        ("http://b.example/plain?x", {"path": "http://b.example/plain"}, False, ("/plain", b"/plain", "", b"x")),
        ("*", {"path": "*"}, False, ("*", b"*", "", b"")),
    ],
)
def test_paths_that_are_rewritten(target: str, parts: Scope, mount: bool, expected: tuple[object, ...]) -> None:
    router = ROUTER if target != "*" else Router([Route("all", to="app")])
    app = AsgiApp()
    asgi(RouteMiddleware(app, router, mount=mount), scope_of(target, **parts))
    assert _path_of(app.scope) == expected


def test_a_query_that_a_rewrite_makes() -> None:
    action = Forward((Backend("app"),), (PathReplace("/x?new=1"),))
    app = AsgiApp()
    asgi(RouteMiddleware(app, Router([Route("a", match=RouteMatch(()), action=action)])), scope_of("/a"))
    assert _path_of(app.scope) == ("/x", b"/x", "", b"new=1")


def test_host_and_headers_are_rewritten() -> None:
    seen = _seen(scope_of("/host", [("x-old", "1"), ("cookie", "a=1"), ("x", "é")]))
    assert seen["headers"] == [(b"host", b"b.example"), (b"x", b"\xe9"), (b"x-new", b"1")]
    assert seen["raw_path"] == b"/host"
    seen = _seen(scope_of("/named"))
    assert seen["headers"] == [(b"host", b"c.example")]


def test_without_a_host_there_is_none_afterwards() -> None:
    seen = _seen(scope_of("/host", headers=None) | {"headers": [(b"x-old", b"1")]})
    assert seen["headers"] == [(b"host", b"b.example"), (b"x-new", b"1")]


def test_a_header_that_a_router_removes_without_a_host() -> None:
    rewrite = Router([Route("a", match=RouteMatch((HeaderMatch("x-old", Present()),)), action=ROUTER_ACTION)])
    app = AsgiApp()
    asgi(RouteMiddleware(app, rewrite), scope_of("/") | {"headers": [(b"x-old", b"1")]})
    assert app.scope["headers"] == [(b"x-new", b"1")]


ROUTER_ACTION = next(
    Forward(route.action.backends, route.action.rewrites[1:])
    for route in ROUTER.mesh.tables[0].routes()
    if route.name == "/host" and isinstance(route.action, Forward)
)


def test_a_websocket_is_routed_as_the_request_that_opens_it() -> None:
    router = Router([Route("ws", path="/ws", methods="GET", to="app"), Route("no", path="/no", respond=403)])
    app = AsgiApp()
    socket: Scope = {"type": "websocket", "scheme": "ws"}
    asgi(RouteMiddleware(app, router), scope_of("/ws", **socket))
    assert app.scope["meshroute"].route.name == "ws"
    assert app.scope["meshroute"].received.scheme == "http"
    assert asgi(RouteMiddleware(app, router), scope_of("/no", **socket)).status == 403
    denial: Scope = {"extensions": {"websocket.http.response": {}}}
    assert asgi(RouteMiddleware(app, router), scope_of("/elsewhere", **socket, **denial)).status == 404


def test_other_scopes_go_to_the_application() -> None:
    scopes: list[Scope] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        scopes.append(scope)

    asyncio.run(RouteMiddleware(app, ROUTER)({"type": "lifespan"}, None, None))  # type: ignore[arg-type]  # what the test gives is what it needs
    assert scopes == [{"type": "lifespan"}]


def test_exceptions_and_context_variables_pass_through() -> None:
    variable: ContextVar[int] = ContextVar("variable")

    async def app(scope: Any, receive: Any, send: Any) -> None:
        variable.set(7)
        raise LookupError(scope["path"])

    async def main() -> int:
        with pytest.raises(LookupError, match="/plain"):
            await RouteMiddleware(app, ROUTER)(scope_of("/plain"), None, None)  # type: ignore[arg-type]  # what the test gives is what it needs
        return variable.get()

    assert asyncio.run(main()) == 7


def test_the_body_is_left_to_the_application() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert receive is untouched
        assert send is kept

    async def untouched() -> Any:
        raise AssertionError

    async def kept(message: Any) -> None:
        raise AssertionError

    for target in ("/plain", "/shop/x"):
        asyncio.run(RouteMiddleware(app, ROUTER)(scope_of(target), untouched, kept))


def test_a_rewritten_host_keeps_a_target_without_path() -> None:
    router = Router([Route("all", match=RouteMatch(()), action=Forward((Backend("x"),), (HostRewrite("b"),)))])
    app = AsgiApp()
    asgi(RouteMiddleware(app, router), scope_of("", path="", raw_path=b""))
    assert app.scope["path"] == ""


@pytest.mark.parametrize(
    ("target", "path", "expected"),
    [
        ("/plain#/x?y", "/plain#/x", ("/plain", b"/plain", "", b"y")),
        ("/plain", "/other", ("/plain", b"/plain", "", b"")),
    ],
)
def test_the_application_sees_what_was_routed(target: str, path: str, expected: tuple[object, ...]) -> None:
    assert _path_of(_seen(scope_of(target, path=path))) == expected


def test_the_host_of_a_whole_url_is_the_host() -> None:
    seen = _seen(scope_of("http://b.example/plain", path="http://b.example/plain"))
    assert seen["headers"] == [(b"host", b"b.example")]

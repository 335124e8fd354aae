"""Below a path of another application: what is routed is the whole path, as the client has sent it."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount
from starlette.routing import Route as Endpoint
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.wrappers import Request as WsgiRequest
from werkzeug.wrappers import Response

from meshroute import Backend, Forward, PrefixReplace, Route, Router
from meshroute.criteria import PathStringPrefix, RouteMatch
from meshroute.middleware import asgi, wsgi
from tests.unit.middleware import drive


def _below(prefix: str, to: str) -> Route:
    action = Forward((Backend("app"),), (PrefixReplace(to),))
    return Route(prefix, match=RouteMatch((PathStringPrefix(f"/api/{prefix}/"),)), action=action)


ROUTER = Router([Route("cart", path="/api/cart/{id}", to="app"), _below("shop", "/api/cart/"), _below("out", "/")])


def test_below_starlette() -> None:
    async def cart(request: Request) -> JSONResponse:
        route, root = request.scope["meshroute"].route.name, request.scope["root_path"]
        return JSONResponse([request.path_params["number"], route, root, request.url.path])

    inner = Starlette(routes=[Endpoint("/cart/{number}", cart, name="cart")])
    outer = Starlette(routes=[Mount("/api", app=asgi.RouteMiddleware(inner, ROUTER))])
    assert drive.asgi(outer, drive.scope_of("/api/cart/42")).body == b'["42","cart","/api","/api/cart/42"]'
    assert drive.asgi(outer, drive.scope_of("/api/shop/42")).body == b'["42","shop","/api","/api/cart/42"]'
    assert drive.asgi(outer, drive.scope_of("/api/out/cart/42")).body == b'["42","out","","/cart/42"]', (
        "it has left /api"
    )
    assert drive.asgi(outer, drive.scope_of("/api/elsewhere")).status == 404


def test_below_werkzeug() -> None:
    def inner(environ: dict[str, Any], start_response: Any) -> Any:
        request = WsgiRequest(environ)
        name = environ["meshroute.resolution"].route.name
        return Response(f"{name} {request.root_path} {request.path}")(environ, start_response)

    def missing(environ: dict[str, Any], start_response: Any) -> Any:
        return Response(status=404)(environ, start_response)

    outer = DispatcherMiddleware(missing, {"/api": wsgi.RouteMiddleware(inner, ROUTER)})
    for keeps_raw in (False, True):
        for target, body in (
            ("/api/cart/42", b"cart /api /cart/42"),
            ("/api/shop/42", b"shop /api /cart/42"),
            ("/api/out/cart/42", b"out  /cart/42"),
        ):
            environ = drive.environ_of(target)
            environ |= {"wsgi.input": None, **({"RAW_URI": target} if keeps_raw else {})}
            assert drive.wsgi(outer, environ).body == body

# Django has no types, and what it takes is more than they could say.
# pyright: basic
"""The same small application in every framework, behind the middleware of its protocol.

``GET /cart/{number}`` tells what the framework sees, ``POST /upload`` the length of the body.
"""

from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from typing import Any, Final

from meshroute import Backend, Forward, PrefixReplace, Route, Router
from meshroute.criteria import PathStringPrefix, RouteMatch
from meshroute.middleware import asgi, wsgi

_SHOP: Final = Forward((Backend("app"),), (PrefixReplace("/"),))
ROUTER: Final = Router([
    Route("cart", path="/cart/{id}", to="app"),
    Route("shop", match=RouteMatch((PathStringPrefix("/shop/"),)), action=_SHOP),
    Route("old", path="/old", redirect="/new"),
    Route("new", path_prefix="/", headers={"x-new": "1"}, to="new", priority=1),
])  # fmt: skip


def _told(scope: Any, number: object, path: str, url: object = None) -> dict[str, Any]:
    answer = scope.get("meshroute") or scope.get("meshroute.resolution")
    return {"number": str(number), "path": path, "route": answer.route.name, "url": None if url is None else str(url)}


def _asgi(app: Any, **settings: Any) -> Any:
    return asgi.RouteMiddleware(app, ROUTER, on_no_route="pass", **settings)


def _wsgi(app: Any, **settings: Any) -> Any:
    return wsgi.RouteMiddleware(app, ROUTER, on_no_route="pass", **settings)


def starlette() -> Any:
    """Starlette, where the middleware is put in as its own kind is."""
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route as Endpoint

    async def cart(request: Request) -> JSONResponse:
        number = request.path_params["number"]
        return JSONResponse(_told(request.scope, number, request.url.path, request.url_for("cart", number=7).path))

    async def upload(request: Request) -> JSONResponse:
        return JSONResponse(sum([len(piece) async for piece in request.stream()]))

    endpoints = [Endpoint("/cart/{number}", cart, name="cart"), Endpoint("/upload", upload, methods=["POST"])]
    routed = Middleware(asgi.RouteMiddleware, router=ROUTER, on_no_route="pass", mount=True)
    return Starlette(routes=endpoints, middleware=[routed])


def fastapi() -> Any:
    """FastAPI, by ``add_middleware``, with a lifespan."""
    from fastapi import FastAPI, Request

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[dict[str, str]]:
        yield {"resource": "open"}

    app = FastAPI(lifespan=lifespan)

    @app.get("/cart/{number}")
    async def cart(number: int, request: Request) -> Any:
        assert request.state.resource == "open"
        return _told(request.scope, number, request.url.path, request.url_for("cart", number=7).path)

    @app.post("/upload")
    async def upload(request: Request) -> int:
        return len(await request.body())

    app.add_middleware(asgi.RouteMiddleware, router=ROUTER, on_no_route="pass", mount=True)
    return app


def litestar() -> Any:
    """Litestar, with the middleware around it."""
    from litestar import Litestar, Request, get, post
    from litestar.params import FromPath

    @get("/cart/{number:int}", name="cart")
    async def cart(number: FromPath[int], request: Request[Any, Any, Any]) -> dict[str, Any]:
        return _told(request.scope, number, request.url.path, request.app.route_reverse("cart", number=7))

    @post("/upload", status_code=200)
    async def upload(request: Request[Any, Any, Any]) -> int:
        return len(await request.body())

    return _asgi(Litestar([cart, upload]), mount=True)


def quart() -> Any:
    """Quart, which is Flask for ASGI."""
    from quart import Quart, request, url_for

    app = Quart(__name__)

    async def cart(number: int) -> Any:
        return _told(request.scope, number, request.path, url_for("cart", number=7))

    async def upload() -> Any:
        return str(len(await request.get_data()))

    app.add_url_rule("/cart/<int:number>", "cart", cart)
    app.add_url_rule("/upload", "upload", upload, methods=["POST"])
    return _asgi(app, mount=True)


def falcon_mounted() -> Any:
    """Falcon for ASGI, which does not look at where it is mounted."""
    return falcon_asgi(mount=True)


def falcon_asgi(**settings: Any) -> Any:
    """Falcon for ASGI."""
    import falcon.asgi

    class Cart:
        async def on_get(self, request: Any, response: Any, number: str) -> None:
            response.media = _told(request.scope, number, request.path)

    class Upload:
        async def on_post(self, request: Any, response: Any) -> None:
            response.media = len(await request.bounded_stream.read())

    app = falcon.asgi.App()
    app.add_route("/cart/{number}", Cart())
    app.add_route("/upload", Upload())
    return _asgi(app, **settings)


def falcon_wsgi() -> Any:
    """Falcon for WSGI."""
    import falcon

    class Cart:
        def on_get(self, request: Any, response: Any, number: str) -> None:
            response.media = _told(request.env, number, request.path)

    class Upload:
        def on_post(self, request: Any, response: Any) -> None:
            response.media = len(request.bounded_stream.read())

    app = falcon.App()
    app.add_route("/cart/{number}", Cart())
    app.add_route("/upload", Upload())
    return _wsgi(app)


def flask() -> Any:
    """Flask, where the middleware goes around ``wsgi_app``."""
    from flask import Flask, request, url_for

    app = Flask(__name__)

    def cart(number: int) -> Any:
        return _told(request.environ, number, request.path, url_for("cart", number=7))

    def upload() -> str:
        return str(len(request.get_data()))

    app.add_url_rule("/cart/<int:number>", "cart", cart)
    app.add_url_rule("/upload", "upload", upload, methods=["POST"])
    app.wsgi_app = _wsgi(app.wsgi_app, mount=True)  # type: ignore[method-assign]  # as Flask's documentation says
    return app


def _django() -> None:
    """Set Django up, with the views in this module."""
    import django
    from django.conf import settings

    settings.configure(ROOT_URLCONF=_urls(), SECRET_KEY="-", ALLOWED_HOSTS=["*"], MIDDLEWARE=[])  # noqa: S106 - a test
    django.setup()


def _urls() -> Any:
    from django.http import HttpResponse, JsonResponse
    from django.urls import path, reverse

    def cart(request: Any, number: int) -> Any:
        scope = getattr(request, "scope", None) or request.META
        return JsonResponse(_told(scope, number, request.path_info, reverse("cart", kwargs={"number": 7})))

    def upload(request: Any) -> Any:
        return HttpResponse(str(len(request.body)).encode())

    # a tuple, which Django can hash
    return path("cart/<int:number>", cart, name="cart"), path("upload", upload)


def django_wsgi() -> Any:
    """Django for WSGI."""
    _django()
    from django.core.wsgi import get_wsgi_application

    return _wsgi(get_wsgi_application(), mount=True)


def django_asgi() -> Any:
    """Django for ASGI, which knows no lifespan."""
    _django()
    from django.core.asgi import get_asgi_application

    return _asgi(get_asgi_application(), mount=True)


def strangler() -> Any:
    """An old Django beside a new FastAPI: the header decides."""
    _django()
    from django.core.asgi import get_asgi_application

    return asgi.Dispatcher(ROUTER, {"new": fastapi()}, default=get_asgi_application(), on_no_route="pass")


def bridged() -> Any:
    """An old Flask, by way of asgiref, beside a new FastAPI."""
    from asgiref.wsgi import WsgiToAsgi

    def old(environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [f"old {environ['PATH_INFO']}".encode()]

    return asgi.Dispatcher(ROUTER, {"new": fastapi()}, default=WsgiToAsgi(old), on_no_route="pass")  # type: ignore[no-untyped-call]  # it has no types

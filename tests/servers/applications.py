"""What the servers serve: applications that say what reached them, behind the middleware."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any, Final
from wsgiref.validate import validator as wsgi_validator

from meshroute import Backend, Forward, HostRewrite, PrefixReplace, Route, Router
from meshroute.criteria import PathStringPrefix, RouteMatch
from meshroute.middleware import asgi, cookie, wsgi
from tests.servers.validate import validator as asgi_validator

_SHOP: Final = Forward((Backend("app"),), (PrefixReplace("/"), HostRewrite("inside.example")))
ROUTER: Final = Router([
    Route("cart", path="/cart/{id}", to="app"),
    Route("file", path="/files/{rest=**}", to="app"),
    Route("shop", match=RouteMatch((PathStringPrefix("/shop/"),)), action=_SHOP),
    Route("old", path="/old", redirect="/new" ),
    Route("admin", path_prefix="/admin", respond=(403, "closed")),
    Route("coloured", path="/colour", headers={"color-header": "1"}, to="app"),
    Route("colour", path="/colour", to="app"),
    Route("split", path="/split", to={"v1": 50, "v2": 50}),
    Route("echo", path="/echo", methods="POST", to="app"),
    Route("boom", path="/boom", to="app"),
    Route("star", path_regex=r"\*", to="app"),
    Route("rest", path_prefix="/any", to="app"),
])  # fmt: skip
"""Routes of all kinds."""


def told(answer: Any, scope: Any) -> dict[str, Any]:
    """Say how a request was routed."""
    return {
        "route": None if answer.route is None else answer.route.name,
        "params": dict(answer.params),
        "received": [answer.received.method, answer.received.target, answer.received.authority],
        "headers": [list(line) for line in answer.received.headers],
        "backend": None if scope["meshroute.backend"] is None else scope["meshroute.backend"].name,
        "exposed": scope.get("exposed"),
    }


async def _echo(scope: Any, receive: Any, send: Any) -> None:
    """Tell what came in; stream back what is posted."""
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": json.dumps(told(scope["meshroute"], scope))})
        await send({"type": "websocket.close"})
        return
    if scope["path"] == "/boom":
        message = "boom"
        raise LookupError(message)
    # nobody may say that a tunnel is open (RFC 9110 §9.3.6)
    status = 501 if scope["method"] == "CONNECT" else 200
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")]})
    if scope["method"] == "POST":
        more = True
        while more:
            message = await receive()
            more = message.get("more_body", False)
            await send({"type": "http.response.body", "body": message.get("body", b""), "more_body": True})
        await send({"type": "http.response.body"})
        return
    raw = scope.get("raw_path")
    seen = {
        **told(scope["meshroute"], scope),
        "path": scope["path"],
        "raw": None if raw is None else raw.decode("latin-1"),
        "query": scope["query_string"].decode("latin-1"),
        "root": scope["root_path"],
        "host": [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"],
    }
    await send({"type": "http.response.body", "body": json.dumps(seen).encode()})


def _pieces(stream: Any, left: int) -> Iterator[bytes]:
    while left and (piece := stream.read(min(left, 1 << 14))):
        left -= len(piece)
        yield piece


def _wsgi_echo(environ: Any, start_response: Any) -> Iterable[bytes]:
    """Tell what came in; stream back what is posted."""
    if environ["PATH_INFO"] == "/boom":
        message = "boom"
        raise LookupError(message)
    start_response("200 OK", [("Content-Type", "application/json")])
    if environ["REQUEST_METHOD"] == "POST":
        return _pieces(environ["wsgi.input"], int(environ.get("CONTENT_LENGTH") or sys.maxsize))
    seen = {
        **told(environ["meshroute.resolution"], environ),
        "path": environ["PATH_INFO"],
        "raw": environ.get("RAW_URI") or environ.get("REQUEST_URI"),
        "query": environ.get("QUERY_STRING", ""),
        "root": environ.get("SCRIPT_NAME", ""),
        "host": [environ["HTTP_HOST"]] if "HTTP_HOST" in environ else [],
    }
    return [json.dumps(seen).encode()]


async def _asgi_version(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": scope["meshroute.backend"].name.encode()})


def _wsgi_version(environ: Any, start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["meshroute.backend"].name.encode()]


def open_asgi() -> Any:
    """Make the ASGI application that gets what goes nowhere too, and is told what the server exposes.

    Servers break rules on hostile requests, so that nothing is held to them here.
    """
    routed = asgi.RouteMiddleware(_echo, ROUTER, on_no_route="pass")

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            raw = scope.get("raw_path")
            query = scope["query_string"].decode("latin-1")
            scope["exposed"] = {
                "name": "none" if raw is None else "raw_path",
                "target": None if raw is None else raw.decode("latin-1") + (f"?{query}" if query else ""),
                "path": scope["path"],
                "query": query,
                "lines": [[name.decode("latin-1"), value.decode("latin-1")] for name, value in scope["headers"]],
            }
        await routed(scope, receive, send)

    return app


def open_wsgi() -> Any:
    """Make the WSGI application that gets what goes nowhere too, and is told what the server exposes."""
    routed = wsgi.RouteMiddleware(_wsgi_echo, ROUTER, on_no_route="pass")

    def app(environ: Any, start_response: Any) -> Any:
        name = next((name for name in ("RAW_URI", "REQUEST_URI") if name in environ), "none")
        environ["exposed"] = {
            "name": name,
            "target": environ.get(name),
            "path": environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", ""),
            "query": environ.get("QUERY_STRING", ""),
            "lines": [
                [key[5:].lower().replace("_", "-"), value] for key, value in environ.items() if key.startswith("HTTP_")
            ],
        }
        return routed(environ, start_response)

    return app


def strict_asgi() -> Any:
    """Make the ASGI application that answers what goes nowhere itself."""
    return asgi_validator(asgi.RouteMiddleware(asgi_validator(_echo), ROUTER))


def strict_wsgi() -> Any:
    """Make the WSGI application that answers what goes nowhere itself."""
    return wsgi_validator(wsgi.RouteMiddleware(wsgi_validator(_wsgi_echo), ROUTER))


def canary_asgi() -> Any:
    """Make two versions of an application, with a cookie that decides."""
    apps = {"v1": _asgi_version, "v2": _asgi_version}
    return asgi_validator(asgi.Dispatcher(ROUTER, apps, default=_echo, sticky=cookie("sid")))


def canary_wsgi() -> Any:
    """Make two versions of an application, with a cookie that decides."""
    apps = {"v1": _wsgi_version, "v2": _wsgi_version}
    return wsgi_validator(wsgi.Dispatcher(ROUTER, apps, default=_wsgi_echo, sticky=cookie("sid")))

"""Drives applications of both protocols without any server, and keeps what they saw."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

from attrs import Factory, define

Scope = dict[str, Any]
Pairs = list[tuple[str, str]]


@define
class Response:
    """What a client gets."""

    status: int = 0
    headers: Pairs = Factory(list[tuple[str, str]])
    body: bytes = b""

    def get(self, name: str) -> list[str]:
        """Return the lines of a header."""
        return [value for key, value in self.headers if key.lower() == name]


@define
class AsgiApp:
    """An application that says its name, and keeps the scopes that it gets."""

    name: str = "app"
    headers: Pairs = Factory(list[tuple[str, str]])
    scopes: list[Scope] = Factory(list[Scope])
    messages: list[Scope] = Factory(list[Scope])

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scopes.append(dict(scope))
        lines = [(name.encode(), value.encode()) for name, value in self.headers]
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept", "headers": lines})
            return
        await send({"type": "http.response.start", "status": 200, "headers": lines})
        await send({"type": "http.response.body", "body": self.name.encode(), "more_body": True})
        await send({"type": "http.response.body", "body": b"!"})

    @property
    def scope(self) -> Scope:
        """The last scope."""
        return self.scopes[-1]


@define
class WsgiApp:
    """An application that says its name, and keeps the environs that it gets."""

    name: str = "app"
    headers: Pairs = Factory(list[tuple[str, str]])
    environs: list[Scope] = Factory(list[Scope])

    def __call__(self, environ: Scope, start_response: Any) -> Iterable[bytes]:
        self.environs.append(environ)
        start_response("200 OK", list(self.headers))
        return [self.name.encode(), b"!"]

    @property
    def environ(self) -> Scope:
        """The last environ."""
        return self.environs[-1]


def scope_of(target: str, headers: Pairs | None = None, **parts: Any) -> Scope:
    """Make a scope as a server does."""
    path, _, query = target.partition("?")
    lines = [("host", "a.example"), *(headers or [])]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode("latin-1"),
        "query_string": query.encode("latin-1"),
        "root_path": "",
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in lines],
        "server": ("127.0.0.1", 80),
        **parts,
    }


def environ_of(target: str, headers: Pairs | None = None, **parts: Any) -> Scope:
    """Make an environ as a server does that keeps no raw target."""
    path, _, query = target.partition("?")
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path.encode("latin-1")).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "a.example",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "a.example",
        "wsgi.url_scheme": "http",
    }
    for name, value in headers or []:
        environ["HTTP_" + name.upper().replace("-", "_")] = value
    return {**environ, **parts}


def asgi(app: Callable[..., Any], scope: Scope) -> Response:
    """Ask an ASGI application."""
    response = Response()
    seen: list[str] = []

    async def receive() -> Scope:
        return {"type": "websocket.connect" if scope["type"] == "websocket" else "http.request"}

    async def send(message: Any) -> None:
        seen.append(message["type"])
        if message["type"].endswith(("response.start", "accept", "close")):
            response.status = message.get("status", 0)
            lines = message.get("headers", ())
            response.headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in lines]
        if message["type"] == "websocket.close":
            response.status = 403
        response.body += message.get("body", b"")

    asyncio.run(app(scope, receive, send))
    return response


def wsgi(app: Callable[..., Any], environ: Scope) -> Response:
    """Ask a WSGI application."""
    response = Response()

    def start_response(status: str, headers: Pairs, exc_info: object = None) -> None:
        assert exc_info is None
        response.status = int(status.partition(" ")[0])
        response.headers = headers

    response.body = b"".join(app(environ, start_response))
    return response

"""An application gets the request that ``resolve`` says leaves: for any table and request, in both protocols."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from hypothesis import given

from meshroute import Outcome, Request, Resolution, Router, RouteTable
from meshroute.middleware import asgi, wsgi
from meshroute.testing import tables_and_requests
from tests.servers.validate import validator

Pair = tuple[RouteTable, Request]
ANSWERED = {Outcome.REDIRECT, Outcome.DIRECT_RESPONSE}


def _scope(request: Request) -> dict[str, Any]:
    path, _, query = request.target.partition("?")
    raw = path.encode("latin-1")
    host = [] if request.authority is None else [(b"host", request.authority.encode("latin-1"))]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.scheme,
        "path": unquote_to_bytes(raw).decode("utf-8", "replace"),
        "raw_path": raw,
        "query_string": query.encode("latin-1"),
        "root_path": "",
        "headers": [
            *host,
            *((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in _sendable(request)),
        ],
        "server": ("127.0.0.1", 80 if request.port is None else request.port),
    }


def _sendable(request: Request) -> list[tuple[str, str]]:
    """Return the headers that a server could have let through."""
    lines = [(name, value) for name, value in request.headers if name.isascii() and not name.startswith(":")]
    return [(name, value) for name, value in lines if name.lower() != "host" and not set("\r\n\0") & set(value)]


def _environ(request: Request) -> dict[str, Any]:
    path, _, query = request.target.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path.encode("latin-1")).decode("latin-1"),
        "QUERY_STRING": query,
        "RAW_URI": request.target or "/",
        "SERVER_PORT": str(80 if request.port is None else request.port),
        "wsgi.url_scheme": request.scheme,
    }
    for name, value in _sendable(request):
        environ["HTTP_" + name.upper().replace("-", "_")] = value
    if request.authority is not None:
        environ["HTTP_HOST"] = request.authority
    return environ


def _is_served(request: Request) -> bool:
    """Tell whether any server would let a request through: a method in upper case, as ASGI has it, and one host."""
    method = request.method
    return method.isascii() and method == method.upper() and not set(",\r\n\0") & set(request.authority or "")


def _check(answer: Resolution, seen: Mapping[str, Any] | None, again: Request | None) -> None:
    """Hold what the application got to the answer."""
    forwards = answer.outcome is Outcome.FORWARD and (answer.chosen is None or answer.chosen.valid)
    assert (seen is not None) == forwards
    if again is None:
        return
    leaving = answer.request_to(answer.chosen)
    assert leaving is not None
    assert (again.path, again.query or None) == (leaving.path, leaving.query or None)
    assert again.authority == leaving.authority
    assert [line for line in again.headers if line[1]] == [
        (name.lower(), value) for name, value in leaving.headers if value
    ]


@given(tables_and_requests())
def test_asgi(pair: Pair) -> None:
    table, request = pair
    if not _is_served(request):
        return
    router, scope = Router(table), _scope(request)
    answer = router.resolve(Request.from_asgi(scope))
    seen: list[dict[str, Any]] = []

    async def app(inner: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI is untyped
        _ = receive
        seen.append(inner)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def nothing(message: Any = None) -> Any:  # noqa: ANN401 - ASGI is untyped
        _ = message

    asyncio.run(validator(asgi.RouteMiddleware(validator(app), router))(scope, nothing, nothing))
    inner = seen[0] if seen else None
    _check(answer, inner, None if inner is None else Request.from_asgi(inner))
    assert inner is None or inner["meshroute"] == answer


@given(tables_and_requests())
def test_wsgi(pair: Pair) -> None:
    table, request = pair
    if not _is_served(request):
        return
    router, environ = Router(table), _environ(request)
    answer = router.resolve(Request.from_wsgi(environ))
    seen: list[dict[str, Any]] = []

    def app(inner: dict[str, Any], start_response: Any) -> list[bytes]:  # noqa: ANN401 - WSGI is untyped
        seen.append(inner)
        start_response("200 OK", [])
        return []

    def start_response(status: str, headers: list[tuple[str, str]]) -> None:
        assert status[:3].isdigit()
        for name, value in headers:
            assert not set("\r\n\0") & set(name + value)

    list(wsgi.RouteMiddleware(app, router)(environ, start_response))
    inner = seen[0] if seen else None
    again = None if inner is None else Request.from_wsgi(inner)
    _check(answer, inner, None)
    if inner is not None and again is not None:
        leaving = answer.request_to(answer.chosen)
        assert leaving is not None
        assert inner["PATH_INFO"] == unquote_to_bytes(leaving.path.encode("latin-1")).decode("latin-1")
        assert again.authority == leaving.authority
        assert inner["meshroute.resolution"] == answer

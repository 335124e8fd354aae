"""What the servers of the benchmark serve: the smallest application, without and with the middleware."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from benchmarks.data import rest_list
from benchmarks.routers import our_router
from meshroute.middleware import asgi, wsgi


async def bare_asgi(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401, ARG001 - ASGI is untyped
    """Say hello."""
    if scope["type"] == "http":
        headers = [(b"content-type", b"text/plain"), (b"content-length", b"5")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"hello"})


def bare_wsgi(environ: Any, start_response: Any) -> Iterable[bytes]:  # noqa: ANN401, ARG001 - WSGI is untyped
    """Say hello."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"hello"]


_ROUTER = our_router(rest_list())
routed_asgi = asgi.RouteMiddleware(bare_asgi, _ROUTER)
routed_wsgi = wsgi.RouteMiddleware(bare_wsgi, _ROUTER)

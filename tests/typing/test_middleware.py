"""The types of the middleware and of the testing kit, as a user's type checker sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, assert_type

import pytest
from hypothesis import strategies as st

from meshroute import Request, Resolution, Route, Router, RouteTable
from meshroute.middleware import CookieKey, Discrepancy, Reloader, asgi, cookie, wsgi
from meshroute.testing import assert_routes_to, requests_matching, tables_and_requests, witnesses
from meshroute.testing.snapshots import Witness

ROUTES = [Route("a", path="/a", to="x")]


async def asgi_app(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI is untyped
    """An application."""


def wsgi_app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """An application."""
    _ = environ, start_response
    return []


def test_middleware() -> None:
    router = Router(ROUTES)
    asgi.RouteMiddleware(asgi_app, router, on_no_route="pass", port=None, mount=True)
    wsgi.Dispatcher(router, {"x": wsgi_app}, sticky=cookie("sid", max_age=60), on_no_route=wsgi_app)
    assert_type(cookie("sid"), CookieKey)
    assert_type(cookie("sid")(Request("GET", "/")), str | None)

    def report(found: Discrepancy) -> None:
        assert_type(found.current, Resolution)

    assert_type(
        asgi.ShadowMiddleware(asgi_app, router, router, report).shadow.counts, dict[tuple[str | None, str | None], int]
    )
    with pytest.raises(TypeError, match="there is no setting 'mont'"):
        asgi.RouteMiddleware(asgi_app, router, mont=True)  # type: ignore[call-arg]  # there is none # pyright: ignore[reportCallIssue] - as said before
    with pytest.raises(TypeError, match="takes a Router or a Reloader"):
        asgi.RouteMiddleware(asgi_app, ROUTES)  # type: ignore[arg-type]  # it is no router # pyright: ignore[reportArgumentType] - as said before


def test_a_reloader_is_a_router_for_middleware(tmp_path: Any) -> None:  # noqa: ANN401 - the type is pytest's own
    file = tmp_path / "a.json"
    file.write_text('{"name": "a", "virtual_hosts": []}')
    reloader = Reloader(file)
    asgi.RouteMiddleware(asgi_app, reloader)
    assert_type(reloader.router, Router)
    assert_type(reloader.error, Exception | None)


def test_testing() -> None:
    assert_type(requests_matching(ROUTES[0]), st.SearchStrategy[Request])
    assert_type(tables_and_requests(), st.SearchStrategy[tuple[RouteTable, Request]])
    assert_type(assert_routes_to(ROUTES, "/a", route="a", status=None), Resolution)
    assert_type(witnesses(ROUTES), tuple[Witness, ...])

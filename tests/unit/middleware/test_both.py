"""What the middleware of both protocols do alike."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from meshroute import DirectResponse, Request, RequestError, Route, Router
from meshroute.middleware import MatchedRoute, asgi, cookie, wsgi
from tests.unit.middleware import drive
from tests.unit.middleware.cases import FAILURES, REPLIES, ROUTER

Ask = Callable[..., tuple[drive.Response, dict[str, Any] | None]]


def _ask_asgi(
    target: str, headers: drive.Pairs | None = None, router: Any = ROUTER, method: str = "GET", **settings: Any
) -> tuple[drive.Response, dict[str, Any] | None]:
    app = drive.AsgiApp(headers=[("x-old", "1"), ("content-type", "text/plain")])
    routed = asgi.RouteMiddleware(app, router, **settings)
    response = drive.asgi(routed, drive.scope_of(target, headers, method=method))
    return response, app.scopes[-1] if app.scopes else None


def _ask_wsgi(
    target: str, headers: drive.Pairs | None = None, router: Any = ROUTER, method: str = "GET", **settings: Any
) -> tuple[drive.Response, dict[str, Any] | None]:
    app = drive.WsgiApp(headers=[("x-old", "1"), ("content-type", "text/plain")])
    routed = wsgi.RouteMiddleware(app, router, **settings)
    response = drive.wsgi(routed, drive.environ_of(target, headers, REQUEST_METHOD=method))
    return response, app.environs[-1] if app.environs else None


BOTH = pytest.mark.parametrize("ask", [_ask_asgi, _ask_wsgi], ids=["asgi", "wsgi"])


@BOTH
@pytest.mark.parametrize(("target", "status", "headers", "body"), REPLIES)
def test_what_a_route_answers(ask: Ask, target: str, status: int, headers: drive.Pairs, body: bytes) -> None:
    response, seen = ask(target)
    assert (response.status, response.headers, response.body, seen) == (status, headers, body, None)


@BOTH
@pytest.mark.parametrize(("target", "status", "headers"), FAILURES)
def test_what_goes_nowhere(ask: Ask, target: str, status: int, headers: drive.Pairs) -> None:
    response, seen = ask(target)
    assert (response.status, response.headers, response.body, seen) == (status, headers, b"", None)


@BOTH
@pytest.mark.parametrize("target", [target for target, *_ in FAILURES])
def test_what_goes_nowhere_may_be_passed_on(ask: Ask, target: str) -> None:
    response, seen = ask(target, on_no_route="pass")
    assert (response.status, response.body) == (200, b"app!")
    assert seen is not None
    answer = seen.get("meshroute") or seen["meshroute.resolution"]
    assert answer.received.path == target
    assert seen["meshroute.backend"] is None


@BOTH
@pytest.mark.parametrize(("target", "status"), [(target, status) for target, status, *_ in REPLIES])
def test_what_a_route_answers_is_not_passed_on(ask: Ask, target: str, status: int) -> None:
    assert ask(target, on_no_route="pass")[0].status == status


@BOTH
def test_another_application_may_answer_what_goes_nowhere(ask: Ask) -> None:
    other: Any = drive.AsgiApp("other") if ask is _ask_asgi else drive.WsgiApp("other")
    response, seen = ask("/elsewhere", on_no_route=other)
    assert (response.body, seen) == (b"other!", None)


@BOTH
def test_a_response_to_head_has_no_body(ask: Ask) -> None:
    response, _ = ask("/direct", method="HEAD", router=Router([Route("a", path="/direct", respond=(200, "four"))]))
    assert (response.get("content-length"), response.body) == (["4"], b"")


@BOTH
def test_grpc_is_answered_as_grpc(ask: Ask) -> None:
    response, _ = ask("/grpc", [("content-type", "application/grpc")])
    if ask is _ask_asgi:  # an environ has the content type elsewhere
        assert (response.status, response.get("grpc-status")) == (200, ["12"])


@BOTH
def test_headers_of_the_response_change(ask: Ask) -> None:
    assert ask("/response")[0].headers == [("content-type", "text/plain"), ("x-new", "1")]
    assert ask("/own")[0].headers == [("x-old", "1"), ("content-type", "text/plain"), ("x-own", "1")]
    assert ask("/plain")[0].headers == [("x-old", "1"), ("content-type", "text/plain")]


@BOTH
def test_a_location_cannot_end_its_line(ask: Ask) -> None:
    router = Router([Route("a", path_prefix="/", redirect="http://b.example/?q=1 2")])
    location = ask("/", router=router)[0].get("location")[0]
    assert " " not in location


@BOTH
@pytest.mark.parametrize(
    ("settings", "error", "said"),
    [
        (
            {"on_no_route": "ignore"},
            ValueError,
            "on_no_route must be 'respond', 'pass' or an application, not 'ignore'",
        ),
        ({"port": 70000}, ValueError, "port must be 'server', a number from 0 to 65535 or None, not 70000"),
        ({"port": "80"}, ValueError, "port must be 'server', a number from 0 to 65535 or None, not '80'"),
        ({"protocol": "spdy"}, ValueError, "the protocol must be one of http,"),
        ({"mout": True}, TypeError, "there is no setting 'mout'; the settings are on_no_route, entry, port, "),
        (
            {"router": [Route("a", to="b")]},
            TypeError,
            "a middleware takes a Router or a Reloader, not list: write Router",
        ),
    ],
)
def test_what_is_refused(ask: Ask, settings: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error) as caught:
        ask("/", **settings)
    assert str(caught.value).startswith(said)


@BOTH
@pytest.mark.parametrize(
    ("port", "route"), [("server", "by-80"), (8080, "by-8080"), (None, "by-80")], ids=["server", "given", "open"]
)
def test_the_port_of_the_listener(ask: Ask, port: Any, route: str) -> None:
    router = Router([Route("by-80", port=80, to="x"), Route("by-8080", port=8080, to="x")])
    _, seen = ask("/", router=router, port=port)
    assert seen is not None
    answer = seen.get("meshroute") or seen["meshroute.resolution"]
    assert answer.route.name == route


@BOTH
def test_entry_and_protocol(ask: Ask) -> None:
    _, seen = ask("/plain", entry="python/routes", protocol="http2")
    assert seen is None  # there is no such entry
    _, seen = ask("/plain", protocol="http2")
    assert seen is not None
    answer = seen.get("meshroute") or seen["meshroute.resolution"]
    assert answer.received.protocol == "http2"


@BOTH
def test_tracing_finds_the_route(ask: Ask) -> None:
    for target, path in (("/cart/42", "/cart/{id}"), ("/shop/x", "/shop/*"), ("/host", "/host")):
        _, seen = ask(target)
        assert seen is not None
        found = seen.get("route") or seen["meshroute.route"]
        assert isinstance(found, MatchedRoute)
        assert found.path == path


def test_two_hosts_are_none() -> None:
    scope = drive.scope_of("/plain", [("host", "b.example")])
    assert drive.asgi(asgi.RouteMiddleware(drive.AsgiApp(), ROUTER), scope).status == 400
    environ = drive.environ_of("/plain", HTTP_HOST="a.example, b.example")
    assert drive.wsgi(wsgi.RouteMiddleware(drive.WsgiApp(), ROUTER), environ).status == 400


def test_requests_that_are_none_get_400() -> None:
    scope = drive.scope_of("/", method="☃")
    assert drive.asgi(asgi.RouteMiddleware(drive.AsgiApp(), ROUTER), scope).status == 400
    environ = drive.environ_of("/", REQUEST_METHOD="☃")
    assert drive.wsgi(wsgi.RouteMiddleware(drive.WsgiApp(), ROUTER), environ).status == 400
    with pytest.raises(RequestError):
        Request.from_wsgi(environ)
    assert DirectResponse(200).body is None


def _parts_of(middleware: object) -> list[object]:
    """Return all that requests share of a middleware, by identity and by what it holds."""
    parts: list[object] = []
    for name, value in sorted(vars(middleware).items()):
        parts += [name, id(value), str(value) if name == "_states" else None]
    plans: Any = vars(middleware)["_plans"]
    return [*parts, id(plans.router), sorted(plans.plain)]


@pytest.mark.parametrize("protocol", [asgi, wsgi])
def test_requests_share_nothing_that_changes(protocol: Any) -> None:
    """No lock is needed, also where threads run at the same time: nothing is written but what a request has made."""
    dispatcher = protocol.Dispatcher(ROUTER, {"other": _app(protocol)}, default=_app(protocol), sticky=cookie("sid"))
    routed = protocol.RouteMiddleware(_app(protocol), ROUTER)
    before = [_parts_of(one) for one in (dispatcher, routed)]
    targets = ["/cart/1", "/split", "/shop/x", "/redirect", "/elsewhere", "/host", "/response"] * 30

    def ask(target: str) -> int:
        for one in (dispatcher, routed):
            if protocol is asgi:
                drive.asgi(one, drive.scope_of(target))
            else:
                drive.wsgi(one, drive.environ_of(target))
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, targets)) == len(targets)
    assert [_parts_of(one) for one in (dispatcher, routed)] == before


def _app(protocol: Any) -> Any:
    return drive.AsgiApp() if protocol is asgi else drive.WsgiApp()

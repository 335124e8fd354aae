"""Applications that stand for backends."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from meshroute import Backend, Forward, Redirect, Request, Route, Router, TableError
from meshroute.criteria import GrpcRequest, RouteMatch
from meshroute.middleware import CookieKey, cookie, header
from meshroute.middleware import asgi as asgi_middleware
from meshroute.middleware import wsgi as wsgi_middleware
from tests.unit.middleware.cases import changes
from tests.unit.middleware.drive import AsgiApp, Response, Scope, WsgiApp, asgi, environ_of, scope_of, wsgi

SPLIT = Router(
    [
        Route("new", path_prefix="/", headers={"x-canary": "1"}, to="cart-v2", priority=1),
        Route("cart", path_prefix="/cart", to={"cart-v1": 50, "cart-v2": 50}),
        Route("web", path_prefix="/", to="web"),
    ]
)
NAMES = ("cart-v1", "cart-v2", "web")


def _ask_asgi(dispatcher: dict[str, Any], target: str, headers: Any = None, **parts: Any) -> Response:
    settings = dict(dispatcher)
    router = settings.pop("router", SPLIT)
    apps = {name: AsgiApp(name) for name in settings.pop("names", NAMES)}
    default = AsgiApp("default") if settings.pop("default", False) else None
    return asgi(
        asgi_middleware.Dispatcher(router, apps, default=default, **settings), scope_of(target, headers, **parts)
    )


def _ask_wsgi(dispatcher: dict[str, Any], target: str, headers: Any = None, **parts: Any) -> Response:
    settings = dict(dispatcher)
    router = settings.pop("router", SPLIT)
    apps = {name: WsgiApp(name) for name in settings.pop("names", NAMES)}
    default = WsgiApp("default") if settings.pop("default", False) else None
    if "scheme" in parts:
        parts = {"wsgi.url_scheme": parts["scheme"]}
    if "headers" in parts:
        parts = {"HTTP_COOKIE": "sid="}
    environ = environ_of(target, headers, **parts)
    return wsgi(wsgi_middleware.Dispatcher(router, apps, default=default, **settings), environ)


BOTH = pytest.mark.parametrize("ask", [_ask_asgi, _ask_wsgi], ids=["asgi", "wsgi"])


@BOTH
def test_the_application_of_the_backend_is_asked(ask: Any) -> None:
    assert ask({}, "/x").body == b"web!"
    assert ask({}, "/x", [("x-canary", "1")]).body == b"cart-v2!"
    assert {ask({}, "/cart/1").body for _ in range(60)} == {b"cart-v1!", b"cart-v2!"}


@BOTH
def test_backends_without_an_application_go_to_the_default(ask: Any) -> None:
    assert ask({"names": ("cart-v2",), "default": True}, "/x").body == b"default!"
    assert ask({"names": ("cart-v2",), "default": True}, "/x", [("x-canary", "1")]).body == b"cart-v2!"


@BOTH
def test_every_backend_needs_an_application_and_every_name_a_backend(ask: Any) -> None:
    with pytest.raises(TableError) as caught:
        ask({"names": ("cart-v2", "cart-v3")}, "/x")
    assert str(caught.value) == (
        "no backend is called 'cart-v3'; 'cart-v2' was meant?; "
        "backend 'cart-v1' has no application, and there is no default; "
        "backend 'web' has no application, and there is no default"
    )
    with pytest.raises(TableError, match=r"^no backend is called 'zzz'$"):
        ask({"names": ("zzz",), "default": True}, "/x")


@BOTH
def test_passing_on_needs_a_default(ask: Any) -> None:
    with pytest.raises(ValueError, match="there is no default application to pass on to"):
        ask({"on_no_route": "pass"}, "/x")
    router = Router([Route("cart", path="/cart", to="cart-v2")])
    one = {"router": router, "names": ("cart-v2",)}
    assert ask({**one, "on_no_route": "pass", "default": True}, "/x").body == b"default!"
    assert ask(one, "/x").status == 404


class _Later:
    """A router that may be exchanged: it may come to have backends that nobody stands for."""

    router = SPLIT


@BOTH
def test_a_backend_that_nobody_stands_for_is_unavailable(ask: Any) -> None:
    assert ask({"router": _Later(), "names": ("cart-v2", "later")}, "/x").status == 503
    response_changes = Forward((Backend("web"),), response=(changes("x", "1"),))
    _Later.router = Router([Route("a", match=RouteMatch(()), action=response_changes)])
    assert ask({"router": _Later(), "names": ("cart-v2",)}, "/x").status == 503
    _Later.router = SPLIT


@BOTH
@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["cart", "shop/cart", "cart:80", "shop/cart:80"], "shop/cart:80"),
        (["cart", "shop/cart", "cart:80"], "shop/cart"),
        (["cart", "cart:80"], "cart:80"),
        (["cart"], "cart"),
    ],
)
def test_the_longest_name_counts(ask: Any, names: list[str], found: str) -> None:
    action = Forward((Backend("cart", "shop", port=80),))
    router = Router([Route("a", match=RouteMatch(()), action=action)])
    assert ask({"router": router, "names": names}, "/").body == f"{found}!".encode()


@BOTH
def test_a_backend_that_is_picked_may_answer_itself(ask: Any) -> None:
    backends = (
        Backend("gone", valid=False, status=500, weight=1),
        Backend("bad", valid=False, weight=1),
        Backend("moved", redirect=Redirect(path="/there"), weight=1),
        Backend("own", response=(changes("x-own", "1"),), weight=1),
        Backend("off", weight=0),
    )
    router = Router([Route("a", match=RouteMatch(()), action=Forward(backends))])
    seen = Counter(
        (response.status, *response.get("location"), *response.get("x-own"))
        for number in range(60)
        for response in [
            ask(
                {"router": router, "names": ("own",), "default": True, "sticky": header("x-user")},
                "/",
                [("x-user", str(number))],
            )
        ]
    )
    assert set(seen) == {(500,), (503,), (302, "http://a.example/there"), (200, "1")}


def test_grpc_gets_the_status_of_the_backend_that_was_picked() -> None:
    backends = (Backend("gone", valid=False), Backend("app", weight=1))
    match = RouteMatch((GrpcRequest(),))
    for code, expected in ((None, "14"), (13, "13")):
        action = Forward(backends, unusable_grpc_status=code)
        router = Router([Route("a", match=match, action=action)])
        answers = {
            tuple(asgi(dispatcher, scope_of("/", [("content-type", "application/grpc")])).get("grpc-status"))
            for dispatcher in [asgi_middleware.Dispatcher(router, {"app": AsgiApp()}, default=AsgiApp())]
            for _ in range(60)
        }
        assert answers == {(), (expected,)}


@BOTH
def test_users_stay_where_they_are(ask: Any) -> None:
    settings = {"sticky": header("x-user")}
    first = {user: ask(settings, "/cart", [("x-user", user)]).body for user in map(str, range(30))}
    assert set(first.values()) == {b"cart-v1!", b"cart-v2!"}
    assert first == {user: ask(settings, "/cart/2", [("X-User", user)]).body for user in first}
    assert len({ask(settings, "/cart").body for _ in range(60)}) == 2, "somebody unknown goes anywhere"


@BOTH
def test_a_function_may_say_who_it_is(ask: Any) -> None:
    seen: list[Request] = []

    def key(request: Request) -> bytes:
        seen.append(request)
        return b"always"

    assert len({ask({"sticky": key}, "/cart").body for _ in range(20)}) == 1
    assert ask({"sticky": key}, "/x").body == b"web!"
    assert {request.path for request in seen} == {"/cart"}, "nobody is asked where there is no choice"


@BOTH
def test_a_cookie_is_set_where_there_is_a_choice_and_none_yet(ask: Any) -> None:
    settings = {"sticky": cookie("sid")}
    assert ask(settings, "/x").get("set-cookie") == []
    response = ask(settings, "/cart")
    (line,) = response.get("set-cookie")
    value, _, rest = line.partition("; ")
    assert rest == "Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax"
    for _ in range(10):
        again = ask(settings, "/cart", [("cookie", f"other=1; {value}")])
        assert (again.body, again.get("set-cookie")) == (response.body, [])
    for _ in range(20):  # the cookie that is set leads to where its user has been
        response = ask(settings, "/cart")
        value = response.get("set-cookie")[0].partition("; ")[0]
        assert ask(settings, "/cart", [("cookie", value)]).body == response.body
    assert ask(settings, "/cart", scheme="https").get("set-cookie")[0].endswith("; Secure; HttpOnly; SameSite=Lax")


@BOTH
def test_nobody_is_asked_for_a_key_where_there_is_no_choice(ask: Any) -> None:
    one = Route(
        "one",
        match=RouteMatch(()),
        action=Forward((Backend("web"), Backend("off", weight=0)), response=(changes("x", "1"),)),
    )
    router = Router([one, Route("moved", path="/moved", redirect="/there")])
    settings = {"router": router, "names": ("web",), "sticky": cookie("sid")}
    response = ask(settings, "/cart")
    assert (response.body, response.headers) == (b"web!", [("x", "1")])
    assert ask(settings, "/moved").status == 302


@BOTH
def test_an_empty_cookie_is_none(ask: Any) -> None:
    assert ask({"sticky": cookie("sid")}, "/cart", [("cookie", "sid=")]).get("set-cookie")


def test_a_websocket_gets_the_cookie_too() -> None:
    apps = {name: AsgiApp(name) for name in NAMES}
    dispatcher = asgi_middleware.Dispatcher(SPLIT, apps, sticky=cookie("sid"))
    assert asgi(dispatcher, scope_of("/cart", type="websocket")).get("set-cookie")


def test_all_that_a_cookie_may_say() -> None:
    made = cookie("sid", max_age=60, path="/cart", domain="a.example", secure=True, http_only=False, same_site="None")
    assert isinstance(made, CookieKey)
    expected = "sid=k; Path=/cart; Domain=a.example; Max-Age=60; Secure; SameSite=None"
    assert made.set_cookie("k", Request("GET", "/")) == expected


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"name": "a b"}, "a cookie cannot be called 'a b'"),
        ({"name": "a", "path": "/;x"}, "a cookie is not for '/;x'"),
        ({"name": "a", "domain": "a\r\n"}, "a cookie is not for 'a\\r\\n'"),
    ],
)
def test_cookies_that_cannot_be(arguments: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match="a cookie") as caught:
        cookie(**arguments)  # type: ignore[arg-type]  # what the test gives is what it needs
    assert str(caught.value) == said


def test_what_is_no_request_goes_to_the_default() -> None:
    default = AsgiApp("default")

    async def take(message: Scope) -> None:
        _ = message

    dispatcher = asgi_middleware.Dispatcher(SPLIT, {}, default=default)
    started: Any = dispatcher({"type": "later"}, None, take)  # type: ignore[arg-type]  # what the test gives is what it needs
    with pytest.raises(StopIteration):
        started.send(None)
    assert default.scope == {"type": "later"}

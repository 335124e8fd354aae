"""Routes that show all that a middleware does with an answer, and what comes of requests for them."""

from __future__ import annotations

from typing import Final

from meshroute import Backend, DirectResponse, Forward, HostRewrite, PathReplace, PrefixReplace, Redirect, Route, Router
from meshroute.criteria import GrpcRequest, PathExact, PathStringPrefix, RouteMatch
from meshroute.model.actions import Misdirected, NoRoute, Unsupported
from meshroute.model.formatting import FormatText, Literal
from meshroute.model.mutations import HeaderAddition, HeaderMutations
from meshroute.model.notices import Notice


def changes(name: str, value: str, *removed: str) -> HeaderMutations:
    """Add one header, and remove some."""
    return HeaderMutations(removed, (HeaderAddition(name, FormatText((Literal(value),)), "overwrite"),))


def _at(path: str, action: object, *more: object) -> Route:
    return Route(path, match=RouteMatch((PathExact(path), *more)), action=action)  # type: ignore[arg-type]  # what the test gives is what it needs


_TO: Final = (Backend("app"),)

ROUTER: Final = Router([
    Route("cart", path="/cart/{id}", to="app"),
    Route("plain", path="/plain", to="app"),
    Route("split", path="/split", to={"app": 1, "other": 1}),
    Route("post", path="/post", methods="POST", to="app"),
    Route("prefix", match=RouteMatch((PathStringPrefix("/shop/"),)), action=Forward(_TO, (PrefixReplace("/"),))),
    Route("old", match=RouteMatch((PathStringPrefix("/old/"),)), action=Forward(_TO, (PrefixReplace("/new/"),))),
    _at("/root", Forward(_TO, (PathReplace("/"),))),
    _at("/host", Forward(_TO, (HostRewrite("b.example"), changes("x-new", "1", "x-old", "cookie")))),
    _at("/response", Forward(_TO, response=(changes("x-new", "1", "x-old"),))),
    _at("/own", Forward((Backend("app", response=(changes("x-own", "1"),)),))),
    _at("/named", Forward((Backend("app", rewrites=(HostRewrite("c.example"),)),))),
    _at("/redirect", Redirect(path="/to", status=301)),
    _at("/direct", DirectResponse(201, "made é", (changes("x-new", "1"),))),
    _at("/empty", DirectResponse(204)),
    _at("/odd", DirectResponse(599)),
    _at("/gone", NoRoute("", 410)),
    _at("/nothing", NoRoute("", None)),
    _at("/misdirected", Misdirected()),
    _at("/unsupported", Unsupported(Notice("x", "not modelled"))),
    _at("/invalid", Forward((Backend("app", valid=False, status=500),))),
    _at("/moved", Forward((Backend("app", redirect=Redirect(path="/there", status=308)),))),
    _at("/grpc", NoRoute("", 404), GrpcRequest()),
])  # fmt: skip
"""One route for each thing that can happen."""

REPLIES: Final[list[tuple[str, int, list[tuple[str, str]], bytes]]] = [
    (
        "/redirect?x=1",
        301,
        [("location", "http://a.example/to?x=1"), ("content-type", "text/plain"), ("content-length", "0")],
        b"",
    ),
    ("/direct", 201, [("content-type", "text/plain"), ("content-length", "7"), ("x-new", "1")], "made é".encode()),
    ("/empty", 204, [], b""),
    ("/odd", 599, [("content-type", "text/plain"), ("content-length", "0")], b""),
    (
        "/moved",
        308,
        [("location", "http://a.example/there"), ("content-type", "text/plain"), ("content-length", "0")],
        b"",
    ),
]
"""What is answered because a route says so."""

FAILURES: Final = [
    ("/elsewhere", 404, [("content-type", "text/plain"), ("content-length", "0")]),
    ("/post", 405, [("allow", "POST"), ("content-type", "text/plain"), ("content-length", "0")]),
    ("/gone", 410, [("content-type", "text/plain"), ("content-length", "0")]),
    ("/nothing", 500, [("content-type", "text/plain"), ("content-length", "0")]),
    ("/misdirected", 421, [("content-type", "text/plain"), ("content-length", "0")]),
    ("/unsupported", 500, [("content-type", "text/plain"), ("content-length", "0")]),
    ("/invalid", 500, [("content-type", "text/plain"), ("content-length", "0")]),
]
"""What is answered because the request goes nowhere."""

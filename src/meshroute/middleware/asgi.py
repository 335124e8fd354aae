"""The middleware for ASGI applications (ASGI 3)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Final, TypeAlias, Unpack
from urllib.parse import unquote_to_bytes

from meshroute.analysis.observed import By
from meshroute.errors import RequestError
from meshroute.matching.router import Router
from meshroute.middleware.lifespan import Lifespans
from meshroute.middleware.onward import target_of
from meshroute.middleware.plans import HasRouter, routed
from meshroute.middleware.replies import BAD_REQUEST, NO_APPLICATION, Reply, changes_response, reply_to, safe_lines
from meshroute.middleware.settings import Applications, ByBackend, Routing, Settings, Single
from meshroute.middleware.shadow import Report, Shadow
from meshroute.middleware.sticky import Choice, Key
from meshroute.model.actions import Backend
from meshroute.model.environ import scope_headers
from meshroute.model.headers import Headers
from meshroute.model.request import Request
from meshroute.model.resolution import Resolution
from meshroute.text import wire

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

_ROUTED: Final = frozenset({"http", "websocket"})
_STARTS: Final = frozenset({"http.response.start", "websocket.accept", "websocket.http.response.start"})


class _Routed(Routing[Application]):
    """Resolves every request, and serves it or hands it on."""

    def __init__(
        self,
        source: Router | HasRouter,
        apps: Applications[Application],
        watch: Callable[[Resolution], object] | None,
        settings: Settings[Application],
    ) -> None:
        super().__init__(source, apps, watch, settings)
        self._states: dict[int, dict[str, Any]] = {}  # of each application, from its lifespan

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one scope."""
        if scope["type"] not in _ROUTED:
            await self._serve_other(scope, receive, send)
            return
        try:
            request = Request.from_asgi(scope, **self._parts) if self._parts else Request.from_asgi(scope)
        except RequestError:
            await _send_reply(BAD_REQUEST, scope, receive, send)
            return
        if "," in (request.authority or ""):
            # RFC 9112 §3.2: 400 for "more than one Host header field line", of which the application may see another
            await _send_reply(BAD_REQUEST, scope, receive, send)
            return
        plans = self._plans if self._source is None else self._renewed(self._source)
        answer = plans.router.resolve(request)
        if self._watch is not None:
            self._watch(answer)
        plan = plans.plain.get(id(answer.only_route))
        if plan is None or (request.path != scope["path"] and not _is_seen(scope, request)):
            await self._serve(scope, receive, send, answer, *self._apps.chosen(answer))
            return
        app, choice = self._only, plan.choice
        if app is None:
            app, choice = self._apps.chosen(answer, plan)
            if app is None or choice.set_cookie is not None:
                await self._serve(scope, receive, send, answer, app, choice)
                return
        # a copy, since what is inside may change it (ASGI, "Middleware")
        inner: Scope = dict(scope)
        inner["meshroute"], inner["meshroute.backend"], inner["route"] = answer, choice.backend, plan.route
        if plan.has_params:
            # where nothing is encoded in the path, nothing is in its parts
            params = answer.decoded_params if "%" in request.path or not request.path.isascii() else answer.params
            outer = scope.get("path_params")
            inner["path_params"] = {**outer, **params} if outer else dict(params)
        elif "path_params" not in scope:
            inner["path_params"] = {}
        await app(self._with_state(inner, app) if self._states else inner, receive, send)

    async def _serve_other(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve what is no request: a lifespan, which all applications have, or what is not invented yet."""
        if scope["type"] == "lifespan" and len(self._everyone) > 1:
            await Lifespans(self._everyone, scope, receive, send, self._states).run()
        else:
            await self._apps.passed_to(scope, receive, send)

    def _with_state(self, scope: Scope, app: Application) -> Scope:
        """Give an application its own state, if it has one."""
        state = self._states.get(id(app))
        if state:
            scope["state"] = {**scope.get("state", {}), **state}
        return scope

    async def _serve(  # noqa: PLR0913, PLR0917 - the three of ASGI, and what was found
        self, scope: Scope, receive: Receive, send: Send, answer: Resolution, app: Application | None, choice: Choice
    ) -> None:
        """Serve a request that is not simply handed on."""
        reply = reply_to(answer, choice.backend)
        if reply is None and app is not None:
            leaving = answer.request_to(choice.backend) or answer.received
            inner = _onward(scope, answer, leaving, choice.backend, mount=self._mount)
            await app(self._with_state(inner, app), receive, _changing(send, answer, choice))
            return
        reply = reply or NO_APPLICATION
        if reply.is_failure and self._otherwise is not None:
            inner = _onward(scope, answer, answer.received, None, mount=False)
            await self._otherwise(self._with_state(inner, self._otherwise), receive, send)
        else:
            await _send_reply(reply, scope, receive, send)


class RouteMiddleware(_Routed):
    """Resolves every request before an application gets it.

    The application finds in its scope ``meshroute`` (the `Resolution`), ``path_params`` (decoded), ``route`` (a
    `MatchedRoute`, for tracing) and ``meshroute.backend`` (where it is certain); path, host and headers are rewritten
    as the route says. Redirects, direct responses and errors of the router are answered here.

    Args:
        app: The application.
        router: The router, or a `Reloader`.
        settings: As `Settings` lists them.

    Raises:
        TypeError: `router` is no router, or there is no such setting.
        ValueError: A setting has no meaning.

    >>> import asyncio
    >>> from meshroute.model.route import Route
    >>> async def app(scope, receive, send):
    ...     print(scope["meshroute"].route.name, scope["path_params"])
    >>> routed_app = RouteMiddleware(app, Router([Route("cart", path="/cart/{id}", to="cart")]))
    >>> asyncio.run(routed_app({"type": "http", "method": "GET", "path": "/cart/42", "headers": []}, None, None))
    cart {'id': '42'}
    """

    def __init__(self, app: Application, router: Router | HasRouter, **settings: Unpack[Settings[Application]]) -> None:
        super().__init__(router, Single(app), None, settings)


class ShadowMiddleware(_Routed):
    """Routes as `RouteMiddleware` does, and reports the requests that another router would answer differently.

    Args:
        app: The application.
        current: The router that decides.
        candidate: The router that is tried.
        report: Called with each `Discrepancy`. What it raises is logged and goes no further.
        sample: The share of the requests that are compared, from 0 to 1.
        by: What counts as different: the whole ``answer``, the ``backend``, or the ``route``.
        limit: How many requests of each pair of routes are reported; `shadow` counts all.
        settings: As `Settings` lists them.

    Raises:
        TypeError: One is no router, or there is no such setting.
        ValueError: A setting has no meaning.

    Attributes:
        shadow: Counts the requests that differed.
    """

    def __init__(  # noqa: PLR0913 - all but the first four are keywords
        self,
        app: Application,
        current: Router | HasRouter,
        candidate: Router | HasRouter,
        report: Report,
        *,
        sample: float = 1.0,
        by: By = "answer",
        limit: int = 10,
        **settings: Unpack[Settings[Application]],
    ) -> None:
        self.shadow = Shadow(candidate, report, sample=sample, by=by, limit=limit)
        super().__init__(current, Single(app), self.shadow.compare, settings)


class Dispatcher(_Routed):
    """Gives every request to the application that stands for its backend.

    It puts into the scope what `RouteMiddleware` does. Lifespans reach all applications: they start in the order of the
    mapping, and stop in reverse; each has a ``state`` of its own. One that knows no lifespan is left out.

    Args:
        router: The router, or a `Reloader`.
        apps: The applications by the names of backends: ``name``, ``name:port``, ``namespace/name`` or
            ``namespace/name:port``; the longest one that fits counts.
        default: Who gets the requests of all other backends.
        sticky: What users are known by, so that they stay at one backend: `cookie`, `header`, or a function.
        settings: As `Settings` lists them.

    Raises:
        TableError: A name is no backend's, or a backend has no application and there is no default.
        TypeError: `router` is no router, or there is no such setting.
        ValueError: A setting has no meaning.
    """

    def __init__(
        self,
        router: Router | HasRouter,
        apps: Mapping[str, Application],
        *,
        default: Application | None = None,
        sticky: Key | None = None,
        **settings: Unpack[Settings[Application]],
    ) -> None:
        super().__init__(router, ByBackend(router, apps, default, sticky), None, settings)


def _is_seen(scope: Scope, request: Request) -> bool:
    """Tell whether the path of a scope is the one that was routed; else the application could be told another one.

    It is not where a target is a whole URL or has a fragment, and where somebody outside has changed one of the two.
    """
    return bool(scope["path"] == _text(request.path.encode("latin-1")))


def _onward(scope: Scope, answer: Resolution, leaving: Request, backend: Backend | None, *, mount: bool) -> Scope:
    """Make the scope of the application: the request as it leaves."""
    inner: Scope = {**scope, "meshroute": answer, "meshroute.backend": backend, "route": routed(answer)}
    inner["path_params"] = {**scope.get("path_params", {}), **answer.decoded_params}
    received = answer.received
    if leaving.target != received.target or not _is_seen(scope, received):
        target = target_of(leaving, received, wire(scope.get("root_path", "")), mount=mount)
        raw = target.whole_path.encode("latin-1")
        # the path includes the root (ASGI, "HTTP Connection Scope")
        inner["raw_path"], inner["path"] = raw, _text(raw)
        inner["root_path"] = target.root.encode("latin-1").decode("utf-8", "replace")
        inner["query_string"] = target.query.encode("latin-1")
    if leaving.authority != scope_headers(scope["headers"])[0] or leaving.headers != received.headers:
        host = () if leaving.authority is None else (("host", leaving.authority),)
        inner["headers"] = _encoded(safe_lines((*host, *leaving.headers)))
    return inner


def _text(raw: bytes) -> str:
    """Decode a path as servers do."""
    return unquote_to_bytes(raw).decode("utf-8", "replace")


def _encoded(lines: tuple[tuple[str, str], ...]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1", "replace")) for name, value in lines]


def _changing(send: Send, answer: Resolution, choice: Choice) -> Send:
    """Change the headers of a response as the route says, and set the cookie; the body is not looked at."""
    if not choice.set_cookie and not changes_response(answer, choice.backend):
        return send

    async def sending(message: Message) -> None:
        if message["type"] in _STARTS:
            given = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message.get("headers", ())]
            headers = _encoded(safe_lines(answer.response(Headers(given), choice.backend)))
            if choice.set_cookie:
                headers.append((b"set-cookie", choice.set_cookie.encode("latin-1")))
            message = {**message, "headers": headers}
        await send(message)

    return sending


async def _send_reply(reply: Reply, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request; the handshake of a websocket by a denial, where the server can send one."""
    kind = "http.response"
    if scope["type"] == "websocket":
        await receive()  # websocket.connect
        if "websocket.http.response" not in (scope.get("extensions") or {}):
            await send({"type": "websocket.close", "code": 1000})  # which the server sends as 403
            return
        kind = "websocket.http.response"
    await send({"type": f"{kind}.start", "status": reply.status, "headers": _encoded(reply.headers)})
    await send({"type": f"{kind}.body", "body": reply.body})

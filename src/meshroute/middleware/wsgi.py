"""The middleware for WSGI applications (PEP 3333)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias, Unpack

from meshroute.analysis.observed import By
from meshroute.errors import RequestError
from meshroute.matching.router import Router
from meshroute.middleware.onward import decoded, target_of
from meshroute.middleware.plans import HasRouter, routed
from meshroute.middleware.replies import (
    BAD_REQUEST,
    NO_APPLICATION,
    Reply,
    changes_response,
    reply_to,
    safe_lines,
    safe_text,
)
from meshroute.middleware.settings import ByBackend, Routing, Settings, Single
from meshroute.middleware.shadow import Report, Shadow
from meshroute.middleware.sticky import Choice, Key
from meshroute.model.actions import Backend
from meshroute.model.headers import Headers
from meshroute.model.request import Request
from meshroute.model.resolution import Resolution

Environ: TypeAlias = dict[str, Any]
StartResponse: TypeAlias = Callable[..., Any]
Application: TypeAlias = Callable[[Environ, StartResponse], Iterable[bytes]]

_TARGETS: Final = ("RAW_URI", "REQUEST_URI")
_CONTENT: Final = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


class _Routed(Routing[Application]):
    """Resolves every request, and serves it or hands it on."""

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        try:
            request = Request.from_wsgi(environ, **self._parts) if self._parts else Request.from_wsgi(environ)
        except RequestError:
            return _replied(BAD_REQUEST, start_response)
        if "," in (request.authority or ""):
            # RFC 9112 §3.2: 400 for "more than one Host header field line", which the server has joined
            return _replied(BAD_REQUEST, start_response)
        plans = self._plans if self._source is None else self._renewed(self._source)
        answer = plans.router.resolve(request)
        if self._watch is not None:
            self._watch(answer)
        plan = plans.plain.get(id(answer.only_route))
        if plan is None or (
            (request.path != environ.get("PATH_INFO") or request.authority != environ.get("HTTP_HOST"))
            and not _is_seen(environ, request)
        ):
            return self._serve(environ, start_response, answer, *self._apps.chosen(answer))
        app, choice = self._only, plan.choice
        if app is None:
            app, choice = self._apps.chosen(answer, plan)
            if app is None or choice.set_cookie is not None:
                return self._serve(environ, start_response, answer, app, choice)
        # a copy, so that the server's log shows what was sent
        inner = dict(environ)
        inner["meshroute.resolution"], inner["meshroute.backend"] = answer, choice.backend
        inner["meshroute.route"] = plan.route
        if plan.has_params:
            inner["wsgiorg.routing_args"] = _routing_args(environ, answer)
        elif "wsgiorg.routing_args" not in environ:
            inner["wsgiorg.routing_args"] = (), {}
        return app(inner, start_response)

    def _serve(
        self,
        environ: Environ,
        start_response: StartResponse,
        answer: Resolution,
        app: Application | None,
        choice: Choice,
    ) -> Iterable[bytes]:
        """Serve a request that is not simply handed on."""
        reply = reply_to(answer, choice.backend)
        if reply is None and app is not None:
            leaving = answer.request_to(choice.backend) or answer.received
            inner = _onward(environ, answer, leaving, choice.backend, mount=self._mount)
            return app(inner, _changing(start_response, answer, choice))
        reply = reply or NO_APPLICATION
        if reply.is_failure and self._otherwise is not None:
            inner = _onward(environ, answer, answer.received, None, mount=False)
            return self._otherwise(inner, start_response)
        return _replied(reply, start_response)


class RouteMiddleware(_Routed):
    """Resolves every request before an application gets it.

    The application finds in its environ ``meshroute.resolution`` (the `Resolution`), ``wsgiorg.routing_args`` (with the
    decoded parameters), ``meshroute.route`` (a `MatchedRoute`, for tracing) and ``meshroute.backend`` (where it is
    certain); path, host and headers are rewritten as the route says. Redirects, direct responses and errors of the
    router are answered here.

    Args:
        app: The application.
        router: The router, or a `Reloader`.
        settings: As `Settings` lists them.

    Raises:
        TypeError: `router` is no router, or there is no such setting.
        ValueError: A setting has no meaning.

    >>> from meshroute.model.route import Route
    >>> def app(environ, start_response):
    ...     return [environ["wsgiorg.routing_args"][1]["id"].encode()]
    >>> routed_app = RouteMiddleware(app, Router([Route("cart", path="/cart/{id}", to="cart")]))
    >>> routed_app({"REQUEST_METHOD": "GET", "PATH_INFO": "/cart/42"}, None)
    [b'42']
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

    It puts into the environ what `RouteMiddleware` does.

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


def _is_seen(environ: Environ, request: Request) -> bool:
    """Tell whether host and path of an environ are those that were routed; else the application could be told others.

    They are not where the target is a whole URL, and where the server, or what is in front of it, has changed the path:
    waitress makes ``//admin`` into ``/admin``, nginx removes dot segments, and REQUEST_URI keeps what was sent.
    """
    path, info = decoded(request.path), environ.get("PATH_INFO", "")
    # a proxy may have taken away what is in SCRIPT_NAME
    same = path in {info, environ.get("SCRIPT_NAME", "") + info}
    return same and request.authority == environ.get("HTTP_HOST")


def _routing_args(environ: Environ, answer: Resolution) -> tuple[tuple[object, ...], dict[str, object]]:
    """Put the parameters where WSGI applications look (https://wsgi.readthedocs.io/en/latest/specifications)."""
    outer = environ.get("wsgiorg.routing_args")
    return (outer[0], {**outer[1], **answer.decoded_params}) if outer else ((), dict(answer.decoded_params))


def _onward(environ: Environ, answer: Resolution, leaving: Request, backend: Backend | None, *, mount: bool) -> Environ:
    """Make the environ of the application: the request as it leaves."""
    inner = {
        **environ,
        "meshroute.resolution": answer,
        "meshroute.backend": backend,
        "meshroute.route": routed(answer),
        "wsgiorg.routing_args": _routing_args(environ, answer),
    }
    received = answer.received
    if leaving.target != received.target or not _is_seen(environ, received):
        target = target_of(leaving, received, environ.get("SCRIPT_NAME", ""), mount=mount)
        inner |= {"SCRIPT_NAME": target.root, "PATH_INFO": decoded(target.path), "QUERY_STRING": target.query}
        whole = target.whole_path + (f"?{target.query}" if target.query else "")
        inner |= {name: whole for name in _TARGETS if environ.get(name)}
    if leaving.authority is not None:
        inner["HTTP_HOST"] = safe_text(leaving.authority)
    if leaving.headers != received.headers:
        for name in {name.lower() for name, _ in received.headers} - {name.lower() for name, _ in leaving.headers}:
            inner.pop(_key(name), None)
        for name in {name.lower() for name, _ in leaving.headers}:
            # RFC 9110 §5.3; RFC 6265 §5.4 has one line of cookies, and RFC 9113 §8.2.3 says how to join several
            lines = leaving.headers.lines(name)
            if lines != received.headers.lines(name):
                joined = ("; " if name == "cookie" else ",").join(lines)
                inner[_key(name)] = safe_text(joined)
    return inner


def _key(name: str) -> str:
    return _CONTENT.get(name) or f"HTTP_{name.upper().replace('-', '_')}"


def _changing(start_response: StartResponse, answer: Resolution, choice: Choice) -> StartResponse:
    """Change the headers of a response as the route says, and set the cookie; the body is not looked at."""
    if not choice.set_cookie and not changes_response(answer, choice.backend):
        return start_response

    def starting(status: str, headers: list[tuple[str, str]], *exc_info: object) -> object:
        changed = list(safe_lines(answer.response(Headers(headers), choice.backend)))
        if choice.set_cookie:
            changed.append(("set-cookie", choice.set_cookie))
        return start_response(status, changed, *exc_info)

    return starting


def _replied(reply: Reply, start_response: StartResponse) -> Iterable[bytes]:
    start_response(f"{reply.status} {reply.phrase}", list(reply.headers))
    return [reply.body] if reply.body else []

"""Replies: what is answered without asking any application."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

from attrs import frozen

from meshroute.model.actions import Backend, Forward
from meshroute.model.headers import Headers
from meshroute.model.hops import Outcome, grpc_status_of
from meshroute.model.resolution import Resolution

_NO_BODY: Final = frozenset({204, 304})
"""RFC 9110 §6.4.1: responses that have no content; RFC 9110 §8.6 forbids a length with 204."""
_CONTROLS: Final = frozenset(map(chr, range(0x20))) - {"\t"} | {"\x7f"}
_SAFE_IN_URL: Final = frozenset(map(chr, range(0x21, 0x7F)))


@frozen
class Reply:
    """A response that needs no application.

    Args:
        status: The HTTP status.
        headers: Its headers, in wire text.
        body: Its body.
        is_failure: Whether it says that the request goes nowhere; else it is what a route asks for.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    is_failure: bool = True

    @property
    def phrase(self) -> str:
        """The reason phrase of the status."""
        try:
            return HTTPStatus(self.status).phrase
        except ValueError:
            return "Unknown"


_GRPC: Final = ("content-type", "application/grpc")
_PLAIN: Final = ("content-type", "text/plain")
"""Of an empty body too: ``wsgiref.validate`` holds every response with content to it."""
BAD_REQUEST: Final = Reply(400, (_PLAIN, ("content-length", "0")))
NO_APPLICATION: Final = Reply(503, (_PLAIN, ("content-length", "0")))
"""For a backend that nobody stands for; a data plane whose backend is gone says the same."""


def reply_to(answer: Resolution, backend: Backend | None) -> Reply | None:
    """Say what is answered without asking any application.

    Args:
        answer: The answer of the router.
        backend: The backend that was picked, if the request is forwarded to one.

    Returns:
        The reply, or None where the request goes on.
    """
    action = answer.action
    if backend is not None and isinstance(action, Forward):
        return _of_backend(answer, action, backend)
    match answer.outcome:
        case Outcome.FORWARD:
            return None
        case Outcome.REDIRECT:
            return _redirect(answer, answer.status or 302, answer.redirect, None)
        case Outcome.DIRECT_RESPONSE:
            body = (answer.body or "").encode("utf-8", "surrogateescape")
            return _finished(answer, answer.status or 200, (), body, None, is_failure=False)
        case _:
            # what a data plane would do is not known where something is unsupported, so nothing is served
            return _failure(answer, answer.status or 500, answer.grpc_status, None)


def _of_backend(answer: Resolution, action: Forward, backend: Backend) -> Reply | None:
    """Say what a backend that was picked is answered with, if it gets no request."""
    if not backend.valid:
        status = backend.status or action.unusable_status
        grpc_status = (action.unusable_grpc_status or grpc_status_of(status)) if answer.is_grpc else None
        return _failure(answer, status, grpc_status, backend)
    redirect = backend.redirect
    return None if redirect is None else _redirect(answer, redirect.status, answer.location(redirect), backend)


def _redirect(answer: Resolution, status: int, location: str | None, backend: Backend | None) -> Reply:
    lines = () if location is None else (("location", url_text(location)),)
    return _finished(answer, status, lines, b"", backend, is_failure=False)


def _failure(answer: Resolution, status: int, grpc_status: int | None, backend: Backend | None) -> Reply:
    if grpc_status is not None:
        # "gRPC over HTTP/2", Responses: Trailers-Only, which has HTTP status 200
        lines = (_GRPC, ("grpc-status", str(grpc_status)))
        return _finished(answer, 200, lines, b"", backend, is_failure=True)
    allowed = (("allow", ", ".join(answer.allowed_methods)),) if answer.allowed_methods else ()
    return _finished(answer, status, allowed, b"", backend, is_failure=True)


def _finished(  # noqa: PLR0913 - the parts of a response
    answer: Resolution,
    status: int,
    lines: tuple[tuple[str, str], ...],
    body: bytes,
    backend: Backend | None,
    *,
    is_failure: bool,
) -> Reply:
    kind = () if _GRPC in lines else (_PLAIN,)
    content = () if status in _NO_BODY else (*kind, ("content-length", str(len(body))))
    headers = answer.response(Headers.trusted((*lines, *content)), backend)
    sent = b"" if status in _NO_BODY or answer.received.method == "HEAD" else body
    return Reply(status, safe_lines(headers), sent, is_failure)


def changes_response(answer: Resolution, backend: Backend | None) -> bool:
    """Tell whether anything is done to the headers of the response.

    Args:
        answer: The answer of the router.
        backend: The backend that was picked.

    Returns:
        True if something may be.
    """
    action = answer.action
    return isinstance(action, Forward) and bool(action.response or (backend is not None and backend.response))


def safe_lines(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return header lines that no server can take for the end of a line.

    Args:
        headers: The headers.

    Returns:
        The lines; a control character is a space (RFC 9110 §5.5).

    >>> safe_lines(Headers([("a", "1" + chr(13) + chr(10) + "b: 2")]))
    (('a', '1  b: 2'),)
    """
    return tuple([(name, safe_text(value)) for name, value in headers])


def safe_text(value: str) -> str:
    """Return the value of a header without what could end its line.

    Args:
        value: The value.

    Returns:
        The value; a control character is a space (RFC 9110 §5.5).
    """
    return value if value.isprintable() else "".join(" " if one in _CONTROLS else one for one in value)


def url_text(location: str) -> str:
    """Encode what a URL in a header cannot hold.

    Args:
        location: The URL, in wire text.

    Returns:
        ASCII without spaces and control characters.

    >>> url_text("http://a.example/x y")
    'http://a.example/x%20y'
    """
    return "".join(one if one in _SAFE_IN_URL else f"%{ord(one):02X}" for one in location)

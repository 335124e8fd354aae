"""Keys: what keeps a user at one backend."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Final, Literal, TypeAlias

from attrs import field, frozen

from meshroute.model.actions import Backend, Forward
from meshroute.model.cookies import cookie_value
from meshroute.model.request import Request
from meshroute.model.resolution import Resolution
from meshroute.text import is_token

Key: TypeAlias = "Callable[[Request], str | bytes | None]"
"""Reads the key of a request: what its user is known by. None is nobody known."""

_YEAR: Final = 365 * 24 * 3600
_COOKIE_TEXT: Final = frozenset(map(chr, range(0x21, 0x7F))) - set('",;\\')


@frozen
class CookieKey:
    """The value of a cookie is the key; a user without one gets one, where there is a choice to remember.

    Args:
        name: The cookie's name.
        max_age: How long it is kept, in seconds; None ends with the browser.
        path: The path that it is for.
        domain: The domain that it is for; None is the host of the request alone.
        secure: Whether it is only sent over HTTPS; None follows the scheme of the request.
        http_only: Whether scripts may not read it.
        same_site: Whether other sites' requests carry it.

    Raises:
        ValueError: The name is none that a cookie can have, or path or domain could end the header.

    >>> CookieKey("sid")(Request("GET", "/", headers={"cookie": "a=1; sid=42"}))
    '42'
    """

    name: str
    max_age: int | None = field(default=_YEAR, kw_only=True)
    path: str = field(default="/", kw_only=True)
    domain: str | None = field(default=None, kw_only=True)
    secure: bool | None = field(default=None, kw_only=True)
    http_only: bool = field(default=True, kw_only=True)
    same_site: Literal["Lax", "Strict", "None"] = field(default="Lax", kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Check what goes into the header.

        Raises:
            ValueError: The name is none that a cookie can have, or path or domain could end the header.
        """
        if not is_token(self.name):
            message = f"a cookie cannot be called {self.name!r}"
            raise ValueError(message)
        for text in (self.path, self.domain or ""):
            if not _COOKIE_TEXT.issuperset(text):
                message = f"a cookie is not for {text!r}"
                raise ValueError(message)

    def __call__(self, request: Request) -> str | None:
        """Read the cookie."""
        return cookie_value(request.headers.lines("cookie"), self.name) or None

    def set_cookie(self, key: str, request: Request) -> str:
        """Write the header that sets the cookie (RFC 6265 §4.1).

        Args:
            key: The key.
            request: The request that had none.

        Returns:
            The value of ``Set-Cookie``.

        >>> CookieKey("sid", max_age=None).set_cookie("k", Request("GET", "https://a.example/"))
        'sid=k; Path=/; Secure; HttpOnly; SameSite=Lax'
        """
        secure = request.scheme == "https" if self.secure is None else self.secure
        parts = [
            f"{self.name}={key}",
            f"Path={self.path}",
            f"Domain={self.domain}" if self.domain else "",
            "" if self.max_age is None else f"Max-Age={self.max_age}",
            "Secure" if secure else "",
            "HttpOnly" if self.http_only else "",
            f"SameSite={self.same_site}",
        ]
        return "; ".join(part for part in parts if part)


cookie: Final = CookieKey
"""Keep users where they are by a cookie, which is set where there is none: ``cookie("sid")``."""


def header(name: str) -> Key:
    """Keep users where they are by a header, such as one that an authenticating proxy sets.

    Args:
        name: The header's name, in any case.

    Returns:
        The key.

    >>> header("X-User")(Request("GET", "/", headers={"x-user": "ada"}))
    'ada'
    """
    return lambda request: request.headers.get(name)


@frozen
class Choice:
    """The backend of a request.

    Args:
        backend: The backend, or None where there is none to pick.
        set_cookie: The value of ``Set-Cookie`` that remembers it, if it is to be remembered by one.
    """

    backend: Backend | None
    set_cookie: str | None = None


def choose(answer: Resolution, key: Key | None) -> Choice:
    """Choose the backend of a request.

    Args:
        answer: The answer of the router.
        key: What users are known by.

    Returns:
        The only backend; the one that the documents themselves choose; the one of the user's key; or one by chance.
    """
    action = answer.action
    if key is None or not isinstance(action, Forward) or action.choice is not None:
        return Choice(answer.pick())
    if sum(1 for backend in action.backends if backend.weight) < 2:
        return Choice(answer.pick())
    found = key(answer.received)
    if found or not isinstance(key, CookieKey):
        return Choice(answer.pick(found or None))
    fresh = secrets.token_urlsafe(16)
    return Choice(answer.pick(fresh), key.set_cookie(fresh, answer.received))

"""Cookies as Envoy reads them (envoy.md §2.5), and the criterion on one."""

from __future__ import annotations

from attrs import field, frozen

from meshroute.model.request import Request
from meshroute.model.values import TextTest


def cookie_value(lines: tuple[str, ...], name: str) -> str | None:
    """Find the value of a cookie.

    The lines are split at ``;``. Spaces before a name are dropped, tabs are not; a piece without ``=`` is none; the
    value is taken as it is, but for one pair of double quotes; the first of a name wins.

    Args:
        lines: The lines of the ``Cookie`` header.
        name: The cookie's name; case matters.

    Returns:
        The value, or None.

    >>> cookie_value(('a=1; b="2" ; a=3',), "b"), cookie_value(('b="2"',), "b"), cookie_value(("a",), "a")
    ('"2" ', '2', None)
    """
    for line in lines:
        for piece in line.split(";"):
            key, equals, value = piece.partition("=")
            if equals and key.lstrip(" ") == name:
                quoted = len(value) > 1 and value.startswith('"') and value.endswith('"')
                return value[1:-1] if quoted else value
    return None


@frozen
class CookieMatch:
    """A cookie passes a test. A missing one passes only where that is turned round.

    Args:
        name: The cookie's name; case matters.
        test: What the value must be.
        invert: Take the requests that the test refuses, and those without the cookie.

    >>> from meshroute.model.values import TextExact
    >>> CookieMatch("a", TextExact("1")).accepts(Request("GET", "/", headers={"cookie": "b=2; a=1"}))
    True
    """

    name: str
    test: TextTest
    invert: bool = field(default=False, kw_only=True)

    def accepts(self, request: Request, /) -> bool:
        """Pass if the cookie passes."""
        value = cookie_value(request.headers.lines("cookie"), self.name)
        return (value is not None and self.test.accepts(value)) != self.invert

    def seen(self, request: Request, /) -> str:
        """Say what the criterion looked at: the cookie."""
        value = cookie_value(request.headers.lines("cookie"), self.name)
        return f"cookie {self.name!r} is {'missing' if value is None else repr(value)}"

"""Rewrites: pure functions from a request and what matched it to the request that goes on."""

from __future__ import annotations

from typing import Protocol

from attrs import field, frozen

from meshroute.errors import RequestError, RouteError
from meshroute.model.headers import wire_text
from meshroute.model.paths import PathCriterion, PathExact, PathPrefix, PathStringPrefix, PathWithoutParameters
from meshroute.model.request import Request
from meshroute.text import ascii_lower


class Rewrite(Protocol):
    """One change to a request on its way."""

    def apply(self, request: Request, matched: PathCriterion | None, /) -> Request:
        """Return the changed request."""
        ...


def _is_wire_text(rewrite: object, _attribute: object, value: str) -> None:
    """Refuse a rewrite whose result could not be sent; resolving never raises."""
    try:
        wire_text(value, "its value")
    except RequestError as error:
        message = f"{type(rewrite).__name__}: {error}"
        raise RouteError(message) from None


@frozen
class HostRewrite:
    """Replace the whole authority.

    Args:
        value: The new authority.

    >>> HostRewrite("b.example").apply(Request("GET", "http://a.example:80/"), None).authority
    'b.example'
    """

    value: str = field(validator=_is_wire_text)

    def apply(self, request: Request, matched: PathCriterion | None, /) -> Request:  # noqa: ARG002 - only the host counts
        """Replace the authority."""
        return request.replace(authority=self.value)


@frozen
class PathReplace:
    """Replace the whole path and keep the query.

    Args:
        value: The new path.

    >>> PathReplace("/new").apply(Request("GET", "/old?x=1"), None).target
    '/new?x=1'
    """

    value: str = field(validator=_is_wire_text)

    def new_path(self, request: Request, matched: PathCriterion | None, /) -> str | None:  # noqa: ARG002 - all is replaced
        """Return the new path."""
        return self.value

    def apply(self, request: Request, matched: PathCriterion | None, /) -> Request:  # noqa: ARG002 - all is replaced
        """Replace the path."""
        return request.replace(target=with_path(request, self.value))


@frozen
class PrefixReplace:
    """Replace the text that a path criterion names, character by character (envoy.md §4, ``prefix_rewrite``).

    The matched text is the configured prefix or path; where the request's path does not start with it (compared without
    regard to ASCII case), nothing happens.

    Args:
        value: The new text.

    >>> PrefixReplace("/").apply(Request("GET", "/a/x?y"), PathStringPrefix("/a/")).target
    '/x?y'
    """

    value: str = field(validator=_is_wire_text)

    def new_path(self, request: Request, matched: PathCriterion | None, /) -> str | None:
        """Return the path with the matched text replaced, or None where it does not start with that."""
        if isinstance(matched, PathWithoutParameters):
            matched = matched.criterion
        prefix = matched.value if isinstance(matched, PathStringPrefix | PathExact | PathPrefix) else request.path
        if not ascii_lower(request.path).startswith(ascii_lower(prefix)):
            return None
        return self.value + request.path[len(prefix) :]

    def apply(self, request: Request, matched: PathCriterion | None, /) -> Request:
        """Replace the matched text."""
        path = self.new_path(request, matched)
        return request if path is None else request.replace(target=with_path(request, path))


@frozen
class SegmentsReplace:
    """Replace the segments that a path criterion asks for (Gateway API ``ReplacePrefixMatch``, H:1188-1200).

    A slash at the end of either plays no part; nothing left is ``/``. Where the path does not start with these segments
    any more, nothing happens.

    Args:
        value: What takes their place.

    >>> SegmentsReplace("/xyz/").new_path(Request("GET", "/foo/bar"), PathPrefix("/foo/"))
    '/xyz/bar'
    >>> SegmentsReplace("").new_path(Request("GET", "/foo"), PathPrefix("/foo"))
    '/'
    """

    value: str = field(validator=_is_wire_text)

    def new_path(self, request: Request, matched: PathCriterion | None, /) -> str | None:
        """Return the path with the segments replaced, or None where it does not start with them."""
        if not isinstance(matched, PathPrefix) or not matched.accepts(request):
            return None
        rest = request.path[len(matched.value.removesuffix("/")) :]
        return self.value.removesuffix("/") + rest or "/"

    def apply(self, request: Request, matched: PathCriterion | None, /) -> Request:
        """Replace the segments."""
        path = self.new_path(request, matched)
        return request if path is None else request.replace(target=with_path(request, path))


@frozen
class SchemeRewrite:
    """Say that a request came with another scheme, as a listener does that ends TLS.

    Args:
        value: The scheme.

    >>> SchemeRewrite("https").apply(Request("GET", "/"), None).scheme
    'https'
    """

    value: str

    def apply(self, request: Request, matched: PathCriterion | None, /) -> Request:  # noqa: ARG002 - only the scheme counts
        """Replace the scheme."""
        return request.replace(scheme=self.value)


def with_path(request: Request, path: str) -> str:
    """Put a new path before the query of a request.

    Args:
        request: The request.
        path: The new path.

    Returns:
        The new target.

    >>> with_path(Request("GET", "/a?x"), "/b")
    '/b?x'
    """
    return path if request.query is None else f"{path}?{request.query}"

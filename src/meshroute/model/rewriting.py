"""Rewrites of proxies: rules for a new path or host, and the headers in which the old ones are kept.

A rule says what the new text is, or None to leave the old one; what applies it also records the old one (envoy.md §4).
"""

from __future__ import annotations

from typing import Protocol

from attrs import field, frozen

from meshroute.model.formatting import FormatText
from meshroute.model.headers import Headers
from meshroute.model.paths import PathCriterion
from meshroute.model.request import Request
from meshroute.model.rewrites import with_path
from meshroute.model.values import as_pattern
from meshroute.patterns import Pattern


class PathRule(Protocol):
    """Says what becomes of a path."""

    def new_path(self, request: Request, matched: PathCriterion | None, /) -> str | None:
        """Return the new path, without the query, or None to leave the old one."""
        ...


class HostRule(Protocol):
    """Says what becomes of a host."""

    def new_host(self, request: Request, /) -> str | None:
        """Return the new authority, or None to leave the old one."""
        ...


@frozen(repr=False)
class PatternReplace:
    """Replace all matches of a pattern in the path (RE2's GlobalReplace; envoy.md §4, ``regex_rewrite``).

    Args:
        pattern: The pattern, or its RE2 source.
        substitution: The new text, in which a backslash and a digit stand for a group.

    Raises:
        RouteError: RE2 refuses the pattern.

    >>> PatternReplace("/v[0-9]+", "/v").new_path(Request("GET", "/v12/x?y"), None)
    '/v/x'
    """

    pattern: Pattern = field(converter=as_pattern)
    substitution: str = ""

    def new_path(self, request: Request, matched: PathCriterion | None, /) -> str | None:  # noqa: ARG002 - the whole path counts
        """Replace all matches; nothing left means no rewrite."""
        return self.pattern.replace(request.path, self.substitution) or None

    def __repr__(self) -> str:
        """Show the call that builds the rule."""
        return f"PatternReplace({self.pattern.source!r}, {self.substitution!r})"


@frozen
class FormattedPath:
    """Make the path of a format (envoy.md §4, ``path_rewrite``).

    Args:
        format: The format; what a request does not have is empty.
    """

    format: FormatText

    def new_path(self, request: Request, matched: PathCriterion | None, /) -> str | None:  # noqa: ARG002 - only the format counts
        """Fill in the format; nothing left means no rewrite."""
        return self.format.render(request, "") or None


@frozen
class PathRewrite:
    """Rewrite the path by a rule, and keep the old one in a header.

    Args:
        rule: The rule.
        original: The header that keeps the old path with its query.
    """

    rule: PathRule
    original: str | None = "x-envoy-original-path"

    def apply(self, request: Request, matched: PathCriterion | None, /) -> Request:
        """Rewrite the path; the query stays."""
        path = self.rule.new_path(request, matched)
        if path is None:
            return request
        headers = request.headers if self.original is None else with_header(request, self.original, request.target)
        return request.replace(target=with_path(request, path), headers=headers)


@frozen
class FixedHost:
    """A fixed host.

    Args:
        value: The authority.

    >>> FixedHost("b.example").new_host(Request("GET", "http://a.example/"))
    'b.example'
    """

    value: str

    def new_host(self, request: Request, /) -> str | None:  # noqa: ARG002 - the host is fixed
        """Return the host."""
        return self.value


@frozen
class HostFromHeader:
    """The host that the first line of a header names; a missing or empty one changes nothing.

    Args:
        name: The header's name, in lower case.

    >>> HostFromHeader("x-host").new_host(Request("GET", "http://a/", headers={"x-host": ["b", "c"]}))
    'b'
    """

    name: str

    def new_host(self, request: Request, /) -> str | None:
        """Return the first line of the header."""
        lines = request.header_lines(self.name)
        return lines[0] or None if lines else None


@frozen
class HostFromPath:
    r"""The path after a replacement as the host; a pattern that does not match leaves the whole path (envoy.md §4).

    Args:
        rule: The replacement.

    >>> HostFromPath(PatternReplace("^/(.+)/.+$", r"\1")).new_host(Request("GET", "http://a/b/c"))
    'b'
    """

    rule: PatternReplace

    def new_host(self, request: Request, /) -> str | None:
        """Replace all matches in the path."""
        return self.rule.new_path(request, None)


@frozen
class FormattedHost:
    """Make the host of a format (envoy.md §4, ``host_rewrite``).

    Args:
        format: The format; what a request does not have is ``-``.
    """

    format: FormatText

    def new_host(self, request: Request, /) -> str | None:
        """Fill in the format; nothing left means no rewrite."""
        return self.format.render(request, "-") or None


@frozen
class AuthorityRewrite:
    """Rewrite the host by a rule, and keep the old one in headers.

    Args:
        rule: The rule.
        original: The header that keeps the old host.
        forwarded: Append the old host to ``x-forwarded-host``, unless it is the last element already.
    """

    rule: HostRule
    original: str | None = "x-envoy-original-host"
    forwarded: bool = field(default=False, kw_only=True)

    def apply(self, request: Request, matched: PathCriterion | None, /) -> Request:  # noqa: ARG002 - the path plays no part
        """Rewrite the authority."""
        host = self.rule.new_host(request)
        if host is None:
            return request
        old = request.authority or ""
        if self.forwarded:
            request = request.replace(headers=_forwarded(request, old))
        if self.original is not None and old:
            request = request.replace(headers=with_header(request, self.original, old))
        return request.replace(authority=host)


def with_header(request: Request, name: str, value: str) -> Headers:
    """Set a header to one line.

    Args:
        request: The request.
        name: The header's name, in lower case.
        value: The line.

    Returns:
        The headers; the other lines keep their places.

    >>> with_header(Request("GET", "/", headers={"a": "1"}), "b", "2")
    Headers([('a', '1'), ('b', '2')])
    """
    kept = tuple(pair for pair in request.headers if pair[0].lower() != name)
    return Headers.trusted((*kept, (name, value)))


def _forwarded(request: Request, host: str) -> Headers:
    if not host:
        return request.headers
    lines = request.headers.lines("x-forwarded-host")
    joined = ",".join(line for line in lines if line)
    if joined.split(",")[-1] == host:
        return request.headers
    return with_header(request, "x-forwarded-host", f"{joined},{host}" if joined else host)


@frozen
class RequestHeader:
    """Set a header of the request to one line.

    Args:
        name: The header's name, in lower case.
        value: The line.

    >>> RequestHeader("a", "1").apply(Request("GET", "/"), None).headers.get("a")
    '1'
    """

    name: str
    value: str

    def apply(self, request: Request, matched: PathCriterion | None, /) -> Request:  # noqa: ARG002 - the path plays no part
        """Set the header."""
        return request.replace(headers=with_header(request, self.name, self.value))

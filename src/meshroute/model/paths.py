"""Criteria on the path. They are distinct because formats differ; see each for whose they are."""

from __future__ import annotations

import re
from typing import Final

from attrs import field, frozen

from meshroute.model.request import Request
from meshroute.model.sharing import shared
from meshroute.model.showing import short_repr
from meshroute.model.template import Segment, SegmentKind, match_template, parse_template
from meshroute.model.values import as_pattern
from meshroute.patterns import Pattern
from meshroute.text import ascii_lower

Captures = tuple[tuple[str, str], ...]


class _OnPath:
    """What the path criteria share."""

    __slots__ = ()

    def seen(self, request: Request, /) -> str:
        """Say what the criterion looked at: the path."""
        return f"the path is {request.path!r}"

    def captures(self, path: str, /) -> Captures:  # noqa: ARG002 - most paths have no parameters
        """Cut the parameters out of a path that this criterion accepts.

        Args:
            path: The path.

        Returns:
            Name and raw text of each parameter.
        """
        return ()


@frozen
class PathExact(_OnPath):
    """The whole path equals a value.

    Args:
        value: The path.
        ignore_case: Compare without regard to ASCII case.

    >>> PathExact("/a").accepts(Request("GET", "/a?x=1")), PathExact("/a").accepts(Request("GET", "/a/"))
    (True, False)
    """

    value: str
    ignore_case: bool = field(default=False, kw_only=True)

    __repr__ = short_repr

    def accepts(self, request: Request, /) -> bool:
        """Pass if its path equals the value."""
        if self.ignore_case:
            return ascii_lower(request.path) == ascii_lower(self.value)
        return request.path == self.value


def _without_final_slash(value: str) -> str:
    return value.rstrip("/") or "/"


@frozen
class PathPrefix(_OnPath):
    """The path starts with these segments (Gateway API ``PathPrefix``; a final ``/`` of the value does not count).

    Args:
        value: The segments, starting with ``/``.
        ignore_case: Compare without regard to ASCII case.

    >>> [PathPrefix("/abc").accepts(Request("GET", path)) for path in ("/abc", "/abc/d", "/abcd")]
    [True, True, False]
    """

    value: str = field(converter=_without_final_slash)
    ignore_case: bool = field(default=False, kw_only=True)

    __repr__ = short_repr

    def accepts(self, request: Request, /) -> bool:
        """Pass if its path starts with the segments."""
        path, wanted = f"{request.path}/", self.value if self.value == "/" else f"{self.value}/"
        return (ascii_lower(path).startswith(ascii_lower(wanted))) if self.ignore_case else path.startswith(wanted)


@frozen
class PathStringPrefix(_OnPath):
    """The path starts with these characters (App Mesh and Envoy ``prefix``: ``/a`` takes ``/ab`` too).

    Args:
        value: The characters.
        ignore_case: Compare without regard to ASCII case.

    >>> [PathStringPrefix("/abc").accepts(Request("GET", path)) for path in ("/abc", "/abcd", "/ab")]
    [True, True, False]
    """

    value: str
    ignore_case: bool = field(default=False, kw_only=True)

    __repr__ = short_repr

    def accepts(self, request: Request, /) -> bool:
        """Pass if its path starts with the characters."""
        if self.ignore_case:
            return ascii_lower(request.path).startswith(ascii_lower(self.value))
        return request.path.startswith(self.value)


@frozen
class PathTemplate(_OnPath):
    """The path matches a template such as ``/users/{id}`` (see `meshroute.model.template`).

    Args:
        value: The template.

    Raises:
        RouteError: The text is no template.

    Attributes:
        segments: The template, read.
        places: The name and the place of each parameter in the pieces of a path that is cut at its slashes; None where
            a parameter is not one whole segment.

    >>> PathTemplate("/users/{id}").captures("/users/42")
    (('id', '42'),)
    """

    value: str
    segments: tuple[Segment, ...] = field(init=False, eq=False, repr=False)
    places: tuple[tuple[str, int], ...] | None = field(init=False, eq=False, repr=False)

    __repr__ = short_repr

    def __attrs_post_init__(self) -> None:
        """Read the template once, and note the places of parameters that are whole segments."""
        segments = parse_template(self.value)
        whole = all(segment.kind in {SegmentKind.LITERAL, SegmentKind.VARIABLE} for segment in segments)
        places = tuple((segment.name, place) for place, segment in enumerate(segments, 1) if segment.name)
        object.__setattr__(self, "segments", segments)
        object.__setattr__(self, "places", shared(places) if whole else None)

    def accepts(self, request: Request, /) -> bool:
        """Pass if the whole path matches."""
        return match_template(self.segments, request.path) is not None

    def captures(self, path: str, /) -> Captures:
        """Cut the parameters out of a path that this criterion accepts.

        Args:
            path: The path.

        Returns:
            Name and raw text of each parameter.
        """
        if self.places is None:
            return match_template(self.segments, path) or ()
        pieces = path.split("/")
        return tuple((name, pieces[place]) for name, place in self.places)


@frozen(repr=False)
class PathRegex(_OnPath):
    """The whole path matches an RE2 pattern.

    Args:
        pattern: The pattern, or its source.

    Raises:
        RouteError: RE2 refuses it.

    >>> PathRegex("/v(?P<major>[0-9]+)/.*").captures("/v2/items")
    (('major', '2'),)
    """

    pattern: Pattern = field(converter=as_pattern)

    def accepts(self, request: Request, /) -> bool:
        """Pass if the whole path matches."""
        return bool(self.pattern.fullmatch(request.path))

    def captures(self, path: str, /) -> Captures:
        """Cut the named groups out of a path that this criterion accepts.

        Args:
            path: The path.

        Returns:
            Name and raw text of each named group that took part.
        """
        return self.pattern.groups(path) or () if self.pattern.names else ()

    def __repr__(self) -> str:
        """Show the call that builds the criterion."""
        return f"PathRegex({self.pattern.source!r})"


# A parameter ends where its segment does. Before Envoy 1.39 the first one took the rest of the path with it.
_PARAMETERS: Final = re.compile(r";[^/]*")
_FROM_FIRST: Final = re.compile(r";.*", re.DOTALL)


@frozen
class PathWithoutParameters(_OnPath):
    """What another criterion says of the path without ``;name=value`` parameters (envoy.md §2.1).

    Args:
        criterion: The other criterion.
        per_segment: Cut the parameters out of each segment; else everything after the first ``;``.

    >>> PathWithoutParameters(PathExact("/a/b")).accepts(Request("GET", "/a;v=1/b"))
    True
    """

    criterion: PathExact | PathPrefix | PathStringPrefix | PathRegex
    per_segment: bool = field(default=True, kw_only=True)

    __repr__ = short_repr

    def accepts(self, request: Request, /) -> bool:
        """Pass if the other criterion accepts what is left of the path."""
        if ";" in request.path:
            path = (_PARAMETERS if self.per_segment else _FROM_FIRST).sub("", request.path)
            request = request.replace(target=path)
        return self.criterion.accepts(request)


PathCriterion = PathExact | PathPrefix | PathStringPrefix | PathTemplate | PathRegex | PathWithoutParameters

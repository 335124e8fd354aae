"""Path templates: ``/users/{id}``, ``/v{major}/items``, ``/files/{rest=**}``.

``{x}`` is one non-empty segment; with literal text around it (``v{x}``, ``{x}.json``) the part of a segment between. A
final ``{x=**}`` is all that is left, and may be empty only after ``/``. Everything else is literal and compared as it
is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import IntEnum
from functools import lru_cache
from typing import Final

from attrs import frozen

from meshroute.errors import RouteError
from meshroute.model.sharing import MOST, shared
from meshroute.text import encode_segment

MAX_SEGMENTS: Final = 256
"""The most segments that a template may have."""

_VARIABLE: Final = re.compile(r"\{([^{}]*)\}")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class SegmentKind(IntEnum):
    """The kinds of segments, most specific first."""

    LITERAL = 0
    MIXED = 1
    VARIABLE = 2
    REST = 3


@frozen
class Segment:
    """One segment of a template.

    Args:
        kind: What it may match.
        name: The parameter's name; empty for a literal.
        before: The literal text, or what stands before the variable.
        after: What stands after the variable.
    """

    kind: SegmentKind
    name: str
    before: str
    after: str

    def cut(self, text: str) -> str | None:
        """Cut the parameter out of one segment of a path.

        Args:
            text: The segment.

        Returns:
            The parameter's raw text ("" for a literal), or None where the segment does not match.
        """
        if self.kind is SegmentKind.LITERAL:
            return "" if text == self.before else None
        end = len(text) - len(self.after)
        if end <= len(self.before) or not text.startswith(self.before) or not text.endswith(self.after):
            return None
        return text[len(self.before) : end]


def parse_template(template: str) -> tuple[Segment, ...]:
    """Read a template.

    Args:
        template: The text, starting with ``/``.

    Returns:
        Its segments, in order.

    Raises:
        RouteError: It is no template; the message says why and what to write.

    >>> [segment.kind.name for segment in parse_template("/users/{id}/v{x}")]
    ['LITERAL', 'VARIABLE', 'MIXED']
    """
    if not template.startswith("/"):
        message = f"the path {template!r} must start with '/'"
        raise RouteError(message)
    pieces = template[1:].split("/")
    if len(pieces) > MAX_SEGMENTS:
        message = f"a path template may have {MAX_SEGMENTS} segments, not {len(pieces)}"
        raise RouteError(message)
    segments = tuple([_parse_segment(piece, template) for piece in pieces])
    if any(segment.kind is SegmentKind.REST for segment in segments[:-1]):
        message = f"the path {template!r} goes on after a rest parameter, which takes all that is left"
        raise RouteError(message)
    names = [segment.name for segment in segments if segment.name]
    for name in names:
        if names.count(name) > 1:
            message = f"the path {template!r} names the parameter {name!r} twice"
            raise RouteError(message)
    return segments


@lru_cache(maxsize=MOST)
def _literal(text: str) -> Segment:
    return Segment(SegmentKind.LITERAL, "", text, "")


def _parse_segment(piece: str, template: str) -> Segment:
    if "{" not in piece and "}" not in piece:
        return _literal(piece)
    found = _VARIABLE.search(piece)
    rest = "" if found is None else piece[: found.start()] + piece[found.end() :]
    if found is None or "{" in rest or "}" in rest:
        second = found is not None and _VARIABLE.search(piece, found.end())
        problem = "has two parameters in one segment" if second else "has an unbalanced brace"
        message = f"the path {template!r} {problem}"
        raise RouteError(message)
    before, after = piece[: found.start()], piece[found.end() :]
    name, mark, glob = found[1].partition("=")
    if ":" in name:
        message = (
            f"the path {template!r} gives {{{found[1]}}} a type: parameters are raw text; "
            f"write {{{name.partition(':')[0]}}} and convert it, or use path_regex"
        )
        raise RouteError(message)
    if not _NAME.fullmatch(name):
        message = f"the path {template!r} has a parameter {{{found[1]}}} whose name is no identifier"
        raise RouteError(message)
    if mark and glob not in {"*", "**"}:
        message = (
            f"the path {template!r} has {{{found[1]}}}: after '=' only '*' (a segment) or '**' (the rest) may stand"
        )
        raise RouteError(message)
    if glob == "**":
        if before or after:
            message = f"the path {template!r} has text beside the rest parameter {{{found[1]}}}"
            raise RouteError(message)
        return Segment(SegmentKind.REST, name, "", "")
    kind = SegmentKind.MIXED if before or after else SegmentKind.VARIABLE
    return shared(Segment(kind, name, before, after))


def match_template(segments: tuple[Segment, ...], path: str) -> tuple[tuple[str, str], ...] | None:
    """Match a whole path against a template.

    Args:
        segments: The template.
        path: The raw path.

    Returns:
        Name and raw text of each parameter, in order, or None where the path does not match.

    >>> match_template(parse_template("/files/{rest=**}"), "/files/a/b")
    (('rest', 'a/b'),)
    """
    if not path.startswith("/"):
        return None
    open_end = segments[-1].kind is SegmentKind.REST
    pieces = path[1:].split("/", len(segments) - 1) if open_end else path[1:].split("/", len(segments))
    if len(pieces) != len(segments):
        return None
    found: list[tuple[str, str]] = []
    for segment, piece in zip(segments, pieces, strict=True):
        value = piece if segment.kind is SegmentKind.REST else segment.cut(piece)
        if value is None:
            return None
        if segment.name:
            found.append((segment.name, value))
    return tuple(found)


def fill_template(template: str, segments: tuple[Segment, ...], params: Mapping[str, object]) -> str:
    """Put values into a template, percent-encoded.

    Args:
        template: The template, for messages.
        segments: The same, read.
        params: One value for each parameter.

    Returns:
        The path, in wire text.

    Raises:
        RouteError: A parameter is missing, too many or empty, or would make a dot segment, which every client removes
            (WHATWG URL, path state).

    >>> fill_template("/users/{id}", parse_template("/users/{id}"), {"id": 42})
    '/users/42'
    """
    left = dict(params)
    pieces: list[str] = []
    for segment in segments:
        if not segment.name:
            pieces.append(segment.before)
            continue
        if segment.name not in left:
            message = f"the path {template!r} needs a value for {segment.name!r}"
            raise RouteError(message)
        is_rest = segment.kind is SegmentKind.REST
        value = _encoded(str(left.pop(segment.name)), segment, template)
        if not value and not is_rest:
            message = f"the path {template!r} needs a value for {segment.name!r} that is not empty"
            raise RouteError(message)
        if not {".", ".."}.isdisjoint((segment.before + value + segment.after).split("/")):
            message = f"the path {template!r} cannot hold {value!r} for {segment.name!r}: clients remove dot segments"
            raise RouteError(message)
        pieces.append(segment.before + value + segment.after)
    if left:
        message = f"the path {template!r} has no parameter {next(iter(left))!r}"
        raise RouteError(message)
    return "/" + "/".join(pieces)


def _encoded(value: str, segment: Segment, template: str) -> str:
    try:
        return encode_segment(value, slashes=segment.kind is SegmentKind.REST)
    except UnicodeEncodeError:
        message = f"the path {template!r} cannot hold {value!r} for {segment.name!r}: no bytes stand for it"
        raise RouteError(message) from None

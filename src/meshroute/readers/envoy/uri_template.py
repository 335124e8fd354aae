"""Envoy's uri templates: of a path that matches, and of the path that it becomes (envoy.md §8)."""

from __future__ import annotations

import re
from typing import Final

from attrs import frozen

from meshroute.errors import RouteError
from meshroute.model.paths import PathCriterion
from meshroute.model.request import Request
from meshroute.patterns import Pattern, compile_pattern

MAX_LENGTH: Final = 256
MAX_VARIABLES: Final = 5
_MAX_NAME: Final = 16

_CLASS: Final = r"a-zA-Z0-9\-._~%!$&'()+,;:@=*"
_LITERAL: Final = re.compile(rf"[{_CLASS}]*")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_GRAPH: Final = re.compile(r"/[!-~]*")
_ONE: Final = f"[{_CLASS}]+"
_MANY: Final = f"[{_CLASS}/]*"
_ESCAPED: Final = re.compile(r"[$()+.]")


@frozen
class UriTemplate:
    """A template.

    Args:
        text: The text.
        pattern: The pattern that its paths match, with a named group for each variable.
        variables: The names of its variables.
    """

    text: str
    pattern: Pattern
    variables: tuple[str, ...]


def parse_uri_template(text: str) -> UriTemplate:
    """Parse the template of a path that matches.

    Args:
        text: The template.

    Returns:
        The template.

    Raises:
        RouteError: Envoy refuses it.

    >>> template = parse_uri_template("/a/{x}/{rest=**}")
    >>> template.pattern.groups("/a/1/2/3")
    (('x', '1'), ('rest', '2/3'))
    """
    if not _GRAPH.fullmatch(text):
        raise _refused(text, "it must start with `/` and hold no blanks")
    if len(text) > MAX_LENGTH:
        raise _refused(text, f"it may have {MAX_LENGTH} bytes, no more")
    parser = _Parser(text)
    source = parser.parse()
    return UriTemplate(text, compile_pattern(source), tuple(parser.names))


def _refused(text: str, why: str) -> RouteError:
    return RouteError(f"the uri template {text!r} is none: {why}")


class _Parser:
    """Turns a template into a pattern.

    Args:
        text: The template.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self.names: list[str] = []
        self._globbed = False

    def parse(self) -> str:
        """Return the pattern of the whole template."""
        segments = _split(self._text[1:], self._text)
        return "".join(f"/{self._segment(segment, last=at == len(segments))}" for at, segment in enumerate(segments, 1))

    def _segment(self, segment: str, *, last: bool) -> str:
        if self._globbed and segment:
            # a literal suffix in the segment of the glob itself is all that may follow
            raise _refused(self._text, "nothing may follow `**`")
        if not segment:
            if not last:
                raise _refused(self._text, "it has an empty segment")
            return ""
        if "{" in segment or "}" in segment:
            return self._with_variable(segment)
        return self._plain(segment)

    def _plain(self, segment: str) -> str:
        for glob, pattern in (("**", _MANY), ("*", _ONE)):
            if segment == glob or (segment.startswith(glob) and last_part(segment, glob)):
                self._globbed = self._globbed or glob == "**"
                return pattern + self._literal(segment[len(glob) :])
        return self._literal(segment)

    def _literal(self, text: str) -> str:
        if not _LITERAL.fullmatch(text):
            raise _refused(self._text, f"{text!r} holds a character that no literal may")
        return _ESCAPED.sub(r"\\\g<0>", text)

    def _with_variable(self, segment: str) -> str:
        before, _, rest = segment.partition("{")
        inside, closed, after = rest.partition("}")
        if not closed or "{" in inside or "{" in after or "}" in after or "}" in before:
            raise _refused(self._text, f"{segment!r} must have one variable in braces")
        name, equals, value = inside.partition("=")
        if not _NAME.fullmatch(name) or len(name) > _MAX_NAME:
            raise _refused(
                self._text, f"{name!r} is no name: a letter, then letters, digits and `_`, {_MAX_NAME} at most"
            )
        if name in self.names:
            raise _refused(self._text, f"the variable {name!r} occurs twice")
        self.names.append(name)
        if len(self.names) > MAX_VARIABLES:
            raise _refused(self._text, f"it may have {MAX_VARIABLES} variables, no more")
        prefix = self._literal(before)
        if not equals:
            pattern = _ONE
        else:
            parts = value.split("/")
            if not all(parts):
                raise _refused(self._text, f"the variable {name!r} has an empty segment")
            pattern = "/".join(self._segment(part, last=False) for part in parts)
        return f"{prefix}(?P<{name}>{pattern}){self._literal(after)}"


def last_part(segment: str, glob: str) -> bool:
    """Tell whether a segment is a glob with a literal suffix.

    Args:
        segment: The segment, which starts with the glob.
        glob: ``*`` or ``**``.

    Returns:
        Whether what follows is a literal without globs.
    """
    return "*" not in segment[len(glob) :]


def _split(text: str, whole: str) -> list[str]:
    """Split at the slashes that are in no variable."""
    segments = [""]
    depth = 0
    for character in text:
        depth += (character == "{") - (character == "}")
        if depth > 1:
            raise _refused(whole, "braces may not be nested")
        if character == "/" and depth <= 0:
            segments.append("")
        else:
            segments[-1] += character
    return segments


@frozen
class UriRewrite:
    """The path that a matching one becomes.

    Args:
        parts: Its pieces, each with whether it is the name of a variable.
    """

    parts: tuple[tuple[str, bool], ...]

    def new_path(self, request: Request, matched: PathCriterion | None, /) -> str | None:
        """Fill in the variables."""
        values = dict(() if matched is None else matched.captures(request.path))
        return "".join([values.get(text, "") if is_name else text for text, is_name in self.parts])


_PIECE: Final = re.compile(r"\{([^{}]*)\}|([^{}]+)")


def parse_uri_rewrite(text: str, template: UriTemplate) -> UriRewrite:
    """Parse the template of a new path.

    Args:
        text: The template.
        template: The template of the paths that match.

    Returns:
        The rewrite.

    Raises:
        RouteError: Envoy refuses it.

    >>> parse_uri_rewrite("/{x}/new", parse_uri_template("/a/{x}")).parts
    (('/', False), ('x', True), ('/new', False))
    """
    if not text.startswith("/") or "//" in text:
        raise _refused(text, "it must start with `/`, and have no `//`")
    pieces = list(_PIECE.finditer(text))
    if sum(len(piece[0]) for piece in pieces) != len(text):
        raise _refused(text, "its braces do not match")
    for piece in pieces:
        if piece[1] is not None and piece[1] not in template.variables:
            raise _refused(text, f"there is no variable {piece[1]!r} in {template.text!r}")
        if piece[2] is not None and not re.fullmatch(rf"[{_CLASS}/]*", piece[2]):
            raise _refused(text, f"{piece[2]!r} holds a character that no literal may")
    return UriRewrite(tuple((piece[2], False) if piece[1] is None else (piece[1], True) for piece in pieces))

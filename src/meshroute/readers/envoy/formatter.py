"""Envoy's format strings, as header values, hosts and paths have them (envoy.md §4)."""

from __future__ import annotations

import re
from typing import Final

from meshroute.errors import RouteError
from meshroute.model.formatting import (
    FormatPart,
    FormatText,
    Literal,
    RequestHeaderValue,
    RequestPath,
    RequestQuery,
    Unknown,
)
from meshroute.readers.envoy.operators import WITH_ARGUMENT, WITH_OR_WITHOUT, WITHOUT_ARGUMENT
from meshroute.text import ascii_lower, is_token

# %NAME%, %NAME(argument)%, %NAME(argument):LENGTH%
_OPERATOR: Final = re.compile(r"%([A-Z][A-Z0-9_]*)(?:\(([^)]*)\))?(?::([0-9]{1,6}))?%")
_HEADERS: Final = frozenset({"REQ", "REQUEST_HEADER"})
_PATHS: Final = {"": True, "WQ": True, "NQ": False}
# Operators of extensions that are built in, and such with arguments that are looked at closely
_LOOSE: Final = frozenset({"CEL", "METADATA", "COALESCE", "GRPC_STATUS", "QUERY_PARAMS", "TRACE_ID"})
_WHICH: Final = frozenset({"", "PATH", "ORIG", "ORIG_OR_PATH"})


def parse_format(text: str) -> FormatText:
    """Parse a format string.

    Args:
        text: The text.

    Returns:
        The format.

    Raises:
        RouteError: A percent sign begins no operator, or one with wrong arguments.

    >>> parse_format("a%%%REQ(X-Id?x-other):4%").parts
    (Literal(text='a%'), RequestHeaderValue(name='x-id', other='x-other', length=4))
    """
    parts: list[FormatPart] = []
    literal = ""
    at = 0
    while at < len(text):
        if text[at] != "%":
            end = text.find("%", at)
            end = len(text) if end < 0 else end
            literal, at = literal + text[at:end], end
        elif text.startswith("%%", at):
            literal, at = f"{literal}%", at + 2
        else:
            found = _OPERATOR.match(text, at)
            if found is None:
                message = (
                    f"the format {text!r} has a `%` at {at} that begins no operator; write `%%` for the sign itself"
                )
                raise RouteError(message)
            if literal:
                parts.append(Literal(literal))
            parts.append(_operator(found))
            literal, at = "", found.end()
    if literal:
        parts.append(Literal(literal))
    return FormatText(tuple(parts))


def _operator(found: re.Match[str]) -> FormatPart:
    name, argument = found[1], found[2]
    length = None if found[3] is None else int(found[3])
    if name in _HEADERS:
        return _header(found, argument or "", length)
    if name == "PATH":
        query, _, which = (argument or "").partition(":")
        if query not in _PATHS or which not in _WHICH:
            raise _refused(found, "WQ or NQ, then PATH, ORIG or ORIG_OR_PATH")
        return RequestPath(_PATHS[query], which in {"ORIG", "ORIG_OR_PATH"}, length)
    if name == "QUERY_PARAM" and argument:
        return RequestQuery(argument, length)
    _check(found, name, argument)
    return Unknown(found[0])


def _header(found: re.Match[str], argument: str, length: int | None) -> FormatPart:
    header, _, other = ascii_lower(argument).partition("?")
    names = [name for name in (header, other) if name]
    if not names or not all(is_token(name.removeprefix(":")) for name in names):
        raise _refused(found, "the name of a header, perhaps `?` and the name of another")
    return RequestHeaderValue(header, other or None, length)


def _check(found: re.Match[str], name: str, argument: str | None) -> None:
    """Refuse what Envoy refuses of the operators that are not filled in here."""
    if name in WITH_OR_WITHOUT or name in _LOOSE:
        return
    if name in WITHOUT_ARGUMENT:
        if argument is not None or found[3] is not None:
            raise _refused(found, "nothing")
    elif name not in WITH_ARGUMENT:
        message = f"there is no operator {found[0]!r} in format strings"
        raise RouteError(message)
    elif not argument:
        raise _refused(found, "an argument")


def _refused(found: re.Match[str], wanted: str) -> RouteError:
    return RouteError(f"the operator {found[0]!r} takes {wanted}")

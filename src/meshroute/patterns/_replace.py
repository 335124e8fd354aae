"""Replacing all matches, as RE2's GlobalReplace does (re2/re2.cc; envoy.md §4)."""

from __future__ import annotations

from typing import Final

from meshroute.patterns._captures import Search
from meshroute.patterns._program import Program

MAX_REPLACE_STEPS: Final = 50_000_000
"""How many instructions one replacement may visit; it is quadratic in the length of the value at worst."""

GROUPS: Final = 10
"""A substitution can name the whole match and nine groups."""


def highest_group(substitution: str) -> int:
    r"""Return the highest group that a substitution names.

    Args:
        substitution: The text.

    Returns:
        The number; 0 where it names none.

    >>> highest_group(r"\1-\3\\2")
    3
    """
    highest, at = 0, 0
    while at < len(substitution) - 1:
        if substitution[at] == "\\":
            at += 1
            if substitution[at] in "0123456789":
                highest = max(highest, int(substitution[at]))
        at += 1
    return highest


def replace_all(program: Program, value: str, substitution: str, *, utf8: bool = False) -> str | None:
    """Replace all matches.

    Args:
        program: A program with two slots for each group from 1 that the substitution names.
        value: Wire text.
        substitution: The new text: a backslash and a digit stand for a group, two backslashes for one.
        utf8: Never stop within a character.

    Returns:
        The new value, or None where that takes more than ``MAX_REPLACE_STEPS``.

    >>> from meshroute.patterns._parse import parse
    >>> from meshroute.patterns._program import build_program
    >>> replace_all(build_program(parse("x*")), "/axb", "-")
    '-/-a-b-'
    """
    search = Search(program, value)
    parts: list[str] = []
    at, last_end = 0, -1
    while at <= len(value):
        found = search.first(at)
        if search.steps > MAX_REPLACE_STEPS:
            return None
        if found is None:
            break
        start, end = found[0], found[-1]
        parts.append(value[at:start])
        if start == end == last_end:
            # an empty match directly after a match is none: go on one character later
            step = _character_length(value[at : at + 4]) if utf8 else 1
            parts.append(value[at : at + step])
            at += step
            continue
        parts.append(_substituted(substitution, value, found))
        at = last_end = end
    parts.append(value[at:])
    return "".join(parts)


def _character_length(start: str) -> int:
    """Return how many bytes the first character has; 1 where it is no UTF-8."""
    lead = ord(start[:1] or "\0")
    length = 1 if lead < 0xC0 else 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
    try:
        start[:length].encode("latin-1").decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return 1
    return length


def _substituted(substitution: str, value: str, found: tuple[int, ...]) -> str:
    """Fill in the groups; an escape that means nothing ends the text there, as in RE2."""
    parts: list[str] = []
    characters = iter(substitution)
    for character in characters:
        if character != "\\":
            parts.append(character)
            continue
        escaped = next(characters, "")
        if escaped == "\\":
            parts.append(escaped)
        elif escaped and escaped in "0123456789":
            parts.append(_group(int(escaped), value, found))
        else:
            break
    return "".join(parts)


def _group(number: int, value: str, found: tuple[int, ...]) -> str:
    if number == 0:
        return value[found[0] : found[-1]]
    start, end = found[2 * number - 1], found[2 * number]
    return value[start:end] if end >= 0 else ""

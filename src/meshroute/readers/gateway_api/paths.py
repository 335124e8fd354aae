"""Paths: what a match may ask for, and what takes the place of a prefix (gateway-api.md §2.8, §2.14)."""

from __future__ import annotations

import re
from typing import Final

_CHARACTERS: Final = re.compile(r"(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+")
_NEVER: Final = ("//", "/./", "/../", "%2f", "%2F", "#")
_NEVER_AT_THE_END: Final = ("/..", "/.")


def path_faults(kind: str, value: str) -> list[str]:
    """Say what is wrong with the path of an ``Exact`` or ``PathPrefix`` match.

    Args:
        kind: The kind of the match.
        value: The path.

    Returns:
        The faults, as the specification's own validation words them.

    >>> path_faults("Exact", "/a//b")
    ["must not contain '//' when type one of ['Exact', 'PathPrefix']"]
    """
    where = "when type one of ['Exact', 'PathPrefix']"
    faults: list[str] = []
    if not value.startswith("/"):
        faults.append(f"value must be an absolute path and start with '/' {where}")
    faults += [f"must not contain '{text}' {where}" for text in _NEVER if text in value]
    faults += [f"must not end with '{text}' {where}" for text in _NEVER_AT_THE_END if value.endswith(text)]
    if not _CHARACTERS.fullmatch(value):
        faults.append(f"must only contain valid characters (matching ^{_CHARACTERS.pattern}$) for type {kind}")
    return faults


def without_slash(prefix: str) -> str:
    """Take the slash off the end of a prefix, which plays no part (H:504-520); ``/`` becomes the empty text.

    Args:
        prefix: The value of a PathPrefix match, or what replaces it.

    Returns:
        The prefix.

    >>> without_slash("/foo/"), without_slash("/")
    ('/foo', '')
    """
    return prefix.removesuffix("/")


def prefix_replaced(path: str, prefix: str, replacement: str) -> str:
    """Put another text in the place of a prefix (H:1188-1200).

    Args:
        path: The path, which the prefix takes.
        prefix: The value of the PathPrefix match.
        replacement: What takes its place.

    Returns:
        The new path; never empty.

    >>> prefix_replaced("/foo/bar", "/foo/", "/xyz/"), prefix_replaced("/foo", "/foo", "")
    ('/xyz/bar', '/')
    """
    return without_slash(replacement) + path[len(without_slash(prefix)) :] or "/"

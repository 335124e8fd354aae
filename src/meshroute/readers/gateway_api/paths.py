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


def grpc_pattern(service: str | None, method: str | None) -> str:
    """Put regular expressions for a service and a method together, for the path ``/{service}/{method}`` (§2.11).

    Args:
        service: The one for the service, or None for any.
        method: The one for the method, or None for any.

    Returns:
        The pattern.

    >>> grpc_pattern("a|b", None)
    '/(?:a|b)/(?:[^/]+)'
    """
    return f"/(?:{service or '[^/]+'})/(?:{method or '[^/]+'})"

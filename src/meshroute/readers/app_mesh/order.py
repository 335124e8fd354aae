"""The order of App Mesh routes, and how far AWS defines it (app-mesh.md §2.2).

Used: priority, lower first, none after every number; then exact paths, regexes, prefixes; then the longer path. What
follows only makes the order the same on every run: path text, length as written, id.

Not defined by AWS, and so read in every way: the rank of exact, regex and prefix at equal priority; whether a prefix
counts with the slash that the control plane adds; whether a gateway route without priority counts as 1000 or 1001; two
paths of one kind and length.
"""

from __future__ import annotations

from typing import Final

from meshroute.model.criteria import PathCriterion, PathExact, PathRegex, PathStringPrefix
from meshroute.model.precedence import Key, Precedence

ROUTER_DEFAULTS: Final = (1001,)
"""Virtual router routes without priority: "1000 + 1" (aws-app-mesh-examples, blogs/http-headers-and-priority)."""
GATEWAY_DEFAULTS: Final = (1001, 1000)
"""Gateway routes without priority: as used here, and as the controller's comment has it."""

_KINDS: Final = ("exact path", "regex", "prefix")


def precedence(
    priority: int | None, path: PathCriterion | None, written: int, route_id: str, defaults: tuple[int, ...]
) -> Precedence:
    """Work out the place of a route among those of its gateway or router.

    Args:
        priority: Its priority.
        path: Its path criterion; None for tcp routes.
        written: The length of the path condition as written.
        route_id: Its id.
        defaults: What a missing priority may count as; the first is used.

    Returns:
        The precedence: one key that is used, and two for each default, without what AWS does not define.

    >>> early = precedence(None, PathStringPrefix("/foo"), 4, "a", ROUTER_DEFAULTS)
    >>> late = precedence(None, PathStringPrefix("/"), 1, "b", ROUTER_DEFAULTS)
    >>> early.decided_by(late), early.defined_before(late)
    ('path length 4 goes before path length 1', True)
    """
    kind, text, length = _path(path)
    used: Key = (defaults[0] if priority is None else priority, kind, -len(text), text, -written, route_id)
    others: list[Key] = []
    for default in defaults:
        number = default if priority is None else priority
        # Kinds the one way with the path as compared, kinds the other way with the path as written: between two routes
        # either the kinds differ, and then they alone decide, or the lengths do, and then both readings count.
        others += ((number, kind, -length), (number, -kind, -written))
    parts = (
        ("priority", "none" if priority is None else str(priority)),
        ("path condition", _KINDS[kind]),
        ("path length", str(len(text))),
        ("path", repr(text)),
        ("length as written", str(written)),
        ("id", repr(route_id)),
    )
    return Precedence(parts, (used, *others))


def _path(path: PathCriterion | None) -> tuple[int, str, int]:
    """Return kind, text and the length that documented rules compare (none for a regex)."""
    match path:
        case PathExact(value=value):
            return 0, value, len(value)
        case PathRegex(pattern=pattern):
            return 1, pattern.source, 0
        case PathStringPrefix(value=value):
            return 2, value, len(value)
        case _:
            return 2, "", 0

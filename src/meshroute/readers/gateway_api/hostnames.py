"""Hostnames of listeners and routes: what they match, where they meet, which is more specific (gateway-api.md §2.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final


def covers(pattern: str | None, host: str) -> bool:
    """Tell whether a hostname takes a host.

    Args:
        pattern: The hostname: a name, ``*.`` and a suffix (one label or more, never the suffix alone), or None for any.
        host: The host of a request, in lower case and without its port; or another hostname, of which all that it
            takes must be taken.

    Returns:
        True if it does.

    >>> covers("*.example.com", "a.b.example.com"), covers("*.example.com", "example.com"), covers(None, "a")
    (True, False, True)
    """
    if pattern is None or pattern == host:
        return True
    return pattern.startswith("*.") and host.endswith(pattern[1:]) and len(host) > len(pattern) - 1


def intersection(one: str | None, other: str | None) -> tuple[str | None] | None:
    """Find what two hostnames have in common: the more specific of the two.

    Args:
        one: A hostname, or None for any host.
        other: Another one.

    Returns:
        The hostname in a tuple of one, or None where they have nothing in common.

    >>> intersection("*.com", "*.example.com"), intersection(None, "a.example"), intersection("a.example", "b.example")
    (('*.example.com',), ('a.example',), None)
    """
    if one is None or other is None:
        return (one or other,)
    if covers(one, other):
        return (other,)
    return (one,) if covers(other, one) else None


def intersections(listener: str | None, hostnames: Iterable[str]) -> tuple[str | None, ...]:
    """Find the hostnames of a route at a listener.

    Args:
        listener: The hostname of the listener, or None for any host.
        hostnames: Those of the route; none stand for any host.

    Returns:
        What they have in common, in the order of the route and each once; nothing where the route is not attached.

    >>> intersections("*.example.com", ["a.example.com", "b.example", "*.com"])
    ('a.example.com', '*.example.com')
    """
    found = [intersection(listener, hostname) for hostname in (*hostnames,) or (None,)]
    return tuple(dict.fromkeys(one[0] for one in found if one is not None))


def rank(hostname: str | None) -> tuple[int, int]:
    """Rank a hostname: the larger, the more specific.

    Args:
        hostname: The hostname, or None for any host.

    Returns:
        Its characters if it is no wildcard, and its characters (H:104-113).

    >>> rank("a.example") > rank("*.long.example") > rank("*.example") > rank(None)
    True
    """
    if hostname is None:
        return 0, 0
    return (0 if hostname.startswith("*.") else len(hostname)), len(hostname)


class Taken:
    """Hostnames that are taken, among which one that meets another is found without looking at each.

    >>> taken = Taken()
    >>> taken.add(["*.a.example", "b.org"])
    >>> [taken.meets([name]) for name in ("x.a.example", "*.example", "*.org", "a.example", "c.org", None)]
    [True, True, True, False, False, True]
    """

    def __init__(self) -> None:
        self._names: set[str | None] = set()
        self._suffixes: set[str] = set()

    def add(self, hostnames: Iterable[str | None]) -> None:
        """Take hostnames.

        Args:
            hostnames: The hostnames, None for any host.
        """
        for name in hostnames:
            self._names.add(name)
            self._suffixes.update(_suffixes(name or ""))

    def meets(self, hostnames: Iterable[str | None]) -> bool:
        """Tell whether one of some hostnames has something in common with one that is taken.

        Args:
            hostnames: The hostnames.

        Returns:
            True if it has: it is taken itself, one of them is below the other's wildcard, or one is any host.
        """
        return any(self._has(name) for name in hostnames)

    def _has(self, name: str | None) -> bool:
        if name is None or None in self._names:
            return bool(self._names)
        below = name.startswith("*.") and name[1:] in self._suffixes
        return below or name in self._names or any(f"*{suffix}" in self._names for suffix in _suffixes(name))


def _suffixes(name: str) -> Iterator[str]:
    """Yield what follows each label of a hostname, dot included."""
    dot = name.find(".")
    while dot >= 0:
        yield name[dot:]
        dot = name.find(".", dot + 1)


NOTHING: Final = Taken()
"""No hostname is taken; nobody adds to it."""

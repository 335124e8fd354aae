"""Sharing equal values between routes: large tables say the same of most of their routes."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from typing import Final, TypeVar

MOST: Final = 4096
"""How many values are remembered, those used last."""

T = TypeVar("T", bound=Hashable)


@lru_cache(maxsize=MOST)
def _first(value: Hashable, kind: type) -> Hashable:  # noqa: ARG001 - equal values of two types are two values
    return value


def shared(value: T) -> T:
    """Return an equal value that somebody else holds already, or else this one.

    Args:
        value: A value that never changes.

    Returns:
        An equal value of the same type.

    >>> shared(("GET", "HEAD")) is shared(("GET", "HEAD"))
    True
    """
    return _first(value, type(value))  # type: ignore[return-value]  # equal, and of the same type

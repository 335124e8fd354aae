"""Remembering what was worked out: most routes ask the same of the same texts."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final, ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")

MOST: Final = 2**14
"""How many results of one function are kept."""


def remembered(function: Callable[P, R]) -> Callable[P, R]:
    """Keep the results of a function of values.

    Args:
        function: The function; all that it is given can be hashed.

    Returns:
        The function with a memory.

    >>> remembered(len)("ab")
    2
    """
    return cast("Callable[P, R]", lru_cache(MOST)(function))

"""Cutting parameters out of the pieces of a path: one function for each route, made when the table is compiled.

One, two and three parameters are written out, since building a dictionary in a loop takes twice the time of writing it
down.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

Cuts = tuple[tuple[str, int], ...]
"""Name and place of each parameter in the pieces of a path that is cut at its slashes."""

Cutter = Callable[[Sequence[str]], dict[str, str] | None]
"""Gives the parameters, or None where one of them would be empty, which it may not be."""


@lru_cache(maxsize=4096)
def cutter(cuts: Cuts) -> Cutter:
    """Make the function that cuts some parameters; routes whose parameters are the same share it.

    Args:
        cuts: The parameters.

    Returns:
        The function.

    >>> cutter((("owner", 2),))("/repos/ann".split("/")), cutter((("owner", 2),))("/repos/".split("/"))
    ({'owner': 'ann'}, None)
    """
    match cuts:
        case ((name, at),):
            return _one(name, at)
        case ((name, at), (second, second_at)):
            return _two(name, at, second, second_at)
        case ((name, at), (second, second_at), (third, third_at)):
            return _three(name, at, second, second_at, third, third_at)
        case _:
            return _any(cuts)


def _one(name: str, at: int) -> Cutter:
    def cut(pieces: Sequence[str]) -> dict[str, str] | None:
        text = pieces[at]
        return {name: text} if text else None

    return cut


def _two(name: str, at: int, second: str, second_at: int) -> Cutter:
    def cut(pieces: Sequence[str]) -> dict[str, str] | None:
        text, second_text = pieces[at], pieces[second_at]
        return {name: text, second: second_text} if text and second_text else None

    return cut


def _three(  # noqa: PLR0913, PLR0917 - three parameters, written out
    name: str, at: int, second: str, second_at: int, third: str, third_at: int
) -> Cutter:
    def cut(pieces: Sequence[str]) -> dict[str, str] | None:
        text, second_text, third_text = pieces[at], pieces[second_at], pieces[third_at]
        if text and second_text and third_text:
            return {name: text, second: second_text, third: third_text}
        return None

    return cut


def _any(cuts: Cuts) -> Cutter:
    def cut(pieces: Sequence[str]) -> dict[str, str] | None:
        found: dict[str, str] = {}
        for name, at in cuts:
            found[name] = text = pieces[at]
            if not text:
                return None
        return found

    return cut

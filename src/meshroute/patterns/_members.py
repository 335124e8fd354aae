"""Finding members of languages that are good to read: the cheapest path through an automaton (Dijkstra)."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Hashable, Iterable
from functools import lru_cache
from typing import Final, TypeVar

State = TypeVar("State", bound=Hashable)

SEPARATOR: Final = "\u0100"
"""A symbol that is no byte: it stands before each line of a header, which can hold any byte."""
BYTES: Final = (1 << 256) - 1
"""All bytes, as a mask of symbols."""
SYMBOLS: Final = (1 << 257) - 1
"""All symbols: the bytes and the separator."""

_PRICES: Final = (
    ("abcdefghijklmnopqrstuvwxyz/", 10),
    ("0123456789-_.", 11),
    ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 13),
    ("".join(map(chr, range(0x21, 0x7F))), 20),
    (SEPARATOR, 30),
    (" ", 40),
    ("".join(map(chr, range(256))), 400),
)
"""What each symbol of a readable text costs: plain words and paths are the cheapest, control characters the dearest."""


def _costs() -> dict[str, int]:
    costs: dict[str, int] = {}
    for characters, price in _PRICES:
        for place, character in enumerate(characters):
            costs.setdefault(character, price * 1000 + min(place, 255))
    return costs


COST: Final = _costs()
"""What each symbol costs."""
_BY_COST: Final = tuple(sorted(COST.items(), key=lambda pair: pair[1]))


@lru_cache(4096)
def cheapest(mask: int) -> str:
    """Return the symbol of a set that is the best to read.

    Args:
        mask: The set, which is not empty.

    Returns:
        The symbol.

    >>> cheapest(0b11 << ord("a") | 1 << ord("A"))
    'a'
    """
    return next(symbol for symbol, _ in _BY_COST if mask >> ord(symbol) & 1)


def cheapest_member(
    start: State,
    moves: Callable[[State], Iterable[tuple[int, State]]],
    ends: Callable[[State], bool],
    most: int,
    *,
    shortest: bool = False,
) -> str | None:
    """Find the accepted text that costs the least.

    Args:
        start: The state before the first symbol.
        moves: The moves from a state, as pairs of a mask and a state.
        ends: Whether what leads to a state is accepted.
        most: How many states may be looked at.
        shortest: Let all symbols cost the same.

    Returns:
        The text, or None where there is none, or none was found among so many states.

    >>> cheapest_member(0, lambda state: [(0b11 << ord("a"), state + 1)], lambda state: state == 3, 10)
    'aaa'
    """
    best: dict[State, int] = {start: 0}
    order = 0
    queue: list[tuple[int, int, State, str]] = [(0, order, start, "")]
    while queue:
        cost, _, state, text = heapq.heappop(queue)
        if cost > best[state]:
            continue
        if ends(state):
            return text
        if len(best) > most:
            return None
        for mask, target in moves(state):
            symbol = cheapest(mask)
            total = cost + (1 if shortest else COST[symbol])
            if total < best.get(target, total + 1):
                best[target] = total
                order += 1
                heapq.heappush(queue, (total, order, target, text + symbol))
    return None

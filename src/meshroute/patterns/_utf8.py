"""Patterns of characters into patterns of their UTF-8 bytes (re2/compile.cc, ``AddRuneRangeUTF8``)."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from typing import Final, TypeAlias

from meshroute.patterns._tree import (
    ALL_BYTES,
    Alternate,
    Assert,
    Chars,
    Concat,
    Empty,
    Group,
    Node,
    Repeat,
    byte_range,
    fold_tree,
    mask_ranges,
)

Bytes: TypeAlias = tuple[tuple[int, int], ...]
"""Ranges of bytes, one after the other."""

CHARACTERS: Final = 0x110000
ANY_BYTE: Final = 1 << CHARACTERS
"""The mask of ``\\C``: one byte, whatever it is."""

_CACHED: Final = 64
_ASCII: Final = 0x80
_LAST: Final = (0x7F, 0x7FF, 0xFFFF)  # of one, two and three bytes
_MASK_SHARE: Final = 4096
# RE2 takes overlong and too large sequences for this one range: the program is smaller.
_BEYOND_ASCII: Final[tuple[Bytes, ...]] = (
    ((0xC2, 0xDF), (0x80, 0xBF)),
    ((0xE0, 0xEF), (0x80, 0xBF), (0x80, 0xBF)),
    ((0xF0, 0xF4), (0x80, 0xBF), (0x80, 0xBF), (0x80, 0xBF)),
)


def is_beyond_ascii(low: int, high: int) -> bool:
    """Tell whether a range is all that is not ASCII.

    Args:
        low: The first code point.
        high: The last one.

    Returns:
        Whether it is.
    """
    return (low, high) == (_ASCII, CHARACTERS - 1)


def pieces(low: int, high: int) -> list[tuple[int, int]]:
    """Cut a range of characters so that the UTF-8 of each part is a sequence of ranges of bytes.

    Args:
        low: The first code point.
        high: The last one.

    Returns:
        The parts, in order; what is not ASCII stays one part.

    >>> pieces(0x61, 0x62), pieces(0x7F, 0x81), pieces(0x7F, 0x10FFFF)
    ([(97, 98)], [(127, 127), (128, 129)], [(127, 127), (128, 1114111)])
    """
    found: list[tuple[int, int]] = []
    todo = [(low, high)]
    while todo:
        low, high = todo.pop()
        cut = None if is_beyond_ascii(low, high) else _cut(low, high)
        if cut is None:
            found.append((low, high))
        else:
            todo += [(cut, high), (low, cut - 1)]
    return found


def sequence(low: int, high: int) -> Bytes:
    """Return the bytes of such a part.

    Args:
        low: The first code point.
        high: The last one.

    Returns:
        Ranges of bytes.

    >>> sequence(0xC0, 0xFF)
    ((195, 195), (128, 191))
    """
    return tuple(zip(_encoded(low), _encoded(high), strict=True))


def _cut(low: int, high: int) -> int | None:
    """Return where a range is cut in two, so that its parts are ranges of bytes; None where it is one already."""
    for last in _LAST:
        if low <= last < high:
            return last + 1
    if high < _ASCII:
        return None
    for count in (1, 2, 3):
        rest = (1 << 6 * count) - 1
        if low & ~rest != high & ~rest:
            if low & rest:
                return (low | rest) + 1
            if high & rest != rest:
                return high & ~rest
    return None


def _encoded(character: int) -> bytes:
    return chr(character).encode("utf-8", "surrogatepass")


def byte_tree(tree: Node) -> Node:
    """Turn a tree of characters into one of bytes.

    Args:
        tree: A tree whose masks are of code points.

    Returns:
        A tree that matches their UTF-8.

    >>> byte_tree(Chars(1 << 0xE9)) == Concat((Chars(1 << 0xC3), Chars(1 << 0xA9)))
    True
    """
    return fold_tree(tree, _lowered)


def _lowered(node: Node, below: list[Node]) -> Node:
    match node:
        case Chars(mask):
            return _class_tree(mask)
        case Concat():
            return Concat(tuple(below))
        case Alternate():
            return Alternate(tuple(below))
        case Repeat(_, low, high, greedy, counted):
            return Repeat(below[0], low, high, greedy, counted)
        case Group(_, index, name):
            return Group(below[0], index, None if name is None else name.encode().decode("latin-1"))
        case _:
            return node


@lru_cache(_CACHED)
def _class_tree(mask: int) -> Node:
    if mask == ANY_BYTE:
        return Chars(ALL_BYTES)
    rows: list[Bytes] = []
    for low, high in (piece for one in mask_ranges(mask) for piece in pieces(*one)):
        rows.extend(_BEYOND_ASCII if is_beyond_ascii(low, high) else [sequence(low, high)])
    return _choice(rows)


def _choice(rows: list[Bytes]) -> Node:
    """Make a tree of sequences in order, those that start alike together; at most four levels deep."""
    heads: dict[Node, int] = {}  # what may follow a byte, and before which bytes it does
    for (low, high), group in groupby(rows, key=lambda row: row[0]):
        tails = [row[1:] for row in group]
        tail = _choice(tails) if tails[0] else Empty()
        heads[tail] = heads.get(tail, 0) | byte_range(low, high)
    options: list[Node] = []
    for tail, mask in heads.items():
        match tail:
            case Empty():
                options.append(Chars(mask))
            case Concat(items):
                options.append(Concat((Chars(mask), *items)))
            case _:
                options.append(Concat((Chars(mask), tail)))
    if len(options) > 1:
        return Alternate(tuple(options))
    return options[0] if options else Chars(0)


@lru_cache(_CACHED)
def byte_count(mask: int) -> int:
    """Return how much a set of characters takes: the instructions for its bytes, and its own memory.

    Args:
        mask: A mask of code points.

    Returns:
        A number of instructions.

    >>> byte_count(1 << 0x41), byte_count(1 << 0x20AC)
    (1, 5)
    """
    return fold_tree(_class_tree(mask), _instructions) + mask.bit_length() // _MASK_SHARE


def _instructions(node: Node, below: list[int]) -> int:
    return sum(below) + (len(below) if isinstance(node, Alternate) else isinstance(node, Chars | Assert))

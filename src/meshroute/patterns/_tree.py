"""The syntax tree of a pattern: what every other module here works on.

A set of bytes is an ``int`` of 256 bits, bit ``n`` standing for byte ``n`` (a *mask*): union, intersection and
complement are single operations, and masks hash and compare at once.

Trees come from untrusted text and may be tens of thousands of levels deep, so nothing here or in the other modules
recurses over them. Comparing, hashing, pickling or printing the *nodes* of a very deep tree does recurse (attrs
generates those methods); ``Pattern`` therefore compares and pickles by its source text.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Final, TypeAlias, TypeVar

from attrs import field, frozen

T = TypeVar("T")

ALL_BYTES: Final = (1 << 256) - 1


def byte_range(low: int, high: int) -> int:
    """Return the mask of the bytes from ``low`` to ``high``, both included.

    Args:
        low: The first byte.
        high: The last byte.

    Returns:
        The mask.

    >>> byte_range(0, 2)
    7
    """
    return (1 << (high + 1)) - (1 << low)


NEWLINE: Final = 1 << 10
UPPER: Final = byte_range(ord("A"), ord("Z"))
LOWER: Final = byte_range(ord("a"), ord("z"))
DIGIT: Final = byte_range(ord("0"), ord("9"))
WORD: Final = UPPER | LOWER | DIGIT | 1 << ord("_")


def mask_ranges(mask: int) -> tuple[tuple[int, int], ...]:
    """Return the ranges of a mask, in order.

    Args:
        mask: A set of bytes.

    Returns:
        Pairs (first byte, last byte), none touching the next.

    >>> mask_ranges(0b11011)
    ((0, 1), (3, 4))
    """
    found: list[tuple[int, int]] = []
    while mask:
        low = (mask & -mask).bit_length() - 1
        run = mask >> low
        length = (~run & (run + 1)).bit_length() - 1
        found.append((low, low + length - 1))
        mask &= ~byte_range(low, low + length - 1)
    return tuple(found)


class AssertKind(Enum):
    """The empty-width assertions of RE2."""

    TEXT_START = "text-start"
    TEXT_END = "text-end"
    LINE_START = "line-start"
    LINE_END = "line-end"
    WORD_BOUNDARY = "word-boundary"
    NOT_WORD_BOUNDARY = "not-word-boundary"


@frozen
class Empty:
    """Matches the empty text."""


@frozen
class Chars:
    """Matches one byte of a set.

    Args:
        mask: The bytes, as a mask; 0 never matches.
        folds: Whether it is a literal under ``(?i)``; RE2 keeps that also where the byte has no other case.
    """

    mask: int
    folds: bool = field(default=False, eq=False, repr=False)


@frozen
class Assert:
    """Matches the empty text where a condition holds.

    Args:
        kind: The condition.
    """

    kind: AssertKind


@frozen
class Concat:
    """Matches its items one after the other.

    Args:
        items: At least two.
    """

    items: tuple[Node, ...]


@frozen
class Alternate:
    """Matches one of its items; the first that lets the whole pattern match.

    Args:
        items: At least two.
    """

    items: tuple[Node, ...]


@frozen
class Repeat:
    """Matches its item many times.

    Args:
        item: What is repeated.
        low: The least number of times.
        high: The largest number of times, or None for no limit.
        greedy: Prefer more to fewer.
        counted: Whether it is written with numbers; RE2 simplifies those in another way.
    """

    item: Node
    low: int
    high: int | None
    greedy: bool = True
    counted: bool = field(default=False, eq=False, repr=False)


@frozen
class Group:
    """Captures what its item matches.

    Args:
        item: What is captured.
        index: The number of the group, from 1.
        name: Its name, or None.
    """

    item: Node
    index: int
    name: str | None = None


@frozen
class Atomic:
    """Matches its item, and never comes back for another way to match it.

    The parser never makes one (RE2 has none): the safety analysis does, where that loses no match.

    Args:
        item: What is matched.
    """

    item: Node


Node: TypeAlias = Empty | Chars | Assert | Concat | Alternate | Repeat | Group | Atomic

EMPTY: Final = Empty()
BYTES: Final = tuple(Chars(1 << byte) for byte in range(256))


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly under a node.

    Args:
        node: Any node.

    Returns:
        Its children, in the order of the text.

    >>> children(Repeat(EMPTY, 0, None))
    (Empty(),)
    """
    match node:
        case Concat(items) | Alternate(items):
            return items
        case Repeat(item) | Group(item) | Atomic(item):
            return (item,)
        case _:
            return ()


def fold_tree(root: Node, combine: Callable[[Node, list[T]], T]) -> T:
    """Compute something for every node of a tree from the results of its children, without recursion.

    Args:
        root: The tree.
        combine: Called with a node and its children's results.

    Returns:
        The result for the root.

    >>> fold_tree(Concat((BYTES[65], BYTES[66])), lambda node, below: 1 + sum(below))
    3
    """
    results: list[T] = []
    todo: list[tuple[Node, int]] = [(root, -1)]
    while todo:
        node, below = todo.pop()
        if below < 0:
            nodes = children(node)
            todo.append((node, len(nodes)))
            todo.extend((child, -1) for child in reversed(nodes))
        else:
            start = len(results) - below
            results[start:] = [combine(node, results[start:])]
    return results[0]


def fold_case(mask: int) -> int:
    """Add the other case of every ASCII letter (in Latin-1, RE2 folds ASCII letters only).

    Args:
        mask: A set of bytes.

    Returns:
        The folded set.

    >>> fold_case(1 << ord("k")) == 1 << ord("k") | 1 << ord("K")
    True
    """
    return mask | (mask & UPPER) << 32 | (mask & LOWER) >> 32

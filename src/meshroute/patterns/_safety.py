r"""Deciding whether a backtracking engine matches a whole value in linear time, and helping it where that is cheap.

``plan`` returns a tree that a backtracking engine matches in time O(value x tree), or None. It accepts exactly the
same values as the given tree; groups are gone, since a verdict needs none. The argument has four steps.

1. *Determined choices.* Where the first byte tells which branch of a choice can go on (the sets of bytes that may come
   first on each branch, including what follows the choice, do not meet; the end of the value counts as a byte of its
   own), every other branch dies without consuming a byte. Likewise alternatives whose leading bytes tell them apart.
   If all choices are determined there is one path through the value, and unwinding it after a failure tries at each
   place the other branches once: O(value x tree). Assertions only remove paths. Bodies of loops must not be nullable.
2. *A few free choices* outside of loops multiply the work by the number of ways through them, at most ``_MAX_WAYS``.
3. *Absorption.* ``X{n,m}`` next to ``Y*`` with X within Y is ``X{n}``, and what may be empty and holds only bytes of Y
   is nothing: ``[0-9]+.*`` is ``[0-9].*``. The accepted language is unchanged and the choice is gone.
4. *Search.* A loop ``Y*`` over single bytes that is not determined by what follows it tries what follows at every
   place of its run. That is linear in two cases.

   a. ``Y*pZ*`` where ``p`` is one of finitely many fixed texts, and Z holds all bytes of Y and p: any later ``p`` that
      leads to a match can be replaced by the one that ends first, because ``Z*`` takes the rest. If no text of ``p``
      lies within a longer one, the one that starts first also ends first, and the engine may commit to it:
      ``.*green.*`` becomes ``(?>.*?green).*``.
   b. The rest of the pattern, K, has determined choices, and no text of K holds more than c bytes of the set that both
      Y holds and K can start with. Then failing attempts of K within the run cover each place at most c times, since
      an attempt that covers a later attempt's start holds such a byte there (one more attempt starts where the run
      ends): ``.*/[0-9]+``. There may be one such loop, and no other search after it.

Everything else is left to the automaton.
"""

from __future__ import annotations

from typing import Final, TypeGuard

from meshroute.patterns._facts import FactBook
from meshroute.patterns._texts import best_starts_first, fixed_texts, told_apart
from meshroute.patterns._tree import (
    EMPTY,
    Alternate,
    Atomic,
    Chars,
    Concat,
    Empty,
    Group,
    Node,
    Repeat,
    fold_tree,
)

_MAX_WAYS: Final = 32
_MAX_DEPTH: Final = 50  # the engines' own parsers recurse
_END: Final = 1 << 256  # stands for the end of the value among the bytes that may come next


def plan(tree: Node) -> Node | None:
    """Rewrite a tree so that a backtracking engine matches a whole value in linear time.

    Args:
        tree: The tree of a pattern.

    Returns:
        A tree without groups that accepts the same values, or None where the automaton is needed.

    >>> from meshroute.patterns._parse import parse
    >>> from meshroute.patterns._print import print_tree
    >>> print(print_tree(plan(parse(".*green.*"))))
    (?>.*?green).*
    >>> plan(parse("(a|aa)+c"))
    """
    book = FactBook()
    facts = book.of(tree)
    if facts.depth > _MAX_DEPTH or facts.dead:
        return None
    bare = _without_groups(tree)
    planned: list[Node] = []
    for branch in bare.items if isinstance(bare, Alternate) else (bare,):
        found = _Branch(branch, book).plan()
        if found is None:
            return None
        planned.append(found)
    return planned[0] if len(planned) == 1 else Alternate(tuple(planned))


def is_determined(tree: Node) -> bool:
    """Tell whether each value can match a tree in one way only, so that every engine captures the same groups.

    Args:
        tree: The tree of a pattern.

    Returns:
        True if all choices are determined (step 1).

    >>> from meshroute.patterns._parse import parse
    >>> is_determined(parse("/([a-z]+)/([0-9]+)")), is_determined(parse("(a*)*"))
    (True, False)
    """
    book = FactBook()
    facts = book.of(tree)
    return facts.depth <= _MAX_DEPTH and not facts.dead and _ways(tree, _END, book) == 1


def _without_groups(tree: Node) -> Node:
    """Drop groups, greed and everything that is empty: none of it changes which whole values match."""

    def bare(node: Node, below: list[Node]) -> Node:
        match node:
            case Group():
                return below[0]
            case Concat():
                return _sequence(below)
            case Alternate():
                flat: list[Node] = []
                for item in below:
                    flat.extend(item.items if isinstance(item, Alternate) else (item,))
                return Alternate(tuple(flat))
            case Repeat(_, low, high):
                item = below[0]
                if high == 0 or isinstance(item, Empty):
                    return EMPTY
                return item if low == high == 1 else Repeat(item, low, high)
            case _:
                return node

    return fold_tree(tree, bare)


def _sequence(items: list[Node]) -> Node:
    """Make one node of a sequence."""
    flat: list[Node] = []
    for item in items:
        if isinstance(item, Concat):
            flat.extend(item.items)
        elif not isinstance(item, Empty):
            flat.append(item)
    if not flat:
        return EMPTY
    return flat[0] if len(flat) == 1 else Concat(tuple(flat))


def _is_run(node: Node) -> TypeGuard[Repeat]:
    """Tell whether a node is a loop over single bytes."""
    return isinstance(node, Repeat) and node.high is None and isinstance(node.item, Chars)


class _Branch:
    """One alternative of the whole pattern, which ends where the value ends."""

    def __init__(self, branch: Node, book: FactBook) -> None:
        self.book = book
        self.items = self.absorbed(branch.items if isinstance(branch, Concat) else (branch,))
        follow = _END
        follows: list[int] = []
        for item in reversed(self.items):
            follows.append(follow)
            facts = book.of(item)
            follow = facts.first | (follow if facts.nullable else 0)
        self.follows = follows[::-1]

    def plan(self) -> Node | None:
        """Walk through the items and deal with each choice (steps 1, 2 and 4)."""
        planned: list[Node] = []
        ways, place, searched = 1, 0, False
        while place < len(self.items):
            item, follow = self.items[place], self.follows[place]
            if _is_run(item) and self.book.of(item).alphabet & follow:
                committed = self.committed(item, place)
                if searched or (committed is None and not self.may_search(place)):
                    return None
                searched = committed is None
                node, place = committed or (item, place + 1)
                planned.append(node)
            else:
                found = _ways(item, follow, self.book)
                if found is None or ways * found > _MAX_WAYS:
                    return None
                ways *= found
                planned.append(item)
                place += 1
        return _sequence(planned)

    def absorbed(self, items: tuple[Node, ...]) -> list[Node]:
        """Apply step 3 to all neighbours of loops over single bytes."""
        kept: list[Node] = []
        for given in items:
            item = self.trimmed(given, kept[-1]) if kept and _is_run(kept[-1]) else given
            if _is_run(item):
                while kept and (left := self.trimmed(kept[-1], item)) is not kept[-1]:
                    kept.pop()
                    if left is not EMPTY:
                        kept.append(left)
                        break
            if item is not EMPTY:
                kept.append(item)
        return kept

    def trimmed(self, node: Node, run: Repeat) -> Node:
        """Return what is left of a node next to a loop over single bytes."""
        facts = self.book.of(node)
        if facts.asserts or facts.alphabet & ~self.book.of(run).alphabet:
            return node
        if facts.nullable:
            return EMPTY
        if isinstance(node, Repeat) and node.low != node.high:
            return node.item if node.low == 1 else Repeat(node.item, node.low, node.low)
        return node

    def committed(self, run: Repeat, place: int) -> tuple[Node, int] | None:
        """Apply step 4a: the committing node and the place of the next loop, or None."""
        end = next((i for i in range(place + 1, len(self.items)) if _is_run(self.items[i])), None)
        if end is None:
            return None
        piece = self.items[place + 1 : end]
        texts = fixed_texts(_sequence(piece))
        held = self.book.of(run).alphabet
        for item in piece:
            held |= self.book.of(item).alphabet
        if held & ~self.book.of(self.items[end]).alphabet or texts is None or not best_starts_first(texts):
            return None
        return Atomic(_sequence([Repeat(run.item, run.low, None, greedy=False), *piece])), end

    def may_search(self, place: int) -> bool:
        """Tell whether step 4b allows the loop at a place."""
        starts = self.follows[place] & self.book.of(self.items[place]).alphabet
        return all(_most(item, starts) is not None for item in self.items[place + 1 :])


def _most(node: Node, mask: int) -> int | None:
    """Count the bytes of a set in the text of a node that holds the most of them; None if there is no limit."""

    def most(node: Node, below: list[int | None]) -> int | None:
        counts = [count for count in below if count is not None]
        if len(counts) < len(below):
            return None
        match node:
            case Chars(members):
                return int(bool(members & mask))
            case Alternate():
                return max(counts)
            case Repeat(_, _, high):
                if high is None:
                    return None if counts[0] else 0
                return high * counts[0]
            case _:
                return sum(counts)

    return fold_tree(node, most)


def _ways(root: Node, follow_of_root: int, book: FactBook) -> int | None:
    """Count the ways through the free choices of a node: 1 if all are determined, None if there is no small limit."""
    ways = 1
    todo: list[tuple[Node, int, bool]] = [(root, follow_of_root, False)]
    while todo:
        node, follow, in_loop = todo.pop()
        factor: int | None = 1
        match node:
            case Concat(items):
                for item in reversed(items):
                    todo.append((item, follow, in_loop))
                    facts = book.of(item)
                    follow = facts.first | (follow if facts.nullable else 0)
            case Alternate(items):
                todo.extend((item, follow, in_loop) for item in items)
                factor = _ways_of_alternate(items, follow, book)
            case Repeat(item, _, high):
                factor = _ways_of_repeat(node, follow, book)
                again = book.of(item).first if high != 1 else 0
                todo.append((item, follow | again, in_loop or high != 1))
            case Group(item) | Atomic(item):
                todo.append((item, follow, in_loop))
            case _:
                continue
        if factor is None or (factor > 1 and in_loop) or ways * factor > _MAX_WAYS:
            return None
        ways *= factor
    return ways


def _ways_of_alternate(items: tuple[Node, ...], follow: int, book: FactBook) -> int:
    taken = 0
    for item in items:
        facts = book.of(item)
        starts = facts.first | (follow if facts.nullable else 0)
        if starts & taken:
            return 1 if told_apart(items) else len(items)
        taken |= starts
    return 1


def _ways_of_repeat(node: Repeat, follow: int, book: FactBook) -> int | None:
    facts = book.of(node.item)
    if facts.nullable and node.high != 1:
        return None
    starts = facts.first | (follow if facts.nullable else 0)
    if node.low == node.high or not starts & follow:
        return 1
    if node.high is not None and (node.high == 1 or isinstance(node.item, Chars)):
        return node.high - node.low + 1
    return None

"""What the analyses need to know of each node: whether it can be empty, what it can start with, what it can hold."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from meshroute.patterns._tree import (
    Alternate,
    Assert,
    Chars,
    Concat,
    Empty,
    Node,
    Repeat,
    fold_tree,
)


@frozen
class Facts:
    """Facts of one node.

    Args:
        nullable: It can match the empty text, if its assertions hold.
        first: The bytes it can start with.
        alphabet: The bytes that can occur in what it matches.
        depth: The height of its tree.
        dead: It holds a class without members.
        asserts: It holds an assertion.
    """

    nullable: bool
    first: int
    alphabet: int
    depth: int = 1
    dead: bool = False
    asserts: bool = False


_NOTHING: Final = Facts(nullable=True, first=0, alphabet=0)
_ASSERTION: Final = Facts(nullable=True, first=0, alphabet=0, asserts=True)


class FactBook:
    """Remembers the facts of nodes, by identity."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Node, Facts]] = {}  # the node is kept, so that its id stays its own

    def of(self, node: Node) -> Facts:
        """Return the facts of a node, computing those of everything below it at the first call.

        Args:
            node: Any node.

        Returns:
            Its facts.

        >>> from meshroute.patterns._parse import parse
        >>> FactBook().of(parse("a*")).nullable
        True
        """
        known = self._known.get(id(node))
        return known[1] if known is not None else fold_tree(node, self._note)

    def _note(self, node: Node, below: list[Facts]) -> Facts:
        facts = _facts(node, below)
        self._known[id(node)] = (node, facts)
        return facts


def _facts(node: Node, below: list[Facts]) -> Facts:
    match node:
        case Empty():
            return _NOTHING
        case Assert():
            return _ASSERTION
        case Chars(mask):
            return Facts(nullable=False, first=mask, alphabet=mask, dead=not mask)
        case Concat():
            nullable, first = True, 0
            for facts in below:
                first |= facts.first if nullable else 0
                nullable = nullable and facts.nullable
        case Alternate():
            nullable, first = any(facts.nullable for facts in below), 0
            for facts in below:
                first |= facts.first
        case Repeat(_, low):
            nullable, first = low == 0 or below[0].nullable, below[0].first
        case _:  # Group, Atomic
            nullable, first = below[0].nullable, below[0].first
    alphabet = 0
    for facts in below:
        alphabet |= facts.alphabet
    return Facts(
        nullable,
        first,
        alphabet,
        depth=1 + max(facts.depth for facts in below),
        dead=any(facts.dead for facts in below),
        asserts=any(facts.asserts for facts in below),
    )

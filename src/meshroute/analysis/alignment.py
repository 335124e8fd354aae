"""Which leaves of two lists are the same, in the same order, and which pairs of others can matter.

A request that meets none of the other leaves is answered in the same way on both sides: the first of the common leaves
that accepts it is the same. So only pairs of leaves matter of which one at least has no counterpart; and of those only
the ones that no counterpart, and no leaf that accepts exactly the same, stands before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from attrs import field, frozen

from meshroute.analysis.effects import Effect
from meshroute.analysis.flow import Leaf

Accepted = frozenset[frozenset[tuple[object, object]]]


@frozen
class Side:
    """The leaves of one side.

    Args:
        leaves: The leaves, in order.
        effects: What each does.
    """

    leaves: Sequence[Leaf]
    effects: Sequence[Effect]


@frozen
class Aligned:
    """Two lists of leaves, side by side.

    Args:
        to_new: The place of the counterpart of each old leaf that has one.
        to_old: The place of the counterpart of each new leaf that has one.
        first_new: The first place of each set of requests in the new list.
        first_old: The first place of each set of requests in the old list.
    """

    to_new: dict[int, int] = field(factory=dict[int, int])
    to_old: dict[int, int] = field(factory=dict[int, int])
    first_new: dict[Accepted, int] = field(factory=dict[Accepted, int])
    first_old: dict[Accepted, int] = field(factory=dict[Accepted, int])

    def changed_old(self, count: int) -> Iterator[int]:
        """Go through the places of the old leaves without a counterpart.

        Args:
            count: How many leaves there are.

        Yields:
            Each place.
        """
        return (place for place in range(count) if place not in self.to_new)

    def changed_new(self, count: int) -> Iterator[int]:
        """Go through the places of the new leaves without a counterpart.

        Args:
            count: How many leaves there are.

        Yields:
            Each place.
        """
        return (place for place in range(count) if place not in self.to_old)

    def may_meet_old(self, old: Leaf, place: int) -> bool:
        """Tell whether a request may get to a changed old leaf, and to a place of the new list.

        Args:
            old: The old leaf.
            place: The place in the new list.

        Returns:
            False if another leaf is always before one of them.
        """
        return _may_meet(old, place, self.to_old, self.first_new)

    def may_meet_new(self, new: Leaf, place: int) -> bool:
        """Tell whether a request may get to a changed new leaf, and to a place of the old list.

        Args:
            new: The new leaf.
            place: The place in the old list.

        Returns:
            False if another leaf is always before one of them, or the old leaf is changed too, and looked at already.
        """
        return place in self.to_new and _may_meet(new, place, self.to_new, self.first_old)


def _may_meet(leaf: Leaf, place: int, counterparts: dict[int, int], first: dict[Accepted, int]) -> bool:
    counterpart = counterparts.get(place)
    if counterpart is not None and counterpart < leaf.place:
        return False
    return place <= first.get(accepted(leaf), place)


def accepted(leaf: Leaf) -> Accepted:
    """Identify what a leaf accepts.

    Args:
        leaf: The leaf.

    Returns:
        A key.
    """
    return frozenset(frozenset(box.items()) for box in leaf.boxes)


def aligned(old: Side, new: Side) -> Aligned:
    """Put two lists of leaves side by side.

    Args:
        old: The old side.
        new: The new side.

    Returns:
        Their counterparts.
    """
    numbers: dict[object, int] = {}
    mine, its = (
        [numbers.setdefault(_key(leaf, own), len(numbers)) for leaf, own in zip(side.leaves, side.effects, strict=True)]
        for side in (old, new)
    )
    found = Aligned()
    for block in SequenceMatcher(None, mine, its, autojunk=False).get_matching_blocks():
        for offset in range(block.size):
            found.to_new[block.a + offset] = block.b + offset
            found.to_old[block.b + offset] = block.a + offset
    for side, first in ((old, found.first_old), (new, found.first_new)):
        for leaf in side.leaves:
            if leaf.doubt is None:
                first.setdefault(accepted(leaf), leaf.place)
    return found


def _key(leaf: Leaf, own: Effect) -> object:
    """Identify a leaf: what it accepts and does; of a doubtful one, all that it is made of."""
    if leaf.doubt is None:
        return accepted(leaf), own
    parts = tuple(
        None if rule is None or rule.route is None else (rule.route.match, rule.route.action) for rule in leaf.rules
    )
    return accepted(leaf), own, parts

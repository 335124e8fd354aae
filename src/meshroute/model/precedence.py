"""Precedence: the total order that results from priorities and a format's other rules.

A document's format may leave an order open. Then there are several *readings* of its rules, and each route has one sort
key per reading. The first reading is the one that is used; where another reading would put two routes the other way
round, or on a par, the order of the two is not defined by the format.
"""

from __future__ import annotations

from attrs import frozen

Key = tuple[object, ...]


@frozen
class Precedence:
    """The place of a route in the order of evaluation.

    Args:
        parts: Name and value, for people, of each part of the key that is used, such as ``("priority", "10")``.
        keys: One sort key per reading; lower goes first. The first has as many items as `parts`.

    >>> early = Precedence((("priority", "10"),), ((10,),))
    >>> late = Precedence((("priority", "none"),), ((1001,),))
    >>> early.decided_by(late), early.defined_before(late)
    ('priority 10 goes before priority none', True)
    """

    parts: tuple[tuple[str, str], ...]
    keys: tuple[Key, ...]

    def decided_by(self, later: Precedence) -> str | None:
        """Say which rule puts this route before another.

        Args:
            later: The precedence of the other route.

        Returns:
            The first part that differs, in words, or None where only the order of listing differs.
        """
        differing = zip(self.parts, later.parts, self.keys[0], later.keys[0], strict=True)
        for (name, mine), (_, other), key, other_key in differing:
            if key != other_key:
                return f"{name} {mine} goes before {name} {other}"
        return None

    def defined_before(self, later: Precedence) -> bool:
        """Tell whether every reading of the format's rules puts this route first.

        Args:
            later: The precedence of the other route.

        Returns:
            False where the format leaves the order open.
        """
        return all(mine < other for mine, other in zip(self.keys, later.keys, strict=True))

"""Which earlier rules have a request in common with a rule, without comparing each with each.

Headers that come more than once are left out here: two routes for different values of a header are not said to overlap
because a request might bring both.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import takewhile
from typing import Final

from meshroute.analysis.boxes import Box, Boxes, meet
from meshroute.analysis.dimensions import ABSENT
from meshroute.analysis.index import BoxIndex
from meshroute.analysis.limits import MAX_COMPARED, UndecidedError
from meshroute.analysis.rules import Rule
from meshroute.analysis.texts import one_line
from meshroute.analysis.views import TableView
from meshroute.patterns import TEXT

_ONE_LINE: Final = one_line(TEXT) | ABSENT


class Overlaps:
    """An index of the rules of a table.

    Args:
        view: The table.
    """

    def __init__(self, view: TableView) -> None:
        self.view = view
        self._plain: dict[Rule, Boxes] = {}

    def plain(self, rule: Rule) -> Boxes:
        """Return the requests that a rule accepts and the table can see, with at most one line of each header.

        Args:
            rule: The rule.

        Returns:
            The boxes.

        Raises:
            UndecidedError: They are too many.
            LanguageTooLargeError: A text is too large.
        """
        known = self._plain.get(rule)
        if known is None:
            headers = (
                meet(box, {dimension: _ONE_LINE for dimension in box if dimension.kind == "header"})
                for box in self.view.seen(rule.boxes)
            )
            known = self._plain[rule] = tuple(box for box in headers if box is not None)
        return known

    def earlier(self, rule: Rule) -> Iterator[tuple[Rule, Box]]:
        """Go through the earlier rules with a route that have a request in common with a rule.

        Args:
            rule: The rule.

        Yields:
            Each such rule, and a box of what they have in common.

        Raises:
            UndecidedError: They are too many to be compared.
            LanguageTooLargeError: A text is too large.
        """
        for place in self.candidates(rule):
            common = self.common(self.view.rules[place], rule)
            if common is not None:
                yield self.view.rules[place], common

    def common(self, one: Rule, other: Rule) -> Box | None:
        """Return a box of requests that two rules accept.

        Args:
            one: The one.
            other: The other.

        Returns:
            The box, or None where there is none.

        Raises:
            UndecidedError: They are made of too many boxes.
            LanguageTooLargeError: A text is too large.
        """
        if one.group != other.group:
            return None
        pairs = (meet(mine, its) for mine in self.plain(other) for its in self.plain(one))
        return next((box for box in pairs if box is not None), None)

    def candidates(self, rule: Rule) -> Iterator[int]:
        """Go through the places of the earlier rules with a route that may have a request in common with a rule.

        Args:
            rule: The rule.

        Yields:
            Each place, in order.

        Raises:
            UndecidedError: They are too many.
            LanguageTooLargeError: A text is too large.
        """
        index = self._index
        count = 0
        for place in takewhile(rule.place.__gt__, index.meeting(index.keys[rule.place])):
            if self.view.rules[place].route is None:
                continue
            count += 1
            if count > MAX_COMPARED:
                message = f"it was compared with {MAX_COMPARED} routes before it, and there are more"
                raise UndecidedError(message)
            yield place

    @cached_property
    def _index(self) -> BoxIndex:
        return BoxIndex([self.plain(rule) for rule in self.view.rules])

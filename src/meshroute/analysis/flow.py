"""An entry as one list of leaves: the rules of its tables, those of the tables they lead on to in their place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import evolve, field, frozen

from meshroute.analysis.boxes import Box, Boxes, meet
from meshroute.analysis.changes import Before, Change, before
from meshroute.analysis.limits import UndecidedError
from meshroute.analysis.rules import Rule, rules_of
from meshroute.matching.walk import MAX_DELEGATES
from meshroute.model.actions import Delegate
from meshroute.model.mesh import Mesh
from meshroute.model.table import RouteTable

MAX_LEAVES: Final = 100_000
"""How many leaves an entry may have."""


@frozen(eq=False)
class Leaf:
    """One line of the list: the first that accepts a request says where it ends.

    Args:
        place: Its place.
        boxes: The requests that it accepts, as the first table sees them.
        rules: The rules passed on the way; the last may be None, where the last table has none for it.
        change: What has happened to a request when it gets to the last table.
        table: The last table.
        doubt: Why it may accept less than it says.
        failure: Why there is no end.
    """

    place: int
    boxes: Boxes
    rules: tuple[Rule | None, ...]
    change: Change
    table: RouteTable | None
    doubt: str | None = None
    failure: str | None = None


@frozen
class _Way:
    """How far a request has come.

    Args:
        rules: The rules passed.
        change: What has happened to it.
        doubt: Why it is not certain that it came so far.
        tables: The tables passed.
    """

    rules: tuple[Rule | None, ...] = ()
    change: Change = field(factory=Change)
    doubt: str | None = None
    tables: frozenset[str] = frozenset()


class Flow:
    """The leaves of what stands behind a listener.

    Args:
        mesh: The mesh.
        table: The id of the first table.

    Raises:
        UndecidedError: There are too many.
        LanguageTooLargeError: A text is too large.
    """

    def __init__(self, mesh: Mesh, table: str) -> None:
        self._tables = {one.id: one for one in mesh.tables}
        self._rules: dict[str, tuple[Rule, ...]] = {}
        self.leaves: list[Leaf] = []
        self.table = self._tables[table]
        for leaf in self._expanded(table, ({},), _Way()):
            if len(self.leaves) >= MAX_LEAVES:
                message = f"there are more than {MAX_LEAVES} ways through the tables"
                raise UndecidedError(message)
            self.leaves.append(evolve(leaf, place=len(self.leaves)))

    def _expanded(self, table_id: str, region: Boxes, way: _Way) -> Iterator[Leaf]:
        table = self._tables.get(table_id)
        if table is None or len(way.rules) > MAX_DELEGATES:
            failure = "no-table" if table is None else "too-many-hops"
            yield Leaf(0, region, way.rules, way.change, None, way.doubt, failure)
            return
        if table_id in way.tables:
            yield Leaf(0, region, way.rules, way.change, table, way.doubt or "the tables lead round in a circle")
            return
        way = evolve(way, tables=way.tables | {table_id})
        for rule in self._rules_of(table):
            certain, doubtful, because = _inside(region, rule.boxes, way.change, table, self.table)
            for boxes, doubt in ((certain, way.doubt), (doubtful, way.doubt or because)):
                if boxes:
                    yield from self._leaves_of(rule, table, boxes, evolve(way, rules=(*way.rules, rule), doubt=doubt))
        if way.rules:
            yield Leaf(0, region, (*way.rules, None), way.change, table, way.doubt)

    def _leaves_of(self, rule: Rule, table: RouteTable, boxes: Boxes, way: _Way) -> Iterator[Leaf]:
        action = None if rule.route is None else rule.route.action
        if not isinstance(action, Delegate) or rule.route is None:
            yield Leaf(0, boxes, way.rules, way.change, table, way.doubt)
            return
        onward = way.change.then(action.rewrites, rule.route.match.path)
        if action.port is not None:
            onward = evolve(onward, port=action.port)
        yield from self._expanded(action.table, boxes, evolve(way, change=onward))

    def _rules_of(self, table: RouteTable) -> tuple[Rule, ...]:
        known = self._rules.get(table.id)
        if known is None:
            known = self._rules[table.id] = rules_of(table)
        return known


def _inside(
    region: Boxes, boxes: Boxes, change: Change, table: RouteTable, first: RouteTable
) -> tuple[Boxes, Boxes, str | None]:
    """Return what of a region gets to a rule of a table, and what perhaps does, and why that is not known."""
    certain: list[Box] = []
    doubtful: list[Box] = []
    because: str | None = None
    for box in boxes:
        own = _before(change, box, table, first)
        because = because or own.because
        for kept, found in ((own.certain, certain), (own.doubtful, doubtful)):
            if kept is not None:
                found.extend(both for one in region if (both := meet(one, kept)) is not None)
    return tuple(certain), tuple(doubtful), because


def _before(change: Change, box: Box, table: RouteTable, first: RouteTable) -> Before:
    """Return the requests that lie in a box when they get to a table, as the first table sees them."""
    if table is first:
        return Before(box)
    if table.normalization not in {None, first.normalization}:
        # what the first table sees need not be a normal form here
        return Before(None, {}, "the tables on the way normalise requests in different ways")
    return before(change, box, table.normalization)

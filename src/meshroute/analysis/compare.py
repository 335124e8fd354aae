"""Comparing two tables: which requests get to leaves that do different things?

For each pair of leaves that can matter (see `meshroute.analysis.alignment`) and that do different things, a request is
searched that gets to both; the answers to it are what is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from attrs import evolve, frozen

from meshroute.analysis.alignment import Accepted, Side, accepted, aligned
from meshroute.analysis.boxes import Box, Boxes, Effort, Words, is_in, meet, minus
from meshroute.analysis.dimensions import CHANCE, HOST, METHOD, PATH, PORT, Dimension, domain, word
from meshroute.analysis.effects import NOTHING_FOUND, Effect, differ_by_path, effect, same
from meshroute.analysis.flow import Flow, Leaf
from meshroute.analysis.index import BoxIndex, key_of
from meshroute.analysis.limits import UndecidedError
from meshroute.analysis.measure import described, share
from meshroute.analysis.observed import By, Naming, observed
from meshroute.analysis.pairs import Pair
from meshroute.analysis.requests import is_impossible, request_in
from meshroute.analysis.spelling import spellings
from meshroute.analysis.visible import Visible
from meshroute.matching.router import Router
from meshroute.matching.scan import scan
from meshroute.model.chance import needs_random_value
from meshroute.model.mesh import Mesh
from meshroute.model.request import Request
from meshroute.model.resolution import Resolution
from meshroute.model.table import RouteTable
from meshroute.patterns import Language, LanguageTooLargeError

_SAMPLES: Final = 5
_MOST_REGIONS: Final = 3
_FEW: Final = 40


@frozen
class Difference:
    """One pair of answers that differ.

    Args:
        witness: A request that shows it; it was replayed through the definition of both sides.
        old: What the old side says.
        new: What the new side says.
        region: Which requests are answered so, in words.
        share: An estimate of how many of all requests they are.
        old_entry: The entry that was asked on the old side.
        new_entry: The entry that was asked on the new side.
    """

    witness: Request
    old: Resolution
    new: Resolution
    region: str
    share: float
    old_entry: str | None = None
    new_entry: str | None = None


@frozen
class _Side:
    """One side of a comparison.

    Args:
        mesh: The mesh.
        router: The same, compiled.
        entry: The entry that is asked.
        table: The table; None where nothing listens.
        leaves: Its leaves.
        effects: What they do.
        index: The same, by what they may accept.
    """

    mesh: Mesh
    router: Router
    entry: str | None
    table: RouteTable | None
    leaves: Sequence[Leaf]
    effects: Sequence[Effect]
    index: BoxIndex

    def ask(self, request: Request) -> Resolution:
        """Ask where a request goes; where there is no entry, what is said of one that is not there."""
        return self.router.resolve(request.replace(entry=self.entry or "-"))

    def seen(self, answer: Resolution) -> Request | None:
        """Return the request as the table saw it, or None where it did not get there."""
        if not answer.hops or (answer.failure is not None and len(answer.hops) == 1):
            return None
        return answer.hops[0].request

    def leaf_for(self, request: Request) -> Leaf | None:
        """Return the first leaf that accepts a request, as the table sees it."""
        index, words = self.index, Words(request)
        found = (self.leaves[place] for place in index.meeting(index.key_of_request(request)))
        return next((leaf for leaf in found if any(map(words.are_in, leaf.boxes))), None)

    def effect_of(self, leaf: Leaf | None) -> Effect:
        """Say what a leaf does."""
        return NOTHING_FOUND if leaf is None else self.effects[leaf.place]


@frozen
class _Cell:
    """Requests that may get to one leaf on either side.

    Args:
        boxes: The requests.
        old: The leaf of the old side; None where there is none.
        new: The leaf of the new side; None where there is none.
    """

    boxes: Boxes
    old: Leaf | None
    new: Leaf | None


class Comparison:
    """A comparison of two meshes, table by table.

    Args:
        old: The old mesh.
        new: The new mesh.
        by: What counts.
        naming: How backends are named.
    """

    def __init__(self, old: Mesh, new: Mesh, by: By, naming: Naming) -> None:
        self.meshes = old, new
        self.routers = Router(old), Router(new)
        self.by: By = by
        self.naming = naming
        self.doubts: list[str] = []
        self.has_chance = any(
            needs_random_value(route.match) for mesh in self.meshes for table in mesh.tables for route in table.routes()
        )
        self._found: dict[object, list[Difference]] = {}

    def differences(self) -> tuple[Difference, ...]:
        """Return each distinct pair of answers once, the largest region first."""
        return tuple(sorted(map(_together, self._found.values()), key=lambda one: -one.share))

    def compare(self, pair: Pair) -> None:
        """Compare two tables.

        Args:
            pair: The tables.
        """
        try:
            _Tables(self, pair).compare()
        except (UndecidedError, LanguageTooLargeError) as error:
            self.doubts.append(str(error))

    def add(self, key: object, difference: Difference) -> None:
        """Note a difference.

        Args:
            key: The pair of answers.
            difference: The difference.
        """
        self._found.setdefault(key, []).append(difference)


def _together(same_answers: list[Difference]) -> Difference:
    """Report a pair of answers once: with its largest region as the witness."""
    ordered = sorted(same_answers, key=lambda one: -one.share)
    regions = list(dict.fromkeys(one.region for one in ordered))
    more = len(regions) - _MOST_REGIONS
    text = "; or ".join(regions[:_MOST_REGIONS]) + (f"; and {more} more" if more > 0 else "")
    return evolve(ordered[0], region=text, share=min(1.0, sum(one.share for one in ordered)))


class _Tables:
    """Two tables that are compared."""

    def __init__(self, comparison: Comparison, pair: Pair) -> None:
        self.all = comparison
        self.pair = pair
        by, naming = comparison.by, comparison.naming
        sides = ((pair.old, pair.old_table), (pair.new, pair.new_table))
        self.old, self.new = (
            _side(mesh, router, table, None if entry is None else entry.id, by, naming)
            for mesh, router, (entry, table) in zip(comparison.meshes, comparison.routers, sides, strict=True)
        )
        tables = [side.table for side in (self.old, self.new) if side.table is not None]
        self.normal = {one.normalization for one in tables}
        self.whole = _Both([Visible(one, self._ports()) for one in self.normal or {None}])
        self.names_hosts = any(host.domains for table in tables for host in table.virtual_hosts)
        self.by_method = any(one.method_not_allowed for one in tables)

    def _ports(self) -> Language | None:
        if self.pair.port is not None:
            return Language.text(str(self.pair.port))
        if not self.pair.others:
            return None
        return domain(PORT) - Language.of("|".join(str(port) for port in sorted(self.pair.others)))

    def compare(self) -> None:
        """Find all differences."""
        if self.old.table is None or self.new.table is None:
            self._only_one()
            return
        for cell in self._cells():
            self._judge(cell)
        if len(self.normal) > 1:
            self._spelled_otherwise()

    def _only_one(self) -> None:
        """Report that only one side listens."""
        where = "all requests" if self.pair.port is None else f"port is {self.pair.port}"
        leaves = [*self.old.leaves, *self.new.leaves]
        boxes: list[Box] = [{}, *(box for leaf in leaves for box in self._boxes(leaf))]
        found = next((one for box in boxes if (one := self._asked(self.request(box))) is not None), None)
        if found is not None:
            self.all.add(("listens", self.pair.old_table, self.pair.new_table), evolve(found, region=where, share=1.0))
        elif any(own != NOTHING_FOUND for own in (*self.old.effects, *self.new.effects)):
            self.all.doubts.append(f"no request was found that shows whether only one side listens: {where}")

    def _cells(self) -> Iterator[_Cell]:
        """Go through the pairs of leaves that can matter; where 405 tells methods, what misses only those too."""
        old, new = self.old, self.new
        both = aligned(Side(old.leaves, old.effects), Side(new.leaves, new.effects))
        changed_old = [old.leaves[place] for place in both.changed_old(len(old.leaves))]
        changed_new = [new.leaves[place] for place in both.changed_new(len(new.leaves))]
        for leaf in changed_old:
            for boxes, other in self._others(leaf, new, both.may_meet_old, both.first_new):
                yield _Cell(boxes, leaf, other)
        for leaf in changed_new:
            for boxes, other in self._others(leaf, old, both.may_meet_new, both.first_old):
                yield _Cell(boxes, other, leaf)
        if self.by_method:
            for leaves, first in ((changed_old, both.first_new), (changed_new, both.first_old)):
                for leaf in leaves:
                    if accepted(leaf) not in first:
                        yield _Cell(self._any_method(self._boxes(leaf)), None, None)

    def _others(
        self,
        leaf: Leaf,
        side: _Side,
        may_meet: Callable[[Leaf, int], bool],
        first: Mapping[Accepted, int],
    ) -> Iterator[tuple[Boxes, Leaf | None]]:
        """Go through the leaves of the other side that a request of a leaf may get to, and to none."""
        boxes = self._boxes(leaf)
        for place in side.index.meeting(key_of(boxes)):
            if may_meet(leaf, place):
                yield _common(boxes, self._boxes(side.leaves[place])), side.leaves[place]
        if accepted(leaf) not in first:
            yield boxes, None

    def _boxes(self, leaf: Leaf) -> Boxes:
        found = (meet(box, self.whole.over(box)) for box in leaf.boxes)
        return tuple(box for box in found if box is not None)

    def _any_method(self, boxes: Boxes) -> Boxes:
        """Return what a leaf would accept if it did not ask for methods: where those are told in a 405."""
        return tuple({one: text for one, text in box.items() if one != METHOD} for box in boxes if METHOD in box)

    def _judge(self, cell: _Cell) -> None:
        """Tell whether the answers of a cell differ, and note a request that shows it."""
        mine, its = self.old.effect_of(cell.old), self.new.effect_of(cell.new)
        doubt = next((leaf.doubt for leaf in (cell.old, cell.new) if leaf is not None and leaf.doubt), None)
        boxes = cell.boxes
        search = _Search(self, cell)
        if doubt is None and not search.by_method:
            boxes = tuple(box for box in boxes if not same(mine, its, box.get(PATH)))
        if not boxes:
            return
        for request, left in search.requests(boxes):
            found = self._asked(request)
            if found is not None:
                exactly = self._exactly(left, cell)
                shown = evolve(found, region=self._region(exactly), share=sum(map(share, exactly)))
                self.all.add((_kind(mine), _kind(its)), shown)
                return
        if mine.unmodelled or its.unmodelled:
            self.all.doubts.append("a route says something that is not modelled")
        elif search.doubt or doubt:
            self.all.doubts.append(search.doubt or doubt or "")
        elif search.found and not (search.exhausted and differ_by_path(mine, its)):
            self.all.doubts.append(f"no request was found that shows whether this differs: {self._region(boxes)}")

    def _exactly(self, boxes: Boxes, cell: _Cell) -> Boxes:
        """Leave out what earlier leaves take, where they are few; else the region is described as a larger one."""
        found = boxes
        for side, own in ((self.old, cell.old), (self.new, cell.new)):
            last = len(side.leaves) if own is None else own.place
            earlier = [place for place in side.index.meeting(key_of(found)) if place < last]
            for place in earlier if len(earlier) <= _FEW else ():
                for one in side.leaves[place].boxes:
                    found = tuple(left for box in found for left in minus(box, one, self.whole))
                if len(found) > _FEW:
                    return boxes
        return found or boxes

    def _region(self, boxes: Boxes) -> str:
        """Describe some boxes, the largest of them."""
        largest = sorted(boxes, key=share, reverse=True)[:_MOST_REGIONS]
        return "; or ".join(dict.fromkeys(described(box, self.whole.get) for box in largest))

    def request(self, box: Box) -> Request:
        """Build a request that lies in a box, and says all that chance would else decide."""
        if self.names_hosts and HOST not in box:
            box = {**box, HOST: self.whole.get(HOST)}
        if self._ports() is not None and PORT not in box:
            box = {**box, PORT: self.whole.get(PORT)}
        if self.all.has_chance and CHANCE not in box:
            box = {**box, CHANCE: self.whole.get(CHANCE)}
        return request_in(box)

    def _asked(self, request: Request) -> Difference | None:
        """Ask both sides about a request; None where both say the same, or the definition does not bear one out."""
        old, new = self.old.ask(request), self.new.ask(request)
        by, naming = self.all.by, self.all.naming
        if observed(old, by, naming) == observed(new, by, naming):
            return None
        for side, answer in ((self.old, old), (self.new, new)):
            if scan(side.mesh, answer.received) != answer:
                return None
        entry = self.old.entry if self.old.entry == self.new.entry else None
        return Difference(request.replace(entry=entry), old, new, "", 0.0, self.old.entry, self.new.entry)

    def _spelled_otherwise(self) -> None:
        """Look for paths that are not in normal form, which the two sides do not treat alike."""
        for side in (self.old, self.new):
            for leaf in side.leaves:
                for box in self._boxes(leaf)[:1]:
                    plain = self.request(box)
                    for words, path in spellings(plain.path):
                        region = f"paths that are not in normal form, such as {path!r}, with {words}"
                        found = self._asked(plain.replace(target=path))
                        if found is not None:
                            self.all.add("spelling", evolve(found, region=region))
                            return
        self.all.doubts.append("the two sides do not normalise requests in the same way")


class _Search:
    """A search for requests that get to both leaves of a cell: see `meshroute.analysis.search`.

    Args:
        tables: The two tables.
        cell: The cell.
    """

    def __init__(self, tables: _Tables, cell: _Cell) -> None:
        self.tables = tables
        self.cell = cell
        self.by_method = cell.old is None and cell.new is None  # then it is about the methods of a 405
        self.doubt: str | None = None
        self.found = False
        self.exhausted = False

    def requests(self, boxes: Boxes) -> Iterator[tuple[Request, Boxes]]:
        """Yield requests that get there, and such of which that is not certain; and what is left to be searched."""
        todo = list(boxes)
        effort, samples = Effort(), 0
        while todo and samples < _SAMPLES:
            box = todo.pop()
            try:
                effort.spend(box)
            except UndecidedError as error:
                self.doubt = str(error)
                return
            if is_impossible(box):
                continue
            request = self.tables.request(box)
            cut = self._cut(request, box)
            if cut is None:
                yield request, (box, *todo)
                samples += 1
                cut = {PATH: Language.text(word(PATH, request))}
            todo.extend(minus(box, cut, self.tables.whole))
        self.exhausted = not todo

    def _cut(self, request: Request, box: Box) -> Box | None:
        """Return what another leaf takes, or None where the request gets to both leaves, or perhaps."""
        for side, own in ((self.tables.old, self.cell.old), (self.tables.new, self.cell.new)):
            seen = side.seen(side.ask(request))
            if seen is None or not is_in(box, seen):
                self.doubt = "a request that it would take cannot be built"
                return None
            leaf = side.leaf_for(seen)
            if leaf is not None and leaf.doubt is not None:
                self.doubt = leaf.doubt
                return None
            if leaf is not None and leaf is not own and not (self.by_method and leaf.rules[-1] is None):
                return next(one for one in leaf.boxes if is_in(one, seen))
        self.found = True
        return None


def _common(one: Boxes, other: Boxes) -> Boxes:
    found = (meet(mine, its) for mine in one for its in other)
    return tuple(box for box in found if box is not None)


def _side(  # noqa: PLR0913, PLR0917 - what a side is made of
    mesh: Mesh, router: Router, table: str | None, entry: str | None, by: By, naming: Naming
) -> _Side:
    if table is None:
        return _Side(mesh, router, entry, None, (), (), BoxIndex([]))
    flow = Flow(mesh, table)
    effects = [effect(leaf, by, naming) for leaf in flow.leaves]
    return _Side(mesh, router, entry, flow.table, flow.leaves, effects, BoxIndex([leaf.boxes for leaf in flow.leaves]))


def _kind(own: Effect) -> object:
    """Identify an effect, however long the prefix is that it cuts off: a document may write one route as two."""
    change = own.change
    if change is None or not change.cut:
        return own
    return own.key, evolve(change, prefix="", cut=1, port=None)


class _Both:
    """What both sides can see."""

    def __init__(self, spaces: Sequence[Visible]) -> None:
        self._spaces = spaces
        self._known: dict[Dimension, Language] = {}

    def get(self, dimension: Dimension, /) -> Language:
        """Return the words of a dimension that both sides can see."""
        known = self._known.get(dimension)
        if known is None:
            known = self._spaces[0].get(dimension)
            for space in self._spaces[1:]:
                known &= space.get(dimension)
            self._known[dimension] = known
        return known

    def over(self, box: Mapping[Dimension, Language]) -> Box:
        """Return what both sides can see of the dimensions of a box."""
        return {dimension: self.get(dimension) for dimension in box}

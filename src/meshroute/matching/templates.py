"""The index on path templates: a tree over the segments of a path, without those that tell nothing apart.

A branch looks at one segment: it has a child for each literal text that a template may have there, and one for the
templates that have a parameter there. A leaf compares all literal segments that are left at once. A path is cut at its
slashes, once, and walks down; where a branch leads two ways, both are tried. Templates of one number of segments make
one tree; those with a rest parameter make another, which only sorts out: they are tested as a whole at its leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final

from attrs import frozen

from meshroute.matching.candidate import LAST, Candidate, Node
from meshroute.matching.values import build_node, edit_node
from meshroute.model.request import Request
from meshroute.model.sharing import shared
from meshroute.model.template import Segment, SegmentKind

OPEN: Final = 0
"""The shape of all templates with a rest parameter."""

Literals = tuple[tuple[int, str], ...]
"""Place and text of literal segments; the first segment has place 1, since a path starts with a slash."""


@frozen
class Shape:
    """Where a template stands in the index.

    Args:
        count: The number of pieces that a path has when it is cut at its slashes, or `OPEN`.
        literals: Its literal segments.
    """

    count: int
    literals: Literals

    @property
    def parameters(self) -> tuple[int, ...]:
        """The places of the segments that may not be empty; those of an open shape are tested at the end."""
        literal = {place for place, _ in self.literals}
        return tuple([place for place in range(1, self.count) if place not in literal])


def shape_of(segments: tuple[Segment, ...]) -> Shape:
    """Say where a template stands in the index.

    Args:
        segments: The template.

    Returns:
        Its shape.

    >>> from meshroute.model.template import parse_template
    >>> shape_of(parse_template("/users/{id}/posts"))
    Shape(count=4, literals=((1, 'users'), (3, 'posts')))
    """
    literals = [(place, one.before) for place, one in enumerate(segments, 1) if one.kind is SegmentKind.LITERAL]
    is_open = segments[-1].kind is SegmentKind.REST
    return Shape(OPEN if is_open else len(segments) + 1, tuple(literals))


@frozen
class Template:
    """Candidates of one shape, on their way to a leaf.

    Args:
        literals: The literal segments that no branch above has looked at.
        parameters: The places of the segments that may not be empty.
        candidates: The candidates.
    """

    literals: Literals
    parameters: tuple[int, ...]
    candidates: Sequence[Candidate]


@lru_cache(maxsize=4096)
def _picker(places: tuple[int, ...]) -> Callable[[Sequence[str]], object]:
    """Make what picks some pieces; leaves share it, and so the processor's cache."""
    return itemgetter(*list(places))


class Leaf:
    """The end of a way down: the templates whose literal segments are all the same.

    Args:
        template: The templates, and what is left to compare.
        node: Their candidates.

    Attributes:
        literals: The literal segments that are left to compare.
        pick: Picks the pieces out of a path that `key` is compared with; None where nothing is left.
        key: The texts of `literals`.
        parameters: The places of the segments that may not be empty.
        node: The candidates.
        by_method: What the node says of a method, and so does `otherwise`.
        first: A rank that no candidate is under.
        last: A rank that no candidate is over.
    """

    __slots__ = ("by_method", "first", "key", "last", "literals", "node", "otherwise", "parameters", "pick")
    is_ordered: bool = True
    is_single: bool = True

    def __init__(self, template: Template, node: Node) -> None:
        self.literals = literals = template.literals
        self.parameters = shared(template.parameters)
        self.pick: Callable[[Sequence[str]], object] | None = None
        self.key: object = ()
        if literals:
            self.pick = _picker(tuple([place for place, _ in literals]))
            self.key = shared(literals[0][1] if len(literals) == 1 else tuple([text for _, text in literals]))
        self.node, self.by_method, self.otherwise = node, node.by_method, node.otherwise
        self.first: int = node.first
        self.last: int = max([candidate.rank for candidate in node.candidates()])

    @property
    def step(self) -> Step:
        """The leaf as the last step of a way down; not kept, since the leaf would hold itself."""
        return 0, self, NOWHERE

    def fits(self, pieces: Sequence[str], *, has_empty: bool) -> bool:
        """Tell whether a path has the literal segments that are left, and text for every parameter.

        Args:
            pieces: The path, cut at its slashes.
            has_empty: Whether a piece but the first is empty.

        Returns:
            True if it does.
        """
        if self.pick is not None and (self.literals[-1][0] >= len(pieces) or self.pick(pieces) != self.key):
            return False
        return not has_empty or all(pieces[place] for place in self.parameters)


class Fork:
    """A place where ways part.

    Args:
        place: The place of the segment to look at.
        children: Where to go for each literal text there; at least one.
        wild: Where templates go that have a parameter there.

    Attributes:
        place: The place of the segment to look at.
        children: Where to go for each literal text there.
        wild: Where templates go that have a parameter there.
        is_ordered: Whether here and below all that is in a child goes before all that stands beside it in `wild`.
        is_single: Whether here and below there is only one way down for any path.
        first: A rank that no candidate below is under.
        last: A rank that no candidate below is over.
        step: The fork as a step on the way down.
    """

    __slots__ = ("children", "first", "is_ordered", "is_single", "last", "place", "step", "wild")

    def __init__(self, place: int, children: Mapping[str, Branch], wild: Branch | None) -> None:
        self.place = place
        self.children = children
        self.wild = wild
        below: list[Branch] = [*children.values()]
        last: int = max([child.last for child in below])
        self.is_ordered: bool = all(child.is_ordered for child in below)
        self.is_single: bool = wild is None and all(child.is_single for child in below)
        if wild is not None:
            self.is_ordered = self.is_ordered and wild.is_ordered and last < wild.first
            below.append(wild)
        self.first: int = min([child.first for child in below])
        self.last: int = max([child.last for child in below])
        steps = {text: child.step for text, child in children.items()}
        self.step: Step = (place, steps.get, NOWHERE if wild is None else wild.step)


Branch = Leaf | Fork

Step = tuple[int, Any, Any]
"""What a search needs of a branch, in the order in which it needs it.

Of a fork: its place, the look-up of the next step by the text there, and the step where there is no such text. Of a
leaf: 0, the leaf, and nothing of interest. It is a tuple because nothing is taken apart faster.
"""

NOWHERE: Final[Step] = (0, None, None)
"""The step after which nothing is found."""


def grow(templates: Sequence[Template]) -> Branch:
    """Grow the tree of some templates.

    Args:
        templates: The templates, no two of one shape.

    Returns:
        The tree.
    """
    if len(templates) == 1:
        return Leaf(templates[0], build_node(templates[0].candidates))
    place = _telling_place(templates)
    children: dict[str, list[Template]] = {}
    wild: list[Template] = []
    for template in templates:
        text, inside = _looked_at(template, place)
        if text is None:
            wild.append(inside)
        else:
            children.setdefault(text, []).append(inside)
    return Fork(place, {text: grow(inside) for text, inside in children.items()}, grow(wild) if wild else None)


def _telling_place(templates: Sequence[Template]) -> int:
    """Find the leftmost segment that tells some templates from others.

    The leftmost, not the most telling one: routes written in Python stand in the order of their segments, left to
    right, literal ones first. So what a child holds goes before all that stands beside it in `wild`, and there is no
    way back.
    """
    first = dict(templates[0].literals)
    told = {place for template in templates[1:] for place, _ in first.items() ^ set(template.literals)}
    return min(told)


def _looked_at(template: Template, place: int) -> tuple[str | None, Template]:
    """Return the literal text of a template at a place, or None, and what is left to compare."""
    for other, text in template.literals:
        if other == place:
            left = tuple([one for one in template.literals if one[0] != place])
            return text, Template(left, template.parameters, template.candidates)
    return None, template


def edited(branch: Branch | None, template: Template, remove: Candidate | None, add: Candidate | None) -> Branch | None:
    """Return a tree with one candidate of one template less or more; all that does not change is shared.

    Args:
        branch: The tree, or None for none.
        template: Where the candidate stands: its literals and parameters.
        remove: The candidate to remove, which is there.
        add: The candidate to add.

    Returns:
        The new tree, or None where nothing is left.
    """
    if branch is None:
        return grow([Template(template.literals, template.parameters, [add])]) if add is not None else None
    if isinstance(branch, Leaf):
        if template.literals == branch.literals:
            node = edit_node(branch.node, remove, add)
            return None if node is None else Leaf(template, node)
        here = Template(branch.literals, branch.parameters, tuple(branch.node.candidates()))
        there = Template(template.literals, template.parameters, [] if add is None else [add])
        return grow([here, there])
    text, inside = _looked_at(template, branch.place)
    children, wild = dict(branch.children), branch.wild
    if text is None:
        wild = edited(wild, inside, remove, add)
    else:
        child = edited(children.pop(text, None), inside, remove, add)
        if child is not None:
            children[text] = child
    return Fork(branch.place, children, wild) if children else wild


def nodes_in(branch: Branch | None, pieces: Sequence[str], bound: int, *, has_empty: bool) -> list[Node]:
    """Find the nodes of the leaves that fit a path.

    Args:
        branch: The tree.
        pieces: The path, cut at its slashes.
        bound: Leave out what cannot hold a rank below.
        has_empty: Whether a piece but the first is empty.

    Returns:
        The nodes.
    """
    found: list[Node] = []
    todo = [] if branch is None else [branch]
    while todo:
        branch = todo.pop()
        if branch.first >= bound:
            continue
        if isinstance(branch, Leaf):
            if branch.fits(pieces, has_empty=has_empty):
                found.append(branch.node)
            continue
        if branch.wild is not None:
            todo.append(branch.wild)
        child = branch.children.get(pieces[branch.place]) if branch.place < len(pieces) else None
        if child is not None:
            todo.append(child)
    return found


class Templates:
    """All templates of a table.

    Args:
        trees: The tree of each shape's count.
    """

    __slots__ = ("_open", "first", "trees")

    def __init__(self, trees: Mapping[int, Branch]) -> None:
        self.trees = trees
        self._open = trees.get(OPEN)
        self.first = min((tree.first for tree in trees.values()), default=LAST)

    @property
    def open_first(self) -> int:
        """A rank that no template with a rest parameter is under."""
        return LAST if self._open is None else self._open.first

    def edited(self, shape: Shape, remove: Candidate | None, add: Candidate | None) -> Templates:
        """Return the index with one candidate less or more; all that does not change is shared.

        Args:
            shape: Where its template stands.
            remove: The candidate to remove.
            add: The candidate to add.

        Returns:
            The new index.
        """
        template = Template(shape.literals, shape.parameters, ())
        tree = edited(self.trees.get(shape.count), template, remove, add)
        trees = {count: old for count, old in self.trees.items() if count != shape.count}
        return Templates(trees if tree is None else {**trees, shape.count: tree})

    def find(self, request: Request, bound: int) -> Candidate | None:
        """Return the candidate of lowest rank below the bound that accepts the request."""
        best: Candidate | None = None
        for node in self.nodes(request.path, bound):
            if node.first < bound:
                found = node.find(request, bound)
                if found is not None:
                    best, bound = found, found.rank
        return best

    def nodes(self, path: str, bound: int = LAST) -> list[Node]:
        """Find the nodes of all templates that fit a path.

        Args:
            path: The path.
            bound: Leave out what cannot hold a rank below.

        Returns:
            The nodes.
        """
        pieces = path.split("/")
        if pieces[0]:
            return []
        has_empty = not pieces[-1] or "//" in path
        nodes = nodes_in(self.trees.get(len(pieces)), pieces, bound, has_empty=has_empty)
        return nodes if self._open is None else nodes + nodes_in(self._open, pieces, bound, has_empty=has_empty)

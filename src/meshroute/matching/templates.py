"""The index on path templates: one dictionary per shape.

A shape is the number of segments and which of them are literal; the literal ones are the key ("tuple space search"
of packet classifiers). Templates with a rest parameter have open shapes: a least number of segments instead of an exact
one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import itemgetter

from attrs import frozen

from meshroute.matching.candidate import Candidate, Node
from meshroute.model.request import Request
from meshroute.model.template import Segment, SegmentKind


@frozen
class Shape:
    """What templates have in common that stand in one dictionary.

    Args:
        count: The number of segments before a rest.
        is_open: Whether a rest parameter follows.
        literal: The places of the literal segments, counted from 1 as in the pieces of a path cut at its slashes.
    """

    count: int
    is_open: bool
    literal: tuple[int, ...]


def shape_of(segments: tuple[Segment, ...]) -> tuple[Shape, tuple[str, ...]]:
    """Say where a template stands in the index.

    Args:
        segments: The template.

    Returns:
        Its shape, and its literal segments, which are the key.

    >>> from meshroute.model.template import parse_template
    >>> shape_of(parse_template("/users/{id}/posts"))
    (Shape(count=3, is_open=False, literal=(1, 3)), ('users', 'posts'))
    """
    is_open = segments[-1].kind is SegmentKind.REST
    fixed = segments[:-1] if is_open else segments
    literal = [(place, segment.before) for place, segment in enumerate(fixed, 1) if segment.kind is SegmentKind.LITERAL]
    return Shape(len(fixed), is_open, tuple(place for place, _ in literal)), tuple(text for _, text in literal)


class ShapeTable:
    """The dictionary of one shape.

    Args:
        shape: The shape.
        nodes: The node of each key.
    """

    __slots__ = ("_key", "_nodes", "_single", "_variable", "first", "is_open", "least")

    def __init__(self, shape: Shape, nodes: Mapping[object, Node]) -> None:
        self._nodes = nodes
        self.is_open = shape.is_open
        self.least = shape.count + (2 if shape.is_open else 1)
        self._single = len(shape.literal) == 1
        self._key: Callable[[list[str]], object] | None = itemgetter(*shape.literal) if shape.literal else None
        self._variable = tuple(place for place in range(1, shape.count + 1) if place not in shape.literal)
        self.first = min(node.first for node in nodes.values())

    def node(self, pieces: list[str], *, has_empty: bool) -> Node | None:
        """Look up the templates that fit the pieces of a path.

        Args:
            pieces: The path, cut at its slashes.
            has_empty: Whether a piece but the first is empty; a parameter may not be.

        Returns:
            Their node, or None.
        """
        if len(pieces) < self.least:
            return None
        if has_empty and not all(pieces[place] for place in self._variable):
            return None
        if self._key is None:
            return self._nodes.get(())
        key = self._key(pieces)
        return self._nodes.get((key,) if self._single else key)


class Templates:
    """All shapes of a table.

    Args:
        tables: The dictionaries of the shapes.
    """

    __slots__ = ("_closed", "_open", "first")

    def __init__(self, tables: Iterable[ShapeTable]) -> None:
        ordered = sorted(tables, key=lambda table: table.first)
        self._open = tuple(table for table in ordered if table.is_open)
        closed: dict[int, list[ShapeTable]] = {}
        for table in ordered:
            if not table.is_open:
                closed.setdefault(table.least, []).append(table)
        self._closed = {count: tuple(found) for count, found in closed.items()}
        self.first = ordered[0].first

    def find(self, request: Request, bound: int) -> Candidate | None:
        """Return the candidate of lowest rank below the bound that accepts the request."""
        best: Candidate | None = None
        pieces = request.path.split("/")
        if pieces[0]:
            return None
        has_empty = "" in pieces[1:]
        for table in self._closed.get(len(pieces), ()) + self._open:
            node = table.node(pieces, has_empty=has_empty) if table.first < bound else None
            if node is not None and node.first < bound:
                found = node.find(request, bound)
                if found is not None:
                    best, bound = found, found.rank
        return best

    def nodes(self, path: str) -> Iterator[Node]:
        """Yield the nodes of all templates that fit a path.

        Args:
            path: The path.
        """
        pieces = path.split("/")
        if not pieces[0]:
            has_empty = "" in pieces[1:]
            for table in self._closed.get(len(pieces), ()) + self._open:
                node = table.node(pieces, has_empty=has_empty)
                if node is not None:
                    yield node

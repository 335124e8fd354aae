"""The index on exact values: of the method, a header, a query parameter, the host and others.

Where many candidates share a place and differ in the value of one dimension, a dictionary on that value replaces trying
them one after another, so that cost does not grow along any dimension that uses exact values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from attrs import frozen

from meshroute.matching.candidate import NO_METHODS, SHORT, Candidate, Line, Node
from meshroute.model.criteria import (
    AnyOf,
    Criterion,
    HeaderMatch,
    HostExact,
    Method,
    Port,
    QueryMatch,
    Scheme,
    TextExact,
    TransportProtocol,
)
from meshroute.model.request import Request, listener_port

MAX_VALUES: Final = 16
"""A criterion with more alternatives than this is not indexed: it would be held once for each."""

MAX_DEPTH: Final = 32
"""How many dimensions are indexed one inside the other."""

MAX_COPIES: Final = 32
"""How often a candidate may be held, on average: alternatives in many dimensions would multiply without end."""


@frozen
class MethodOf:
    """The method."""

    def values(self, request: Request) -> tuple[object, ...]:
        """Read the values of the dimension."""
        return (request.method,)


@frozen
class SchemeOf:
    """The scheme."""

    def values(self, request: Request) -> tuple[object, ...]:
        """Read the values of the dimension."""
        return (request.scheme,)


@frozen
class PortOf:
    """The listener's port."""

    def values(self, request: Request) -> tuple[object, ...]:
        """Read the values of the dimension."""
        return (listener_port(request),)


@frozen
class ProtocolOf:
    """The protocol."""

    def values(self, request: Request) -> tuple[object, ...]:
        """Read the values of the dimension."""
        return (request.protocol,)


@frozen
class HostOf:
    """The host, with or without its port."""

    ignore_port: bool

    def values(self, request: Request) -> tuple[object, ...]:
        """Read the values of the dimension."""
        return (request.host(ignore_port=self.ignore_port),)


@frozen
class HeaderOf:
    """The lines of a header, each alone or joined with a comma."""

    name: str
    joined: bool

    def values(self, request: Request) -> tuple[object, ...]:
        """Read the values of the dimension."""
        lines = request.header_lines(self.name)
        if len(lines) < 2:
            return lines
        return (",".join(lines),) if self.joined else tuple(dict.fromkeys(lines))


@frozen
class QueryOf:
    """The first query parameter of a name."""

    name: str

    def values(self, request: Request) -> tuple[object, ...]:
        """Read the values of the dimension."""
        return (request.query_value(self.name),)


Dimension = MethodOf | SchemeOf | PortOf | ProtocolOf | HostOf | HeaderOf | QueryOf


def exact_values(criterion: Criterion) -> tuple[Dimension, tuple[object, ...]] | None:
    """Say which values of which dimension a criterion asks for.

    Args:
        criterion: The criterion.

    Returns:
        The dimension, and the values of which the request must have one; None where it asks for no exact values.

    >>> exact_values(Method(("GET", "PUT")))
    (MethodOf(), ('GET', 'PUT'))
    """
    match criterion:
        case Method(names=names):
            return MethodOf(), names
        case TransportProtocol(names=names):
            return ProtocolOf(), names
        case Scheme(value=value):
            return SchemeOf(), (value,)
        case Port(value=port):
            return PortOf(), (port,)
        case HostExact(value=value, ignore_port=ignore_port):
            return HostOf(ignore_port), (value,)
        case HeaderMatch(missing_as_empty=True):
            return None
        case HeaderMatch(name=name, test=TextExact(value=value, ignore_case=False), invert=False, joined=joined):
            return HeaderOf(name, joined), (value,)
        case QueryMatch(name=name, test=TextExact(value=value, ignore_case=False)):
            return QueryOf(name), (value,)
        case AnyOf(criteria=criteria):
            return _values_of_any(criteria)
        case _:
            return None


def _values_of_any(criteria: tuple[Criterion, ...]) -> tuple[Dimension, tuple[object, ...]] | None:
    """Join the values of alternatives, where all are exact values of one dimension; nested ones are not."""
    parts = [None if isinstance(criterion, AnyOf) else exact_values(criterion) for criterion in criteria]
    known = [part for part in parts if part is not None]
    if not known or len(known) != len(parts) or any(part[0] != known[0][0] for part in known):
        return None
    return known[0][0], tuple(dict.fromkeys(value for part in known for value in part[1]))


class ByValue:
    """Candidates by the value of one dimension.

    Args:
        dimension: The dimension.
        children: The candidates that ask for a value, by value.
        rest: The candidates that ask for none, or None where there are none.
        members: All candidates, as they came in.
    """

    is_by_method: bool = False
    by_method: Mapping[str, Candidate] = NO_METHODS
    otherwise: Candidate | None = None
    __slots__ = ("_children", "_dimension", "_members", "_rest", "_values", "first")

    def __init__(
        self,
        dimension: Dimension,
        children: Mapping[object, Node],
        rest: Node | None,
        members: Sequence[Candidate],
    ) -> None:
        self._dimension = dimension
        self._values = dimension.values
        self._children = children
        self._rest = rest
        self._members = tuple(members)
        self.first = min(candidate.rank for candidate in members)

    def find(self, request: Request, bound: int, /) -> Candidate | None:
        """Return the candidate of lowest rank below the bound that accepts the request."""
        best: Candidate | None = None
        for value in self._values(request):
            child = self._children.get(value)
            if child is not None and child.first < bound:
                found = child.find(request, bound)
                if found is not None:
                    best, bound = found, found.rank
        rest = self._rest
        if rest is not None and rest.first < bound:
            return rest.find(request, bound) or best
        return best

    def candidates(self) -> Iterator[Candidate]:
        """Yield all candidates."""
        return iter(self._members)

    def takes(self, candidate: Candidate | None) -> bool:
        """Tell whether a candidate can be added without being held more than once here.

        Args:
            candidate: The candidate, or None for none.

        Returns:
            False where it has alternatives: how often those may be held is decided when the whole is built.
        """
        found = None if candidate is None else _by_dimension(candidate).get(self._dimension)
        return found is None or len(found[1]) == 1

    def edited(self, remove: Candidate | None, add: Candidate | None, depth: int) -> ByValue | None:
        """Return the structure with one candidate less or more; all that does not change is shared.

        Args:
            remove: The candidate to remove, which is there.
            add: The candidate to add.
            depth: How many dimensions are indexed around it already.

        Returns:
            The new structure, or None where nothing is left.
        """
        children, rest = dict(self._children), self._rest
        for candidate, is_new in ((remove, False), (add, True)):
            if candidate is None:
                continue
            found = _by_dimension(candidate).get(self._dimension)
            if found is None:
                old, new = (None, candidate) if is_new else (candidate, None)
                rest = edit_node(rest, old, new, depth + 1)
                continue
            inside = candidate.without(found[0])
            for value in found[1]:
                old, new = (None, inside) if is_new else (inside, None)
                child = edit_node(children.pop(value, None), old, new, depth + 1)
                if child is not None:
                    children[value] = child
        members = [one for one in self._members if remove is None or one.rank != remove.rank]
        if add is not None:
            members.append(add)
        return ByValue(self._dimension, children, rest, members) if members else None


def edit_node(node: Node | None, remove: Candidate | None, add: Candidate | None, depth: int = 0) -> Node | None:
    """Return a node with one candidate less or more.

    Args:
        node: The node, or None for none.
        remove: The candidate to remove, which is there.
        add: The candidate to add.
        depth: How many dimensions are indexed around it already.

    Returns:
        The new node, or None where nothing is left.
    """
    if isinstance(node, ByValue) and node.takes(add):
        return node.edited(remove, add, depth)
    kept = [] if node is None else [one for one in node.candidates() if remove is None or one.rank != remove.rank]
    if add is not None:
        kept.append(add)
    return build_node(kept, depth) if kept else None


def build_node(candidates: Sequence[Candidate], depth: int = 0, copies: float = 1) -> Node:
    """Choose the structure for some candidates that share a place.

    Args:
        candidates: The candidates; at least one.
        depth: How many dimensions are indexed around it already.
        copies: How often these candidates are held for it, on average.

    Returns:
        A line where they are few or have no values to tell them apart, else a dictionary on the most telling dimension.
    """
    if len(candidates) <= SHORT or depth >= MAX_DEPTH:
        return Line(candidates)
    dimension = _telling_dimension(candidates)
    if dimension is None:
        return Line(candidates)
    groups: dict[object, list[Candidate]] = {}
    rest: list[Candidate] = []
    for candidate in candidates:
        found = _by_dimension(candidate).get(dimension)
        if found is None:
            rest.append(candidate)
        else:
            criterion, values = found
            inside = candidate.without(criterion)
            for value in values:
                groups.setdefault(value, []).append(inside)
    copies *= (len(rest) + sum(map(len, groups.values()))) / len(candidates)
    if copies > MAX_COPIES:
        return Line(candidates)
    children = {value: build_node(group, depth + 1, copies) for value, group in groups.items()}
    return ByValue(dimension, children, build_node(rest, depth + 1, copies) if rest else None, candidates)


def _telling_dimension(candidates: Sequence[Candidate]) -> Dimension | None:
    """Find the dimension that leaves the least to try: the largest group of a value, and what asks for none."""
    known: Counter[Dimension] = Counter()
    sizes: dict[Dimension, Counter[object]] = {}
    for candidate in candidates:
        for dimension, (_, values) in _by_dimension(candidate).items():
            known[dimension] += 1
            sizes.setdefault(dimension, Counter()).update(values)
    best: Dimension | None = None
    least = len(candidates)
    for dimension, count in known.items():
        left = len(candidates) - count + max(sizes[dimension].values())
        if left < least:
            best, least = dimension, left
    return best


def _by_dimension(candidate: Candidate) -> dict[Dimension, tuple[Criterion, tuple[object, ...]]]:
    """Find the first criterion of a candidate on each dimension, and the values that it asks for."""
    found: dict[Dimension, tuple[Criterion, tuple[object, ...]]] = {}
    for criterion in candidate.rest:
        exact = exact_values(criterion)
        if exact is not None and len(exact[1]) <= MAX_VALUES:
            found.setdefault(exact[0], (criterion, exact[1]))
    return found

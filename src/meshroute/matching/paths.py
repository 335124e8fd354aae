"""The index on paths: exact texts, prefixes, templates; regular expressions under their literal prefix."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from typing import Self

from meshroute.matching.candidate import LAST, Candidate, Node
from meshroute.matching.prefixes import Prefixes
from meshroute.matching.templates import Branch, Shape, Template, Templates, grow, shape_of
from meshroute.matching.values import build_node, edit_node
from meshroute.model.paths import PathCriterion, PathExact, PathPrefix, PathRegex, PathStringPrefix, PathTemplate
from meshroute.model.request import Request
from meshroute.model.template import SegmentKind
from meshroute.text import ascii_lower


class Kind(Enum):
    """The structures beside the shapes of templates."""

    EXACT = "exact"
    EXACT_FOLDED = "exact, without case"
    CHARACTERS = "prefix of characters"
    CHARACTERS_FOLDED = "prefix of characters, without case"
    SEGMENTS = "prefix of segments"
    SEGMENTS_FOLDED = "prefix of segments, without case"


Structure = Kind | Shape
Finder = Callable[[Request, int], Candidate | None]

_EXACT = (Kind.EXACT, Kind.EXACT_FOLDED)


def locate(candidate: Candidate) -> tuple[Structure, str, Candidate]:
    """Say where a candidate stands in the index of paths.

    Args:
        candidate: The candidate.

    Returns:
        The structure, the key in it (a shape is its own), and the candidate without what these two test.
    """
    criterion = next((criterion for criterion in candidate.rest if isinstance(criterion, PathCriterion)), None)
    match criterion:
        case PathExact(value=value, ignore_case=ignore_case):
            inside = candidate.without(criterion)
            return (Kind.EXACT_FOLDED, ascii_lower(value), inside) if ignore_case else (Kind.EXACT, value, inside)
        case PathStringPrefix(value=value, ignore_case=ignore_case):
            inside = candidate.without(criterion)
            if ignore_case:
                return Kind.CHARACTERS_FOLDED, ascii_lower(value), inside
            return Kind.CHARACTERS, value, inside
        case PathPrefix(value=value, ignore_case=ignore_case):
            inside = candidate.without(criterion)
            text = value if value == "/" else f"{value}/"
            return (Kind.SEGMENTS_FOLDED, ascii_lower(text), inside) if ignore_case else (Kind.SEGMENTS, text, inside)
        case PathTemplate(segments=segments):
            shape, kinds = shape_of(segments), {segment.kind for segment in segments}
            whole = kinds.isdisjoint({SegmentKind.MIXED, SegmentKind.REST})
            return shape, "", candidate.without(criterion) if whole else candidate
        case PathRegex(pattern=pattern):
            return Kind.CHARACTERS, pattern.literal_prefix, candidate
        case _:
            return Kind.CHARACTERS, "", candidate


class PathIndex:
    """Candidates by path.

    Args:
        exact: The nodes of whole paths, as they are and folded.
        templates: The templates.
        prefixes: The nodes of prefixes, by kind.
        first: A rank that no candidate is under.

    Attributes:
        exact: The nodes of whole paths.
        templates: The templates.
        others_first: A rank that no candidate is under but those of whole paths and templates without a rest.
        first: A rank that no candidate is under.
    """

    __slots__ = ("_folded", "_prefixes", "exact", "first", "others_first", "templates")

    def __init__(
        self,
        exact: Mapping[Kind, Mapping[str, Node]],
        templates: Templates,
        prefixes: Mapping[Kind, Prefixes[Node]],
        first: int,
    ) -> None:
        self.exact = exact.get(Kind.EXACT, {})
        self.templates = templates
        self._folded = exact.get(Kind.EXACT_FOLDED, {})
        self._prefixes = {kind: found for kind, found in prefixes.items() if len(found)}
        self.first = first
        others = [found.first for found in self._prefixes.values()]
        self.others_first = min([first] if self._folded else [templates.open_first, *others])

    @classmethod
    def build(cls, candidates: Iterable[Candidate]) -> Self:
        """Build the index of some candidates.

        Args:
            candidates: The candidates.

        Returns:
            The index.
        """
        groups: dict[Kind, dict[str, list[Candidate]]] = {}
        shapes: dict[Shape, list[Candidate]] = {}
        first = LAST
        for candidate in candidates:
            structure, key, inside = locate(candidate)
            if isinstance(structure, Shape):
                shapes.setdefault(structure, []).append(inside)
            else:
                groups.setdefault(structure, {}).setdefault(key, []).append(inside)
            first = min(first, candidate.rank)
        nodes = {kind: {key: build_node(found) for key, found in by_key.items()} for kind, by_key in groups.items()}
        prefixes = {kind: Prefixes(found) for kind, found in nodes.items() if kind not in _EXACT}
        return cls(nodes, Templates(_trees(shapes)), prefixes, first)

    @property
    def finder(self) -> Finder:
        """What finds a candidate: `find`, or that of the only structure."""
        # most tables of proxies have nothing but prefixes of characters (and patterns, which stand among them)
        alone = not (self.exact or self._folded or self.templates.trees) and self._prefixes.keys() == {Kind.CHARACTERS}
        return self._prefixes[Kind.CHARACTERS].find if alone else self.find

    @property
    def is_empty(self) -> bool:
        """Whether there is no candidate."""
        return not (self.exact or self._folded or self.templates.trees or self._prefixes)

    def edited(self, remove: Candidate | None, add: Candidate | None) -> Self:
        """Return the index with one candidate less or more; all that does not change is shared.

        Args:
            remove: The candidate to remove, which is there.
            add: The candidate to add.

        Returns:
            The new index.
        """
        old, new = (None if one is None else locate(one) for one in (remove, add))
        if old is not None and new is not None and old[:2] == new[:2]:
            return self._edited(old[0], old[1], old[2], new[2])
        without = self if old is None else self._edited(old[0], old[1], old[2], None)
        return without if new is None else without._edited(new[0], new[1], None, new[2])

    def _edited(self, structure: Structure, key: str, old: Candidate | None, new: Candidate | None) -> Self:
        exact = {Kind.EXACT: self.exact, Kind.EXACT_FOLDED: self._folded}
        templates, prefixes = self.templates, dict(self._prefixes)
        if isinstance(structure, Shape):
            templates = templates.edited(structure, old, new)
        elif structure in _EXACT:
            exact[structure] = _edited(exact[structure], key, old, new)
        else:
            found: Prefixes[Node] = prefixes.get(structure) or Prefixes({})
            prefixes[structure] = found.edited(key, edit_node(found.get(key), old, new))
        return type(self)(exact, templates, prefixes, self.first if new is None else min(self.first, new.rank))

    def find(self, request: Request, bound: int, /) -> Candidate | None:
        """Return the candidate of lowest rank below the bound that accepts the request."""
        path = request.path
        best: Candidate | None = None
        node = self.exact.get(path)
        if node is not None and node.first < bound:
            best = node.find(request, bound)
            if best is not None:
                bound = best.rank
        if self.templates.first < bound:
            found = self.templates.find(request, bound)
            if found is not None:
                best, bound = found, found.rank
        for kind, prefixes in self._prefixes.items():
            if prefixes.first < bound:
                found = prefixes.find(request, bound, path if kind is Kind.CHARACTERS else _view(kind, path))
                if found is not None:
                    best, bound = found, found.rank
        return self._find_folded(request, bound) or best if self._folded else best

    def _find_folded(self, request: Request, bound: int) -> Candidate | None:
        node = self._folded.get(ascii_lower(request.path))
        return node.find(request, bound) if node is not None and node.first < bound else None

    def reachable(self, path: str) -> Iterator[Candidate]:
        """Yield the candidates whose path criterion may accept a path.

        Args:
            path: The path.
        """
        for exact, key in ((self.exact, path), (self._folded, ascii_lower(path))):
            node = exact.get(key)
            if node is not None:
                yield from node.candidates()
        for node in self.templates.nodes(path):
            yield from node.candidates()
        for kind, prefixes in self._prefixes.items():
            for node in prefixes.nodes(_view(kind, path)):
                yield from node.candidates()


def _trees(shapes: Mapping[Shape, list[Candidate]]) -> dict[int, Branch]:
    """Grow one tree for each number of segments."""
    groups: dict[int, list[Template]] = {}
    for shape, candidates in shapes.items():
        groups.setdefault(shape.count, []).append(Template(shape.literals, shape.parameters, candidates))
    return {count: grow(templates) for count, templates in groups.items()}


def _edited(nodes: Mapping[str, Node], key: str, old: Candidate | None, new: Candidate | None) -> dict[str, Node]:
    edited = dict(nodes)
    node = edit_node(edited.pop(key, None), old, new)
    if node is not None:
        edited[key] = node
    return edited


def _view(kind: Kind, path: str) -> str:
    """Put a path into the form that the keys of a structure are prefixes of."""
    if kind in {Kind.SEGMENTS, Kind.SEGMENTS_FOLDED}:
        path = f"{path}/"
    return ascii_lower(path) if kind in {Kind.CHARACTERS_FOLDED, Kind.SEGMENTS_FOLDED} else path

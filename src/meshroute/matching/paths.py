"""The index on paths: exact texts, prefixes, templates; regular expressions under their literal prefix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Self

from meshroute.matching.candidate import LAST, Candidate, Node
from meshroute.matching.prefixes import Prefixes
from meshroute.matching.templates import Shape, ShapeTable, Templates, shape_of
from meshroute.matching.values import build_node
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
ByKey = Mapping[object, Node]
Nodes = Mapping[Structure, ByKey]


def locate(candidate: Candidate) -> tuple[Structure, object, Candidate]:
    """Say where a candidate stands in the index of paths.

    Args:
        candidate: The candidate.

    Returns:
        The structure, the key in it, and the candidate without what these two test.
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
            shape, key = shape_of(segments)
            mixed = any(segment.kind is SegmentKind.MIXED for segment in segments)
            return shape, key, candidate if mixed else candidate.without(criterion)
        case PathRegex(pattern=pattern):
            return Kind.CHARACTERS, pattern.literal_prefix, candidate
        case _:
            return Kind.CHARACTERS, "", candidate


class PathIndex:
    """Candidates by path.

    Args:
        nodes: The nodes of each structure, by key.
        old: The index that this one was edited from, with which unchanged parts are shared.
    """

    __slots__ = ("_exact", "_folded", "_nodes", "_prefixes", "_templates", "first")

    def __init__(self, nodes: Nodes, old: Self | None = None) -> None:
        self._nodes = nodes
        self._exact: Mapping[object, Node] = nodes.get(Kind.EXACT, {})
        self._folded: Mapping[object, Node] = nodes.get(Kind.EXACT_FOLDED, {})
        self._prefixes = {
            kind: self._prefixes_of(kind, old)
            for kind in (Kind.CHARACTERS, Kind.SEGMENTS, Kind.CHARACTERS_FOLDED, Kind.SEGMENTS_FOLDED)
            if kind in nodes
        }
        shapes = [ShapeTable(shape, found) for shape, found in nodes.items() if isinstance(shape, Shape)]
        self._templates = Templates(shapes) if shapes else None
        self.first = min((node.first for found in nodes.values() for node in found.values()), default=LAST)

    def _prefixes_of(self, kind: Kind, old: Self | None) -> Prefixes[Node]:
        if old is not None and old._nodes.get(kind) is self._nodes[kind]:  # noqa: SLF001 - an index of the same class
            return old._prefixes[kind]  # noqa: SLF001 - an index of the same class
        return Prefixes(self._nodes[kind])  # type: ignore[arg-type]  # a prefix's keys are texts

    @classmethod
    def build(cls, candidates: Iterable[Candidate]) -> Self:
        """Build the index of some candidates.

        Args:
            candidates: The candidates.

        Returns:
            The index.
        """
        groups: dict[Structure, dict[object, list[Candidate]]] = {}
        for candidate in candidates:
            structure, key, inside = locate(candidate)
            groups.setdefault(structure, {}).setdefault(key, []).append(inside)
        return cls(
            {
                structure: {key: build_node(found) for key, found in by_key.items()}
                for structure, by_key in groups.items()
            }
        )

    def edited(self, remove: Candidate | None, add: Candidate | None) -> Self:
        """Return the index with one candidate less or more; all that does not change is shared.

        Args:
            remove: The candidate to remove.
            add: The candidate to add.

        Returns:
            The new index, or this one where nothing changes.
        """
        nodes: dict[Structure, Mapping[object, Node]] = dict(self._nodes)
        for candidate, is_new in ((remove, False), (add, True)):
            if candidate is None:
                continue
            structure, key, inside = locate(candidate)
            by_key = dict(nodes.get(structure, {}))
            old = by_key.pop(key, None)
            kept = [] if old is None else [other for other in old.candidates() if other.rank != candidate.rank]
            if is_new:
                kept.append(inside)
            if kept:
                by_key[key] = build_node(kept)
            nodes[structure] = by_key
        return type(self)({structure: found for structure, found in nodes.items() if found}, self)

    def find(self, request: Request, bound: int, /) -> Candidate | None:
        """Return the candidate of lowest rank below the bound that accepts the request."""
        path = request.path
        best: Candidate | None = None
        node = self._exact.get(path)
        if node is not None and node.first < bound:
            best = node.find(request, bound)
            if best is not None:
                bound = best.rank
        if self._templates is not None and self._templates.first < bound:
            found = self._templates.find(request, bound)
            if found is not None:
                best, bound = found, found.rank
        for kind, prefixes in self._prefixes.items():
            if prefixes.first < bound:
                found = prefixes.find(_view(kind, path), request, bound)
                if found is not None:
                    best, bound = found, found.rank
        if self._folded:
            node = self._folded.get(ascii_lower(path))
            if node is not None and node.first < bound:
                return node.find(request, bound) or best
        return best

    def reachable(self, path: str) -> Iterator[Candidate]:
        """Yield the candidates whose path criterion may accept a path.

        Args:
            path: The path.
        """
        for exact, key in ((self._exact, path), (self._folded, ascii_lower(path))):
            node = exact.get(key)
            if node is not None:
                yield from node.candidates()
        if self._templates is not None:
            for node in self._templates.nodes(path):
                yield from node.candidates()
        for kind, prefixes in self._prefixes.items():
            for node in prefixes.nodes(_view(kind, path)):
                yield from node.candidates()


def _view(kind: Kind, path: str) -> str:
    """Put a path into the form that the keys of a structure are prefixes of."""
    if kind in {Kind.SEGMENTS, Kind.SEGMENTS_FOLDED}:
        path = f"{path}/"
    return ascii_lower(path) if kind in {Kind.CHARACTERS_FOLDED, Kind.SEGMENTS_FOLDED} else path

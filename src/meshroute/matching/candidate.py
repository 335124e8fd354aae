"""What the index holds: candidates, ordered by rank, and how the ends of every structure try them.

A rank is a number: the lower goes first. Every structure of the index answers one question, ``find(request, bound)``:
the candidate of lowest rank, below a bound, that accepts the request. The bound lets a search skip whatever could only
come later than what is found already. ``first`` is never above the lowest rank inside; after an exchange it may be
below.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, Protocol

from meshroute.matching.checks import Check, checks_of
from meshroute.matching.cutting import Cutter, cutter
from meshroute.model.criteria import Criterion, Method
from meshroute.model.hops import Place
from meshroute.model.paths import PathTemplate
from meshroute.model.request import Request

LAST: Final = 2**30 - 1
"""A bound above every rank. CPython compares integers of up to 30 bits several times as fast as larger ones."""


class Candidate:
    """One route of a compiled table.

    Args:
        rank: Its place in the order.
        place: What is answered when it is taken.
        rest: The criteria that the path to this candidate has not tested yet.
        cut: How its parameters are cut out of a path; None where it has none, or where more than that is needed.
    """

    __slots__ = ("checks", "cut", "place", "rank", "rest")

    def __init__(self, rank: int, place: Place, rest: tuple[Criterion, ...], cut: Cutter | None = None) -> None:
        self.rank = rank
        self.place = place
        self.rest = rest
        self.cut = cut
        self.checks: tuple[Check, ...] = ()

    def arrive(self) -> Candidate:
        """Make the tests of what is left; a candidate is copied on its way into the index, and needs them at its end.

        Returns:
            The candidate itself.
        """
        if self.rest and not self.checks:
            self.checks = checks_of(self.rest)
        return self

    def without(self, criterion: Criterion) -> Candidate:
        """Return the candidate with one criterion tested.

        Args:
            criterion: One of the remaining criteria.

        Returns:
            The candidate for the inside of the structure that tests it.
        """
        at = next(index for index, other in enumerate(self.rest) if other is criterion)
        return Candidate(self.rank, self.place, self.rest[:at] + self.rest[at + 1 :], self.cut)


def candidate_of(place: Place, criteria: tuple[Criterion, ...], rank: int) -> Candidate:
    """Make the candidate of a route.

    Args:
        place: What is answered when it is taken.
        criteria: All that is tested.
        rank: Its place in the order.

    Returns:
        The candidate.
    """
    path = None if place.route is None else place.route.match.path
    cuts = path.places if isinstance(path, PathTemplate) else None
    return Candidate(rank, place, criteria, None if cuts is None else cutter(cuts))


class Node(Protocol):
    """A structure that holds candidates.

    Attributes:
        is_by_method: Whether every candidate asks for methods and nothing else, so that `by_method` is all there is.
        first: A rank that no candidate in it is below.
        by_method: What is found for a method where nothing else about the request matters. What is in it is right; what
            is missing may still be found by `find`.
        otherwise: What is found for every method that is not in `by_method`, where nothing else matters either.
    """

    first: int
    is_by_method: bool
    by_method: Mapping[str, Candidate]
    otherwise: Candidate | None

    def find(self, request: Request, bound: int, /) -> Candidate | None:
        """Return the candidate of lowest rank below the bound that accepts the request."""
        ...

    def candidates(self) -> Iterator[Candidate]:
        """Yield all candidates."""
        ...


NO_METHODS: Final[Mapping[str, Candidate]] = MappingProxyType({})


class Line:
    """Candidates tried one after another.

    Args:
        candidates: The candidates.
    """

    __slots__ = ("_candidates", "by_method", "first", "is_by_method", "otherwise")

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        arrived = [candidate.arrive() for candidate in candidates]
        self._candidates = tuple(sorted(arrived, key=lambda candidate: candidate.rank))
        self.first = self._candidates[0].rank
        self.by_method, self.otherwise, self.is_by_method = _decided_by_method(self._candidates)

    def find(self, request: Request, bound: int, /) -> Candidate | None:
        """Return the candidate of lowest rank below the bound that accepts the request."""
        for candidate in self._candidates:
            if candidate.rank >= bound:
                return None
            for check in candidate.checks:
                if not check(request):
                    break
            else:
                return candidate
        return None

    def candidates(self) -> Iterator[Candidate]:
        """Yield all candidates."""
        return iter(self._candidates)


def _decided_by_method(candidates: tuple[Candidate, ...]) -> tuple[Mapping[str, Candidate], Candidate | None, bool]:
    """Say which candidate is taken by which method, as far as no other criterion has to be asked first."""
    found: dict[str, Candidate] = {}
    for candidate in candidates:
        if not candidate.rest:
            return found or NO_METHODS, candidate, False
        methods = [criterion for criterion in candidate.rest if isinstance(criterion, Method)]
        if len(methods) != len(candidate.rest):
            return found or NO_METHODS, None, False
        for name in methods[0].names:
            if all(name in method.names for method in methods):
                found.setdefault(name, candidate)
    return found or NO_METHODS, None, True

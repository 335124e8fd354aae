"""What the index holds: candidates, ordered by rank, and how the ends of every structure try them.

A rank is a number: the lower goes first. Every structure of the index answers one question, ``find(request, bound)``:
the candidate of lowest rank, below a bound, that accepts the request. The bound lets a search skip whatever could only
come later than what is found already. ``first`` is never above the lowest rank inside; after an exchange it may be
below.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from types import MappingProxyType
from typing import Final, Protocol

from meshroute.matching.checks import check_of_all
from meshroute.model.criteria import Criterion, Method
from meshroute.model.hops import Place
from meshroute.model.paths import PathTemplate
from meshroute.model.request import Request
from meshroute.model.sharing import shared

LAST: Final = 2**30 - 1
"""A bound above every rank. CPython compares integers of up to 30 bits several times as fast as larger ones."""

Cuts = tuple[tuple[str, int], ...]


class Candidate:
    """One route of a compiled table.

    Args:
        rank: Its place in the order.
        place: What is answered when it is taken.
        rest: The criteria that the path to this candidate has not tested yet.
        cuts: The name and the place of each parameter in the pieces of a path that is cut at its slashes.
    """

    __slots__ = ("cuts", "place", "rank", "rest")

    def __init__(self, rank: int, place: Place, rest: tuple[Criterion, ...], cuts: Cuts = ()) -> None:
        self.rank = rank
        self.place = place
        self.rest = rest
        self.cuts = cuts

    def without(self, criterion: Criterion) -> Candidate:
        """Return the candidate with one criterion tested.

        Args:
            criterion: One of the remaining criteria.

        Returns:
            The candidate for the inside of the structure that tests it.
        """
        at = next(index for index, other in enumerate(self.rest) if other is criterion)
        return Candidate(self.rank, self.place, self.rest[:at] + self.rest[at + 1 :], self.cuts)


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
    return Candidate(rank, place, criteria, (path.places or ()) if isinstance(path, PathTemplate) else ())


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


SHORT: Final = 8
"""Up to this many candidates trying one after another is as fast as any dictionary."""

_rank = attrgetter("rank")


class Line:
    """Candidates tried one after another.

    Args:
        candidates: The candidates.
    """

    __slots__ = ("_candidates", "_tries", "by_method", "first", "is_by_method", "otherwise")

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        self._candidates = tuple(sorted(candidates, key=_rank))
        # Short lines share what they try, and so the processor's cache; a candidate is not touched before it is found
        tries = tuple(enumerate([check_of_all(candidate.rest) for candidate in self._candidates]))
        self._tries = shared(tries) if len(tries) <= SHORT else tries
        self.first = self._candidates[0].rank
        self.by_method, self.otherwise, self.is_by_method = _decided_by_method(self._candidates)

    def find(self, request: Request, bound: int, /) -> Candidate | None:
        """Return the candidate of lowest rank below the bound that accepts the request."""
        tries = self._tries
        if bound < LAST:
            tries = tries[: bisect_left(self._candidates, bound, key=_rank)]
        for place, check in tries:
            if check is None or check(request):
                return self._candidates[place]
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

"""What the index holds: candidates, ordered by rank, and how the ends of every structure try them.

A rank is a number: the lower goes first. Every structure of the index answers one question, ``find(request, bound)``:
the candidate of lowest rank, below a bound, that accepts the request. The bound lets a search skip whatever could only
come later than what is found already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, Protocol

from meshroute.model.criteria import Criterion
from meshroute.model.hops import Place
from meshroute.model.request import Request

LAST: Final = 2**62
"""A bound above every rank."""

Check = Callable[[Request], bool]


class Candidate:
    """One route of a compiled table.

    Args:
        rank: Its place in the order.
        place: What is answered when it is taken.
        rest: The criteria that the path to this candidate has not tested yet.
    """

    __slots__ = ("checks", "place", "rank", "rest")

    def __init__(self, rank: int, place: Place, rest: tuple[Criterion, ...]) -> None:
        self.rank = rank
        self.place = place
        self.rest = rest
        self.checks: tuple[Check, ...] = tuple(criterion.accepts for criterion in rest)

    def without(self, criterion: Criterion) -> Candidate:
        """Return the candidate with one criterion tested.

        Args:
            criterion: One of the remaining criteria.

        Returns:
            The candidate for the inside of the structure that tests it.
        """
        at = next(index for index, other in enumerate(self.rest) if other is criterion)
        return Candidate(self.rank, self.place, self.rest[:at] + self.rest[at + 1 :])


class Node(Protocol):
    """A structure that holds candidates."""

    first: int

    def find(self, request: Request, bound: int, /) -> Candidate | None:
        """Return the candidate of lowest rank below the bound that accepts the request."""
        ...

    def candidates(self) -> Iterator[Candidate]:
        """Yield all candidates."""
        ...


class Line:
    """Candidates tried one after another.

    Args:
        candidates: The candidates.
    """

    __slots__ = ("_candidates", "first")

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        self._candidates = tuple(sorted(candidates, key=lambda candidate: candidate.rank))
        self.first = self._candidates[0].rank

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

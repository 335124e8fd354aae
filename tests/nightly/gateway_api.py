"""Law 1 over the Gateway API: ``python -m tests.nightly.gateway_api [--pairs N] [--seed N]``.

Draws documents and requests, and compares three answers: the index's, the definition's, and what the specification's
text says of the documents (`tests.property.gateway_text`, which shares no code with the library). Law 2 is held too.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from random import Random

from meshroute.matching.router import Router
from meshroute.matching.scan import scan
from meshroute.model.hops import Outcome
from meshroute.model.request import Request
from meshroute.model.resolution import Resolution
from meshroute.readers import load
from tests.property.gateway_text import Json, by_the_text, draw_documents, draw_request
from tests.property.laws import check_explanation

REQUESTS = 40
MOST_SHOWN = 5


def _request(asked: Json, entry: str) -> Request:
    query = "&".join(f"{name}={value}" for name, value in asked["query"].items())
    return Request.from_parts(
        asked["method"],
        asked["path"] + (f"?{query}" if query else ""),
        scheme="https" if asked["port"] == 443 else "http",
        authority=asked["host"],
        headers=asked["headers"],
        port=asked["port"],
        sni=asked["sni"] if asked["port"] == 443 else None,
        entry=entry,
    )


def _said(answer: Resolution) -> tuple[object, ...]:
    if answer.route is not None:
        return answer.route.id, tuple((one.name, one.weight, one.valid) for one in answer.backends)
    return ("refused",) if answer.status is None else (answer.status,)


def _is_sound(answer: Resolution) -> bool:
    """Tell whether outcome and status follow from the backends (§2.9)."""
    if answer.route is None:
        return True
    usable = [one for one in answer.backends if one.weight]
    fails = not any(one.valid for one in usable)
    return (answer.outcome, answer.status) == ((Outcome.BACKEND_ERROR, 500) if fails else (Outcome.FORWARD, None))


def check_seed(seed: int, requests: int, figures: Counter[str]) -> list[str]:
    """Draw documents by their seed, ask requests, and say where the answers differ."""
    rng = Random(seed)  # noqa: S311 - repeatable, not secret
    documents = draw_documents(rng)
    mesh = load(*documents)
    router = Router(mesh)
    gateways = [one for one in documents if one["kind"] == "Gateway"]
    faults: list[str] = []
    for _ in range(requests):
        gateway = rng.choice(gateways)
        asked = draw_request(rng, gateway)
        meta = gateway["metadata"]
        request = _request(asked, f"gateway/{meta['namespace']}/{meta['name']}")
        answer = router.resolve(request)
        if answer != scan(mesh, request):
            faults.append(f"seed {seed}: index and definition differ for {request!r}")
        check_explanation(router, request)
        expected = by_the_text(documents, gateway, asked)
        figures[str(answer.status or answer.outcome.value)] += 1
        if _said(answer) != expected or not _is_sound(answer):
            faults.append(f"seed {seed}: {request!r}: the text says {expected}, not {_said(answer)}")
    return faults


def main() -> int:
    """Run, print figures, and say whether all agreed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=120_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    start, tables = time.perf_counter(), -(-options.pairs // REQUESTS)
    figures: Counter[str] = Counter()
    faults: list[str] = []
    for seed in range(options.seed, options.seed + tables):
        faults += check_seed(seed, REQUESTS, figures)
    for line in faults[:MOST_SHOWN]:
        sys.stdout.write(f"{line}\n")
    seconds = time.perf_counter() - start
    for name, count in sorted(figures.items()):
        sys.stdout.write(f"{name}: {count}\n")
    sys.stdout.write(f"{tables} meshes, {tables * REQUESTS} pairs, {len(faults)} disagreements, {seconds:.0f} s\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

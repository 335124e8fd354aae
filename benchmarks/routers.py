"""Path and method: the lists of APIs, and growth from 10 to 100 000 routes, beside the peers."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from benchmarks.data import Listed, corpus, filled, nested, rest_list, synthetic
from benchmarks.peers import PEERS, Look
from benchmarks.timing import Case, Time, fresh, measure, once, say
from meshroute import Request, Route, Router

BATCH: Final = 200
SIZES: Final = (10, 100, 1_000, 10_000, 100_000)
SLOW: Final = {"starlette": 1_000, "aiohttp": 10_000, "sanic-routing": 10_000, "werkzeug": 10_000}
"""The most routes that a peer is asked to hold: beyond, it takes minutes to build or to answer."""


def our_router(routes: Sequence[Listed]) -> Router:
    """Compile a list."""
    return Router([Route(f"{method} {path}", path=path, methods=method, to="x") for method, path in routes])


def our_case(router: Router, asked: Sequence[Listed]) -> Case:
    """Resolve prebuilt requests and take the parameters."""

    def prepare() -> list[Request]:
        return [Request.from_parts(method, fresh(path)) for method, path in asked]

    def run(requests: list[Request]) -> None:
        resolve = router.resolve
        for request in requests:
            resolve(request).params  # noqa: B018 - taking them is what is measured

    return Case(prepare, run, len(asked))


def peer_case(look: Look, asked: Sequence[Listed]) -> Case:
    """Ask a peer."""

    def prepare() -> list[Listed]:
        return [(method, fresh(path)) for method, path in asked]

    def run(asked: list[Listed]) -> None:
        for method, path in asked:
            look(method, path)

    return Case(prepare, run, len(asked))


def workloads(routes: Sequence[Listed], router: Router) -> dict[str, list[Listed]]:
    """Make the requests of each kind, for a list of routes."""
    rng = random.Random(1)  # noqa: S311 - repeatable, not secret
    found: dict[str, list[Listed]] = {"all": [(method, filled(path, rng)) for method, path in routes]}
    for count in (0, 1, 2, 3, 4):
        chosen = [(method, filled(path, rng)) for method, path in routes if path.count("{") == count]
        if chosen:
            found["static" if count == 0 else f"{count} parameter{'s' * (count > 1)}"] = chosen
    longer = [(method, f"{filled(path, rng)}/nowhere") for method, path in routes]
    found["404"] = [one for one in longer if router.resolve(Request.from_parts(*one)).status == 404]
    deepest = max((path for _, path in routes), key=lambda path: path.count("/"))
    found["deep 404"] = [("GET", f"{filled(deepest, rng)}/a/b/nowhere")]
    found["405"] = [("BREW", path) for _, path in routes if "{" not in path]
    return {name: asked * -(-BATCH // len(asked)) for name, asked in found.items() if asked}


def measure_list(name: str, rounds: int) -> dict[str, Any] | None:
    """Measure one list with all peers."""
    routes = rest_list() if name == "rest" else corpus(name)
    if routes is None:
        say(f"{name}: the list is not there, skipped")
        return None
    say(f"{name}: {len(routes)} routes")
    router = our_router(routes)
    looks: dict[str, Look] = {}
    for peer, make in PEERS.items():
        try:
            looks[peer] = make(routes)
        except Exception as error:  # noqa: BLE001 - each peer has its own errors
            say(f"{name}: {peer} refuses the list: {error}")
    result: dict[str, Any] = {"routes": len(routes)}
    for kind, asked in workloads(routes, router).items():
        cases = {"meshroute": our_case(router, asked)} | {peer: peer_case(look, asked) for peer, look in looks.items()}
        fast = {peer: case for peer, case in cases.items() if peer in {"meshroute", "falcon"}}
        slow = {peer: case for peer, case in cases.items() if peer not in fast}
        result[kind] = _plain(measure(fast, rounds)) | _plain(measure(slow, max(3, rounds // 10)))
    return result


def measure_growth(rounds: int, most: int) -> dict[str, Any]:
    """Measure how times grow with the number of routes, and what building takes."""
    result: dict[str, Any] = {}
    rng = random.Random(2)  # noqa: S311 - repeatable, not secret
    for size in (size for size in SIZES if size <= most):
        say(f"growth: {size} routes")
        routes = synthetic(size)
        asked = [(method, filled(path, rng)) for method, path in rng.choices(routes, k=1_000)]
        ours, router = once(partial(our_router, routes))
        times, building = {"meshroute": our_case(router, asked)}, {"meshroute": ours}
        paths = {path: number for number, (_, path) in enumerate([*routes, *asked])}
        times["dictionary"] = peer_case(partial(_look_up, paths), asked)
        for peer, make in PEERS.items():
            if size <= SLOW.get(peer, most):
                building[peer], look = once(partial(make, routes))
                times[peer] = peer_case(look, asked if peer != "starlette" else asked[:20])
        # who takes long leaves nothing of the others in the processor's cache
        fast = {peer: case for peer, case in times.items() if peer in {"meshroute", "dictionary", "falcon"}}
        slow = {peer: case for peer, case in times.items() if peer not in fast}
        measured = _plain(measure(fast, rounds)) | _plain(measure(slow, max(3, rounds // 5)))
        result[str(size)] = {"time": measured, "building": building}
    return result


def measure_nested(rounds: int, most: int) -> dict[str, Any]:
    """Measure a list in which few routes stand side by side, which suits falcon's chains of comparisons."""
    result: dict[str, Any] = {}
    rng = random.Random(2)  # noqa: S311 - repeatable, not secret
    for size in (size for size in SIZES[3:] if size <= most):
        say(f"nested: {size} routes")
        routes = nested(size)
        asked = [(method, filled(path, rng)) for method, path in rng.choices(routes, k=1_000)]
        cases = {"meshroute": our_case(our_router(routes), asked), "falcon": peer_case(PEERS["falcon"](routes), asked)}
        result[str(size)] = _plain(measure(cases, rounds))
    return result


def _look_up(paths: dict[str, int], _: str, path: str) -> int | None:
    """What a bare dictionary does."""
    return paths.get(path)


def _plain(times: dict[str, Time]) -> dict[str, list[float]]:
    return {name: [round(found.least, 1), round(found.median, 1)] for name, found in times.items()}

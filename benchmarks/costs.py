"""What else there is to pay: memory, imports, exchanging a route."""

from __future__ import annotations

import gc
import os
import random
import statistics
import subprocess
import sys
import tracemalloc
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.data import synthetic
from benchmarks.routers import our_router
from benchmarks.timing import Case, measure, say
from meshroute import Route

_FRESH: Final = "import time; a = time.perf_counter(); {0}; print(time.perf_counter() - a)"
_IMPORTS: Final = {
    "meshroute": "import meshroute",
    "with Request, Route, Router": "from meshroute import Request, Route, Router",
    "attrs": "import attrs",
    "falcon.routing": "import falcon.routing",
    "werkzeug.routing": "import werkzeug.routing",
}


def measure_costs(rounds: int, most: int) -> dict[str, Any]:
    """Measure everything here."""
    return {
        "memory": measure_memory(most),
        "import": measure_import(max(3, rounds // 3)),
        "replace": measure_replace(rounds, most),
    }


def measure_memory(count: int) -> dict[str, float]:
    """Count the bytes of a route: its values and its part of the index."""
    say(f"memory of {count} routes")
    listed = synthetic(count)
    our_router(listed[:8])  # what is made once is not counted
    gc.collect()
    tracemalloc.start()
    router = our_router(listed)
    gc.collect()
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    del router
    return {"routes": count, "bytes per route": round(size / count)}


def measure_import(rounds: int) -> dict[str, float]:
    """Time the import in a new interpreter, in milliseconds; and that of attrs alone, which is part of it.

    Everything is compiled before, as an installer leaves it.
    """
    say("import")
    found: dict[str, list[float]] = {name: [] for name in _IMPORTS}
    with TemporaryDirectory() as compiled:
        setting = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        setting["PYTHONPYCACHEPREFIX"] = compiled
        for round_ in range(-1, rounds):
            for name, times in found.items():
                command = [sys.executable, "-c", _FRESH.format(_IMPORTS[name])]
                ended = subprocess.run(command, env=setting, capture_output=True, text=True, check=False)  # noqa: S603 - this interpreter
                if ended.returncode == 0 and round_ >= 0:
                    times.append(float(ended.stdout) * 1e3)
    return {name: round(statistics.median(times), 1) for name, times in found.items() if times}


def measure_replace(rounds: int, count: int) -> dict[str, float]:
    """Time the exchange of one route, in milliseconds, beside a copy of a dictionary of as many entries."""
    say(f"replace among {count} routes")
    listed = synthetic(count)
    router, copied = our_router(listed), {path: number for number, (_, path) in enumerate(listed)}
    rng = random.Random(4)  # noqa: S311 - repeatable, not secret
    chosen = [rng.choice(listed) for _ in range(5)]

    def exchange(suffix: str) -> Case:
        routes = [
            (f"{method} {path}", Route(f"{method} {path}", path=f"{path}{suffix}", methods=method, to="y"))
            for method, path in chosen
        ]

        def run(pairs: list[tuple[str, Route]]) -> None:
            for name, route in pairs:
                router.replace(name, route)

        return Case(lambda: routes, run, len(routes))

    cases = {
        "copy of a dictionary": Case(lambda: copied, dict, 1),
        "replace": exchange(""),
        "replace, another path": exchange("/other"),
    }
    times = measure(cases, rounds)
    return {name: round(found.least / 1e6, 4) for name, found in times.items()}

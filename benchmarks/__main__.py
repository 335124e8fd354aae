"""``python -m benchmarks``: measure everything, print tables, write JSON and plots."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import analysis, bench_patterns, costs, envoy, mesh, middleware, plots, requests, routers, servers
from benchmarks.budgets import budgets
from benchmarks.peers import PEERS
from benchmarks.timing import table

PARTS = (
    "lists",
    "growth",
    "nested",
    "mesh",
    "kinds",
    "patterns",
    "costs",
    "requests",
    "middleware",
    "servers",
    "analysis",
    "envoy",
)
LISTS = ("rest", "github", "gplus", "parse", "static", "param5")


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", action="append", choices=PARTS)
    parser.add_argument("--rounds", type=int, default=30, help="how often everything is measured (30)")
    parser.add_argument("--most", type=int, default=100_000, help="the largest number of routes (100000)")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--plots", type=Path, help="write plots into this folder (needs matplotlib)")
    options = parser.parse_args()
    work: dict[str, Callable[[], Any]] = {
        "lists": lambda: {name: found for name in LISTS if (found := routers.measure_list(name, options.rounds))},
        "growth": lambda: routers.measure_growth(options.rounds, options.most),
        "nested": lambda: routers.measure_nested(options.rounds, options.most),
        "mesh": lambda: mesh.measure_mesh(options.rounds),
        "kinds": lambda: mesh.measure_kinds(options.rounds),
        "patterns": bench_patterns.measure_patterns,
        "costs": lambda: costs.measure_costs(options.rounds, options.most),
        "requests": lambda: requests.measure_requests(options.rounds),
        "middleware": lambda: middleware.measure_middleware(options.rounds),
        "servers": servers.measure_servers,
        "analysis": lambda: analysis.measure_analysis(min(options.most, 10_000)),
        "envoy": envoy.measure_envoy,
    }
    result: dict[str, Any] = {"python": platform.python_version(), "peers": {peer: version(peer) for peer in PEERS}}
    for part in options.only or work:
        result[part] = work[part]()
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    if options.plots:
        options.plots.mkdir(parents=True, exist_ok=True)
        _draw(result, options.plots)
    print(report(result))
    return 0


def _draw(result: dict[str, Any], folder: Path) -> None:
    python = "Python " + ".".join(result["python"].split(".")[:2])
    if "growth" in result:
        plots.plot_growth(result["growth"], folder / "growth.svg", f"One look-up, {python}")
    if "kinds" in result:
        plots.plot_kinds(result["kinds"], folder / "virtual-host.svg", f"One virtual host, {python}")


def report(result: dict[str, Any]) -> str:
    """Lay a run out in tables; times are the least of all rounds, in nanoseconds."""
    parts = [f"Python {result['python']}", ", ".join(f"{peer} {found}" for peer, found in result["peers"].items())]
    for name, found in result.get("lists", {}).items():
        kinds = [kind for kind in found if kind != "routes"]
        rows = [[peer, *(_least(found[kind].get(peer)) for kind in kinds)] for peer in ("meshroute", *PEERS)]
        parts += [f"{name}, {found['routes']} routes, ns", table(["", *kinds], rows)]
    if "growth" in result:
        sizes = list(result["growth"])
        names = ("meshroute", "dictionary", *PEERS)
        for part, title in (("time", "growth, ns for a look-up"), ("building", "building, s")):
            rows = [
                [name, *(_least(result["growth"][size][part].get(name)) for size in sizes)]
                for name in names
                if part == "time" or name != "dictionary"
            ]
            parts += [title, table(["routes", *sizes], rows)]
    if "nested" in result:
        rows = [[size, *map(_least, found.values())] for size, found in result["nested"].items()]
        parts += ["a nested list, ns", table(["routes", "meshroute", "falcon"], rows)]
    for part, title in (
        ("mesh", "mesh tables, ns"),
        ("kinds", "one virtual host, ns"),
        ("requests", "requests, ns"),
        ("middleware", "middleware, ns"),
    ):
        for name, times in result.get(part, {}).items():
            parts += [f"{title}: {name}", table(["", *times], [["least", *(_least(time) for time in times.values())]])]
    for kind, counts in result.get("envoy", {}).items():
        rows = [[name, *(at[name] / counts["1"][name] for at in counts.values())] for name in ("envoy", "meshroute")]
        parts += [f"growth in one virtual host, times one route: {kind}", table(["routes", *counts], rows)]
    if "patterns" in result:
        rows = [[f"`{pattern}`", *found.values()] for pattern, found in result["patterns"].items()]
        parts += ["the worst patterns, for a byte", table(["", "match, ns", "search, ns", "steps of a match"], rows)]
    parts += _rest(result)
    rows = [[one.what, one.limit, one.found, "yes" if one.is_kept else "NO"] for one in budgets(result)]
    parts += ["budgets", table(["", "at most", "found", "kept"], rows)]
    return "\n\n".join(parts)


def _rest(result: dict[str, Any]) -> list[str]:
    parts: list[str] = []
    if "servers" in result:
        rows = [
            [name, *found["bare"], *found["routed"], found["routed"][0] / found["bare"][0]]
            for name, found in result["servers"].items()
        ]
        head = ["", "bare, median", "least", "most", "routed, median", "least", "most", "routed / bare"]
        parts += ["requests per second", table(head, rows)]
    if "analysis" in result:
        rows = [list(row.values()) for row in result["analysis"]]
        parts += ["lint and diff, s", table(["", "routes", "lint", "findings", "diff", "differences"], rows)]
    for name, found in result.get("costs", {}).items():
        parts += [name, table(["", *found], [["", *found.values()]])]
    return parts


def _least(found: Any) -> Any:  # noqa: ANN401 - a pair of times, a figure or nothing
    return found[0] if isinstance(found, list) else found


if __name__ == "__main__":
    sys.exit(main())

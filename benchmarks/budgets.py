"""The budgets of the project, and what a run says of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import frozen

from benchmarks.middleware import added


@frozen
class Budget:
    """One row.

    Args:
        what: What is compared.
        limit: The most that the ratio (or the figure) may be.
        found: What it is.
    """

    what: str
    limit: float
    found: float

    @property
    def is_kept(self) -> bool:
        """Whether it is kept."""
        return self.found <= self.limit


def budgets(result: dict[str, Any]) -> list[Budget]:
    """Work out every row that a run has figures for."""
    found: list[Budget] = []
    for part, rows in (("lists", _lists), ("growth", _growth), ("mesh", _mesh), ("kinds", _kinds), ("costs", _costs)):
        if part in result:
            found += rows(result[part])
    if "patterns" in result:
        most = max(one["steps"] for one in result["patterns"].values()) * 2**16 / 1e6
        found.append(Budget("worst pattern on 64 KiB, million steps", 50, most))
    for size, limit in (("10000", 0.5), ("100000", 0.2)):
        if size in result.get("nested", {}):
            ratio = _ratio(result["nested"][size], "meshroute", "falcon")
            found.append(Budget(f"{size} routes, nested, against falcon", limit, ratio))
    for name, times in result.get("middleware", {}).items():
        for protocol in ("ASGI", "WSGI"):
            found.append(Budget(f"{protocol} middleware, times resolve, {name}", 5, added(times, protocol)))
    if "requests" in result:
        found += [
            Budget(f"Request {kind}, µs, {name}", 1.5, times[0] / 1e3)
            for name, kinds in result["requests"].items()
            for kind, times in kinds.items()
            if "resolved" not in kind
        ]
    return found


def _lists(lists: dict[str, Any]) -> Iterator[Budget]:
    github = lists.get("github")
    if github:
        for kind, limit in (("all", 0.8), ("static", 0.4), ("404", 1.0), ("deep 404", 1.0)):
            yield Budget(f"GitHub list, {kind}, against falcon", limit, _ratio(github[kind], "meshroute", "falcon"))


def _growth(growth: dict[str, Any]) -> Iterator[Budget]:
    for size, limit in (("10000", 0.5), ("100000", 0.2)):
        at = growth.get(size)
        if at and "falcon" in at["time"]:
            yield Budget(f"{size} routes, against falcon", limit, _ratio(at["time"], "meshroute", "falcon"))
            building = at["building"]
            yield Budget(f"build of {size}, against falcon", 0.1, building["meshroute"] / building["falcon"])
    for size, limit in (("10000", 3), ("100000", 6)):
        if size in growth:
            ours = growth[size]["time"]["meshroute"][0] / growth["100"]["time"]["meshroute"][0]
            yield Budget(f"growth from 100 to {size} routes", limit, ours)


def _mesh(mesh: dict[str, Any]) -> Iterator[Budget]:
    for shape, limit in (("1000 x 20", 1.0), ("10 x 1000", 1 / 10), ("1 x 10000", 1 / 50)):
        yield Budget(f"mesh {shape}, against a scan", limit, _ratio(mesh[shape], "meshroute", "scan"))


def _kinds(kinds: dict[str, Any]) -> Iterator[Budget]:
    for kind, limit in (("prefix", 2), ("header", 2), ("regex", 4)):
        yield Budget(f"growth from 1 to 10 000, {kind}", limit, kinds[kind]["10000"][0] / kinds[kind]["1"][0])


def _costs(costs: dict[str, Any]) -> Iterator[Budget]:
    replace, copy = costs["replace"], costs["replace"]["copy of a dictionary"]
    yield Budget("replace, against a copy of a dictionary", 10, replace["replace"] / copy)
    yield Budget("replace with another path, the same", 10, replace["replace, another path"] / copy)
    yield Budget("bytes per route", 2048, costs["memory"]["bytes per route"])
    yield Budget("import, ms", 60, costs["import"]["meshroute"])
    yield Budget("import with Request, Route, Router, ms", 60, costs["import"]["with Request, Route, Router"])


def _ratio(times: dict[str, list[float]], ours: str, theirs: str) -> float:
    return times[ours][0] / times[theirs][0]

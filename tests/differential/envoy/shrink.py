"""Making a disagreement small: parts of the table and the request go as long as it stays."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

from attrs import evolve

from tests.differential.envoy.alphabet import Json
from tests.differential.envoy.asked import Asked
from tests.differential.envoy.rounds import compared

FOUND: Final = Path("tests/conformance/envoy/found")
BATCH: Final = 60
"""How many smaller tables one Envoy is asked about."""


def shrunk(table: Json, options: Json, asked: Asked) -> tuple[Json, Json, Asked]:
    """Make a disagreement small.

    Args:
        table: The RouteConfiguration.
        options: The options of its listener.
        asked: The request.

    Returns:
        A small table, options and request on which both sides still differ.
    """
    while True:
        candidates = list(_smaller(table, options, asked))
        for start in range(0, len(candidates), BATCH):
            batch = candidates[start : start + BATCH]
            at = _first_that_differs(batch)
            if at is not None:
                table, options, asked = batch[at]
                break
        else:
            return table, options, asked


def _first_that_differs(batch: list[tuple[Json, Json, Asked]]) -> int | None:
    for at, (table, options, asked) in enumerate(batch):
        try:
            if compared([(table, options)], [(0, asked)]).disagreements:
                return at
        except Exception:  # noqa: BLE001 - a table that one side refuses is no smaller one
            continue
    return None


def _smaller(table: Json, options: Json, asked: Asked) -> Iterator[tuple[Json, Json, Asked]]:
    for path in _removable(table, ()):
        smaller = copy.deepcopy(table)
        holder: Any = smaller
        for key in path[:-1]:
            holder = holder[key]
        del holder[path[-1]]
        yield smaller, options, asked
    for name in options:
        yield table, {key: value for key, value in options.items() if key != name}, asked
    for at in range(len(asked.headers)):
        yield table, options, evolve(asked, headers=asked.headers[:at] + asked.headers[at + 1 :])


def _removable(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    keys: list[Any] = list(cast("Json", value)) if isinstance(value, dict) else list(range(len(value)))
    for key in keys:
        yield (*path, key)
        if isinstance(value[key], dict | list):
            yield from _removable(value[key], (*path, key))


def keep(disagreement: dict[str, Any], folder: Path = FOUND) -> Path:
    """Make a disagreement small and keep it as a case.

    Args:
        disagreement: The disagreement.
        folder: Where cases are.

    Returns:
        The file.
    """
    table, options, asked = shrunk(disagreement["table"], disagreement["options"], disagreement["asked"])
    fields = compared([(table, options)], [(0, asked)]).disagreements[0]["fields"]
    case = {
        "why": "found by the differential suite; say here what it shows",
        "table": table,
        "options": options,
        "request": {"method": asked.method, "target": asked.target, "host": asked.host, "headers": asked.headers},
        "expected": {name: real for name, (_, real) in fields.items()},
    }
    folder.mkdir(parents=True, exist_ok=True)
    number = len(list(folder.glob("found-*.json")))
    file = folder / f"found-{number:03}.json"
    file.write_text(f"{json.dumps(case, indent=2, default=list)}\n", encoding="utf-8")
    return file

"""Answers that the real Envoy 1.40 gave, as data: each case says why it is one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.differential.envoy.asked import Asked
from tests.differential.envoy.compare import context_of, ours, request_of, router_of

FOLDER = Path(__file__).parent
CASES: list[dict[str, Any]] = json.loads((FOLDER / "cases.json").read_text("utf-8"))
FOUND = [json.loads(file.read_text("utf-8")) for file in sorted((FOLDER / "found").glob("*.json"))]


def _plain(value: object) -> object:
    """Return a value as JSON has it."""
    return json.loads(json.dumps(value, default=sorted))


@pytest.mark.parametrize("case", [*CASES, *FOUND], ids=lambda case: case["why"])
def test_envoy_s_answers(case: dict[str, Any]) -> None:
    given = case["request"]
    lines = tuple((name, value) for name, value in given["headers"])
    asked = Asked(given["method"], given["target"], given["host"], lines)
    request = request_of(asked, context=context_of(case["options"]))
    record = ours(router_of(case["table"], case["options"]).resolve(request))
    assert {name: _plain(getattr(record, name)) for name in case["expected"]} == case["expected"]

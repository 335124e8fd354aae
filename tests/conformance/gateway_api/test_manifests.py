"""Requests for the example manifests of the Gateway API, from the folder beside the checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from meshroute.readers import load
from tests.unit.readers.gateway_api.cases import cases_of, check

_CASES = cases_of(Path(__file__).parent / "manifests.yaml")


@pytest.mark.parametrize("case", _CASES)
def test_manifest(shared: Path, case: dict[str, Any]) -> None:
    folder = shared / "manifests" / "gateway-api" / "standard"
    check(load(*(folder / name for name in case["files"])), case)


def test_every_manifest_is_loaded_and_asked(shared: Path) -> None:
    folder = shared / "manifests" / "gateway-api" / "standard"
    asked = {name for case in _CASES for name in case.values[0]["files"]}
    found = {file.relative_to(folder).as_posix() for file in folder.rglob("*.yaml")}
    assert found - asked == set()
    for file in folder.rglob("*.yaml"):
        load(file)

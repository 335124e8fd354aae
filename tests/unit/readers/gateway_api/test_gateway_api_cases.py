"""Cases of the Gateway API as data, in ``cases``."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from meshroute.readers import load
from tests.unit.readers.gateway_api.cases import cases_of, check

_FILES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))


@pytest.mark.parametrize("case", [case for file in _FILES for case in cases_of(file)])
def test_case(case: dict[str, Any]) -> None:
    check(load(io.StringIO(case["documents"]), **case.get("load", {})), case)

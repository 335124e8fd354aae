"""Paths as the real Envoy 1.40.0 normalises them: recorded with ``normalize_path`` and ``merge_slashes`` on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from meshroute.text import merge_slashes, normalize_path

RECORDED: list[tuple[str, str | None]] = json.loads(Path(__file__).with_name("envoy_paths.json").read_text("utf-8"))


@pytest.mark.parametrize(("path", "expected"), RECORDED)
def test_equals_envoy(path: str, expected: str | None) -> None:
    normal = normalize_path(path)
    assert (None if normal is None else merge_slashes(normal)) == expected

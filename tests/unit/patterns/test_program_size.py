"""The size of RE2's program: equal to what google-re2 says (recorded), whatever the shape of the pattern."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from meshroute.patterns import program_size

SIZES: dict[str, int] = json.loads(Path(__file__).with_name("program_sizes.json").read_text("utf-8"))


@pytest.mark.parametrize(("pattern", "size"), SIZES.items())
def test_the_size_is_re2_s(pattern: str, size: int) -> None:
    assert program_size(pattern) == size


def test_deep_and_long_patterns_have_a_size() -> None:
    assert program_size("(" * 1000 + "a" + ")" * 1000) > 100
    assert program_size("|".join("a" * length for length in range(1, 300))) > 100
    assert program_size("(?:" * 1000 + "a?" + ")?" * 1000) > 0

"""Rules of patterns that deliberate bugs showed to be untested."""

from __future__ import annotations

import pytest

from meshroute.patterns import compile_pattern
from meshroute.patterns._parse import parse
from meshroute.patterns._safety import plan
from meshroute.patterns._texts import best_starts_first


@pytest.mark.parametrize("pattern", ["((?i)a)b", "(?:(?i)a)b", "(?i:a)b", "(?P<n>(?i)a)b"])
def test_flags_hold_to_the_end_of_their_group(pattern: str) -> None:
    fullmatch = compile_pattern(pattern).fullmatch
    assert [bool(fullmatch(value)) for value in ("ab", "Ab", "aB", "AB")] == [True, True, False, False]


def test_what_a_turn_of_a_loop_ends_with_may_be_what_the_next_one_starts_with() -> None:
    assert plan(parse("(?:ab(?:ab)?)*e")) is None
    assert plan(parse("(?:ab(?:cd)?)*e")) is not None


def test_a_text_may_lie_anywhere_within_a_longer_one() -> None:
    a, b, c = 1, 2, 4
    assert not best_starts_first(frozenset({(a, b, c), (a,)}))
    assert not best_starts_first(frozenset({(a, b, c), (b,)}))
    assert best_starts_first(frozenset({(a, b, c), (a, c)}))

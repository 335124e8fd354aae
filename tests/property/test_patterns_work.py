"""DESIGN §6: a pattern whose RE2 program is at most 100 takes at most 50 million steps on 64 KiB, whatever the text."""

from __future__ import annotations

import random

import pytest

from meshroute.patterns import parse, program_size
from meshroute.patterns._automaton import Automaton
from meshroute.patterns._captures import Search
from meshroute.patterns._program import build_program

LENGTH = 64 * 1024
MOST_STEPS = 50_000_000
PATTERNS = [
    "[ab]*a[ab]{93}c",  # 2**93 states: the cache is thrown away again and again
    "[ab]*a(?:[ab]?){45}c",  # each byte leads through nearly all instructions
    "(?:.*a){12}.*",
    "(?:a?){30}a{30}.*",
    "(?:(?:a|b|ab)*c?)*(?:a|b){20}",
    r"(?:\b.|\B.)*(?:[ab]?[ab]?){15}",
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_whole_match_is_bounded(pattern: str) -> None:
    assert program_size(pattern) <= 100
    rng = random.Random(1)  # noqa: S311 - repeatable, not secret
    automaton = Automaton(build_program(parse(pattern)))
    automaton.fullmatch("".join(rng.choice("ab") for _ in range(LENGTH)))
    assert 0 < automaton.steps <= MOST_STEPS


@pytest.mark.parametrize("pattern", PATTERNS[:2])
def test_a_search_is_bounded(pattern: str) -> None:
    search = Search(build_program(parse(pattern)), "ab" * (LENGTH // 16))
    search.first(0)
    assert 0 < search.steps <= MOST_STEPS // 8

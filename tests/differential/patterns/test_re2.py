"""Patterns against google-re2, which is what Envoy matches with (the pattern's bytes read as Latin-1)."""

from __future__ import annotations

import re
from collections.abc import Callable

import regex
from hypothesis import event, given
from hypothesis import strategies as st

from meshroute.errors import RouteError
from meshroute.patterns import Node, parse
from meshroute.patterns._automaton import Automaton
from meshroute.patterns._print import print_tree
from meshroute.patterns._program import build_program
from meshroute.patterns._safety import plan
from meshroute.patterns.pattern import Pattern
from tests.differential.patterns.grammar import patterns, soup, values_for
from tests.differential.patterns.oracle import groups_of, judge

VALUES_PER_PATTERN = 16


def parsed(pattern: str) -> Node | None:
    """Parse with our parser; None where it refuses."""
    try:
        return parse(pattern)
    except RouteError:
        return None


@given(soup)
def test_soup_is_accepted_or_refused_alike(pattern: str) -> None:
    assert (parsed(pattern) is None) == (judge(pattern) is None)


@given(patterns)
def test_grammar_is_accepted_or_refused_alike(pattern: str) -> None:
    assert (parsed(pattern) is None) == (judge(pattern) is None)


@given(patterns, st.integers(0, 2**32))
def test_engines_agree(pattern: str, seed: int) -> None:
    judged, tree = judge(pattern), parsed(pattern)
    assert (tree is None) == (judged is None)
    if tree is None or judged is None:
        return
    printed = print_tree(tree)
    planned = plan(tree)
    engines: dict[str, Callable[[str], object]] = {
        "re": re.compile(printed, re.ASCII).fullmatch,
        "regex": regex.compile(print_tree(tree, dialect="regex"), regex.ASCII).fullmatch,
        "automaton": Automaton(build_program(tree)).fullmatch,
        "small cache": Automaton(build_program(tree), max_cells=1).fullmatch,
    }
    if planned is not None:
        engines["planned"] = re.compile(print_tree(planned), re.ASCII).fullmatch
        engines["planned regex"] = regex.compile(print_tree(planned, dialect="regex"), regex.ASCII).fullmatch
    longest = 24 if planned is not None else 8  # the engines are tried where they may take exponential time, too
    compiled = Pattern(pattern)
    event(f"engine {compiled.engine}")
    for value in values_for(tree, seed, VALUES_PER_PATTERN, longest):
        found = judged.fullmatch(value.encode("latin-1"))
        expected = found is not None
        captured = None if found is None else groups_of(judged, found)
        event(f"matches {expected}")
        assert {name: bool(match(value)) for name, match in engines.items()} == dict.fromkeys(engines, expected), value
        assert bool(compiled.fullmatch(value)) == expected
        assert compiled.groups(value) == captured, value
        if expected:
            assert value.startswith(compiled.literal_prefix)
        if compiled.literal is not None:
            assert expected == (value == compiled.literal)

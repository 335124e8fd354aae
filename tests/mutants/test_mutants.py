"""Every deliberate bug still applies to the sources, and names a test that is there. Running them takes longer."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.mutants.record import ROOT, SOURCE, Mutant, areas

_ALL = [mutant for mutants in areas().values() for mutant in mutants]


@cache
def _tests_of(file: Path) -> frozenset[str]:
    return frozenset(
        node.name for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)
    )


def test_no_two_have_one_id() -> None:
    ids = [mutant.id for mutant in _ALL]
    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize("mutant", _ALL, ids=lambda mutant: mutant.id)
def test_it_applies_and_its_test_exists(mutant: Mutant) -> None:
    text = (SOURCE / mutant.path).read_text("utf-8")
    assert mutant.applied(text) != text
    file, _, name = mutant.test.partition("[")[0].partition("::")
    assert name.rpartition("::")[2] in _tests_of(ROOT / file)


def test_a_text_that_is_not_there_does_not_apply() -> None:
    mutant = Mutant("x", "text.py", "b", "c", "none", "none")
    assert mutant.applied("abc") == "acc"
    for text in ("ac", "abb"):
        with pytest.raises(LookupError, match="its text stands"):
            mutant.applied(text)

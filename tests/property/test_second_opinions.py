"""z3 and interegular on the same languages: emptiness, inclusion and equality."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from random import Random
from typing import Any

import pytest

from meshroute.patterns import Language

LETTERS = "ab/"

# neither has types that a strict check would take
interegular: Any = import_module("interegular")
z3: Any = import_module("z3")


class Made:
    """One expression, for us and interegular as a pattern, and for z3 as a term."""

    def __init__(self, source: str, term: Any) -> None:  # noqa: ANN401 - z3 has no types
        self.source = source
        self.term = term


def _letter(rng: Random, _depth: int) -> Made:
    if rng.randrange(3):
        letter = rng.choice(LETTERS)
        return Made(letter, z3.Re(letter))
    some = sorted(rng.sample(LETTERS, 2))
    return Made(f"[{''.join(some)}]", z3.Union(z3.Re(some[0]), z3.Re(some[1])))


def _joined(rng: Random, depth: int) -> Made:
    one, other = made(rng, depth - 1), made(rng, depth - 1)
    return Made(f"{one.source}{other.source}", z3.Concat(one.term, other.term))


def _either(rng: Random, depth: int) -> Made:
    one, other = made(rng, depth - 1), made(rng, depth - 1)
    return Made(f"({one.source}|{other.source})", z3.Union(one.term, other.term))


def _repeated(rng: Random, depth: int) -> Made:
    one = made(rng, depth - 1)
    kinds: dict[str, Callable[[Any], Any]] = {"*": z3.Star, "+": z3.Plus, "?": z3.Option}
    mark = rng.choice(sorted(kinds))
    return Made(f"({one.source}){mark}", kinds[mark](one.term))


def made(rng: Random, depth: int) -> Made:
    """Draw an expression."""
    return rng.choice((_letter, _letter, _joined, _either, _repeated) if depth else (_letter,))(rng, depth)


def _is_empty(term: Any) -> bool | None:  # noqa: ANN401 - z3 has no types
    """Ask z3 whether a language is empty; None where it does not know in time."""
    text, solver = z3.String("text"), z3.Solver()
    solver.set("timeout", 2000)
    solver.add(z3.InRe(text, term))
    answer = solver.check()
    return None if answer == z3.unknown else answer == z3.unsat


@pytest.mark.parametrize("seed", range(40))
def test_inclusion_and_equality(seed: int) -> None:
    rng = Random(seed)  # noqa: S311 - repeatable, not secret
    one, other = made(rng, 3), made(rng, 3)
    mine, its = Language.of(one.source), Language.of(other.source)
    theirs = [interegular.parse_pattern(each.source).to_fsm() for each in (one, other)]
    assert mine.is_within(its) == theirs[0].issubset(theirs[1])
    assert (mine == its) == theirs[0].equivalent(theirs[1])
    assert (mine & its).is_empty == theirs[0].isdisjoint(theirs[1])
    said = _is_empty(z3.Intersect(one.term, z3.Complement(other.term)))
    assert said in {None, mine.is_within(its)}
    met = _is_empty(z3.Intersect(one.term, other.term))
    assert met in {None, (mine & its).is_empty}


@pytest.mark.parametrize("seed", range(20))
def test_members(seed: int) -> None:
    found = made(Random(seed), 3)  # noqa: S311 - repeatable, not secret
    language, theirs = Language.of(found.source), interegular.parse_pattern(found.source).to_fsm()
    for member in (language.readable(), language.shortest()):
        assert member is not None
        assert theirs.accepts(member)

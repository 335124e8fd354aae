"""Patterns on which backtracking engines take exponential time.

An engine that backtracks tries every way through the pattern before it gives a value up. There are exponentially many
if, and only if, some state can be left and reached again by two ways that read the same text (Weber and Seidl, "On the
degree of ambiguity of finite automata", 1991): two copies of the automaton, side by side, go from that state to two
different ones and back. Such a text, repeated, is an attack, where what follows it can make the match fail.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from meshroute.patterns._language import Language
from meshroute.patterns._members import cheapest
from meshroute.patterns._minimal import LanguageTooLargeError
from meshroute.patterns._program import Program, Split, Step, build_program
from meshroute.patterns.pattern import Pattern

MAX_STEPS: Final = 100
"""How many places that read a byte a pattern may have to be looked at."""
_REPEATS: Final = (5, 6, 7)
_Pair = tuple[int, int]
Node = TypeVar("Node")


def is_exponential(pattern: Pattern) -> bool:
    """Tell whether engines that backtrack take exponential time on some values; that is proved, or not said.

    Args:
        pattern: The pattern.

    Returns:
        True if there is an attack; False where there is none, or none was found.

    >>> from meshroute.patterns.pattern import compile_pattern
    >>> [is_exponential(compile_pattern(source)) for source in ("(a|aa)+c", "a+c", "(a*)*b", "(a|aa)*(?s:.*)")]
    [True, False, True, False]
    """
    program = build_program(pattern.tree)
    steps = [place for place, one in enumerate(program.instructions) if isinstance(one, Step)]
    if program.has_assertions or len(steps) > MAX_STEPS:
        return False
    following = {place: _reached(program, _step(program, place).target) for place in steps}
    for place, before in _ways_to(program, following).items():
        repeated = _loop(program, following, place)
        if repeated is not None and _can_fail(pattern, before, repeated):
            return True
    return False


def _step(program: Program, place: int) -> Step:
    found = program.instructions[place]
    assert isinstance(found, Step)  # noqa: S101 - for the type checkers
    return found


def _reached(program: Program, start: int) -> dict[int, int]:
    """Return the steps that come next without reading, each with the number of ways there: one, or two for more."""
    ways: dict[int, int] = {}
    visits: dict[int, int] = {}
    todo = [start]
    while todo:
        place = todo.pop()
        visits[place] = visits.get(place, 0) + 1
        if visits[place] > 2:
            continue  # a way that comes here again and again is no other one than the second
        match program.instructions[place]:
            case Step():
                ways[place] = min(ways.get(place, 0) + 1, 2)
            case Split(targets):
                todo.extend(targets)
            case _:
                pass  # the end; nothing is captured, and assertions were ruled out
    return ways


def _ways_to(program: Program, following: dict[int, dict[int, int]]) -> dict[int, str]:
    """Return a text that leads to each step that can be reached."""
    starts = _reached(program, program.start)
    found = dict.fromkeys(starts, "")
    todo = list(starts)
    for place in todo:  # grows while it runs
        for target in following[place]:
            if target not in found:
                found[target] = found[place] + cheapest(_step(program, place).mask)
                todo.append(target)
    return found


def _loop(program: Program, following: dict[int, dict[int, int]], place: int) -> str | None:
    """Find a text that leads from a step back to itself in two ways."""

    def moves(pair: tuple[_Pair, bool]) -> Iterable[tuple[str, tuple[_Pair, bool]]]:
        (one, other), apart = pair
        mask = _step(program, one).mask & _step(program, other).mask
        if mask:
            symbol = cheapest(mask)
            for target, ways in following[one].items():
                for its_target in following[other]:
                    twice = target == its_target and one == other and ways > 1
                    yield symbol, ((target, its_target), apart or twice or target != its_target)

    return _path(((place, place), False), moves, ((place, place), True))


def _path(start: Node, moves: Callable[[Node], Iterable[tuple[str, Node]]], end: Node) -> str | None:
    """Find a shortest text that leads from one node of a graph to another."""
    known: dict[Node, str] = {start: ""}
    todo = deque([start])
    while todo:
        node = todo.popleft()
        for symbol, target in moves(node):
            if target == end:
                return known[node] + symbol
            if target not in known:
                known[target] = known[node] + symbol
                todo.append(target)
    return None


def _can_fail(pattern: Pattern, before: str, repeated: str) -> bool:
    """Tell whether what follows can make a match fail: where anything may follow, the first way is good."""
    try:
        language = Language.of(pattern)
    except LanguageTooLargeError:
        return False
    everything = Language.prefix("")
    return all(language.after(before + repeated * times) != everything for times in _REPEATS)

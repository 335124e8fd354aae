"""Automata as tables: exploring them, and the one smallest table of each language.

A table has a row of moves for each state, state 0 first: pairs of a set of symbols, as a mask, and the state that they
lead to. The sets of a row do not meet; a symbol in none of them leads nowhere. The smallest table, without states from
which nothing is accepted, and numbered in the order in which a search finds them, is the same for all automata of one
language (Myhill and Nerode): comparing languages is comparing tables.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Final, TypeVar

Row = tuple[tuple[int, int], ...]
Rows = tuple[Row, ...]
State = TypeVar("State", bound=Hashable)

MAX_STATES: Final = 5_000
"""How many states an automaton may have while it is made."""


class LanguageTooLargeError(Exception):
    """An automaton has too many states: what was asked about it is not known."""

    def __init__(self, most: int) -> None:
        super().__init__(f"an automaton has more than {most} states")


def explore(
    start: State,
    moves: Callable[[State], Iterable[tuple[int, State]]],
    ends: Callable[[State], bool],
) -> tuple[Rows, int]:
    """Make the smallest table of an automaton.

    Args:
        start: The state before the first symbol.
        moves: The moves from a state, as pairs of a mask and a state; the masks of one state do not meet.
        ends: Whether what leads to a state is accepted.

    Returns:
        The rows, and the accepting states as a mask.

    Raises:
        LanguageTooLargeError: It has more than `MAX_STATES` states.

    >>> explore(0, lambda state: [(0b10, (state + 1) % 4)], lambda state: state % 2 == 0)
    ((((2, 1),), ((2, 0),)), 1)
    """
    numbers = {start: 0}
    todo = [start]
    rows: list[dict[int, int]] = []
    for state in todo:  # grows while it runs
        row: dict[int, int] = {}
        for mask, target in moves(state):
            if mask:
                number = numbers.setdefault(target, len(numbers))
                if number == len(todo):
                    if number >= MAX_STATES:
                        raise LanguageTooLargeError(MAX_STATES)
                    todo.append(target)
                row[number] = row.get(number, 0) | mask
        rows.append(row)
    return _smallest(rows, [ends(state) for state in todo])


def _smallest(rows: list[dict[int, int]], accepts: list[bool]) -> tuple[Rows, int]:
    distances = _distances(rows, accepts)
    if distances[0] is None:
        return ((),), 0
    classes = _classes(rows, distances)
    # One row for each class, numbered in the order of a search that goes by the least symbol
    numbers = {classes[0]: 0}
    todo = [0]
    found: list[Row] = []
    accepting = 0
    for state in todo:  # grows while it runs
        if accepts[state]:
            accepting |= 1 << len(found)
        merged: dict[int, int] = {}
        sample: dict[int, int] = {}
        for target, mask in rows[state].items():
            if distances[target] is not None:
                merged[classes[target]] = merged.get(classes[target], 0) | mask
                sample[classes[target]] = target
        row: list[tuple[int, int]] = []
        for group, mask in sorted(merged.items(), key=lambda pair: pair[1] & -pair[1]):
            if group not in numbers:
                numbers[group] = len(todo)
                todo.append(sample[group])
            row.append((mask, numbers[group]))
        found.append(tuple(row))
    return tuple(found), accepting


def _distances(rows: list[dict[int, int]], accepts: list[bool]) -> list[int | None]:
    """Say how far each state is from acceptance; None where nothing is accepted any more."""
    before: list[list[int]] = [[] for _ in rows]
    for state, row in enumerate(rows):
        for target in row:
            before[target].append(state)
    distances: list[int | None] = [0 if accepted else None for accepted in accepts]
    todo = [state for state, accepted in enumerate(accepts) if accepted]
    for state in todo:  # grows while it runs
        following = (distances[state] or 0) + 1
        for other in before[state]:
            if distances[other] is None:
                distances[other] = following
                todo.append(other)
    return distances


def _classes(rows: list[dict[int, int]], distances: list[int | None]) -> list[int]:
    """Put states into one class that no continuation tells apart (Moore); the distances are a good start."""
    living = [state for state, distance in enumerate(distances) if distance is not None]
    classes = [-1 if distance is None else distance for distance in distances]
    count = len({classes[state] for state in living})
    while count < len(living):
        signatures: dict[tuple[int, frozenset[tuple[int, int]]], int] = {}
        refined = list(classes)
        for state in living:
            merged: dict[int, int] = {}
            for target, mask in rows[state].items():
                group = classes[target]
                if group >= 0:
                    merged[group] = merged.get(group, 0) | mask
            signature = classes[state], frozenset(merged.items())
            refined[state] = signatures.setdefault(signature, len(signatures))
        classes = refined
        if len(signatures) == count:
            break
        count = len(signatures)
    return classes

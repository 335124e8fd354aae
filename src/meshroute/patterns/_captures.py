"""Group captures in linear time: all paths of a program at once, each with its captures (Pike's simulation).

Paths are kept in order of preference and each instruction is entered at most once per place in the value, by the most
preferred path that gets there. That is RE2's leftmost-first rule, and why a nullable loop keeps its last non-empty
iteration: the path of an empty one comes to the loop's instruction a second time and ends there.
"""

from __future__ import annotations

from meshroute.patterns._program import EDGE, Accept, Check, Program, Save, Split, Step, holds, surroundings

_Path = tuple[Step | Accept, tuple[int, ...]]


def match_slots(program: Program, value: str) -> tuple[int, ...] | None:
    """Match the whole value and return the places that the Save instructions noted.

    Args:
        program: A program built with slots.
        value: Wire text.

    Returns:
        For each slot the place, or -1 where the group took no part; None without a match.

    >>> from meshroute.patterns._parse import parse
    >>> from meshroute.patterns._program import build_program
    >>> match_slots(build_program(parse("(?:(a*)b)*"), {1: 0}), "aabb")
    (3, 3)
    """
    try:
        data = value.encode("latin-1")
    except UnicodeEncodeError:
        return None
    before = EDGE
    starts = [(program.start, (-1,) * program.slots)]
    for place, byte in enumerate(data):
        after = surroundings(byte)
        bit = 1 << byte
        starts = [
            (step.target, slots)
            for step, slots in _follow(program, starts, place, before, after)
            if isinstance(step, Step) and step.mask & bit
        ]
        if not starts:
            return None
        before = after
    for step, slots in _follow(program, starts, len(data), before, EDGE):
        if isinstance(step, Accept):
            return slots
    return None


def _follow(
    program: Program, starts: list[tuple[int, tuple[int, ...]]], place: int, before: int, after: int
) -> list[_Path]:
    """Follow all empty moves from the given instructions, in order of preference."""
    instructions = program.instructions
    seen: set[int] = set()
    paths: list[_Path] = []
    todo = starts[::-1]
    while todo:
        index, slots = todo.pop()
        if index in seen:
            continue
        seen.add(index)
        match instructions[index]:
            case Split(targets):
                todo.extend((target, slots) for target in reversed(targets))
            case Save(slot, target):
                todo.append((target, (*slots[:slot], place, *slots[slot + 1 :])))
            case Check(kind, target):
                if holds(kind, before, after):
                    todo.append((target, slots))
            case end:
                paths.append((end, slots))
    return paths

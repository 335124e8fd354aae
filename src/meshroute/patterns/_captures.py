"""Group captures in linear time: all paths of a program at once, each with its captures (Pike's simulation).

Paths are kept in order of preference and each instruction is entered at most once per place in the value, by the most
preferred path that gets there. That is RE2's leftmost-first rule, and why a nullable loop keeps its last non-empty
iteration: the path of an empty one comes to the loop's instruction a second time and ends there.
"""

from __future__ import annotations

from collections.abc import Iterator

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


class Search:
    """Searches a value, place by place, for matches of a program: the leftmost, and of those the most preferred.

    Args:
        program: A program built with slots for the groups that are wanted.
        value: Wire text.

    Attributes:
        steps: How many instructions were visited, for the cap on replacements and tests of the bound.

    Raises:
        UnicodeEncodeError: The value is no wire text.
    """

    __slots__ = ("_data", "_program", "steps")

    def __init__(self, program: Program, value: str) -> None:
        self._program = program
        self._data = value.encode("latin-1")
        self.steps = 0

    def first(self, start: int) -> tuple[int, ...] | None:
        """Find the first match at or after a place; assertions see the whole value.

        Args:
            start: The place.

        Returns:
            The place of the match's start, then the places that the Save instructions noted (-1 where a group took no
            part), then the place of its end; None without a match.
        """
        program, data = self._program, self._data
        unset = (-1,) * program.slots
        before = surroundings(data[start - 1]) if start else EDGE
        threads: list[tuple[int, tuple[int, ...]]] = []
        origins: list[int] = []
        best: tuple[int, ...] | None = None
        for place in range(start, len(data) + 1):
            after = surroundings(data[place]) if place < len(data) else EDGE
            if best is None:  # a match that starts later is preferred less
                threads.append((program.start, unset))
                origins.append(place)
            elif not threads:
                break
            bit = 1 << data[place] if place < len(data) else 0
            following: list[tuple[int, tuple[int, ...]]] = []
            following_origins: list[int] = []
            for step, slots, origin in self._paths(threads, origins, place, before, after):
                if isinstance(step, Accept):
                    best = (origin, *slots, place)
                    break  # what comes after is preferred less
                if step.mask & bit:
                    following.append((step.target, slots))
                    following_origins.append(origin)
            threads, origins, before = following, following_origins, after
        return best

    def _paths(
        self, threads: list[tuple[int, tuple[int, ...]]], origins: list[int], place: int, before: int, after: int
    ) -> Iterator[tuple[Step | Accept, tuple[int, ...], int]]:
        """Follow all empty moves, in order of preference; each instruction is entered once."""
        instructions = self._program.instructions
        seen: set[int] = set()
        for (index, slots), origin in zip(threads, origins, strict=True):
            todo = [(index, slots)]
            while todo:
                at, noted = todo.pop()
                if at in seen:
                    continue
                seen.add(at)
                self.steps += 1
                match instructions[at]:
                    case Split(targets):
                        todo.extend((target, noted) for target in reversed(targets))
                    case Save(slot, target):
                        todo.append((target, (*noted[:slot], place, *noted[slot + 1 :])))
                    case Check(kind, target):
                        if holds(kind, before, after):
                            todo.append((target, noted))
                    case end:
                        yield end, noted, origin

"""Full matches in linear time: the program of a pattern as an automaton, made deterministic while it runs.

A state is a set of instructions (where the simulation of all paths stands before it follows empty moves) and, if the
program has assertions, what kind of byte came before. The transitions of a state are computed when they are first
needed and kept; computing one visits each instruction at most once, so a value of n bytes costs at most
n * (program size) visits, however often the kept states must be thrown away.

Bytes that no instruction tells apart share a transition.

There are no locks. Threads may compute the same transition twice and then store equal results; when the states have
grown too many, a whole new cache replaces the old one by a single assignment, and a thread that still walks through the
old one can add nothing to it but links into the new one.
"""

from __future__ import annotations

from typing import Final

from meshroute.patterns._program import (
    AT_OTHER,
    EDGE,
    SURROUNDINGS,
    Check,
    Program,
    Save,
    Split,
    Step,
    holds,
    surroundings,
)
from meshroute.patterns._tree import ALL_BYTES, BYTES, NEWLINE, WORD

_MAX_CELLS: Final = 200_000
"""How large a cache may grow: the sum over its states of transitions and instructions."""


class State:
    """One state: a row of transitions to fill, and what they are computed from."""

    __slots__ = ("before", "closures", "kernel", "row")

    def __init__(self, kernel: frozenset[int], before: int, width: int) -> None:
        self.kernel = kernel
        self.before = before
        self.row: list[State | None] = [None] * width
        self.closures: list[tuple[tuple[Step, ...], bool] | None] = [None] * SURROUNDINGS


class _Cache:
    """The states known so far."""

    __slots__ = ("cells", "start", "states")

    def __init__(self, start: State) -> None:
        self.start = start
        self.states = {(start.kernel, start.before): start}
        self.cells = 0


def byte_blocks(masks: set[int]) -> list[int]:
    """Split the bytes into the largest blocks that no mask cuts.

    Args:
        masks: Sets of bytes.

    Returns:
        The blocks, as masks; each byte is in one.

    >>> len(byte_blocks({0b011, 0b010}))
    3
    """
    blocks = [ALL_BYTES]
    for mask in masks:
        if len(blocks) == len(BYTES):
            break
        blocks = [part for block in blocks for part in (block & mask, block & ~mask) if part]
    return blocks


class Automaton:
    """Tells whether values match a program, in time linear in their length.

    Args:
        program: The program.
        max_cells: How large the cache of states may grow before it is thrown away.
    """

    __slots__ = ("_blocks", "_cache", "_kinds", "_max_cells", "_program", "_table", "steps")

    def __init__(self, program: Program, max_cells: int = _MAX_CELLS) -> None:
        self._program = program
        self._max_cells = max_cells
        masks = {instruction.mask for instruction in program.instructions if isinstance(instruction, Step)}
        if program.has_assertions:
            masks |= {NEWLINE, WORD}
        blocks = byte_blocks(masks)
        table = bytearray(len(BYTES))
        for index, block in enumerate(blocks):
            for byte in range(len(BYTES)):
                if block >> byte & 1:
                    table[byte] = index
        self._table = bytes(table)
        self._blocks = blocks
        self._kinds = [surroundings(block.bit_length() - 1) if program.has_assertions else AT_OTHER for block in blocks]
        self._cache = self._new_cache()
        self.steps = 0
        """Visits of instructions while computing transitions, for tests of the linear bound."""

    def fullmatch(self, value: str) -> bool:
        """Tell whether the whole value matches.

        Args:
            value: Wire text; other text never matches.

        Returns:
            True if it matches.

        >>> from meshroute.patterns._parse import parse
        >>> from meshroute.patterns._program import build_program
        >>> Automaton(build_program(parse("(a|aa)+c"))).fullmatch("aaac")
        True
        """
        try:
            data = value.encode("latin-1").translate(self._table)
        except UnicodeEncodeError:
            return False
        state = self._cache.start
        for block in data:
            following = state.row[block]
            state = self._advance(state, block) if following is None else following
        return self._closure(state, EDGE)[1]

    @property
    def blocks(self) -> tuple[int, ...]:
        """The sets of bytes that it does not tell apart, as masks."""
        return tuple(self._blocks)

    @property
    def start(self) -> State:
        """The state before the first byte."""
        return self._cache.start

    def follow(self, state: State, byte: int) -> State:
        """Return the state after one more byte.

        Args:
            state: A state.
            byte: The byte.

        Returns:
            The next state.
        """
        block = self._table[byte]
        return state.row[block] or self._advance(state, block)

    def ends(self, state: State) -> bool:
        """Tell whether the text up to a state matches as a whole.

        Args:
            state: A state.

        Returns:
            Whether it does.
        """
        return self._closure(state, EDGE)[1]

    def _new_cache(self) -> _Cache:
        start = State(frozenset((self._program.start,)), EDGE, len(self._blocks))
        return _Cache(start)

    def _advance(self, state: State, block: int) -> State:
        """Compute a transition and keep it."""
        bytes_of_block = self._blocks[block]
        kind = self._kinds[block]
        moves, _ = self._closure(state, kind)
        self.steps += len(moves)
        kernel = frozenset([move.target for move in moves if move.mask & bytes_of_block])
        before = kind if self._program.has_assertions else EDGE
        cache = self._cache
        found = cache.states.get((kernel, before))
        if found is None:
            if cache.cells > self._max_cells:
                self._cache = cache = self._new_cache()
            found = cache.states.setdefault((kernel, before), State(kernel, before, len(self._blocks)))
            cache.cells += len(self._blocks) + len(kernel) + len(moves)
        state.row[block] = found
        return found

    def _closure(self, state: State, after: int) -> tuple[tuple[Step, ...], bool]:
        """Follow the empty moves: the steps that may come next, and whether the pattern accepts here."""
        slot = after if self._program.has_assertions else EDGE
        known = state.closures[slot]
        if known is not None:
            return known
        instructions = self._program.instructions
        seen = set(state.kernel)
        todo = list(state.kernel)
        moves: list[Step] = []
        accepts = False
        for index in todo:  # grows while it runs
            match instructions[index]:
                case Step() as step:
                    moves.append(step)
                    continue
                case Split(targets):
                    reached = targets
                case Check(kind, target):
                    reached = (target,) if holds(kind, state.before, after) else ()
                case Save(_, target):
                    reached = (target,)
                case _:
                    accepts = True
                    continue
            fresh = [target for target in reached if target not in seen]
            seen.update(fresh)
            todo += dict.fromkeys(fresh)
        self.steps += len(todo)
        result = (tuple(moves), accepts)
        state.closures[slot] = result
        return result

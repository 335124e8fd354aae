"""Trees into programs: the instructions that the automaton and the capturing simulation run.

Thompson's construction, in the shape RE2 gives it (re2/simplify.cc, re2/compile.cc), because the order in which
paths are tried decides what groups capture: ``x{2,4}`` is ``xx(x(x)?)?``, ``x{2,}`` is ``xx+``, and ``x*`` of an
``x`` that can be empty is ``(x+)?``. Counted repeats are expanded; ``MAX_PROGRAM_SIZE`` bounds the result.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from attrs import frozen

from meshroute.patterns._facts import FactBook
from meshroute.patterns._tree import (
    NEWLINE,
    WORD,
    Alternate,
    Assert,
    AssertKind,
    Atomic,
    Chars,
    Concat,
    Group,
    Node,
    Repeat,
)

# What stands before or after a place in the text, as far as assertions can tell.
EDGE: Final = 0
AT_NEWLINE: Final = 1
AT_WORD: Final = 2
AT_OTHER: Final = 3
SURROUNDINGS: Final = 4


@frozen
class Step:
    """Consume one byte of a mask, then go on."""

    mask: int
    target: int


@frozen
class Split:
    """Go on at each of the targets, the first preferred."""

    targets: tuple[int, ...]


@frozen
class Check:
    """Go on if an assertion holds."""

    kind: AssertKind
    target: int


@frozen
class Save:
    """Note the place in a slot, then go on."""

    slot: int
    target: int


@frozen
class Accept:
    """The pattern has matched."""


Instruction: TypeAlias = Step | Split | Check | Save | Accept

_ACCEPT: Final = Accept()


@frozen
class Program:
    """A compiled tree.

    Args:
        instructions: The instructions; targets are indexes into them.
        start: Where to start.
        has_assertions: Whether there is any Check.
        slots: How many slots Save instructions use.
    """

    instructions: tuple[Instruction, ...]
    start: int
    has_assertions: bool
    slots: int


def surroundings(byte: int) -> int:
    """Classify a byte for assertions.

    Args:
        byte: The byte.

    Returns:
        ``AT_NEWLINE``, ``AT_WORD`` or ``AT_OTHER``; ``EDGE`` is for no byte at all.

    >>> surroundings(10), surroundings(65), surroundings(32)
    (1, 2, 3)
    """
    bit = 1 << byte
    if bit & NEWLINE:
        return AT_NEWLINE
    return AT_WORD if bit & WORD else AT_OTHER


_HOLDS: Final[dict[AssertKind, Callable[[int, int], bool]]] = {
    AssertKind.TEXT_START: lambda before, _: before == EDGE,
    AssertKind.TEXT_END: lambda _, after: after == EDGE,
    AssertKind.LINE_START: lambda before, _: before in {EDGE, AT_NEWLINE},
    AssertKind.LINE_END: lambda _, after: after in {EDGE, AT_NEWLINE},
    AssertKind.WORD_BOUNDARY: lambda before, after: (before == AT_WORD) != (after == AT_WORD),
    AssertKind.NOT_WORD_BOUNDARY: lambda before, after: (before == AT_WORD) == (after == AT_WORD),
}


def holds(kind: AssertKind, before: int, after: int) -> bool:
    """Tell whether an assertion holds between two surroundings.

    Args:
        kind: The assertion.
        before: What stands before the place.
        after: What stands after it.

    Returns:
        True if it holds.

    >>> holds(AssertKind.TEXT_START, EDGE, AT_WORD)
    True
    """
    return _HOLDS[kind](before, after)


def build_program(root: Node, slots: dict[int, int] | None = None) -> Program:
    """Compile a tree.

    Args:
        root: The tree.
        slots: For each group that is to be captured, its index and the slot of its start; its end goes to the next one.

    Returns:
        The program.

    >>> from meshroute.patterns._parse import parse
    >>> len(build_program(parse("a{3}")).instructions)
    4
    """
    builder = _Builder(slots or {})
    builder.run(root)
    instructions = tuple(builder.instructions)
    checks = any(isinstance(instruction, Check) for instruction in instructions)
    return Program(instructions, builder.entries[0], checks, 2 * len(slots or {}))


def _with_sets_joined(items: tuple[Node, ...]) -> list[Node]:
    """Make neighbouring sets of bytes one: whichever of them takes a byte, the same follows."""
    found: list[Node] = []
    for item in items:
        if isinstance(item, Chars) and found and isinstance(found[-1], Chars):
            found[-1] = Chars(found[-1].mask | item.mask)
        else:
            found.append(item)
    return found


class _Builder:
    """Compiles from the end of the text to its start.

    ``entries`` is a stack: a task takes the place to go on to off it, and puts the place to come in at onto it.
    """

    def __init__(self, slots: dict[int, int]) -> None:
        self.slots = slots
        self.book = FactBook()
        self.instructions: list[Instruction] = [_ACCEPT]
        self.entries = [0]
        self.tasks: list[Callable[[], None]] = []

    def run(self, root: Node) -> None:
        """Compile everything."""
        self.book.of(root)  # all facts in one pass from the leaves up
        self.visit(root)
        while self.tasks:
            self.tasks.pop()()

    def emit(self, instruction: Instruction) -> int:
        """Add an instruction and return its index."""
        self.instructions.append(instruction)
        return len(self.instructions) - 1

    def later(self, node: Node) -> None:
        """Compile a node after the tasks already planned on top of it."""
        self.tasks.append(lambda: self.visit(node))

    def visit(self, node: Node) -> None:
        """Compile a node, or plan the tasks for it."""
        match node:
            case Chars(mask):
                self.entries.append(self.emit(Step(mask, self.entries.pop())))
            case Assert(kind):
                self.entries.append(self.emit(Check(kind, self.entries.pop())))
            case Concat(items):
                for item in items:
                    self.later(item)
            case Alternate(items):
                self.alternate(_with_sets_joined(items))
            case Group(item, index):
                self.group(item, index)
            case Repeat():
                self.repeat(node)
            case Atomic(item):
                self.later(item)  # it is made only where committing loses no match
            case _:
                pass  # Empty: come in where to go on

    def alternate(self, items: list[Node]) -> None:
        """Plan a Split over all alternatives, each going on to the same place."""
        if len(items) == 1:
            self.later(items[0])
            return
        target = self.entries.pop()
        count = len(items)

        def join() -> None:
            entries = tuple(self.entries[-count:])
            del self.entries[-count:]
            self.entries.append(self.emit(Split(entries)))

        self.tasks.append(join)
        for item in reversed(items):
            self.later(item)
            self.tasks.append(lambda: self.entries.append(target))

    def group(self, item: Node, index: int) -> None:
        """Plan a group, between two Saves if it is to be captured."""
        slot = self.slots.get(index)
        if slot is not None:
            self.entries.append(self.emit(Save(slot + 1, self.entries.pop())))
            self.tasks.append(lambda: self.entries.append(self.emit(Save(slot, self.entries.pop()))))
        self.later(item)

    def repeat(self, node: Repeat) -> None:
        """Plan a repeat."""
        if node.high is None:
            for _ in range(node.low - 1):
                self.later(node.item)
            self.loop(node)
        else:
            for _ in range(node.low):
                self.later(node.item)
            if node.high > node.low:
                self.options(node, node.high - node.low)

    def ordered(self, body: int, out: int, *, greedy: bool) -> Split:
        """Make the choice between one more time and no more."""
        return Split((body, out) if greedy else (out, body))

    def loop(self, node: Repeat) -> None:
        """Plan ``x*`` (low 0) or ``x+``."""
        out = self.entries.pop()
        again = self.emit(_ACCEPT)  # replaced below, when the entry of the body is known
        self.entries.append(again)
        may_skip = node.low == 0

        def close() -> None:
            body = self.entries.pop()
            self.instructions[again] = self.ordered(body, out, greedy=node.greedy)
            if not may_skip:
                self.entries.append(body)
            elif self.book.of(node.item).nullable:
                self.entries.append(self.emit(self.ordered(body, out, greedy=node.greedy)))
            else:
                self.entries.append(again)

        self.tasks.append(close)
        self.later(node.item)

    def options(self, node: Repeat, count: int) -> None:
        """Plan ``(x(x(x)?)?)?``, the innermost first; each may go out to the same place."""
        out = self.entries[-1]

        def close() -> None:
            self.entries.append(self.emit(self.ordered(self.entries.pop(), out, greedy=node.greedy)))

        for _ in range(count):
            self.tasks.append(close)
            self.later(node.item)

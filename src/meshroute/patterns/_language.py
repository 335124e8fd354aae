"""Sets of texts: regular languages with union, intersection, difference, comparison, and members good to read.

A language is its smallest deterministic automaton (see `meshroute.patterns._minimal`), so that two languages are equal
if and only if their automata are, and a set is empty if and only if its automaton accepts nowhere. Texts are made of
bytes and of one symbol more, which separates the lines of headers. Making an automaton with too many states fails with
`LanguageTooLargeError`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import lru_cache
from typing import Final, TypeVar

from meshroute.patterns._automaton import Automaton
from meshroute.patterns._automaton import State as Running
from meshroute.patterns._members import BYTES, SYMBOLS, cheapest_member
from meshroute.patterns._minimal import Row, Rows, explore
from meshroute.patterns._program import build_program
from meshroute.patterns.pattern import Pattern, compile_pattern

State = TypeVar("State", bound=Hashable)

_MAX_SEARCHED: Final = 20_000
_REMEMBERED: Final = 2**15
_NOWHERE: Final = -1
_Pair = tuple[int, int]

_UPPER: Final = sum(1 << code for code in range(ord("A"), ord("Z") + 1))
_LOWER: Final = _UPPER << 32


class Language:
    """A set of texts. Make it with `of`, `text`, `prefix`, …, and combine it with ``& | - ~``.

    Args:
        rows: The moves of each state of the smallest automaton.
        accepting: Its accepting states, as a mask.

    >>> both = Language.of("/a.*") & Language.of(".*b") - Language.text("/ab")
    >>> both.readable(), both.accepts("/a/b"), (both & ~both).is_empty
    ('/aab', True, True)
    """

    __slots__ = ("_hash", "_readable", "accepting", "rows")

    def __init__(self, rows: Rows, accepting: int) -> None:
        self.rows = rows
        self.accepting = accepting
        self._hash = hash((rows, accepting))
        self._readable: tuple[str | None] | None = None

    @classmethod
    def build(
        cls,
        start: State,
        moves: Callable[[State], Iterable[tuple[int, State]]],
        ends: Callable[[State], bool],
    ) -> Language:
        """Return the language of a deterministic automaton.

        Args:
            start: The state before the first symbol.
            moves: The moves from a state, as pairs of a mask and a state; the masks of one state do not meet.
            ends: Whether what leads to a state is accepted.

        Returns:
            The language.

        Raises:
            LanguageTooLargeError: It has too many states.
        """
        return cls(*explore(start, moves, ends))

    @staticmethod
    def of(pattern: Pattern | str) -> Language:
        """Return the texts that a pattern matches as a whole.

        Args:
            pattern: The pattern, or its RE2 source.

        Returns:
            The language.

        Raises:
            RouteError: RE2 refuses the pattern.
            LanguageTooLargeError: It has too many states.

        >>> Language.of("a|b").accepts("b")
        True
        """
        return _of_pattern(compile_pattern(pattern) if isinstance(pattern, str) else pattern)

    @staticmethod
    def text(text: str) -> Language:
        """Return the language of one text.

        Args:
            text: The text.

        Returns:
            The language.

        >>> Language.text("a.b").accepts("axb")
        False
        """
        rows: tuple[Row, ...] = tuple(((1 << ord(symbol), place + 1),) for place, symbol in enumerate(text))
        return Language((*rows, ()), 1 << len(text))

    @staticmethod
    def prefix(text: str) -> Language:
        """Return the texts that start with one, and go on with any bytes.

        Args:
            text: The text.

        Returns:
            The language.

        >>> Language.prefix("/a").accepts("/abc")
        True
        """
        rows: tuple[Row, ...] = tuple(((1 << ord(symbol), place + 1),) for place, symbol in enumerate(text))
        return Language((*rows, ((BYTES, len(text)),)), 1 << len(text))

    def __and__(self, other: Language) -> Language:
        """Return what is in both."""
        return self if self is other else _combined("and", self, other)

    def __or__(self, other: Language) -> Language:
        """Return what is in one of them."""
        return self if self is other else _combined("or", self, other)

    def __sub__(self, other: Language) -> Language:
        """Return what is in this one and not in the other."""
        return _combined("sub", self, other)

    def __invert__(self) -> Language:
        """Return what is not in it, of all texts of bytes and separators."""
        return _combined("sub", ANYTHING, self)

    def __eq__(self, other: object) -> bool:
        """Compare the sets."""
        if not isinstance(other, Language):
            return NotImplemented
        return self is other or (
            self._hash == other._hash and self.accepting == other.accepting and self.rows == other.rows
        )

    def __hash__(self) -> int:
        """Hash what equality compares."""
        return self._hash

    def __repr__(self) -> str:
        """Show how large it is, and a member."""
        return f"<Language of {len(self.rows)} states, such as {self.readable()!r}>"

    @property
    def is_empty(self) -> bool:
        """Whether there is no member."""
        return not self.accepting

    def is_within(self, other: Language) -> bool:
        """Tell whether every member is one of another language.

        Args:
            other: The other language.

        Returns:
            Whether that is so.

        Raises:
            LanguageTooLargeError: The question has too many states.

        >>> Language.of("ab*").is_within(Language.of("a.*"))
        True
        """
        return (self - other).is_empty

    def accepts(self, text: str) -> bool:
        """Tell whether a text is a member.

        Args:
            text: The text.

        Returns:
            Whether it is.
        """
        state = 0
        for symbol in text:
            state = self.follow(state, ord(symbol))
            if state < 0:
                return False
        return self.ends(state)

    def follow(self, state: int, symbol: int) -> int:
        """Return the state after one more symbol.

        Args:
            state: A state.
            symbol: The symbol.

        Returns:
            The next state, or -1 where no text goes on like this.
        """
        return next((target for mask, target in self.rows[state] if mask >> symbol & 1), _NOWHERE)

    def after(self, text: str) -> Language:
        """Return what may follow a text (the left quotient).

        Args:
            text: The text.

        Returns:
            The texts that are members with it in front of them.

        >>> Language.of("ab|ac").after("a") == Language.of("b|c")
        True
        """
        state = 0
        for symbol in text:
            state = self.follow(state, ord(symbol))
            if state < 0:
                return NOTHING
        return Language.build(state, self.moves, self.ends)

    def ends(self, state: int) -> bool:
        """Tell whether the text up to a state is a member.

        Args:
            state: A state.

        Returns:
            Whether it is.
        """
        return bool(self.accepting >> state & 1)

    def moves(self, state: int) -> Row:
        """Return the moves from a state.

        Args:
            state: A state.

        Returns:
            Pairs of a mask and a state.
        """
        return self.rows[state]

    def readable(self) -> str | None:
        """Find a member that is good to read: plain letters and few of them.

        Returns:
            The member, or None where there is none.

        >>> Language.of("(?s).[^a]").readable()
        'ab'
        """
        if self._readable is None:
            self._readable = (cheapest_member(0, self.moves, self.ends, len(self.rows)),)
        return self._readable[0]

    def shortest(self) -> str | None:
        """Find a shortest member.

        Returns:
            The member, or None where there is none.

        >>> Language.of("a{3,}").shortest()
        'aaa'
        """
        return cheapest_member(0, self.moves, self.ends, len(self.rows), shortest=True)

    def literal_prefix(self) -> str:
        """Return the longest text that all members start with.

        Returns:
            The text; all of the member where there is just one.

        >>> Language.of("/shop/(cart|cat).*").literal_prefix()
        '/shop/ca'
        """
        state, found = 0, list[str]()
        while not self.ends(state) and len(self.rows[state]) == 1:
            mask, state = self.rows[state][0]
            if mask & (mask - 1):
                break
            found.append(chr(mask.bit_length() - 1))
        return "".join(found)

    def members(self, most: int) -> tuple[str, ...] | None:
        """List all members.

        Args:
            most: How many at most.

        Returns:
            The members, or None where there are more.

        >>> Language.of("ab?").members(2), Language.of("a*").members(9)
        (('a', 'ab'), None)
        """
        found: list[str] = []
        todo: list[tuple[int, str]] = [(0, "")] if self.accepting else []
        for state, text in todo:  # grows while it runs
            if self.ends(state):
                found.append(text)
            if len(found) > most or len(todo) > most * len(self.rows):
                return None
            for mask, target in self.rows[state]:
                todo.extend((target, text + symbol) for symbol in _symbols(mask))
        return tuple(found)


def _symbols(mask: int) -> Iterator[str]:
    while mask:
        least = mask & -mask
        yield chr(least.bit_length() - 1)
        mask ^= least


NOTHING: Final = Language(((),), 0)
"""The language without members."""
ANYTHING: Final = Language((((SYMBOLS, 0),),), 1)
"""All texts of bytes and separators."""
TEXT: Final = Language((((BYTES, 0),),), 1)
"""All texts of bytes."""


@lru_cache(_REMEMBERED)
def _combined(operation: str, one: Language, other: Language) -> Language:
    """Combine two languages: the product of their automata."""
    start = _states(0, 0)
    if operation == "and":
        if ANYTHING in {one, other}:
            return other if one == ANYTHING else one
        return Language.build(start, lambda pair: _both(one, other, pair), lambda pair: _ends(one, other, pair) == 3)
    wanted = {1} if operation == "sub" else {1, 2, 3}
    is_or = operation == "or"
    return Language.build(
        start, lambda pair: _either(one, other, pair, is_or), lambda pair: _ends(one, other, pair) in wanted
    )


def _states(one: int, other: int) -> _Pair:
    """Pair two states, for the type checkers: a literal pair would be a type of its own."""
    return one, other


def _ends(one: Language, other: Language, pair: tuple[int, int]) -> int:
    first, second = pair
    return (1 if first >= 0 and one.accepting >> first & 1 else 0) + (
        2 if second >= 0 and other.accepting >> second & 1 else 0
    )


def _both(one: Language, other: Language, pair: tuple[int, int]) -> Iterator[tuple[int, tuple[int, int]]]:
    for mask, target in one.rows[pair[0]]:
        for other_mask, other_target in other.rows[pair[1]]:
            if mask & other_mask:
                yield mask & other_mask, (target, other_target)


def _either(
    one: Language,
    other: Language,
    pair: tuple[int, int],
    is_or: bool,  # noqa: FBT001 - on a warm path
) -> Iterator[tuple[int, tuple[int, int]]]:
    """Move in both automata, of which each may have stopped; where only the second is left, it matters to unions."""
    first, second = pair
    others = other.rows[second] if second >= 0 else ()
    if first < 0:
        for mask, target in others:
            yield mask, (_NOWHERE, target)
        return
    covered = 0
    for mask, target in one.rows[first]:
        covered |= mask
        for other_mask, other_target in others:
            if mask & other_mask:
                yield mask & other_mask, (target, other_target)
                mask &= ~other_mask  # noqa: PLW2901 - what is left of it
        yield mask, (target, _NOWHERE)
    if is_or:
        for mask, target in others:
            yield mask & ~covered, (_NOWHERE, target)


@lru_cache(4096)
def _of_pattern(pattern: Pattern) -> Language:
    machine = Automaton(build_program(pattern.tree))
    return Language.build(machine.start, lambda state: _moves(machine, state), machine.ends)


def _moves(machine: Automaton, state: Running) -> Iterator[tuple[int, Running]]:
    for block in machine.blocks:
        yield block, machine.follow(state, block.bit_length() - 1)


def in_any_case(language: Language) -> Language:
    """Return the texts that are members once their ASCII letters are lower case.

    Args:
        language: A language.

    Returns:
        The language of such texts.

    >>> in_any_case(Language.text("ab")).accepts("Ab")
    True
    """
    return Language.build(
        0, lambda state: [(folded(mask), target) for mask, target in language.rows[state]], language.ends
    )


def folded(mask: int) -> int:
    """Take upper-case letters for the lower-case ones.

    Args:
        mask: A set of symbols.

    Returns:
        The symbols that are in the set once they are lower case.

    >>> folded(1 << ord("a")) == 1 << ord("a") | 1 << ord("A")
    True
    """
    return mask & ~_UPPER | (mask & _LOWER) >> 32


def shortest_match(pattern: Pattern) -> str | None:
    """Find a text that a pattern matches, good to read.

    Args:
        pattern: The pattern.

    Returns:
        The text, or None where there is none, or none was found.

    >>> shortest_match(compile_pattern("/v[0-9]+/(items|carts)"))
    '/v0/carts'
    """
    machine = Automaton(build_program(pattern.tree))
    return cheapest_member(machine.start, lambda state: _moves(machine, state), machine.ends, _MAX_SEARCHED)

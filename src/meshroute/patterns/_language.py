"""Sets of texts: what patterns match, combined by union, intersection and complement, and asked for a member.

A language is an expression over patterns. It is run as the product of their automata, made while it is explored: a
state is a tuple with one state of each pattern, and whether a state accepts is the expression over theirs. Nothing is
determinised in advance, and a question gives up after ``MAX_STATES`` states: its answer is then that it is not known.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from functools import cached_property
from typing import Final, TypeAlias

from attrs import field, frozen

from meshroute.patterns._automaton import Automaton, State, byte_blocks
from meshroute.patterns._program import build_program
from meshroute.patterns.pattern import Pattern, compile_pattern

MAX_STATES: Final = 20_000
"""How many states a question may explore."""

_COSTS: Final = (
    ("abcdefghijklmnopqrstuvwxyz/", 10),
    ("0123456789-_.", 11),
    ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 13),
    ("".join(map(chr, range(0x21, 0x7F))), 20),
    (" ", 40),
    ("".join(map(chr, range(256))), 400),
)
"""What each byte of a readable text costs: plain words and paths are the cheapest, control characters the dearest."""

_Expression: TypeAlias = "int | tuple[str, _Expression] | tuple[str, _Expression, _Expression]"
_States: TypeAlias = tuple[State, ...]


def _cost_of_bytes() -> dict[str, int]:
    costs: dict[str, int] = {}
    for characters, cost in _COSTS:
        for place, character in enumerate(characters):
            costs.setdefault(character, cost * 1000 + min(place, 255))
    return costs


_COST: Final = _cost_of_bytes()


@frozen
class Member:
    """A member of a language, or that there is none.

    Args:
        text: The member; None where there is none, or none was found.
        known: Whether that is certain: False where the question was given up.
    """

    text: str | None
    known: bool = True


@frozen(eq=False)
class Language:
    """A set of texts. Build it with `of`, `text`, `prefix`, `everything`, and combine it with ``& | - ~``.

    Args:
        patterns: The patterns that it is made of.
        expression: How they are combined: the place of one, or an operation on others.

    >>> both = Language.of("/a.*") & Language.of(".*b") - Language.of("/ab")
    >>> both.readable().text, both.accepts("/a/b"), (both & ~both).is_empty()
    ('/aab', True, True)
    """

    patterns: tuple[Pattern, ...]
    expression: _Expression = field(default=0)

    @classmethod
    def of(cls, pattern: Pattern | str) -> Language:
        """Return the texts that a pattern matches as a whole.

        Args:
            pattern: The pattern, or its RE2 source.

        Returns:
            The language.

        Raises:
            RouteError: RE2 refuses the pattern.

        >>> Language.of("a|b").accepts("b")
        True
        """
        return cls((compile_pattern(pattern) if isinstance(pattern, str) else pattern,))

    @classmethod
    def text(cls, text: str) -> Language:
        """Return the language of one text.

        Args:
            text: Wire text.

        Returns:
            The language.

        >>> Language.text("a.b").accepts("axb")
        False
        """
        return cls.of(_quoted(text))

    @classmethod
    def prefix(cls, text: str) -> Language:
        """Return the texts that start with one.

        Args:
            text: Wire text.

        Returns:
            The language.

        >>> Language.prefix("/a").accepts("/abc")
        True
        """
        return cls.of(f"{_quoted(text)}(?s:.)*")

    @classmethod
    def everything(cls) -> Language:
        """Return the language of all texts.

        Returns:
            The language.
        """
        return cls.of("(?s:.)*")

    def __and__(self, other: Language) -> Language:
        """Return what is in both."""
        return self._with("and", other)

    def __or__(self, other: Language) -> Language:
        """Return what is in one of them."""
        return self._with("or", other)

    def __sub__(self, other: Language) -> Language:
        """Return what is in this one and not in the other."""
        return self & ~other

    def __invert__(self) -> Language:
        """Return what is not in it."""
        return Language(self.patterns, ("not", self.expression))

    def _with(self, operation: str, other: Language) -> Language:
        moved = _moved(other.expression, len(self.patterns))
        return Language((*self.patterns, *other.patterns), (operation, self.expression, moved))

    def accepts(self, value: str) -> bool:
        """Tell whether a text is a member.

        Args:
            value: Wire text.

        Returns:
            Whether it is.
        """
        return _holds(self.expression, tuple(bool(pattern.fullmatch(value)) for pattern in self.patterns))

    def is_empty(self) -> bool | None:
        """Tell whether there is no member.

        Returns:
            Whether there is none; None where the question was given up.
        """
        found = self.shortest()
        return found.text is None if found.known else None

    def is_within(self, other: Language) -> bool | None:
        """Tell whether every member is one of another language.

        Args:
            other: The other language.

        Returns:
            Whether that is so; None where the question was given up.

        >>> Language.of("ab*").is_within(Language.of("a.*"))
        True
        """
        return (self - other).is_empty()

    def equals(self, other: Language) -> bool | None:
        """Tell whether it has the same members as another language.

        Args:
            other: The other language.

        Returns:
            Whether it has; None where the question was given up.

        >>> Language.of("a|aa*").equals(Language.of("a+"))
        True
        """
        return ((self - other) | (other - self)).is_empty()

    def shortest(self) -> Member:
        """Find a shortest member.

        Returns:
            The member, or that there is none.

        >>> Language.of("a{3,}").shortest()
        Member(text='aaa', known=True)
        """
        return self._search(dict.fromkeys(_COST, 1))

    def readable(self) -> Member:
        """Find a member that is good to read: plain letters and few of them.

        Returns:
            The member, or that there is none.

        >>> Language.of("(?s).[^a]").readable()
        Member(text='ab', known=True)
        """
        return self._search(_COST)

    @cached_property
    def _machines(self) -> tuple[Automaton, ...]:
        return tuple(Automaton(build_program(pattern.tree)) for pattern in self.patterns)

    def _search(self, costs: dict[str, int]) -> Member:
        """Find the cheapest member: Dijkstra's search over the states of the product."""
        machines = self._machines
        letters = list(_letters(machines, costs))
        start = tuple(machine.start for machine in machines)
        best: dict[_States, int] = {start: 0}
        order = 0
        queue: list[tuple[int, int, _States, str]] = [(0, order, start, "")]
        while queue:
            cost, _, states, text = heapq.heappop(queue)
            if cost > best[states]:
                continue
            if _holds(
                self.expression, tuple(machine.ends(state) for machine, state in zip(machines, states, strict=True))
            ):
                return Member(text)
            if len(best) > MAX_STATES:
                return Member(None, known=False)
            for letter, price in letters:
                byte = ord(letter)
                following = tuple(machine.follow(state, byte) for machine, state in zip(machines, states, strict=True))
                total = cost + price
                if total < best.get(following, total + 1):
                    best[following] = total
                    order += 1
                    heapq.heappush(queue, (total, order, following, text + letter))
        return Member(None)


def _letters(machines: tuple[Automaton, ...], costs: dict[str, int]) -> Iterator[tuple[str, int]]:
    """Choose the cheapest byte of each set of bytes that no machine tells apart."""
    for block in byte_blocks({mask for machine in machines for mask in machine.blocks}):
        members = [chr(byte) for byte in range(256) if block >> byte & 1]
        letter = min(members, key=lambda character: (costs[character], _COST[character]))
        yield letter, costs[letter]


def _holds(expression: _Expression, values: tuple[bool, ...]) -> bool:
    """Evaluate an expression; its depth is that of the code that built it."""
    if isinstance(expression, int):
        return values[expression]
    if expression[0] == "not":
        return not _holds(expression[1], values)
    one, other = _holds(expression[1], values), _holds(expression[-1], values)
    return one and other if expression[0] == "and" else one or other


def _moved(expression: _Expression, by: int) -> _Expression:
    if isinstance(expression, int):
        return expression + by
    if expression[0] == "not":
        return ("not", _moved(expression[1], by))
    return (expression[0], _moved(expression[1], by), _moved(expression[-1], by))


def _quoted(text: str) -> str:
    return "".join(
        character if character.isalnum() and character.isascii() else f"\\x{ord(character):02x}" for character in text
    )


def shortest_match(pattern: Pattern) -> str | None:
    """Find a text that a pattern matches, good to read.

    Args:
        pattern: The pattern.

    Returns:
        The text, or None where there is none, or none was found.

    >>> shortest_match(compile_pattern("/v[0-9]+/(items|carts)"))
    '/v0/carts'
    """
    return Language.of(pattern).readable().text

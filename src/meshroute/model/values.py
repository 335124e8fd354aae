"""Tests on one text: what a header, a query parameter or another value must be.

Each says with ``accepts(value)`` whether one text passes. How the lines of a repeated header are put to it is the
criterion's business, not the test's.
"""

from __future__ import annotations

import re
from typing import Final, Protocol

from attrs import field, frozen

from meshroute.model.showing import short_repr
from meshroute.patterns import Pattern, compile_pattern
from meshroute.text import ascii_lower

# absl::SimpleAtoi<int64>: surrounding ASCII white space, a sign and leading zeros are allowed, nothing else (envoy.md
# §2.3); 19 digits are the most of 64 bits
_INTEGER: Final = re.compile(r"[ \t\n\v\f\r]*([+-]?)0*([0-9]{1,19})[ \t\n\v\f\r]*")
_INT64: Final = range(-(2**63), 2**63)


class TextTest(Protocol):
    """One test on one text."""

    def accepts(self, value: str, /) -> bool:
        """Tell whether the text passes."""
        ...


@frozen
class Present:
    """Any value at all, the empty one too.

    >>> Present().accepts("")
    True
    """

    def accepts(self, value: str, /) -> bool:  # noqa: ARG002 - the value does not matter
        """Pass always."""
        return True


@frozen
class _Valued:
    """What the tests share that compare with one value."""

    value: str
    ignore_case: bool = field(default=False, kw_only=True)

    def compared(self, text: str) -> tuple[str, str]:
        """Return a text and the value as they are compared: as they are, or with ASCII case folded."""
        if self.ignore_case:
            return ascii_lower(text), ascii_lower(self.value)
        return text, self.value


@frozen
class TextExact(_Valued):
    """The whole text equals a value.

    Args:
        value: The value.
        ignore_case: Compare without regard to ASCII case.

    >>> TextExact("Blue").accepts("blue"), TextExact("Blue", ignore_case=True).accepts("blue")
    (False, True)
    """

    __repr__ = short_repr

    def accepts(self, value: str, /) -> bool:
        """Pass if it equals the value."""
        text, wanted = self.compared(value)
        return text == wanted


@frozen
class TextPrefix(_Valued):
    """The text starts with a value.

    Args:
        value: The prefix.
        ignore_case: Compare without regard to ASCII case.

    >>> TextPrefix("red").accepts("redder")
    True
    """

    __repr__ = short_repr

    def accepts(self, value: str, /) -> bool:
        """Pass if it starts with the prefix."""
        text, wanted = self.compared(value)
        return text.startswith(wanted)


@frozen
class TextSuffix(_Valued):
    """The text ends with a value.

    Args:
        value: The suffix.
        ignore_case: Compare without regard to ASCII case.

    >>> TextSuffix(".png").accepts("a.png")
    True
    """

    __repr__ = short_repr

    def accepts(self, value: str, /) -> bool:
        """Pass if it ends with the suffix."""
        text, wanted = self.compared(value)
        return text.endswith(wanted)


@frozen
class TextContains(_Valued):
    """The text contains a value.

    Args:
        value: The part.
        ignore_case: Compare without regard to ASCII case.

    >>> TextContains("green").accepts("evergreens")
    True
    """

    __repr__ = short_repr

    def accepts(self, value: str, /) -> bool:
        """Pass if it contains the part."""
        text, wanted = self.compared(value)
        return wanted in text


def as_pattern(pattern: Pattern | str) -> Pattern:
    """Compile a pattern that is still text.

    Args:
        pattern: A pattern, or its RE2 source.

    Returns:
        The pattern.

    Raises:
        RouteError: RE2 refuses it.

    >>> bool(as_pattern("a+").fullmatch("aa"))
    True
    """
    return compile_pattern(pattern) if isinstance(pattern, str) else pattern


@frozen(repr=False)
class TextRegex:
    """The whole text matches an RE2 pattern.

    Args:
        pattern: The pattern, or its source.

    Raises:
        RouteError: RE2 refuses it.

    >>> TextRegex(".*green.*").accepts("evergreens"), TextRegex("green").accepts("evergreens")
    (True, False)
    """

    pattern: Pattern = field(converter=as_pattern)

    def accepts(self, value: str, /) -> bool:
        """Pass if the whole of it matches."""
        return bool(self.pattern.fullmatch(value))

    def __repr__(self) -> str:
        """Show the call that builds the test."""
        return f"TextRegex({self.pattern.source!r})"


@frozen
class IntRange:
    """The text is an integer within a half-open range (envoy.md §2.3, ``range_match``).

    Args:
        start: The least number.
        end: The first number that is too large.

    >>> IntRange(1, 5).accepts(" +4"), IntRange(1, 5).accepts("5"), IntRange(1, 5).accepts("4.0")
    (True, False, False)
    """

    start: int
    end: int

    def accepts(self, value: str, /) -> bool:
        """Pass if the whole of it is a 64-bit integer of the range."""
        found = _INTEGER.fullmatch(value)
        if found is None:
            return False
        number = int(found[1] + found[2])
        return number in _INT64 and self.start <= number < self.end

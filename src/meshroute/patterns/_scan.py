r"""Reading pieces of RE2 syntax that stand for one character: escapes and classes.

* ``]`` first in a class is literal, ``-`` is literal anywhere, ``[[:nope:]]`` is refused, ``[[.a.]]`` is an ordinary
  class.
* ``\1`` to ``\7`` need a second octal digit; ``\8``, ``\Z``, ``\u``, ``\E`` alone and escaped bytes above 0x7f are
  refused.
"""

from __future__ import annotations

from typing import Final, NoReturn

from meshroute.errors import RouteError
from meshroute.patterns._alphabet import LATIN1, Alphabet
from meshroute.patterns._classes import PERL_CLASSES, POSIX_CLASSES
from meshroute.patterns._tree import byte_range

# Flags in force while parsing. The last one makes x* lazy and x*? greedy.
FOLD: Final = 1
DOT_ALL: Final = 2
MULTI_LINE: Final = 4
SWAP_GREED: Final = 8

_LETTER_ESCAPES: Final = {"a": 7, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_HEX: Final = frozenset("0123456789abcdefABCDEF")
_MAX_HEX_DIGITS: Final = 6
_OCTAL: Final = frozenset("01234567")
_QUOTE_LIMIT: Final = 80


class Scanner:
    """A place in a pattern, counted in characters from 0, and the flags in force there.

    Args:
        text: The pattern.
        alphabet: What its characters are.
    """

    def __init__(self, text: str, alphabet: Alphabet = LATIN1) -> None:
        self.text = text
        self.alphabet = alphabet
        self.at = 0
        self.flags = 0
        self._last_posix_end = text.rfind(":]")

    def fail(self, problem: str, at: int) -> NoReturn:
        """Refuse the pattern.

        Raises:
            RouteError: always.
        """
        shown = repr(self.text)
        if len(shown) > _QUOTE_LIMIT:
            shown = f"{shown[: _QUOTE_LIMIT - 4]}...{shown[0]}"
        message = f"{problem} at position {at} of {shown}"
        raise RouteError(message)

    def named_class(self) -> int | None:
        r"""Parse ``\d``, ``\pN``, ``\p{Greek}`` and the like into a mask; None where there is none of them."""
        letter = self.text[self.at + 1 : self.at + 2]
        if letter.lower() in PERL_CLASSES:
            self.at += 2
            return self.signed(PERL_CLASSES[letter.lower()], negated=letter.isupper())
        if letter not in {"p", "P"}:
            return None
        text, start = self.text, self.at
        name, end = text[start + 2 : start + 3], start + 3
        negated = letter == "P"
        if name == "{":
            close = text.find("}", end)
            name, end = (text[end:close], close + 1) if close >= 0 else ("", end)
            if name.startswith("^"):
                name, negated = name[1:], not negated
        mask = self.alphabet.named(name)
        if mask is None:
            self.fail(f"RE2 has no character class {text[start:end][:_QUOTE_LIMIT]}", start)
        self.at = end
        return self.signed(mask, negated=negated)

    def signed(self, mask: int, *, negated: bool) -> int:
        """Fold a class if the flags say so, then complement it."""
        if self.flags & FOLD:
            mask = self.alphabet.folded(mask)
        return self.alphabet.all & ~mask if negated else mask

    def escaped_character(self) -> int:
        """Parse an escape that stands for one character, inside or outside a class."""
        text, start = self.text, self.at
        letter = text[start + 1 : start + 2]
        if not letter:
            self.fail("the pattern ends with a backslash", start)
        self.at = start + 2
        if letter in _LETTER_ESCAPES:
            return _LETTER_ESCAPES[letter]
        if letter == "x":
            return self.hexadecimal(start)
        if letter == "0" or (letter in _OCTAL and text[start + 2 : start + 3] in _OCTAL and len(text) > start + 2):
            return self.octal(start)
        if not letter.isascii() or letter.isalnum():
            self.fail(f"RE2 has no escape \\{letter}", start)
        return ord(letter)

    def octal(self, start: int) -> int:
        r"""Parse up to three octal digits; ``\400`` and above are no bytes."""
        digits = self.text[start + 1 : start + 4]
        length = next((i for i, digit in enumerate(digits) if digit not in _OCTAL), len(digits))
        code = int(digits[:length], 8)
        if code >= self.alphabet.size:
            self.fail(f"\\{digits} is no byte", start)
        self.at = start + 1 + length
        return code

    def hexadecimal(self, start: int) -> int:
        r"""Parse ``\xff`` or ``\x{ff}``, the latter with any number of zeros in front."""
        text, begin = self.text, start + 2
        if text[begin : begin + 1] == "{":
            begin += 1
            end = text.find("}", begin)
            digits = text[begin:end].lstrip("0") or "0"
            good = end > begin and len(digits) <= _MAX_HEX_DIGITS and _HEX.issuperset(digits)
            after = end + 1
        else:
            digits = text[begin : begin + 2]
            good = len(digits) == 2 and _HEX.issuperset(digits)
            after = begin + 2
        if not good or int(digits, 16) >= self.alphabet.size:
            self.fail(f"bad hexadecimal escape (two digits, or \\x{{...}} up to {self.alphabet.size - 1:x})", start)
        self.at = after
        return int(digits, 16)

    # Classes

    def char_class(self) -> int:
        """Parse ``[...]`` into a mask."""
        text, start = self.text, self.at
        self.at += 1
        negated = text[self.at : self.at + 1] == "^"
        self.at += negated
        first, mask = self.at, 0
        while (character := text[self.at : self.at + 1]) and (character != "]" or self.at == first):
            if character == "[" and (posix := self.posix_class()) is not None:
                mask |= posix
            elif character == "\\" and (named := self.named_class()) is not None:
                mask |= named
            else:
                mask |= self.class_range()
        if not character:
            self.fail("missing closing ]", start)
        self.at += 1
        return self.signed(mask, negated=negated)

    def posix_class(self) -> int | None:
        """Parse ``[:alpha:]`` or ``[:^alpha:]`` within a class; None where the bracket is an ordinary member."""
        text, start = self.text, self.at
        if not text.startswith("[:", start) or self._last_posix_end < start + 2:
            return None
        end = text.index(":]", start + 2)
        name = text[start + 2 : end]
        negated = name.startswith("^")
        if name[negated:] not in POSIX_CLASSES:
            self.fail(f"RE2 has no character class {text[start : end + 2][:_QUOTE_LIMIT]}", start)
        self.at = end + 2
        return self.signed(POSIX_CLASSES[name[negated:]], negated=negated)

    def class_range(self) -> int:
        """Parse ``a`` or ``a-z`` within a class."""
        start = self.at
        low = high = self.class_character()
        if (
            self.text.startswith("-", self.at)
            and not self.text.startswith("-]", self.at)
            and len(self.text) > self.at + 1
        ):
            self.at += 1
            high = self.class_character()
        if high < low:
            self.fail(f"bad range {self.text[start : self.at]}", start)
        return byte_range(low, high)

    def class_character(self) -> int:
        """Parse one character within a class."""
        if self.text[self.at] == "\\":
            return self.escaped_character()
        self.at += 1
        return ord(self.text[self.at - 1])

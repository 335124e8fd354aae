r"""RE2 syntax into a tree: accepted is what google-re2 accepts, refused what it refuses, in Latin-1 or UTF-8.

The rules follow RE2's own parser (github.com/google/re2, re2/parse.cc), whose odd corners real patterns rely on:

* ``a{,2}``, ``a{1``, ``a{01}`` and ``a{1000000000}`` are literal text: only ``{n}``, ``{n,}`` and ``{n,m}`` repeat,
  with numbers of at most nine digits and without leading zeros.
* Repeats above 1000 are refused, also the product of nested ones. ``a**`` is refused, ``(?:a*)*`` is not.
* ``*`` after nothing is refused, also after ``(`` and ``|``; after ``^``, ``$`` and ``\b`` it is allowed.
* A flag group ``(?i)`` holds to the end of the group it stands in; ``(?)`` is allowed, ``(?i-)`` is not.
* Two groups may have the same name.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from meshroute.patterns._alphabet import LATIN1, UNICODE, Alphabet
from meshroute.patterns._classes import NAME_CATEGORIES
from meshroute.patterns._scan import DOT_ALL, FOLD, MULTI_LINE, SWAP_GREED, Scanner
from meshroute.patterns._tree import (
    EMPTY,
    NEWLINE,
    Alternate,
    Assert,
    AssertKind,
    Chars,
    Concat,
    Group,
    Node,
    Repeat,
)
from meshroute.patterns._utf8 import ANY_BYTE, byte_count, byte_tree

MAX_PROGRAM_SIZE: Final = 50_000
"""The largest program a pattern may need, in instructions; it also bounds the size and depth of every tree.

RE2 itself stops near 700 000 (8 MiB of memory), Envoy at 100 unless it is told otherwise.
"""

_MAX_REPEAT: Final = 1000
_MAX_NUMBER_DIGITS: Final = 9

_FLAG_LETTERS: Final = {"i": FOLD, "s": DOT_ALL, "m": MULTI_LINE, "U": SWAP_GREED}
_SIMPLE_REPEATS: Final[dict[str, tuple[int, int | None]]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_NUMERALS: Final = frozenset("0123456789")
_TOP_LEVEL_ASSERTIONS: Final = {
    "b": Assert(AssertKind.WORD_BOUNDARY),
    "B": Assert(AssertKind.NOT_WORD_BOUNDARY),
    "A": Assert(AssertKind.TEXT_START),
    "z": Assert(AssertKind.TEXT_END),
}


class _Part(NamedTuple):
    """One parsed item, with what later operators need to know of it."""

    node: Node
    size: int  # instructions
    nested: int = 1  # the largest product of nested counted repeats
    flags: int = -1  # the flags an operator * + ? was parsed under, -1 for everything else


class _Frame:
    """An open group: its finished alternatives, and the items of the current one."""

    __slots__ = ("alternatives", "flags", "index", "items", "name", "start")

    def __init__(self, start: int, flags: int, index: int = 0, name: str | None = None) -> None:
        self.start = start
        self.flags = flags
        self.index = index
        self.name = name
        self.items: list[_Part] = []
        self.alternatives: list[_Part] = []

    def end_alternative(self) -> None:
        """Turn the items of the current alternative into one part."""
        items = self.items
        if not items:
            part = _Part(EMPTY, 1)
        elif len(items) == 1:
            part = items[0]
        else:
            nodes = tuple([item.node for item in items])
            part = _Part(Concat(nodes), sum([i.size for i in items]), max([i.nested for i in items]))
        self.alternatives.append(part)
        self.items = []

    def close(self) -> _Part:
        """Turn the whole group into one part, capturing if the group does."""
        self.end_alternative()
        parts = self.alternatives
        part = parts[0]
        if len(parts) > 1:
            nodes = tuple([item.node for item in parts])
            part = _Part(Alternate(nodes), sum([p.size for p in parts]) + len(parts), max([p.nested for p in parts]))
        if self.index:
            part = _Part(Group(part.node, self.index, self.name), part.size + 2, part.nested)
        return part


class _Parser(Scanner):
    """One run over one pattern."""

    def __init__(self, text: str, alphabet: Alphabet) -> None:
        super().__init__(text, alphabet)
        self.groups = 0
        self.size = 0
        self.frame = _Frame(0, 0)
        self.open: list[_Frame] = []

    def grow(self, by: int) -> None:
        """Count instructions, so that a pattern that is too large stops early."""
        self.size += by
        if self.size > MAX_PROGRAM_SIZE:
            self.fail(f"the pattern needs more than {MAX_PROGRAM_SIZE} instructions (MAX_PROGRAM_SIZE)", self.at)

    def push(self, node: Node, size: int = 1) -> None:
        """Add one item."""
        self.grow(size)
        self.frame.items.append(_Part(node, size))

    def push_mask(self, mask: int, *, folds: bool = False) -> None:
        """Add a set of characters."""
        self.push(Chars(mask, folds), 1 if self.alphabet is LATIN1 else byte_count(mask))

    def push_literal(self, character: int) -> None:
        """Add one character, or all cases of it."""
        if self.flags & FOLD:
            self.push_mask(self.alphabet.folded(1 << character), folds=True)
        else:
            self.push_mask(1 << character)

    def parse(self) -> Node:
        """Parse the whole pattern."""
        text = self.text
        after_repeat = -1  # where the operator just before this place starts, for refusing a**
        while self.at < len(text):
            character = text[self.at]
            if character in _SIMPLE_REPEATS:
                low, high = _SIMPLE_REPEATS[character]
                after_repeat = self.repeat(self.at, self.at + 1, low, high, after_repeat, counted=False)
            elif character == "{" and (counts := self.counts()) is not None:
                end, low, high = counts
                after_repeat = self.repeat(self.at, end, low, high, after_repeat, counted=True)
            else:
                after_repeat = -1
                self.item(character)
        if self.open:
            self.fail("missing closing )", len(text))
        return self.frame.close().node

    def item(self, character: str) -> None:
        """Parse one item that is no repetition operator."""
        match character:
            case "\\":
                self.escape()
            case "(":
                self.open_group()
            case ")":
                self.close_group()
            case "[":
                self.push_mask(self.char_class())
            case _:
                self.at += 1
                self.plain(character)

    def plain(self, character: str) -> None:
        """Parse an item of one character."""
        match character:
            case "|":
                self.grow(1)
                self.frame.end_alternative()
            case ".":
                everything = self.alphabet.all
                self.push_mask(everything if self.flags & DOT_ALL else everything & ~NEWLINE)
            case "^":
                self.push(Assert(AssertKind.LINE_START if self.flags & MULTI_LINE else AssertKind.TEXT_START))
            case "$":
                self.push(Assert(AssertKind.LINE_END if self.flags & MULTI_LINE else AssertKind.TEXT_END))
            case _:
                self.push_literal(ord(character))

    # Repetition

    def number(self, at: int) -> tuple[int, int] | None:
        """Read a number: the place after it and its value, or None where RE2 sees none."""
        text, end = self.text, at
        while text[end : end + 1] in _NUMERALS and end - at <= _MAX_NUMBER_DIGITS:
            end += 1
        digits = text[at:end]
        if not digits or len(digits) > _MAX_NUMBER_DIGITS or (digits[0] == "0" and len(digits) > 1):
            return None
        return end, int(digits)

    def counts(self) -> tuple[int, int, int | None] | None:
        """Read ``{n}``, ``{n,}`` or ``{n,m}``: the place after it and the limits, or None where it is literal text."""
        found = self.number(self.at + 1)
        if found is None:
            return None
        end, low = found
        high: int | None = low
        if self.text[end : end + 1] == ",":
            end += 1
            if self.text[end : end + 1] == "}":
                high = None
            elif (found := self.number(end)) is not None:
                end, high = found
            else:
                return None
        return (end + 1, low, high) if self.text[end : end + 1] == "}" else None

    def repeat(  # noqa: PLR0913 - what is known of an operator, passed once
        self, start: int, end: int, low: int, high: int | None, after_repeat: int, *, counted: bool
    ) -> int:
        """Apply a repetition operator to the item before it; return where the operator starts."""
        flags = self.flags
        if self.text[end : end + 1] == "?":
            end += 1
            flags ^= SWAP_GREED
        operator = self.text[start:end]
        if after_repeat >= 0:
            self.fail(f"repetition operator {operator} follows another one", start)
        if counted and (max(low, high or 0) > _MAX_REPEAT or (high is not None and high < low)):
            self.fail(f"bad repetition {operator}: the limit is {_MAX_REPEAT}, the smaller number comes first", start)
        items = self.frame.items
        if not items:
            self.fail(f"nothing to repeat before {operator}", start)
        part = items[-1]
        self.at = end
        items[-1] = self.counted(part, low, high, flags, start) if counted else _simple(part, low, high, flags)
        self.grow(max(0, items[-1].size - part.size))  # what {0} drops stays in the tree
        return start

    def counted(self, part: _Part, low: int, high: int | None, flags: int, start: int) -> _Part:
        """Repeat a part by numbers; the product of nested numbers is limited too."""
        nested = part.nested * max(1, low if high is None else high)
        if nested > _MAX_REPEAT:
            self.fail(f"nested repetitions multiply to more than {_MAX_REPEAT}", start)
        node = Repeat(part.node, low, high, not flags & SWAP_GREED, counted=True)
        options = 2 if high is None else (high - low) * (part.size + 1)
        return _Part(node, max(1, low * part.size + options), nested)

    # Groups

    def open_group(self) -> None:
        """Parse ``(`` and what belongs to it: a name, flags."""
        text, start = self.text, self.at
        if text[start + 1 : start + 2] != "?":
            self.at = start + 1
            self.push_frame(start, self.flags, captures=True)
        elif text.startswith(("(?P<", "(?<"), start) and not text.startswith(("(?<=", "(?<!"), start):
            self.named_group(start)
        else:
            self.flag_group(start)

    def push_frame(self, start: int, flags: int, *, captures: bool = False, name: str | None = None) -> None:
        """Open a group that restores the flags when it closes."""
        self.grow(2)
        self.groups += captures
        self.open.append(self.frame)
        self.frame = _Frame(start, flags, self.groups if captures else 0, name)

    def named_group(self, start: int) -> None:
        """Parse ``(?P<name>`` or ``(?<name>``."""
        text = self.text
        begin = text.index("<", start) + 1
        end = text.find(">", begin)
        name = text[begin:end]
        if end < 0 or not name or not self.is_name(name):
            self.fail("bad group name", begin)
        self.at = end + 1
        self.push_frame(start, self.flags, captures=True, name=name)

    def is_name(self, name: str) -> bool:
        """Tell whether all characters are letters, marks, decimal digits and connectors of Unicode."""
        masks = [self.alphabet.named(category) or 0 for category in NAME_CATEGORIES]
        return all(any(mask >> ord(character) & 1 for mask in masks) for character in name)

    def flag_group(self, start: int) -> None:
        """Parse ``(?flags)`` or ``(?flags:``, the only other groups of RE2."""
        text, at, flags = self.text, start + 2, self.flags
        negated = needs_flag = False
        while (character := text[at : at + 1]) not in {":", ")"}:
            if character in _FLAG_LETTERS:
                flag = _FLAG_LETTERS[character]
                flags = flags & ~flag if negated else flags | flag
                needs_flag = False
            elif character == "-" and not negated:
                negated = needs_flag = True
            else:
                self.fail(f"RE2 has no group {text[start : at + 1]}", start)
            at += 1
        if needs_flag:
            self.fail("a flag must follow the -", at)
        self.at = at + 1
        if character == ":":
            self.push_frame(start, self.flags)
        self.flags = flags

    def close_group(self) -> None:
        """Parse ``)``."""
        if not self.open:
            self.fail("unexpected )", self.at)
        self.at += 1
        frame, self.frame = self.frame, self.open.pop()
        self.flags = frame.flags
        self.frame.items.append(frame.close())

    # Escapes

    def escape(self) -> None:
        """Parse an item that starts with a backslash, outside a class."""
        text, at = self.text, self.at
        letter = text[at + 1 : at + 2]
        if letter in _TOP_LEVEL_ASSERTIONS:
            self.at += 2
            self.push(_TOP_LEVEL_ASSERTIONS[letter])
        elif letter == "C":
            self.at += 2
            self.push_mask(self.alphabet.all if self.alphabet is LATIN1 else ANY_BYTE)
        elif letter == "Q":
            self.quoted()
        elif (mask := self.named_class()) is not None:
            self.push_mask(mask)
        else:
            self.push_literal(self.escaped_character())

    def quoted(self) -> None:
        r"""Parse ``\Q...\E``; without ``\E`` the rest of the pattern is quoted."""
        end = self.text.find("\\E", self.at + 2)
        stop = len(self.text) if end < 0 else end
        for character in self.text[self.at + 2 : stop]:
            self.push_literal(ord(character))
        self.at = stop if end < 0 else end + 2


def _simple(part: _Part, low: int, high: int | None, flags: int) -> _Part:
    """Apply ``*``, ``+`` or ``?``; on top of another of them with the same flags the two become one, as in RE2."""
    node = part.node
    if isinstance(node, Repeat) and part.flags == flags:
        if (node.low, node.high) == (low, high):
            return part
        return part._replace(node=Repeat(node.item, 0, None, node.greedy))
    return _Part(Repeat(node, low, high, not flags & SWAP_GREED), part.size + 2, part.nested, flags)


def parse(pattern: str, *, utf8: bool = False) -> Node:
    """Parse RE2 syntax into a tree of bytes.

    Args:
        pattern: The pattern as wire text, one Latin-1 character per byte (``pattern_bytes`` makes it from Unicode).
        utf8: Read pattern and texts as UTF-8, as Envoy did before 1.39.

    Returns:
        The syntax tree.

    Raises:
        RouteError: RE2 refuses the pattern, it is no wire text, or it needs more than ``MAX_PROGRAM_SIZE``
            instructions.

    >>> parse("a+")
    Repeat(item=Chars(mask=158456325028528675187087900672), low=1, high=None, greedy=True)
    >>> parse("(ab")
    Traceback (most recent call last):
    meshroute.errors.RouteError: missing closing ) at position 3 of '(ab'
    """
    tree = parse_characters(pattern, utf8=utf8)
    return byte_tree(tree) if utf8 else tree


def parse_characters(pattern: str, *, utf8: bool) -> Node:
    """Parse RE2 syntax into a tree of characters, as RE2 does before it makes bytes of them.

    Args:
        pattern: The pattern as wire text.
        utf8: Read it as UTF-8.

    Returns:
        The syntax tree; its masks are of code points where it is UTF-8.

    Raises:
        RouteError: As for ``parse``.

    >>> parse_characters(pattern_bytes("\u20ac"), utf8=True) == Chars(1 << 0x20AC)
    True
    """
    parser = _Parser(pattern, LATIN1)
    try:
        raw = pattern.encode("latin-1")
        if utf8:
            parser = _Parser(raw.decode("utf-8"), UNICODE)
    except UnicodeEncodeError as error:
        parser.fail("a character above U+00FF (a pattern is its UTF-8 bytes, see pattern_bytes)", error.start)
    except UnicodeDecodeError as error:
        parser.fail("what is no UTF-8", error.start)
    return parser.parse()


def pattern_bytes(text: str) -> str:
    r"""Turn a pattern as documents write it into wire text: its UTF-8 bytes, one Latin-1 character each.

    Envoy hands the bytes of the document to RE2, which reads them as Latin-1, so that a letter outside ASCII is two or
    more characters there.

    Args:
        text: The pattern as Unicode text.

    Returns:
        The pattern as wire text.

    >>> pattern_bytes("caf\u00e9") == "caf\u00c3\u00a9"
    True
    """
    return text.encode("utf-8", "surrogatepass").decode("latin-1")

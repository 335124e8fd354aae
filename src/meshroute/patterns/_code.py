"""The instructions that RE2 makes of a form (re2/compile.cc), as far as their number goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from attrs import field, frozen

from meshroute.patterns._re2 import Form
from meshroute.patterns._tree import ALL_BYTES, LOWER, UPPER, mask_ranges
from meshroute.patterns._utf8 import CHARACTERS, is_beyond_ascii, pieces, sequence

FAIL: Final = 0
"""The instruction that everything without a match leads to."""


@frozen(eq=False)
class Fragment:
    """Some instructions: where they begin, and the ends that lead nowhere yet."""

    begin: int
    ends: tuple[tuple[int, int], ...] = ()
    nullable: bool = False


NO_MATCH: Final = Fragment(FAIL)


@frozen(eq=False)
class Code:
    """Instructions: what each is, and where it leads to.

    Args:
        kinds: ``fail``, ``byte``, ``all`` (any byte), ``step`` (an assertion), ``capture``, ``alt``, ``alt-match``,
            ``nop``, ``match``.
        targets: Where each leads to.
    """

    kinds: list[str] = field(factory=lambda: ["fail"])
    targets: list[list[int]] = field(factory=lambda: [[]])
    starts: list[int] = field(factory=list[int])

    def add(self, kind: str, *targets: int) -> int:
        self.kinds.append(kind)
        self.targets.append(list(targets))
        return len(self.kinds) - 1

    def patch(self, ends: tuple[tuple[int, int], ...], target: int) -> None:
        for index, place in ends:
            self.targets[index][place] = target

    def one(self, kind: str, *, nullable: bool = False) -> Fragment:
        index = self.add(kind, FAIL)
        return Fragment(index, ((index, 0),), nullable)

    def fragment(self, form: Form, below: list[Fragment]) -> Fragment:  # noqa: C901 - one case a kind of form
        """Make the instructions of a form from those of the forms below it."""
        match form[0]:
            case "empty":
                return self.one("nop", nullable=True)
            case "none":
                return NO_MATCH
            case "any":
                return self.any_character()
            case "byte":
                return self.one("all")
            case "assert":
                return self.one("step", nullable=True)
            case "class":
                return self.character_class(form[1])
            case "text":
                return self.chain([self.one("byte") for _ in self.encoded(form[1])])
            case "capture":
                return self.capture(below[0])
            case "cat":
                return self.chain(below)
            case "alt":
                return self.choice(below)
            case kind:
                return self.repeat(kind, below[0], greedy=bool(form[2]))

    def encoded(self, text: str) -> Sequence[object]:
        """Return the bytes of a text."""
        return text

    def any_character(self) -> Fragment:
        """Make the instructions of any character."""
        return self.one("all")

    def character_class(self, mask: int) -> Fragment:
        """Make the instructions of a class."""
        ranges = folded_ranges(mask)
        if len(ranges) == 1:
            return self.one("all" if mask == ALL_BYTES else "byte")
        return self.choice([self.one("byte") for _ in ranges])

    def chain(self, fragments: list[Fragment]) -> Fragment:
        result = fragments[0]
        for fragment in fragments[1:]:
            result = self.cat(result, fragment)
        return result

    def cat(self, one: Fragment, other: Fragment) -> Fragment:
        if FAIL in {one.begin, other.begin}:
            return NO_MATCH
        if self.kinds[one.begin] == "nop" and one.ends == ((one.begin, 0),):
            self.patch(one.ends, other.begin)
            return other
        self.patch(one.ends, other.begin)
        return Fragment(one.begin, other.ends, one.nullable and other.nullable)

    def choice(self, fragments: list[Fragment]) -> Fragment:
        result = fragments[0]
        for fragment in fragments[1:]:
            if FAIL in {result.begin, fragment.begin}:
                result = fragment if result.begin == FAIL else result
                continue
            index = self.add("alt", result.begin, fragment.begin)
            result = Fragment(index, result.ends + fragment.ends, result.nullable or fragment.nullable)
        return result

    def capture(self, inner: Fragment) -> Fragment:
        if inner.begin == FAIL:
            return NO_MATCH
        begin, end = self.add("capture", inner.begin), self.add("capture", FAIL)
        self.patch(inner.ends, end)
        return Fragment(begin, ((end, 0),), inner.nullable)

    def repeat(self, kind: object, inner: Fragment, *, greedy: bool) -> Fragment:
        if kind == "star" and inner.nullable:
            # one choice alone would try the ways in the wrong order
            return self.repeat("quest", self.repeat("plus", inner, greedy=greedy), greedy=greedy)
        if kind == "quest" and inner.begin == FAIL:
            return self.one("nop", nullable=True)
        out = 1 if greedy else 0
        index = self.add("alt", *((inner.begin, FAIL) if greedy else (FAIL, inner.begin)))
        if kind == "quest":
            return Fragment(index, (*inner.ends, (index, out)), nullable=True)
        self.patch(inner.ends, index)
        if kind == "plus":
            return Fragment(inner.begin, ((index, out),), inner.nullable)
        return Fragment(index, ((index, out),), nullable=True)

    def finish(self, all_: Fragment, *, anchored: bool) -> None:
        """Put the match at the end, and a loop over any bytes at the start of a pattern without an anchor."""
        match_ = self.add("match")
        whole = self.cat(all_, Fragment(match_))
        start = whole.begin
        if not anchored:
            whole = self.cat(self.repeat("star", self.one("all"), greedy=False), whole)
        self.starts.extend((start, whole.begin))


@frozen(eq=False)
class Utf8Code(Code):
    """The same where each character is its UTF-8: a class is a tree of bytes, which share what they end with.

    Args:
        ranges: The bytes that each instruction of such a tree takes.
        cached: The instructions that several sequences of the present class may lead to.
    """

    ranges: dict[int, tuple[int, int]] = field(factory=dict[int, tuple[int, int]])
    cached: dict[tuple[tuple[int, int], int], int] = field(factory=dict[tuple[tuple[int, int], int], int])

    def encoded(self, text: str) -> Sequence[object]:
        """Return the bytes of a text."""
        return text.encode("utf-8", "surrogatepass")

    def any_character(self) -> Fragment:
        """Make the instructions of any character."""
        return self._tree([(0, CHARACTERS - 1)])

    def character_class(self, mask: int) -> Fragment:
        """Make the instructions of a class."""
        return self._tree(folded_ranges(mask))

    def _tree(self, ranges: list[tuple[int, int]]) -> Fragment:
        self.cached.clear()
        ends: list[tuple[int, int]] = []
        begin = FAIL
        for low, high in (piece for one in ranges for piece in pieces(*one)):
            for head in self._beyond_ascii(ends) if is_beyond_ascii(low, high) else [self._sequence(low, high, ends)]:
                begin = head if begin == FAIL else self._merged(begin, head)
        return Fragment(begin, tuple(ends))

    def _beyond_ascii(self, ends: list[tuple[int, int]]) -> Iterator[int]:
        rest = FAIL
        for low, high in ((0xC2, 0xDF), (0xE0, 0xEF), (0xF0, 0xF4)):
            rest = self._suffix((0x80, 0xBF), rest, ends)
            yield self._suffix((low, high), rest, ends)

    def _sequence(self, low: int, high: int, ends: list[tuple[int, int]]) -> int:
        """Make a sequence from its end; its last byte, and ranges after the first, may be shared."""
        index = FAIL
        row = sequence(low, high)
        for place in reversed(range(len(row))):
            one = row[place]
            shared = place > 0 and (index == FAIL or one[0] < one[1])
            if shared and (one, index) in self.cached:
                index = self.cached[one, index]
                continue
            key = one, index
            index = self._suffix(one, index, ends)
            if shared:
                self.cached[key] = index
        return index

    def _suffix(self, one: tuple[int, int], rest: int, ends: list[tuple[int, int]]) -> int:
        index = self.add("byte", rest)
        self.ranges[index] = one
        if rest == FAIL:
            ends.append((index, 0))
        return index

    def _merged(self, root: int, head: int) -> int:
        """Add a sequence to a tree; only the newest branch can start with the same bytes, as all are in order.

        What several sequences lead to never starts like the next one, so nothing of it is changed here.
        """
        found = self.targets[root][1] if self.kinds[root] == "alt" else root
        if self.ranges[found] != self.ranges[head]:
            return self.add("alt", root, head)
        rest = self.targets[head][0]
        self.kinds.pop()  # the head is the newest instruction; its number is given to the next one
        self.targets.pop()
        self.targets[found][0] = self._merged(self.targets[found][0], rest)
        return root


def folded_ranges(mask: int) -> list[tuple[int, int]]:
    """Return the ranges of a class; where case does not matter, those of upper case go with the lower ones.

    Args:
        mask: The class.

    Returns:
        Its ranges.

    >>> folded_ranges(1 << ord("a") | 1 << ord("A"))
    [(97, 97)]
    """
    ranges = mask_ranges(mask)
    folds = (mask & UPPER) << 32 == mask & LOWER
    if folds:
        return [(low, high) for low, high in ranges if not (low >= ord("A") and high <= ord("Z"))]
    return list(ranges)

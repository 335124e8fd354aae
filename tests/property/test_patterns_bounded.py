"""Law 7 for patterns: what is given to a backtracking engine takes it time linear in the value.

A backtracking matcher of a few lines counts its steps on values that repeat a piece k, 2k and 4k times. Linear step
counts double with the value; quadratic ones would grow four times.
"""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import assume, event, given
from hypothesis import strategies as st

from meshroute.patterns import Alternate, Chars, Concat, Node, Repeat, parse
from meshroute.patterns._safety import plan
from meshroute.patterns._tree import Atomic

PIECES = st.sampled_from(
    [
        ".*",
        ".*",
        ".+",
        "[a-c]+",
        "[ab]*",
        "[bc]*",
        "[b/]*",
        "a*",
        "a",
        "b",
        "ab",
        "/",
        "a?",
        "b{0,2}",
        "[ab]",
        "[bc]{2}",
        "(?s:.*)",
        "(?:a|ab)",
        "(?:ab|b)",
        "(?:ab)*",
        "(?:a|b)*",
        "(?:/[ab]+)*",
        "(?:a|bca)",
        "(?:ab?)+",
        "(?:a*b)?",
        "(?:/a*)?",
        "$",
        "(?:.*a|b)",
        "(?:b|/.*)",
        "(?:a|[ab]b)",
        "(?:abc|b|/)",
        "(?:a*|/)",
        "(?:a|b|)",
        "(?:/b|/a)+",
        "(?:a.*b)?",
    ]
)
SEQUENCES = st.lists(PIECES, min_size=1, max_size=5).map("".join)
PATTERNS = st.one_of(SEQUENCES, SEQUENCES, st.builds("{}|{}".format, SEQUENCES, SEQUENCES))
TEXTS = st.text(alphabet="ab/c\n", max_size=3)


class Backtracker:
    """Tries everything in order, as the engines do, and counts the attempts."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.steps = 0

    def ends(self, node: Node, place: int) -> Iterator[int]:
        self.steps += 1
        match node:
            case Chars(mask):
                if place < len(self.text) and mask >> ord(self.text[place]) & 1:
                    yield place + 1
            case Concat(items):
                yield from self.sequence(items, 0, place)
            case Alternate(items):
                for item in items:
                    yield from self.ends(item, place)
            case Repeat():
                yield from self.times(node, 0, place)
            case Atomic(item):
                for end in self.ends(item, place):
                    yield end
                    return
            case _:
                yield place

    def sequence(self, items: tuple[Node, ...], at: int, place: int) -> Iterator[int]:
        if at == len(items):
            yield place
            return
        for end in self.ends(items[at], place):
            yield from self.sequence(items, at + 1, end)

    def times(self, node: Repeat, count: int, place: int) -> Iterator[int]:
        if count >= node.low and not node.greedy:
            yield place
        if node.high is None or count < node.high:
            for end in self.ends(node.item, place):
                yield from self.times(node, count + 1, end)
        if count >= node.low and node.greedy:
            yield place


def steps(tree: Node, text: str) -> int:
    backtracker = Backtracker(text)
    for end in backtracker.ends(tree, 0):
        if end == len(text):
            break
    return backtracker.steps


@given(PATTERNS, TEXTS, TEXTS, TEXTS)
def test_backtracking_is_linear(pattern: str, head: str, pumped: str, tail: str) -> None:
    planned = plan(parse(pattern))
    event(f"bounded {planned is not None}")
    assume(planned is not None and pumped)
    assert planned is not None
    few, more, most = (steps(planned, head + pumped * count + tail) for count in (12, 24, 48))
    assert most - more <= 2.6 * (more - few) + 50


def test_the_matcher_notices_what_is_not_linear() -> None:
    tree = parse(".*a.*a[^/]*/")
    few, more, most = (steps(tree, "a" * count) for count in (12, 24, 48))
    assert most - more > 2.6 * (more - few) + 50

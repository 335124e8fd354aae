"""Generated patterns and values for the tests against google-re2."""

from __future__ import annotations

import random
from typing import Final

from hypothesis import strategies as st

from meshroute.patterns import Alternate, Chars, Concat, Group, Node, Repeat

_ALPHABET: Final = "aabbcAZ09_-/. \n\t\v\x00k\xb5\xe9\xff"

_ATOMS: Final = st.one_of(
    st.sampled_from([*list("aabbcA0_-/ ="), "\n", "é", "foo", "ab", "]", "}", "{", "a{,2}", "a{1", "{x}"]),
    st.sampled_from(
        [".", ".", "^", "$", r"\b", r"\B", r"\A", r"\z", r"\C", "(?i)", "(?s)", "(?m)", "(?U)", "(?-i)", "(?)"]
    ),
    st.sampled_from([r"\d", r"\D", r"\s", r"\S", r"\w", r"\W", r"\pN", r"\PL", r"\p{Lu}", r"\p{^Ll}", r"\p{Greek}"]),
    st.sampled_from(
        [r"\x41", r"\x{e9}", r"\141", r"\07", r"\.", r"\/", r"\n", r"\v", r"\a", r"\Qa*b\E", r"\Q\E", r"\Q.", r"\_"]
    ),
)
_MEMBERS: Final = st.one_of(
    st.sampled_from([*list("abcAZ09_-^.& \né"), "a-c", "A-Z", "0-9", "&&", "[", r"\x00-\x40", r"\xe0-\xff", "b-b"]),
    st.sampled_from(
        [
            r"\d",
            r"\W",
            r"\s",
            r"\pL",
            r"\P{Nd}",
            "[:alpha:]",
            "[:^upper:]",
            "[:space:]",
            "[:word:]",
            r"\]",
            r"\-",
            r"\v",
        ]
    ),
)
_CLASSES: Final = st.builds(
    "[{}{}{}]".format,
    st.sampled_from(["", "", "^"]),
    st.sampled_from(["", "", "]", "-"]),
    st.lists(_MEMBERS, min_size=1, max_size=3).map("".join),
)
_REPEATS: Final = st.sampled_from(
    ["*", "+", "?", "*", "+", "?", "*?", "+?", "??", "{2}", "{0}", "{1,2}", "{0,3}", "{2,}", "{,2}", "{0,1}?", "{1,}?"]
)
_OPENINGS: Final = st.sampled_from(
    ["(", "(", "(?:", "(?:", "(?P<n>", "(?<m>", "(?i:", "(?s:", "(?m:", "(?U:", "(?-s:", "(?i-m:", "(?P<1>"]
)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.lists(inner, min_size=2, max_size=4).map("".join),
        st.builds("{}{}".format, inner, _REPEATS),
        st.builds("{}{}){}".format, _OPENINGS, inner, st.one_of(st.just(""), _REPEATS)),
        st.builds(
            "{}{})".format, _OPENINGS, st.lists(st.one_of(inner, st.just("")), min_size=1, max_size=3).map("|".join)
        ),
        st.lists(inner, min_size=2, max_size=3).map("|".join),
    )


patterns: Final = st.recursive(st.one_of(_ATOMS, _ATOMS, _CLASSES), _larger, max_leaves=8)
"""Patterns of a grammar that covers the whole syntax; some are refused all the same (``a**``)."""

soup: Final = st.lists(
    st.one_of(
        st.sampled_from([*list("()[]{}|*+?^$.\\-:=!<>,&abnpPQECZzxiU_0128"), "é", "\n", " "]),
        st.sampled_from(
            ["(?", "(?:", "(?P<", "(?<", "(?i", "n>", "{2}", "{1,3}", "{500}", "{1001}", "[^", "[[:", "alpha", ":]"]
        ),
        st.sampled_from(
            ["\\b", "\\p", "{L}", "{^Lu}", "\\Q", "\\E", "\\x", "\\x{", "f", "4", "7", "\\8", "\\0", "\\1", "\\C"]
        ),
    ),
    max_size=9,
).map("".join)
"""Pieces of syntax in any order; most are refused."""


def values_for(tree: Node, seed: int, count: int, longest: int) -> list[str]:
    """Make values aimed at a pattern: texts sampled from its tree, many of them with a small change."""
    rnd = random.Random(seed)  # noqa: S311 - values of tests
    made = ["", _text(rnd)]
    while len(made) < count:
        value = _sample(tree, rnd)[:longest]
        for _ in range(rnd.choice([0, 0, 1, 1, 2])):
            place = rnd.randint(0, len(value))
            value = value[:place] + rnd.choice(["", rnd.choice(_ALPHABET)]) + value[place + rnd.randint(0, 1) :]
        made.append(value)
    return made


def _text(rnd: random.Random) -> str:
    return "".join(rnd.choice(_ALPHABET) for _ in range(rnd.randint(1, 6)))


def _sample(node: Node, rnd: random.Random) -> str:
    match node:
        case Chars(0):
            return ""
        case Chars(mask):
            likely = [character for character in _ALPHABET if mask >> ord(character) & 1]
            return rnd.choice(likely or [chr(byte) for byte in range(256) if mask >> byte & 1])
        case Concat(items):
            return "".join(_sample(item, rnd) for item in items)
        case Alternate(items):
            return _sample(rnd.choice(items), rnd)
        case Group(item):
            return _sample(item, rnd)
        case Repeat(item, low, high):
            times = rnd.randint(low, low + 3 if high is None else high)
            return "".join(_sample(item, rnd) for _ in range(min(times, 20)))
        case _:
            return ""

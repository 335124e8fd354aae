"""The laws of sets hold for languages, and their members are members."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from meshroute.patterns import ANYTHING, NOTHING, TEXT, Language

PATTERNS = st.sampled_from(
    [
        "a", "a*", "(a|b)*", "/a.*", "[^/]+", "(?i)ab", "a{2,4}", r"\d+", r"\bab\b", "^a$", "(?s).*", "", "(ab)*c?",
        ".*b", "[ab]{1,3}", r"(?m)^a$(?s:.)*", r"a\B.", "(a|aa)+b", "x|y|", r"\w+-\w+", "[^\\x00-\\xff]",
    ]
)  # fmt: skip
VALUES = st.text(st.sampled_from("ab/AB1-c \n\xe9"), max_size=8)


@st.composite
def languages(draw: st.DrawFn) -> Language:
    """Draw a pattern, or a combination of a few."""
    found = Language.of(draw(PATTERNS))
    for _ in range(draw(st.integers(0, 2))):
        other = Language.of(draw(PATTERNS))
        match draw(st.integers(0, 3)):
            case 0:
                found &= other
            case 1:
                found |= other
            case 2:
                found -= other
            case _:
                found = ~found
    return found


@given(languages(), languages(), VALUES)
def test_operations_are_what_they_say(one: Language, other: Language, value: str) -> None:
    assert (one & other).accepts(value) == (one.accepts(value) and other.accepts(value))
    assert (one | other).accepts(value) == (one.accepts(value) or other.accepts(value))
    assert (one - other).accepts(value) == (one.accepts(value) and not other.accepts(value))
    assert (~one).accepts(value) != one.accepts(value)


@given(languages())
def test_members_are_members(language: Language) -> None:
    shortest, readable = language.shortest(), language.readable()
    assert (shortest is None) == (readable is None) == language.is_empty
    if shortest is not None and readable is not None:
        assert language.accepts(shortest)
        assert language.accepts(readable)
        assert len(shortest) <= len(readable)
    members = language.members(20)
    if members is not None:
        assert len(set(members)) == len(members)
        assert all(map(language.accepts, members))
        others = language
        for member in members:
            others -= Language.text(member)
        assert others.is_empty


@given(languages(), VALUES, VALUES)
def test_what_follows_a_text(language: Language, start: str, rest: str) -> None:
    assert language.after(start).accepts(rest) == language.accepts(start + rest)


@given(languages())
def test_all_members_start_with_the_literal_prefix(language: Language) -> None:
    prefix = language.literal_prefix()
    assert language.is_within(Language.prefix(prefix) | ~TEXT)


@given(languages(), languages())
def test_de_morgan(one: Language, other: Language) -> None:
    assert ~(one & other) == ~one | ~other
    assert ~(one | other) == ~one & ~other


@given(languages(), languages(), languages())
def test_union_and_intersection(one: Language, other: Language, third: Language) -> None:
    assert one & other == other & one
    assert one | other == other | one
    assert (one & other) & third == one & (other & third)
    assert (one | other) | third == one | (other | third)
    assert one & (other | third) == (one & other) | (one & third)


@given(languages())
def test_one_language(one: Language) -> None:
    assert ~~one == one
    assert one & one == one
    assert one | one == one
    assert one & ~one == NOTHING
    assert one | ~one == ANYTHING
    assert one.is_within(ANYTHING)
    assert one - ANYTHING == NOTHING

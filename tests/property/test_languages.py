"""The laws of sets hold for languages, and their members are members."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from meshroute.patterns import Language

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
    for found in (language.shortest(), language.readable()):
        assume(found.known)
        if found.text is None:
            assert language.is_empty()
        else:
            assert language.accepts(found.text)
            assert language.is_empty() is False
    shortest, readable = language.shortest().text, language.readable().text
    assert (shortest is None) == (readable is None)
    assert shortest is None or readable is None or len(shortest) <= len(readable)


@given(languages(), languages())
def test_de_morgan(one: Language, other: Language) -> None:
    assert (~(one & other)).equals(~one | ~other) in {True, None}
    assert (~(one | other)).equals(~one & ~other) in {True, None}


@given(languages(), languages(), languages())
def test_union_and_intersection(one: Language, other: Language, third: Language) -> None:
    assert (one & other).equals(other & one) in {True, None}
    assert (one | other).equals(other | one) in {True, None}
    assert ((one & other) & third).equals(one & (other & third)) in {True, None}
    assert ((one | other) | third).equals(one | (other | third)) in {True, None}
    assert (one & (other | third)).equals((one & other) | (one & third)) in {True, None}


@given(languages())
def test_one_language(one: Language) -> None:
    everything = Language.everything()
    assert (~~one).equals(one) in {True, None}
    assert (one & one).equals(one) in {True, None}
    assert (one | one).equals(one) in {True, None}
    assert (one & ~one).is_empty() in {True, None}
    assert (one | ~one).equals(everything) in {True, None}
    assert one.is_within(everything) in {True, None}
    assert (one - everything).is_empty() in {True, None}

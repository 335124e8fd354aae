"""Sets of texts: what they hold, how they compare, and members that are good to read."""

from __future__ import annotations

import pytest

from meshroute.patterns import (
    ANYTHING,
    NOTHING,
    SEPARATOR,
    TEXT,
    Language,
    LanguageTooLargeError,
    compile_pattern,
    folded,
    in_any_case,
    shortest_match,
)
from meshroute.patterns import _minimal as minimal

A, B = Language.of("a+"), Language.of("[ab]+")


@pytest.mark.parametrize(
    ("language", "inside", "outside"),
    [
        (A, "aa", "b"),
        (~A, "b", "a"),
        (~A, SEPARATOR, "a"),
        (A & B, "a", "b"),
        (A & ANYTHING, "a", "b"),
        (ANYTHING & A, "a", "b"),
        (A | Language.of("c"), "c", "b"),
        (Language.of("c") | A, "c", "b"),
        (B - A, "ab", "a"),
        (Language.text("a.b"), "a.b", "axb"),
        (Language.prefix("/a"), "/ab\n", "/b"),
        (Language.prefix("/a"), "/a", f"/a{SEPARATOR}"),
        (TEXT - A, "\n\xff", "a"),
        (~(A & B) | ~B, "c", "aa"),
        (Language.of(compile_pattern("x")), "x", "y"),
        (Language.of("abc|abd").after("ab"), "c", "abc"),
        (in_any_case(Language.text("a-b")), "A-b", "a_b"),
        (Language.of("ab|cd"), "cd", "ad"),
    ],
)
def test_members(language: Language, inside: str, outside: str) -> None:
    assert language.accepts(inside)
    assert not language.accepts(outside)


def test_emptiness_inclusion_and_equality() -> None:
    assert (A - B).is_empty
    assert not (B - A).is_empty
    assert A.is_within(B)
    assert not B.is_within(A)
    assert Language.of("a|aa*") == A
    assert A != B
    assert A != "a"
    assert A | A is A
    assert A & A is A
    assert Language.of("a|bc") - Language.of("b.*") == Language.text("a")
    assert len({Language.of("a|aa*"), A}) == 1
    assert Language.of(r"a\bb") == NOTHING
    assert Language.of("$a").shortest() is None
    assert NOTHING.readable() is None
    assert Language.of("ab").after("x") == NOTHING


@pytest.mark.parametrize("sources", [("(a|b)*", "(a*b*)*"), ("a(ba)*", "(ab)*a"), ("[^/]+(/[^/]+)*", "([^/]+/)*[^/]+")])
def test_one_automaton_for_each_language(sources: tuple[str, str]) -> None:
    one, other = map(Language.of, sources)
    assert one.rows == other.rows
    assert one.accepting == other.accepting


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("a{3,}", "aaa"),
        ("/v[0-9]+/(items|carts)", "/v0/carts"),
        ("[^a]", "b"),
        ("(?s).", "a"),
        ("", ""),
        (r"\x00", "\x00"),
        ("[^\\x00-\\xff]", None),
        (r"(?m)a$\n^b", "a\nb"),
        (r"\w+\b-", "a-"),
    ],
)
def test_readable_members(pattern: str, text: str | None) -> None:
    assert shortest_match(compile_pattern(pattern)) == text
    assert Language.of(pattern).readable() == text


def test_the_shortest_member_may_be_hard_to_read() -> None:
    either = Language.of(r"\x00|aa")
    assert either.shortest() == "\x00"
    assert either.readable() == "aa"
    assert repr(either) == "<Language of 3 states, such as 'aa'>"


@pytest.mark.parametrize(
    ("language", "prefix"),
    [
        (Language.text("/a"), "/a"),
        (Language.prefix("/a"), "/a"),
        (Language.of("/a(b|c)"), "/a"),
        (Language.of("/a([bc]d|e)"), "/a"),
        (Language.of("a|b"), ""),
        (Language.of("ab?"), "a"),
        (NOTHING, ""),
    ],
)
def test_the_text_that_all_members_start_with(language: Language, prefix: str) -> None:
    assert language.literal_prefix() == prefix


@pytest.mark.parametrize(
    ("language", "most", "members"),
    [
        (Language.of("a|b"), 2, ("a", "b")),
        (Language.of("a|b"), 1, None),
        (Language.of("a*"), 9, None),
        (Language.of("b.*a"), 3, None),
        (Language.of("[a-z]{2}x"), 10, None),
        (NOTHING, 1, ()),
    ],
)
def test_all_members(language: Language, most: int, members: tuple[str, ...] | None) -> None:
    assert language.members(most) == members


def test_upper_case_is_folded() -> None:
    assert folded(1 << ord("a") | 1 << ord("Z") | 1 << ord("-")) == 1 << ord("a") | 1 << ord("A") | 1 << ord("-")


def test_questions_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minimal, "MAX_STATES", 3)
    with pytest.raises(LanguageTooLargeError, match="more than 3 states"):
        Language.of("a{9}")
    monkeypatch.setattr("meshroute.patterns._language._MAX_SEARCHED", 2)
    assert shortest_match(compile_pattern("a{9}")) is None

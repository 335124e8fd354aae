"""Sets of texts: what they hold, and members that are good to read."""

from __future__ import annotations

import pytest

from meshroute.patterns import Language, Member, compile_pattern, shortest_match
from meshroute.patterns import _language as languages

A, B = Language.of("a+"), Language.of("[ab]+")


@pytest.mark.parametrize(
    ("language", "inside", "outside"),
    [
        (A, "aa", "b"),
        (~A, "b", "a"),
        (A & B, "a", "b"),
        (A | Language.of("c"), "c", "b"),
        (B - A, "ab", "a"),
        (Language.text("a.b"), "a.b", "axb"),
        (Language.prefix("/a"), "/ab\n", "/b"),
        (Language.everything() - A, "\n\xff", "a"),
        (~(A & B) | ~B, "c", "aa"),
        (Language.of(compile_pattern("x")), "x", "y"),
    ],
)
def test_members(language: Language, inside: str, outside: str) -> None:
    assert language.accepts(inside)
    assert not language.accepts(outside)


def test_emptiness_inclusion_and_equality() -> None:
    assert (A - B).is_empty() is True
    assert (B - A).is_empty() is False
    assert A.is_within(B) is True
    assert B.is_within(A) is False
    assert Language.of("a|aa*").equals(A) is True
    assert A.equals(B) is False
    assert Language.of(r"a\bb").is_empty() is True
    assert Language.of("$a").shortest() == Member(None)


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


def test_the_shortest_member_may_be_hard_to_read() -> None:
    either = Language.of(r"\x00|aa")
    assert either.shortest().text == "\x00"
    assert either.readable().text == "aa"


def test_questions_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "MAX_STATES", 3)
    hard = Language.of("a{9}")
    assert hard.shortest() == Member(None, known=False)
    assert hard.is_empty() is None
    assert hard.is_within(A) is None

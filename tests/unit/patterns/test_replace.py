"""Replacement of all matches, as RE2's GlobalReplace has it (envoy.md §4)."""

from __future__ import annotations

import pytest

from meshroute.patterns import Pattern
from meshroute.patterns import _replace as replacing


@pytest.mark.parametrize(
    ("pattern", "value", "substitution", "wanted"),
    [
        ("a", "banana", "o", "bonono"),
        ("x*", "/axb", "-", "-/-a-b-"),
        ("(a)(b)?", "ab/a", r"\2\1", "ba/a"),
        ("a", "a", r"\0\0", "aa"),
        ("a", "a", r"\\", "\\"),
        ("a", "ab", r"x\qy", "xb"),
        ("a", "ab", "x\\", "xb"),
        ("a", "a", r"\1", "a"),
        ("(a)", "a", r"\2", "a"),
        ("^a", "aa", "b", "ba"),
        ("a$", "aa", "b", "ab"),
        (r"\ba", "a-a", "b", "b-b"),
        ("(?:a|ab)(?:c|bcd)", "abcd", "x", "x"),
        ("(a*)+", "aab", r"<\1>", "<aa>b<>"),
        ("a*?", "aa", "-", "-a-a-"),
        ("a+?b", "aab", "x", "x"),
        ("", "ab", "-", "-a-b-"),
        ("z", "", "y", ""),
        ("a", "\u20ac", "b", "\u20ac"),
        ("(?s).", "\xe9\n", "x", "xx"),
    ],
)
def test_all_matches_are_replaced(pattern: str, value: str, substitution: str, wanted: str) -> None:
    assert Pattern(pattern).replace(value, substitution) == wanted


def test_the_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replacing, "MAX_REPLACE_STEPS", 50)
    assert Pattern("(a*b)?").replace("a" * 30, "x") is None
    assert Pattern("a").replace("a", "x") == "x"

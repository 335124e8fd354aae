from __future__ import annotations

import pytest

from meshroute.patterns import parse
from meshroute.patterns._print import print_tree
from meshroute.patterns._tree import Atomic


@pytest.mark.parametrize(
    ("pattern", "printed"),
    [
        ("", ""),
        ("/a_Z9", "/a_Z9"),
        ("-\\.\n\xe9", r"\x2d\x2e\x0a\xe9"),
        (".", "."),
        ("(?s).", "(?s:.)"),
        (r"\p{Greek}", "(?!)"),
        ("[a-c]", "[a-c]"),
        ("[ac]", "[ac]"),
        ("[a-cx]", "[a-cx]"),
        ("[^/]", "[^/]"),
        (r"[^\x00]", r"[\x01-\xff]"),
        (r"\d\s", r"[0-9][\x09-\x0a\x0c-\x0d\x20]"),
        (r"\W", "[^0-9A-Z_a-z]"),
        ("(?i)k", "[Kk]"),
        (r"^$\A\z", r"\A\Z\A\Z"),
        ("(?m)^$", "(?m:^)(?m:$)"),
        (r"\b\B", r"\b(?!\b)"),
        ("a*b+c?", "a*b+c?"),
        ("a*?b+?c??", "a*?b+?c??"),
        ("a{2}b{2,}c{0,3}?a{0}", "a{2}b{2,}c{0,3}?a{0}"),
        ("(?:ab)*", "(?:ab)*"),
        ("a|b|", "(?:a|b|)"),
        ("(?:a|b)c", "(?:a|b)c"),
        ("(a)(?P<n>b)", "(?:a)(?:b)"),
    ],
)
def test_printed_text(pattern: str, printed: str) -> None:
    assert print_tree(parse(pattern)) == printed


def test_only_named_groups_capture() -> None:
    assert print_tree(parse("(a)(?P<n>b(?P<n>c))"), captures=True) == "(?:a)(b(c))"


def test_regex_gets_no_negated_classes() -> None:
    assert print_tree(parse("[^/]."), dialect="regex") == r"[\x00-\x2e0-\xff]."


def test_atomic() -> None:
    assert print_tree(Atomic(parse("ab"))) == "(?>ab)"

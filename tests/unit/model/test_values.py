"""Tests on one text."""

from __future__ import annotations

import pytest

from meshroute.errors import RouteError
from meshroute.model.values import (
    IntRange,
    Present,
    TextContains,
    TextExact,
    TextPrefix,
    TextRegex,
    TextSuffix,
    TextTest,
    as_pattern,
)


@pytest.mark.parametrize(
    ("test", "value", "expected"),
    [
        (Present(), "", True),
        (Present(), "x", True),
        (TextExact("Blue"), "Blue", True),
        (TextExact("Blue"), "blue", False),
        (TextExact("Blue"), "Blue ", False),
        (TextExact(""), "", True),
        (TextExact(""), "x", False),
        (TextExact("Blue", ignore_case=True), "bLUE", True),
        (TextExact("Blue", ignore_case=True), "blues", False),
        (TextExact("\xc9", ignore_case=True), "\xe9", False),
        (TextPrefix("Re"), "Red", True),
        (TextPrefix("Re"), "red", False),
        (TextPrefix("Re"), "R", False),
        (TextPrefix("Re"), "xRe", False),
        (TextPrefix("Re", ignore_case=True), "rEd", True),
        (TextPrefix("Re", ignore_case=True), "xre", False),
        (TextSuffix(".Png"), "a.Png", True),
        (TextSuffix(".Png"), "a.png", False),
        (TextSuffix(".Png"), ".Png.gz", False),
        (TextSuffix(".Png", ignore_case=True), "a.PNG", True),
        (TextSuffix(".Png", ignore_case=True), "a.PNGx", False),
        (TextContains("Reen"), "gReens", True),
        (TextContains("Reen"), "greens", False),
        (TextContains("Reen", ignore_case=True), "GREENS", True),
        (TextContains("Reen", ignore_case=True), "GRENS", False),
        (TextRegex(".*green.*"), "evergreens", True),
        (TextRegex("green"), "evergreens", False),
        (TextRegex("red|green"), "redx", False),
        (TextRegex("^a$"), "a", True),
        (TextRegex("a."), "a\xff", True),
        (TextRegex("a.*"), "a\n", False),
    ],
)
def test_tests_on_text(test: TextTest, value: str, expected: bool) -> None:
    assert test.accepts(value) is expected


@pytest.mark.parametrize("value", ["1", "4", "+4", "04", "+" + "0" * 9000 + "4", " 4", "4 ", "\t\n\v\f\r 3 \r"])
def test_integers_within_the_half_open_range(value: str) -> None:
    assert IntRange(1, 5).accepts(value) is True


@pytest.mark.parametrize(
    "value",
    ["0", "5", "-1", "", " ", "4.0", "0x3", "1_0", "\u0663", "1,2", "+", "- 1", "4\x00", "1e0", "\xa04", "\x1c4"],
)
def test_no_integers_within_the_range(value: str) -> None:
    assert IntRange(1, 5).accepts(value) is False


def test_integers_have_64_bits() -> None:
    everything = IntRange(-(2**70), 2**70)
    assert everything.accepts(str(2**63 - 1)) is True
    assert everything.accepts(str(-(2**63))) is True
    assert everything.accepts(str(2**63)) is False
    assert everything.accepts(str(-(2**63) - 1)) is False
    assert everything.accepts("9" * 100_000) is False
    assert IntRange(-3, 0).accepts("-3") is True
    assert IntRange(-3, 0).accepts("-0") is False


def test_patterns_are_read_once() -> None:
    pattern = as_pattern("a+")
    assert as_pattern(pattern) is pattern
    assert TextRegex(pattern) == TextRegex("a+")
    assert repr(TextRegex("a+")) == "TextRegex('a+')"
    assert repr(TextExact("a", ignore_case=True)) == "TextExact('a', ignore_case=True)"


@pytest.mark.parametrize("source", ["(", "a(?=b)", r"(a)\1", "a{1001}", "[", "a++"])
def test_what_re2_refuses_is_refused(source: str) -> None:
    with pytest.raises(RouteError):
        TextRegex(source)

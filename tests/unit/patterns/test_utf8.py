"""Patterns that are read as UTF-8; what google-re2 says of each stands here as data."""

from __future__ import annotations

import pickle

import pytest

from meshroute.errors import RouteError
from meshroute.patterns import Pattern, compile_pattern, pattern_bytes, program_size


def utf8(pattern: str) -> Pattern:
    return compile_pattern(pattern_bytes(pattern), utf8=True)


@pytest.mark.parametrize(
    ("pattern", "size"),
    [
        (".", 12),
        ("[^a]", 12),
        ("é", 6),
        ("[é-ü]", 6),
        ("(?i)k", 8),
        ("(?i)é", 7),
        ("(?i)ß", 9),
        (r"\pL", 1200),
        (r"\PL", 1202),
        (r"(?i)\p{Lu}", 328),
        (r"\p{Greek}", 66),
        ("[^/]+", 13),
        (r"\C", 5),
        ("(?s).", 11),
        ("(?s).|a", 11),
        (r"[\x{800}-\x{804}\x{806}]", 8),
        (r"[^\x{0}-\x{10ffff}]", 1),
        ("[a-€]*", 15),
    ],
)
def test_sizes(pattern: str, size: int) -> None:
    assert program_size(pattern_bytes(pattern), utf8=True) == size


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        (".", "é", True),
        ("..", "é", False),
        ("é{2}|ü", "éé", True),
        ("^a$|é", "a", True),
        (".", b"\xff", False),
        (".", b"\xe0\x80\x80", True),  # RE2 takes overlong forms where all beyond ASCII is meant
        (r"[\x{80}-\x{ffff}]", b"\xe0\x80\x80", False),
        (r"\C", b"\xff", True),
        (r"\C\C", "é", True),
        ("(?i)é", "É", True),
        ("(?i)k", "\u212a", True),
        (r"(?i)[^\w]", "\u017f", False),
        (r"\w", "é", False),
        (r"\p{Greek}+", "Ωω", True),
        (r"\p{L}", "€", False),
        (r"\p{Any}", "€", True),
        ("(?s).", "\n", True),
        (".", "\n", False),
        (r"\x{20ac}", "€", True),
        (r"\777", "\u01ff", True),
        ("[a-€]", "é", True),
        ("[^é]", "é", False),
        ("[\U0001f600-\U0001f640x]", "\U0001f600", True),
        (r"[\x{7f}-\x{800}]", "\u07ff", True),
        (r"[\x{7f}-\x{800}]", "\u0801", False),
        (r"[\x{1050}-\x{3fff}]", "\u2000", True),
        (r"[\x{1050}-\x{3fff}]", "\u104f", False),
        (r"[^\x{0}-\x{10ffff}]", "a", False),
        (r"[\x{103}-\x{10fffe}]", "\U0010ffff", False),
    ],
)
def test_matches(pattern: str, text: str | bytes, matches: bool) -> None:  # noqa: FBT001 - a parameter of the test
    raw = text.encode() if isinstance(text, str) else text
    assert bool(utf8(pattern).fullmatch(raw.decode("latin-1"))) is matches


@pytest.mark.parametrize("pattern", [r"\x{110000}", "(?P<€>a)", r"\é", r"\p{Nope}", "[é-a]"])
def test_refused(pattern: str) -> None:
    with pytest.raises(RouteError):
        utf8(pattern)


def test_what_is_no_utf8_is_refused() -> None:
    with pytest.raises(RouteError, match="what is no UTF-8"):
        compile_pattern("\xff", utf8=True)


def test_a_class_counts_for_its_memory() -> None:
    with pytest.raises(RouteError, match="MAX_PROGRAM_SIZE"):
        utf8(r"[^a]" * 1000)


def test_groups_and_names_are_wire_text() -> None:
    assert utf8("(?P<é>.)(a|b)").groups(pattern_bytes("€a")) == ((pattern_bytes("é"), pattern_bytes("€")),)


def test_it_is_another_pattern_than_that_of_bytes() -> None:
    one = utf8("é")
    assert one != compile_pattern(one.source)
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - our own


@pytest.mark.parametrize(
    ("pattern", "text", "wanted"),
    [("x*", "é€\U0001f600", "-é-€-\U0001f600-"), ("x*", "axé", "-a-é-"), ("é*", "éaé", "-a-")],
)
def test_empty_matches_are_a_character_apart(pattern: str, text: str, wanted: str) -> None:
    assert utf8(pattern).replace(pattern_bytes(text), "-") == pattern_bytes(wanted)


def test_broken_characters_are_passed_byte_by_byte() -> None:
    assert utf8("x*").replace("\xc3a\xe2\x82", "-") == "-\xc3-a-\xe2-\x82-"

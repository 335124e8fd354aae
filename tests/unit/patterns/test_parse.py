from __future__ import annotations

import pytest

from meshroute.errors import RouteError
from meshroute.patterns import (
    MAX_PROGRAM_SIZE,
    Alternate,
    Assert,
    AssertKind,
    Chars,
    Concat,
    Empty,
    Group,
    Node,
    Repeat,
    parse,
    pattern_bytes,
)
from meshroute.patterns._tree import mask_ranges

A, B, C = Chars(1 << 97), Chars(1 << 98), Chars(1 << 99)
START, END = Assert(AssertKind.TEXT_START), Assert(AssertKind.TEXT_END)


def literal(text: str) -> Node:
    nodes = tuple(Chars(1 << ord(character)) for character in text)
    return nodes[0] if len(nodes) == 1 else Concat(nodes)


TREES: list[tuple[str, Node]] = [
    ("", Empty()),
    ("a", A),
    ("ab", Concat((A, B))),
    ("a|b", Alternate((A, B))),
    ("a||ab", Alternate((A, Empty(), Concat((A, B))))),
    ("|", Alternate((Empty(), Empty()))),
    ("(a)", Group(A, 1)),
    ("()", Group(Empty(), 1)),
    ("(?:)", Empty()),
    ("(?:ab)c", Concat((Concat((A, B)), C))),
    ("(?P<n>a)(?<m_1>b)(c)", Concat((Group(A, 1, "n"), Group(B, 2, "m_1"), Group(C, 3)))),
    ("(?P<1a>a)", Group(A, 1, "1a")),
    ("(?P<n>a)(?P<n>b)", Concat((Group(A, 1, "n"), Group(B, 2, "n")))),
    ("(?P<\xe9\xaa>a)", Group(A, 1, "\xe9\xaa")),
    ("((a)b)", Group(Concat((Group(A, 2), B)), 1)),
    ("a*", Repeat(A, 0, None)),
    ("a+?", Repeat(A, 1, None, greedy=False)),
    ("a?", Repeat(A, 0, 1)),
    ("(?U)a?b??", Concat((Repeat(A, 0, 1, greedy=False), Repeat(B, 0, 1)))),
    ("a{2}", Repeat(A, 2, 2)),
    ("a{2,}", Repeat(A, 2, None)),
    ("a{2,3}?", Repeat(A, 2, 3, greedy=False)),
    ("a{0}", Repeat(A, 0, 0)),
    ("a{1000}", Repeat(A, 1000, 1000)),
    ("(?:a{10}){100}", Repeat(Repeat(A, 10, 10), 100, 100)),
    ("(?:a{0}){1000}", Repeat(Repeat(A, 0, 0), 1000, 1000)),
    ("a{,2}", literal("a{,2}")),
    ("a{1", literal("a{1")),
    ("a{1,", literal("a{1,")),
    ("a{1,2", literal("a{1,2")),
    ("a{1,x}", literal("a{1,x}")),
    ("a{01}", literal("a{01}")),
    ("a{1,01}", literal("a{1,01}")),
    ("a{1000000000}", literal("a{1000000000}")),
    ("{", literal("{")),
    ("]}", literal("]}")),
    ("(?:a*)*", Repeat(A, 0, None)),
    ("(?:a+)+", Repeat(A, 1, None)),
    ("(?:a+)?", Repeat(A, 0, None)),
    ("(?:a+?)?", Repeat(Repeat(A, 1, None, greedy=False), 0, 1)),
    ("(?:a{2})*", Repeat(Repeat(A, 2, 2), 0, None)),
    ("a*(?i)*", Repeat(Repeat(A, 0, None), 0, None)),
    (r"a*\Q\E*", Repeat(A, 0, None)),
    ("^*", Repeat(START, 0, None)),
    (r"\b*", Repeat(Assert(AssertKind.WORD_BOUNDARY), 0, None)),
    ("^$", Concat((START, END))),
    ("(?m)^$", Concat((Assert(AssertKind.LINE_START), Assert(AssertKind.LINE_END)))),
    ("(?m)(?-m)^$", Concat((START, END))),
    (r"\A\z", Concat((START, END))),
    (r"\b\B", Concat((Assert(AssertKind.WORD_BOUNDARY), Assert(AssertKind.NOT_WORD_BOUNDARY)))),
    (r"\Qa|b\Ec", literal("a|bc")),
    (r"\Qa|", literal("a|")),
    ("\\Qa\\", literal("a\\")),
    (r"\Q\E", Empty()),
    ("a\x00\xff", literal("a\x00\xff")),
]


@pytest.mark.parametrize(("pattern", "tree"), TREES, ids=[pattern for pattern, _ in TREES])
def test_trees(pattern: str, tree: Node) -> None:
    assert parse(pattern) == tree


RANGES: list[tuple[str, list[tuple[int, int]]]] = [
    (".", [(0, 9), (11, 255)]),
    ("(?s).", [(0, 255)]),
    (r"\C", [(0, 255)]),
    ("(?i)k", [(75, 75), (107, 107)]),
    ("(?i)K", [(75, 75), (107, 107)]),
    ("(?i)\xe9", [(0xE9, 0xE9)]),
    ("(?i)_", [(95, 95)]),
    ("(?i:(?-i)k)", [(107, 107)]),
    (r"\d", [(48, 57)]),
    (r"\D", [(0, 47), (58, 255)]),
    (r"\s", [(9, 10), (12, 13), (32, 32)]),
    (r"\S", [(0, 8), (11, 11), (14, 31), (33, 255)]),
    (r"\w", [(48, 57), (65, 90), (95, 95), (97, 122)]),
    (r"\W", [(0, 47), (58, 64), (91, 94), (96, 96), (123, 255)]),
    (r"\pN", [(48, 57), (178, 179), (185, 185), (188, 190)]),
    (r"\p{Nd}", [(48, 57)]),
    (r"\PN", [(0, 47), (58, 177), (180, 184), (186, 187), (191, 255)]),
    (r"\P{^Nd}", [(48, 57)]),
    (r"\p{^Nd}", [(0, 47), (58, 255)]),
    (r"\p{Greek}", []),
    (r"\P{Greek}", [(0, 255)]),
    (r"\p{Any}", [(0, 255)]),
    (r"(?i)\p{Lu}", [(65, 90), (97, 122), (192, 214), (216, 222)]),
    (r"(?i)\P{Lu}", [(0, 64), (91, 96), (123, 191), (215, 215), (223, 255)]),
    (r"\a", [(7, 7)]),
    (r"\f", [(12, 12)]),
    (r"\n", [(10, 10)]),
    (r"\r", [(13, 13)]),
    (r"\t", [(9, 9)]),
    (r"\v", [(11, 11)]),
    (r"\x41", [(65, 65)]),
    (r"\x{0000fF}", [(255, 255)]),
    (r"\x{0}", [(0, 0)]),
    (r"\0", [(0, 0)]),
    (r"\07", [(7, 7)]),
    (r"\377", [(255, 255)]),
    (r"\12", [(10, 10)]),
    (r"\.", [(46, 46)]),
    (r"\_", [(95, 95)]),
    ("\\\x7f", [(127, 127)]),
    ("[ab]", [(97, 98)]),
    ("[^b-z]", [(0, 97), (123, 255)]),
    ("[]a]", [(93, 93), (97, 97)]),
    ("[^]a]", [(0, 92), (94, 96), (98, 255)]),
    ("[a-]", [(45, 45), (97, 97)]),
    ("[-a]", [(45, 45), (97, 97)]),
    ("[--0]", [(45, 48)]),
    ("[a-b-d]", [(45, 45), (97, 98), (100, 100)]),
    ("[a&&b]", [(38, 38), (97, 98)]),
    (r"[\d-a]", [(45, 45), (48, 57), (97, 97)]),
    (r"[\]\\]", [(92, 93)]),
    (r"[\x41-\x43]", [(65, 67)]),
    (r"[\pN_]", [(48, 57), (95, 95), (178, 179), (185, 185), (188, 190)]),
    ("[[:alpha:]]", [(65, 90), (97, 122)]),
    ("[[:^alpha:]]", [(0, 64), (91, 96), (123, 255)]),
    ("[[:alpha:][:digit:]-]", [(45, 45), (48, 57), (65, 90), (97, 122)]),
    ("(?i)[[:lower:]]", [(65, 90), (97, 122)]),
    ("(?i)[[:^lower:]]", [(0, 64), (91, 96), (123, 255)]),
    ("[[:blank:]]", [(9, 9), (32, 32)]),
    ("[[:cntrl:]]", [(0, 31), (127, 127)]),
    ("[[:space:]]", [(9, 13), (32, 32)]),
    ("[[:graph:]]", [(33, 126)]),
    ("[[:print:]]", [(32, 126)]),
    ("[[:ascii:]]", [(0, 127)]),
    ("[[:punct:]]", [(33, 47), (58, 64), (91, 96), (123, 126)]),
    ("[[:word:]]", [(48, 57), (65, 90), (95, 95), (97, 122)]),
    ("[[:xdigit:]]", [(48, 57), (65, 70), (97, 102)]),
    ("[[:alnum:]]", [(48, 57), (65, 90), (97, 122)]),
    ("[[:upper:]]", [(65, 90)]),
    ("[[.a.]", [(46, 46), (91, 91), (97, 97)]),
    ("[[:a]", [(58, 58), (91, 91), (97, 97)]),
    ("[[:a-c]", [(58, 58), (91, 91), (97, 99)]),
    ("(?i)[^k]", [(0, 74), (76, 106), (108, 255)]),
    (r"[^\x00-\xff]", []),
    ("[\xe9-\xff]", [(0xE9, 0xFF)]),
]


@pytest.mark.parametrize(("pattern", "ranges"), RANGES, ids=[pattern for pattern, _ in RANGES])
def test_sets_of_bytes(pattern: str, ranges: list[tuple[int, int]]) -> None:
    tree = parse(pattern)
    assert isinstance(tree, Chars)
    assert list(mask_ranges(tree.mask)) == ranges


REFUSED: list[tuple[str, str]] = [
    ("(ab", "missing closing ) at position 3 of '(ab'"),
    ("(?:a", "missing closing ) at position 4 of '(?:a'"),
    ("a)", "unexpected ) at position 1 of 'a)'"),
    ("*", "nothing to repeat before * at position 0 of '*'"),
    ("(+)", "nothing to repeat before + at position 1 of '(+)'"),
    ("a|?", "nothing to repeat before ? at position 2 of 'a|?'"),
    ("(?i)*", "nothing to repeat before * at position 4 of '(?i)*'"),
    ("{2}", "nothing to repeat before {2} at position 0 of '{2}'"),
    ("a**", "repetition operator * follows another one at position 2 of 'a**'"),
    ("a*?+", "repetition operator + follows another one at position 3 of 'a*?+'"),
    ("a{2}{3}", "repetition operator {3} follows another one at position 4 of 'a{2}{3}'"),
    ("a++", "repetition operator + follows another one at position 2 of 'a++'"),
    ("a{1001}", "bad repetition {1001}: the limit is 1000, the smaller number comes first at position 1 of 'a{1001}'"),
    (
        "a{1001,}",
        "bad repetition {1001,}: the limit is 1000, the smaller number comes first at position 1 of 'a{1001,}'",
    ),
    ("a{2,1}", "bad repetition {2,1}: the limit is 1000, the smaller number comes first at position 1 of 'a{2,1}'"),
    ("(a{7}){143}", "nested repetitions multiply to more than 1000 at position 6 of '(a{7}){143}'"),
    ("(a{33,}){31}", "nested repetitions multiply to more than 1000 at position 8 of '(a{33,}){31}'"),
    ("(?=a)", "RE2 has no group (?= at position 0 of '(?=a)'"),
    ("(?<=a)", "RE2 has no group (?< at position 0 of '(?<=a)'"),
    ("(?<!a>)", "RE2 has no group (?< at position 0 of '(?<!a>)'"),
    ("(?>a)", "RE2 has no group (?> at position 0 of '(?>a)'"),
    ("(?#a)", "RE2 has no group (?# at position 0 of '(?#a)'"),
    ("(?x)", "RE2 has no group (?x at position 0 of '(?x)'"),
    ("(?P=n)", "RE2 has no group (?P at position 0 of '(?P=n)'"),
    ("(?(1)a)", "RE2 has no group (?( at position 0 of '(?(1)a)'"),
    ("(?--i)", "RE2 has no group (?-- at position 0 of '(?--i)'"),
    ("(?i", "RE2 has no group (?i at position 0 of '(?i'"),
    ("(?i-)", "a flag must follow the - at position 4 of '(?i-)'"),
    ("(?P<a", "bad group name at position 4 of '(?P<a'"),
    ("(?<>a)", "bad group name at position 3 of '(?<>a)'"),
    ("(?<a b>a)", "bad group name at position 3 of '(?<a b>a)'"),
    ("\\", "the pattern ends with a backslash at position 0 of '\\\\'"),
    (r"\Z", r"RE2 has no escape \Z at position 0 of '\\Z'"),
    (r"\u0041", r"RE2 has no escape \u at position 0 of '\\u0041'"),
    (r"\E", r"RE2 has no escape \E at position 0 of '\\E'"),
    (r"\8", r"RE2 has no escape \8 at position 0 of '\\8'"),
    (r"(a)\1", r"RE2 has no escape \1 at position 3 of '(a)\\1'"),
    (r"\18", r"RE2 has no escape \1 at position 0 of '\\18'"),
    ("\\\xe9", "RE2 has no escape \\\xe9 at position 0 of '\\\\\xe9'"),
    (r"\400", r"\400 is no byte at position 0 of '\\400'"),
    (r"\x{100}", r"bad hexadecimal escape (two digits, or \x{...} up to ff) at position 0 of '\\x{100}'"),
    (r"\x{}", r"bad hexadecimal escape (two digits, or \x{...} up to ff) at position 0 of '\\x{}'"),
    (r"\x{f", r"bad hexadecimal escape (two digits, or \x{...} up to ff) at position 0 of '\\x{f'"),
    (r"\x{g}", r"bad hexadecimal escape (two digits, or \x{...} up to ff) at position 0 of '\\x{g}'"),
    (r"\xf", r"bad hexadecimal escape (two digits, or \x{...} up to ff) at position 0 of '\\xf'"),
    (r"\xfg", r"bad hexadecimal escape (two digits, or \x{...} up to ff) at position 0 of '\\xfg'"),
    (r"a\p{Letter}", r"RE2 has no character class \p{Letter} at position 1 of 'a\\p{Letter}'"),
    (r"\p{L", r"RE2 has no character class \p{ at position 0 of '\\p{L'"),
    (r"\p", r"RE2 has no character class \p at position 0 of '\\p'"),
    ("[a", "missing closing ] at position 0 of '[a'"),
    ("a[]", "missing closing ] at position 1 of 'a[]'"),
    ("[a-", "missing closing ] at position 0 of '[a-'"),
    ("[b-a]", "bad range b-a at position 1 of '[b-a]'"),
    (r"[a-\d]", r"RE2 has no escape \d at position 3 of '[a-\\d]'"),
    (r"[\b]", r"RE2 has no escape \b at position 1 of '[\\b]'"),
    (r"[\Q]", r"RE2 has no escape \Q at position 1 of '[\\Q]'"),
    ("[[:nope:]]", "RE2 has no character class [:nope:] at position 1 of '[[:nope:]]'"),
    ("[[:alpha]b:]", "RE2 has no character class [:alpha]b:] at position 1 of '[[:alpha]b:]'"),
    (
        "a\u0100",
        "a character above U+00FF (a pattern is its UTF-8 bytes, see pattern_bytes) at position 1 of 'a\u0100'",
    ),
]


@pytest.mark.parametrize(("pattern", "message"), REFUSED, ids=[pattern for pattern, _ in REFUSED])
def test_refused(pattern: str, message: str) -> None:
    with pytest.raises(RouteError) as caught:
        parse(pattern)
    assert str(caught.value) == message


def test_messages_quote_long_patterns_in_part() -> None:
    with pytest.raises(RouteError) as caught:
        parse("(" + "a" * 200)
    assert str(caught.value) == "missing closing ) at position 201 of '(" + "a" * 74 + "...'"


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("a" * MAX_PROGRAM_SIZE, True),
        ("a" * (MAX_PROGRAM_SIZE + 1), False),
        ("a{1000}" * 50, True),
        ("a{1000}" * 51, False),
        ("a{0,999}" * 25, True),
        ("a{0,999}" * 26, False),
        ("|" * MAX_PROGRAM_SIZE, True),
        ("|" * (MAX_PROGRAM_SIZE + 1), False),
        ("(?:)" * (MAX_PROGRAM_SIZE // 2), True),
        ("(?:)" * (MAX_PROGRAM_SIZE // 2 + 1), False),
        ("(?i)" * 60_000, True),
        ("[" + "a" * 60_000 + "]", True),
        ("(" * 1_000_000, False),
        ("(?:a" * 10_000 + ")*" * 10_000, True),
        ("(?:(?:abcde){0}){1000}" * 9, True),
        ("a*" * 20_000, False),
        ("(?:a{1000}){0}" * 51, False),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else None,
)
def test_size_is_capped(pattern: str, fits: bool) -> None:  # noqa: FBT001 - a column of the table
    if fits:
        parse(pattern)
    else:
        with pytest.raises(
            RouteError, match=r"^the pattern needs more than 50000 instructions \(MAX_PROGRAM_SIZE\) at"
        ):
            parse(pattern)


def test_pattern_bytes() -> None:
    assert pattern_bytes("a\xe9\u20ac") == "a\xc3\xa9\xe2\x82\xac"
    assert pattern_bytes("\udc80") == "\xed\xb2\x80"

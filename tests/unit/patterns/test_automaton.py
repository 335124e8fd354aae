from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from meshroute.patterns import AssertKind, parse
from meshroute.patterns._automaton import Automaton, byte_blocks
from meshroute.patterns._captures import match_slots
from meshroute.patterns._program import (
    AT_NEWLINE,
    AT_OTHER,
    AT_WORD,
    EDGE,
    Accept,
    Check,
    Program,
    Save,
    Split,
    Step,
    build_program,
    holds,
    surroundings,
)
from meshroute.patterns._tree import ALL_BYTES, Atomic

A, B = 1 << 97, 1 << 98


@pytest.mark.parametrize(
    ("pattern", "program"),
    [
        ("", Program((Accept(),), 0, has_assertions=False, slots=0)),
        ("ab", Program((Accept(), Step(B, 0), Step(A, 1)), 2, has_assertions=False, slots=0)),
        ("a|b", Program((Accept(), Step(A | B, 0)), 1, has_assertions=False, slots=0)),
        (
            "a|ab|b",
            Program(
                (Accept(), Step(A, 0), Step(B, 0), Step(A, 2), Step(B, 0), Split((1, 3, 4))),
                5,
                has_assertions=False,
                slots=0,
            ),
        ),
        ("a*", Program((Accept(), Split((2, 0)), Step(A, 1)), 1, has_assertions=False, slots=0)),
        ("a*?", Program((Accept(), Split((0, 2)), Step(A, 1)), 1, has_assertions=False, slots=0)),
        ("a+", Program((Accept(), Split((2, 0)), Step(A, 1)), 2, has_assertions=False, slots=0)),
        ("a{2,}", Program((Accept(), Split((2, 0)), Step(A, 1), Step(A, 2)), 3, has_assertions=False, slots=0)),
        ("a?", Program((Accept(), Step(A, 0), Split((1, 0))), 2, has_assertions=False, slots=0)),
        ("a??", Program((Accept(), Step(A, 0), Split((0, 1))), 2, has_assertions=False, slots=0)),
        ("a{0}", Program((Accept(),), 0, has_assertions=False, slots=0)),
        ("a{2}", Program((Accept(), Step(A, 0), Step(A, 1)), 2, has_assertions=False, slots=0)),
        (
            "a{1,3}",
            Program(
                (Accept(), Step(A, 0), Split((1, 0)), Step(A, 2), Split((3, 0)), Step(A, 4)),
                5,
                has_assertions=False,
                slots=0,
            ),
        ),
        (
            "(?:a{0,1})*",
            Program(
                (Accept(), Split((3, 0)), Step(A, 1), Split((2, 1)), Split((3, 0))), 4, has_assertions=False, slots=0
            ),
        ),
        ("(a)", Program((Accept(), Step(A, 0)), 1, has_assertions=False, slots=0)),
        ("$", Program((Accept(), Check(AssertKind.TEXT_END, 0)), 1, has_assertions=True, slots=0)),
    ],
)
def test_programs(pattern: str, program: Program) -> None:
    tree = parse(pattern)
    assert build_program(tree) == program


def test_saves() -> None:
    program = build_program(parse("(a)(b)"), {2: 0})
    assert program == Program(
        (Accept(), Save(1, 0), Step(B, 1), Save(0, 2), Step(A, 3)), 4, has_assertions=False, slots=2
    )


def test_atomic_nodes_compile_to_their_items() -> None:
    assert build_program(Atomic(parse("a*"))) == build_program(parse("a*"))


def test_deep_trees() -> None:
    program = build_program(parse("(?:a" * 8000 + ")*" * 8000))
    assert len(program.instructions) == 16_001


def test_surroundings() -> None:
    assert [surroundings(byte) for byte in (9, 10, 48, 65, 95, 122, 0xE9)] == [
        AT_OTHER,
        AT_NEWLINE,
        AT_WORD,
        AT_WORD,
        AT_WORD,
        AT_WORD,
        AT_OTHER,
    ]


@pytest.mark.parametrize(
    ("kind", "true_for"),
    [
        (AssertKind.TEXT_START, {(EDGE, after) for after in range(4)}),
        (AssertKind.TEXT_END, {(before, EDGE) for before in range(4)}),
        (AssertKind.LINE_START, {(before, after) for before in (EDGE, AT_NEWLINE) for after in range(4)}),
        (AssertKind.LINE_END, {(before, after) for before in range(4) for after in (EDGE, AT_NEWLINE)}),
        (
            AssertKind.WORD_BOUNDARY,
            {(AT_WORD, 0), (AT_WORD, 1), (AT_WORD, 3), (0, AT_WORD), (1, AT_WORD), (3, AT_WORD)},
        ),
    ],
)
def test_assertions(kind: AssertKind, true_for: set[tuple[int, int]]) -> None:
    everywhere = {(before, after) for before in range(4) for after in range(4)}
    assert {place for place in everywhere if holds(kind, *place)} == true_for
    if kind is AssertKind.WORD_BOUNDARY:
        assert {p for p in everywhere if holds(AssertKind.NOT_WORD_BOUNDARY, *p)} == everywhere - true_for


def test_byte_blocks() -> None:
    assert byte_blocks(set()) == [ALL_BYTES]
    assert sorted(byte_blocks({0b0110, 0b0011})) == [0b1, 0b10, 0b100, ALL_BYTES & ~0b111]
    assert sorted(byte_blocks({1 << byte for byte in range(256)})) == [1 << byte for byte in range(256)]


VERDICTS = [
    ("(a|aa)+c", ["aac", "c", "aaca"], [True, False, False]),
    ("(a*)*b", ["b", "aab", "aba"], [True, True, False]),
    ("", ["", "a"], [True, False]),
    ("(?:a|b)*a(?:a|b){3}", ["abab", "bbbabbb", "bbabb", "aaa"], [True, True, False, False]),
    ("^a$", ["a", "a\n"], [True, False]),
    ("(?m)(?:^a$\n?)*", ["a", "a\na", "a\na\n", "aa"], [True, True, True, False]),
    (r".*\bfoo\b.*", ["foo", "a foo b", "afoo", "\nfoo"], [True, True, False, False]),
    (r"a\B.*", ["ab", "a", "a b"], [True, False, False]),
    (r"\B", ["", "a"], [True, False]),
    ("a.*", ["a\u0100", "\u0100", "a\xff"], [False, False, True]),
]


@pytest.mark.parametrize(("pattern", "values", "verdicts"), VERDICTS)
@pytest.mark.parametrize("max_cells", [0, 10_000])
def test_verdicts(pattern: str, values: list[str], verdicts: list[bool], max_cells: int) -> None:
    automaton = Automaton(build_program(parse(pattern)), max_cells)
    for _ in range(2):
        assert [automaton.fullmatch(value) for value in values] == verdicts


@pytest.mark.parametrize("pattern", ["(a|aa)+c", "(a*)*b", "(x+x+)+y", "(?:a?){50}a{50}", "(?:a|b|ab)*c"])
def test_exponential_patterns_take_few_steps(pattern: str) -> None:
    program = build_program(parse(pattern))
    automaton = Automaton(program)
    for letter in "abx":
        assert not automaton.fullmatch(letter * 65_536)
    assert automaton.steps <= 60 * len(program.instructions)


@pytest.mark.parametrize("max_cells", [1, 200_000])
def test_steps_are_linear_even_when_every_byte_makes_a_new_state(max_cells: int) -> None:
    program = build_program(parse("[ab]*a[ab]{60}x"))
    rnd = random.Random(1)  # noqa: S311 - any text without a short period
    value = "".join(rnd.choice("ab") for _ in range(8192))
    automaton = Automaton(program, max_cells)
    assert not automaton.fullmatch(value)
    assert 8192 < automaton.steps <= 2 * len(value) * len(program.instructions)
    assert len(automaton._cache.states) <= 2 + max_cells // 60


def test_an_automaton_passes_over_saves() -> None:
    assert Automaton(build_program(parse("(a)b"), {1: 0})).fullmatch("ab")


def test_a_known_value_takes_no_steps() -> None:
    automaton = Automaton(build_program(parse("(a|aa)+c")))
    automaton.fullmatch("aaac")
    before = automaton.steps
    automaton.fullmatch("aaac")
    assert automaton.steps == before


def test_threads_share_an_automaton() -> None:
    automaton = Automaton(build_program(parse("(?:a|b)*a(?:a|b){8}")), max_cells=50)
    rnd = random.Random(2)  # noqa: S311 - values of a test
    values = ["".join(rnd.choice("ab") for _ in range(40)) for _ in range(300)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(automaton.fullmatch, values)) == [value[-9] == "a" for value in values]


@pytest.mark.parametrize(
    ("pattern", "value", "slots"),
    [
        ("(a*)(a*)", "aaa", (0, 3)),
        ("(a*?)(a*)", "aaa", (0, 0)),
        ("(a|ab)(?:c|bcd)(d*)", "abcd", (0, 1)),
        ("(a|b)*", "ab", (1, 2)),
        ("(a*)*", "aa", (0, 2)),
        ("(a*)+", "aa", (0, 2)),
        ("(a*)*", "", (0, 0)),
        ("(a|)*", "ab", None),
        ("(?:(a)|b)*", "ab", (0, 1)),
        ("(a)?b", "b", (-1, -1)),
        (r"^(\w+)\b.*$", "ab cd", (0, 2)),
        (r"(a\b)?.*", "ab", (-1, -1)),
        ("(a)", "\u0100", None),
        ("(a)", "ab", None),
        ("(a)b", "a", None),
    ],
)
def test_captures(pattern: str, value: str, slots: tuple[int, int] | None) -> None:
    assert match_slots(build_program(parse(pattern), {1: 0}), value) == slots

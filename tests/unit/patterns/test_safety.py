from __future__ import annotations

import pytest

from meshroute.patterns import parse
from meshroute.patterns._facts import FactBook, Facts
from meshroute.patterns._print import print_tree
from meshroute.patterns._safety import is_determined, plan
from meshroute.patterns._texts import fixed_texts, told_apart
from meshroute.patterns._tree import Alternate, Atomic, Concat

BOUNDED: list[tuple[str, str]] = [
    # Determined choices
    ("", ""),
    ("/a", "/a"),
    ("/a/.*", "/a/.*"),
    ("^/a.*$", r"\A/a.*\Z"),
    ("[a-z]+/[0-9]+", "[a-z]+/[0-9]+"),
    ("/api/v[0-9]+/.*", "/api/v[0-9]+/.*"),
    ("/a(/.*)?", "/a(?:/.*)?"),
    ("([a-z]+)(-[a-z]+)*", r"[a-z]+(?:\x2d[a-z]+)*"),
    ("(?:ab)*?c", "(?:ab)*c"),
    ("(?:a|b)*c", "(?:(?:a|b))*c"),
    ("(?:/a|/b)*", "(?:(?:/a|/b))*"),
    ("(?:/a.*|/b|/c/.*)", "(?:/a.*|/b|/c/.*)"),
    ("(?:a|(?:b|c))", "(?:a|b|c)"),
    ("x(?:a|(?:b|c))y", "x(?:a|b|c)y"),
    ("a{2}b{0}c{1}", "a{2}c"),
    ("(?:ab){2,3}c", "(?:ab){2,3}c"),
    ("(?:a[bc]?d){3}", "(?:a[b-c]?d){3}"),
    ("(?:)*a", "a"),
    ("a(?:b*c)?d", "a(?:b*c)?d"),
    # Free choices, outside of loops
    ("a?a?a?a?a?a", "a?a?a?a?a?a"),
    ("a{0,3}ab", "a{0,3}ab"),
    ("(?:ab)?abc", "(?:ab)?abc"),
    ("x(?:a|ab|[ac])c", "x(?:a|ab|[ac])c"),
    ("a|ab|ab.*", "(?:a|ab|ab.*)"),
    ("a{0,31}a", "a{0,31}a"),
    # Absorption
    ("/v[0-9]+.*", "/v[0-9].*"),
    ("/a/?.*", "/a.*"),
    (".*.*", ".*"),
    (".*[a-z]+", ".*[a-z]"),
    (".*[a-z]{2,4}(?:/.)?", ".*[a-z]{2}(?:/.)?"),
    ("[a-z]+[a-z0-9]*", "[a-z][0-9a-z]*"),
    ("a?b*[ab]*", "[a-b]*"),
    ("c*a?b*[ab]*", "c*[a-b]*"),
    ("(?:a*|b)?[ab]*", "[a-b]*"),
    # Search that commits
    (".*green.*", "(?>.*?green).*"),
    (".+/.+", "(?>.+?/).+"),
    (".*a.*bc.*", "(?>.*?a)(?>.*?bc).*"),
    (".*a.*bc", "(?>.*?a).*bc"),
    (".*(foo|barbaz).*", "(?>.*?(?:foo|barbaz)).*"),
    ("[ab]*a[bc]{2}[abc]*", "(?>[a-b]*?a[b-c]{2})[a-c]*"),
    ("/x/.*a[bc]?d.*", "/x/(?>.*?a[b-c]?d).*"),
    # Search at the end
    (".*foo", ".*foo"),
    (".*/[0-9]+", ".*/[0-9]+"),
    (r".*\.(?:js|css)", r".*\x2e(?:js|css)"),
    (".*a$", r".*a\Z"),
    (r".*\bfoo", r".*\bfoo"),
    ("[a-z]*foo[0-9]*", "[a-z]*foo[0-9]*"),
    (".*a{0,3}b", ".*b"),
    ("[a-z]+[0-9]*x", "[a-z]+[0-9]*x"),
    ("[ab]*a[bc]*d", "[a-b]*a[b-c]*d"),
    (".*a(?:bc)*", ".*a(?:bc)*"),
]


@pytest.mark.parametrize(("pattern", "printed"), BOUNDED)
def test_bounded(pattern: str, printed: str) -> None:
    planned = plan(parse(pattern))
    assert planned is not None
    assert print_tree(planned) == printed


@pytest.mark.parametrize(
    "pattern",
    [
        "(a|aa)+c",
        "(a*)*b",
        "(x+x+)+y",
        "(?:a?){3}b",
        "(?:a|ab)*c",
        "(?:a|a|b)+",
        "(?:ab)*(?:ab)*c",
        "([^/]+/)*[^/]+",
        "x(?:ab)*abc",
        "x(?:ab){0,2}abc",
        "(?:a{0,2}ab)*",
        "x(?:a*ab)?",
        ".*foo[a-z]*",
        ".*b(?:[0-9]b*|c)",
        "[ab]*a[bc]*bd",  # two searches, the first cannot commit
        r".*\ba.*",
        "[ab]*c?[ab]*a*d",
        ".*(foo|xfoox).*",
        r".*(?:a|\b)b.*c",
        "a?a?a?a?a?a?a",
        "a{0,32}a",
        "x(?:a|ab){6}",
        r"a\p{Greek}",
        "|a*a*b|(a|aa)+c",
        "(?:a" * 60 + ")?" * 60,
    ],
)
def test_left_to_the_automaton(pattern: str) -> None:
    assert plan(parse(pattern)) is None


@pytest.mark.parametrize(
    ("pattern", "determined"),
    [
        ("/(?P<a>[a-z]+)/(?P<b>[0-9]+)", True),
        ("(?P<a>a)|(?P<b>b)", True),
        ("(?P<a>a*)(?P<b>.*)", False),
        ("(?P<a>a)|(?P<b>ab)", False),
        ("(?:(?P<a>a*))*", False),
        (r"(?P<a>\p{Greek})", False),
        ("(" * 60 + "a" + ")" * 60, False),
    ],
)
def test_is_determined(pattern: str, determined: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_determined(parse(pattern)) is determined


def test_atomic_nodes_are_understood() -> None:
    atomic = Concat((Atomic(parse("a*")), parse("b")))
    assert is_determined(atomic)
    assert FactBook().of(atomic) == Facts(nullable=False, first=0b11 << 97, alphabet=0b11 << 97, depth=4)


@pytest.mark.parametrize(
    ("pattern", "facts"),
    [
        ("", Facts(nullable=True, first=0, alphabet=0)),
        ("^", Facts(nullable=True, first=0, alphabet=0, asserts=True)),
        ("a?^b", Facts(nullable=False, first=0b11 << 97, alphabet=0b11 << 97, depth=3, asserts=True)),
        ("(a|b*)", Facts(nullable=True, first=0b11 << 97, alphabet=0b11 << 97, depth=4)),
        ("(ab)+", Facts(nullable=False, first=0b1 << 97, alphabet=0b11 << 97, depth=4)),
        (r"\p{Greek}?", Facts(nullable=True, first=0, alphabet=0, depth=2, dead=True)),
    ],
)
def test_facts(pattern: str, facts: Facts) -> None:
    assert FactBook().of(parse(pattern)) == facts


@pytest.mark.parametrize(
    ("pattern", "lengths"),
    [
        ("", [0]),
        ("abc", [3]),
        ("ab?|c{2,3}", [1, 2, 2, 3]),
        ("a*", None),
        ("^a", None),
        ("a{0,62}", list(range(63))),
        ("a{0,63}", list(range(64))),
        ("a{0,64}", None),
        ("(?:a{500}){2}", [1000]),
        ("a{1000}b{1000}c{48}", [2048]),
        ("a{1000}b{1000}c{49}", None),
        ("a{1000}b{1000}c{49}d", None),
        ("a{1000}|b{1000}|c{48}", [48, 1000, 1000]),
        ("a{1000}|b{1000}|c{49}", None),
        ("(?:a|b|c|d|e|f|g|h){3}", None),
        ("(?:aa?){10}(?:b|c){4}", None),
    ],
)
def test_fixed_texts(pattern: str, lengths: list[int] | None) -> None:
    found = fixed_texts(parse(pattern))
    assert (None if found is None else sorted(len(text) for text in found)) == lengths


@pytest.mark.parametrize(
    ("pattern", "apart"),
    [
        ("a|b", True),
        ("/a.*|/b", True),
        ("ab|a", False),
        ("a|ab", False),
        ("ab|ab", False),
        ("[ab]c|[bd]c", False),
        ("[ab]c|[ab]d", True),
        ("a*|b", False),
        ("ac|a[bd]|e", True),
    ],
)
def test_told_apart(pattern: str, apart: bool) -> None:  # noqa: FBT001 - a column of the table
    tree = parse(pattern)
    assert isinstance(tree, Alternate)
    assert told_apart(tree.items) is apart

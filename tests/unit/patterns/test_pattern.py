from __future__ import annotations

import pickle

import pytest

from meshroute.errors import RouteError
from meshroute.patterns import Chars, Pattern, compile_pattern


def test_a_pattern_is_its_source() -> None:
    pattern = compile_pattern("/a(?P<x>b*)")
    assert pattern == Pattern("/a(?P<x>b*)")
    assert hash(pattern) == hash(Pattern("/a(?P<x>b*)"))
    assert pattern != Pattern("/a(?P<x>b+)")
    assert repr(pattern) == "Pattern(source='/a(?P<x>b*)')"
    assert pickle.loads(pickle.dumps(pattern)) is pattern  # noqa: S301 - our own pickle
    assert compile_pattern("/a(?P<x>b*)") is pattern
    assert pattern.source == "/a(?P<x>b*)"
    assert Pattern("a").tree == Chars(1 << 97)


def test_refused() -> None:
    with pytest.raises(RouteError, match="missing closing"):
        compile_pattern("(")


@pytest.mark.parametrize(
    ("source", "engine", "yes", "no"),
    [
        ("/v[0-9]+/.*", "re", "/v1/x", "/vx/"),
        (".*green.*", "re", "a green b", "a red b"),
        (r"\w+", "re", "a_9", "\xe9"),
        ("(?i)/k", "re", "/K", "/\u212a"),
        ("a$", "re", "a", "a\n"),
        (".", "re", "\xff", "\n"),
        ("(a|aa)+c", "automaton", "aac", "aa"),
        (".*foo[a-z]*", "automaton", "xfoobar", "xfo"),
    ],
)
def test_engines(source: str, engine: str, yes: str, no: str) -> None:
    pattern = Pattern(source)
    assert pattern.engine == engine
    assert pattern.fullmatch(yes)
    assert not pattern.fullmatch(no)


@pytest.mark.parametrize(
    ("source", "names", "value", "groups"),
    [
        ("/a", (), "/a", ()),
        ("/a", (), "/b", None),
        ("/(a)", (), "/a", ()),
        # determined: captured by re
        ("/(?P<x>[a-z]+)/([a-z]+)/(?<y>.*)", ("x", "y"), "/a/b/c/d", (("x", "a"), ("y", "c/d"))),
        ("/(?P<x>[a-z]+)", ("x",), "/1", None),
        ("(?P<x>a)|(?P<y>b)", ("x", "y"), "b", (("y", "b"),)),
        ("(?P<x>a)|(?P<x>b)", ("x",), "a", (("x", "a"),)),
        ("(?P<x>a)|(?P<x>b)", ("x",), "b", ()),
        ("(?P<y>a)(?P<y>b)(?P<1>c)", ("y", "1"), "abc", (("y", "a"), ("1", "c"))),
        # not determined: simulated
        ("(?P<x>a*)(?P<y>a*)", ("x", "y"), "aa", (("x", "aa"), ("y", ""))),
        ("(?P<x>.*)/(?P<y>.*)", ("x", "y"), "a/b/c", (("x", "a/b"), ("y", "c"))),
        ("(?P<x>.*)/(?P<y>.*)", ("x", "y"), "abc", None),
        ("(?:(?P<x>a*)|(?P<y>b))*", ("x", "y"), "aab", (("x", "aa"), ("y", "b"))),
        ("(?P<x>a)|(?P<y>a)", ("x", "y"), "a", (("x", "a"),)),
        ("(?P<x>a*)*(?P<x>a)?", ("x",), "aa", (("x", "aa"),)),
    ],
)
def test_groups(source: str, names: tuple[str, ...], value: str, groups: tuple[tuple[str, str], ...] | None) -> None:
    pattern = Pattern(source)
    assert pattern.names == names
    assert pattern.groups(value) == groups


@pytest.mark.parametrize(
    ("source", "prefix", "literal"),
    [
        ("", "", ""),
        ("/foo", "/foo", "/foo"),
        ("^/foo$", "/foo", "/foo"),
        ("/foo^", "/foo", None),
        (r"/foo\b", "/foo", "/foo"),
        (r"/foo\B", "/foo", None),
        ("(?:/a(b))c", "/abc", "/abc"),
        ("/foo.*", "/foo", None),
        ("(?i)/foo", "/", None),
        ("[a]b", "ab", "ab"),
        ("/v[12]/x", "/v", None),
        ("/api/a|/api/b", "/api/", None),
        ("/abc|/ab", "/ab", None),
        ("/ab|/abc", "/ab", None),
        ("/ab|/ab", "/ab", "/ab"),
        ("a|", "", None),
        ("/ab.*|/ab", "/ab", None),
        ("x(?:ab.*|ab)c", "xab", None),
        ("(?:ab){2}c", "ababc", "ababc"),
        ("(?:ab){2,3}c", "abab", None),
        ("(?:ab)+c", "ab", None),
        ("(?:ab.){2}", "ab", None),
        ("(?:ab.)*", "", None),
        ("a?b", "", None),
        ("a{0}b", "b", "b"),
        ("(?:)*b", "b", "b"),
        ("(?:^)+b", "b", "b"),
        (r"a\p{Greek}", "a", None),
        ("a{1000}" * 4 + "b{96}", "a" * 4000 + "b" * 96, "a" * 4000 + "b" * 96),
        ("a{1000}" * 4 + "b{97}", "a" * 4000 + "b" * 96, None),
        ("(?:" + "a{1000}" * 4 + "b{97})c", "a" * 4000 + "b" * 96, None),
    ],
)
def test_literals(source: str, prefix: str, literal: str | None) -> None:
    pattern = Pattern(source)
    assert pattern.literal_prefix == prefix
    assert pattern.literal == literal


def test_deep_patterns_compile_and_match() -> None:
    pattern = Pattern("(?:a" * 1500 + ")?" * 1500)
    assert pattern.engine == "automaton"
    assert pattern.fullmatch("a" * 1500)
    assert not pattern.fullmatch("a" * 1501)

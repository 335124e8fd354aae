"""Problems and notices: order, repetitions, bounds."""

from __future__ import annotations

import pytest

from meshroute.errors import DocumentLoadError
from meshroute.readers._document import DocumentNotice, Mark, Problems, Scalar, nearest, parse_yaml, walk
from meshroute.readers._document import problems as problems_module


def test_problems_come_in_source_order_without_repetition() -> None:
    problems = Problems()
    problems.file("b.yaml")
    problems.error(Mark("a.yaml", 2, 1), "third")
    problems.error(Mark("b.yaml", 9, 1), "second")
    problems.error(Mark("b.yaml", 2, 5), "first, later on the line")
    problems.error(Mark("b.yaml", 2, 4), "first", "fix")
    problems.error(Mark("b.yaml", 2, 4), "first", "fix")
    assert [str(error) for error in problems.errors] == [
        "b.yaml:2: first; fix",
        "b.yaml:2: first, later on the line",
        "b.yaml:9: second",
        "a.yaml:2: third",
    ]


def test_nothing_to_raise() -> None:
    problems = Problems()
    problems.notice("code", "message")
    assert not problems
    problems.raise_if_any()


@pytest.mark.parametrize(
    ("places", "message"),
    [
        ([Mark("a", 1)], "1 problem in a"),
        ([Mark("a", 1), Mark("a", 2)], "2 problems in a"),
        ([Mark("a", 1), Mark("b", 2)], "2 problems in 2 files"),
        ([None], "1 problem"),
    ],
)
def test_what_is_raised(places: list[Mark | None], message: str) -> None:
    problems = Problems()
    for place in places:
        problems.error(place, "wrong")
    assert problems
    with pytest.raises(DocumentLoadError) as caught:
        problems.raise_if_any()
    assert caught.value.message == message
    assert len(caught.value.exceptions) == len(places)


def test_a_node_gives_place_and_pointer() -> None:
    problems = Problems()
    inner = list(walk(parse_yaml("a:\n  b: 1", "f.yaml")[0]))[-1]
    problems.error(inner, "wrong")
    (error,) = problems.errors
    assert error.args == ("wrong", "f.yaml", 2, 6, "/a/b", None)
    problems.notice("code", "hm", inner)
    assert problems.notices == (DocumentNotice("code", "hm", Mark("f.yaml", 2, 6), "/a/b"),)


def test_problems_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(problems_module, "MAX_PROBLEMS", 3)
    problems = Problems()
    for line in (3, 2, 1, 4, 5):
        problems.error(Mark("f", line), "wrong")
        problems.notice("code", "hm", Mark("f", line))
        problems.notice("code", "hm", Mark("f", line))
    assert [str(error) for error in problems.errors] == [
        "f:1: wrong",
        "f:2: wrong",
        "f:3: wrong",
        "f: and 2 more problems",
    ]
    with pytest.raises(DocumentLoadError) as caught:
        problems.raise_if_any()
    assert caught.value.message == "5 problems in f"
    assert [notice.mark for notice in problems.notices] == [Mark("f", 1), Mark("f", 2), Mark("f", 3), None]
    assert problems.notices[-1].code == "more-notices"
    assert problems.notices[-1].message == "and 4 more notices"


def test_absorbing() -> None:
    problems, other = Problems(), Problems()
    other.error(Mark("f", 1), "wrong")
    problems.absorb(other)
    problems.absorb(other)
    assert [error.args for error in problems.errors] == [("wrong", "f", 1, None, "", None)]


def test_placeholders_are_reported_once_each() -> None:
    problems = Problems()
    scalar = Scalar("${A}${B}", "${A}${B}", placeholders=("A", "B"))
    assert not problems.has_reported(scalar)
    assert problems.placeholder(scalar)
    assert problems.has_reported(scalar)
    assert not problems.placeholder(Scalar("a", "a"))
    assert [error.message for error in problems.errors] == [
        "placeholder `A` has no value",
        "placeholder `B` has no value",
    ]
    assert [error.fix for error in problems.errors] == ["give it with --var A=…", "give it with --var B=…"]


def test_guesses_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(problems_module, "MAX_GUESSES", 1)
    problems, known = Problems(), frozenset({"prefix"})
    assert [problems.guess(name, known) for name in ("perfix", "prefx", "perfix")] == ["prefix", None, "prefix"]


def test_nearest() -> None:
    assert nearest("hedaers", ["method", "headers", "header"]) == "headers"
    assert nearest("Prefix", ["prefix"]) == "prefix"
    assert nearest("zzz", ["prefix"]) is None
    assert nearest("x" * 65, ["x" * 64]) is None
    assert nearest("x" * 64, ["x" * 65]) == "x" * 65

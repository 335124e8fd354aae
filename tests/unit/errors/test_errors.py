"""The exceptions: what they say, what they are, and that they survive pickling and splitting."""

from __future__ import annotations

import pickle

import pytest

from meshroute.errors import (
    DocumentError,
    DocumentLoadError,
    MeshrouteError,
    RequestError,
    RouteError,
    TableError,
)

_BAD = DocumentError("weight must be at most 100", "a.yaml", 12, 9, "/spec/weight", "write 100")
_TYPO = DocumentError("unknown field", "b.yaml", 3)
_NAMELESS = DocumentError("no object")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (_BAD, "a.yaml:12: weight must be at most 100 (at /spec/weight); write 100"),
        (_TYPO, "b.yaml:3: unknown field"),
        (_NAMELESS, "<document>: no object"),
        (DocumentError("bad", None, 4), "<document>:4: bad"),
        (DocumentError("bad", "a.yaml"), "a.yaml: bad"),
        (DocumentError("bad", "a.yaml", 1, 1, ""), "a.yaml:1: bad"),
        (DocumentError("bad", pointer="/a"), "<document>: bad (at /a)"),
        (DocumentError("bad", fix="do this"), "<document>: bad; do this"),
    ],
)
def test_a_problem_says_what_where_and_how_to_mend_it(error: DocumentError, expected: str) -> None:
    assert str(error) == expected


def test_a_problem_keeps_its_parts() -> None:
    assert (_BAD.message, _BAD.file, _BAD.line, _BAD.column, _BAD.pointer, _BAD.fix) == (
        "weight must be at most 100",
        "a.yaml",
        12,
        9,
        "/spec/weight",
        "write 100",
    )
    assert (_NAMELESS.file, _NAMELESS.line, _NAMELESS.column, _NAMELESS.pointer, _NAMELESS.fix) == (None,) * 5


@pytest.mark.parametrize("kind", [RouteError, TableError, RequestError])
def test_errors_of_values_are_value_errors(kind: type[MeshrouteError]) -> None:
    error = kind("bad")
    assert isinstance(error, ValueError)
    assert isinstance(error, MeshrouteError)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(again) is kind
    assert str(again) == "bad"


def test_a_problem_pickles() -> None:
    again = pickle.loads(pickle.dumps(_BAD))  # noqa: S301 - our own bytes
    assert type(again) is DocumentError
    assert (str(again), again.args) == (str(_BAD), _BAD.args)
    assert isinstance(_BAD, ValueError)


def test_a_group_says_one_line_per_problem() -> None:
    group = DocumentLoadError("two problems", [_BAD, _TYPO])
    assert str(group) == f"{_BAD}\n{_TYPO}"
    assert group.message == "two problems"
    assert group.exceptions == (_BAD, _TYPO)
    assert isinstance(group, MeshrouteError)


def test_a_group_pickles() -> None:
    again = pickle.loads(pickle.dumps(DocumentLoadError("two problems", [_BAD, _TYPO])))  # noqa: S301 - our own bytes
    assert type(again) is DocumentLoadError
    assert again.message == "two problems"
    assert [str(problem) for problem in again.exceptions] == [str(_BAD), str(_TYPO)]


def test_a_group_splits_into_groups_of_its_kind() -> None:
    def in_a(error: BaseException) -> bool:
        return isinstance(error, DocumentError) and error.file == "a.yaml"

    group = DocumentLoadError("two problems", [_BAD, _TYPO])
    first, rest = group.split(in_a)
    assert type(first) is DocumentLoadError
    assert type(rest) is DocumentLoadError
    assert (first.message, first.exceptions) == ("two problems", (_BAD,))
    assert (rest.message, rest.exceptions) == ("two problems", (_TYPO,))


def test_except_star_takes_some_of_the_problems() -> None:
    seen: list[str] = []
    try:
        message = "two problems"
        raise DocumentLoadError(message, [_BAD, _TYPO])
    except* DocumentError as group:
        seen.extend(type(problem).__name__ for problem in group.exceptions)
    assert seen == ["DocumentError", "DocumentError"]


def test_a_group_is_caught_as_a_meshroute_error() -> None:
    message = "one problem"
    with pytest.raises(MeshrouteError) as caught:
        raise DocumentLoadError(message, [_TYPO])
    assert str(caught.value) == "b.yaml:3: unknown field"

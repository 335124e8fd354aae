"""Headers: names without case, lines in order, wire text only."""

from __future__ import annotations

import pickle
from typing import Any, cast

import pytest

from meshroute.errors import RequestError
from meshroute.model.headers import EMPTY, Headers

_LINES = [("Accept", "a"), ("X-Id", "1"), ("accept", "b")]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, ()),
        ([], ()),
        ({}, ()),
        (_LINES, (("Accept", "a"), ("X-Id", "1"), ("accept", "b"))),
        ({"A": "1", "b": ["2", "3"]}, (("A", "1"), ("b", "2"), ("b", "3"))),
        ({"a": ()}, ()),
        ([["a", "1"]], (("a", "1"),)),
        (Headers(_LINES), tuple(_LINES)),
        ((pair for pair in _LINES), tuple(_LINES)),
    ],
)
def test_what_headers_are_made_of(given: Any, expected: tuple[tuple[str, str], ...]) -> None:
    assert Headers(given).items() == expected
    assert tuple(Headers(Headers(expected))) == expected
    assert len(Headers(expected)) == len(expected)


def test_look_up_ignores_ascii_case_only() -> None:
    headers = Headers([*_LINES, ("\xc9", "x")])
    assert headers.lines("accept") == headers.lines("ACCEPT") == ("a", "b")
    assert headers.get("ACCEPT") == "a"
    assert headers.get("x-id") == "1"
    assert headers.get("missing") is None
    assert headers.lines("missing") == ()
    assert headers.lines("\xe9") == ()
    assert headers.lines("\xc9") == ("x",)


def test_membership() -> None:
    headers = Headers({"A": ""})
    assert "a" in headers
    assert "b" not in headers
    assert 1 not in headers


def test_equality_folds_names_and_keeps_values_and_order() -> None:
    assert Headers([("A", "x")]) == Headers([("a", "x")])
    assert hash(Headers([("A", "x")])) == hash(Headers([("a", "x")]))
    assert Headers([("a", "x")]) != Headers([("a", "X")])
    assert Headers([("a", "1"), ("a", "2")]) != Headers([("a", "2"), ("a", "1")])
    assert Headers([("a", "1")]) != [("a", "1")]
    assert Headers() == EMPTY


def test_shown_as_code_and_pickled() -> None:
    headers = Headers([("A", "1")])
    assert repr(headers) == "Headers([('A', '1')])"
    assert headers.get("a") == "1"  # the index is not what is pickled
    again = pickle.loads(pickle.dumps(headers))
    assert again == headers
    assert again.items() == (("A", "1"),)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["ab"], "a header must be a pair of name and value, not 'ab'"),
        ([("a", "b", "c")], "a header must be a pair of name and value, not ('a', 'b', 'c')"),
        ([("a",)], "a header must be a pair of name and value, not ('a',)"),
        ([1], "a header must be a pair of name and value, not 1"),
        ({1: "a"}, "a header's name must be a str, not int"),
        ({"a": 1}, "header 'a' must be a str, not int"),
        ({"a": None}, "header 'a' must be a str, not NoneType"),
        ({"a": b"1"}, "header 'a' must be a str, not bytes"),
        ({"a": ["1", 2]}, "header 'a' must be a str, not int"),
    ],
)
def test_what_is_no_header(given: object, message: str) -> None:
    with pytest.raises(RequestError) as caught:
        Headers(cast("Any", given))
    assert str(caught.value) == message


@pytest.mark.parametrize("given", [{"a": "\u20ac"}, {"\u20ac": "a"}, {"a": "ok\ud800"}])
def test_what_is_no_wire_text(given: dict[str, str]) -> None:
    with pytest.raises(RequestError, match="wire text has one character per byte"):
        Headers(given)


def test_trusted_headers_are_taken_as_they_are() -> None:
    assert Headers.trusted((("A", "1"),)) == Headers({"a": "1"})

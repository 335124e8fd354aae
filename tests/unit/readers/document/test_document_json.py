"""JSON texts: values, positions, and messages for what is nearly JSON."""

from __future__ import annotations

import json
import time

import pytest

from meshroute.errors import DocumentLoadError
from meshroute.readers._document import Mapping, Node, Scalar, Sequence, parse_json, walk


def plain(node: Node) -> object:
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key.text: plain(value) for key, value in node.items}


def message(text: str) -> str:
    with pytest.raises(DocumentLoadError) as caught:
        parse_json(text, "f.json")
    (error,) = caught.value.exceptions
    return str(error)


@pytest.mark.parametrize(
    "text",
    [
        "null",
        ' {"a" : [ 1 , -2.5e3, true,false,null,"x"], "b":{}, "": [] } \n',
        r'"\" \\ \/ \b \f \n \r \t \u00e9 \ud83d\ude00 é"',
        "[0, -0, 0.0, 1E2, 1e-2, 123456789012345678901234567890]",
        "[[[]]]",
    ],
)
def test_values_are_those_of_the_standard_library(text: str) -> None:
    found, wanted = plain(parse_json(text)), json.loads(text)
    assert found == wanted
    assert repr(found) == repr(wanted)


def test_scalars_keep_their_spelling() -> None:
    assert parse_json("1.50") == Scalar(1.5, "1.50")
    assert parse_json('"1"') == Scalar("1", "1", quoted=True)


def test_marks_and_pointers() -> None:
    nodes = list(walk(parse_json('{\n  "a": [1,\r\n "\\u0041"]}', "f.json")))
    assert [(n.pointer, n.mark.line, n.mark.column) for n in nodes] == [
        ("", 1, 1),
        ("/a", 2, 3),
        ("/a", 2, 8),
        ("/a/0", 2, 9),
        ("/a/1", 3, 2),
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "f.json:1: not valid JSON: expected a value, found the end of the text"),
        ("[1] x", "f.json:1: not valid JSON: expected the end of the text, found `x`"),
        ("[1][", "f.json:1: not valid JSON: expected the end of the text, found `[`"),
        (
            "1 2",
            "f.json:1: not valid JSON: expected the end of the text, found `2`; JSON numbers are like -1, 0.5 or 1e3",
        ),
        ("[1,]", "f.json:1: not valid JSON: expected a value, found `]` (at /1); remove the comma before it"),
        (
            '{"a": 1,\n}',
            "f.json:2: not valid JSON: expected a key in double quotes, found `}`; remove the comma before it",
        ),
        ("[,", "f.json:1: not valid JSON: expected a value or `]`, found `,` (at /0)"),
        ('{"a" 1}', "f.json:1: not valid JSON: expected `:`, found `1` (at /a); JSON numbers are like -1, 0.5 or 1e3"),
        ('{"a": ]', "f.json:1: not valid JSON: expected a value, found `]` (at /a)"),
        ('{"a": 1]', "f.json:1: not valid JSON: expected `,` or `}`, found `]`"),
        ("[1}", "f.json:1: not valid JSON: expected `,` or `]`, found `}` (at /1)"),
        (
            "{1: 2}",
            (
                "f.json:1: not valid JSON: expected a key in double quotes or `}`, found `1`; "
                "JSON numbers are like -1, 0.5 or 1e3"
            ),
        ),
        (
            "[01]",
            (
                "f.json:1: not valid JSON: expected a value or `]`, found `0` (at /0); "
                "JSON numbers are like -1, 0.5 or 1e3"
            ),
        ),
        (
            "[1.]",
            (
                "f.json:1: not valid JSON: expected a value or `]`, found `1` (at /0); "
                "JSON numbers are like -1, 0.5 or 1e3"
            ),
        ),
        ("NaN", "f.json:1: not valid JSON: expected a value, found `N`; JSON numbers are like -1, 0.5 or 1e3"),
        (
            "{'a'",
            "f.json:1: not valid JSON: expected a key in double quotes or `}`, found `'`; JSON has double quotes only",
        ),
        ("// x\n{}", "f.json:1: not valid JSON: expected a value, found `/`; JSON has no comments"),
        (
            "[True]",
            "f.json:1: not valid JSON: expected a value or `]`, found `T` (at /0); JSON writes true, false, null",
        ),
        ("[truex]", "f.json:1: not valid JSON: expected a value or `]`, found `t` (at /0)"),
        (
            '["a\nb"]',
            (
                'f.json:1: not valid JSON: expected a value or `]`, found `"` (at /0); '
                "a string ends on its line, and control characters in it are escaped, as \\n or \\u0007"
            ),
        ),
        (
            r'["\x"]',
            (
                "f.json:1: not valid JSON: a bad escape (at /0); "
                r"escapes are \" \\ \/ \b \f \n \r \t and \u with four digits"
            ),
        ),
        (r'["\ud800"]', "f.json:1: a \\u escape is half of a surrogate pair (at /0)"),
        ("[" + "1" * 1001 + "]", "f.json:1: a number of 1001 characters (at /0)"),
        ('{"a": 1, "a": 2}', "f.json:1: duplicate key `a` (at /a); keep one of them"),
        ('{"a": 1,\n"\\u0061": 2}', "f.json:2: duplicate key `a` (lines 1 and 2) (at /a); keep one of them"),
        ("\x00", "f.json:1: not valid JSON: expected a value, found `\x00`"),
        ("[" * 200_000, "f.json:1: nested deeper than 100 levels"),
        ('{"a":' * 200_000, "f.json:1: nested deeper than 100 levels"),
    ],
)
def test_what_is_not_json(text: str, wanted: str) -> None:
    started = time.perf_counter()
    assert message(text) == wanted
    assert time.perf_counter() - started < 5  # what is not linear takes minutes


def test_a_number_of_the_greatest_length() -> None:
    assert parse_json("1" * 1000) == Scalar(int("1" * 1000), "1" * 1000)


def test_a_merge_key_is_a_key_like_any_other() -> None:
    node = parse_json('{"<<": {"a": 1}}')
    assert isinstance(node, Mapping)
    assert node.get("a") is None
    assert node.get("<<") is not None


def test_pathological_strings_take_linear_time() -> None:
    started = time.perf_counter()
    for text in (
        '"' + '\\"' * 200_000,
        '"\\' * 100_000,
        '"a' * 100_000,
        "{{" * 100_000,
        "${A" * 100_000,
        '["' + "$" * 200_000,
    ):
        message(text)
    assert time.perf_counter() - started < 2

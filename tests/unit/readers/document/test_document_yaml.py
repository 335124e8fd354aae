"""YAML texts: what scalars mean, what is refused and where the message points."""

from __future__ import annotations

import builtins
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from meshroute.errors import DocumentLoadError
from meshroute.readers._document import (
    Mapping,
    Mark,
    Problems,
    Scalar,
    Sequence,
    parse_json,
    parse_yaml,
    tree,
    walk,
    yaml_text,
)
from meshroute.readers._document import limits as limits_module
from meshroute.readers._document.scalars import plain_value
from meshroute.readers._document.yaml_text import compose_yaml

if TYPE_CHECKING:
    from collections.abc import Callable


def messages(text: str) -> list[str]:
    with pytest.raises(DocumentLoadError) as caught:
        parse_yaml(text, "f.yaml")
    return [str(error) for error in caught.value.exceptions]


def child(text: str, key: str) -> object:
    node = parse_yaml(text)[0]
    assert isinstance(node, Mapping)
    return node.get(key)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("True", True),
        ("FALSE", False),
        ("null", None),
        ("Null", None),
        ("~", None),
        ("", None),
        ("on", "on"),
        ("no", "no"),
        ("Yes", "Yes"),
        ("y", "y"),
        ("tRue", "tRue"),
        ("012", 12),
        ("-7", -7),
        ("+7", 7),
        ("0o17", 15),
        ("0x1F", 31),
        ("0b1", "0b1"),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("-.inf", float("-inf")),
        ("+.INF", float("inf")),
        (".", "."),
        ("-", "-"),
        ("2024-01-01", "2024-01-01"),
        ("1.2.3", "1.2.3"),
        ("9" * 1000, int("9" * 1000)),
        ("9" * 1001, "9" * 1001),
        ("/paths", "/paths"),
    ],
)
def test_plain_scalars_follow_the_core_schema(text: str, value: object) -> None:
    found = plain_value(text)
    assert found == value
    assert type(found) is type(value)


def test_nan_is_a_number() -> None:
    assert str(plain_value(".NaN")) == "nan"


def test_quotes_and_block_styles_make_text() -> None:
    assert child("a: '12'", "a") == Scalar("12", "12", quoted=True)
    assert child('a: "tr\\x75e"', "a") == Scalar("true", "true", quoted=True)
    assert child("a: |\n  12", "a") == Scalar("12", "12", quoted=True)
    assert child("a: 012", "a") == Scalar(12, "012")


def test_tags() -> None:
    assert child("a: !!str 12", "a") == Scalar("12", "12", quoted=True)
    assert child("a: !!int '12'", "a") == Scalar(12, "12")
    assert child("a: ! 12", "a") == Scalar("12", "12", quoted=True)
    assert child("a: !!map {}", "a") == Mapping(())
    assert child("a: !Sub 12", "a") == Scalar("12", "12", quoted=True, tag="!Sub")
    assert child("a: !GetAtt [x, y]", "a") == Sequence((Scalar("x", "x"), Scalar("y", "y")), tag="!GetAtt")
    assert child("a: !If {b: c}", "a") == Mapping(((Scalar("b", "b"), Scalar("c", "c")),), tag="!If")


def test_every_document_is_read_and_empty_ones_left_out() -> None:
    assert parse_yaml("a: 1\n---\n---\n# nothing\n---\n- 2\n...\n") == [
        Mapping(((Scalar("a", "a"), Scalar(1, "1")),)),
        Sequence((Scalar(2, "2"),)),
    ]
    assert parse_yaml("") == []


def test_marks_and_pointers() -> None:
    nodes = list(walk(parse_yaml("é:\n  - 'x'\n  - b: y\n", "f.yaml")[0]))
    assert [(n.pointer, n.mark.line, n.mark.column) for n in nodes] == [
        ("", 1, 1),
        ("/é", 1, 1),
        ("/é", 2, 3),
        ("/é/0", 2, 5),
        ("/é/1", 3, 5),
        ("/é/1/b", 3, 5),
        ("/é/1/b", 3, 8),
    ]


def test_duplicate_keys_are_all_reported() -> None:
    assert messages("a: 1\nb:\n  c: 1\n  'c': 2\na: 3\n") == [
        "f.yaml:4: duplicate key `c` (lines 3 and 4) (at /b/c); keep one of them",
        "f.yaml:5: duplicate key `a` (lines 1 and 5) (at /a); keep one of them",
    ]


def test_the_first_of_two_equal_keys_counts() -> None:
    nodes = compose_yaml("a: 1\na: 2\nb: 3", "f", {}, Problems())
    assert nodes == parse_yaml("a: 1\nb: 3")


def test_keys_must_be_text() -> None:
    assert messages("? [a]\n: 1\n? {b: c}\n: 2\n~: 3\n") == [
        "f.yaml:1: a key must be text, not a list; a value that starts with `{` needs quotes",
        "f.yaml:3: a key must be text, not a mapping; a value that starts with `{` needs quotes",
        "f.yaml:5: a key must be text, not null (at /~0)",
    ]
    assert messages(f"? {'k' * 4097}\n: 1") == ["f.yaml:1: a key has 4097 characters; at most 4096 are read"]
    assert child(f"? {'k' * 4096}\n: 1", "k" * 4096) == Scalar(1, "1")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "a: b: c",
            (
                "f.yaml:1: not valid YAML: mapping values are not allowed in this context; "
                "a value that contains `: ` needs quotes"
            ),
        ),
        (
            "a:\n\tb: c",
            (
                "f.yaml:2: not valid YAML: found character that cannot start any token "
                "(while scanning for the next token "
                "at line 2); indent with spaces, not tabs; quote a value that starts with @"
            ),
        ),
        (
            "a: [1",
            "f.yaml:1: not valid YAML: did not find expected ',' or ']' (while parsing a flow sequence at line 1)",
        ),
        ("a: 1\nb: \x00", "f.yaml:2: the character U+0000 is not allowed in YAML"),
        ("a: \x1b", "f.yaml:1: the character U+001B is not allowed in YAML"),
        ("a: \ud800", "f.yaml:1: not valid UTF-8"),
        (
            "a: 1\n${ROUTES}\n",
            (
                "f.yaml:3: not valid YAML: could not find expected ':' (while scanning a simple key at line 2); "
                "placeholder `ROUTES` at line 2 has no value; give it with --var ROUTES=…"
            ),
        ),
        ("%TAG ! x\n%TAG ! y\n--- 1", "f.yaml:2: not valid YAML: found duplicate %TAG directive"),
    ],
)
def test_broken_texts(text: str, message: str) -> None:
    assert messages(text) == [message]


def test_what_stands_before_a_syntax_error_is_kept() -> None:
    problems = Problems()
    assert compose_yaml("a: 1\n---\nb: [", "f", {}, problems) == parse_yaml("a: 1")
    assert len(problems.errors) == 1


def test_a_bad_variable_is_a_problem() -> None:
    problems = Problems()
    assert compose_yaml("$A", "f", {"A": "x" * (limits_module.MAX_BYTES + 1)}, problems) == []
    assert "longer than" in str(problems.errors[0])


@pytest.mark.parametrize(
    "text",
    ["[" * 200_000, "{" * 200_000, "- " * 200_000, "? " * 200_000, "{a: " * 100_000, "- ? " * 100_000],
    ids=["[", "{", "-", "?", "{a:", "- ?"],
)
def test_deep_texts_end_at_once(text: str) -> None:
    started = time.perf_counter()
    assert "nested deeper than 100 levels" in messages(text)[0]
    assert time.perf_counter() - started < 1


def test_depth_is_counted_exactly() -> None:
    assert len(list(walk(parse_yaml("[" * 100 + "]" * 100)[0]))) == 100
    assert messages("[" * 101 + "]" * 101) == ["f.yaml:1: nested deeper than 100 levels"]
    assert messages("- &a " + "[" * 98 + "]" * 98 + "\n- [*a]\n- [[*a]]") == [
        "f.yaml:3: nested deeper than 100 levels (at /2/0/0)"
    ]


def test_aliases_repeat_the_node_of_the_anchor() -> None:
    node = parse_yaml("a: &x {b: 1}\nc: *x\nd: &y text\n*y : e")[0]
    assert isinstance(node, Mapping)
    assert node.get("c") is node.get("a")
    assert node.get("text") == Scalar("e", "e")


def test_a_later_anchor_of_the_same_name_wins_and_ends_with_its_document() -> None:
    node = parse_yaml("- &a 1\n- &a 2\n- *a")[0]
    assert isinstance(node, Sequence)
    assert node.items[2] == Scalar(2, "2")
    assert messages("&a 1\n---\n*a\n") == ['f.yaml:3: no anchor `&a`; write "*a" in quotes if it is text']


def test_aliases_that_lead_nowhere() -> None:
    assert messages("a: *b\nc: &d [*d]\n") == [
        'f.yaml:1: no anchor `&b` (at /a); write "*b" in quotes if it is text',
        "f.yaml:2: the alias `*d` stands inside its own anchor (at /c/0)",
    ]


def test_a_billion_laughs() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    started = time.perf_counter()
    assert messages("\n".join(lines)) == [
        "f.yaml:5: aliases repeat more than 100000 values (at /a4/7); write the values out"
    ]
    assert time.perf_counter() - started < 1


def test_merge_keys() -> None:
    node = parse_yaml("x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\nz:\n  <<: [*x, *y]\n  a: 0\n")[0]
    assert isinstance(node, Mapping)
    merged = node.get("z")
    assert isinstance(merged, Mapping)
    assert [(key.text, value.value) for key, value in merged.items if isinstance(value, Scalar)] == [
        ("a", 0),
        ("b", 2),
        ("c", 4),
    ]
    assert child('"<<": 1', "<<") == Scalar(1, "1")
    assert messages("a:\n  <<: 1\n") == [
        'f.yaml:2: `<<` merges mappings only (at /a/<<); write "<<" in quotes if it is a key'
    ]
    assert messages("a:\n  <<: [{b: 1}, c]\n") == [
        'f.yaml:2: `<<` merges mappings only (at /a/<<); write "<<" in quotes if it is a key'
    ]


def test_too_many_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MAX_NODES", 4)
    assert len(list(walk(parse_yaml("[1, 2, 3]")[0]))) == 4
    assert messages("[1, 2, 3, 4]") == ["f.yaml:1: more than 4 values in one source"]
    assert messages("[1, 2, 3, []]") == ["f.yaml:1: more than 4 values in one source"]


def test_without_pyyaml_json_still_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    real: Callable[..., object] = builtins.__import__

    def refuse(name: str, *rest: Any) -> object:  # noqa: ANN401 - whatever the interpreter passes
        if name == "yaml":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.delitem(sys.modules, "yaml", raising=False)
    monkeypatch.setattr(builtins, "__import__", refuse)
    assert parse_json('{"a": 1}').mark == Mark("<text>", 1, 1)
    assert messages("a: 1") == ["f.yaml: reading YAML needs PyYAML; pip install 'meshroute[yaml]'"]


def test_pure_python_pyyaml_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    import yaml  # noqa: PLC0415 - only this test looks at PyYAML itself

    text = "a: &x [1, 'two', {b: !Ref c}]\nd: *x\n---\ne: |\n  f\n"
    fast = parse_yaml(text)
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    slow = parse_yaml(text)
    assert slow == fast
    assert [n.mark for root in slow for n in walk(root)] == [n.mark for root in fast for n in walk(root)]
    assert "nested deeper" in messages("[" * 5000)[0]
    assert yaml_text._CORE == "tag:yaml.org,2002:"

"""Checked access to fields: every wrong type and range has its message, and unknown fields are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from meshroute.readers._document import AS_WRITTEN, PASCAL_CASE, Fields, Problems, Spelling, parse_yaml
from meshroute.readers._document.spelling import from_pascal_case, to_pascal_case

if TYPE_CHECKING:
    from collections.abc import Callable, Collection


def fields(
    text: str, known: Collection[str] = (), *, where: str = "", spell: Spelling = AS_WRITTEN, coerce: bool = False
) -> Fields:
    return Fields(parse_yaml(text, "f")[0], Problems(), known=known, where=where, spell=spell, coerce=coerce)


def errors(of: Fields) -> list[str]:
    return [str(error) for error in of.problems.errors]


_WRONG: list[tuple[str, Callable[[Fields], object], str]] = [
    ("a: 100", lambda f: f.string("a"), '`a` must be a string, not the number 100 (at /a); write "100" in quotes'),
    ("a: true", lambda f: f.string("a"), '`a` must be a string, not the boolean true (at /a); write "true" in quotes'),
    ("a: 012", lambda f: f.string("a"), '`a` must be a string, not the number 012 (at /a); write "012" in quotes'),
    ("a: {}", lambda f: f.string("a"), "`a` must be a string, not a mapping (at /a)"),
    ("a: []", lambda f: f.string("a"), "`a` must be a string, not a list (at /a)"),
    ("a: !Ref b", lambda f: f.string("a"), "`a` has the YAML tag `!Ref`, which means nothing here (at /a)"),
    ("a: ${B}", lambda f: f.string("a"), "placeholder `B` has no value (at /a); give it with --var B=…"),
    ("b: c", lambda f: f.string("a", required=True), "`a` is required"),
    ("a:", lambda f: f.string("a", required=True), "`a` is required (at /a)"),
    ("a: ''", lambda f: f.string("a", min_length=1), "`a` must have at least 1 character, not 0 (at /a)"),
    ("a: abc", lambda f: f.string("a", max_length=2), "`a` must have at most 2 characters, not 3 (at /a)"),
    ("a: ab", lambda f: f.string("a", pattern="/.*"), '`a` must match /.*, not "ab" (at /a)'),
    ("a: x/", lambda f: f.string("a", pattern="x"), '`a` must match x, not "x/" (at /a)'),
    (
        "a: get",
        lambda f: f.string("a", choices=("GET", "PUT")),
        '`a` must be one of GET, PUT, not "get" (at /a); did you mean `GET`?',
    ),
    ("a: zz", lambda f: f.string("a", choices=("GET",)), '`a` must be one of GET, not "zz" (at /a)'),
    ("a: '8'", lambda f: f.integer("a"), '`a` must be a whole number, not the text "8" (at /a); remove the quotes'),
    ("a: x", lambda f: f.integer("a"), '`a` must be a whole number, not the text "x" (at /a)'),
    ("a: 1.5", lambda f: f.integer("a"), "`a` must be a whole number, not the number 1.5 (at /a)"),
    ("a: true", lambda f: f.integer("a"), "`a` must be a whole number, not the boolean true (at /a)"),
    (
        "a: 010",
        lambda f: f.integer("a"),
        "`a` has a leading zero: YAML 1.1 (Kubernetes) reads 010 as octal (at /a); write 10",
    ),
    ("a: -1", lambda f: f.integer("a", minimum=0), "`a` must be at least 0, not -1 (at /a)"),
    ("a: 101", lambda f: f.integer("a", maximum=100), "`a` must be at most 100, not 101 (at /a)"),
    ("a: []", lambda f: f.integer("a"), "`a` must be a whole number, not a list (at /a)"),
    ("a: x", lambda f: f.number("a"), '`a` must be a number, not the text "x" (at /a)'),
    ("a: false", lambda f: f.number("a"), "`a` must be a number, not the boolean false (at /a)"),
    ("a: .inf", lambda f: f.number("a"), "`a` must be a number, not the number .inf (at /a)"),
    ("a: .nan", lambda f: f.number("a"), "`a` must be a number, not the number .nan (at /a)"),
    ("a: 0.5", lambda f: f.number("a", minimum=1), "`a` must be at least 1, not 0.5 (at /a)"),
    ("b: 1", lambda f: f.number("a", required=True), "`a` is required"),
    ("a: yes", lambda f: f.boolean("a"), '`a` must be true or false, not the text "yes" (at /a); write true or false'),
    (
        "a: 'true'",
        lambda f: f.boolean("a"),
        '`a` must be true or false, not the text "true" (at /a); remove the quotes',
    ),
    ("a: 1", lambda f: f.boolean("a"), "`a` must be true or false, not the number 1 (at /a); write true or false"),
    ("b: 1", lambda f: f.boolean("a", required=True), "`a` is required"),
    ("b: 1", lambda f: f.integer("a", required=True), "`a` is required"),
    ("a: x", lambda f: f.mapping("a"), '`a` must be a mapping, not the text "x" (at /a)'),
    ("a: $B", lambda f: f.mapping("a"), "placeholder `B` has no value (at /a); give it with --var B=…"),
    ("b: 1", lambda f: f.mapping("a", required=True), "`a` is required"),
    ("a: {}", lambda f: f.sequence("a") or None, '`a` must be a list, not a mapping (at /a); items start with "- "'),
    ("a: $B", lambda f: f.sequence("a") or None, "placeholder `B` has no value (at /a); give it with --var B=…"),
    ("a: []", lambda f: f.sequence("a", min_items=1) or None, "`a` must have at least 1 item, not 0 (at /a)"),
    ("b: []", lambda f: f.sequence("a", required=True) or None, "`a` is required"),
    (f"a: {'x' * 61}", lambda f: f.integer("a"), f'`a` must be a whole number, not the text "{"x" * 60}…" (at /a)'),
]


@pytest.mark.parametrize(("text", "read", "message"), _WRONG)
def test_what_is_wrong(text: str, read: Callable[[Fields], object], message: str) -> None:
    found = fields(text)
    assert read(found) is None
    assert errors(found) == [f"f:1: {message}"]


def test_what_is_right() -> None:
    found = fields("a: on\nb: 100\nc: 1.5\nd: false\ne: {x: y}\nf: [1, {}]\ng: 0\nh:\ni: '010'")
    assert found.string("a", min_length=2, max_length=2, pattern="o.", choices=("on",)) == "on"
    assert found.string("i") == "010"
    assert found.integer("b", minimum=100, maximum=100) == 100
    assert found.integer("g") == 0
    assert found.number("b") == 100.0
    assert found.number("c", minimum=1.5, maximum=1.5) == 1.5
    assert found.boolean("d") is False
    inner = found.mapping("e")
    assert inner is not None
    assert inner.string("x") == "y"
    assert [node.pointer for node in found.sequence("f", min_items=2, max_items=2)] == ["/f/0", "/f/1"]
    assert [found.string("z"), found.integer("z"), found.number("z"), found.boolean("z"), found.mapping("z")] == [
        None
    ] * 5
    assert [found.sequence("z"), found.children("z"), found.strings("z"), found.string_map("z")] == [[], [], [], {}]
    assert errors(found) == []


def test_too_many_items_are_reported_and_still_read() -> None:
    found = fields("a: [x, y, z]")
    assert found.strings("a", max_items=2) == ["x", "y", "z"]
    assert errors(found) == ["f:1: `a` must have at most 2 items, not 3 (at /a)"]


def test_integers_that_no_float_holds_are_no_numbers() -> None:
    found = fields(f"a: {'9' * 400}")
    assert found.number("a") is None
    assert errors(found)[0].startswith("f:1: `a` must be a number, not the number 999")


def test_null_counts_as_absent() -> None:
    found = fields("a:\nb: ''\n")
    assert [found.has(name) for name in "abc"] == [False, True, False]
    assert found.node_of("a") is not None
    assert found.node_of("c") is None
    assert found.mapping("a") is None
    assert found.sequence("a") == []
    assert errors(found) == []


def test_items_of_a_list_that_are_mappings() -> None:
    found = fields("a:\n- name: x\n  #match: y\n  match:\n- 3\n- name: y\n", where="spec")
    items = found.children("a", known=("name", "match"))
    assert [item.string("name") for item in items] == ["x", "y"]
    assert [item.where for item in items] == ["spec.a[0]", "spec.a[2]"]
    assert items[0].mapping("match") is None
    for item in items:
        item.finish("error")
    assert errors(found) == ["f:5: `spec.a[1]` must be a mapping, not the number 3 (at /a/1)"]


def test_items_of_a_list_that_are_strings() -> None:
    found = fields("a: [x, 1, zeds, [], ~]")
    assert found.strings("a", choices=("x", "zed")) == ["x"]
    assert errors(found) == [
        'f:1: an item of `a` must be a string, not the number 1 (at /a/1); write "1" in quotes',
        'f:1: an item of `a` must be one of x, zed, not "zeds" (at /a/2); did you mean `zed`?',
        "f:1: an item of `a` must be a string, not a list (at /a/3)",
        "f:1: an item of `a` must be a string, not null (at /a/4)",
    ]


def test_labels() -> None:
    found = fields("a: {x: y, 1: z, b: true, ${C}: d}")
    assert found.string_map("a") == {"x": "y", "1": "z"}
    assert errors(found) == [
        'f:1: `b` must be a string, not the boolean true (at /a/b); write "true" in quotes',
        "f:1: placeholder `C` has no value (at /a/${C}); give it with --var C=…",
    ]
    assert fields("a: 1").string_map("a") == {}


def test_what_is_no_mapping_is_reported_once() -> None:
    found = fields("- a", known=("b",))
    assert not found.valid
    assert found.string("b", required=True) is None
    assert found.mapping("b", required=True) is None
    found.finish("error")
    assert errors(found) == ["f:1: this must be a mapping, not a list"]
    assert errors(fields("${A}", where="spec")) == ["f:1: placeholder `A` has no value; give it with --var A=…"]


def test_where_shows_in_messages() -> None:
    found = fields("spec: {match: {x: 1}}")
    spec = found.mapping("spec")
    assert spec is not None
    match = spec.mapping("match")
    assert match is not None
    match.string("prefix", required=True)
    match.finish()
    assert errors(found) == ["f:1: `prefix` is required in `spec.match` (at /spec/match)"]
    assert [(n.code, n.message, n.pointer) for n in found.problems.notices] == [
        ("unknown-field", "unknown field `x` in `spec.match`", "/spec/match/x")
    ]


@pytest.mark.parametrize(
    ("unknown", "wrong", "notices"),
    [
        (
            "error",
            ["unknown field `hedaers` (at /hedaers); did you mean `headers`?", "unknown field `zzz` (at /zzz)"],
            [],
        ),
        ("typo-error", ["unknown field `hedaers` (at /hedaers); did you mean `headers`?"], ["unknown field `zzz`"]),
        ("notice", [], ["unknown field `hedaers`; did you mean `headers`?", "unknown field `zzz`"]),
    ],
)
def test_unknown_fields(unknown: str, wrong: list[str], notices: list[str]) -> None:
    found = fields("prefix: /\nhedaers: []\nzzz: 1\nmethod: GET\nport: 1", known=("headers", "prefix"))
    found.string("method")
    found.ignore("port").finish(unknown)  # type: ignore[arg-type]  # bad input on purpose
    assert [str(error).partition(": ")[2] for error in found.problems.errors] == wrong
    assert [notice.message for notice in found.problems.notices] == notices


def test_a_field_that_is_missing_is_suggested_before_one_that_is_there() -> None:
    found = fields("paths: 1\npath: 2", known=("path", "pathz"))
    found.finish()
    assert errors(found) == ["f:1: unknown field `paths` (at /paths); did you mean `pathz`?"]
    found = fields("paths: 1\npath: 2", known=("path",))
    found.finish()
    assert errors(found) == ["f:1: unknown field `paths` (at /paths); did you mean `path`?"]


def test_errors_of_the_reader_itself() -> None:
    found = fields("a: 1\nb: 2")
    found.error("b", "no", "fix")
    found.error("z", "nothing")
    assert errors(found) == ["f:1: nothing", "f:2: no (at /b); fix"]
    key = found.key_of("b")
    assert key is not None
    assert (key.text, key.mark.line) == ("b", 2)
    assert found.key_of("z") is None
    assert found.shown("z") == "z"


def test_pascal_case() -> None:
    text = "WeightedTargets:\n- VirtualNode: 1\n  Wieght: 2\nDNS: {}\nAwsCloudMap: x\nAWSCloudMap: y\nPrefix: /"
    found = fields(text, spell=PASCAL_CASE)
    (item,) = found.children("weightedTargets", known=("virtualNode", "weight"))
    assert item.string("virtualNode") is None
    item.integer("weight", required=True)
    item.finish()
    assert found.mapping("dns") is not None
    assert found.string("prefix") == "/"
    assert errors(found) == [
        "f:2: `Weight` is required in `WeightedTargets[0]` (at /WeightedTargets/0)",
        (
            "f:2: `VirtualNode` must be a string, not the number 1 (at /WeightedTargets/0/VirtualNode); "
            'write "1" in quotes'
        ),
        "f:3: unknown field `Wieght` in `WeightedTargets[0]` (at /WeightedTargets/0/Wieght); did you mean `Weight`?",
        "f:6: duplicate field `AWSCloudMap`, also written `AwsCloudMap` (at /AWSCloudMap)",
    ]


def test_coercion() -> None:
    found = fields("a: 100\nb: '8'\nc: 'true'\nd: true\ne: x\nf: 'yes'\ng: '010'\nh: {i: 1}", coerce=True)
    assert found.string("a") == "100"
    assert found.integer("b") == 8
    assert found.boolean("c") is True
    assert found.string("d") == "true"
    assert found.integer("g") == 10
    inner = found.mapping("h")
    assert inner is not None
    assert inner.string("i") == "1"
    assert errors(found) == []
    assert found.integer("e") is None
    assert found.boolean("f") is None
    assert len(errors(found)) == 2
    nothing = fields("a: [~]", coerce=True)
    assert nothing.strings("a") == []
    assert len(errors(nothing)) == 1


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("HttpRoute", "httpRoute"),
        ("Http2Route", "http2Route"),
        ("HTTP2", "http2"),
        ("DNS", "dns"),
        ("AWSCloudMap", "awsCloudMap"),
        ("TLS", "tls"),
        ("Port", "port"),
        ("", ""),
    ],
)
def test_pascal_names_and_back(key: str, name: str) -> None:
    assert from_pascal_case(key) == name
    assert to_pascal_case(name) == key


def test_camel_case_stays() -> None:
    assert from_pascal_case("weightedTargets") == "weightedTargets"

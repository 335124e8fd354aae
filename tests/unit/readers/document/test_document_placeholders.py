"""Placeholders: what counts as one, values put in, positions kept, and what is left for the reader."""

from __future__ import annotations

import io

import pytest

from meshroute.errors import DocumentError
from meshroute.readers._document import (
    Document,
    Fields,
    Mapping,
    Mark,
    Problems,
    Scalar,
    placeholders,
    read_sources,
    walk,
)
from meshroute.readers._document.placeholders import prepare, variables_of


def read(text: str, variables: dict[str, str], name: str = "f.yaml") -> tuple[list[Document], Problems]:
    stream = io.StringIO(text)
    stream.name = name
    problems = Problems()
    return read_sources([stream], variables, problems), problems


def scalars(text: str, variables: dict[str, str], name: str = "f.yaml") -> list[Scalar]:
    documents, problems = read(text, variables, name)
    assert problems.errors == ()
    return [n for d in documents for n in walk(d.node) if isinstance(n, Scalar)]


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("${NAME}", "web"),
        ("${name_1}", "one"),
        ("${NAME:-x}", "web"),
        ("${EMPTY:-x y}", "x y"),
        ("${OTHER:-}", ""),
        ("${OTHER:-x}", "x"),
        ("${EMPTY}", ""),
        ("$NAME", "web"),
        ("$name_1", "one"),
        ("$NAME.$NAME", "web.web"),
        ("$NAMES-x-$name_12", "$NAMES-x-$name_12"),
        ("{{NAME}}", "web"),
        ("{{ name_1 }}", "one"),
        ("{{- NAME -}}", "web"),
        ("{{ .Values.host }}", "helm"),
        ("<NAME>", "web"),
        ("<name_1>", "<name_1>"),
        ("(?P<NAME>x)", "(?P<NAME>x)"),
        ("(?<NAME>x)", "(?<NAME>x)"),
        ("!<NAME>", "!<NAME>"),
        ("${AWS::Region}", "${AWS::Region}"),
        ("${a.Arn}", "${a.Arn}"),
        ("/x$", "/x$"),
        ("(a$|b$)$1", "(a$|b$)$1"),
        ("a{2,3}", "a{2,3}"),
    ],
)
def test_what_is_put_in(text: str, filled: str) -> None:
    values = {"NAME": "web", "name_1": "one", "EMPTY": "", ".Values.host": "helm"}
    prepared = prepare(text, "f", values)
    assert prepared.restore(prepared.text)[0] == filled


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("${A}", ("A",)),
        ("${a_b}", ("a_b",)),
        ("x.$A_B.${C}.$A_B", ("A_B", "C")),
        ("$a", ()),
        ("$_", ()),
        ("$A1", ("A1",)),
        ("{{ a.b }}", ("a.b",)),
        ("{{ range .x }}", ()),
        ("<CERTIFICATE_ARN>", ("CERTIFICATE_ARN",)),
        ("<arn>", ()),
        ("$1${2}", ()),
    ],
)
def test_what_has_no_value_is_named_and_keeps_its_spelling(text: str, names: tuple[str, ...]) -> None:
    prepared = prepare(text, "f", {})
    assert prepared.restore(prepared.text) == (text, names)
    assert (prepared.text == text) == (names == ())


def test_unknown_placeholders_still_parse() -> None:
    found = scalars("a: {{X}}\nb: [${Y}, $Z]\n{{K}}: '${A}-${B}'\nc: !Sub '${P}.local'\n", {})
    assert [(s.text, s.value, s.placeholders, s.tag) for s in found if s.placeholders] == [
        ("{{X}}", "{{X}}", ("X",), None),
        ("${Y}", "${Y}", ("Y",), None),
        ("$Z", "$Z", ("Z",), None),
        ("{{K}}", "{{K}}", ("K",), None),
        ("${A}-${B}", "${A}-${B}", ("A", "B"), None),
        ("${P}.local", "${P}.local", ("P",), "!Sub"),
    ]


def test_values_go_in_before_parsing() -> None:
    assert [s.value for s in scalars("[${N}, ${L}]", {"N": "1", "L": "a, 'b'"})] == [1, "a", "b"]


def test_marks_are_those_of_the_text_as_written() -> None:
    text = "a: ${LONG} # ${LINES}\nb: [$X, c, ${LIST}, d]\n${UNKNOWN}: e\n"
    found = scalars(text, {"LONG": "'" + "y" * 50 + "'", "X": "w", "LIST": "p,\n  q,\n  r", "LINES": "z"})
    assert [(s.text[:8], s.mark.line, s.mark.column) for s in found] == [
        ("a", 1, 1),
        ("yyyyyyyy", 1, 4),
        ("b", 2, 1),
        ("w", 2, 5),
        ("c", 2, 9),
        ("p", 2, 12),
        ("q", 2, 12),
        ("r", 2, 12),
        ("d", 2, 21),
        ("${UNKNOW", 3, 1),
        ("e", 3, 13),
    ]  # fmt: skip


def test_json_keeps_values_inside_their_strings() -> None:
    text = '{"a": "x-${V}-\\"$V", "b": $V, "c": ${N}, "d": $N, "e": [${L}], "f": ${T}, "g": ${V}, "h": <Z>}'
    values = {"V": 'q"\\\n', "N": "80", "L": '"x", 1', "T": "true", "Z": "08"}
    found = scalars(text, values, "f.json")
    assert [s.value for s in found if len(s.text) != 1 or not s.text.isalpha()] == [
        'x-q"\\\n-"q"\\\n',
        'q"\\\n',
        80,
        "80",
        1,
        True,
        'q"\\\n',
        "08",
    ]


def test_json_placeholders_without_a_value_are_strings() -> None:
    found = scalars('{"a": $X, "b": ["${Y}-z", {{W}}], $K: 1}', {}, "f.json")
    assert [(s.text, s.placeholders) for s in found if s.placeholders] == [
        ("$X", ("X",)),
        ("${Y}-z", ("Y",)),
        ("{{W}}", ("W",)),
        ("$K", ("K",)),
    ]
    assert [s.mark.column for s in found if s.placeholders] == [7, 17, 27, 35]


def test_an_unfinished_json_string_is_left_to_the_parser() -> None:
    _, problems = read('["${X', {"X": "1"}, "f.json")
    assert "not valid JSON" in str(problems.errors[0])


def test_names_that_are_no_identifiers_replace_whole_scalars() -> None:
    values = {"colorapp-service-ARN": "arn:x", "the-port": "80"}
    found = scalars("a: colorapp-service-ARN\nb: x-colorapp-service-ARN\nc: the-port\nd: 'the-port'", values)
    assert [s.value for s in found][1::2] == ["arn:x", "x-colorapp-service-ARN", 80, "80"]
    assert [s.value for s in scalars("a: web", {"web": "no"})] == ["a", "web"]


def test_objects_have_placeholders_too() -> None:
    problems = Problems()
    source: dict[str, object] = {"$K": "a-${X}", "b": ["$Y", "the-arn"]}
    (document,) = read_sources([source], {"X": "x", "the-arn": "arn"}, problems)
    assert [s.text for s in walk(document.node) if isinstance(s, Scalar)] == ["$K", "a-x", "b", "$Y", "arn"]
    assert [(s.text, s.placeholders, s.pointer, s.mark) for s in document.placeholders()] == [
        ("$K", ("K",), "/$K", Mark("<object>")),
        ("$Y", ("Y",), "/b/0", Mark("<object>")),
    ]


def test_only_scalars_that_a_reader_uses_are_problems() -> None:
    (document,), problems = read("name: ${NAME}\nimage: $IMAGE\n", {})
    fields = Fields(document.node, problems)
    assert fields.string("name") is None
    assert [str(error) for error in problems.errors] == [
        "f.yaml:1: placeholder `NAME` has no value (at /name); give it with --var NAME=…"
    ]
    assert [scalar.text for scalar in document.unused_placeholders(problems)] == ["$IMAGE"]
    assert [scalar.text for scalar in document.placeholders()] == ["${NAME}", "$IMAGE"]


def test_variables_of_a_file() -> None:
    variables: dict[str, str | dict[str, str]] = {
        "A": "all",
        "B": "all",
        "mesh/x.json": {"A": "longer"},
        "x.json": {"A": "shorter", "B": "one"},
        "y.json": {"A": "other"},
        "": {"A": "never"},
    }
    assert variables_of("d/mesh/x.json", variables) == {"A": "longer", "B": "one"}
    assert variables_of("mesh2/x.json", variables) == {"A": "shorter", "B": "one"}
    assert variables_of("ax.json", variables) == {"A": "all", "B": "all"}
    assert variables_of("x.json", None) == {}


def test_values_must_be_strings() -> None:
    with pytest.raises(DocumentError, match=r"f: variable `N` must be a string, not 80"):
        variables_of("f", {"N": 80})  # type: ignore[dict-item]  # bad input on purpose
    problems = Problems()
    assert read_sources([{"a": 1}], {"N": 80}, problems) == []  # type: ignore[dict-item]  # bad input on purpose
    assert [str(error) for error in problems.errors] == ["<object>: variable `N` must be a string, not 80"]


def test_the_text_must_stay_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placeholders, "MAX_BYTES", 10)
    assert prepare("$A$A", "f", {"A": "xxxxx"}).text == "xxxxxxxxxx"
    with pytest.raises(DocumentError, match="longer than 10 characters"):
        prepare("$A$A$A", "f", {"A": "xxxxx"})
    for text in ("$A$A$A", "[$A$A$A"):
        _, problems = read(text, {"A": "xxxxx"}, "f.json")
        assert "longer than 10 characters" in str(problems.errors[0])


def test_texts_with_private_use_characters() -> None:
    found = scalars("a: \ue000${X}\ue0000\ue000", {})
    assert found[1].text == "\ue000${X}\ue0000\ue000"
    every = "".join(map(chr, range(0xE000, 0xF900)))
    assert prepare(f"{every}$X", "f", {"X": "x"}).text == f"{every}x"
    with pytest.raises(DocumentError, match="private-use"):
        prepare(f"{every}$X", "f", {})


def test_a_value_with_private_use_characters_is_told_from_a_sentinel() -> None:
    prepared = prepare("$X$Y", "f", {"X": "\ue0000\ue000"})
    assert prepared.restore(prepared.text) == ("\ue0000\ue000$Y", ("Y",))


def test_the_last_missing_placeholder_before_an_offset() -> None:
    prepared = prepare("a: b\n$X\n$Y", "f", {})
    first, second = (entry[2] for entry in prepared.missing)
    assert prepared.missing_before(first - 1) is None
    assert prepared.missing_before(first) == ("X", 2)
    assert prepared.missing_before(second + 5) == ("Y", 3)


def test_document_root_can_be_any_node() -> None:
    document = Document(Mapping(()), "f")
    assert document.placeholders() == ()
    assert document == Document(Mapping(()), "f", 0)

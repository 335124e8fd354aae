"""Whatever the bytes, reading gives nodes or problems: nothing else escapes, nothing takes long (law 6)."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshroute.errors import DocumentError, DocumentLoadError
from meshroute.readers._document import (
    Document,
    Fields,
    Mapping,
    Node,
    Problems,
    Scalar,
    Sequence,
    parse_json,
    read_sources,
    walk,
)

if TYPE_CHECKING:
    from pathlib import Path

_SEEDS: Final = (
    b"""apiVersion: appmesh.k8s.aws/v1beta2
kind: GatewayRoute
metadata: {name: &n paths, namespace: ${APP_NAMESPACE}, labels: {gateway: "ingress-gw"}}
spec:
  priority: 012
  httpRoute:
    match:
      prefix: "/p\\x61ths"
      headers: [{name: x, match: {exact: !Sub '${X}.y'}}, {<<: *n}, $CANARY]
    # {{ comment }}
    action:
      target: {virtualService: {virtualServiceRef: {name: *n}}}
---
- |
  text <NAME>
- >-
  folded
""",
    (
        b'{"spec": {"httpRoute": {"match": {"prefix": "/\\u00e9", "x": [1, -2.5e3, true, null]}, "n": $NAME}, '
        b'"m": "${M:-d}"}}'
    ),
)
_NAMES: Final = (None, "a.yaml", "a.json", "a.tpl")
_TOKENS: Final = st.sampled_from(
    [
        *(bytes([mark]) for mark in b"[]{}:,'\"#%\\\t\n\r\0\xff"),
        *(b"- ", b"? ", b"&a ", b"*a", b"<<: ", b"!x ", b"!!int ", b"|\n", b"---\n", b"...\n", b"9" * 5000),
        *(b"${A}", b"$A", b"{{A}}", b"<A>", b"${", b"\xee\x80\x80", b"\xef\xbb\xbf"),
    ]
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A document with some places overwritten, cut out or doubled."""
    data = draw(st.sampled_from(_SEEDS))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(data)))
        end = start + draw(st.integers(0, 12))
        new = draw(_TOKENS | st.just(data[start:end] * 2) | st.binary(max_size=3))
        data = data[:start] + new + data[end:]
    return data


def check(data: bytes, name: str | None, variables: dict[str, str]) -> None:
    stream = io.BytesIO(data)
    if name is not None:
        stream.name = name
    problems = Problems()
    documents = read_sources([stream], variables, problems)
    assert documents or problems or not data.strip() or name != "a.json"
    for document in documents:
        use(document, problems)
    for error in problems.errors:
        assert isinstance(error, DocumentError)
        assert error.line is None or 1 <= error.line <= data.count(b"\n") + data.count(b"\r") + 2
        assert str(error)
    if problems:
        with pytest.raises(DocumentLoadError):
            problems.raise_if_any()
    else:
        problems.raise_if_any()


def use(document: Document, problems: Problems) -> None:
    hash(document)
    for node in walk(document.node):
        assert node.mark.line is not None
        if isinstance(node, Mapping):
            fields = Fields(node, problems, known=("name", "match"))
            for name in list(fields.node.items if isinstance(fields.node, Mapping) else ())[:3]:
                fields.string(name[0].text)
                fields.integer(name[0].text)
                fields.number(name[0].text)
                fields.boolean(name[0].text)
                fields.children(name[0].text)
                fields.strings(name[0].text)
                fields.string_map(name[0].text)
            fields.finish()
    document.unused_placeholders(problems)


_VARIABLES: Final = st.dictionaries(st.sampled_from(["A", "NAME", "X", "a-b"]), st.text(max_size=5))


@given(st.binary(max_size=200), st.sampled_from(_NAMES), _VARIABLES)
def test_any_bytes(data: bytes, name: str | None, variables: dict[str, str]) -> None:
    check(data, name, variables)


@given(st.lists(_TOKENS, max_size=40).map(b"".join), st.sampled_from(_NAMES), _VARIABLES)
def test_any_tokens(data: bytes, name: str | None, variables: dict[str, str]) -> None:
    check(data, name, variables)


@given(mutated(), st.sampled_from(_NAMES), _VARIABLES)
def test_mutated_documents(data: bytes, name: str | None, variables: dict[str, str]) -> None:
    check(data, name, variables)


def plain(node: Node) -> object:
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key.text: plain(value) for key, value in node.items}


_TEXT: Final = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="$<{"), max_size=8)
_VALUES: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(_VALUES, st.booleans(), st.sampled_from([None, 0, 2]))
def test_json_means_what_the_standard_library_says(value: object, ascii_only: bool, indent: int | None) -> None:  # noqa: FBT001 - drawn by Hypothesis
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    assert plain(parse_json(text)) == value


@given(_VALUES)
def test_objects_and_json_give_the_same_tree(value: object) -> None:
    problems = Problems()
    documents = read_sources([[value]], None, problems)
    assert not problems
    found = parse_json(json.dumps([value]))
    assert plain(documents[0].node) == plain(found)
    assert [n.pointer for n in walk(documents[0].node)] == [n.pointer for n in walk(found)]


@given(_VALUES, st.text(st.characters(codec="utf-8"), max_size=300))
def test_values_move_no_mark(value: object, filling: str) -> None:
    """A variable's value changes no position of what comes after it."""
    text = f'["${{A}}", {json.dumps(value)},\n"$B-${{A}}", 1]'
    empty, filled = (read_sources([io.StringIO(text)], {"A": content}, Problems())[0].node for content in ("", filling))
    assert [n.mark for n in walk(empty)] == [n.mark for n in walk(filled)]
    assert isinstance(filled, Sequence)
    assert filled.items[0] == Scalar(filling, filling, quoted=True)


def test_every_shared_manifest_reads(shared: Path) -> None:
    """All manifests collected from the wild are read without a problem, with no placeholder filled."""
    problems = Problems()
    documents = read_sources([shared / "manifests"], None, problems)
    problems.raise_if_any()
    assert len(documents) > 100

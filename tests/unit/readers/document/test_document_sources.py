"""Sources: files, folders, streams, objects, and all that can be wrong with them."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import IO

import pytest

from meshroute.errors import DocumentError
from meshroute.readers._document import Document, Mapping, Problems, Scalar, objects, parse_json, read_sources, sources
from meshroute.readers._document.sources import decode, suffix_of


def load(*given: object) -> tuple[list[Document], list[str]]:
    problems = Problems()
    documents = read_sources(given, None, problems)  # type: ignore[arg-type]  # bad input on purpose
    return documents, [str(error) for error in problems.errors]


def values(documents: list[Document]) -> list[tuple[str, int, object]]:
    found: list[tuple[str, int, object]] = []
    for document in documents:
        scalar = document.node.get("v") if isinstance(document.node, Mapping) else document.node
        found.append((document.file, document.index, scalar.value if isinstance(scalar, Scalar) else None))
    return found


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: str, text: str | bytes) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_bytes(text if isinstance(text, bytes) else text.encode())


def test_a_file_by_its_name(folder: Path) -> None:
    write("a.yaml", "v: 1\n---\nv: 2\n")
    assert folder.is_dir()
    documents, errors = load("a.yaml", Path("a.yaml"), "./a.yaml")
    assert errors == []
    assert values(documents) == [(f, i, i + 1) for f in ("a.yaml", "a.yaml", "./a.yaml") for i in (0, 1)]
    assert str(documents[-1].node.mark) == "./a.yaml:3"


def test_a_folder_is_read_recursively_and_sorted(folder: Path) -> None:
    for name in (
        "b.yml",
        "a/z.json",
        "a.yaml",
        "a/.hidden.yaml",
        ".git/x.yaml",
        "c.TXT",
        "d.yaml.template",
        "e.json.tpl",
    ):
        write(f"m/{name}", '{"v": "x"}')
    for name in ("f.tpl", "g.sh.template", "h.template", "README", "i.YAML"):
        write(f"m/{name}", '{"v": "x"}')
    assert folder.is_dir()
    documents, errors = load("m/")
    assert errors == []
    assert [document.file for document in documents] == [
        "m/a/z.json",
        "m/a.yaml",
        "m/b.yml",
        "m/d.yaml.template",
        "m/e.json.tpl",
        "m/f.tpl",
        "m/h.template",
        "m/i.YAML",
    ]


def test_folders_without_documents(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("m/README", "")
    assert folder.is_dir()
    assert load("m")[1] == ["m: no documents in this folder; their names end in .yaml, .yml, .json"]
    monkeypatch.setattr(sources, "MAX_FILES", 2)
    for name in "abc":
        write(f"m/{name}.json", '{"v": 1}')
    documents, errors = load("m")
    assert [document.file for document in documents] == ["m/a.json", "m/b.json"]
    assert errors == ["m: more than 2 documents in this folder"]


def test_a_folder_that_cannot_be_listed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("m/a.json", '{"v": 1}')
    assert folder.is_dir()
    real = os.scandir

    def scandir(path: str) -> object:
        if path == "m":
            raise PermissionError(13, "Permission denied", "m")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert load("m")[1] == [
        "m: cannot be read: Permission denied",
        "m: no documents in this folder; their names end in .yaml, .yml, .json",
    ]


def test_what_is_no_readable_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert folder.is_dir()
    os.mkfifo("pipe.yaml")
    assert load("none.yaml", "pipe.yaml", "a\x00b", 7)[1] == [
        "none.yaml: cannot be read: no such file or folder",
        "pipe.yaml: not a regular file; pipe it to standard input and give -",
        "a\x00b: cannot be read: no name holds a NUL",
        "<document>: cannot load a value of type int; give a path, a stream or a parsed object",
    ]

    def refuse(_: Path, __: str) -> IO[bytes]:
        raise PermissionError(13, "Permission denied")

    write("a.yaml", "v: 1")
    monkeypatch.setattr(Path, "open", refuse)
    assert load("a.yaml")[1] == ["a.yaml: cannot be read: Permission denied"]


def test_one_broken_file_does_not_hide_the_others(folder: Path) -> None:
    assert folder.is_dir()
    write("m/a.yaml", "v: 1\n---\nv: [\n")
    write("m/b.json", "{")
    write("m/c.json", '{"v": 3}')
    write("m/d.json", b"\xff")
    documents, errors = load("m")
    assert values(documents) == [("m/a.yaml", 0, 1), ("m/c.json", 0, 3)]
    assert [error.split(" not valid")[0] for error in errors] == ["m/a.yaml:4:", "m/b.json:1:", "m/d.json:1:"]


def test_sizes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert folder.is_dir()
    with Path("big.yaml").open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    assert load("big.yaml")[1] == ["big.yaml: larger than 64 MiB"]
    monkeypatch.setattr(sources, "MAX_BYTES", 8)
    assert values(load(io.BytesIO(b'{"v": 1}'), io.StringIO('{"v": 1}'))[0]) == [("<stream>", 0, 1)] * 2
    assert load(io.BytesIO(b'{"v": 12}'), io.StringIO("123456789"))[1] == ["<stream>: larger than 64 MiB"]
    with pytest.raises(ExceptionGroup):
        parse_json("[       ]")


def test_streams(folder: Path) -> None:
    assert folder.is_dir()
    write("a.json", '{"v": 1}')
    with Path("a.json").open() as text, Path("a.json").open("rb") as data:
        assert values(load(text, data)[0]) == [("a.json", 0, 1)] * 2
    assert load(text)[1] == ["a.json: cannot be read: I/O operation on closed file."]
    with os.fdopen(os.open("a.json", os.O_RDONLY)) as numbered:
        assert values(load(numbered)[0]) == [("<stream>", 0, 1)]
    write("b.json", b"\xff")
    with Path("b.json").open(encoding="utf-8") as wrong:
        assert load(wrong)[1] == [
            "b.json: cannot be read: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"
        ]


class Dripping(io.StringIO):
    """A stream that gives one character at a time, as a slow pipe does."""

    def read(self, size: int | None = -1, /) -> str:
        return super().read(min(1, size or 0))


def test_streams_that_give_little_at_a_time() -> None:
    assert values(load(Dripping('{"v": "long"}'))[0]) == [("<stream>", 0, "long")]
    assert load(io.StringIO(""), io.BytesIO(b"")) == ([], [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_marks(encoding: str) -> None:
    assert values(load(io.BytesIO("v: é\n".encode(encoding)))[0]) == [("<stream>", 0, "é")]
    assert decode(b"\xfe\xff\x00a", "f") == "a"
    assert decode(b"\x00\x00\xfe\xff\x00\x00\x00a", "f") == "a"


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(DocumentError, match=r"^f:2: not valid UTF-8: invalid start byte$") as caught:
        decode("é\né".encode() + b"\xff", "f")
    assert caught.value.column == 2
    with pytest.raises(DocumentError, match=r"^f:1: not valid UTF-16-LE: truncated data$"):
        decode(b"\xff\xfea", "f")
    assert load(io.StringIO("a: \ud800"))[1] == ["<stream>:1: not valid UTF-8"]
    assert values(load(io.StringIO("\ufeffv: 1"))[0]) == [("<stream>", 0, 1)]


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("a.json", ".json"),
        ("a.JSON", ".json"),
        ("a.json.template", ".json"),
        ("a.yaml.TPL", ".yaml"),
        ("base.template.yaml", ".yaml"),
        ("a.template", ""),
        ("d.json/a", ""),
    ],
)
def test_suffixes(name: str, suffix: str) -> None:
    assert suffix_of(name) == suffix


def named(text: str, name: str | None) -> io.StringIO:
    stream = io.StringIO(text)
    if name is not None:
        stream.name = name
    return stream


@pytest.mark.parametrize(
    ("text", "name", "start"),
    [
        ('{"v": 1,}', "a.json", "a.json:1: not valid JSON"),
        ("v: 1", "a.json", "a.json:1: not valid JSON"),
        ("{v: 1", "a.yaml", "a.yaml:1: not valid YAML"),
        ("{v: 1", "a.yml.tpl", "a.yml.tpl:1: not valid YAML"),
        ("{v: 1", None, "<stream>:1: not valid JSON"),
        ("[v: 1", "a.tpl", "a.tpl:1: not valid JSON"),
        ("v: [1", None, "<stream>:1: not valid YAML"),
        ('{"v": 1, "v": 2}', None, "<stream>:1: duplicate key `v`"),
    ],
)
def test_the_errors_are_those_of_the_format(text: str, name: str | None, start: str) -> None:
    documents, errors = load(named(text, name))
    assert len(errors) == 1
    assert errors[0].startswith(start)
    assert len(documents) == (start.count("duplicate"))


def test_formats_are_recognised() -> None:
    documents, errors = load(
        named('\n {"v": "\\ud83d\\ude00"}', None), named("{v: 1}", None), named("v: 2", None), named("{v: 3}", "a.yaml")
    )
    assert errors == []
    assert [value for _, _, value in values(documents)] == ["😀", 1, 2, 3]


def test_objects() -> None:
    source: dict[object, object] = {"v": [1, 2.5, "x", True, None, (), {"a/b": None}], 5: "five", 1.5: 1, True: False}
    (document,), errors = load(source)
    assert errors == []
    text = '{"v": [1, 2.5, "x", true, null, [], {"a/b": null}], "5": "five", "1.5": 1, "true": false}'
    assert repr(document.node).replace("quoted=False", "") == repr(
        Document(_unquoted_keys(parse_json(text)), "").node
    ).replace("quoted=False", "")
    assert document.file == "<object>"
    assert [load([1, "a"])[0][0].node, load(("a",))[0][0].node] == [parse_json('[1, "a"]'), parse_json('["a"]')]


def _unquoted_keys(node: object) -> Mapping:
    """Keys that were no strings in the object carry their value."""
    assert isinstance(node, Mapping)
    wanted = {"5": Scalar(5, "5"), "1.5": Scalar(1.5, "1.5"), "true": Scalar(True, "true")}  # noqa: FBT003 - a value
    return Mapping(tuple((wanted.get(key.text, key), value) for key, value in node.items))


def test_objects_that_are_no_documents() -> None:
    loop: list[object] = []
    loop.append(loop)
    assert load(loop)[1] == ["<object>: nested deeper than 100 levels"]
    assert load({"a": [{1, 2}]})[1] == [
        "<object>: a set is no value of a document (at /a/0); give a string or a number"
    ]
    assert load({"a": object()})[1] == [
        "<object>: an object is no value of a document (at /a); give a string or a number"
    ]
    assert load({"a": {None: 1}})[1] == ["<object>: a key must be text, not a NoneType (at /a)"]
    assert load({"a": 10**1000})[1] == ["<object>: a number of more than 1000 digits (at /a)"]
    assert load({"a": -(10**1000) + 1})[1] == []
    documents, errors = load({1: "x", "1": "y"})
    assert errors == ["<object>: duplicate key `1` (at /1); keep one of them"]
    assert len(documents) == 1
    assert objects.OBJECT == "<object>"

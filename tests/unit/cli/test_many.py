from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from meshroute.cli import asking
from meshroute.cli.lines import Line, lines_of
from tests.conformance.schemas.validators import keys_of
from tests.unit.cli.bench import TWO_ENTRIES, Bench


def test_one_object_out_per_line_in(bench: Bench) -> None:
    bench.feed('{"id": "a", "url": "/old"}\n\n   \r\n{"id": 7, "path": "/none"}\n{"url": "/health"}')
    assert bench.run("resolve", "mesh.yaml", "--requests", "-", "--json") == 0
    assert [(found["id"], found["outcome"]) for found in bench.objects()] == [
        ("a", "redirect"),
        (7, "no_route"),
        (None, "direct_response"),
    ]


@pytest.mark.parametrize(
    "given",
    [
        {"path": "/\0"},
        {"path": "/%zz%"},
        {"path": "/a\r\nb: c"},
        {"path": f"/{'a' * 1_000_000}"},
        {"path": f"/?{'a=b&' * 250_000}"},
        {"url": "/", "headers": [[f"x-{at}", "1"] for at in range(10_000)]},
        {"url": "/", "headers": [["x", "1"]] * 10_000},
        {"url": "/", "headers": {"": "", "a b": "\r\n", "c": "\0"}},
        {"path": "/", "host": ""},
        {"path": "/", "host": "[::1"},
        {"path": "/", "host": ":"},
        {"url": "http:///"},
        {"url": "http://:99999/"},
        {"method": "OPTIONS", "path": "*"},
        {"method": "OPTIONS", "url": "*"},
        {"method": "CONNECT", "path": "a.example:443"},
        {"method": "", "path": ""},
        {"path": "http://a.example/old"},
        {"path": "://"},
        {"path": "/old#x"},
        {"protocol": "tcp"},
        {"protocol": "udp", "path": "\xff"},
    ],
)
def test_odd_requests_are_answered(bench: Bench, given: dict[str, object]) -> None:
    bench.feed(json.dumps(given))
    for verb in ("resolve", "explain"):
        bench.stdin.seek(0)
        assert bench.run(verb, "mesh.yaml", "--requests", "-", "--json") == 0
        bench.stdin.seek(0)
        assert bench.run(verb, "mesh.yaml", "--requests", "-") == 0
    assert bench.err.text == ""
    objects = [json.loads(line) for line in bench.out.text.splitlines() if line.startswith("{")]
    assert [set(found) for found in objects] == [keys_of("answer"), keys_of("explanation")]


@pytest.mark.parametrize(
    ("line", "id_", "error"),
    [
        ('{"id": "a", "url": 1}', "a", "'url' must be a string, not the number 1"),
        ('{"id": [], "url": "/"}', None, "'id' must be a string or a whole number, not an array"),
        ("[1]", None, "a request must be a JSON object, not an array"),
        ("3", None, "a request must be a JSON object, not the number 3"),
        ('"x"', None, "a request must be a JSON object, not a string"),
        ("true", None, "a request must be a JSON object, not a boolean"),
        ("null", None, "a request must be a JSON object, not null"),
        ('{"url": "/"', None, "not JSON: Expecting ',' delimiter (column 12)"),
        ('{"url": "/", "url": "/"}', None, "the key 'url' is given twice"),
        ('{"port": NaN}', None, "not JSON: NaN is no number that JSON has"),
        ('{"a": "' + "[" * 100_000, None, "not JSON: Unterminated string starting at (column 7)"),
        ("[" * 100_000, None, "not a request: nested too deeply"),
        ('{"id": "a", "url": "/\\ud800"}', "a", "the URL holds '\\ud800', half of a character that no bytes stand for"),
        (
            '{"id": "a", "url": "/", "entry": "x/y"}',
            "a",
            "there is no entry 'x/y'; candidates: appmesh:virtualgateway/shop/ingress",
        ),
        ('{"id": "a", "path": "/é"}', "a", None),
        (
            '{"id": "a", "path": "/日"}',
            "a",
            (
                "the target holds '日': wire text has one character per byte; "
                "encode it first, e.g. with meshroute.text.wire"
            ),
        ),
    ],
)
def test_a_bad_line_is_answered_too(bench: Bench, line: str, id_: str | None, error: str | None) -> None:
    bench.feed(f'{line}\n{{"id": "next", "url": "/old"}}\n')
    assert bench.run("resolve", "mesh.yaml", "--requests", "-", "--json") == (0 if error is None else 2)
    bad, good = bench.objects()
    if error is not None:
        assert bad == {"schema": 1, "id": id_, "line": 1, "error": error}
    assert (good["id"], good["outcome"]) == ("next", "redirect")
    assert bench.err.text == ""


def test_a_number_of_too_many_digits(bench: Bench) -> None:
    bench.feed(f'{{"port": {"1" * 5000}}}\n')
    assert bench.run("resolve", "mesh.yaml", "--requests", "-", "--json") == 2
    (found,) = bench.objects()
    assert found["error"] == "a number of more than 4300 digits"


def test_a_line_that_is_no_text(bench: Bench) -> None:
    bench.stdin.write(b'\xef\xbb\xbf{"url": "/old"}\n\xff\n')
    bench.stdin.seek(0)
    assert bench.run("resolve", "mesh.yaml", "--requests", "-", "--json") == 2
    good, bad = bench.objects()
    assert good["outcome"] == "redirect"
    assert (bad["line"], bad["error"]) == (2, "not UTF-8: invalid start byte at byte 1")


def _lines_of_forty_bytes(stream: BinaryIO) -> Iterator[Line]:
    return lines_of(stream, 40)


def test_a_line_that_is_too_long(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "lines_of", _lines_of_forty_bytes)
    bench.feed(f'{{"url": "/{"a" * 100}"}}\n{{"url": "/old"}}\n')
    assert bench.run("resolve", "mesh.yaml", "--requests", "-", "--json") == 2
    bad, good = bench.objects()
    assert (bad["line"], bad["error"]) == (1, "longer than 16 MiB")
    assert good["outcome"] == "redirect"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"ab\n", [Line(1, b"ab\n", 3)]),
        (b"abc\nd", [Line(1, None, 4), Line(2, b"d", 1)]),
        (b"abcd", [Line(1, None, 4)]),
        (b"a" * 70_000 + b"\n\nd", [Line(1, None, 70_001), Line(2, b"\n", 1), Line(3, b"d", 1)]),
    ],
)
def test_lines(data: bytes, expected: list[Line]) -> None:
    assert list(lines_of(io.BytesIO(data), 3)) == expected


def test_options_stand_in_for_what_a_line_does_not_say(bench: Bench) -> None:
    bench.mesh = TWO_ENTRIES
    bench.feed('{"url": "/"}\n{"url": "/", "entry": "virtualgateway/ingress", "port": 8088, "random_value": 5}\n')
    argv = ["--entry", "virtualrouter/color", "--random-value", "3"]
    assert bench.run("resolve", "x", "--requests", "-", "--json", *argv) == 0
    assert [(found["route"], found["random_value"]) for found in bench.objects()] == [("blue", 3), (None, 5)]


def test_each_line_needs_an_entry_where_there_are_several(bench: Bench) -> None:
    bench.mesh = TWO_ENTRIES
    bench.feed('{"id": 1, "url": "/"}\n')
    assert bench.run("resolve", "x", "--requests", "-", "--json") == 2
    (found,) = bench.objects()
    assert found["error"].startswith("several entries are possible; candidates: appmesh:virtualgateway/shop/ingress, ")


def test_people_read_blocks_and_problems_apart(bench: Bench, tmp_path: Path) -> None:
    file = tmp_path / "requests.jsonl"
    file.write_text('{"url": "/old"}\n{"url": "/", "prot": 1}\n{"url": "/none"}\n')
    assert bench.run("resolve", "mesh.yaml", "--requests", str(file)) == 2
    assert [line for line in bench.out.text.splitlines() if line.startswith(("GET", "outcome"))] == [
        "GET /old",
        "outcome   redirect 302",
        "GET /none",
        "outcome   no_route 404",
    ]
    assert bench.err.text == f"{file}:2: unknown key 'prot'; did you mean 'port'?\n"


@pytest.mark.parametrize(("name", "reason"), [("none.jsonl", "No such file or directory"), (".", "Is a directory")])
def test_a_file_that_cannot_be_read(bench: Bench, tmp_path: Path, name: str, reason: str) -> None:
    file = f"{tmp_path}/{name}"
    assert bench.run("resolve", "mesh.yaml", "--requests", file) == 2
    assert bench.err.text == f"meshroute: {file}: cannot be read: {reason}\n"
    assert bench.loaded == []


def test_a_file_that_no_file_can_be(bench: Bench) -> None:
    assert bench.run("resolve", "mesh.yaml", "--requests", "\0") == 2
    assert bench.err.text == "meshroute: \\x00: cannot be read: embedded null byte\n"


def _long_file(folder: Path) -> str:
    file = folder / "[b]many.jsonl"
    file.write_text('{"url": "/old"}\n' + " " * asking.LONG + "\n")
    return str(file)


@pytest.mark.parametrize(("out", "err", "shown"), [(False, True, True), (True, True, False), (False, False, False)])
def test_progress_where_somebody_looks(bench: Bench, tmp_path: Path, *, out: bool, err: bool, shown: bool) -> None:
    bench.out.terminal, bench.err.terminal = out, err
    assert bench.run("resolve", "mesh.yaml", "--requests", _long_file(tmp_path), "--json") == 0
    assert len(bench.objects()) == 1
    assert ("[b]many.jsonl" in bench.err.text) is shown
    assert (bench.err.text == "") is not shown
    assert ("100%" in bench.err.text) is shown


def test_no_progress_of_a_short_file(bench: Bench, tmp_path: Path) -> None:
    file = tmp_path / "few.jsonl"
    file.write_text('{"url": "/old"}\n')
    bench.err.terminal = True
    assert bench.run("resolve", "mesh.yaml", "--requests", str(file), "--json") == 0
    assert bench.err.text == ""

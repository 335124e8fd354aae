"""The parsers of our pages can fail."""

from __future__ import annotations

from pathlib import Path

import pytest
from sybil import Sybil
from sybil.example import SybilFailure

from tests.docs.consoles import consoles, files, session

_PARSERS = Sybil(parsers=[files, consoles])


def _evaluate(text: str, folder: Path) -> None:
    page = folder / "page.md"
    page.write_text(text, "utf-8")
    for example in _PARSERS.parse(page):
        example.evaluate()


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_titled_block_becomes_a_file_that_commands_can_read(tmp_path: Path) -> None:
    _evaluate('```yaml title="a/b.yaml"\nx: 1\n```\n\n```console\n$ cat a/b.yaml\nx: 1\n```\n', tmp_path)
    assert (tmp_path / "a/b.yaml").read_text("utf-8") == "x: 1\n"


def test_a_session_knows_exit_codes_and_both_streams(tmp_path: Path) -> None:
    _evaluate("```console\n$ echo out; echo err >&2; exit 3\nout\nerr\n$ echo $?\n3\n```\n", tmp_path)


def test_dots_stand_for_anything(tmp_path: Path) -> None:
    _evaluate("```console\n$ echo one two three\none ... three\n```\n", tmp_path)


def test_other_output_than_shown_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(SybilFailure, match="line 1"):
        _evaluate("```console\n$ echo two\none\n```\n", tmp_path)


def test_output_that_the_page_does_not_show_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(SybilFailure):
        _evaluate("```console\n$ echo two\n```\n", tmp_path)


def test_a_long_command_goes_on_after_a_backslash() -> None:
    assert list(session("$ a \\\n    b\nout\n$ c\n")) == [("a b", "out\n"), ("c", "")]


def test_a_session_without_a_command_is_refused() -> None:
    with pytest.raises(ValueError, match="starts with a command"):
        list(session("out\n"))

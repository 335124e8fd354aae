"""Every example in the pages, the README and the docstrings is executed, and does what the text says."""

from __future__ import annotations

from pathlib import Path

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser
from sybil.parsers.rest import DocTestParser

from tests.docs.consoles import consoles, files

_ROOT = Path(__file__).resolve().parents[2]
_PAGES = [_ROOT / "README.md", *sorted((_ROOT / "docs").rglob("*.md"))]
_MODULES = sorted((_ROOT / "src").rglob("*.py"))

_MARKDOWN = Sybil(parsers=[SkipParser(), PythonCodeBlockParser(), files, consoles])
_PYTHON = Sybil(parsers=[DocTestParser()])


def _name(path: Path) -> str:
    return path.relative_to(_ROOT).as_posix()


def _stand_in_for_try(folder: Path) -> None:
    """Let ``scripts/try`` run the command of this environment; that it makes its own is what .ci/run checks."""
    program = folder / "scripts" / "try"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nexec meshroute "$@"\n', "utf-8")
    program.chmod(0o755)


@pytest.mark.parametrize("page", _PAGES, ids=_name)
def test_page(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A page runs where a reader would be: in a checkout. What it writes goes to a scratch folder that looks like one.
    (tmp_path / "docs").symlink_to(_ROOT / "docs")
    _stand_in_for_try(tmp_path)
    monkeypatch.chdir(tmp_path)
    document = _MARKDOWN.parse(page)
    document.namespace["__name__"] = "__main__"  # as for a reader; some frameworks look at where a function is from
    for example in document:
        example.evaluate()


@pytest.mark.parametrize("module", _MODULES, ids=_name)
def test_docstrings(module: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    examples = list(_PYTHON.parse(module))
    monkeypatch.chdir(tmp_path)
    for example in examples:
        example.evaluate()

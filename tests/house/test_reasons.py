"""Every place where a checker is told to look away says why."""

from __future__ import annotations

import io
import re
import tokenize
import tomllib
from pathlib import Path

import pytest

_IGNORE = re.compile(r"#\s*(?:noqa\b|type:\s*ignore\b|pyright:\s*ignore\b|ruff:\s*noqa\b|mypy:)", re.IGNORECASE)
# The codes, then " - " or " # ", then at least two words.
_WITH_REASON = re.compile(
    r"""(?:\#\s*(?:ruff:\s*)?noqa:\s*[A-Z]+[0-9]+(?:,\s*[A-Z]+[0-9]+)*
          |\#\s*type:\s*ignore\[[a-z, -]+\]
          |\#\s*pyright:\s*ignore\[[A-Za-z, ]+\])
        \s+[-#]\s*\S+\s+\S""",
    re.VERBOSE,
)
_NO_COVER = re.compile(r"#.*pragma:\s*no\s*(?:cover|branch)", re.IGNORECASE)


def faults(source: str) -> list[str]:
    """The comments of a Python source that silence a checker without saying why."""
    comments = [
        token for token in tokenize.generate_tokens(io.StringIO(source).readline) if token.type == tokenize.COMMENT
    ]
    return [
        f"line {token.start[0]}: {token.string}"
        for token in comments
        if _NO_COVER.search(token.string)
        or len(_IGNORE.findall(token.string)) != len(_WITH_REASON.findall(token.string))
    ]


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa",
        "# noqa: S101",
        "# noqa: S101 because",
        "# NOQA: S101",
        "# type: ignore",
        "# type: ignore[override]",
        "# pyright: ignore[reportAny]",
        "# type: ignore[override]  # noqa: S101 - a reason for one",
        "# ruff: noqa",
        "# mypy: ignore-errors",
        "# pragma: no cover",
        "# pragma: no branch - cannot happen",
    ],
)
def test_a_bare_ignore_is_found(comment: str) -> None:
    assert faults(f"x = 1  {comment}\n") == [f"line 1: {comment}"]


@pytest.mark.parametrize(
    "comment",
    [
        "# a remark",
        "# noqa: S101 - the caller checked it",
        "# noqa: PLR0913, PLR0917 - positional, so that it pickles",
        "# type: ignore[override]  # the base class is generic in it",
        "# type: ignore[arg-type]  # wrong on purpose # noqa: S101 - as said before",
        "# pyright: ignore[reportAny] - json.loads returns Any",
    ],
)
def test_an_ignore_with_its_reason_passes(comment: str) -> None:
    assert faults(f"x = 1  {comment}\n") == []


def test_text_that_only_looks_like_an_ignore_passes() -> None:
    assert faults('x = "# noqa"\n') == []


def test_every_ignore_in_the_code_has_its_reason(root: Path) -> None:
    files = [
        file
        for folder in ("src", "tests", "benchmarks", ".ci", "scripts")
        for file in sorted((root / folder).rglob("*.py"))
    ]
    found = [f"{file.relative_to(root)}: {fault}" for file in files for fault in faults(file.read_text("utf-8"))]
    assert found == []


def test_every_ignore_in_the_configuration_has_its_reason(root: Path) -> None:
    text = (root / "pyproject.toml").read_text("utf-8")
    lint = tomllib.loads(text)["tool"]["ruff"]["lint"]
    codes = [*lint["ignore"], *(code for group in lint["per-file-ignores"].values() for code in group)]
    section = text[text.index("[tool.ruff.lint]") : text.index("[tool.ruff.lint.pydocstyle]")]
    with_reason = re.findall(r'^ +"([A-Z]+[0-9]*)",\s+# \S+ \S+', section, re.MULTILINE)
    assert with_reason == codes

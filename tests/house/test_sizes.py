"""Past 500 lines, or a function past 50, an idea is missing."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

_FILE_LINES: Final = 500
_FUNCTION_LINES: Final = 50

# "path" or "path::function" -> why it may be longer. Empty is the aim.
EXCEPTIONS: Final[dict[str, str]] = {}


def long_parts(source: str) -> list[tuple[str, int]]:
    """The file ("") and the functions of a source that are too long, with their lines.

    The docstring of a function does not count.
    """
    lines = source.count("\n")
    found = [("", lines)] if lines > _FILE_LINES else []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            first = node.body[0]
            if ast.get_docstring(node, clean=False) is not None:
                length -= (first.end_lineno or first.lineno) - first.lineno + 1
            if length > _FUNCTION_LINES:
                found.append((node.name, length))
    return found


def test_a_function_of_fifty_lines_passes_and_one_more_does_not() -> None:
    body = "    x = 1\n"
    assert long_parts("def f():\n" + body * 49) == []
    assert long_parts("def f():\n" + body * 50) == [("f", 51)]
    assert long_parts('def f():\n    """Two\n    lines."""\n' + body * 49) == []
    assert long_parts('def f():\n    """Two\n    lines."""\n' + body * 50) == [("f", 51)]
    assert long_parts("class C:\n    async def g(self):\n" + ("    " + body) * 50) == [("g", 51)]


def test_a_file_of_five_hundred_lines_passes_and_one_more_does_not() -> None:
    assert long_parts("x = 1\n" * 500) == []
    assert long_parts("x = 1\n" * 501) == [("", 501)]


def test_nothing_is_too_long(root: Path) -> None:
    files = [
        file
        for folder in ("src", "tests", "benchmarks", ".ci", "scripts")
        for file in sorted((root / folder).rglob("*.py"))
    ]
    found = {
        f"{file.relative_to(root).as_posix()}{'::' + name if name else ''}": length
        for file in files
        for name, length in long_parts(file.read_text("utf-8"))
    }
    assert {place: length for place, length in found.items() if place not in EXCEPTIONS} == {}
    assert set(EXCEPTIONS) <= set(found), "an exception that is no longer needed"

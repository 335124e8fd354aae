"""What import-linter cannot say: nobody inside uses the package's own front door, and importing it is cheap."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import meshroute


def front_door(source: str, depth: int) -> list[int]:
    """The lines of a module that import the name ``meshroute`` or something from it.

    ``depth`` is how many packages are around the module: 1 for ``meshroute/text.py``. With that many dots a relative
    import means the package itself. ``from meshroute.errors import RouteError`` is the allowed form.
    """
    lines: list[int] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            lines += [node.lineno for alias in node.names if alias.name.partition(".")[0] == "meshroute"]
        elif isinstance(node, ast.ImportFrom):
            absolute = node.level == 0 and node.module == "meshroute"
            relative = node.level == depth and node.module is None
            lines += [node.lineno] if absolute or relative else []
    return lines


@pytest.mark.parametrize(
    ("source", "depth"),
    [
        ("import meshroute", 1),
        ("import meshroute as m", 1),
        ("import meshroute.errors", 1),
        ("import re, meshroute", 1),
        ("from meshroute import Route", 1),
        ("from meshroute import errors", 2),
        ("from . import Route", 1),
        ("from .. import Route", 2),
        ("def f():\n    import meshroute", 1),
    ],
)
def test_the_front_door_is_noticed(source: str, depth: int) -> None:
    assert front_door(source, depth) == [source.count("\n") + 1]


@pytest.mark.parametrize(
    "source",
    ["from meshroute.errors import RouteError", "import meshrouter", "from . import sibling", "from .x import y"],
)
def test_other_imports_pass(source: str) -> None:
    assert front_door(source, 2) == []


def test_nobody_inside_uses_the_front_door(root: Path) -> None:
    package = root / "src/meshroute"
    modules = [file for file in sorted(package.rglob("*.py")) if file != package / "__init__.py"]
    found = {
        file.relative_to(root).as_posix(): lines
        for file in modules
        if (lines := front_door(file.read_text("utf-8"), len(file.relative_to(package).parts)))
    }
    assert found == {}


def test_importing_the_package_loads_only_attrs_and_regex(root: Path) -> None:
    check = root / ".ci/check_import.py"
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-I", str(check)], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_at_most_forty_public_names() -> None:
    names: list[str] = getattr(meshroute, "__all__", [])
    assert len(names) <= 40
    assert len(set(names)) == len(names)

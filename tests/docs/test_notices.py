"""The codes of notices that the source gives are those that the pages list."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_FOLDERS = ("matching", "readers")


def _given() -> Iterator[str]:
    """The first arguments of calls of ``Notice`` and ``notice``, and the codes that are looked up in a table."""
    for folder in _FOLDERS:
        for module in (_ROOT / "src/meshroute" / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(module.read_text("utf-8"))):
                match node:
                    case ast.Call(func=func, args=[ast.Constant(value=str(code)), *_]):
                        if re.search(r"[nN]otice$", ast.unparse(func)):
                            yield code
                    case ast.Constant(value=str(text)) if re.fullmatch(r"missing(-[a-z]+)+", text):
                        yield text
                    case _:
                        pass


def _listed(page: str) -> Iterator[str]:
    """The codes in the first column of the tables below the heading "Notices"."""
    section = (_ROOT / page).read_text("utf-8").partition("\n## Notices\n")[2].partition("\n## ")[0]
    for row in section.splitlines():
        if row.startswith("| `"):
            yield from re.findall(r"`([a-z-]+)`", row.split("|")[1])


def test_the_pages_list_the_codes_that_there_are() -> None:
    assert {
        code for page in ("app-mesh", "concepts", "envoy", "gateway-api") for code in _listed(f"docs/{page}.md")
    } == set(_given())

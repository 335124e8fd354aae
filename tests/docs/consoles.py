"""Sybil parsers for what our Markdown pages show besides Python: files, and commands with their output.

A fence that opens with ```` ```yaml title="shop.yaml" ```` (any language but console) is written to that file, and
```` ```console ```` is a session: each line after ``$ `` is run by ``sh`` (a line that ends in a backslash goes on in
the next one), and what follows must be its output: both streams together, ``...`` stands for anything. ``$?`` is the
exit code of the command before. All happens in the working directory of the test.
"""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from sybil import Document, Example, Region
from sybil.parsers.markdown.lexers import RawFencedCodeBlockLexer

_TITLED = re.compile(r'(?!console)\w+ title="(?P<title>[^"/][^"]*)"[ \t]*\n')
_CONSOLE = re.compile(r"console[ \t]*\n")
_OUTPUT = doctest.OutputChecker()
_SECONDS = 60


def files(document: Document) -> Iterable[Region]:
    """Find the blocks that have a file name as their title."""
    for region in RawFencedCodeBlockLexer(_TITLED)(document):
        region.evaluator = _write
        yield region


def consoles(document: Document) -> Iterable[Region]:
    """Find the sessions."""
    for region in RawFencedCodeBlockLexer(_CONSOLE)(document):
        region.evaluator = _run
        yield region


def _write(example: Example) -> None:
    target = Path(example.region.lexemes["title"])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(example.region.lexemes["source"], "utf-8")


def _run(example: Example) -> str | None:
    code = 0
    for command, expected in session(example.region.lexemes["source"]):
        done = subprocess.run(  # noqa: S603 - the commands are those of our own pages
            ["/bin/sh", "-c", f"(exit {code}); {command}"],
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=_SECONDS,
            check=False,
        )
        code = done.returncode
        if not _OUTPUT.check_output(expected, done.stdout, doctest.ELLIPSIS):
            return f"$ {command}\nexpected:\n{expected}\ngot (exit code {code}):\n{done.stdout}"
    return None


def session(text: str) -> Iterator[tuple[str, str]]:
    """Split a session into commands and what each is expected to print."""
    command, output = "", ""
    lines = iter(text.splitlines())
    for line in lines:
        if not line.startswith("$ "):
            if not command:
                msg = f"a session starts with a command, not {line!r}"
                raise ValueError(msg)
            output += line + "\n"
            continue
        if command:
            yield command, output
        command, output = line[2:], ""
        while command.endswith("\\"):
            command = command[:-1] + next(lines).strip()
    if command:
        yield command, output


def _environment() -> dict[str, str]:
    bin_folder = str(Path(sys.executable).parent)
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE", "PYTEST"))},
        "PATH": os.pathsep.join([bin_folder, "/usr/local/bin", "/usr/bin", "/bin"]),
        "COLUMNS": "100",
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        "TERM": "dumb",
    }

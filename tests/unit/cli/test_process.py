"""What only a process of its own can show: streaming, signals, and what is imported."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import pytest

# The program as a process, in front of the mesh of the other tests.
_PROGRAM = """
import signal
import sys
from types import ModuleType

from tests.unit.cli.bench import MESH

readers = ModuleType("meshroute.readers")
readers.load = lambda *sources, **options: MESH
sys.modules["meshroute.readers"] = readers

from meshroute.cli import main

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell without job control lets its jobs ignore it
sys.exit(main())
"""


def _environment(root: Path) -> dict[str, str]:
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return {**buffered, "PYTHONPATH": os.pathsep.join([str(root), str(root / "src")])}


@contextmanager
def _start(root: Path, *argv: str) -> Generator[subprocess.Popen[str], None, None]:
    with subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", _PROGRAM, *argv],
        cwd=root,
        env=_environment(root),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        late = Timer(20, process.kill)  # a program that does not answer fails the test, not the whole run
        late.start()
        try:
            yield process
        finally:
            late.cancel()


def test_answers_are_streamed(root: Path) -> None:
    with _start(root, "resolve", "mesh.yaml", "--requests", "-", "--json") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in (1, 2):
            process.stdin.write(f'{{"id": {number}, "url": "/old"}}\n')
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_is_quiet(root: Path) -> None:
    with _start(root, "resolve", "mesh.yaml", "--requests", "-", "--json") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write('{"url": "/old"}\n')
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err.strip()) == (130, "")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
@pytest.mark.parametrize("argv", [[], ["--json"]])
def test_a_reader_that_goes_away_is_no_error(root: Path, argv: list[str]) -> None:
    with _start(root, "resolve", "mesh.yaml", "--requests", "-", *argv) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.close()
        process.stdin.write('{"url": "/old"}\n')
        process.stdin.close()
        assert process.stderr is not None
        err = process.stderr.read()
        process.wait(timeout=30)
    assert (process.returncode, err) == (141, "")


def test_undecodable_arguments_are_bytes(root: Path) -> None:
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", _PROGRAM, "resolve", "mesh.yaml", b"/paths/\xff", "-H", b"a: \xff", "--json"],
        cwd=root,
        env={**_environment(root), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        check=True,
        timeout=30,
    )
    request = json.loads(done.stdout)["request"]
    assert (request["path"], request["headers"]) == ("/%FF", [["a", "\xff"]])


def _run(*argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, *argv], capture_output=True, text=True, check=False, timeout=30
    )


def test_the_module_is_the_program() -> None:
    assert _run("-m", "meshroute", "--version").stdout.startswith("meshroute ")
    assert _run("-m", "meshroute", "resolve", "/").returncode == 2


def test_rich_is_loaded_only_for_people() -> None:
    code = "import sys; from meshroute.cli import main; main(['resolve', '/']); sys.exit('rich' in sys.modules)"
    assert _run("-c", code).returncode == 0

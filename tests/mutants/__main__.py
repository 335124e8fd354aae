"""Run the deliberate bugs: ``python -m tests.mutants [--area AREA] [--list] [ID ...]``.

Each is applied to a copy of ``src`` in a folder of its own, and its test is run against the copy. Exits with 1 unless
every one is killed, that is, its test fails with it. Before that all the tests must pass without any.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Final

from tests.mutants.record import ROOT, SOURCE, Mutant, areas

PROCESSES: Final = 2
SECONDS: Final = 120
_FAILED, _PASSED = 1, 0  # pytest.ExitCode; anything else means that the test did not run


def copy_source(folder: Path) -> Path:
    """Copy the sources into a folder."""
    return Path(shutil.copytree(SOURCE, folder / "src", ignore=shutil.ignore_patterns("__pycache__")))


def run_tests(source: Path, tests: Sequence[str]) -> int:
    """Run tests against a copy of the sources, and return pytest's exit code; a test that never ends has failed."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(source),
        "PYTHONDONTWRITEBYTECODE": "1",  # two mutants of one file within a second would share a cached one
        "MESHROUTE_PROFILE": "ci",
    }
    command = [sys.executable, "-m", "pytest", "--quiet", "-x", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter with tests of this checkout
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return _FAILED
    if len(tests) > 1 and done.returncode:
        say(done.stdout[-3000:])
    return done.returncode


def verdict(mutant: Mutant, source: Path) -> str:
    """Apply a mutant to a copy of the sources, run its test, and take it out again."""
    file = source / mutant.path
    text = file.read_text("utf-8")
    try:
        changed = mutant.applied(text)
    except LookupError:
        return "does not apply"
    file.write_text(changed, "utf-8")
    try:
        code = run_tests(source, [mutant.test])
    finally:
        file.write_text(text, "utf-8")
    return {_FAILED: "killed", _PASSED: "SURVIVED"}.get(code, f"TEST DID NOT RUN (pytest ended with {code})")


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def run(mutants: Sequence[Mutant]) -> int:
    """Run mutants in parallel, and return how many are not killed."""
    alive = 0
    with tempfile.TemporaryDirectory() as folder:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(PROCESSES):
            copies.put(copy_source(Path(folder) / str(number)))
        control = copies.get()
        if run_tests(control, sorted({mutant.test for mutant in mutants})) != _PASSED:
            say("the tests fail without any mutant")
            return 1
        copies.put(control)

        def judge(mutant: Mutant) -> tuple[Mutant, str]:
            source = copies.get()
            try:
                return mutant, verdict(mutant, source)
            finally:
                copies.put(source)

        with ThreadPoolExecutor(PROCESSES) as pool:
            for mutant, said in pool.map(judge, mutants):
                say(f"{said:<10} {mutant.id}")
                alive += said != "killed"
    return alive


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--area", choices=sorted(areas()))
    parser.add_argument("--list", action="store_true", help="only list them")
    parser.add_argument("ids", nargs="*", metavar="ID")
    options = parser.parse_args()
    chosen = [
        mutant
        for area, mutants in areas().items()
        for mutant in mutants
        if options.area in {None, area} and (not options.ids or mutant.id in options.ids)
    ]
    if options.list:
        for mutant in chosen:
            say(f"{mutant.id:<34} {mutant.file:<28} {mutant.why}")
        return 0
    alive = run(chosen)
    say(f"{len(chosen)} mutants, {len(chosen) - alive} killed, {alive} not")
    return 1 if alive or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())

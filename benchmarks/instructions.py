"""An alarm that noise cannot trip: how many instructions a fixed workload takes, counted by ``valgrind``.

``python -m benchmarks.instructions`` counts the instructions of resolving every route of the REST list some times, and
of a plain piece of Python beside it; their ratio is compared with the committed one, so that it matters little which
build of CPython runs. More than a tenth above it fails. ``--accept`` writes the new figure.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.data import filled, rest_list

FILE: Final = Path(__file__).with_suffix(".json")
TOLERANCE: Final = 1.1
REPEATS: Final = 30


def work(kind: str) -> None:
    """Do one kind of work; what all kinds have in common is subtracted."""
    from benchmarks.routers import our_router
    from meshroute import Request

    rng = random.Random(1)  # noqa: S311 - repeatable, not secret
    routes = rest_list()
    asked = [(method, filled(path, rng)) for method, path in routes]
    router, requests = our_router(routes), [Request.from_parts(*one) for one in asked]
    known = {path: path for _, path in asked}
    gc.disable()
    for _ in range(REPEATS):
        if kind == "resolve":
            for request in requests:
                router.resolve(request).params  # noqa: B018 - taking them is what is measured
        elif kind == "reference":
            for _, path in asked:
                pieces = path.split("/")
                {piece: known.get(path) for piece in pieces}


def count(kind: str) -> int:
    """Count the instructions of one kind of work, with all that surrounds it."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "callgrind.out")
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", sys.executable, "-m", __spec__.name]
        ended = subprocess.run(  # noqa: S603 - this program again
            [*command, "--work", kind],
            env={**os.environ, "PYTHONHASHSEED": "0"},
            capture_output=True,
            text=True,
            check=False,
        )
        if ended.returncode or not out.is_file():
            raise SystemExit(ended.stderr)
        summary = next(line for line in out.read_text("utf-8").splitlines() if line.startswith(("summary:", "totals:")))
        return int(summary.split()[1])


def main() -> int:
    """Count, and compare."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.instructions", description=__doc__)
    parser.add_argument("--accept", action="store_true", help="commit to the figure of this run")
    parser.add_argument("--work", choices=["nothing", "reference", "resolve"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work(options.work)
        return 0
    if shutil.which("valgrind") is None:
        print("skipped: there is no valgrind here")
        return 0
    nothing, reference, resolve = count("nothing"), count("reference"), count("resolve")
    found = (resolve - nothing) / (reference - nothing)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    figures: dict[str, float] = json.loads(FILE.read_text("utf-8")) if FILE.is_file() else {}
    each = (resolve - nothing) / REPEATS / len(rest_list())
    print(f"Python {version}: {each:.0f} instructions for a look-up, {found:.3f} times the reference")
    if options.accept:
        figures[version] = round(found, 3)
        FILE.write_text(json.dumps(dict(sorted(figures.items())), indent=1) + "\n", "utf-8")
        return 0
    if version not in figures:
        print(f"no figure is committed for Python {version}")
        return 0
    if found > figures[version] * TOLERANCE:
        print(
            f"that is more than a tenth above the committed {figures[version]}: if it has to be, accept it with\n"
            "  python -m benchmarks.instructions --accept",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

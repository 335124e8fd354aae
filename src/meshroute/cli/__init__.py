"""The command line: one module per command, nothing imported before it is needed."""

from __future__ import annotations

import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``meshroute``.

    Args:
        argv: The words after the program's name; those of this process by default.

    Returns:
        The exit code: 0 where answers were given, 2 for bad usage or bad documents.

    >>> main(["--version"])  # doctest: +ELLIPSIS
    meshroute ...
    0
    """
    try:
        from meshroute.cli.app import run  # noqa: PLC0415 - click and rich are an extra; without them we say so
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in {"click", "rich"}:
            raise
        sys.stderr.write(f"meshroute: the command line needs {error.name}: pip install 'meshroute[cli]'\n")
        return 2
    return run(sys.argv[1:] if argv is None else argv)

"""Show that meshroute and its names load nothing but itself, attrs and the standard library.

Run it with the interpreter that has meshroute installed: ``python -I .ci/check_import.py``.
"""

from __future__ import annotations

import sys
from importlib import import_module

_ALLOWED = {"meshroute", "attr", "attrs"}
# These are for those who load documents, analyse or use the command line; others do not pay for them.
_LATER = ("readers", "writers", "analysis", "middleware", "expectations", "testing", "cli")


def main() -> int:
    """Import meshroute and print every module that should not have come with it.

    Returns:
        The exit code: 1 if there is any such module.
    """
    before = set(sys.modules)
    meshroute = import_module("meshroute")
    for name in meshroute.__all__:
        if name not in {"load", "lint", "diff"}:  # these read documents and analyse them
            getattr(meshroute, name)
    new = set(sys.modules) - before
    tops = {name.partition(".")[0] for name in new}
    foreign = tops - _ALLOWED - sys.stdlib_module_names
    early = {name for name in new if name.startswith("meshroute.") and name.split(".")[1] in _LATER}
    for name in sorted(foreign | early):
        print(f"import meshroute must not load {name}", file=sys.stderr)
    return 1 if foreign or early else 0


if __name__ == "__main__":
    sys.exit(main())

"""Expectation files: which form each has."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from meshroute.errors import DocumentError, DocumentLoadError
from meshroute.expectations.cases import Case, Suite
from meshroute.expectations.own import read_own
from meshroute.expectations.router_check import read_router_check
from meshroute.readers._document import Mapping, Node, Problems, Sequence, parse_yaml

MAX_BYTES: Final = 32 * 1024 * 1024
"""How large a file may be."""


def read_suite(*files: str) -> Suite:
    """Read expectation files: of our own form, or of that of Envoy's ``router_check_tool``.

    Both are YAML; a JSON file is read as YAML too, since those of Envoy's tool have trailing commas.

    Args:
        files: The files.

    Returns:
        The cases of all, and the runtime values that they set.

    Raises:
        DocumentLoadError: One cannot be read, has faults, or sets a runtime value that another sets otherwise; all
            that is wrong at once.
    """
    cases: list[Case] = []
    runtime: dict[str, object] = {}
    errors: list[DocumentError] = []
    for file in files:
        try:
            for suite in _suites(file):
                cases += suite.cases
                other = [key for key, value in suite.runtime.items() if runtime.setdefault(key, value) != value]
                errors += (DocumentError(f"the runtime value {key!r} is set to another above", file) for key in other)
        except DocumentLoadError as error:
            errors += (problem for problem in error.exceptions if isinstance(problem, DocumentError))
    if errors:
        raise DocumentLoadError(f"{len(errors)} problem{'' if len(errors) == 1 else 's'} in test files", tuple(errors))
    return Suite(tuple(cases), runtime)


def _suites(file: str) -> list[Suite]:
    problems = Problems()
    problems.file(file)
    suites = [
        read_router_check(root, problems) if _is_router_check(root) else read_own(root, problems)
        for root in parse_yaml(_text(file), file)
    ]
    if not any(suite.cases for suite in suites) and not problems:
        problems.add(DocumentError("there is no test in this file", file))
    problems.raise_if_any()
    return suites


def _text(file: str) -> str:
    try:
        data = Path(file).read_bytes()
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise _refused(f"cannot be read: {reason}", file) from None
    if len(data) > MAX_BYTES:
        raise _refused(f"larger than {MAX_BYTES // 1024 // 1024} MiB", file)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(f"not UTF-8: {error.reason} at byte {error.start + 1}", file) from None


def _refused(message: str, file: str) -> DocumentLoadError:
    return DocumentLoadError(message, (DocumentError(message, file),))


def _is_router_check(root: Node) -> bool:
    """Tell whether the tests of a file are those of Envoy's tool: each has an ``input``."""
    tests = root.get("tests") if isinstance(root, Mapping) else root
    items = tests.items if isinstance(tests, Sequence) else ()
    return any(isinstance(item, Mapping) and ("input" in item or "test_name" in item) for item in items)

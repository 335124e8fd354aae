"""The record of one deliberate bug, and where the records of all areas are."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Final

from attrs import frozen

ROOT: Final = Path(__file__).resolve().parents[2]
SOURCE: Final = ROOT / "src"


@frozen
class Mutant:
    """One deliberate bug.

    To add one: put a record into the ``MUTANTS`` of its area (a module beside this one; a new module is a new area),
    and name a fast test of one case that fails with the bug. ``python -m tests.mutants --area AREA`` shows whether it
    does.

    Args:
        id: A word or two that no other mutant has.
        file: The file, below ``src/meshroute``.
        old: The exact text to replace; it stands in the file once.
        new: What it is replaced by.
        test: The pytest node id of the test that fails then, from the root of the checkout.
        why: What would go wrong for users.
    """

    id: str
    file: str
    old: str
    new: str
    test: str
    why: str

    @property
    def path(self) -> str:
        """The file, below ``src``."""
        return f"meshroute/{self.file}"

    def applied(self, text: str) -> str:
        """Return the text of the file with the bug.

        Raises:
            LookupError: The text to replace does not stand there exactly once.
        """
        if text.count(self.old) != 1:
            message = f"mutant {self.id!r} does not apply: its text stands {text.count(self.old)} times in {self.file}"
            raise LookupError(message)
        return text.replace(self.old, self.new)


def areas() -> dict[str, tuple[Mutant, ...]]:
    """Load the mutants of each area, by its name."""
    found: dict[str, tuple[Mutant, ...]] = {}
    for file in sorted(Path(__file__).parent.glob("*.py")):
        mutants = getattr(importlib.import_module(f"tests.mutants.{file.stem}"), "MUTANTS", None)
        if file.stem not in {"__init__", "__main__"} and mutants is not None:
            found[file.stem] = mutants
    return found

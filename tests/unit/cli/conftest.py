"""A command line whose documents are a mesh made by hand: reading documents is tested with the readers."""

from __future__ import annotations

import io
import sys
from types import ModuleType

import pytest

from tests.unit.cli.bench import MESH, Bench, Stream


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    """The program, in front of a mesh."""
    made = Bench(MESH, Stream(), Stream())
    readers = ModuleType("meshroute.readers")
    readers.load = made.load  # type: ignore[attr-defined]  # a module has the attributes that it is given
    monkeypatch.setitem(sys.modules, "meshroute.readers", readers)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(made.stdin))
    for name in ("NO_COLOR", "FORCE_COLOR", "MESHROUTE_DEBUG", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    return made

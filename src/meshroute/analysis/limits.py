"""How far analysis goes, by name: what goes further is answered with *unknown, because …*."""

from __future__ import annotations

from typing import Final

MAX_BOXES: Final = 1_000
"""How many products of sets the condition of one route may be made of."""
MAX_STEPS: Final = 2_000
"""How many requests are tried, or products cut, for one question."""
MAX_STATES_VISITED: Final = 500_000
"""How many states the languages of these products may have in all: documents are untrusted, automata can be large."""
MAX_COMPARED: Final = 4_000
"""How many routes before a route are compared with it, one by one, when it is asked which of them take its requests."""
MAX_FINITE: Final = 64
"""How many members of a set are looked at one by one."""


class UndecidedError(Exception):
    """A question is not decided; the message says why."""

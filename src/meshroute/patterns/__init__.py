"""Regular languages: RE2 syntax, matched against whole values in linear time. Knows nothing of routes."""

from __future__ import annotations

from meshroute.patterns._language import Language, Member, shortest_match
from meshroute.patterns._parse import MAX_PROGRAM_SIZE, parse, pattern_bytes
from meshroute.patterns._size import program_size
from meshroute.patterns._tree import (
    Alternate,
    Assert,
    AssertKind,
    Chars,
    Concat,
    Empty,
    Group,
    Node,
    Repeat,
)
from meshroute.patterns.pattern import Engine, Pattern, compile_pattern

__all__ = [
    "MAX_PROGRAM_SIZE",
    "Alternate",
    "Assert",
    "AssertKind",
    "Chars",
    "Concat",
    "Empty",
    "Engine",
    "Group",
    "Language",
    "Member",
    "Node",
    "Pattern",
    "Repeat",
    "compile_pattern",
    "parse",
    "pattern_bytes",
    "program_size",
    "shortest_match",
]

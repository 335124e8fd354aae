"""Regular languages: RE2 syntax, matched against whole values in linear time. Knows nothing of routes."""

from __future__ import annotations

from meshroute.patterns._ambiguity import is_exponential
from meshroute.patterns._language import ANYTHING, NOTHING, TEXT, Language, folded, in_any_case, shortest_match
from meshroute.patterns._members import SEPARATOR
from meshroute.patterns._minimal import LanguageTooLargeError
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
    "ANYTHING",
    "MAX_PROGRAM_SIZE",
    "NOTHING",
    "SEPARATOR",
    "TEXT",
    "Alternate",
    "Assert",
    "AssertKind",
    "Chars",
    "Concat",
    "Empty",
    "Engine",
    "Group",
    "Language",
    "LanguageTooLargeError",
    "Node",
    "Pattern",
    "Repeat",
    "compile_pattern",
    "folded",
    "in_any_case",
    "is_exponential",
    "parse",
    "pattern_bytes",
    "program_size",
    "shortest_match",
]

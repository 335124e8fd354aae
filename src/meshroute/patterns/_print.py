r"""Printing a tree for a backtracking engine of Python, with RE2's meaning over wire text.

The text leaves nothing to the defaults of the standard ``re`` and of ``regex`` (version 0 rules):

* Every class is printed as ranges of bytes, so that ASCII ``\d \w \s`` and ASCII folding are in the text itself and no
  flag is needed but ASCII (for ``\b``).
* ``$`` is ``\Z`` (Python's ``$`` also matches before a final newline) and RE2's ``(?m)$`` is ``(?m:$)``.
* ``\B`` is ``(?!\b)``: Python's own ``\B`` does not match in the empty text.
* Negated classes are for ``re`` only: ``regex`` 2026.11.15 does not match ``[^a]|[^b]`` with ``a``.
* Groups are numbered, never named: RE2 allows names that Python refuses. Groups without a name do not capture.
"""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias

from meshroute.patterns._tree import (
    ALL_BYTES,
    NEWLINE,
    Alternate,
    Assert,
    AssertKind,
    Atomic,
    Chars,
    Group,
    Node,
    Repeat,
    fold_tree,
    mask_ranges,
)

_ASSERTIONS: Final = {
    AssertKind.TEXT_START: r"\A",
    AssertKind.TEXT_END: r"\Z",
    AssertKind.LINE_START: "(?m:^)",
    AssertKind.LINE_END: "(?m:$)",
    AssertKind.WORD_BOUNDARY: r"\b",
    AssertKind.NOT_WORD_BOUNDARY: r"(?!\b)",
}
_SPECIAL_CLASSES: Final = {ALL_BYTES: "(?s:.)", ALL_BYTES & ~NEWLINE: ".", 0: "(?!)"}
_SAFE: Final = re.compile(r"[A-Za-z0-9_/]")
_SUFFIXES: Final[dict[tuple[int, int | None], str]] = {(0, None): "*", (1, None): "+", (0, 1): "?"}


Dialect: TypeAlias = Literal["re", "regex"]


def print_tree(root: Node, *, captures: bool = False, dialect: Dialect = "re") -> str:
    r"""Print a tree for ``re`` and ``regex``.

    Args:
        root: The tree.
        captures: Make each group of RE2 that has a name a capturing group, numbered in order.
        dialect: The module that compiles the text.

    Returns:
        The text, to be compiled with the ASCII flag.

    >>> from meshroute.patterns._parse import parse
    >>> print(print_tree(parse(r"/v\d+(?P<rest>/.*)")))
    /v[0-9]+(?:/.*)
    """
    return fold_tree(root, lambda node, below: _text(node, below, captures=captures, dialect=dialect))


def _text(node: Node, below: list[str], *, captures: bool, dialect: Dialect) -> str:
    match node:
        case Chars(mask):
            return _class_text(mask, negate=dialect == "re")
        case Assert(kind):
            return _ASSERTIONS[kind]
        case Repeat(item):
            return (below[0] if isinstance(item, Chars) else f"(?:{below[0]})") + _suffix(node)
        case Group(_, _, name):
            return f"({below[0]})" if captures and name is not None else f"(?:{below[0]})"
        case Atomic():
            return f"(?>{below[0]})"
        case Alternate():
            return f"(?:{'|'.join(below)})"
        case _:  # Concat, Empty
            return "".join(below)


def _suffix(node: Repeat) -> str:
    if node.high == node.low:
        return f"{{{node.low}}}"
    text = _SUFFIXES.get((node.low, node.high))
    if text is None:
        text = f"{{{node.low},{'' if node.high is None else node.high}}}"
    return text if node.greedy else f"{text}?"


def _byte_text(byte: int) -> str:
    character = chr(byte)
    return character if _SAFE.match(character) else f"\\x{byte:02x}"


def _class_text(mask: int, *, negate: bool) -> str:
    special = _SPECIAL_CLASSES.get(mask)
    if special is not None:
        return special
    ranges = mask_ranges(mask)
    if mask.bit_count() == 1:
        return _byte_text(ranges[0][0])
    outside = mask_ranges(ALL_BYTES & ~mask)
    sign = ""
    if negate and len(outside) < len(ranges):
        sign, ranges = "^", outside
    members = [_byte_text(low) if low == high else f"{_byte_text(low)}-{_byte_text(high)}" for low, high in ranges]
    return f"[{sign}{''.join(members)}]"

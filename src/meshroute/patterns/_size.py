"""The size of RE2's program for a pattern (re2/compile.cc, re2/prog.cc): what Envoy limits.

Instructions are made as RE2 makes them, and then counted as its flattening leaves them: lists of instructions that
start where another instruction leads to, in which a jump into another list costs one more.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from meshroute.patterns._alphabet import LATIN1, UNICODE
from meshroute.patterns._code import FAIL, Code, Utf8Code
from meshroute.patterns._parse import parse_characters
from meshroute.patterns._re2 import NOTHING, Form, re2_form
from meshroute.patterns._simplify import fold_form, parts, simplified
from meshroute.patterns._tree import AssertKind

_CACHED: Final = 1024
_MAX_ANCHOR_DEPTH: Final = 4
_CHOICES: Final = frozenset({"alt", "alt-match"})
_PASSED: Final = frozenset({"alt", "alt-match", "nop"})


@lru_cache(_CACHED)
def program_size(source: str, *, utf8: bool = False) -> int:
    """Return the size of RE2's program for a pattern.

    Args:
        source: The pattern, as wire text.
        utf8: Whether RE2 reads it and texts as UTF-8, and not as Latin-1.

    Returns:
        The number of instructions, as ``RE2::ProgramSize`` has it.

    Raises:
        RouteError: RE2 refuses the pattern.

    >>> program_size("a"), program_size("/a{100}") > 100
    (5, True)
    """
    everything = (UNICODE if utf8 else LATIN1).all
    form = _without_required_prefix(re2_form(parse_characters(source, utf8=utf8), everything))
    form, starts_anchored = _without_anchor(simplified(form), AssertKind.TEXT_START, 0)
    form, _ = _without_anchor(form, AssertKind.TEXT_END, -1)
    code = Utf8Code() if utf8 else Code()
    code.finish(fold_form(form, code.fragment), anchored=starts_anchored)
    return _flattened_size(code)


def _without_required_prefix(form: Form) -> Form:
    """Leave out the anchor and the literal at the start, which RE2 compares before it runs its program."""
    if form[0] != "cat":
        return form
    items = parts(form)
    start = next((at for at, item in enumerate(items) if item != ("assert", AssertKind.TEXT_START)), len(items))
    if start == 0 or start == len(items) or items[start][0] != "text":
        return form
    rest = items[start + 1 :]
    return NOTHING if not rest else rest[0] if len(rest) == 1 else ("cat", rest)


def _without_anchor(form: Form, kind: AssertKind, at: int, depth: int = 0) -> tuple[Form, bool]:
    """Leave out an anchor at the start or end, perhaps inside captures."""
    if depth >= _MAX_ANCHOR_DEPTH:
        return form, False
    if form == ("assert", kind):
        return NOTHING, True
    if form[0] == "capture":
        inner, found = _without_anchor(parts(form)[0], kind, at, depth + 1)
        return ("capture", inner) if found else form, found
    if form[0] == "cat":
        items = list(parts(form))
        items[at], found = _without_anchor(items[at], kind, at, depth + 1)
        return ("cat", tuple(items)) if found else form, found
    return form, False


def _optimized(code: Code) -> None:
    """Skip the instructions that do nothing, and mark the choices that end every match."""
    todo, seen = [code.starts[0]], set[int]()
    while todo:
        index = todo.pop()
        if index in seen or index == FAIL:
            continue
        seen.add(index)
        for place, target in enumerate(code.targets[index]):
            while target != FAIL and code.kinds[target] == "nop":
                target = code.targets[target][0]  # noqa: PLW2901 - the end of the chain
            code.targets[index][place] = target
            todo.append(target)
    for index in seen:
        if _matches_all(code, index):
            code.kinds[index] = "alt-match"


def _matches_all(code: Code, index: int) -> bool:
    """Tell whether a choice is the loop over any bytes before the match, which gets an instruction of its own."""
    if code.kinds[index] != "alt":
        return False
    one, other = code.targets[index]
    for loop, end in ((one, other), (other, one)):
        if code.kinds[loop] == "all" and code.targets[loop] == [index] and _ends(code, end):
            return True
    return False


def _ends(code: Code, index: int) -> bool:
    while code.kinds[index] in {"nop", "capture"}:
        index = code.targets[index][0]
    return code.kinds[index] == "match"


def _flattened_size(code: Code) -> int:
    start, unanchored = code.starts
    if start == FAIL and unanchored == FAIL:
        return 1
    _optimized(code)
    roots = {FAIL: None, unanchored: None, start: None}
    predecessors = _mark_successors(code, unanchored, roots)
    for root in sorted(roots, reverse=True):
        if root not in {start, unanchored, FAIL}:
            _mark_dominators(code, root, roots, predecessors)
    return sum(_list_size(code, root, roots) for root in roots)


def _mark_successors(code: Code, start: int, roots: dict[int, None]) -> dict[int, list[int]]:
    """Find where lists start: behind each byte, capture and assertion."""
    predecessors: dict[int, list[int]] = {}
    todo, seen = [start], set[int]()
    while todo:
        index = todo.pop()
        if index in seen:
            continue
        seen.add(index)
        kind, targets = code.kinds[index], code.targets[index]
        if kind in _CHOICES:
            for target in targets:
                predecessors.setdefault(target, []).append(index)
        elif kind in {"byte", "all", "step", "capture"}:
            roots.setdefault(targets[0])
        todo.extend(reversed(targets))
    return predecessors


def _reached(code: Code, root: int, roots: dict[int, None]) -> list[int]:
    """List what a list reaches without consuming anything; other lists are not entered."""
    found: dict[int, None] = {}
    todo = [root]
    while todo:
        index = todo.pop()
        if index in found:
            continue
        found[index] = None
        if (index == root or index not in roots) and code.kinds[index] in _PASSED:
            todo.extend(reversed(code.targets[index]))
    return list(found)


def _mark_dominators(code: Code, root: int, roots: dict[int, None], predecessors: dict[int, list[int]]) -> None:
    """Start a list too where one is entered from outside."""
    reached = set(_reached(code, root, roots))
    for index in reached:
        if any(before not in reached for before in predecessors.get(index, ())):
            roots.setdefault(index)


def _list_size(code: Code, root: int, roots: dict[int, None]) -> int:
    size = 0
    for index in _reached(code, root, roots):
        if index != root and index in roots:
            size += 1  # a jump to another list
        elif code.kinds[index] not in {"alt", "nop"}:
            size += 1
    return size

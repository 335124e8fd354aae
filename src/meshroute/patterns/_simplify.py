"""RE2's simplification of a form: neighbouring repeats joined, counted ones written out (re2/simplify.cc)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from meshroute.patterns._re2 import NOTHING, Form, is_one_character

T = TypeVar("T")

_REPEATS: Final[dict[object, tuple[int, int | None]]] = {"star": (0, None), "plus": (1, None), "quest": (0, 1)}


def parts(form: Form) -> tuple[Form, ...]:
    """Return the forms directly under a form.

    Args:
        form: The form.

    Returns:
        The forms.
    """
    if form[0] in {"cat", "alt"}:
        items: tuple[Form, ...] = form[1]
        return items
    return (form[1],) if form[0] in {"capture", "repeat", "star", "plus", "quest"} else ()


def fold_form(root: Form, combine: Callable[[Form, list[T]], T]) -> T:
    """Compute something for every form from the results of those below it, without recursion.

    Args:
        root: The form.
        combine: Called with a form and the results below it.

    Returns:
        The result for the root.
    """
    results: list[T] = []
    todo: list[tuple[Form, int]] = [(root, -1)]
    while todo:
        form, below = todo.pop()
        if below < 0:
            forms = parts(form)
            todo.append((form, len(forms)))
            todo.extend((one, -1) for one in reversed(forms))
        else:
            start = len(results) - below
            results[start:] = [combine(form, results[start:])]
    return results[0]


def simplified(form: Form) -> Form:
    """Simplify a form.

    Args:
        form: The form.

    Returns:
        A form without counted repeats.

    >>> simplified(("repeat", ("text", "a", False), 1, 2, True))
    ('cat', (('text', 'a', False), ('quest', ('text', 'a', False), True)))
    """
    return fold_form(fold_form(form, _coalesced), _written_out)


def _with(form: Form, below: list[Form]) -> Form:
    if form[0] in {"cat", "alt"}:
        return (form[0], tuple(below))
    return (form[0], below[0], *form[2:]) if below else form


def _limits(form: Form) -> tuple[int, int | None] | None:
    """Return how often a repeat repeats, or None for another form."""
    if form[0] == "repeat":
        return form[2], form[3]
    return _REPEATS.get(form[0])


def _coalesced(form: Form, below: list[Form]) -> Form:
    if form[0] != "cat":
        return _with(form, below)
    joined = False
    for at in range(len(below) - 1):
        pair = _joined(below[at], below[at + 1])
        if pair is not None:
            below[at], below[at + 1] = pair
            joined = True
    if not joined:
        return _with(form, below)
    kept = tuple(item for item in below if item != NOTHING)
    return kept[0] if len(kept) == 1 else ("cat", kept)


def _joined(one: Form, other: Form) -> tuple[Form, Form] | None:
    """Join a repeat of one byte with more of the same byte."""
    limits = _limits(one)
    if limits is None or not is_one_character(one[1]):
        return None
    low, high = limits
    byte, greedy = one[1], one[-1]
    more = _limits(other)
    if more is not None and other[1] == byte and other[-1] == greedy:
        total = None if high is None or more[1] is None else high + more[1]
        return NOTHING, ("repeat", byte, low + more[0], total, greedy)
    if other == byte:
        return NOTHING, ("repeat", byte, low + 1, None if high is None else high + 1, greedy)
    if byte[0] == other[0] == "text" and byte[2] == other[2]:
        text: str = other[1]
        first: str = byte[1]
        count = len(text) - len(text.lstrip(first))
        if count:
            repeat: Form = ("repeat", byte, low + count, None if high is None else high + count, greedy)
            rest = text[count:]
            return (repeat, ("text", rest, other[2])) if rest else (NOTHING, repeat)
    return None


def _written_out(form: Form, below: list[Form]) -> Form:
    if form[0] not in {"star", "plus", "quest", "repeat"}:
        return _with(form, below)
    inner = below[0]
    if inner == NOTHING:
        return inner
    if form[0] != "repeat":
        return inner if inner[0] == form[0] and inner[-1] == form[-1] else (form[0], inner, form[-1])
    return _counted(inner, form[2], form[3], form[4])


def _squashed(kind: str, inner: Form, greedy: object) -> Form:
    """Apply ``*``, ``+`` or ``?``; on top of another of them the two become one."""
    if inner[0] in _REPEATS and inner[-1] == greedy:
        return inner if inner[0] in {kind, "star"} else ("star", inner[1], greedy)
    return (kind, inner, greedy)


def _is_empty_width(form: Form) -> bool:
    return form[0] == "assert" or (form[0] in {"cat", "alt"} and all(one[0] == "assert" for one in parts(form)))


def _counted(inner: Form, low: int, high: int | None, greedy: object) -> Form:
    """Write ``x{2,4}`` as ``xx(x(x)?)?`` and ``x{2,}`` as ``xx+``; what is empty is not repeated."""
    if _is_empty_width(inner):
        low, high = min(low, 1), high if high is None else min(high, 1)
    if high is None:
        if low < 2:
            return _squashed("plus" if low else "star", inner, greedy)
        return ("cat", (*(inner,) * (low - 1), _squashed("plus", inner, greedy)))
    if high == 0:
        return NOTHING
    if low == high == 1:
        return inner
    start: Form | None = None if low == 0 else inner if low == 1 else ("cat", (inner,) * low)
    if high == low:
        return start or NOTHING
    rest = _squashed("quest", inner, greedy)
    for _ in range(high - low - 1):
        rest = _squashed("quest", ("cat", (inner, rest)), greedy)
    return rest if start is None else ("cat", (start, rest))

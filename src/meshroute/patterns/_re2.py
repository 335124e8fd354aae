"""Trees as RE2 has them after parsing: literal strings, common prefixes factored out (re2/parse.cc).

Only the size of RE2's program depends on this form, so it is made for nothing else. A node is a tuple that starts with
its kind; nodes are small and shared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from meshroute.patterns._tree import (
    ALL_BYTES,
    UPPER,
    Alternate,
    Assert,
    Chars,
    Concat,
    Group,
    Node,
    Repeat,
    fold_case,
    fold_tree,
)
from meshroute.patterns._utf8 import ANY_BYTE

Form: TypeAlias = tuple[Any, ...]
"""``("empty",)``, ``("none",)``, ``("any",)``, ``("byte",)`` (of a text in UTF-8), ``("assert", kind)``,
``("class", mask)``, ``("text", text, fold)``, ``("capture", form)``, ``("cat", forms)``, ``("alt", forms)``,
``("repeat", form, low, high, greedy)``, and for ``*``, ``+`` and ``?``: ``("star", form, greedy)``, ``("plus", …)``,
``("quest", …)``."""

_OPERATORS: Final[dict[tuple[int, int | None], str]] = {(0, None): "star", (1, None): "plus", (0, 1): "quest"}
NOTHING: Final[Form] = ("empty",)
NO_MATCH: Final[Form] = ("none",)
ANY: Final[Form] = ("any",)
ONE_BYTE: Final[Form] = ("byte",)
_MAX_FACTORING: Final = 200
"""How deep prefixes are factored out of what follows prefixes: each level is an instruction at least."""


def re2_form(tree: Node, everything: int = ALL_BYTES) -> Form:
    """Turn a tree into the form that RE2's parser makes.

    Args:
        tree: The tree.
        everything: The mask of all its characters.

    Returns:
        The form.

    >>> from meshroute.patterns._parse import parse
    >>> re2_form(parse("abc|abc*"))
    ('cat', (('text', 'ab', False), ('alt', (('text', 'c', False), ('star', ('text', 'c', False), True)))))
    """
    return fold_tree(tree, lambda node, below: _form(node, below, everything))


def _form(node: Node, below: list[Form], everything: int) -> Form:
    match node:
        case Chars(mask, folds):
            return ANY if mask == everything else _chars(mask, folds=folds)
        case Assert(kind):
            return ("assert", kind)
        case Concat():
            return concat(below)
        case Alternate():
            return _alternate(below)
        case Group():
            return ("capture", below[0])
        case Repeat(_, low, high, greedy, counted):
            operator = None if counted else _OPERATORS.get((low, high))
            if operator is None:
                return ("repeat", below[0], low, high, greedy)
            return (operator, below[0], greedy)
        case _:
            return below[0] if below else NOTHING


def _chars(mask: int, *, folds: bool) -> Form:
    """A class of one byte is a literal, and one of a letter in both cases too."""
    if mask == 0:
        return NO_MATCH
    if mask == ANY_BYTE:
        return ONE_BYTE
    if mask.bit_count() == 1:
        return ("text", chr(mask.bit_length() - 1), folds)
    upper = mask & UPPER
    if mask.bit_count() == 2 and upper.bit_count() == 1 and mask == upper | upper << 32:
        return ("text", chr(mask.bit_length() - 1), True)
    return ("class", mask)


def concat(items: Sequence[Form]) -> Form:
    """Put forms one after the other: nested ones are flattened, neighbouring literals joined.

    Args:
        items: The forms.

    Returns:
        The form.
    """
    flat: list[Form] = []
    for item in items:
        for part in _items(item) if item[0] == "cat" else (item,):
            if flat and flat[-1][0] == part[0] == "text" and flat[-1][2] == part[2]:
                flat[-1] = ("text", _text(flat[-1]) + _text(part), part[2])
            else:
                flat.append(part)
    return flat[0] if len(flat) == 1 else ("cat", tuple(flat))


def _items(form: Form) -> tuple[Form, ...]:
    items: tuple[Form, ...] = form[1]
    return items


def _text(form: Form) -> str:
    text: str = form[1]
    return text


_ONE_CHARACTER: Final = frozenset({"class", "any", "byte"})


def is_one_character(form: Form) -> bool:
    """Tell whether a form is a literal of one character, or a class.

    Args:
        form: The form.

    Returns:
        Whether it is.
    """
    return form[0] in _ONE_CHARACTER or (form[0] == "text" and len(_text(form)) == 1)


def _alternate(items: Sequence[Form]) -> Form:
    kept: list[Form] = []
    for item in items:
        if kept and kept[-1] == ANY and is_one_character(item):
            continue  # what takes any byte takes this one
        if kept and item == ANY and is_one_character(kept[-1]):
            kept[-1] = item
        else:
            kept.append(item)
    flat = [part for item in kept for part in (_items(item) if item[0] == "alt" else (item,))]
    return alternation(_factored(flat, 0))


def alternation(items: Sequence[Form]) -> Form:
    """Put forms side by side.

    Args:
        items: The forms.

    Returns:
        The form.
    """
    return items[0] if len(items) == 1 else ("alt", tuple(items))


def _factored(items: list[Form], depth: int) -> list[Form]:
    """Factor out common prefixes, in RE2's three rounds: literal texts, simple first parts, single bytes."""
    if depth > _MAX_FACTORING:
        return items
    items = _by_text(items, depth)
    items = _by_first(items, depth)
    return _as_classes(items)


def _joined(prefix: Form, rest: list[Form], depth: int) -> Form:
    return _cat_of(prefix, alternation(_factored(rest, depth + 1)))


def _cat_of(first: Form, second: Form) -> Form:
    """Put two forms one after the other as RE2 does here: nothing is flattened or joined."""
    return ("cat", (first, second))


def _leading_text(form: Form) -> tuple[str, object]:
    while form[0] == "cat":
        form = _items(form)[0]
    return (_text(form), form[2]) if form[0] == "text" else ("", None)


def _without_text(form: Form, length: int) -> Form:
    if form[0] == "cat":
        first, *rest = _items(form)
        first = _without_text(first, length)
        if first != NOTHING:
            return ("cat", (first, *rest))
        return rest[0] if len(rest) == 1 else ("cat", tuple(rest))
    text = _text(form)[length:]
    return ("text", text, form[2]) if text else NOTHING


def _by_text(items: list[Form], depth: int) -> list[Form]:
    found: list[Form] = []
    start = 0
    prefix, fold = _leading_text(items[0])
    for at in range(1, len(items) + 1):
        text, other_fold = _leading_text(items[at]) if at < len(items) else ("", None)
        same = _common(prefix, text) if other_fold == fold else 0
        if same:
            prefix = prefix[:same]
            continue
        run = items[start:at]
        if len(run) > 1:
            rest = [_without_text(item, len(prefix)) for item in run]
            found.append(_joined(("text", prefix, fold), rest, depth))
        else:
            found.extend(run)
        start, prefix, fold = at, text, other_fold
    return found


def _common(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _first(form: Form) -> Form | None:
    if form == NOTHING:
        return None
    if form[0] == "cat":
        first = _items(form)[0]
        return None if first == NOTHING else first
    return form


def _is_simple(form: Form) -> bool:
    if form[0] in {"assert", "class", "any", "byte"}:
        return True
    return form[0] == "repeat" and form[2] == form[3] and is_one_character(form[1])


def _without_first(form: Form) -> Form:
    if form[0] != "cat":
        return NOTHING
    rest = _items(form)[1:]
    return rest[0] if len(rest) == 1 else ("cat", rest)


def _by_first(items: list[Form], depth: int) -> list[Form]:
    found: list[Form] = []
    start = 0
    first = _first(items[0])
    for at in range(1, len(items) + 1):
        other = _first(items[at]) if at < len(items) else None
        if at < len(items) and first is not None and _is_simple(first) and first == other:
            continue
        run = items[start:at]
        if len(run) > 1 and first is not None:
            found.append(_joined(first, [_without_first(item) for item in run], depth))
        else:
            found.extend(run)
        start, first = at, other
    return found


def _as_classes(items: list[Form]) -> list[Form]:
    found: list[Form] = []
    run: list[Form] = []
    for item in [*items, NOTHING]:
        if item[0] == "class" or (item[0] == "text" and is_one_character(item)):
            run.append(item)
            continue
        found.extend(run if len(run) < 2 else [_class_of(run)])
        run = []
        found.append(item)
    return found[:-1]


def _class_of(forms: list[Form]) -> Form:
    mask = 0
    for form in forms:
        mask |= character_mask(form)
    return ("class", mask)


def character_mask(form: Form) -> int:
    """Return the characters that a form of one character takes.

    Args:
        form: The form.

    Returns:
        A mask.
    """
    if form[0] == "class":
        mask: int = form[1]
        return mask
    mask = 1 << ord(_text(form))
    return fold_case(mask) if form[2] else mask

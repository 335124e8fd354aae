"""CloudFormation's functions whose answer is in their arguments: texts, lists and truth.

A value that cannot be worked out becomes a scalar that lacks what it names, so that it is a problem only where a reader
needs it. The functions are those of CloudFormation's "Intrinsic function reference".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from attrs import evolve

from meshroute.readers._document import Mapping, Node, Scalar, Sequence, with_text

if TYPE_CHECKING:
    import collections.abc
    from collections.abc import Iterable
    from typing import TypeGuard

LONGEST: Final = 4096
"""The longest text that a function makes, so that functions inside each other cannot make a huge one."""

LONGEST_LIST: Final = 100
"""The longest list that a function makes."""

_ABSENT: Final = "!Ref AWS::NoValue"
_NOTHING: Final = Mapping(())


def text(value: str) -> Scalar:
    """A string, whatever it looks like."""
    return Scalar(value, value, quoted=True)


def missing(name: str) -> Scalar:
    """A value that lacks ``name``."""
    return Scalar("", "", placeholders=(name,))


def lacking(node: Node, names: tuple[str, ...]) -> Scalar:
    """A value in the place of a node that lacks ``names``."""
    return evolve(with_text(node, ""), placeholders=names)


def absent() -> Scalar:
    """What ``AWS::NoValue`` is: it removes the property or item in whose place it stands."""
    return Scalar(None, "", tag=_ABSENT)


def is_absent(node: Node) -> bool:
    """Tell whether a node is ``AWS::NoValue``."""
    return node.tag == _ABSENT


def without_absent(node: Node) -> Node:
    """Take properties and items that are ``AWS::NoValue`` out of a mapping or list."""
    if isinstance(node, Sequence) and any(map(is_absent, node.items)):
        return evolve(node, items=tuple(item for item in node.items if not is_absent(item)))
    if isinstance(node, Mapping) and any(is_absent(value) for _, value in node.items):
        return evolve(node, items=tuple((key, value) for key, value in node.items if not is_absent(value)))
    return node


# ------------------------------------------------------------------------------------------------------ texts and lists


def join(node: Node, argument: Node) -> Scalar:
    """``[delimiter, [value, …]]``."""
    delimiter, values = _two(argument)
    if _is_known(delimiter) and isinstance(values, Sequence):
        return joined(node, delimiter.text, [item for item in values.items if not is_absent(item)], "Fn::Join")
    return _unknown(node, "Fn::Join", delimiter, values)


def joined(node: Node, delimiter: str, parts: Iterable[Node], name: str) -> Scalar:
    """The texts of ``parts`` in one, in the place of a node; ``name`` is the function that wants it."""
    texts: list[str] = []
    names: dict[str, None] = {}
    length = 0
    for part in parts:
        if not isinstance(part, Scalar) or length > LONGEST:
            return lacking(node, (name,))
        names |= dict.fromkeys(part.placeholders)
        texts.append(part.text)
        length += len(part.text) + len(delimiter)
    return lacking(node, tuple(names)) if names else with_text(node, delimiter.join(texts))


def split(node: Node, argument: Node) -> Node:
    """``[delimiter, text]``."""
    delimiter, whole = _two(argument)
    if _is_known(delimiter) and _is_known(whole) and delimiter.text and whole.text.count(delimiter.text) < LONGEST_LIST:
        items = tuple(with_text(node, part) for part in whole.text.split(delimiter.text))
        return Sequence(items, origin=node.origin, offset=node.offset, path=node.path)
    return _unknown(node, "Fn::Split", delimiter, whole)


def select(node: Node, argument: Node) -> Node:
    """``[index, [value, …]]``."""
    index, values = _two(argument)
    if _is_known(index) and isinstance(values, Sequence) and re.fullmatch(r"[0-9]{1,6}", index.text):
        number = int(index.text)
        if number < len(values.items):
            return values.items[number]
    return _unknown(node, "Fn::Select", index, values)


def find_in_map(node: Node, argument: Node, maps: collections.abc.Mapping[str, Mapping]) -> Node:
    """``[map, first key, second key]``, in the section ``Mappings``; a text, or a list of texts for ``Fn::Select``."""
    keys = argument.items if isinstance(argument, Sequence) else ()
    if len(keys) == 3 and all(map(_is_known, keys)):
        name, first, second = (key.text for key in keys if isinstance(key, Scalar))
        inner = maps[name].get(first) if name in maps else None
        value = inner.get(second) if isinstance(inner, Mapping) else None
        if isinstance(value, Scalar) or (isinstance(value, Sequence) and len(value.items) <= LONGEST_LIST):
            return evolve(value, origin=node.origin, offset=node.offset, path=node.path)
    return _unknown(node, "Fn::FindInMap", *keys)


# ---------------------------------------------------------------------------------------------------------------- truth


def truth(value: bool) -> Scalar:  # noqa: FBT001 - the value itself, not a switch
    """A condition that holds or does not."""
    return Scalar(value, str(value).lower())


def equals(node: Node, argument: Node) -> Scalar:
    """``[value, value]``, compared as texts."""
    left, right = _two(argument)
    if _is_known(left) and _is_known(right):
        return truth(left.text == right.text)
    return _unknown(node, "Fn::Equals", left, right)


def negation(node: Node, argument: Node) -> Scalar:
    """``[condition]``."""
    items = argument.items if isinstance(argument, Sequence) else ()
    known = [holds(item) for item in items]
    return truth(not known[0]) if len(known) == 1 and known[0] is not None else _unknown(node, "Fn::Not", *items)


def conjunction(node: Node, argument: Node, name: str) -> Scalar:
    """``[condition, …]`` of ``Fn::And`` and ``Fn::Or``: one that decides is enough."""
    items = argument.items if isinstance(argument, Sequence) else ()
    known = {holds(item) for item in items}
    deciding = name == "Fn::Or"
    if deciding in known:
        return truth(deciding)
    return truth(not deciding) if known == {not deciding} else _unknown(node, name, *items)


def holds(node: Node) -> bool | None:
    """Whether a condition that was worked out holds; None where it is not known."""
    return node.value if isinstance(node, Scalar) and isinstance(node.value, bool) else None


# ---------------------------------------------------------------------------------------------------------------- parts


def _two(argument: Node) -> tuple[Node, Node]:
    if isinstance(argument, Sequence) and len(argument.items) == 2:
        return argument.items[0], argument.items[1]
    return _NOTHING, _NOTHING


def _is_known(node: Node) -> TypeGuard[Scalar]:
    return isinstance(node, Scalar) and not node.placeholders


def _unknown(node: Node, name: str, *arguments: Node) -> Scalar:
    """What the arguments lack, or else the function itself."""
    names = {name: None for argument in arguments if isinstance(argument, Scalar) for name in argument.placeholders}
    return lacking(node, tuple(names) or (name,))

"""Already parsed objects (of ``json.load``, ``yaml.safe_load``, Python code) to the same tree as texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, cast

from attrs import evolve

from meshroute.errors import DocumentError
from meshroute.readers._document.limits import MAX_NUMBER_LENGTH
from meshroute.readers._document.nodes import Node, Scalar
from meshroute.readers._document.origin import Origin
from meshroute.readers._document.placeholders import SURROGATE, prepare
from meshroute.readers._document.scalars import leaf
from meshroute.readers._document.tree import TreeBuilder

if TYPE_CHECKING:
    from meshroute.readers._document.problems import Problems

OBJECT: Final = "<object>"
"""The file in the marks of an object's nodes."""

_LONGEST_INT: Final = 10**MAX_NUMBER_LENGTH
_Items = Iterator[tuple[object, object]]


def compose_object(value: object, variables: Mapping[str, str], problems: Problems) -> Node | None:
    """Build the tree of an object; an object that contains itself is too deep.

    Args:
        value: Dictionaries, lists, strings, numbers, booleans and None.
        variables: Names and values for the placeholders in its strings.
        problems: Where problems go.

    Returns:
        The root, or None.

    >>> from meshroute.readers._document.problems import Problems
    >>> compose_object({"a": [1]}, {}, Problems()).get("a").items[0].pointer
    '/a/0'
    """
    composer = _Composer(variables, problems)
    try:
        composer.run(value)
    except DocumentError as error:
        problems.add(error)
        return None
    return composer.tree.roots[0]


class _Composer:
    """Walks an object with a stack of iterators."""

    def __init__(self, variables: Mapping[str, str], problems: Problems) -> None:
        self._origin = Origin(OBJECT)
        self.tree = TreeBuilder(self._origin, problems)
        self._variables = variables
        self._open: list[_Items] = []

    def run(self, value: object) -> None:
        """Build the tree of an object."""
        self._put(value)
        while self._open:
            for key, item in self._open[-1]:
                if self.tree.wants_key:
                    self.tree.add(self._key(key))
                if self._put(item):
                    break
            else:
                self._open.pop()
                self.tree.close()

    def _put(self, value: object) -> bool:
        """Add a value; return whether it is a collection, now open."""
        if isinstance(value, Mapping):
            self.tree.open(0, is_mapping=True)
            self._open.append(iter(cast("Mapping[object, object]", value).items()))
            return True
        if isinstance(value, list | tuple):
            items = cast("Iterable[object]", value)
            self.tree.open(0, is_mapping=False)
            self._open.append((None, item) for item in items)
            return True
        self.tree.add(self._scalar(value))
        return False

    def _key(self, key: object) -> Scalar:
        if not isinstance(key, str | int | float):
            raise self._origin.error(0, f"a key must be text, not {_article(key)}", self.tree.path())
        return self._scalar(key)

    def _scalar(self, value: object) -> Scalar:
        if isinstance(value, str):
            if SURROGATE.search(value):
                raise self._origin.error(0, "a text holds half of a surrogate pair", self.tree.path())
            prepared = prepare(value, OBJECT, self._variables)
            return evolve(leaf(prepared, 0, self.tree, prepared.text, plain=False), origin=self._origin)
        if isinstance(value, int) and abs(value) >= _LONGEST_INT:
            raise self._origin.error(0, f"a number of more than {MAX_NUMBER_LENGTH} digits", self.tree.path())
        path = self.tree.path(str(value))
        if value is None or isinstance(value, bool):
            return Scalar(value, "null" if value is None else str(value).lower(), origin=self._origin, path=path)
        if isinstance(value, int | float):
            return Scalar(value, str(value), origin=self._origin, path=path)
        raise self._origin.error(0, f"{_article(value)} is no value of a document", path, "give a string or a number")


def _article(value: object) -> str:
    name = type(value).__name__
    return f"{'an' if name[:1] in 'aeiou' else 'a'} {name}"

"""The tree of a document: scalars, mappings and sequences that know where they stand.

Nodes compare and hash by what they say, not by where they stand. Their place is kept small (an offset into the source
and a chain of keys) and spelt out only when asked for, since nearly no node is ever named in a message.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from attrs import evolve, field, frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Path: TypeAlias = "tuple[Path, str | int] | None"
"""A place within a document: the parent's place and the key or index below it; None is the root."""


@frozen
class Mark:
    """A position in a source.

    Args:
        file: The file, as it was given.
        line: The line, counted from 1; None where there is no text (an already parsed object).
        column: The column, counted from 1; None where there is no text.

    >>> str(Mark("routes.yaml", 3, 9))
    'routes.yaml:3'
    """

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """``file:line``."""
        return self.file if self.line is None else f"{self.file}:{self.line}"


class Source:
    """A source's name and what is needed to turn an offset of the parsed text into a line and column as written.

    Args:
        file: The name, as it was given.
        text: The text that was parsed, or None for an already parsed object.

    >>> Source("a.yaml", "a: 1\\nb: 2").mark(5)
    Mark(file='a.yaml', line=2, column=1)
    """

    __slots__ = ("_shifts", "_starts", "file", "text")

    def __init__(self, file: str, text: str | None) -> None:
        self.file = file
        self.text = text

    def mark(self, offset: int) -> Mark:
        """The position of an offset."""
        raise NotImplementedError


@frozen
class _Placed:
    """What every node has: a tag and a place."""

    source: Source = field(eq=False, repr=False, kw_only=True)
    offset: int = field(default=0, eq=False, repr=False, kw_only=True)
    path: Path = field(default=None, eq=False, repr=False, kw_only=True)
    tag: str | None = field(default=None, kw_only=True)
    """The local YAML tag (``!Ref``, ``!Sub``), or None."""

    @property
    def mark(self) -> Mark:
        """Where the node starts."""
        return self.source.mark(self.offset)

    @property
    def pointer(self) -> str:
        """The JSON pointer (RFC 6901) within the document; "" is the document itself."""
        return pointer_of(self.path)


@frozen
class Scalar(_Placed):
    """A single value.

    Args:
        value: What YAML 1.2 (core schema) or JSON says it is.
        text: The text as written, without quotes and escapes.
        quoted: Whether quotes or a block style make it text whatever it looks like.
        placeholders: The names in it that no variable gave a value to; ``text`` and ``value`` keep their spelling.
    """

    value: str | int | float | bool | None
    text: str
    quoted: bool = False
    placeholders: tuple[str, ...] = ()


@frozen
class Mapping(_Placed):
    """Keys and their nodes, in the document's order.

    Args:
        items: Pairs of key and value. No two keys have the same text.
    """

    items: tuple[tuple[Scalar, Node], ...]

    @cached_property
    def _by_key(self) -> dict[str, Node]:
        return {key.text: value for key, value in self.items}

    def get(self, key: str) -> Node | None:
        """The node of a key, or None."""
        return self._by_key.get(key)

    def __contains__(self, key: object) -> bool:
        """Whether there is such a key."""
        return key in self._by_key


@frozen
class Sequence(_Placed):
    """Nodes in order.

    Args:
        items: The nodes.
    """

    items: tuple[Node, ...]


Node: TypeAlias = Scalar | Mapping | Sequence


def pointer_of(path: Path) -> str:
    """Spell a path as a JSON pointer (RFC 6901 §3: ``~`` is ``~0`` and ``/`` is ``~1``)."""
    raise NotImplementedError


def walk(node: Node) -> Iterator[Node]:
    """Every node below a node and itself, keys included, in the document's order."""
    raise NotImplementedError


def rewrite(node: Node, change: Callable[[Node], Node]) -> Node:
    """Rebuild a tree from the leaves up; places and tags stay. Keys are not offered to ``change``.

    CloudFormation's functions (``!Sub``, ``Ref``) are worked out with it.
    """
    raise NotImplementedError


def with_text(scalar: Node, text: str) -> Scalar:
    """A string scalar in the place of a node, without tag and placeholders."""
    raise NotImplementedError

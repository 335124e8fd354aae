"""The tree of a document: scalars, mappings and sequences that know where they stand.

Nodes compare and hash by what they say, not by where they stand. Their place is kept small (an offset into the source
and a chain of keys) and spelt out only when asked for, since nearly no node is ever named in a message.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from attrs import evolve, field, frozen

from meshroute.readers._document.origin import Mark, Origin, Path, pointer_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@frozen
class _Placed:
    """What every node has: a tag and a place.

    A node that stands under an alias is the node of the anchor: its mark and pointer are the anchor's.
    """

    tag: str | None = field(default=None, kw_only=True)
    """The local YAML tag (``!Ref``, ``!Sub``), or None."""
    origin: Origin = field(eq=False, repr=False, kw_only=True, factory=Origin)
    offset: int = field(default=0, eq=False, repr=False, kw_only=True)
    path: Path = field(default=None, eq=False, repr=False, kw_only=True)

    @property
    def mark(self) -> Mark:
        """Where the node starts."""
        return self.origin.mark(self.offset)

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

    >>> Scalar(12, "012").text
    '012'
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

    >>> node = Mapping(((Scalar("port", "port"), Scalar(80, "80")),))
    >>> node.get("port") == Scalar(80, "80"), "host" in node
    (True, False)
    """

    items: tuple[tuple[Scalar, Node], ...]

    @cached_property
    def _by_key(self) -> dict[str, Node]:
        return {key.text: value for key, value in self.items}

    def get(self, key: str) -> Node | None:
        """The node of a key.

        Args:
            key: The key's text.

        Returns:
            The node, or None where there is no such key.
        """
        return self._by_key.get(key)

    def __contains__(self, key: object) -> bool:
        """Whether there is such a key."""
        return key in self._by_key


@frozen
class Sequence(_Placed):
    """Nodes in order.

    Args:
        items: The nodes.

    >>> len(Sequence((Scalar(1, "1"), Scalar(2, "2"))).items)
    2
    """

    items: tuple[Node, ...]


Node: TypeAlias = Scalar | Mapping | Sequence


def walk(node: Node) -> Iterator[Node]:
    """Every node of a tree, keys included, in the document's order.

    Args:
        node: The root.

    Yields:
        The root, then what is below it.

    >>> [type(n).__name__ for n in walk(Sequence((Scalar(1, "1"),)))]
    ['Sequence', 'Scalar']
    """
    waiting: list[Node] = [node]
    while waiting:
        current = waiting.pop()
        yield current
        if isinstance(current, Sequence):
            waiting.extend(reversed(current.items))
        elif isinstance(current, Mapping):
            for key, value in reversed(current.items):
                waiting += (value, key)


def rewrite(node: Node, change: Callable[[Node], Node]) -> Node:
    """Rebuild a tree from the leaves up; places and tags stay, and keys are not offered to ``change``.

    CloudFormation's functions (``!Sub``, ``Ref``) are worked out with it.

    Args:
        node: The root.
        change: Called with each node after its children were rewritten; what it returns takes the node's place.

    Returns:
        The new root.

    >>> twice = rewrite(Sequence((Scalar(1, "1"),)), lambda n: Scalar(2, "2") if isinstance(n, Scalar) else n)
    >>> twice == Sequence((Scalar(2, "2"),))
    True
    """
    done: list[Node] = []
    waiting: list[tuple[Node, bool]] = [(node, False)]
    while waiting:
        current, ready = waiting.pop()
        if isinstance(current, Scalar):
            done.append(change(current))
        elif not ready:
            waiting.append((current, True))
            values = current.items if isinstance(current, Sequence) else (value for _, value in current.items)
            waiting.extend((value, False) for value in reversed(tuple(values)))
        else:
            start = len(done) - len(current.items)
            children = tuple(done[start:])
            del done[start:]
            done.append(change(_with_children(current, children)))
    return done[0]


def _with_children(node: Mapping | Sequence, children: tuple[Node, ...]) -> Node:
    if isinstance(node, Sequence):
        return evolve(node, items=children)
    return evolve(node, items=tuple((key, child) for (key, _), child in zip(node.items, children, strict=True)))


def with_text(node: Node, text: str) -> Scalar:
    """A string in the place of a node, without its tag and placeholders.

    Args:
        node: The node whose place it takes.
        text: The string.

    Returns:
        The scalar.

    >>> with_text(Scalar("${A}", "${A}", tag="!Sub", placeholders=("A",)), "a")
    Scalar(tag=None, value='a', text='a', quoted=True, placeholders=())
    """
    return Scalar(text, text, quoted=True, origin=node.origin, offset=node.offset, path=node.path)

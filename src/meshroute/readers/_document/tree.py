"""Building a tree node by node, with everything bounded: what the YAML, JSON and object parsers have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, frozen

from meshroute.readers._document.limits import MAX_DEPTH, MAX_KEY_LENGTH, MAX_NODES
from meshroute.readers._document.nodes import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from meshroute.readers._document.origin import Origin, Path
    from meshroute.readers._document.problems import Problems


@frozen
class Built:
    """A finished node.

    Args:
        node: The node.
        size: The nodes in it, itself included; those under an alias count each time.
        height: The collections inside each other in it, itself included; a scalar has 0.
    """

    node: Node
    size: int
    height: int


@define
class _Open:
    """A collection whose end has not been seen: ``pairs`` is None for a sequence."""

    offset: int
    path: Path
    tag: str | None
    values: list[Node]
    pairs: list[tuple[Scalar, Node]] | None
    keys: dict[str, Scalar]
    merged: Node | None = None
    key: Scalar | None = None
    key_is_bad: bool = False
    size: int = 1
    height: int = 1


class TreeBuilder:
    """Builds the documents of one source.

    Args:
        origin: The source.
        problems: Where problems go that do not end the reading.
    """

    def __init__(self, origin: Origin, problems: Problems) -> None:
        self.roots: list[Node] = []
        self._origin = origin
        self._problems = problems
        self._open: list[_Open] = []
        self._nodes = 0

    @property
    def depth(self) -> int:
        """The collections that are open."""
        return len(self._open)

    @property
    def wants_key(self) -> bool:
        """Whether the node to come is a key; a collection must be open."""
        top = self._open[-1]
        return top.pairs is not None and top.key is None

    def path(self, text: str | None = None) -> Path:
        """The place of the node to come.

        Args:
            text: The node's text, if it is a scalar: a key stands where its value will.

        Returns:
            The place.
        """
        if not self._open:
            return None
        top = self._open[-1]
        if top.pairs is None:
            return (top.path, len(top.values))
        if top.key is not None:
            return top.key.path
        return top.path if text is None else (top.path, text)

    def open(self, offset: int, *, is_mapping: bool, tag: str | None = None) -> None:
        """Start a mapping or sequence.

        Args:
            offset: Where it starts.
            is_mapping: Whether it is a mapping.
            tag: Its local YAML tag.

        Raises:
            DocumentError: It is too deep, or there are too many nodes.
        """
        if len(self._open) >= MAX_DEPTH:
            raise self._origin.error(offset, f"nested deeper than {MAX_DEPTH} levels")
        self._count(offset)
        self._open.append(_Open(offset, self.path(), tag, [], [] if is_mapping else None, {}))

    def close(self) -> Built:
        """End the collection opened last and put it in its place.

        Returns:
            The collection.
        """
        top = self._open.pop()
        node: Node
        if top.pairs is None:
            node = Sequence(tuple(top.values), tag=top.tag, origin=self._origin, offset=top.offset, path=top.path)
        else:
            if top.merged is not None:
                self._merge(top.keys, top.pairs, top.merged)
            node = Mapping(tuple(top.pairs), tag=top.tag, origin=self._origin, offset=top.offset, path=top.path)
        self.put(node, top.size, top.height)
        return Built(node, top.size, top.height)

    def add(self, scalar: Scalar) -> None:
        """Put a scalar in its place.

        Args:
            scalar: The scalar.

        Raises:
            DocumentError: There are too many nodes.
        """
        self._count(scalar.offset)
        self.put(scalar, 1, 0)

    def put(self, node: Node, size: int, height: int) -> None:
        """Put a finished node in its place, as a document, an item, a key or a key's value.

        Args:
            node: The node.
            size: The nodes in it.
            height: The collections inside each other in it.
        """
        if not self._open:
            self.roots.append(node)
            return
        top = self._open[-1]
        top.size += size
        if height >= top.height:
            top.height = height + 1
        if top.pairs is None:
            top.values.append(node)
        elif top.key is None:
            self._put_key(top, node)
        else:
            key, top.key = top.key, None
            if top.key_is_bad:
                return
            # YAML's merge key (https://yaml.org/type/merge.html), which Kubernetes' YAML reader has too.
            if key.text == "<<" and not key.quoted:
                top.merged = node
            else:
                top.pairs.append((key, node))

    def _put_key(self, top: _Open, node: Node) -> None:
        top.key_is_bad = True
        if not isinstance(node, Scalar):
            kind = "mapping" if isinstance(node, Mapping) else "list"
            self._problems.error(node, f"a key must be text, not a {kind}", "a value that starts with `{` needs quotes")
            top.key = Scalar("", "", origin=node.origin, offset=node.offset, path=top.path)
            return
        if len(node.text) > MAX_KEY_LENGTH:
            message = f"a key has {len(node.text)} characters; at most {MAX_KEY_LENGTH} are read"
            raise self._origin.error(node.offset, message, top.path)
        top.key = node
        first = top.keys.setdefault(node.text, node)
        if node.value is None:
            self._problems.error(node, "a key must be text, not null")
        elif first is not node:
            one, other = first.mark.line, node.mark.line
            lines = "" if one == other else f" (lines {one} and {other})"
            self._problems.error(node, f"duplicate key `{node.text}`{lines}", "keep one of them")
        else:
            top.key_is_bad = False

    def _merge(self, keys: dict[str, Scalar], pairs: list[tuple[Scalar, Node]], merged: Node) -> None:
        for source in merged.items if isinstance(merged, Sequence) else (merged,):
            if not isinstance(source, Mapping):
                self._problems.error(merged, "`<<` merges mappings only", 'write "<<" in quotes if it is a key')
                return
            for key, value in source.items:
                if keys.setdefault(key.text, key) is key:
                    pairs.append((key, value))

    def _count(self, offset: int) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise self._origin.error(offset, f"more than {MAX_NODES} values in one source")

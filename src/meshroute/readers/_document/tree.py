"""Building a tree node by node, with everything bounded: what the YAML, JSON and object parsers have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field, frozen

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
    size: int = 1
    height: int = 0


@define
class _Open:
    """A collection whose end has not been seen."""

    is_mapping: bool
    offset: int
    path: Path
    tag: str | None
    values: list[Node] = field(factory=list)
    pairs: list[tuple[Scalar, Node]] = field(factory=list)
    merges: list[Node] = field(factory=list)
    keys: dict[str, Scalar] = field(factory=dict)
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
    def path(self) -> Path:
        """The place of the node to come (of a key: its mapping's)."""
        if not self._open:
            return None
        top = self._open[-1]
        if top.is_mapping:
            return top.path if top.key is None else (top.path, top.key.text)
        return (top.path, len(top.values))

    @property
    def wants_key(self) -> bool:
        """Whether the node to come is a key."""
        return bool(self._open) and self._open[-1].is_mapping and self._open[-1].key is None

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
        self._open.append(_Open(is_mapping, offset, self.path, tag))

    def close(self) -> Built:
        """End the collection opened last and put it in its place.

        Returns:
            The collection.
        """
        top = self._open.pop()
        node: Node
        if top.is_mapping:
            for merged in top.merges:
                self._merge(top, merged)
            node = Mapping(tuple(top.pairs), tag=top.tag, origin=self._origin, offset=top.offset, path=top.path)
        else:
            node = Sequence(tuple(top.values), tag=top.tag, origin=self._origin, offset=top.offset, path=top.path)
        built = Built(node, top.size, top.height)
        self.put(built)
        return built

    def add(self, scalar: Scalar) -> None:
        """Put a scalar in its place.

        Args:
            scalar: The scalar.

        Raises:
            DocumentError: There are too many nodes.
        """
        self._count(scalar.offset)
        self.put(Built(scalar))

    def put(self, built: Built) -> None:
        """Put a finished node in its place, as a document, an item, a key or a key's value.

        Args:
            built: The node.
        """
        if not self._open:
            self.roots.append(built.node)
            return
        top = self._open[-1]
        top.size += built.size
        top.height = max(top.height, built.height + 1)
        if not top.is_mapping:
            top.values.append(built.node)
        elif top.key is None:
            self._put_key(top, built.node)
        else:
            self._put_value(top, top.key, built.node)

    def _put_key(self, top: _Open, node: Node) -> None:
        top.key_is_bad = True
        if not isinstance(node, Scalar):
            kind = "mapping" if isinstance(node, Mapping) else "list"
            self._problems.error(node, f"a key must be text, not a {kind}", "a value that starts with `{` needs quotes")
            top.key = Scalar("", "", origin=node.origin, offset=node.offset, path=node.path)
            return
        top.key = node
        first = top.keys.get(node.text)
        if node.value is None:
            self._problems.error(node, "a key must be text, not null")
        elif len(node.text) > MAX_KEY_LENGTH:
            self._problems.error(node, f"a key has {len(node.text)} characters; at most {MAX_KEY_LENGTH} are read")
            top.key = Scalar("", "", origin=node.origin, offset=node.offset, path=node.path)
        elif first is not None:
            lines = "" if first.mark.line is None else f" (lines {first.mark.line} and {node.mark.line})"
            self._problems.error(node, f"duplicate key `{node.text}`{lines}", "keep one of them")
        else:
            top.key_is_bad = False
            top.keys[node.text] = node

    @staticmethod
    def _put_value(top: _Open, key: Scalar, node: Node) -> None:
        top.key = None
        if top.key_is_bad:
            return
        # YAML's merge key (https://yaml.org/type/merge.html), which Kubernetes' YAML reader has too.
        if key.text == "<<" and not key.quoted:
            top.merges.append(node)
        else:
            top.pairs.append((key, node))

    def _merge(self, top: _Open, merged: Node) -> None:
        sources = merged.items if isinstance(merged, Sequence) else (merged,)
        for source in sources:
            if not isinstance(source, Mapping):
                self._problems.error(merged, "`<<` merges mappings only", 'write "<<" in quotes if it is a key')
                return
            for key, value in source.items:
                if key.text not in top.keys:
                    top.keys[key.text] = key
                    top.pairs.append((key, value))

    def _count(self, offset: int) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise self._origin.error(offset, f"more than {MAX_NODES} values in one source")

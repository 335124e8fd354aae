"""The index on prefixes: all stored prefixes of a text, longest first, found with one bisection.

Sorted, every prefix of a text stands before it, and all that stands between the two starts with that prefix too. So
the neighbour below a text is itself a prefix of it, or one of the neighbour's own prefixes is the longest. Each key
knows its longest proper prefix among the keys (its parent), and a jump to a far ancestor finds the first that fits in
logarithmic time (Myers' skew-binary jump pointers).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from copy import copy
from typing import Final, Generic, Protocol, TypeVar

from meshroute.matching.candidate import LAST, Candidate
from meshroute.model.request import Request
from meshroute.model.sharing import shared

MAX_LENGTHS: Final = 6
"""Where prefixes have no more different lengths than this, one look-up for each length is faster than a bisection."""


class Searchable(Protocol):
    """What can be searched for a candidate."""

    @property
    def first(self) -> int:
        """The lowest rank in it."""
        ...

    def find(self, request: Request, bound: int, /) -> Candidate | None:
        """Return the candidate of lowest rank below the bound that accepts the request."""
        ...


class Ranked(Protocol):
    """What has a lowest rank."""

    @property
    def first(self) -> int:
        """The lowest rank in it."""
        ...


NodeT = TypeVar("NodeT", bound=Ranked)
SearchableT = TypeVar("SearchableT", bound=Searchable)


class Prefixes(Generic[NodeT]):
    """Nodes by prefix.

    Args:
        nodes: The node of each prefix.
    """

    __slots__ = ("_by_key", "_jump", "_keys", "_least", "_lengths", "_nodes", "_parent", "first")

    def __init__(self, nodes: Mapping[str, NodeT]) -> None:
        self._keys = sorted(nodes)
        self._nodes = [nodes[key] for key in self._keys]
        self._parent: list[int] = []
        self._jump: list[int] = []
        self._least: list[int] = []
        depths: list[int] = []
        above: list[int] = []
        for index, key in enumerate(self._keys):
            while above and not key.startswith(self._keys[above[-1]]):
                above.pop()
            parent = above[-1] if above else -1
            self._parent.append(parent)
            self._jump.append(index if parent < 0 else self._jump_from(parent, depths))
            self._least.append(min(self._nodes[index].first, self._least[parent] if above else LAST))
            depths.append(depths[parent] + 1 if above else 0)
            above.append(index)
        self.first = min(self._least, default=LAST)
        lengths = {len(key) for key in nodes}
        self._lengths = shared(tuple(sorted(lengths, reverse=True))) if len(lengths) <= MAX_LENGTHS else ()
        self._by_key = dict(nodes) if self._lengths else {}

    def edited(self, key: str, node: NodeT | None) -> Prefixes[NodeT]:
        """Return the structure with another node for one prefix.

        Args:
            key: The prefix.
            node: Its node; None takes the prefix out.

        Returns:
            The new structure. Where the prefix was there already, and still is, all but the node is shared.
        """
        index = bisect_left(self._keys, key)
        if node is None or self.get(key) is None or node.first < self._nodes[index].first:
            nodes = dict(zip(self._keys, self._nodes, strict=True))
            nodes.pop(key, None)
            return Prefixes(nodes if node is None else {**nodes, key: node})
        changed = copy(self)
        changed._nodes = [*self._nodes]
        changed._nodes[index] = node
        changed._by_key = {**self._by_key, key: node} if self._lengths else {}
        return changed

    def get(self, key: str) -> NodeT | None:
        """Return the node of one prefix.

        Args:
            key: The prefix.

        Returns:
            The node, or None where it is not stored.
        """
        index = bisect_left(self._keys, key)
        return self._nodes[index] if index < len(self._keys) and self._keys[index] == key else None

    def __len__(self) -> int:
        """Count the prefixes."""
        return len(self._keys)

    def _jump_from(self, parent: int, depths: list[int]) -> int:
        """Skew-binary numbers: two jumps of one length are followed by one over both; a root jumps to itself."""
        jump = self._jump[parent]
        far = self._jump[jump]
        return far if depths[parent] - depths[jump] == depths[jump] - depths[far] else parent

    def _longest(self, text: str) -> int:
        """Find the place of the longest stored prefix of a text, or -1."""
        index = bisect_right(self._keys, text) - 1
        while index >= 0 and not text.startswith(self._keys[index]):
            jump, parent = self._jump[index], self._parent[index]
            index = parent if parent < 0 or text.startswith(self._keys[jump]) else jump
        return index

    def find(self: Prefixes[SearchableT], request: Request, bound: int, text: str | None = None) -> Candidate | None:
        """Search the nodes of all prefixes of a text.

        Args:
            request: The request.
            bound: The rank that must not be reached.
            text: The text; without one, the path of the request.

        Returns:
            The candidate of lowest rank below the bound that accepts the request, or None.
        """
        best: Candidate | None = None
        if text is None:
            text = request.path
        if self._lengths:
            for length in self._lengths:
                same = self._by_key.get(text[:length])
                if same is not None and (best is None or same.first < bound):
                    found = same.find(request, bound)
                    if found is not None:
                        best, bound = found, found.rank
            return best
        index = self._longest(text)
        while index >= 0 and self._least[index] < bound:
            node = self._nodes[index]
            if node.first < bound:
                found = node.find(request, bound)
                if found is not None:
                    best, bound = found, found.rank
            index = self._parent[index]
        return best

    def longest(self, text: str) -> NodeT | None:
        """Return the node of the longest prefix of a text.

        Args:
            text: The text.

        Returns:
            The node, or None where no prefix is stored.
        """
        index = self._longest(text)
        return None if index < 0 else self._nodes[index]

    def nodes(self, text: str) -> Iterator[NodeT]:
        """Yield the nodes of all prefixes of a text, longest first.

        Args:
            text: The text.
        """
        index = self._longest(text)
        while index >= 0:
            yield self._nodes[index]
            index = self._parent[index]

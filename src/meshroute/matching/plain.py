"""Plain routes: what `Router.resolve` finds by itself, without asking the index.

A route is plain where the path and the method of a request decide alone that it is the one: it has a whole path or a
template, no criterion but the method, and whatever else could take such a path comes later in the order. Most routes
of most applications are plain. They are held once more here, in the form in which they are found fastest; who is not
found here is looked up in the index.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Protocol

from meshroute.matching.candidate import LAST, Candidate, Node
from meshroute.matching.paths import PathIndex
from meshroute.matching.templates import NOWHERE, OPEN, Step, nodes_in

USUAL: Final = 64
"""Paths of up to so many pieces are looked up in a list of at least this length; longer ones mostly fit no template."""


_NONE: Final[frozenset[str]] = frozenset()
_UNDECIDED: Final[Mapping[str, Candidate]] = MappingProxyType({})


class ByMethod(Protocol):
    """The candidates of one path."""

    def __getitem__(self, method: str, /) -> Candidate:
        """Return the candidate of a method; KeyError where the method does not decide."""
        ...


class Otherwise:
    """The candidates of one path, of which one takes the methods that no other takes.

    Args:
        node: The node of the path.
        otherwise: That candidate.
    """

    __slots__ = ("_node", "_otherwise")

    def __init__(self, node: Node, otherwise: Candidate) -> None:
        self._node = node
        self._otherwise = otherwise

    def __getitem__(self, method: str, /) -> Candidate:
        """Return the candidate of a method."""
        return self._node.by_method.get(method, self._otherwise)


class PlainRoutes:
    """The plain routes of an index of paths.

    Args:
        paths: The index.
        old: The plain routes of an index that differs in the routes of two paths, and these paths. What does not change
            is shared with them.

    Attributes:
        exact: The candidates of whole paths.
        steps: The first step down the tree of templates, by the number of pieces of a path.
        is_mixed: Whether there are other routes.
        is_single: Whether a path that is not in `exact`, and that no step leads to, is taken by no route at all.
    """

    __slots__ = ("_last", "_paths", "exact", "is_mixed", "is_single", "steps")

    def __init__(self, paths: PathIndex, old: tuple[PlainRoutes, frozenset[str]] | None = None) -> None:
        self._paths = paths
        self.is_mixed = paths.others_first != LAST
        self.is_single = not self.is_mixed and all(tree.is_single for tree in paths.templates.trees.values())
        trees = {
            count: tree
            for count, tree in paths.templates.trees.items()
            if count != OPEN and tree.is_ordered and tree.last < paths.others_first
        }
        self.steps: list[Step] = [NOWHERE] * (max([USUAL, *trees]) + 1)
        for count, tree in trees.items():
            self.steps[count] = tree.step
        bound = min(paths.others_first, paths.templates.first)
        self._last = -1
        if old is None or old[0]._last >= bound:
            self.exact: dict[str, ByMethod] = {}
            self._add(paths.exact, bound)
        elif paths.exact is old[0]._paths.exact:
            self.exact, self._last = old[0].exact, old[0]._last
        else:
            self.exact, self._last = dict(old[0].exact), old[0]._last
            for path in old[1]:
                self.exact.pop(path, None)
            self._add({path: paths.exact[path] for path in old[1] if path in paths.exact}, bound)

    def _add(self, nodes: Mapping[str, Node], bound: int) -> None:
        """Add the nodes of some whole paths, where nothing else goes before any of their candidates."""
        for path, node in nodes.items():
            last = max(
                [one.rank for one in (*node.by_method.values(), node.otherwise) if one is not None], default=LAST
            )
            if last >= bound:
                self.exact[path] = _UNDECIDED  # it stands here all the same, before any template
                continue
            self._last = max(self._last, last)
            self.exact[path] = node.by_method if node.otherwise is None else Otherwise(node, node.otherwise)

    def allowed_methods(self, path: str, pieces: Sequence[str]) -> frozenset[str] | None:
        """Say which methods are taken at a path, where only the method matters there.

        Args:
            path: The path.
            pieces: The path, cut at its slashes.

        Returns:
            The methods, none where no route takes the path at all; None where it takes more than a look to say so.
        """
        if self.is_mixed:
            return None
        node = self._paths.exact.get(path)
        nodes = [] if node is None else [node]
        tree = self._paths.templates.trees.get(len(pieces))
        if tree is not None and not pieces[0]:
            nodes += nodes_in(tree, pieces, LAST, has_empty=not pieces[-1] or "//" in path)
        if not nodes:
            return _NONE
        if not all(node.is_by_method for node in nodes):
            return None
        return frozenset([method for node in nodes for method in node.by_method])

"""``diff``: what answers differently, region by region, or that nothing does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Literal

from attrs import field, frozen

from meshroute.analysis.compare import Comparison, Difference
from meshroute.analysis.observed import BY, By, Naming
from meshroute.analysis.pairs import pairs_of
from meshroute.model.actions import Forward
from meshroute.model.mesh import Mesh
from meshroute.model.python import as_mesh
from meshroute.model.route import Route
from meshroute.model.table import RouteTable

Verdict = Literal["equivalent", "different", "unknown"]
Progress = Callable[[int, int], None]
_MOST_REASONS: Final = 5


@frozen
class Diff:
    """What `diff` found.

    Args:
        verdict: ``equivalent``: it is proved that no request is answered differently; ``different``; ``unknown``: no
            difference was found, and it is not proved that there is none.
        differences: Each distinct pair of answers, the largest region first.
        because: Why there may be more.
    """

    verdict: Verdict
    differences: tuple[Difference, ...] = ()
    because: tuple[str, ...] = field(default=())


def diff(  # noqa: PLR0913 - the two sides, and how they are compared; all that is optional is a keyword
    old: Mesh | RouteTable | Iterable[Route],
    new: Mesh | RouteTable | Iterable[Route],
    *,
    by: By = "answer",
    renamed: Mapping[str, str] | None = None,
    entries: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Diff:
    """Compare two meshes: which requests do they answer differently?

    Args:
        old: The one; a table, or routes written in Python, are a mesh with one entry.
        new: The other.
        by: What counts: the whole ``answer`` that client and backend see, the ``backend``, or which ``route`` it is.
        renamed: New names of backends by old ones.
        entries: Which entry of the new mesh stands for which of the old one, where their names differ.
        progress: Called with the number of tables that are done, and of all.

    Returns:
        The verdict, with a request for each difference.

    Raises:
        ValueError: There is no such `by`.
        TableError: It is not clear which entries belong together, or routes written in Python are no table.

    >>> found = diff([Route("a", path="/a", to="x")], [Route("a", path="/b", to="x")])
    >>> found.verdict, [one.witness.path for one in found.differences]
    ('different', ['/a', '/b'])
    """
    if by not in BY:
        message = f"there is no by={by!r}; it is one of {', '.join(BY)}"
        raise ValueError(message)
    meshes = as_mesh(old), as_mesh(new)
    kinds = tuple(map(_kinds, meshes))
    naming = Naming(dict(renamed or {}), kinds=not kinds[0].isdisjoint(kinds[1]))
    pairs = pairs_of(*meshes, dict(entries or {}))
    comparison = Comparison(*meshes, by, naming)
    for number, pair in enumerate(pairs):
        if progress is not None:
            progress(number, len(pairs))
        comparison.compare(pair)
    return _concluded(comparison.differences(), comparison.doubts)


def _kinds(mesh: Mesh) -> set[str]:
    return {
        backend.kind
        for table in mesh.tables
        for route in table.routes()
        if isinstance(route.action, Forward)
        for backend in route.action.backends
    }


def _concluded(differences: tuple[Difference, ...], doubts: Sequence[str]) -> Diff:
    verdict: Verdict = "different" if differences else "unknown" if doubts else "equivalent"
    return Diff(verdict, differences, tuple(dict.fromkeys(doubts))[:_MOST_REASONS])

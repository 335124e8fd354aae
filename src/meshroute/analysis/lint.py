"""``lint``: everything that can be said about a mesh without any request, proved or not said."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final

from meshroute.analysis.checks.conditions import conditions
from meshroute.analysis.checks.order import order
from meshroute.analysis.checks.reach import backends, listeners, loops, unreached, virtual_hosts
from meshroute.analysis.checks.safety import bypass
from meshroute.analysis.checks.writing import finding, named
from meshroute.analysis.findings import RULES, SEVERITIES, Finding
from meshroute.analysis.limits import UndecidedError
from meshroute.analysis.tables import Tables
from meshroute.model.mesh import Mesh
from meshroute.model.python import as_mesh
from meshroute.model.route import Route
from meshroute.model.table import RouteTable
from meshroute.patterns import LanguageTooLargeError

Progress = Callable[[int, int], None]
_WHOLE: Final = ((listeners, "MR302"), (unreached, "MR303"), (virtual_hosts, "MR301"))
_OF_ROUTES: Final = ((order, "MR102"), (conditions, "MR201"), (backends, "MR401"))
_TOGETHER: Final = ((loops, "MR304"), (bypass, "MR501"))
"""The checks, each with the code under which it says that it does not know."""


def lint(
    mesh: Mesh | RouteTable | Iterable[Route],
    *,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
    progress: Progress | None = None,
) -> tuple[Finding, ...]:
    """Look for routes that are never chosen, and for everything else that is odd about a mesh.

    Args:
        mesh: The mesh; a table, or routes written in Python, are one with one entry.
        select: The codes to look for, or how they start; none means all.
        ignore: The codes to leave out, or how they start.
        progress: Called with the number of routes that are done, and of all.

    Returns:
        The findings, the gravest first, then in the order of the routes.

    Raises:
        ValueError: There is no such code.
        TableError: Routes written in Python are no table.

    >>> found = lint([Route("a", path_prefix="/", to="x", priority=1), Route("b", path="/b", to="y")])[0]
    >>> found.code, found.message
    ('MR101', 'b is never chosen: a takes all its requests')
    """
    for code in (*select, *ignore):
        if not any(known.startswith(code) for known in RULES):
            message = f"there is no code {code!r}; the codes are {', '.join(RULES)}"
            raise ValueError(message)
    found = [
        one
        for one in _all(Tables(as_mesh(mesh)), progress)
        if one is not None
        and (not select or one.code.startswith(tuple(select)))
        and not one.code.startswith(tuple(ignore) or ("-",))
    ]
    return tuple(sorted(found, key=lambda one: SEVERITIES.index(one.severity)))


def _all(tables: Tables, progress: Progress | None) -> Iterator[Finding | None]:
    for check, code in _WHOLE:
        yield from _or_unknown(check(tables), code, ())
    for number, written in enumerate(tables.written):
        if progress is not None:
            progress(number, len(tables.written))
        tables.judge(written)
        for of_route, code in _OF_ROUTES:
            yield from _or_unknown(of_route(tables, written), code, (written.route,))
    for check, code in _TOGETHER:
        yield from _or_unknown(check(tables), code, ())


def _or_unknown(found: Iterator[Finding | None], code: str, routes: tuple[Route, ...]) -> Iterator[Finding | None]:
    """Go through what a check says; where it gives up, say that, and why."""
    try:
        yield from found
    except (UndecidedError, LanguageTooLargeError) as error:
        whose = f" of {named(routes[0])}" if routes else ""
        yield finding(code, f"what there is to say{whose} under {code} is not known", routes, because=str(error))

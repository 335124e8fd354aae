"""How findings are written: routes by name, lists in words, witnesses only if they were replayed."""

from __future__ import annotations

from collections.abc import Sequence

from meshroute.analysis.findings import RULES, Finding
from meshroute.analysis.tables import shown
from meshroute.analysis.views import Asked, TableView
from meshroute.model.route import Route


def finding(  # noqa: PLR0913 - the parts of a finding; all but three are keywords
    code: str,
    message: str,
    routes: Sequence[Route],
    *,
    view: TableView | None = None,
    witnesses: Sequence[Asked | None] = (),
    covered_by: tuple[str, ...] = (),
    because: str | None = None,
) -> Finding | None:
    """Write a finding.

    Args:
        code: Its code.
        message: One sentence.
        routes: The routes involved, the one that it is about first.
        view: The table of the witnesses.
        witnesses: What shows it.
        covered_by: The ids of the routes that take all requests of a dead one.
        because: Why it is not known.

    Returns:
        The finding, or None where the definition does not bear a witness out.
    """
    proved = () if view is None else shown(view, *witnesses)
    if len(proved) < sum(one is not None for one in witnesses):
        return None
    return Finding(
        code,
        RULES[code].severity if because is None else "info",
        message,
        "proved" if because is None else "unknown",
        tuple(route.id for route in routes),
        tuple(route.name for route in routes),
        tuple(route.source for route in routes),
        tuple(one.request for one in proved),
        covered_by,
        because,
    )


def named(route: Route, *others: Route) -> str:
    """Call a route by its name.

    Args:
        route: The route.
        others: The routes that it is named beside.

    Returns:
        The name, or the id where there is none, or another route has the same.
    """
    is_shared = any(other.name == route.name and other.id != route.id for other in others)
    return route.id if is_shared else route.name or route.id


def listed(texts: Sequence[str], last: str = "and") -> str:
    """List texts in words.

    Args:
        texts: The texts.
        last: What stands before the last.

    Returns:
        The list.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    distinct = list(dict.fromkeys(texts))
    return distinct[0] if len(distinct) == 1 else f"{', '.join(distinct[:-1])} {last} {distinct[-1]}"

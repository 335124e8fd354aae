"""Where a format leaves the order of two routes open: who else would have taken a request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from meshroute.model.hops import Place
from meshroute.model.notices import Notice
from meshroute.model.request import Request
from meshroute.model.resolution import Resolution
from meshroute.model.route import Route
from meshroute.model.table import RouteTable


def undefined_order(tables: Mapping[str, RouteTable], answer: Resolution) -> tuple[Notice, ...]:
    """Say at which hops another route could have taken the request by another reading of the format's rules.

    Args:
        tables: The tables by id.
        answer: The answer.

    Returns:
        One notice for each such hop.
    """
    notices: list[Notice] = []
    for hop in answer.hops:
        table, chosen = tables.get(hop.table), hop.route
        if table is None or chosen is None or chosen.precedence is None or len(chosen.precedence.keys) == 1:
            continue
        rivals = tuple(_rivals(table, hop.place, chosen, hop.request))
        if rivals:
            names = ", ".join(dict.fromkeys(route.name or route.id for route in rivals))
            message = (
                f"the order of {chosen.name or chosen.id} and {names} is not defined by the format: "
                "all of them take this request, and which is asked first is not documented"
            )
            routes = (chosen.id, *(route.id for route in rivals))
            notices.append(Notice("undefined-order", message, chosen.source, routes))
    return tuple(notices)


def _rivals(table: RouteTable, place: Place, chosen: Route, request: Request) -> Iterator[Route]:
    """Yield the later routes that accept the request and that some reading would not put later."""
    chosen_precedence = chosen.precedence
    for host in table.virtual_hosts:
        if host.name != place.virtual_host or chosen not in host.routes:
            continue
        for route in host.routes[host.routes.index(chosen) + 1 :]:
            if (
                route.precedence is not None
                and chosen_precedence is not None
                and (route.name, route.source) != (chosen.name, chosen.source)
                and not chosen_precedence.defined_before(route.precedence)
                and route.match.accepts(request)
            ):
                yield route

"""Filter chains of a listener: which one takes a connection (the server name of its TLS handshake)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from meshroute.model.actions import Action, Delegate, Unsupported
from meshroute.model.criteria import Criterion, RouteMatch, ServerName
from meshroute.model.notices import Notice
from meshroute.model.route import Route
from meshroute.model.table import RouteTable, VirtualHost
from meshroute.readers.envoy.collect import FoundListener
from meshroute.readers.envoy.message import Message
from meshroute.readers.envoy.scope import source_of

# What says how the bytes are carried, not which requests come
_NO_EFFECT: Final = frozenset({"server_names", "transport_protocol", "application_protocols"})


def choose_chain(table_id: str, chains: list[tuple[FoundListener, str]], tables: dict[str, RouteTable]) -> str:
    """Find the table that a listener's requests come to first.

    Args:
        table_id: The id for a table that chooses among the chains.
        chains: The chains, each with the id of its table.
        tables: The tables; one that chooses is put there where it is needed.

    Returns:
        The id of the table: of the chains, where they have one in common.
    """
    if len({table for _, table in chains}) == 1:
        return chains[0][1]
    routes = [route for index, (chain, table) in enumerate(chains) for route in _routes(table_id, index, chain, table)]
    routes.sort(key=_specificity)
    tables[table_id] = RouteTable(table_id, (VirtualHost(None, tuple(routes)),))
    return table_id


def _routes(table_id: str, index: int, chain: FoundListener, table: str) -> Iterable[Route]:
    match = chain.chain.message("filter_chain_match")
    names = () if match is None else match.texts("server_names")
    unmodelled = _unmodelled(match)
    action: Action = Delegate(table)
    if unmodelled is not None and match is not None:
        text = f"`{unmodelled}` of FilterChainMatch is not modelled: it decides which filter chain takes a connection"
        action = Unsupported(Notice("unsupported", text, source_of(match.at(unmodelled))))
    for place, name in enumerate(names or ("",)):
        criteria: tuple[Criterion, ...] = (ServerName(name),) if name else ()
        yield Route(
            None,
            match=RouteMatch(criteria),
            action=action,
            id=f"{table_id}#{index}/{place}",
            source=source_of(chain.chain.at(), "FilterChain"),
        )


def _unmodelled(match: Message | None) -> str | None:
    fields = () if match is None else match.fields()
    return next((name for name in fields if name not in _NO_EFFECT), None)


def _specificity(route: Route) -> tuple[bool, bool, int]:
    """Put exact server names first, then the longest wildcard, then none."""
    names = [criterion.value for criterion in route.match.criteria if isinstance(criterion, ServerName)]
    name = names[0] if names else ""
    return not name, name.startswith("*"), -len(name)

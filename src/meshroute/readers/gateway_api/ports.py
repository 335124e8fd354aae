"""What happens at a port of a Gateway before any route: which listener takes a request (gateway-api.md §2.4, §2.5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from attrs import frozen

from meshroute.model.actions import Action, Delegate, Misdirected, NoRoute
from meshroute.model.criteria import (
    AnyOf,
    Criterion,
    HostExact,
    HostSuffix,
    Not,
    RouteMatch,
    Scheme,
    ServerNameChooses,
    ServerNames,
    TransportProtocol,
)
from meshroute.model.rewrites import SchemeRewrite
from meshroute.model.route import Route
from meshroute.model.table import RouteTable, VirtualHost
from meshroute.readers.gateway_api.hostnames import rank
from meshroute.readers.gateway_api.objects import Listener
from meshroute.readers.gateway_api.profile import GatewayProfile

_IS_TLS: Final = AnyOf((Scheme("https"), TransportProtocol("tls")))
_NO_HANDSHAKE: Final = NoRoute("no listener here is for the server name: the TLS handshake fails", None)
_NO_HOST: Final = NoRoute("no listener here is for the host")

_Host = tuple[str | None, Sequence[tuple[tuple[Criterion, ...], Action]]]
"""A hostname, and what happens to which of its requests, in order."""


@frozen
class Open:
    """A listener that answers.

    Args:
        listener: The listener.
        table: The id of the table of its routes.
    """

    listener: Listener
    table: str


def is_enough(listeners: Sequence[Open]) -> bool:
    """Tell whether a port needs no choice: what is not for its only listener, no route of that takes either.

    Args:
        listeners: The listeners at the port.

    Returns:
        True if the table of the listener's routes is all.
    """
    return len(listeners) == 1 and listeners[0].listener.protocol not in {"HTTPS", "TLS"}


def port_table(table_id: str, listeners: Sequence[Open], profile: GatewayProfile) -> RouteTable:
    """Write the choice among the listeners at one port as a table.

    A connection over TLS belongs to the listener that its server name chooses. A request on it whose host another
    listener takes better is misdirected: the client should open another connection for it (G:383-406).

    Args:
        table_id: The id of the table.
        listeners: The listeners that answer there.
        profile: The choices that the specification leaves open.

    Returns:
        The table.
    """
    kinds = {protocol: [one for one in listeners if one.listener.protocol == protocol] for protocol in _PROTOCOLS}
    secure = [*kinds["HTTPS"], *kinds["TLS"]]
    among = ServerNames([one.listener.hostname for one in secure])
    # A port whose listeners all speak TLS takes nothing else
    over_tls: tuple[Criterion, ...] = (_IS_TLS,) if kinds["HTTP"] else ()

    def chosen(name: tuple[str | None] | None) -> tuple[Criterion, ...]:
        return (*over_tls, ServerNameChooses(name, among, or_host=profile.server_name_from_host))

    hosts: list[_Host] = [
        (None, list(_streams(kinds["UDP"], kinds["TCP"], is_all=not (secure or kinds["HTTP"])))),
        (None, [(chosen((one.listener.hostname,)), Delegate(one.table)) for one in kinds["TLS"]]),
    ]
    for one in _by_rank(kinds["HTTPS"]):
        name = one.listener.hostname
        to_it = Delegate(one.table, (SchemeRewrite("https"),))
        reason = "the connection was opened for another host, for which another listener is"
        hosts.append((name, [(chosen((name,)), to_it), (chosen(None), _NO_HANDSHAKE), (over_tls, Misdirected(reason))]))
    if secure:
        hosts.append((None, [(chosen(None), _NO_HANDSHAKE), (over_tls, _NO_HOST)]))
    hosts += [(one.listener.hostname, [((), Delegate(one.table))]) for one in _by_rank(kinds["HTTP"])]
    return RouteTable(table_id, tuple(_virtual_hosts(table_id, hosts)))


_PROTOCOLS: Final = ("HTTP", "HTTPS", "TLS", "TCP", "UDP")


def _streams(
    udp: Sequence[Open], tcp: Sequence[Open], *, is_all: bool
) -> Iterator[tuple[tuple[Criterion, ...], Action]]:
    """Lead to the listeners for what has no hosts; beside HTTP, which only a Gateway that is not there has, by name."""
    for one in udp:
        yield (TransportProtocol("udp"),), Delegate(one.table)
    for one in tcp:
        yield (Not(TransportProtocol("udp")) if is_all else TransportProtocol(("tcp", "tls")),), Delegate(one.table)


def _by_rank(listeners: Sequence[Open]) -> list[Open]:
    return sorted(listeners, key=lambda one: rank(one.listener.hostname), reverse=True)


def _virtual_hosts(table_id: str, hosts: Sequence[_Host]) -> Iterator[VirtualHost]:
    number = 0
    for name, answers in hosts:
        routes: list[Route] = []
        for criteria, action in answers:
            routes.append(Route(None, match=RouteMatch(criteria), action=action, id=f"{table_id}#{number}"))
            number += 1
        if routes:
            domains = () if name is None else (_domain(name),)
            yield VirtualHost(name, tuple(routes), domains)


def _domain(name: str) -> HostExact | HostSuffix:
    return HostSuffix(name[1:]) if name.startswith("*.") else HostExact(name)

"""Gateway API objects to a mesh: an entry for each Gateway, and one for each of its listeners and each Service."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from attrs import evolve, frozen

from meshroute.errors import TableError
from meshroute.model.mesh import Entry, Listener, Mesh
from meshroute.model.notices import Notice
from meshroute.model.table import RouteTable
from meshroute.readers.gateway_api.answers import Setting
from meshroute.readers.gateway_api.assumptions import assumed
from meshroute.readers.gateway_api.attachment import attach, kinds_at
from meshroute.readers.gateway_api.listening import Listening, labels_of, listeners_of
from meshroute.readers.gateway_api.objects import GROUP, Gateway, Meta, Namespaces, ParentRef, Route
from meshroute.readers.gateway_api.objects import Listener as Written
from meshroute.readers.gateway_api.parts import NAME
from meshroute.readers.gateway_api.policies import Policies
from meshroute.readers.gateway_api.ports import Open, is_enough, port_table
from meshroute.readers.gateway_api.profile import GatewayProfile
from meshroute.readers.gateway_api.reading import Objects
from meshroute.readers.gateway_api.references import References
from meshroute.readers.gateway_api.services import FORMAT, lower_services
from meshroute.readers.gateway_api.status import status_of
from meshroute.readers.gateway_api.tables import At, http_table, stream_table

_ANY_PORT: Final = 0
_MOST_PORTS: Final = 64  # a Gateway has no more listeners (§2.14)
_NAMES: Final = re.compile(NAME)
_PARENTS: Final = frozenset({"Gateway", "ListenerSet"})
_PROTOCOL: Final = {"TLSRoute": "TLS", "TCPRoute": "TCP", "UDPRoute": "UDP"}


def lower_gateway_api(objects: Objects, profile: GatewayProfile, *, strict: bool = False) -> Mesh:
    """Make a mesh of Gateway API objects.

    Args:
        objects: The objects.
        profile: The choices that the specification leaves open.
        strict: Assume nothing that is not among the documents.

    Returns:
        The mesh, with the status of its routes and listeners.
    """
    references, labels = References(objects, strict=strict), labels_of(objects)
    setting = Setting(references, Policies(objects, strict=strict), profile, None)
    implied = [] if strict else list(_implied(objects))
    listeners = [one for gateway in objects.gateways for one in listeners_of(gateway, objects, labels)]
    listeners += [listening for one in implied for listening in one.listeners]
    missing = {one.gateway.meta.id for one in implied}
    placed = _placed([_with_any_section(route, missing) for route in objects.routes], listeners, labels)
    entries: list[Entry] = []
    tables: list[RouteTable] = []
    notices = [one.notice for one in implied]
    about = {id(one.gateway): (one.notice,) for one in implied}
    by_gateway: dict[int, list[tuple[Listening, Sequence[At]]]] = {}
    for one in listeners:
        if one.is_open and kinds_at(one.listener):
            by_gateway.setdefault(id(one.gateway), []).append((one, placed.get(id(one), ())))
    for gateway in (*objects.gateways, *(one.gateway for one in implied)):
        made = _Made(gateway, setting, about.get(id(gateway), ()))
        made.add(by_gateway.get(id(gateway), ()))
        entries += made.entries
        tables += made.tables
    of_services = lower_services(objects, setting)
    if objects.has_routing:
        notices += assumed(objects, references, profile)
    return Mesh(
        (*entries, *of_services[0]),
        (*tables, *of_services[1]),
        tuple(notices),
        status=status_of(objects, strict=strict),
    )


def _placed(
    routes: Iterable[Route], listeners: Sequence[Listening], labels: dict[str, dict[str, str]]
) -> dict[int, tuple[At, ...]]:
    """Say which routes are at which listener, each once, with all hostnames that it has there."""
    found: dict[int, dict[str, At]] = {}
    for attachment in attach(routes, listeners, labels):
        for bound in attachment.bounds:
            at_listener = found.setdefault(id(bound.listening), {})
            before = at_listener.get(attachment.route.meta.id, At(attachment.route, ())).hostnames
            at_listener[attachment.route.meta.id] = At(
                attachment.route, tuple(dict.fromkeys((*before, *bound.hostnames)))
            )
    return {listening: tuple(ats.values()) for listening, ats in found.items()}


class _Made:
    """The entries and tables of one Gateway.

    Args:
        gateway: The Gateway.
        setting: What the answers of its routes depend on; the port is that of each listener.
        notices: What every answer should say.
    """

    def __init__(self, gateway: Gateway, setting: Setting, notices: tuple[Notice, ...]) -> None:
        self._gateway, self._setting, self._notices = gateway, setting, notices
        self.entries: list[Entry] = []
        self.tables: list[RouteTable] = []

    def add(self, listeners: Sequence[tuple[Listening, Sequence[At]]]) -> None:
        """Make the entries and tables of its listeners.

        Args:
            listeners: The listeners that answer, each with its routes.
        """
        meta = self._gateway.meta
        by_port: dict[int, list[Open]] = {}
        for listening, routes in listeners:
            listener = listening.listener
            opened = Open(listener, self._table(listening, routes))
            by_port.setdefault(listener.port, []).append(opened)
            owner = listening.owner.meta
            name = f"{owner.name}/{listener.name}"
            only = (Listener(opened.table, None, listener.protocol.lower(), listener.name),)
            self.entries.append(
                Entry("listener", name, only, owner.namespace, FORMAT, (), listener.source, is_secondary=True)
            )
        ports = tuple([self._port(port, opened) for port, opened in by_port.items()])
        kind = meta.kind.lower()
        self.entries.insert(0, Entry(kind, meta.name, ports, meta.namespace, FORMAT, (), meta.source))

    def _table(self, listening: Listening, routes: Sequence[At]) -> str:
        listener, owner = listening.listener, listening.owner.meta
        kind = "" if owner.kind == "Gateway" else f"{owner.kind.lower()}-"
        table_id = f"{kind}listener/{owner.namespace}/{owner.name}/{listener.name}"
        port = None if listener.port == _ANY_PORT else listener.port
        make = http_table if listener.protocol in {"HTTP", "HTTPS"} else stream_table
        table = make(table_id, routes, evolve(self._setting, port=port))
        self.tables.append(evolve(table, notices=self._notices))
        return table_id

    def _port(self, port: int, listeners: Sequence[Open]) -> Listener:
        meta = self._gateway.meta
        if is_enough(listeners):
            table = listeners[0].table
        else:
            table = f"{meta.kind.lower()}/{meta.namespace}/{meta.name}:{port or 'any'}"
            self.tables.append(port_table(table, listeners, self._setting.profile))
        protocols = sorted({one.listener.protocol.lower() for one in listeners})
        return Listener(table, None if port == _ANY_PORT else port, "/".join(protocols))


@frozen
class _Implied:
    """A parent that is not among the documents, taken to have listeners for all that wants to be attached."""

    gateway: Gateway
    listeners: tuple[Listening, ...]
    notice: Notice


def _implied(objects: Objects) -> Iterator[_Implied]:
    known = {one.meta.id for one in objects.gateways} | {one.meta.id for one in objects.listener_sets}
    asked: dict[tuple[str, str, str], list[tuple[Route, ParentRef]]] = {}
    for route in objects.routes:
        for parent in route.parents:
            is_one = parent.group == GROUP and parent.kind in _PARENTS
            is_named = _NAMES.fullmatch(parent.name)
            if is_one and is_named and f"{parent.kind}/{parent.namespace}/{parent.name}" not in known:
                asked.setdefault((parent.kind, parent.namespace, parent.name), []).append((route, parent))
    for (kind, namespace, name), refs in asked.items():
        source = refs[0][1].source
        meta = Meta(kind, namespace, name, source)
        protocols = dict.fromkeys(_PROTOCOL.get(route.meta.kind, "HTTP") for route, _ in refs)
        ports = sorted({parent.port or _ANY_PORT for _, parent in refs} | {_ANY_PORT})
        listeners = tuple(
            [
                Written(
                    f"{protocol.lower()}-{port or 'any'}", port, protocol, None, Namespaces("All"), (), None, (), source
                )
                for port in ports
                for protocol in protocols
            ]
        )
        if len(ports) > _MOST_PORTS:
            message = f"routes ask {meta.id}, which is not among the documents, for more than {_MOST_PORTS} ports"
            raise TableError(message)
        gateway = Gateway(meta, "", listeners)
        message = (
            f"{meta.id} is not among the documents: taken to have listeners for every route that wants to be attached, "
            "whatever section it names"
        )
        opened = tuple([Listening(gateway, gateway, listener) for listener in listeners])
        yield _Implied(gateway, opened, Notice("assumed", message, source))


def _with_any_section(route: Route, missing: set[str]) -> Route:
    """Let a route ask its missing parents for no section: theirs are not known."""
    parents = [
        evolve(parent, section=None) if f"{parent.kind}/{parent.namespace}/{parent.name}" in missing else parent
        for parent in route.parents
    ]
    return evolve(route, parents=tuple(dict.fromkeys(parents)))

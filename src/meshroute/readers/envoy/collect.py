"""Finding what is Envoy's in documents: tables and listeners, wherever they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import PurePath
from typing import Final, cast

from attrs import define, field, frozen

from meshroute.readers._document import Document, Mapping, Node, Problems, Scalar, Sequence
from meshroute.readers.envoy.decode import Decoder
from meshroute.readers.envoy.message import Message

_ROUTES: Final = "envoy.config.route.v3.RouteConfiguration"
_LISTENER: Final = "envoy.config.listener.v3.Listener"
_CLUSTER: Final = "envoy.config.cluster.v3.Cluster"
_MANAGER: Final = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
_BOOTSTRAP: Final = "envoy.config.bootstrap.v3.Bootstrap"
_RESPONSE: Final = "envoy.service.discovery.v3.DiscoveryResponse"
_ADMIN: Final = "envoy.admin.v3."
_DUMP: Final = f"{_ADMIN}ConfigDump"

_ENTRIES: Final = {
    "RoutesConfigDump": ("static_route_configs", "dynamic_route_configs"),
    "ListenersConfigDump": ("static_listeners", "dynamic_listeners"),
    "ClustersConfigDump": ("static_clusters", "dynamic_active_clusters"),
}
# Sections of a dump that say nothing about routes; that of scoped routes is noticed at its listener
_WITHOUT_ROUTES: Final = frozenset(
    {"BootstrapConfigDump", "EcdsConfigDump", "EndpointsConfigDump", "ScopedRoutesConfigDump", "SecretsConfigDump"}
)

# What a document is known by, if it does not say so itself with `@type`; the first that fits
_SHAPES: Final[tuple[tuple[str, frozenset[str]], ...]] = (
    (_BOOTSTRAP, frozenset({"static_resources", "staticResources"})),
    (_BOOTSTRAP, frozenset({"dynamic_resources", "dynamicResources"})),
    (_ROUTES, frozenset({"virtual_hosts", "virtualHosts"})),
    (_LISTENER, frozenset({"filter_chains", "filterChains"})),
)
_KUBERNETES: Final = frozenset({"apiVersion", "kind", "Resources"})


@frozen(eq=False)
class FoundTable:
    """A table.

    Args:
        name: Its name; without one, the stem of its file.
        config: The RouteConfiguration.
        is_static: Whether it is one of the tables that a dump calls static: those of its listeners.
    """

    name: str
    config: Message
    is_static: bool = False


@frozen(eq=False)
class FoundListener:
    """A filter chain of a listener that speaks HTTP.

    Args:
        name: The listener's name; without one, its address and port.
        port: Its port.
        manager: The HttpConnectionManager.
        chain: The filter chain.
        table: Its table, the name of one that is fetched, or None where requests choose it.
        is_static: Whether it stands in a file that Envoy starts with.
    """

    name: str
    port: int | None
    manager: Message
    chain: Message
    table: Message | str | None
    is_static: bool = False


@frozen(eq=False)
class Envoy:
    """What was found.

    Args:
        tables: The tables that stand by themselves.
        listeners: The filter chains.
        clusters: The names of all clusters, where the documents say them all.
        runtime: The runtime values of the bootstraps.
        found: Whether any document is Envoy's.
    """

    tables: tuple[FoundTable, ...]
    listeners: tuple[FoundListener, ...]
    clusters: frozenset[str] | None
    runtime: dict[str, object]
    found: bool


def type_of(node: Node) -> str | None:
    """Say what a document of Envoy is.

    Args:
        node: Its root.

    Returns:
        The full name of a message, or None where it is not Envoy's.

    >>> from meshroute.readers._document import parse_yaml
    >>> type_of(parse_yaml("{virtualHosts: []}")[0])
    'envoy.config.route.v3.RouteConfiguration'
    """
    if not isinstance(node, Mapping):
        return None
    keys = {key.text for key, _ in node.items}
    if keys & _KUBERNETES:
        return None
    stated = _stated_type(node)
    if stated is not None:
        return stated
    for key, name in (("configs", _DUMP), ("resources", _RESPONSE)):
        # these are common words: what they hold must say that it is Envoy's
        items = node.get(key)
        if isinstance(items, Sequence) and (not items.items or any(_stated_type(item) for item in items.items)):
            return name if items.items or len(keys) > 1 else None
    return next((name for name, signs in _SHAPES if keys & signs), None)


def _stated_type(node: Node) -> str | None:
    stated = node.get("@type") if isinstance(node, Mapping) else None
    return stated.value.rpartition("/")[2] if isinstance(stated, Scalar) and isinstance(stated.value, str) else None


def read_envoy(documents: Iterable[Document], problems: Problems) -> tuple[Envoy, list[Document]]:
    """Read all that is Envoy's.

    Args:
        documents: The documents.
        problems: Where faults go.

    Returns:
        What was found, and the other documents.
    """
    reader = _Reader(problems)
    others = [document for document in documents if not reader.take(document)]
    return reader.result(), others


@define(eq=False)
class _Reader:
    """Takes documents one by one."""

    problems: Problems
    tables: list[FoundTable] = field(factory=list[FoundTable])
    listeners: list[FoundListener] = field(factory=list[FoundListener])
    clusters: set[str] = field(factory=set[str])
    all_clusters: bool = True
    some_clusters: bool = False
    runtime: dict[str, object] = field(factory=dict[str, object])
    found: bool = False

    def take(self, document: Document) -> bool:
        """Read a document; tell whether it was Envoy's."""
        name = type_of(document.node)
        read = _READERS.get(name or "")
        if read is None and name is not None and name.startswith(_ADMIN):
            read = _Reader.section
        if read is None:
            return False
        self.found = True
        read(self, document.node, document.file)
        return True

    def result(self) -> Envoy:
        """Return what was found; a dump's static tables are those of its listeners once more."""
        inline = {listener.table.name("name") for listener in self.listeners if isinstance(listener.table, Message)}
        self.tables = [table for table in self.tables if not (table.is_static and table.name in inline)]
        self._refuse_repeated_names()
        clusters = frozenset(self.clusters) if self.some_clusters and self.all_clusters else None
        return Envoy(tuple(self.tables), tuple(self.listeners), clusters, self.runtime, self.found)

    def _refuse_repeated_names(self) -> None:
        first: dict[str, FoundTable] = {}
        for table in self.tables:
            if first.setdefault(table.name, table) is not table:
                text = f"two tables are called {table.name!r}: a request at route/{table.name} could mean either"
                self.problems.error(table.config.at("name"), text, "give one of them another name")

    # -------------------------------------------------------------------------------------------------- documents

    def routes(self, node: Node, file: str) -> None:
        """Read a RouteConfiguration that stands alone."""
        message = Decoder(self.problems).message(node, _ROUTES) or Message(_ROUTES, node)
        self._table(message, PurePath(file).stem)

    def listener(self, node: Node, _file: str) -> None:
        """Read a Listener that stands alone."""
        message = Decoder(self.problems).message(node, _LISTENER) or Message(_LISTENER, node)
        self._listener(message)

    def bootstrap(self, node: Node, _file: str) -> None:
        """Read a bootstrap."""
        message = Decoder(self.problems).message(node, _BOOTSTRAP) or Message(_BOOTSTRAP, node)
        self._bootstrap(message)

    def response(self, node: Node, file: str) -> None:
        """Read a discovery response."""
        decoder = Decoder(self.problems, "notice")
        message = decoder.message(node, _RESPONSE)
        for resource in () if message is None else message.messages("resources"):
            self._resource(resource, PurePath(file).stem)

    def dump(self, node: Node, file: str) -> None:
        """Read the answer of ``/config_dump``."""
        decoder = Decoder(self.problems, "notice")
        message = decoder.message(node, _DUMP)
        for section in () if message is None else message.messages("configs"):
            self._section(section, PurePath(file).stem)

    def section(self, node: Node, file: str) -> None:
        """Read one section of a dump, which stands alone."""
        name = type_of(node) or ""
        self._section(Decoder(self.problems, "notice").message(node, name) or Message(name, node), PurePath(file).stem)

    # ------------------------------------------------------------------------------------------------------ parts

    def _table(self, message: Message, stem: str, *, is_static: bool = False) -> None:
        self.tables.append(FoundTable(message.name("name") or stem, message, is_static))

    def _resource(self, message: Message, stem: str) -> None:
        """Read a resource: a RouteConfiguration, a Listener, or a Cluster."""
        if message.type == _ROUTES:
            self._table(message, stem)
        elif message.type == _LISTENER:
            self._listener(message)
        elif message.type == _CLUSTER:
            self.clusters.add(message.name("name"))
        else:
            text = f"resources of the type {message.type or '(none)'} are not read"
            self.problems.notice("unread-resource", text, message.at())

    def _bootstrap(self, message: Message) -> None:
        static = message.message("static_resources")
        for listener in () if static is None else static.messages("listeners"):
            self._listener(listener, is_static=True)
        for cluster in () if static is None else static.messages("clusters"):
            self.clusters.add(cluster.name("name"))
        dynamic = message.message("dynamic_resources")
        if dynamic is not None and dynamic.has("cds_config"):
            self.all_clusters = False
        self.some_clusters = True
        self._runtime(message)

    def _runtime(self, bootstrap: Message) -> None:
        layers = bootstrap.message("layered_runtime")
        for layer in () if layers is None else layers.messages("layers"):
            self.runtime.update(flat(layer.plain("static_layer")))

    def _section(self, message: Message, stem: str) -> None:
        """Read a section of a dump, or one entry of it, which is what ``/config_dump?resource=…`` answers with."""
        kind = message.type.removeprefix(_ADMIN)
        section, _, entry = kind.partition(".")
        bootstrap = message.message("bootstrap")
        if kind in _ENTRIES:
            self.some_clusters |= kind == "ClustersConfigDump"
            for one in (one for name in _ENTRIES[kind] for one in message.messages(name)):
                self._section(one, stem)
        elif section in _ENTRIES:
            self._entry(entry, message, stem)
        elif bootstrap is not None:
            self._runtime(bootstrap)
        elif section not in _WITHOUT_ROUTES:
            text = f"sections of the type {message.type or '(none)'} are not read"
            self.problems.notice("unread-resource", text, message.at())

    def _entry(self, kind: str, message: Message, stem: str) -> None:
        """Read one entry of a section: a table, a listener or a cluster, and since when it is there."""
        match kind:
            case "StaticRouteConfig" | "DynamicRouteConfig":
                config = message.message("route_config")
                if config is not None and config.type == _ROUTES:
                    self._table(config, stem, is_static=kind == "StaticRouteConfig")
            case "StaticListener":
                self._dumped_listener(message)
            case "DynamicListener":
                self._dumped_listener(message.message("active_state") or message.message("warming_state"))
            case _:
                cluster = message.message("cluster")
                if cluster is not None:
                    self.clusters.add(cluster.name("name"))

    def _dumped_listener(self, holder: Message | None) -> None:
        listener = None if holder is None else holder.message("listener")
        if listener is not None and listener.type == _LISTENER:
            self._listener(listener)

    def _listener(self, message: Message, *, is_static: bool = False) -> None:
        address = _socket_address(message)
        port = None if address is None else address.integer("port_value")
        where = "" if address is None else f"{address.text('address')}:{port or 0}"
        name = message.name("name") or where
        chains = list(message.messages("filter_chains"))
        default = message.message("default_filter_chain")
        for chain in chains if default is None else [*chains, default]:
            for filter_ in chain.messages("filters"):
                manager = filter_.message("typed_config")
                if manager is not None and manager.type == _MANAGER:
                    self.listeners.append(FoundListener(name, port, manager, chain, _table_of(manager), is_static))


def _table_of(manager: Message) -> Message | str | None:
    config = manager.message("route_config")
    if config is not None:
        return config
    rds = manager.message("rds")
    return None if rds is None else rds.name("route_config_name")


def _socket_address(listener: Message) -> Message | None:
    address = listener.message("address")
    return None if address is None else address.message("socket_address")


def flat(values: object, prefix: str = "") -> dict[str, object]:
    """Name runtime values by the whole path of their keys; a fraction is a value of its own.

    Args:
        values: The values, nested; anything but a mapping has none.
        prefix: The path of what they are nested in.

    Returns:
        The values by key.

    >>> flat({"a": {"b": 5}, "c": {"numerator": 1}})
    {'a.b': 5, 'c': {'numerator': 1}}
    """
    found: dict[str, object] = {}
    for key, value in cast("dict[str, object]", values).items() if isinstance(values, dict) else ():
        inner = cast("dict[str, object]", value) if isinstance(value, dict) else {}
        if inner and not {"numerator", "denominator"} & inner.keys():
            found.update(flat(inner, f"{prefix}{key}."))
        else:
            found[f"{prefix}{key}"] = value
    return found


_READERS: Final[dict[str, Callable[[_Reader, Node, str], None]]] = {
    _ROUTES: _Reader.routes,
    _LISTENER: _Reader.listener,
    _BOOTSTRAP: _Reader.bootstrap,
    _RESPONSE: _Reader.response,
    _DUMP: _Reader.dump,
}

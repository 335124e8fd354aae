"""Lowering: what was found in Envoy's documents, as entries and tables."""

from __future__ import annotations

from collections import Counter
from typing import Final, TypeAlias

from attrs import evolve, field, frozen

from meshroute.model.mesh import Entry, Listener, Mesh
from meshroute.model.table import RouteTable
from meshroute.readers._document import Problems
from meshroute.readers.envoy.chains import choose_chain
from meshroute.readers.envoy.collect import Envoy, FoundListener, FoundTable
from meshroute.readers.envoy.managers import PLAIN, filters_of, options_of
from meshroute.readers.envoy.message import Message
from meshroute.readers.envoy.scope import Scope, source_of
from meshroute.readers.envoy.settings import Compat, Runtime
from meshroute.readers.envoy.tables import TableOptions, lower_table

_FORMAT: Final = "envoy"
_Key: TypeAlias = tuple[int, TableOptions, frozenset[str] | None]


@frozen(eq=False)
class _Tables:
    """The tables lowered so far; one that several listeners use in one way is lowered once.

    Args:
        scope: What they are evaluated with.
        tables: The tables by id.
        ids: Which id a RouteConfiguration has with which options.
    """

    scope: Scope
    tables: dict[str, RouteTable] = field(factory=dict[str, RouteTable])
    ids: dict[_Key, str] = field(factory=dict["_Key", str])

    def add(
        self,
        config: Message,
        options: TableOptions,
        filters: frozenset[str] | None,
        wanted: str,
        *,
        validates: bool = False,
    ) -> str:
        """Lower a table unless it was before.

        Args:
            config: The RouteConfiguration.
            options: What the listener adds.
            filters: The filters of the listener.
            wanted: The id that it should have.
            validates: Whether a cluster that is not there is a fault.

        Returns:
            The id that it has.
        """
        key = id(config), options, filters
        if key not in self.ids:
            table_id = wanted
            while table_id in self.tables:
                table_id += "'"
            self.ids[key] = table_id
            scope = evolve(self.scope, filters=filters, validates=validates)
            self.tables[table_id] = lower_table(scope, config, table_id, options)
        return self.ids[key]


def lower_envoy(envoy: Envoy, problems: Problems, compat: Compat, runtime: Runtime) -> Mesh:
    """Lower what was found.

    Args:
        envoy: What was found.
        problems: Where faults go.
        compat: The version's switches.
        runtime: What an operator has overridden.

    Returns:
        The mesh; of use only where there are no problems.
    """
    scope = Scope(problems, runtime.compat(compat), runtime, envoy.clusters)
    tables = _Tables(scope)
    named = {found.name: found for found in envoy.tables}
    entries: list[Entry] = []
    users: dict[str, list[tuple[TableOptions, frozenset[str]]]] = {}
    inline = Counter(listener.table.name("name") for listener in envoy.listeners if isinstance(listener.table, Message))
    for name, chains in _by_name(envoy.listeners).items():
        listener = chains[0]
        ids: list[tuple[FoundListener, str]] = []
        aliases: list[str] = []
        for chain in chains:
            options, filters = options_of(chain.manager), filters_of(chain.manager)
            config = _config(chain, named, problems)
            if config is None:
                continue
            validates = chain.is_static and config is chain.table
            wanted = f"{_FORMAT}:listener/{name}"
            ids.append((chain, tables.add(config, options, filters, wanted, validates=validates)))
            if isinstance(chain.table, str):
                users.setdefault(chain.table, []).append((options, filters))
            elif inline[config.name("name")] == 1 and config.name("name"):
                aliases.append(f"route/{config.name('name')}")
        if not ids:
            continue
        table_id = choose_chain(f"{_FORMAT}:listener/{name}/chains", ids, tables.tables)
        entries.append(
            Entry(
                "listener",
                name,
                (Listener(table_id, listener.port, "http", name),),
                format=_FORMAT,
                aliases=tuple(aliases),
                source=source_of(listener.chain.at(), "Listener", name),
            )
        )
    entries.extend(_entry(tables, found, users.get(name, [])) for name, found in named.items())
    return Mesh(tuple(entries), tuple(tables.tables.values()))


def _by_name(listeners: tuple[FoundListener, ...]) -> dict[str, list[FoundListener]]:
    found: dict[str, list[FoundListener]] = {}
    for listener in listeners:
        found.setdefault(listener.name, []).append(listener)
    return found


def _config(listener: FoundListener, named: dict[str, FoundTable], problems: Problems) -> Message | None:
    """Find the table of a listener's chain; one that is fetched may not be among the documents."""
    if isinstance(listener.table, Message):
        return listener.table
    if listener.table is None:
        text = f"listener {listener.name!r} chooses its table by scoped routes, which are not modelled"
        problems.notice("scoped-routes", text, listener.manager.at())
        return None
    found = named.get(listener.table)
    if found is None:
        text = f"listener {listener.name!r} fetches the table {listener.table!r}, which is not among the documents"
        problems.notice("missing-table", text, listener.manager.at())
        return None
    return found.config


def _entry(tables: _Tables, found: FoundTable, users: list[tuple[TableOptions, frozenset[str]]]) -> Entry:
    """Make the entry of a table: as the listener has it, where all that use it agree, else as it is alone."""
    options, filters = users[0] if users and all(user == users[0] for user in users) else (PLAIN, None)
    table_id = tables.add(found.config, options, filters, f"{_FORMAT}:route/{found.name}")
    return Entry(
        "route",
        found.name,
        (Listener(table_id),),
        format=_FORMAT,
        source=source_of(found.config.at(), "RouteConfiguration", found.name),
    )

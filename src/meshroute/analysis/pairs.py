"""Which entries, and which of their listeners, stand for each other on the two sides of a comparison."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from meshroute.errors import TableError
from meshroute.model.mesh import Entry, Mesh


@frozen
class Pair:
    """Two tables that are compared, and how requests get to them.

    Args:
        old: The entry of the old side; None where there is none.
        new: The entry of the new side; None where there is none.
        old_table: The table of the old side; None where nothing listens.
        new_table: The table of the new side; None where nothing listens.
        port: The port at which requests arrive on both sides; None where it does not matter, or differs.
        others: The ports at which they do not arrive.
    """

    old: Entry | None
    new: Entry | None
    old_table: str | None
    new_table: str | None
    port: int | None = None
    others: frozenset[int] = frozenset()


def pairs_of(old: Mesh, new: Mesh, names: Mapping[str, str]) -> list[Pair]:
    """Pair the entries of two meshes.

    Args:
        old: The old mesh.
        new: The new mesh.
        names: Names of entries of the new mesh by those of the old one.

    Returns:
        The pairs, each pair of tables once.

    Raises:
        TableError: A name means no entry or several, or it is not clear which entries belong together.
    """
    found: dict[tuple[object, ...], Pair] = {}
    for mine, its in _entries(old, new, names):
        for pair in _listeners(mine, its):
            found.setdefault((pair.old_table, pair.new_table, pair.port, pair.others), pair)
    return list(found.values())


def _entries(old: Mesh, new: Mesh, names: Mapping[str, str]) -> list[tuple[Entry | None, Entry | None]]:
    if names:
        return [(old.entry(mine), new.entry(its)) for mine, its in names.items()]
    mine = [entry for entry in old.entries if not entry.is_secondary] or list(old.entries)
    its = [entry for entry in new.entries if not entry.is_secondary] or list(new.entries)
    if len(mine) == len(its) == 1:
        return [(mine[0], its[0])]
    new_by_id = {entry.id: entry for entry in its}
    common = {entry.id for entry in mine} & new_by_id.keys()
    if not common and mine and its:
        message = (
            "it is not clear which entries belong together: the old side has "
            f"{', '.join(entry.id for entry in mine)}; the new side has {', '.join(entry.id for entry in its)}; "
            "say so with --entry OLD=NEW"
        )
        raise TableError(message)
    found: list[tuple[Entry | None, Entry | None]] = [(entry, new_by_id.get(entry.id)) for entry in mine]
    found += [(None, entry) for entry in its if entry.id not in common]
    return found


def _listeners(old: Entry | None, new: Entry | None) -> Iterator[Pair]:
    mine, its = _by_port(old), _by_port(new)
    if len(mine) == len(its) == 1:  # one listener each: its port is a matter of the deployment
        yield Pair(old, new, next(iter(mine.values())), next(iter(its.values())))
        return
    ports = sorted({port for port in (*mine, *its) if port is not None})
    for port in ports:
        yield Pair(old, new, mine.get(port, mine.get(None)), its.get(port, its.get(None)), port)
    if None in mine or None in its:
        yield Pair(old, new, mine.get(None), its.get(None), None, frozenset(ports))


def _by_port(entry: Entry | None) -> dict[int | None, str]:
    found: dict[int | None, str] = {}
    for listener in () if entry is None else entry.listeners:
        found.setdefault(listener.port, listener.table)
    return found

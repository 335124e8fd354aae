"""MR3xx and MR4xx: what nothing leads to, what leads round in a circle, and what leads to nobody."""

from __future__ import annotations

from collections.abc import Iterator

from meshroute.analysis.checks.writing import finding, named
from meshroute.analysis.findings import Finding
from meshroute.analysis.limits import UndecidedError
from meshroute.analysis.rules import Rule
from meshroute.analysis.search import Dead, reaches
from meshroute.analysis.tables import Tables, Written
from meshroute.analysis.views import Asked, TableView
from meshroute.model.actions import Delegate, Forward
from meshroute.model.table import VirtualHost


def listeners(tables: Tables) -> Iterator[Finding | None]:
    """Find listeners that another one of the same entry and port hides.

    Args:
        tables: All tables.

    Yields:
        What there is to say.
    """
    for entry in tables.mesh.entries:
        seen: set[int | None] = set()
        for listener in entry.listeners:
            if listener.port in seen:
                port = "any port" if listener.port is None else f"port {listener.port}"
                name = listener.name or listener.table
                message = f"listener {name} of {entry.id} gets no request: another one of the entry has {port}"
                yield finding("MR302", message, ())
            seen.add(listener.port)


def unreached(tables: Tables) -> Iterator[Finding | None]:
    """Find tables that no listener and no route leads to.

    Args:
        tables: All tables.

    Yields:
        What there is to say.
    """
    for table in tables.mesh.tables:
        if table.id not in tables.reached:
            routes = tuple(route for route in table.routes() if route.name is not None)
            message = f"no listener and no route leads to the table {table.id}"
            yield finding("MR303", message, routes)


def virtual_hosts(tables: Tables) -> Iterator[Finding | None]:
    """Find virtual hosts whose domains others take.

    Args:
        tables: All tables.

    Yields:
        What there is to say.
    """
    for view in tables.views:
        if view.table.host_selection != "best_only" or not view.ways:
            continue
        ends: dict[int, list[Rule]] = {}
        for rule in view.rules:
            if rule.route is None and rule.group is not None and rule.host is not None:
                ends.setdefault(id(rule.host), []).append(rule)
        for rules in ends.values():
            host = rules[0].host
            if host is not None and all(_is_hidden(view, rule) for rule in rules):
                yield _hidden(view, host)


def _is_hidden(view: TableView, rule: Rule) -> bool:
    first = min(one.place for one in view.members_of(rule.group or 0))
    return isinstance(reaches(view, view.seen(rule.boxes), first), Dead)


def _hidden(view: TableView, host: VirtualHost) -> Finding | None:
    name = host.name or "without a name"
    message = f"virtual host {name} of the table {view.table.id} is never chosen: others have its domains"
    return finding("MR301", message, tuple(route for route in host.routes if route.name is not None))


def loops(tables: Tables) -> Iterator[Finding | None]:
    """Find requests that are sent on from table to table without an end.

    Args:
        tables: All tables.

    Yields:
        What there is to say.
    """
    circles = _circles(tables)
    for written in tables.written:
        action = written.route.action
        if not isinstance(action, Delegate):
            continue
        tables.judge(written)
        if written.live is None or not any(view.table.id in circles for view, _ in written.places):
            continue
        view, verdict = written.live
        asked = _looping(view, verdict.asked, written)
        if asked is not None:
            message = f"{named(written.route)} sends requests in a circle: they never get to a backend"
            yield finding("MR304", message, (written.route,), view=view, witnesses=(asked,))


def _circles(tables: Tables) -> frozenset[str]:
    """Return the ids of the tables from which the routes of others lead back to them."""
    leads = {
        table.id: {route.action.table for route in table.routes() if isinstance(route.action, Delegate)}
        for table in tables.mesh.tables
    }
    found: set[str] = set()
    for start, targets in leads.items():
        todo, seen = list(targets), set(targets)
        for one in todo:  # grows while it runs
            fresh = leads.get(one, set()) - seen
            seen |= fresh
            todo.extend(fresh)
        if start in seen:
            found.add(start)
    return frozenset(found)


def _looping(view: TableView, asked: Asked, written: Written) -> Asked | None:
    """Find a request of a route that goes round: its own witness, or that of a box of it."""
    boxes = [box for place, rules in written.places if place is view for rule in rules for box in view.seen(rule.boxes)]
    for box in (None, *boxes):
        try:
            one = asked if box is None else view.ask(box)
        except UndecidedError:
            continue
        failure = one.answer.failure
        if failure is not None and failure.notice.code == "too-many-hops":
            return one
    return None


def backends(tables: Tables, written: Written) -> Iterator[Finding | None]:
    """Find routes of which every backend has the weight 0.

    Args:
        tables: All tables.
        written: The route, judged.

    Yields:
        What there is to say.
    """
    _ = tables
    action = written.route.action
    if isinstance(action, Forward) and action.backends and not any(one.weight for one in action.backends):
        live = written.live
        message = f"every backend of {named(written.route)} has the weight 0: its requests fail"
        view, witnesses = (None, ()) if live is None else (live[0], (live[1].asked,))
        yield finding("MR401", message, (written.route,), view=view, witnesses=witnesses)

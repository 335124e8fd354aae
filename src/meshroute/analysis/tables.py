"""All tables of a mesh, ready to be asked, and the routes as their author wrote them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from attrs import define, field

from meshroute.analysis.overlaps import Overlaps
from meshroute.analysis.rules import Rule
from meshroute.analysis.search import Dead, Live, Unknown, Verdict, is_chosen
from meshroute.analysis.views import Asked, TableView
from meshroute.matching.router import Router
from meshroute.model.actions import Delegate
from meshroute.model.mesh import Mesh
from meshroute.model.notices import Source
from meshroute.model.route import Route

Identity = tuple[str, str | None, Source | None]


@define(eq=False)
class Written:
    """A route as its author wrote it: it may stand in several tables, and behind several domains.

    Args:
        route: The route.
        places: Its rules in each table.
        verdicts: What is known of each place.
    """

    route: Route
    places: list[tuple[TableView, list[Rule]]] = field(factory=list[tuple[TableView, list[Rule]]])
    verdicts: list[Verdict] = field(factory=list[Verdict])

    @property
    def live(self) -> tuple[TableView, Live] | None:
        """Where it is chosen."""
        pairs = zip(self.places, self.verdicts, strict=True)
        return next(((place[0], found) for place, found in pairs if isinstance(found, Live)), None)

    @property
    def dead(self) -> tuple[Dead, ...] | None:
        """That it is dead, at all its places; None where it is not."""
        found = tuple(one for one in self.verdicts if isinstance(one, Dead))
        return found if len(found) == len(self.verdicts) else None

    @property
    def doubt(self) -> str:
        """Why it is not known whether it is dead; empty where it is known."""
        return next((one.because for one in self.verdicts if isinstance(one, Unknown)), "")


class Tables:
    """The tables of a mesh.

    Args:
        mesh: The mesh.
    """

    def __init__(self, mesh: Mesh) -> None:
        self.mesh = mesh
        self.router = Router(mesh)
        self.views = [TableView(mesh, table, self.router) for table in mesh.tables]
        self.overlaps = {view: Overlaps(view) for view in self.views}

    @cached_property
    def written(self) -> list[Written]:
        """The routes that somebody wrote, in the order of their tables, but for tables that nothing leads to."""
        found: dict[Identity, Written] = {}
        for view in self.views:
            if view.table.id not in self.reached:
                continue
            here: dict[Identity, list[Rule]] = {}
            for rule in view.rules:
                if rule.route is not None and rule.route.name is not None:
                    here.setdefault(_identity(rule.route), []).append(rule)
            for identity, rules in here.items():
                route = rules[0].route
                assert route is not None  # noqa: S101 - for the type checkers
                found.setdefault(identity, Written(route)).places.append((view, rules))
        return list(found.values())

    @cached_property
    def reached(self) -> frozenset[str]:
        """The ids of the tables that a listener leads to, or a route of such a table."""
        tables = {table.id: table for table in self.mesh.tables}
        todo = [listener.table for entry in self.mesh.entries for listener in entry.listeners]
        found = set(todo)
        for id_ in todo:  # grows while it runs
            for route in tables[id_].routes() if id_ in tables else ():
                if isinstance(route.action, Delegate) and route.action.table not in found:
                    found.add(route.action.table)
                    todo.append(route.action.table)
        return frozenset(found)

    def judge(self, written: Written) -> None:
        """Find out whether a route is ever chosen.

        Args:
            written: The route, which remembers it.
        """
        if not written.verdicts:
            written.verdicts = [is_chosen(view, rules) for view, rules in written.places]


def _identity(route: Route) -> Identity:
    return route.id, route.name, route.source


def shown(view: TableView, *asked: Asked | None) -> tuple[Asked, ...]:
    """Return the requests that may be shown: those of which the definition says the same as the index.

    Args:
        view: The table.
        asked: The requests.

    Returns:
        Some of them.
    """
    return tuple(one for one in asked if one is not None and view.replayed(one))


def ids(rules: Sequence[Rule]) -> tuple[str, ...]:
    """Return the ids of the routes of some rules, each once.

    Args:
        rules: The rules.

    Returns:
        The ids, in order.
    """
    return tuple(dict.fromkeys(rule.route.id for rule in rules if rule.route is not None))

"""One table to be asked about: its rules, what it can see, and how requests get to it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from attrs import frozen

from meshroute.analysis.boxes import Box, Boxes, is_in, meet
from meshroute.analysis.dimensions import CHANCE, HOST, PORT
from meshroute.analysis.limits import UndecidedError
from meshroute.analysis.requests import request_in
from meshroute.analysis.rules import Rule, rules_of
from meshroute.analysis.visible import Visible
from meshroute.matching.router import Router
from meshroute.matching.scan import scan
from meshroute.model.chance import needs_random_value
from meshroute.model.hops import Hop
from meshroute.model.mesh import Mesh
from meshroute.model.request import Request
from meshroute.model.resolution import Resolution
from meshroute.model.table import RouteTable
from meshroute.patterns import Language


@frozen
class Way:
    """How requests get to a table: a listener that leads there.

    Args:
        entry: The name of the entry.
        port: The listener's port; None is any.
        others: The ports of the entry that lead elsewhere.
    """

    entry: str
    port: int | None
    others: frozenset[int]

    def ports(self) -> Language | None:
        """Return the ports at which a request may arrive, as a language; None is any."""
        if self.port is not None:
            return Language.text(str(self.port))
        if not self.others:
            return None
        return ~Language.of("|".join(str(port) for port in sorted(self.others)))


@frozen
class Asked:
    """A request that was asked about, and what the table said.

    Args:
        request: The request, as a client sends it.
        seen: The same as the table sees it.
        answer: The answer.
        rule: The rule that decided; None where no rule accepts the request.
    """

    request: Request
    seen: Request
    answer: Resolution
    rule: Rule | None


@frozen(eq=False, slots=False)
class TableView:
    """A table of a mesh, to be asked about.

    Args:
        mesh: The mesh.
        table: The table.
        router: The mesh, compiled.
    """

    mesh: Mesh
    table: RouteTable
    router: Router

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules, in order."""
        return rules_of(self.table)

    @cached_property
    def ways(self) -> tuple[Way, ...]:
        """The listeners that lead to the table, those of entries that are meant without being named first."""
        return tuple(self._ways())

    def _ways(self) -> Iterator[Way]:
        for entry in sorted(self.mesh.entries, key=lambda one: one.is_secondary):
            ports = {listener.port for listener in entry.listeners if listener.port is not None}
            taken: set[int | None] = set()
            for listener in entry.listeners:
                if listener.port not in taken and listener.table == self.table.id:
                    yield Way(entry.id, listener.port, frozenset(ports))
                taken.add(listener.port)

    @cached_property
    def visible(self) -> Visible:
        """What the table can see."""
        ports: Language | None = None
        for way in self.ways:
            own = way.ports()
            if own is None:
                return Visible(self.table.normalization)
            ports = own if ports is None else ports | own
        return Visible(self.table.normalization, ports)

    def seen(self, boxes: Boxes) -> Boxes:
        """Return what of a set of requests the table can see.

        Args:
            boxes: The set.

        Returns:
            The boxes.

        Raises:
            LanguageTooLargeError: A text is.
        """
        found = (meet(box, {dimension: self.visible.get(dimension) for dimension in box}) for box in boxes)
        return tuple(box for box in found if box is not None)

    def ask(self, box: Box) -> Asked:
        """Build a request that lies in a box, and ask where it goes.

        Args:
            box: The box.

        Returns:
            What was said.

        Raises:
            UndecidedError: No such request can be built.
        """
        for way in self.ways:
            request = self._sent(box, way)
            if request is not None:
                asked = self.resolved(request)
                if asked is not None and is_in(box, asked.seen):
                    return asked
        reason = (
            f"no request could be built for it: {_opaque(box)}" if self.ways else "only other tables lead to its table"
        )
        raise UndecidedError(reason)

    def _sent(self, box: Box, way: Way) -> Request | None:
        ports = way.ports()
        is_stated = PORT in box or way.port is None  # where the way has one port, the request need not say it
        narrowed = meet(box, {PORT: ports & self.visible.get(PORT)}) if ports is not None and is_stated else box
        if narrowed is None:
            return None
        if self._names_hosts and HOST not in narrowed:
            narrowed = {**narrowed, HOST: self.visible.get(HOST)}
        if self._has_chance and CHANCE not in narrowed:
            narrowed = {**narrowed, CHANCE: self.visible.get(CHANCE)}
        request = request_in(narrowed)
        if way.port is not None and len(way.others) > 1:
            request = request.replace(port=way.port)
        return request.replace(entry=way.entry)

    @cached_property
    def _names_hosts(self) -> bool:
        return any(host.domains for host in self.table.virtual_hosts)

    @cached_property
    def _has_chance(self) -> bool:
        """Whether the router would draw a random value for a request that has none."""
        return any(needs_random_value(route.match) for table in self.mesh.tables for route in table.routes())

    def resolved(self, request: Request) -> Asked | None:
        """Ask where a request goes.

        Args:
            request: The request, as a client sends it, with its entry.

        Returns:
            What was said, or None where it does not get as far as the routes of this table.
        """
        answer = self.router.resolve(request)
        hop = answer.hops[0] if answer.hops else None
        if hop is None or hop.table != self.table.id or (answer.failure is not None and len(answer.hops) == 1):
            return None
        return Asked(request, hop.request, answer, self.rule_at(hop))

    def rule_at(self, hop: Hop) -> Rule | None:
        """Find the rule that decided about a request.

        Args:
            hop: What the table said.

        Returns:
            The rule, or None where no rule accepts the request.
        """
        rules = self._by_route.get(id(hop.route), self._guards)
        return next((rule for rule in rules if rule.accepts(self.table, hop.request)), None)

    @cached_property
    def _by_route(self) -> dict[int, list[Rule]]:
        found: dict[int, list[Rule]] = {}
        for rule in self.rules:
            if rule.route is not None:
                found.setdefault(id(rule.route), []).append(rule)
        return found

    def guard_of(self, rule: Rule) -> Rule | None:
        """Return the rule that ends the search among the routes of the same domains.

        Args:
            rule: A rule.

        Returns:
            The last rule of its group, which takes what all of them take and more; None where there are no groups.
        """
        return None if rule.group is None else self._ends[rule.group]

    @cached_property
    def _ends(self) -> dict[int, Rule]:
        return {rule.group: rule for rule in self.rules if rule.group is not None and rule.route is None}

    @cached_property
    def _guards(self) -> list[Rule]:
        return [rule for rule in self.rules if rule.route is None]

    def members_of(self, group: int) -> list[Rule]:
        """Return the rules of a group, its guard last.

        Args:
            group: The number.

        Returns:
            The rules.
        """
        return [rule for rule in self.rules if rule.group == group]

    def replayed(self, asked: Asked) -> bool:
        """Tell whether the definition says the same of a request as the index; nothing is shown that was not replayed.

        Args:
            asked: The request, and what the index said.

        Returns:
            Whether it does.
        """
        return scan(self.mesh, asked.request) == asked.answer


def _opaque(box: Box) -> str:
    """Say what of a box cannot be chosen."""
    odd = [dimension.name for dimension in box if dimension.kind == "whether"]
    return f"{odd[0]!r} cannot be chosen" if odd else "its parts do not go together"

"""A table as one list of rules, of which the first that accepts a request decides.

The best domain of a table that looks for it becomes an order: the domains of all virtual hosts, the best first, each
with the routes of its virtual host and then a rule that ends the search. What a table answers before it looks at any
route is a rule too.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Final

from attrs import field, frozen

from meshroute.analysis.boxes import Boxes, Words, meets, union
from meshroute.analysis.dimensions import METHOD, PATH, PROTOCOL, domain
from meshroute.analysis.regions import domain_region, region
from meshroute.matching.scan import domain_rank
from meshroute.model.hosts import HostAny, HostCriterion, HostExact
from meshroute.model.request import Request
from meshroute.model.route import Route
from meshroute.model.table import RouteTable, VirtualHost
from meshroute.patterns import Language

Domain = HostCriterion | HostAny

_HTTP: Final = Language.of("http|http2|grpc")
_TUNNEL: Final = Language.text("CONNECT")
_NO_PATH: Final = Language.of(r"\??")
_NO_TUNNELS: Final[Boxes] = ({METHOD: _TUNNEL},)


@frozen(eq=False, slots=False)
class Rule:
    """One line of the list.

    Args:
        place: Its place in the list.
        route: The route that decides; None where there is no route.
        host: The virtual host.
        domains: The domains of it that the rule is for; None where the host does not matter.
        before: What the table decides before it looks at its routes.
        host_header: The header whose first line stands for the host (`RouteTable.host_header`).
        group: The number of the best domain that it stands behind, in tables that look for one.
        status: What is sent where there is no route.
    """

    place: int
    route: Route | None
    host: VirtualHost | None = None
    domains: tuple[Domain, ...] | None = None
    before: Boxes | None = field(default=None, repr=False)
    host_header: str | None = None
    group: int | None = None
    status: int = 404

    @cached_property
    def boxes(self) -> Boxes:
        """The requests that it accepts.

        Raises:
            UndecidedError: They are made of too many boxes.
            LanguageTooLargeError: A text is too large.
        """
        if self.before is not None:
            return self.before
        found: Boxes = ({},) if self.route is None else region(self.route.match)
        if self.domains is None:
            return found
        return meets(union(domain_region(one, self.host_header) for one in self.domains), found)

    def accepts(self, table: RouteTable, request: Request) -> bool:
        """Tell whether it accepts a request.

        Args:
            table: Its table.
            request: The request, as the table sees it.

        Returns:
            Whether it does.
        """
        if self.before is not None:
            return any(map(Words(request).are_in, self.before))
        if self.route is not None and not self.route.match.accepts(request):
            return False
        view = table.host_view(request)
        return view is not None and (self.domains is None or any(one.accepts(view) for one in self.domains))


def rules_of(table: RouteTable) -> tuple[Rule, ...]:
    """Write a table as a list of rules.

    Args:
        table: The table.

    Returns:
        The rules.

    >>> from meshroute.model.python import python_table
    >>> [rule.route.name for rule in rules_of(python_table([Route("a", path="/a", to="x")]))]
    ['a']
    """
    lines = (*_before(table), *(_ordered(table) if table.host_selection == "ordered" else _best(table)))
    return tuple(
        Rule(place, route, host, domains, before, table.host_header, group, _status(before))
        for place, (route, host, domains, before, group) in enumerate(lines)
    )


def _status(before: Boxes | None) -> int:
    """Say what is sent where there is no route: tunnels that are not opened get 403."""
    return 403 if before == _NO_TUNNELS else 404


Line = tuple[Route | None, VirtualHost | None, tuple[Domain, ...] | None, Boxes | None, int | None]


def _before(table: RouteTable) -> Iterator[Line]:
    """What `meshroute.matching.walk` decides without the routes."""
    if not table.tunnels:
        yield None, None, None, _NO_TUNNELS, None
    if table.slash_required:
        elsewhere = domain(PATH) - Language.prefix("/")
        http = {PROTOCOL: _HTTP}
        boxes = (
            {PATH: elsewhere, METHOD: domain(METHOD) - _TUNNEL, **http},
            {PATH: elsewhere - _NO_PATH, **http},
        )
        yield None, None, None, boxes, None


def _ordered(table: RouteTable) -> Iterator[Line]:
    for host in table.virtual_hosts:
        domains = _asked(table, host.domains or (HostAny(),))
        for route in host.routes:
            yield route, host, domains, None, None


def _asked(table: RouteTable, domains: tuple[Domain, ...]) -> tuple[Domain, ...] | None:
    """Return the domains, or None where they take every request."""
    if table.host_header is None and any(isinstance(one, HostAny) for one in domains):
        return None
    return domains


def _best(table: RouteTable) -> Iterator[Line]:
    groups: list[tuple[tuple[int, int], int, tuple[Domain, ...]]] = []
    exact = [one for host in table.virtual_hosts for one in host.domains if isinstance(one, HostExact)]
    comparable = len({one.ignore_port for one in exact}) < 2  # then two exact domains have no request in common
    for place, host in enumerate(table.virtual_hosts):
        together = tuple(one for one in host.domains if isinstance(one, HostExact)) if comparable else ()
        if together:
            groups.append(((3, 0), place, together))
        groups.extend((domain_rank(one), place, (one,)) for one in host.domains if one not in together)
        if not host.domains:
            groups.append(((0, 0), place, (HostAny(),)))
    groups.sort(key=lambda group: (-group[0][0], -group[0][1], group[1]))
    for group, (_, place, domains) in enumerate(groups):
        host = table.virtual_hosts[place]
        asked = _asked(table, domains)
        for route in host.routes:
            yield route, host, asked, None, group
        yield None, host, asked, None, group

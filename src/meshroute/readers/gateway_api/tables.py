"""The routes at one listener, or of one Service, as a table (gateway-api.md §2.4, §2.7, §2.12)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import evolve, frozen

from meshroute.model.actions import Action
from meshroute.model.criteria import (
    HostAny,
    HostExact,
    HostSuffix,
    Method,
    RouteMatch,
    ServerNameChooses,
    ServerNames,
)
from meshroute.model.hosts import HostCriterion
from meshroute.model.notices import Source
from meshroute.model.precedence import Precedence
from meshroute.model.route import Route as TableRoute
from meshroute.model.table import RouteTable, VirtualHost
from meshroute.readers.gateway_api.answers import Answer, Setting, answers_of
from meshroute.readers.gateway_api.conditions import conditions_of, precedence_of
from meshroute.readers.gateway_api.hostnames import rank
from meshroute.readers.gateway_api.listening import in_order
from meshroute.readers.gateway_api.objects import GRPCMatch, HTTPMatch, Meta, Route, Rule

_BY_MATCH = frozenset({"HTTPRoute", "GRPCRoute"})


@frozen
class At:
    """A route at one place.

    Args:
        route: The route.
        hostnames: The hosts that it answers for there, None for any.
    """

    route: Route
    hostnames: tuple[str | None, ...] = (None,)


def http_table(table_id: str, routes: Iterable[At], setting: Setting) -> RouteTable:
    """Write HTTPRoutes and GRPCRoutes as a table: a virtual host for each hostname, the most specific first.

    Args:
        table_id: The id of the table.
        routes: The routes.
        setting: What their answers depend on.

    Returns:
        The table.
    """
    by_hostname: dict[str | None, list[TableRoute]] = {}
    for at in routes:
        for number, rule in enumerate(at.route.rules):
            setting.room.take(len(rule.matches) * len(at.hostnames))
            conditions = list(_conditions(rule, answers_of(rule, at.route.meta, setting), setting))
            for hostname in at.hostnames:
                found = by_hostname.setdefault(hostname, [])
                found += _routes_of(at.route.meta, (number, rule), hostname, conditions, setting)
    falls_through = setting.profile.hostname_fallthrough
    hosts = [
        VirtualHost(hostname, tuple(sorted(found, key=_key)), _domains(hostname, falls_through=falls_through))
        for hostname, found in sorted(by_hostname.items(), key=lambda item: rank(item[0]), reverse=True)
    ]
    return RouteTable(
        table_id,
        tuple(hosts),
        host_selection="ordered" if falls_through else "best_only",
        normalization=setting.profile.normalization,
        slash_required=True,
    )


def _key(route: TableRoute) -> tuple[object, ...]:
    return () if route.precedence is None else route.precedence.keys[0]


def _domains(hostname: str | None, *, falls_through: bool) -> tuple[HostCriterion | HostAny, ...]:
    if hostname is None:
        return () if falls_through else (HostAny(),)
    return (HostSuffix(hostname[1:]) if hostname.startswith("*.") else HostExact(hostname),)


_Condition = tuple[int, HTTPMatch | GRPCMatch, list[tuple[RouteMatch, Action]]]
"""The number of a match, the match, and what happens to which of the requests that it takes, in order."""


def _conditions(rule: Rule, answers: Iterable[Answer], setting: Setting) -> Iterator[_Condition]:
    """Write the matches of a rule as conditions, each with its actions; those for some requests only come first."""
    answers = tuple(answers)
    matches: tuple[HTTPMatch | GRPCMatch, ...] = rule.matches
    for index, match in enumerate(matches):
        criteria = conditions_of(match)
        any_method = tuple([one for one in criteria if not isinstance(one, Method)])
        # 2.15, 10: only preflights have criteria of their own
        of_some = any_method if setting.profile.preflight_ignores_method else criteria
        yield index, match, [(RouteMatch((*(of_some if own else criteria), *own)), action) for own, action in answers]


def _routes_of(
    meta: Meta, place: tuple[int, Rule], hostname: str | None, conditions: Iterable[_Condition], setting: Setting
) -> Iterator[TableRoute]:
    """Make the routes of a rule for one hostname."""
    number, rule = place
    for index, match, actions in conditions:
        precedence = precedence_of(hostname, match, (meta, number, index), setting.profile)
        for nth, (condition, action) in enumerate(actions):
            yield _route(meta, (number, rule), index, condition, action, match.source, _with_last(precedence, nth))


def _with_last(precedence: Precedence, number: int) -> Precedence:
    """Put the answers of one match in their order."""
    return evolve(precedence, parts=(*precedence.parts, ("answer", str(number))), keys=((*precedence.keys[0], number),))


def _route(  # noqa: PLR0913, PLR0917 - what a route is made of
    meta: Meta,
    place: tuple[int, Rule],
    match: int,
    condition: RouteMatch,
    action: Action,
    source: Source,
    precedence: Precedence | None,
) -> TableRoute:
    number, rule = place
    return TableRoute(
        meta.name,
        match=condition,
        action=action,
        id=f"{meta.id}/{number}/{match}",
        rule=rule.name or str(number),
        source=evolve(source, kind=meta.kind, namespace=meta.namespace, name=meta.name),
        precedence=precedence,
    )


def stream_table(table_id: str, routes: Iterable[At], setting: Setting) -> RouteTable:
    """Write TLSRoutes, TCPRoutes or UDPRoutes as a table: a TLSRoute by its server names, of others the oldest.

    Args:
        table_id: The id of the table.
        routes: The routes.
        setting: What their answers depend on.

    Returns:
        The table.
    """
    named = [
        (hostname, at.route)
        for at in sorted(routes, key=lambda one: in_order(one.route.meta))
        for hostname in at.hostnames
    ]
    found: list[TableRoute] = []
    for hostname, route in sorted(named, key=lambda one: rank(one[0]), reverse=True):
        or_host = setting.profile.server_name_from_host
        own = ServerNameChooses((hostname,), ServerNames((hostname,)), or_host=or_host)
        names = () if hostname is None else (own,)
        for number, rule in enumerate(route.rules):
            setting.room.take(1)
            for extra, action in answers_of(rule, route.meta, setting):
                condition = RouteMatch((*names, *extra))
                found.append(_route(route.meta, (number, rule), 0, condition, action, rule.source, None))
    return RouteTable(table_id, (VirtualHost(None, tuple(found)),))


def is_by_match(route: Route) -> bool:
    """Tell whether the rules of a route have matches.

    Args:
        route: The route.

    Returns:
        True for an HTTPRoute or a GRPCRoute.
    """
    return route.meta.kind in _BY_MATCH

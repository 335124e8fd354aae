"""What must hold of lint and diff: against all requests of a small alphabet, and against removal (law 4)."""

from __future__ import annotations

from collections import Counter
from random import Random

from attrs import evolve

from meshroute import Backend, Forward, Mesh, Outcome, Route, Router, RouteTable, VirtualHost, diff, lint, scan
from meshroute.analysis.findings import Finding
from meshroute.testing._aim import aimed_request, targets_of
from tests.property.small_tables import draw_small, edited, mesh_of, winners


def check_lint(seed: int, figures: Counter[str]) -> None:
    """Hold the findings about a small table against all requests."""
    rng = Random(seed)  # noqa: S311 - repeatable, not secret
    table = draw_small(rng)
    taken: set[str] = set()
    lost: set[str] = set()
    behind = {
        id(route): host.routes[place + 1 :] for host in table.virtual_hosts for place, route in enumerate(host.routes)
    }
    for request, winner in winners(table):
        if winner is not None:
            taken.add(winner.id)
            if len(request.headers) < 2:  # see `meshroute.analysis.overlaps`
                lost |= {route.id for route in behind[id(winner)] if route.match.accepts(request)}
    found = lint(mesh_of(table))
    _check_dead(found, table, taken, figures)
    shadowed = {one.routes[0] for one in found if one.code in {"MR101", "MR102"}}
    assert lost <= shadowed, (seed, lost - shadowed)
    figures["tables"] += 1


def _check_dead(found: tuple[Finding, ...], table: RouteTable, taken: set[str], figures: Counter[str]) -> None:
    said = {one.routes[0]: one for one in found if one.code == "MR101"}
    for route in table.routes():
        one = said.get(route.id)
        if one is None:
            figures["live"] += 1
        elif one.status == "unknown":
            figures["unknown"] += 1
        else:
            figures["dead"] += 1
            assert route.id not in taken, (route.id, one)
            _check_cover(table, route.id, one)


def _check_cover(table: RouteTable, dead: str, finding: Finding) -> None:
    """With only the routes of its cover, a route stays dead; with one of them left out it does not."""
    if not finding.covered_by:
        return
    assert _is_dead(_only(table, {dead, *finding.covered_by}), dead), finding
    if table.host_selection == "best_only" and len(table.virtual_hosts) > 1:
        return  # the domains of another virtual host may hide it as well, with any routes or none
    for one in finding.covered_by:
        assert not _is_dead(_only(table, {dead, *finding.covered_by} - {one}), dead), (one, finding)


def _only(table: RouteTable, ids: set[str]) -> RouteTable:
    hosts = (
        VirtualHost(host.name, tuple(route for route in host.routes if route.id in ids), host.domains)
        for host in table.virtual_hosts
    )
    return RouteTable("t", tuple(hosts), host_selection=table.host_selection)


def _is_dead(table: RouteTable, route_id: str) -> bool:
    return any(one.routes[0] == route_id for one in lint(mesh_of(table), select=["MR101"]))


def check_diff(seed: int, figures: Counter[str]) -> None:
    """Hold the verdict about two small tables against all requests."""
    rng = Random(seed)  # noqa: S311 - repeatable, not secret
    table = draw_small(rng)
    other = edited(rng, table)
    found = diff(mesh_of(table), mesh_of(other))
    figures[found.verdict] += 1
    differing = 0
    for (request, mine), (_, its) in zip(winners(table), winners(other), strict=True):
        seen = _backends(mine), _backends(its)
        if seen[0] != seen[1]:
            differing += 1
            assert found.verdict != "equivalent", (seed, request, seen)
    assert found.verdict != "different" or found.differences
    for one in found.differences:
        old, new = scan(mesh_of(table), one.witness), scan(mesh_of(other), one.witness)
        assert old.outcome != new.outcome or _names(old.backends) != _names(new.backends), (seed, one)
    figures["differing" if differing else "alike"] += 1


def _backends(route: Route | None) -> object:
    action = None if route is None else route.action
    return _names(action.backends) if isinstance(action, Forward) else None


def _names(backends: tuple[Backend, ...]) -> list[str]:
    return [one.name for one in backends]


def check_removal(table: RouteTable, mesh: Mesh, rng: Random, count: int, figures: Counter[str]) -> None:
    """Law 4: a dead route removed changes no answer; removing a live one changes the route of its witness."""
    findings = lint(mesh, select=["MR101", "MR102"])
    ids = [route.id for route in table.routes()]
    dead = [one.routes[0] for one in findings if one.code == "MR101" and one.status == "proved"]
    router = Router(mesh)
    targets = targets_of(mesh)
    requests = [aimed_request(rng, targets) for _ in range(count)]
    requests += [one.witnesses[0] for one in findings if one.witnesses]
    for route_id in dead:
        if ids.count(route_id) != 1:
            continue
        less = Router(mesh_of(_without(table, route_id)))
        for request in requests:
            drawn = request.replace(entry=None, random_value=rng.getrandbits(64))
            one, other = router.resolve(drawn), less.resolve(drawn)
            if one.outcome is Outcome.METHOD_NOT_ALLOWED:
                continue  # a 405 names the methods of routes that are never chosen, too
            assert (one.outcome, one.status, one.route, one.backends) == (
                other.outcome,
                other.status,
                other.route,
                other.backends,
            ), (route_id, drawn)
            figures["answers without a dead route"] += 1
    for found in findings:
        if found.code == "MR102" and found.status == "proved" and ids.count(found.routes[0]) == 1:
            witness = found.witnesses[0].replace(entry=None)
            changed = Router(mesh_of(_without(table, found.routes[0]))).resolve(witness).route
            assert changed is None or changed.id != found.routes[0]
            figures["answers without a live route"] += 1


def _without(table: RouteTable, route_id: str) -> RouteTable:
    hosts = tuple(
        VirtualHost(host.name, tuple(route for route in host.routes if route.id != route_id), host.domains)
        for host in table.virtual_hosts
    )
    return evolve(table, virtual_hosts=hosts)

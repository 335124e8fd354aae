"""Running cases: each request is put to the router, and each check to the answer."""

from __future__ import annotations

from attrs import evolve

from meshroute.errors import TableError
from meshroute.expectations.cases import Case, Failed, Result, Seen
from meshroute.matching.router import Router
from meshroute.model.chance import RandomFraction
from meshroute.model.criteria import AnyOf, Criterion, RouteMatch
from meshroute.model.mesh import Mesh
from meshroute.model.route import Route
from meshroute.model.table import RouteTable


class Runner:
    """Runs cases against a mesh.

    Args:
        mesh: The mesh.
        as_router_check_tool: Judge as Envoy's tool does, where it differs from Envoy (envoy-router-check.md).
    """

    def __init__(self, mesh: Mesh, *, as_router_check_tool: bool = False) -> None:
        self._mesh = mesh
        self._as_tool = as_router_check_tool
        self._routers: dict[str, Router] = {}

    def run(self, case: Case) -> Result:
        """Run one case.

        Args:
            case: The case.

        Returns:
            What came of it.

        Raises:
            TableError: It is not clear at which entry the request arrives.
        """
        router = self._router(case.runtime)
        router.mesh.entry(case.request.entry)
        answer = router.resolve(case.request)
        request = answer.request or (answer.hops[-1].request if answer.hops else case.request)
        seen = Seen(answer, request, answer.response(case.response), self._as_tool)
        failed = tuple(
            Failed(check.field, check.expected, check.actual(seen)) for check in case.checks if not check.passes(seen)
        )
        return Result(case, answer, failed, str(router.explain(case.request)) if failed else "")

    def _router(self, runtime: str) -> Router:
        key = runtime if self._as_tool else ""
        if key not in self._routers:
            mesh = tool_mesh(self._mesh, key) if self._as_tool else self._mesh
            self._routers[key] = Router(mesh, entry=_only_entry(mesh))
        return self._routers[key]


def _only_entry(mesh: Mesh) -> str | None:
    try:
        return mesh.entry(None).id
    except TableError:
        return None


def tool_mesh(mesh: Mesh, runtime: str) -> Mesh:
    """Return a mesh as Envoy's tool evaluates it: nothing is normalised, and one runtime key is on.

    Args:
        mesh: The mesh.
        runtime: The key; empty for none.

    Returns:
        The mesh.
    """
    return evolve(mesh, tables=tuple(_tool_table(table, runtime) for table in mesh.tables))


def _tool_table(table: RouteTable, runtime: str) -> RouteTable:
    hosts = tuple(
        evolve(host, routes=tuple(_tool_route(route, runtime) for route in host.routes)) for host in table.virtual_hosts
    )
    return evolve(table, virtual_hosts=hosts, normalization=None, slash_required=False, tunnels=True)


def _tool_route(route: Route, runtime: str) -> Route:
    if not any(isinstance(criterion, RandomFraction) for criterion in route.match.criteria):
        return route
    criteria = tuple(_tool_criterion(criterion, runtime) for criterion in route.match.criteria)
    return route.replace(match=RouteMatch(criteria))


def _tool_criterion(criterion: Criterion, runtime: str) -> Criterion:
    """A fraction holds only where its key is on, and a numerator of 0 is taken for 1."""
    if not isinstance(criterion, RandomFraction):
        return criterion
    if not runtime or criterion.key != runtime:
        return AnyOf(())
    return evolve(criterion, numerator=max(criterion.numerator, 1))

"""Reading App Mesh objects from texts, for the tests of every form."""

from __future__ import annotations

import io
from collections.abc import Mapping

from meshroute.readers._document import Problems, Variables, read_sources
from meshroute.readers.app_mesh.collect import read_app_mesh
from meshroute.readers.app_mesh.objects import AppMesh, Meta

Texts = Mapping[str, str]


class _Named(io.StringIO):
    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.name = name


def read(
    texts: str | Texts,
    *,
    settings: Mapping[str, Mapping[str, str]] | None = None,
    override: bool = False,
    variables: Variables | None = None,
) -> tuple[AppMesh, list[str], list[str]]:
    """Read texts: the objects, the problems (as ``file:line: message…``) and the codes of all notices."""
    problems = Problems()
    files = {"a.yaml": texts} if isinstance(texts, str) else texts
    documents = read_sources([_Named(name, text) for name, text in files.items()], variables, problems)
    mesh = read_app_mesh(documents, problems, settings=settings or {}, override=override, variables=variables)
    codes = [notice.code for notice in mesh.notices]
    codes += [notice.code for route in mesh.gateway_routes for notice in route.notices]
    codes += [notice.code for router in mesh.routers for route in router.routes for notice in route.notices]
    codes += [notice.code for notice in problems.notices]
    return mesh, [str(error) for error in problems.errors], codes


def good(
    texts: str | Texts,
    *,
    settings: Mapping[str, Mapping[str, str]] | None = None,
    override: bool = False,
    variables: Variables | None = None,
) -> AppMesh:
    """Read texts that have neither problems nor notices."""
    mesh, problems, notices = read(texts, settings=settings, override=override, variables=variables)
    assert (problems, notices) == ([], [])
    return mesh


def v1beta2(kind: str, spec: str, name: str = "x", namespace: str | None = "ns") -> str:
    """A v1beta2 object with a spec in flow style."""
    where = f", namespace: {namespace}" if namespace else ""
    return f"---\napiVersion: appmesh.k8s.aws/v1beta2\nkind: {kind}\nmetadata: {{name: {name}{where}}}\nspec: {spec}\n"


def gateway_route(route: str, name: str = "x") -> str:
    """A gateway route with a spec in flow style (``TARGET`` stands for the service ``s``)."""
    return v1beta2(
        "GatewayRoute", route.replace("TARGET", "target: {virtualService: {virtualServiceRef: {name: s}}}"), name
    )


def http_gateway(match: str, rewrite: str = "") -> str:
    """A gateway route with an http match."""
    more = f", rewrite: {rewrite}" if rewrite else ""
    return gateway_route(f"{{httpRoute: {{match: {match}, action: {{TARGET{more}}}}}}}")


def router(*routes: str, listeners: str = "[{portMapping: {port: 80, protocol: http}}]") -> str:
    """A router with routes in flow style (``TARGETS`` stands for one weighted target)."""
    items = ", ".join(routes).replace("TARGETS", "weightedTargets: [{virtualNodeRef: {name: n}, weight: 1}]")
    return v1beta2("VirtualRouter", f"{{listeners: {listeners}, routes: [{items}]}}")


def http_route(match: str, name: str = "r", more: str = "") -> str:
    """A route of a router with an http match."""
    return f"{{name: {name}, httpRoute: {{match: {match}, action: {{TARGETS}}{more}}}}}"


def metas(mesh: AppMesh) -> list[Meta]:
    """The identities of all objects, but for Namespaces and routes of routers."""
    found = [item.meta for item in mesh.meshes]
    found += [item.meta for item in mesh.gateways]
    found += [item.meta for item in mesh.gateway_routes]
    found += [item.meta for item in mesh.routers]
    found += [item.meta for item in mesh.services]
    found += [item.meta for item in mesh.nodes]
    found += [item.meta for item in mesh.backend_groups]
    return found

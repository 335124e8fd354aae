"""App Mesh objects to a mesh of tables.

Each virtual gateway, node, service and router is an entry with a table of its own. A request passes two of them: the
gateway's, whose routes rewrite it and send it to a virtual service, or the node's, which knows its backends by host;
then the router's, which weighs virtual nodes (app-mesh.md §2.1).
"""

from __future__ import annotations

from meshroute.model.mesh import Entry, Mesh
from meshroute.model.notices import Notice
from meshroute.model.table import RouteTable
from meshroute.readers._document import Problems
from meshroute.readers.app_mesh.clashes import refuse_clashes
from meshroute.readers.app_mesh.gateway import gateway_tables
from meshroute.readers.app_mesh.landscape import Landscape
from meshroute.readers.app_mesh.node import Egress
from meshroute.readers.app_mesh.objects import AppMesh
from meshroute.readers.app_mesh.router import router_table
from meshroute.readers.app_mesh.service import service_table


def lower(objects: AppMesh, problems: Problems) -> Mesh:
    """Lower App Mesh objects.

    Args:
        objects: The objects.
        problems: Where contradictions between them go.

    Returns:
        The mesh; meaningless where there are problems.

    >>> lower(AppMesh(), Problems()) == Mesh((), ())
    True
    """
    land = Landscape(objects, problems)
    _name_tables(land)
    refuse_clashes(land)
    notices: list[Notice] = [*objects.notices]
    found: list[tuple[Entry, RouteTable]] = []
    for gateway, table, remarks in gateway_tables(land):
        found.append((gateway, table))
        notices += remarks
    egress = Egress(land)
    found += [egress.table(node) for node in objects.nodes]
    found += [service_table(land, service) for service in objects.services]
    found += [router_table(land, router) for router in objects.routers]
    tables = (*(table for _, table in found), *egress.other_tables)
    return Mesh(tuple(entry for entry, _ in found), tables, tuple(dict.fromkeys(notices)))


def _name_tables(land: Landscape) -> None:
    """Give every object its id before any stand-in for what is not there can take it."""
    objects = land.objects
    for group in (objects.gateways, objects.nodes, objects.services, objects.routers):
        for each in group:
            land.ids.table(each.meta)

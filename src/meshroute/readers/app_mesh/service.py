"""Virtual services: a name, and the router or node that stands behind it (app-mesh.md §1.3)."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from meshroute.model.actions import Action, Delegate, Forward, NoRoute
from meshroute.model.criteria import Port, RouteMatch
from meshroute.model.mesh import Entry
from meshroute.model.notices import Notice
from meshroute.model.rewrites import Rewrite
from meshroute.model.route import Route
from meshroute.model.table import RouteTable, VirtualHost
from meshroute.readers.app_mesh.directory import aws_name_of
from meshroute.readers.app_mesh.landscape import (
    Landscape,
    absent_backend,
    entry,
    node_backend,
    only_port,
    router_port,
    speaks_http,
    table,
    unheard,
)
from meshroute.readers.app_mesh.objects import Meta, PortMapping, Ref, VirtualService
from meshroute.readers.app_mesh.router import longest_timeouts


def service_table(land: Landscape, service: VirtualService) -> tuple[Entry, RouteTable]:
    """Lower a virtual service: one route, without a name, that leads to its provider.

    Args:
        land: All objects.
        service: The service.

    Returns:
        Its entry and its table.
    """
    table_id = land.ids.table(service.meta)
    listeners = provider_listeners(land, service)
    routes = (*_by_port(land, service, table_id, listeners), _route(land, service, table_id))
    return entry(service.meta, table_id, listeners), table(
        table_id,
        (VirtualHost(None, routes),),
        http=speaks_http(listeners),
        service=service.meta.aws_name,
        notices=land.meshes.unknown(service.meta),
    )


def _by_port(
    land: Landscape, service: VirtualService, table_id: str, listeners: tuple[PortMapping, ...]
) -> Iterator[Route]:
    """§2.10: the port at which a request arrives picks the listener of a node that has several."""
    if len(listeners) > 1 and service.provider is not None and service.provider.kind == "VirtualNode":
        for port in dict.fromkeys(each.port for each in listeners):
            yield _route(land, service, table_id, port)


def _route(land: Landscape, service: VirtualService, table_id: str, port: int | None = None) -> Route:
    action, notices = _provided(land, service, port)
    match = RouteMatch() if port is None else RouteMatch((Port(port),))
    route_id = table_id if port is None else f"{table_id}/{port}"
    return Route(None, match=match, action=action, id=route_id, source=service.meta.source, notices=notices)


def _provided(land: Landscape, service: VirtualService, port: int | None) -> tuple[Action, tuple[Notice, ...]]:
    provider, name = service.provider, service.meta.aws_name
    if provider is None:
        return NoRoute(f"virtual service {name} has no provider", service=name), ()
    if provider.kind == "VirtualNode":
        backend, notices = node_backend(land, provider, service.meta, port=port)
        return Forward((backend,), service=name), notices
    router = land.routers.find(provider, service.meta)
    if router is None:
        backend, notices = absent_backend(provider, service.meta)
        return Forward((backend,), service=name), notices
    return Delegate(land.ids.table(router.meta), service=name, timeouts=longest_timeouts(land, router)), ()


def provider_listeners(land: Landscape, service: VirtualService) -> tuple[PortMapping, ...]:
    """Return the listeners of what stands behind a service.

    Args:
        land: All objects.
        service: The service.

    Returns:
        The listeners of its router or node; none where that is not among the documents.
    """
    if service.provider is None:
        return ()
    finder = land.nodes if service.provider.kind == "VirtualNode" else land.routers
    found = finder.find(service.provider, service.meta)
    return () if found is None else found.listeners


@frozen
class Way:
    """How a request gets to a virtual service.

    Args:
        name: The service's name in App Mesh, which the request's host becomes.
        action: The way.
        listeners: What is listened to at its end.
        notices: What answers should say.
        port_notices: What they should say where the holder is one that should have named the port.
    """

    name: str
    action: Action
    listeners: tuple[PortMapping, ...]
    notices: tuple[Notice, ...] = ()
    port_notices: tuple[Notice, ...] = ()


def way_to(
    land: Landscape, ref: Ref, holder: Meta, *, port: int | None = None, rewrites: tuple[Rewrite, ...] = ()
) -> Way:
    """Work out how a request gets to a virtual service: straight to its router, else to the table of the service.

    Args:
        land: All objects.
        ref: The reference to the service.
        holder: The object that holds it.
        port: The port that the holder wants.
        rewrites: What happens to the request on the way.

    Returns:
        The way; where the service is not among the documents it ends there.
    """
    service = land.services.find(ref, holder)
    if service is None:
        name = aws_name_of(ref, holder)
        backend, notices = absent_backend(ref, holder, port=port)
        return Way(name, Forward((backend,), rewrites=rewrites, service=name), (), notices)
    name = service.meta.aws_name
    listeners = provider_listeners(land, service)
    provider = service.provider
    remarks = unheard(f"virtual service {name}", listeners, port, ref)
    router = None
    if provider is not None and provider.kind == "VirtualRouter":
        router = land.routers.find(provider, service.meta)
    if router is None:
        arrives = only_port(listeners) if port is None else port
        action = Delegate(land.ids.table(service.meta), rewrites=rewrites, port=arrives, service=name)
        return Way(name, action, listeners, remarks)
    arrives, notices = router_port(router, port, ref)
    timeouts = longest_timeouts(land, router)
    action = Delegate(land.ids.table(router.meta), rewrites=rewrites, port=arrives, service=name, timeouts=timeouts)
    return Way(name, action, listeners, remarks, port_notices=notices)


def service_name(land: Landscape, ref: Ref, holder: Meta) -> str:
    """Return the name in App Mesh of a virtual service, which a gateway makes the request's host.

    Args:
        land: All objects.
        ref: The reference to the service.
        holder: The object that holds it.

    Returns:
        Its name, or as far as the reference says it where the service is not among the documents.
    """
    service = land.services.find(ref, holder)
    return aws_name_of(ref, holder) if service is None else service.meta.aws_name

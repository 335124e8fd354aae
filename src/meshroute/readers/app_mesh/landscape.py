"""What every part of the lowering looks things up in, and what their tables share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from meshroute.model.actions import Backend, Timeouts
from meshroute.model.mesh import Entry, Listener
from meshroute.model.normalization import Normalization
from meshroute.model.notices import Notice
from meshroute.model.route import Route
from meshroute.model.table import RouteTable, VirtualHost
from meshroute.readers._document import Problems
from meshroute.readers.app_mesh.directory import Finder, Ids, missing, name_of, namespace_of
from meshroute.readers.app_mesh.membership import Meshes, Namespaces
from meshroute.readers.app_mesh.objects import AppMesh, Meta, PortMapping, Ref, VirtualRouter

FORMAT: Final = "appmesh"
_NORMALIZATION: Final = Normalization(path=True, slashes=True, strict=True)
"""§2.5: ``normalize_path`` and ``merge_slashes`` at both stages, escaped slashes stay."""


class Landscape:
    """All App Mesh objects, and what is worked out about them once.

    Args:
        objects: The objects.
        problems: Where problems go.
    """

    def __init__(self, objects: AppMesh, problems: Problems) -> None:
        self.objects = objects
        self.problems = problems
        self.ids = Ids()
        self.namespaces = Namespaces(objects, problems)
        self.meshes = Meshes(objects, self.namespaces, problems)
        self.services = Finder(objects.services)
        self.routers = Finder(objects.routers)
        self.nodes = Finder(objects.nodes)
        self.groups = Finder(objects.backend_groups)
        self.longest: dict[str, Timeouts] = {}
        self.stand_ins = {notice.source: notice for notice in objects.notices if notice.code == "missing-router"}
        """What the assembling of routes from the AWS API says of routers without a document, by a route's place."""


def table(  # noqa: PLR0913 - what tables have; all but two are keywords
    table_id: str,
    hosts: Iterable[VirtualHost],
    *,
    http: bool = True,
    best_host: bool = False,
    service: str | None = None,
    notices: Iterable[Notice] = (),
) -> RouteTable:
    """Make a table with what all tables of App Mesh share.

    Args:
        table_id: Its id.
        hosts: Its virtual hosts.
        http: Whether it takes HTTP requests; otherwise there is nothing to normalise.
        best_host: Whether only the virtual host with the best domain counts.
        service: The virtual service that it answers for.
        notices: What every answer from it should say.

    Returns:
        The table.
    """
    return RouteTable(
        table_id,
        tuple(hosts),
        host_selection="best_only" if best_host else "ordered",
        normalization=_NORMALIZATION if http else None,
        slash_required=http,
        service=service,
        notices=tuple(dict.fromkeys(notices)),
    )


def sorted_host(routes: Iterable[Route]) -> VirtualHost:
    """Put routes in the order of their precedence.

    Args:
        routes: The routes; each has a precedence.

    Returns:
        One virtual host for all hosts.
    """
    placed = [(route.precedence.keys[0], route) for route in routes if route.precedence is not None]
    return VirtualHost(None, tuple(route for _, route in sorted(placed, key=lambda pair: pair[0])))


def entry(meta: Meta, table_id: str, listeners: tuple[PortMapping, ...]) -> Entry:
    """Make the entry of an object.

    Args:
        meta: The object.
        table_id: The table that answers there.
        listeners: Its listeners; without any, every port is taken.

    Returns:
        The entry.
    """
    # Two objects of different meshes may share a name; then the table's id has the mesh in the namespace's place.
    middle = table_id.split("/")[1:-1]
    namespace = middle[0] if meta.namespace is None and middle and middle[0] == meta.mesh else meta.namespace
    ports = tuple(Listener(table_id, port=each.port, protocol=each.protocol) for each in listeners)
    aliases = () if meta.aws_name == meta.name else (meta.aws_name,)
    return Entry(
        meta.kind.lower(),
        meta.name,
        ports or (Listener(table_id),),
        namespace=namespace,
        format=FORMAT,
        aliases=aliases,
        source=meta.source,
    )


def only_port(listeners: tuple[PortMapping, ...]) -> int | None:
    """Return the port of the only listener.

    Args:
        listeners: The listeners.

    Returns:
        The port; None where there is none, or several.

    >>> only_port((PortMapping(8080, "http"),))
    8080
    """
    return listeners[0].port if len(listeners) == 1 else None


def speaks_http(listeners: tuple[PortMapping, ...]) -> bool:
    """Tell whether anything but tcp is spoken.

    Args:
        listeners: The listeners.

    Returns:
        False if all of them speak tcp, and there are any.

    >>> speaks_http((PortMapping(3306, "tcp"),)), speaks_http(())
    (False, True)
    """
    return not listeners or any(each.protocol != "tcp" for each in listeners)


def node_backend(
    land: Landscape, ref: Ref, holder: Meta, *, weight: int = 1, port: int | None = None
) -> tuple[Backend, tuple[Notice, ...]]:
    """Make the backend of a virtual node.

    Args:
        land: Where to look it up.
        ref: The reference to the node.
        holder: The object that holds it.
        weight: Its weight.
        port: Its port, where that is written.

    Returns:
        The backend, by the name that the node's author wrote, and what answers should say.
    """
    node = land.nodes.find(ref, holder)
    if node is None:
        return absent_backend(ref, holder, weight=weight, port=port)
    chosen = only_port(node.listeners) if port is None else port
    notices = unheard(f"virtual node {node.meta.name}", node.listeners, port, ref)
    if chosen is None and node.listeners:
        message = (
            f"virtual node {node.meta.name} has several listeners: App Mesh wants the port of the one that is meant"
        )
        notices = (Notice("port-required", message, ref.source),)
    backend = Backend(node.meta.name, namespace=node.meta.namespace, kind="VirtualNode", port=chosen, weight=weight)
    return backend, notices


def unheard(what: str, listeners: tuple[PortMapping, ...], port: int | None, ref: Ref) -> tuple[Notice, ...]:
    """Say that nothing listens at the port that a target names.

    Args:
        what: What is to listen there.
        listeners: Its listeners; nothing is said where none is known.
        port: The port, where one is named.
        ref: The reference in the target.

    Returns:
        The notice, or none.
    """
    ports = [each.port for each in listeners]
    if port is None or not ports or port in ports:
        return ()
    message = f"the target names port {port}, at which {what} has no listener (its ports: {', '.join(map(str, ports))})"
    return (Notice("unknown-port", message, ref.source),)


def absent_backend(
    ref: Ref, holder: Meta, *, weight: int = 1, port: int | None = None
) -> tuple[Backend, tuple[Notice, ...]]:
    """Make the backend that stands for an object that is not among the documents.

    Args:
        ref: The reference to it.
        holder: The object that holds it.
        weight: Its weight.
        port: Its port, where that is written.

    Returns:
        The backend, by the name that is referred to, and the notice that says so.
    """
    namespace = namespace_of(ref, holder)
    backend = Backend(name_of(ref), namespace=namespace, kind=ref.kind, port=port, weight=weight)
    return backend, (missing(ref, holder),)


def router_port(router: VirtualRouter, wanted: int | None, source_of: Ref) -> tuple[int | None, tuple[Notice, ...]]:
    """Choose the listener of a router at which a request arrives (§2.10).

    Args:
        router: The router.
        wanted: The ``target.port`` of the gateway route.
        source_of: The reference that led here.

    Returns:
        The port; the only one where none is wanted; None, with a notice, where there are several.
    """
    port = only_port(router.listeners) if wanted is None else wanted
    if port is not None or len(router.listeners) < 2:
        return port, ()
    message = (
        f"virtual router {router.meta.name} has several listeners and the target names no port, which App Mesh "
        "refuses: the request keeps the port that it arrived at"
    )
    return None, (Notice("port-required", message, source_of.source),)

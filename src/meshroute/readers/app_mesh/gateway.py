"""Virtual gateways: the first stage (app-mesh.md §1.1, §2.1 to §2.4, §2.9)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import Factory, define, frozen

from meshroute.errors import RouteError
from meshroute.model.criteria import PathCriterion, PathStringPrefix, RouteMatch
from meshroute.model.mesh import Entry, Listener
from meshroute.model.notices import Notice
from meshroute.model.rewrites import HostRewrite, PathReplace, PrefixReplace, Rewrite
from meshroute.model.route import Route
from meshroute.model.table import RouteTable
from meshroute.readers.app_mesh.clashes import refuse_clashing_routes
from meshroute.readers.app_mesh.directory import called, missing, name_of, namespace_of, refuse
from meshroute.readers.app_mesh.landscape import FORMAT, Landscape, entry, sorted_host, table
from meshroute.readers.app_mesh.match import other_criteria, path_criterion
from meshroute.readers.app_mesh.membership import Gateways, Membership
from meshroute.readers.app_mesh.objects import GatewayRoute, VirtualGateway
from meshroute.readers.app_mesh.order import GATEWAY_DEFAULTS, precedence
from meshroute.readers.app_mesh.service import service_name, way_to
from meshroute.text import wire

ANY: Final = "any"
"""The name of the entry that stands for a gateway of which nothing is known, not even the name."""


@frozen
class Gateway:
    """A virtual gateway, with or without a document.

    Args:
        name: Its name.
        namespace: Its namespace.
        document: The document, or None.
        notices: What every answer at it should say.
    """

    name: str
    namespace: str | None
    document: VirtualGateway | None
    notices: tuple[Notice, ...] = ()


@define
class _Group:
    """The routes of one gateway, each with what answers that take it should say."""

    gateway: Gateway
    routes: list[tuple[GatewayRoute, tuple[Notice, ...]]] = Factory(list[tuple[GatewayRoute, tuple[Notice, ...]]])


def gateway_tables(land: Landscape) -> Iterator[tuple[Entry, RouteTable, tuple[Notice, ...]]]:
    """Lower all virtual gateways, also those that are only referred to.

    Args:
        land: All objects.

    Yields:
        Entry and table of each, and what the user should know of it as a whole.
    """
    groups: dict[object, _Group] = {
        id(document): _Group(_documented(land, document)) for document in land.objects.gateways
    }
    gateways = Gateways(land.objects, land.namespaces, land.problems)
    for route in land.objects.gateway_routes:
        member = gateways.of(route)
        if member is None:
            continue
        if member.gateway is None:
            stand_in = _undocumented(route)
            group = groups.setdefault((stand_in.namespace, stand_in.name), _Group(stand_in))
        else:
            group = groups[id(member.gateway)]
            _check_mesh(land, route, member)
        group.routes.append((route, member.notices))
    for group in groups.values():
        refuse_clashing_routes(land, (route.meta for route, _ in group.routes if route.meta.form == "kubernetes"))
        yield _lowered(land, group)


def _documented(land: Landscape, document: VirtualGateway) -> Gateway:
    meta = document.meta
    return Gateway(meta.name, meta.namespace, document, land.meshes.unknown(meta))


def _undocumented(route: GatewayRoute) -> Gateway:
    """Stand in for a gateway without a document: the one that the route names, or any."""
    if route.gateway is not None:
        notice = missing(route.gateway, route.meta)
        return Gateway(name_of(route.gateway), namespace_of(route.gateway, route.meta), None, (notice,))
    namespace = route.meta.namespace
    whose = "all gateway routes" if namespace is None else f"all gateway routes of namespace {namespace}"
    message = f"no virtual gateway is among the documents: {whose} are taken to be at one, which is called {ANY!r} here"
    return Gateway(ANY, namespace, None, (Notice("missing-gateway", message, route.meta.source),))


def _check_mesh(land: Landscape, route: GatewayRoute, member: Membership) -> None:
    """§1.6: a gateway and its routes share a mesh. Only what both documents say for certain counts."""
    if member.gateway is None or member.notices:
        return
    mine, mine_open = land.meshes.of(route.meta)
    other, other_open = land.meshes.of(member.gateway.meta)
    if mine is None or other is None or mine_open or other_open or mine is other:
        return
    message = (
        f"gateway route {called(route.meta.name, route.meta.namespace)} is in mesh {mine.meta.name}, and its virtual "
        f"gateway {called(member.gateway.meta.name, member.gateway.meta.namespace)} in mesh {other.meta.name}: "
        "both must be in one mesh"
    )
    refuse(land.problems, route.meta.source, message)


def _lowered(land: Landscape, group: _Group) -> tuple[Entry, RouteTable, tuple[Notice, ...]]:
    gateway = group.gateway
    if gateway.document is None:
        table_id = land.ids.unique(f"virtualgateway/{called(gateway.name, gateway.namespace)}")
        found = Entry("virtualgateway", gateway.name, (Listener(table_id),), namespace=gateway.namespace, format=FORMAT)
    else:
        table_id = land.ids.table(gateway.document.meta)
        found = entry(gateway.document.meta, table_id, gateway.document.listeners)
    routes = [made for route, notices in group.routes for made in _routes(land, gateway, route, notices)]
    return found, table(table_id, (sorted_host(routes),), notices=gateway.notices), _overlap(gateway, group, routes)


def _overlap(gateway: Gateway, group: _Group, routes: list[Route]) -> tuple[Notice, ...]:
    """Say that AWS does not document how routes with and without a hostname go together (§2.9)."""
    hosted = {
        route.meta.source: bool(route.match.hostname_exact or route.match.hostname_suffix) for route, _ in group.routes
    }
    if len(set(hosted.values())) < 2:
        return ()
    message = (
        f"virtual gateway {called(gateway.name, gateway.namespace)} has routes with a hostname and routes without: AWS "
        "does not say whether a request whose host is named by one may take another that names none; here it may"
    )
    source = next(source for source, named in hosted.items() if named)
    ids = tuple(route.id for route in routes if route.source is not None and hosted[route.source])
    return (Notice("host-and-hostless", message, source, ids),)


def _routes(land: Landscape, gateway: Gateway, spec: GatewayRoute, notices: tuple[Notice, ...]) -> Iterator[Route]:
    """Make the one or two routes of a gateway route."""
    try:
        path = path_criterion(spec.match, spec.protocol)
    except RouteError as error:
        if not land.problems:  # else the reader of the form has said so, at the very place
            refuse(land.problems, spec.meta.source, str(error))
        return
    common = (*spec.notices, *notices, *_unported(gateway, spec), *land.meshes.unknown(spec.meta))
    plain = called(spec.meta.name, spec.meta.namespace)
    route_id = land.ids.unique(f"gatewayroute/{plain}", f"gatewayroute/{gateway.name}/{spec.meta.name}")
    host = service_name(land, spec.target, spec.meta)
    hosts = (HostRewrite(wire(host)),) if spec.rewrite.default_hostname else ()
    variants = list(_variants(spec, path))
    for number, (variant, rewrites, remarks) in enumerate(variants):
        way = way_to(land, spec.target, spec.meta, port=spec.target_port, rewrites=(*hosts, *rewrites))
        own_id = route_id if len(variants) == 1 else f"{route_id}/{number}"
        yield Route(
            spec.meta.name,
            match=RouteMatch((*(() if variant is None else (variant,)), *other_criteria(spec.match, spec.protocol))),
            action=way.action,
            id=own_id,
            priority=spec.priority,
            source=spec.meta.source,
            precedence=precedence(
                spec.priority,
                variant,
                len(spec.match.path_exact or spec.match.prefix or "/"),
                own_id,
                GATEWAY_DEFAULTS,
            ),
            notices=dict.fromkeys((*common, *remarks, *way.notices, *way.port_notices)),
        )


_Variant = tuple[PathCriterion | None, tuple[Rewrite, ...], tuple[Notice, ...]]


def _variants(spec: GatewayRoute, path: PathCriterion | None) -> Iterator[_Variant]:
    """Go through the ways to match and rewrite the path: one, or two for a prefix without a final slash (§2.4).

    A prefix `/foo` is two Envoy routes, `/foo/` and `/foo`, with one replacement, so that `/foo/x` arrives as `/x`.
    """
    rewrite = spec.rewrite
    if spec.protocol == "grpc":  # "gRPC: path never rewritten"
        yield path, (), ()
    elif rewrite.path_exact is not None:
        yield path, (PathReplace(wire(rewrite.path_exact)),), ()
    elif not isinstance(path, PathStringPrefix) or (  # "path match: path is kept"
        rewrite.prefix_value is None and (not rewrite.default_prefix or path.value == "/")
    ):
        yield path, (), ()
    else:
        yield from _prefix_variants(spec, path, "/" if rewrite.prefix_value is None else wire(rewrite.prefix_value))


def _prefix_variants(spec: GatewayRoute, path: PathStringPrefix, value: str) -> Iterator[_Variant]:
    replace = (PrefixReplace(value),)
    if path.value.endswith("/") or not value.endswith("/"):
        yield path, replace, ()
        return
    longer = PathStringPrefix(f"{path.value}/")
    remarks: tuple[Notice, ...] = ()
    if spec.rewrite.prefix_value is not None:  # §2.12 no 4
        what = f"what rewrite.prefix makes of {path.value}/x where the match does not end in '/'"
        remarks = (_undefined(spec, what, f"it is {value}x"),)
    yield longer, replace, remarks
    yield path, replace, ()


def _undefined(spec: GatewayRoute, what: str, chosen: str) -> Notice:
    return Notice("undefined-rewrite", f"AWS does not define {what}: here {chosen}", spec.meta.source)


def _unported(gateway: Gateway, spec: GatewayRoute) -> tuple[Notice, ...]:
    """§2.10: with several listeners each route must say its port."""
    if gateway.document is None or len(gateway.document.listeners) < 2 or spec.match.port is not None:
        return ()
    message = (
        f"gateway route {spec.meta.name} has no match.port although its gateway has several listeners, which App Mesh "
        "refuses: it is taken to match at all of them"
    )
    return (Notice("port-required", message, spec.meta.source),)

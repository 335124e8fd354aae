"""App Mesh objects, the same for every form they are written in.

The form modules (Kubernetes, AWS JSON, CloudFormation, …) decode and check documents into these values; `lower` turns
them into a mesh. Names are the ones that the documents' author wrote; ``aws_name`` is what App Mesh itself called it.
"""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from meshroute.model.actions import RetryPolicy, Timeouts
from meshroute.model.notices import Notice, Source
from meshroute.model.values import TextTest
from meshroute.readers._document.kubernetes import Selector

Form = Literal["kubernetes", "aws", "cloudformation", "guide"]
RouteProtocol = Literal["http", "http2", "grpc", "tcp"]


@frozen
class Meta:
    """What identifies an object.

    Args:
        kind: ``Mesh``, ``VirtualGateway``, ``GatewayRoute``, ``VirtualRouter``, ``Route``, ``VirtualService``,
            ``VirtualNode``, ``BackendGroup`` or ``Namespace``.
        name: The name that the author wrote.
        aws_name: The name in App Mesh (app-mesh.md §1.0, default AWS names).
        namespace: The Kubernetes namespace, where there is one.
        labels: The object's labels.
        mesh: The name of its mesh, where the document says one.
        form: The form it was written in.
        source: Where it was written.
    """

    kind: str
    name: str
    aws_name: str
    namespace: str | None
    labels: tuple[tuple[str, str], ...]
    mesh: str | None
    form: Form
    source: Source


@frozen
class Ref:
    """A reference to another object: by name and namespace (Kubernetes), or by its name in App Mesh.

    Args:
        kind: The kind of the object.
        source: Where the reference is written.
        name: Its ``metadata.name``.
        namespace: Its namespace, the holder's by default.
        aws_name: Its name in App Mesh; wins over `name` where both are there (an ARN wins over a Ref).
    """

    kind: str
    source: Source
    name: str | None = None
    namespace: str | None = None
    aws_name: str | None = None


@frozen
class PortMapping:
    """One listener: a port and what is spoken there."""

    port: int
    protocol: str


@frozen
class HeaderSpec:
    """One header or metadata condition; without a test it asks for presence."""

    name: str
    test: TextTest | None
    invert: bool
    source: Source


@frozen
class MatchSpec:
    """The ``match`` of a gateway route or route; None is a condition that is not there."""

    prefix: str | None = None
    path_exact: str | None = None
    path_regex: str | None = None
    hostname_exact: str | None = None
    hostname_suffix: str | None = None
    headers: tuple[HeaderSpec, ...] = ()
    query: tuple[tuple[str, str | None], ...] = ()
    method: str | None = None
    scheme: str | None = None
    port: int | None = None
    service_name: str | None = None
    method_name: str | None = None


@frozen
class GatewayRewrite:
    """The ``rewrite`` of a gateway route, with its defaults (app-mesh.md §2.4)."""

    default_hostname: bool = True
    default_prefix: bool = True
    prefix_value: str | None = None
    path_exact: str | None = None


@frozen
class GatewayRoute:
    """A gateway route: match at a virtual gateway, rewrite, send to a virtual service.

    ``gateway`` is None where the document names none: then selectors decide (Kubernetes), or nothing does (guides).
    """

    meta: Meta
    protocol: RouteProtocol
    priority: int | None
    match: MatchSpec
    rewrite: GatewayRewrite
    target: Ref
    target_port: int | None
    gateway: Ref | None
    notices: tuple[Notice, ...] = ()


@frozen
class WeightedTarget:
    """One weighted virtual node of a route."""

    node: Ref
    weight: int
    port: int | None


@frozen
class RouterRoute:
    """One route of a virtual router."""

    meta: Meta
    protocol: RouteProtocol
    priority: int | None
    match: MatchSpec
    targets: tuple[WeightedTarget, ...]
    timeouts: Timeouts
    retry: RetryPolicy | None
    notices: tuple[Notice, ...] = ()


@frozen
class VirtualRouter:
    """A virtual router with all its routes, in the order in which they were written."""

    meta: Meta
    listeners: tuple[PortMapping, ...]
    routes: tuple[RouterRoute, ...]


@frozen
class VirtualService:
    """A virtual service; without a provider its traffic goes nowhere."""

    meta: Meta
    provider: Ref | None


@frozen
class VirtualNode:
    """A virtual node: what its own proxy listens to, and which services that proxy knows."""

    meta: Meta
    listeners: tuple[PortMapping, ...]
    backends: tuple[Ref, ...]
    backend_groups: tuple[Ref, ...]


@frozen
class BackendGroup:
    """A named list of virtual services (Kubernetes only)."""

    meta: Meta
    services: tuple[Ref, ...]


@frozen
class VirtualGateway:
    """A virtual gateway; the selectors are None where the document has none (which selects nothing, or all: §1.6)."""

    meta: Meta
    listeners: tuple[PortMapping, ...]
    namespace_selector: Selector | None
    route_selector: Selector | None


@frozen
class MeshObject:
    """A mesh."""

    meta: Meta
    egress: Literal["ALLOW_ALL", "DROP_ALL"]
    namespace_selector: Selector | None


@frozen
class AppMesh:
    """All App Mesh objects of all documents, each identity once.

    Args:
        meshes: The meshes.
        gateways: The virtual gateways.
        gateway_routes: The gateway routes. Notices about one of them are in its own ``notices``, and only there.
        services: The virtual services.
        routers: The virtual routers with their routes, whose notices are in them as well. A router that only a route
            names is here too: without listeners, with a notice ``missing-router``.
        nodes: The virtual nodes.
        backend_groups: The backend groups.
        namespaces: The Namespaces, with the labels the API server gives them.
        notices: The notices about everything else.
        foreign: How many objects of each other kind the documents have (``apps/v1 Deployment``, ``AWS::ECS::Service``).
    """

    meshes: tuple[MeshObject, ...] = ()
    gateways: tuple[VirtualGateway, ...] = ()
    gateway_routes: tuple[GatewayRoute, ...] = ()
    services: tuple[VirtualService, ...] = ()
    routers: tuple[VirtualRouter, ...] = ()
    nodes: tuple[VirtualNode, ...] = ()
    backend_groups: tuple[BackendGroup, ...] = ()
    namespaces: tuple[Meta, ...] = ()
    notices: tuple[Notice, ...] = ()
    foreign: tuple[tuple[str, int], ...] = ()

"""Gateway API objects as they are written, checked and with the defaults of the API server (gateway-api.md §2.1)."""

from __future__ import annotations

from typing import Final, Literal

from attrs import frozen

from meshroute.model.notices import Source
from meshroute.readers._document.kubernetes import EVERYTHING, Selector

GROUP: Final = "gateway.networking.k8s.io"

TLS = Literal["Terminate", "Passthrough"]
From = Literal["All", "Same", "Selector", "None"]


@frozen
class Meta:
    """What identifies an object.

    Args:
        kind: Its kind.
        namespace: Its namespace; empty where it has none, as a GatewayClass.
        name: Its name.
        source: Where it was written.
        created: Its ``creationTimestamp``, or None.
        labels: Its labels.
    """

    kind: str
    namespace: str
    name: str
    source: Source
    created: str | None = None
    labels: tuple[tuple[str, str], ...] = ()

    @property
    def id(self) -> str:
        """Kind, namespace and name, as ``status`` shows them."""
        return f"{self.kind}/{self.namespace}/{self.name}"


@frozen
class ParentRef:
    """What a route wants to be attached to: a Gateway, a ListenerSet, or a Service (a mesh)."""

    group: str
    kind: str
    namespace: str
    name: str
    section: str | None
    port: int | None
    source: Source


@frozen
class ObjectRef:
    """A reference to another object, of another group and namespace perhaps."""

    group: str
    kind: str
    namespace: str
    name: str
    source: Source


@frozen
class HeaderValue:
    """A header and its value."""

    name: str
    value: str


@frozen
class HeaderModifier:
    """A filter that changes the headers of the request, or of the response."""

    of: Literal["request", "response"]
    set: tuple[HeaderValue, ...] = ()
    add: tuple[HeaderValue, ...] = ()
    remove: tuple[str, ...] = ()


@frozen
class PathModifier:
    """What takes the place of a path, or of the prefix that a match asks for."""

    kind: Literal["ReplaceFullPath", "ReplacePrefixMatch"]
    value: str


@frozen
class Redirect:
    """A filter that answers with a redirect."""

    scheme: str | None = None
    hostname: str | None = None
    path: PathModifier | None = None
    port: int | None = None
    status: int = 302


@frozen
class Rewrite:
    """A filter that changes host and path of the request."""

    hostname: str | None = None
    path: PathModifier | None = None


@frozen
class BackendRef:
    """A backend of a rule, and what its filters do to the requests that it gets.

    Args:
        target: The object.
        port: Its port; a Service must have one.
        weight: Its share among the weights.
        filters: Its own filters.
    """

    target: ObjectRef
    port: int | None = None
    weight: int = 1
    filters: tuple[Filter, ...] = ()


@frozen
class Mirror:
    """A filter that sends a copy of some requests: `numerator` of `denominator`."""

    backend: BackendRef
    numerator: int = 100
    denominator: int = 100


@frozen
class Cors:
    """A filter that answers preflight requests, and adds what browsers want to see."""

    origins: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()
    credentials: bool = False
    max_age: int = 5


@frozen
class Extension:
    """A filter that an implementation defines."""

    target: ObjectRef


@frozen
class ExternalAuth:
    """A filter that asks another server first (experimental)."""

    backend: BackendRef


Filter = HeaderModifier | Redirect | Rewrite | Mirror | Cors | Extension | ExternalAuth


@frozen
class ValueMatch:
    """What a header or a query parameter must be."""

    kind: Literal["Exact", "RegularExpression"]
    name: str
    value: str


@frozen
class PathMatch:
    """What the path must be."""

    kind: Literal["Exact", "PathPrefix", "RegularExpression"] = "PathPrefix"
    value: str = "/"


@frozen
class HTTPMatch:
    """One alternative of a rule of an HTTPRoute; all of it must fit."""

    source: Source
    path: PathMatch = PathMatch()
    headers: tuple[ValueMatch, ...] = ()
    query: tuple[ValueMatch, ...] = ()
    method: str | None = None


@frozen
class GRPCMatch:
    """One alternative of a rule of a GRPCRoute; all of it must fit."""

    source: Source
    kind: Literal["Exact", "RegularExpression"] = "Exact"
    service: str | None = None
    method: str | None = None
    headers: tuple[ValueMatch, ...] = ()


@frozen
class Timeouts:
    """How long things may take, in milliseconds; 0 is for ever."""

    request: int | None = None
    backend_request: int | None = None


@frozen
class Retry:
    """When a request is tried again (experimental)."""

    codes: tuple[int, ...] = ()
    attempts: int | None = None
    backoff: int | None = None


@frozen
class SessionPersistence:
    """How the requests of one user keep their backend (experimental)."""

    kind: Literal["Cookie", "Header"] = "Cookie"
    name: str | None = None
    absolute_timeout: int | None = None
    cookie_lifetime: Literal["Session", "Permanent"] = "Session"
    cookie_path: str = "/"


@frozen
class Rule:
    """A rule of a route.

    Args:
        source: Where it was written.
        name: Its name.
        matches: Its alternatives; of a TLSRoute, TCPRoute or UDPRoute none.
        filters: Its filters, in order.
        backends: Its backends.
        timeouts: How long things may take.
        retry: When a request is tried again.
        session: How the requests of one user keep their backend.
    """

    source: Source
    name: str | None = None
    matches: tuple[HTTPMatch, ...] | tuple[GRPCMatch, ...] = ()
    filters: tuple[Filter, ...] = ()
    backends: tuple[BackendRef, ...] = ()
    timeouts: Timeouts = Timeouts()
    retry: Retry | None = None
    session: SessionPersistence | None = None


@frozen
class Route:
    """A route of any kind.

    Args:
        meta: Its identity.
        parents: What it wants to be attached to.
        hostnames: Its hostnames.
        rules: Its rules.
    """

    meta: Meta
    parents: tuple[ParentRef, ...]
    hostnames: tuple[str, ...]
    rules: tuple[Rule, ...]


@frozen
class Namespaces:
    """From which namespaces something is allowed."""

    source: From = "Same"
    selector: Selector = EVERYTHING


@frozen
class Listener:
    """A listener of a Gateway or a ListenerSet.

    Args:
        name: Its name.
        port: Its port.
        protocol: What is spoken there.
        hostname: The hosts it answers for; None for all.
        namespaces: From where routes may be attached.
        kinds: Which kinds of routes may be, as pairs of group and kind; none stand for those of the protocol.
        tls: What happens to TLS: None where there is none.
        certificates: Where the certificates are.
        source: Where it was written.
    """

    name: str
    port: int
    protocol: str
    hostname: str | None
    namespaces: Namespaces
    kinds: tuple[tuple[str, str], ...]
    tls: TLS | None
    certificates: tuple[ObjectRef, ...]
    source: Source


@frozen
class Gateway:
    """A Gateway: `listener_sets` says from where ListenerSets may be attached."""

    meta: Meta
    class_name: str
    listeners: tuple[Listener, ...]
    listener_sets: Namespaces = Namespaces("None")


@frozen
class ListenerSet:
    """More listeners for a Gateway."""

    meta: Meta
    parent: ObjectRef
    listeners: tuple[Listener, ...]


@frozen
class ReferenceGrant:
    """What may be referred to in the grant's namespace, and by whom.

    Args:
        meta: Its identity.
        sources: Who may: group, kind and namespace.
        targets: What: group, kind, and name or None for all.
    """

    meta: Meta
    sources: tuple[tuple[str, str, str], ...]
    targets: tuple[tuple[str, str, str | None], ...]


@frozen
class ServicePort:
    """A port of a Service."""

    port: int
    name: str | None = None
    app_protocol: str | None = None


@frozen
class Service:
    """A Service."""

    meta: Meta
    ports: tuple[ServicePort, ...]


@frozen
class TLSPolicy:
    """How a backend is spoken to with TLS (BackendTLSPolicy).

    Args:
        meta: Its identity.
        targets: What it is about: group, kind, name, and the name of a port or None for all.
        hostname: What the certificate must be for, and the server name that is sent.
        certificates: Where the authorities are; none for those that are well known.
    """

    meta: Meta
    targets: tuple[tuple[str, str, str, str | None], ...]
    hostname: str
    certificates: tuple[ObjectRef, ...]

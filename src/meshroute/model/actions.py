"""Actions: what happens to a request that a route took."""

from __future__ import annotations

from attrs import field, frozen

from meshroute.errors import RouteError
from meshroute.model.choosing import BackendChoice, NameFromHeader
from meshroute.model.cors import CorsHeaders
from meshroute.model.mutations import HeaderMutations
from meshroute.model.notices import Notice
from meshroute.model.rewrites import Rewrite
from meshroute.model.rewriting import PathRule
from meshroute.model.showing import short_repr

MAX_WEIGHT = 2**32 - 1

ResponseChange = HeaderMutations | CorsHeaders
"""What changes the headers of a response."""


@frozen
class Backend:
    """Where traffic goes.

    Args:
        name: The name that the documents' author wrote.
        namespace: Its namespace, if it has one.
        kind: What it is, such as ``VirtualNode``; ``passthrough`` for traffic that leaves the mesh unrouted.
        port: The port, where it is stated.
        weight: Its share of the traffic, relative to the other backends; 0 is none.
        valid: False where it cannot take traffic; its share then gets `status`.
        reason: Why it is not valid.
        status: What its share gets when it is not valid.
        named_by: Where the name comes from, if each request names the backend itself.
        rewrites: Changes to a request that goes there, before those of the route unless that says otherwise.
        response: Changes to its response, likewise.
        redirect: What it answers with instead of a response, if it does.
        mirrors: Where copies of its requests go, besides those of the route.

    Raises:
        RouteError: The weight is negative or too large.

    >>> Backend("cart-v2", weight=5).weight
    5
    """

    name: str
    namespace: str | None = None
    kind: str = "Backend"
    port: int | None = None
    weight: int = 1
    valid: bool = True
    reason: str | None = None
    status: int | None = None
    named_by: NameFromHeader | None = None
    rewrites: tuple[Rewrite, ...] = ()
    response: tuple[ResponseChange, ...] = ()
    redirect: Redirect | None = None
    mirrors: tuple[Mirror, ...] = ()

    __repr__ = short_repr

    def __attrs_post_init__(self) -> None:
        """Check the weight."""
        if not 0 <= self.weight <= MAX_WEIGHT:
            message = f"the weight of {self.name!r} must be from 0 to {MAX_WEIGHT}, not {self.weight}"
            raise RouteError(message)


@frozen
class Timeouts:
    """How long things may take, in seconds; None where nothing is said.

    Args:
        request: The whole request.
        idle: Without a byte moving.
        backend_request: One attempt at the backend.
    """

    request: float | None = None
    idle: float | None = None
    backend_request: float | None = None

    __repr__ = short_repr


@frozen
class RetryPolicy:
    """When and how often a request is tried again. Data only: nothing here retries.

    Args:
        max_retries: How often.
        per_try_timeout: The time of one attempt, in seconds.
        on: The events, in the words of the format.
        backoff: How long to wait at least before the next attempt, in seconds.
    """

    max_retries: int | None = None
    per_try_timeout: float | None = None
    on: tuple[str, ...] = ()
    backoff: float | None = None

    __repr__ = short_repr


@frozen
class SessionPersistence:
    """How the requests of one user keep their backend. Data only: nothing here remembers a session.

    Args:
        kind: Where the session is kept: in a ``cookie`` or a ``header``.
        name: The name of the cookie or header; None leaves it to the data plane.
        absolute_timeout: When a session ends, in seconds.
        cookie_path: The path of the cookie.
        permanent: Whether the cookie outlives the browser.
    """

    kind: str = "cookie"
    name: str | None = None
    absolute_timeout: float | None = None
    cookie_path: str = "/"
    permanent: bool = False

    __repr__ = short_repr


@frozen
class Mirror:
    """Where copies of requests go.

    Args:
        backend: The backend.
        numerator: How many of `denominator` requests are copied.
        denominator: Of how many.
    """

    backend: Backend
    numerator: int = 100
    denominator: int = 100

    __repr__ = short_repr


@frozen
class Forward:
    """Send the request to one of the backends, chosen by weight.

    Args:
        backends: All of them, weight 0 included.
        rewrites: Changes on the way, in order.
        service: The virtual service on whose behalf, for meshes (its awsName in App Mesh).
        timeouts: How long things may take.
        retry: When a request is tried again.
        choice: What of a request decides among the backends; None is chance.
        mirrors: Where copies go.
        response: Changes to the response, in order.
        session: How the requests of one user keep their backend.
        backends_last: What a backend changes comes after what the route does (Gateway API), not before it (Envoy).
        unusable_status: What the data plane sends where no backend can take the request and none says what.
        unusable_grpc_status: The gRPC status of that; None for the one that its HTTP status stands for.
    """

    backends: tuple[Backend, ...]
    rewrites: tuple[Rewrite, ...] = ()
    service: str | None = None
    timeouts: Timeouts = field(factory=Timeouts)
    retry: RetryPolicy | None = None
    choice: BackendChoice | None = None
    mirrors: tuple[Mirror, ...] = ()
    response: tuple[ResponseChange, ...] = ()
    session: SessionPersistence | None = field(default=None, kw_only=True)
    backends_last: bool = field(default=False, kw_only=True)
    unusable_status: int = field(default=503, kw_only=True)
    unusable_grpc_status: int | None = field(default=None, kw_only=True)

    __repr__ = short_repr


@frozen
class Delegate:
    """Send the request on to another table.

    Args:
        table: The id of the table.
        rewrites: Changes on the way, in order.
        port: The port at which the request arrives there; None keeps it.
        service: The virtual service that the table answers for.
        timeouts: How long things may take.
    """

    table: str
    rewrites: tuple[Rewrite, ...] = ()
    port: int | None = None
    service: str | None = None
    timeouts: Timeouts = field(factory=Timeouts)

    __repr__ = short_repr


@frozen
class Redirect:
    """Answer with a redirect.

    Args:
        scheme: The new scheme; None keeps the request's.
        host: The new host; None keeps the request's, without its port if `scheme` or `port` changes.
        port: The new port; None is the default port of a new scheme or host, and else the request's.
        path: The new path, or the rule that makes it; None keeps the request's.
        status: 301, 302, 303, 307 or 308.
        keep_query: Append the request's query; a new path that has a query of its own keeps that instead.
        verbatim: Write the port that is given even where it is the scheme's own, and keep the port of the request but
            for the default one of a scheme that changes (envoy.md §5).
        keep_port: Keep the port of the request in any case.
        relative: Answer a path only, not a URL.
        response: Changes to the response, in order.

    Raises:
        RouteError: The status is none of these.
    """

    scheme: str | None = None
    host: str | None = None
    port: int | None = None
    path: str | PathRule | None = None
    status: int = 302
    keep_query: bool = True
    verbatim: bool = field(default=False, kw_only=True)
    keep_port: bool = field(default=False, kw_only=True)
    relative: bool = field(default=False, kw_only=True)
    response: tuple[ResponseChange, ...] = field(default=(), kw_only=True)

    __repr__ = short_repr

    def __attrs_post_init__(self) -> None:
        """Check the status."""
        if self.status not in {301, 302, 303, 307, 308}:
            message = f"the status of a redirect must be 301, 302, 303, 307 or 308, not {self.status}"
            raise RouteError(message)


@frozen
class DirectResponse:
    """Answer with a fixed response.

    Args:
        status: The HTTP status, 200 to 599.
        body: The body, if there is one.
        response: Changes to the response, in order.

    Raises:
        RouteError: The status is none that a response can have.
    """

    status: int
    body: str | None = None
    response: tuple[ResponseChange, ...] = ()

    __repr__ = short_repr

    def __attrs_post_init__(self) -> None:
        """Check the status; these are the final ones of RFC 9110 §15."""
        if not 200 <= self.status <= 599:
            message = f"the status of a response must be from 200 to 599, not {self.status}"
            raise RouteError(message)


@frozen
class NoRoute:
    """A final "no route": the request is not tried elsewhere.

    Args:
        reason: Why, for people.
        status: What the data plane sends; None where it sends nothing.
        service: The virtual service that has no route.
    """

    reason: str = ""
    status: int | None = 404
    service: str | None = None

    __repr__ = short_repr


@frozen
class Misdirected:
    """The request came over a connection that is not for its host: 421 (RFC 9110 §15.5.20).

    Args:
        reason: Why, for people.
    """

    reason: str = ""


@frozen
class Unsupported:
    """What happens cannot be told: the documents say something that is not modelled, and it could decide.

    Args:
        notice: What they say, and where.
    """

    notice: Notice


Action = Forward | Delegate | Redirect | DirectResponse | NoRoute | Misdirected | Unsupported

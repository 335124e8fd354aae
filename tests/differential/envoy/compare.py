"""What Envoy did with a request beside what meshroute says: the same record of both."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from attrs import frozen

from meshroute.matching.router import Router
from meshroute.model.context import RequestContext
from meshroute.model.headers import Headers
from meshroute.model.hops import Outcome
from meshroute.model.request import Request
from meshroute.model.resolution import Resolution
from meshroute.readers.loading import load
from tests.differential.envoy.alphabet import CLUSTERS, RUNTIME, Json
from tests.differential.envoy.asked import Asked
from tests.differential.envoy.judge import Answer, listener

PORT: Final = 10000
# What is compared of headers: those of the tables' alphabet, and what the proxy itself records. Others are the
# connection's business (x-request-id, x-envoy-expected-rq-timeout-ms, date, …).
REQUEST_HEADERS: Final = frozenset(
    [
        "x-a",
        "x-b",
        "x-n",
        "x-h",
        "x-to",
        "x-host",
        "x-u",
        "x-q1",
        "x-q2",
        "x-forwarded-host",
        "x-envoy-original-path",
        "x-envoy-original-host",
        "accept",
        "user-agent",
        "cookie",
        "x-envoy-attempt-count",
        "content-type",
    ]
)
RESPONSE_HEADERS: Final = frozenset({"x-r1", "x-r2", "x-u"})
_HTTP: Final = frozenset({"http", "https"})


@frozen
class Record:
    """What came of a request, as far as both sides know it.

    Args:
        status: The status that the proxy itself sent; 200 where it forwarded.
        route: The name of the route.
        clusters: The clusters that may have been chosen.
        location: The Location.
        forwarded: Method, path, host and header lines of the request that went on.
        response: The lines of the response.
        virtual_cluster: The virtual cluster.
        may_fail: Whether chance may choose a cluster that is not there.
        may_change: Whether chance may choose a cluster with changes of its own.
    """

    status: int
    route: str
    clusters: frozenset[str]
    location: str | None
    forwarded: tuple[object, ...] | None
    response: tuple[tuple[str, str], ...]
    virtual_cluster: str
    may_fail: bool = False
    may_change: bool = False


def router_of(table: Json, options: Json, port: int = PORT) -> Router:
    """Load a table behind a listener.

    Args:
        table: The RouteConfiguration.
        options: The options of its listener.
        port: The listener's port.

    Returns:
        The router.
    """
    bootstrap = {
        "static_resources": {
            "listeners": [listener("l", port, table, options)],
            "clusters": [{"name": name} for name in CLUSTERS],
        },
        "layered_runtime": {"layers": [{"name": "static", "static_layer": RUNTIME}]},
    }
    return Router(load(bootstrap))


def context_of(options: Json) -> RequestContext | None:
    """Return what the filters of a listener (`alphabet.known`) make known of every request."""
    configs = [one["typed_config"] for one in options.get("http_filters", ())]
    metadata = {one["metadata_namespace"]: one["value"] for config in configs for one in config.get("metadata", ())}
    state = {
        one["object_key"]: one["format_string"]["text_format_source"]["inline_string"]
        for config in configs
        for one in config.get("on_request_headers", ())
    }
    return RequestContext(metadata=metadata, filter_state=state) if metadata or state else None


def request_of(asked: Asked, port: int = PORT, context: RequestContext | None = None) -> Request:
    """Make the request as the proxy gets it: lines trimmed, the scheme as Envoy works it out (envoy.md §2.3)."""
    lines = tuple((name, value.strip(" \t")) for name, value in asked.headers)
    protos = [value for name, value in lines if name == "x-forwarded-proto" and value]
    scheme = ",".join(protos)
    if not any(name == "x-forwarded-proto" for name, _ in lines):
        lines = (*lines, ("x-forwarded-proto", "http"))  # the connection is no TLS, whatever a whole URL says
    return Request.from_parts(
        asked.method,
        asked.target,
        scheme=scheme.lower() if scheme.lower() in _HTTP else "http",
        authority=asked.host,
        headers=lines,
        port=port,
        context=context,
    )


def ours(answer: Resolution) -> Record:
    """Make the record of our answer."""
    leaving = answer.request
    chosen = answer.chosen
    usable = [backend for backend in answer.backends if backend.weight] if chosen is None else [chosen]
    failed = answer.outcome is Outcome.BACKEND_ERROR
    clusters = frozenset(backend.name for backend in usable if backend.valid and not failed)
    by_chance = chosen is None and any(not backend.valid for backend in usable)
    changing = chosen is None and any(backend.rewrites or backend.response for backend in usable)
    forwarded: tuple[object, ...] | None = None
    upstream = Headers()
    if leaving is not None:
        lines = _sorted((name, value) for name, value in leaving.headers if name.lower() in REQUEST_HEADERS)
        forwarded = (leaving.method, leaving.target or leaving.authority, leaving.authority, lines)
        upstream = Headers([("x-r1", "u"), ("x-u", "u")])
    response = answer.response(upstream)
    virtual = answer.virtual_cluster or ""
    if virtual == "other":
        virtual = ""  # the access log does not name the one for all others
    return Record(
        200 if answer.outcome is Outcome.FORWARD or _is_grpc_reply(answer) else answer.status or 0,
        "" if answer.route is None or answer.outcome is Outcome.NO_ROUTE else answer.route.name or "",
        clusters,
        answer.redirect or response.get("location"),
        forwarded,
        _sorted((name, value) for name, value in response if name in RESPONSE_HEADERS),
        virtual if leaving is not None else "",
        by_chance,
        changing,
    )


def _is_grpc_reply(answer: Resolution) -> bool:
    """Tell whether the proxy answers a gRPC request itself: with 200, and its status in a trailer."""
    return answer.is_grpc and answer.outcome is not Outcome.FORWARD


def theirs(answer: Answer) -> Record:
    """Make the record of Envoy's answer."""
    forwarded: tuple[object, ...] | None = None
    if answer.forwarded:
        method, _, rest = answer.forwarded[0].partition(" ")
        target = rest.removesuffix(" HTTP/1.1")
        lines = [
            tuple(line.split(": ", 1)) if ": " in line else (line.rstrip(":"), "") for line in answer.forwarded[1:]
        ]
        host = next((value for name, value in lines if name == "host"), None)
        kept = _sorted((name, value) for name, value in lines if name in REQUEST_HEADERS)
        forwarded = (method, target, host, kept)
    location = next((value for name, value in answer.headers if name == "location"), None)
    return Record(
        answer.status,
        answer.route,
        frozenset({answer.cluster} if answer.cluster and forwarded else ()),
        location,
        forwarded,
        _sorted((name, value) for name, value in answer.headers if name in RESPONSE_HEADERS),
        answer.virtual_cluster if forwarded else "",
    )


def _sorted(lines: Iterable[tuple[str, ...]]) -> tuple[tuple[str, str], ...]:
    """Order lines by name; those of one name keep their order."""
    pairs = [(name.lower(), value) for name, value in lines]
    return tuple(sorted(pairs, key=lambda pair: pair[0]))


def difference(mine: Record, real: Record) -> dict[str, tuple[object, object]]:
    """Say in what two records differ.

    Args:
        mine: Our record.
        real: Envoy's.

    Returns:
        Our value and Envoy's of each field in which they differ.
    """
    found: dict[str, tuple[object, object]] = {}
    if mine.may_fail and real.status in {200, 404, 500, 503} and not real.clusters:
        return found
    for name in ("status", "route", "location", "forwarded", "response", "virtual_cluster"):
        one, other = getattr(mine, name), getattr(real, name)
        if name in {"forwarded", "response"} and mine.may_change:
            continue
        if one != other:
            found[name] = (one, other)
    if not real.clusters <= mine.clusters or (mine.clusters and not real.clusters):
        found["clusters"] = (set(mine.clusters), set(real.clusters))
    return found

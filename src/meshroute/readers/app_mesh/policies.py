"""Timeouts and retry policies: carried as data (§1.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from meshroute.model.actions import RetryPolicy, Timeouts

if TYPE_CHECKING:
    from meshroute.readers._document import Fields
    from meshroute.readers.app_mesh.dialect import Holder
    from meshroute.readers.app_mesh.objects import RouteProtocol

DEFAULT_REQUEST_TIMEOUT: Final = 15.0
"""Seconds; for http, http2 and grpc routes that set no ``perRequest`` (§1.2)."""

_UNITS: Final = {"s": 1.0, "ms": 0.001}
_EVENTS: Final = {
    "httpRetryEvents": ("server-error", "gateway-error", "client-error", "stream-error"),
    "tcpRetryEvents": ("connection-error",),
    "grpcRetryEvents": ("cancelled", "deadline-exceeded", "internal", "resource-exhausted", "unavailable"),
}


def read_timeouts(holder: Holder, route: Fields, protocol: RouteProtocol) -> Timeouts:
    """Read the ``timeout`` of a route.

    Args:
        holder: The object it belongs to.
        route: The ``httpRoute`` (…) that may have one.
        protocol: Its protocol. A tcp route has an idle timeout only.

    Returns:
        The timeouts. A value of 0 stays 0, which Envoy takes for "no timeout".

    >>> from meshroute.readers._document import Problems, parse_yaml
    >>> from meshroute.readers.app_mesh.dialect import KUBERNETES, Holder
    >>> holder = Holder(KUBERNETES, Problems(), namespace="ns")
    >>> read_timeouts(holder, holder.fields(parse_yaml("timeout: {idle: {unit: s, value: 5}}")[0]), "http")
    Timeouts(15.0, 5.0)
    """
    request = None if protocol == "tcp" else DEFAULT_REQUEST_TIMEOUT
    fields = route.mapping("timeout", known=("idle",) if protocol == "tcp" else ("idle", "perRequest"))
    if fields is None:
        return Timeouts(request=request)
    idle = read_duration(holder, fields, "idle")
    if protocol != "tcp":
        given = read_duration(holder, fields, "perRequest")
        request = request if given is None else given
    holder.finish(fields)
    return Timeouts(request=request, idle=idle)


def read_duration(holder: Holder, fields: Fields, name: str) -> float | None:
    """Read a duration, ``{unit: s|ms, value: N}``.

    Args:
        holder: The object it belongs to.
        fields: The mapping that has it.
        name: The field.

    Returns:
        Seconds, or None.

    >>> from meshroute.readers._document import Problems, parse_yaml
    >>> from meshroute.readers.app_mesh.dialect import KUBERNETES, Holder
    >>> holder = Holder(KUBERNETES, Problems())
    >>> read_duration(holder, holder.fields(parse_yaml("idle: {unit: ms, value: 250}")[0]), "idle")
    0.25
    """
    duration = fields.mapping(name, known=("unit", "value"))
    if duration is None:
        return None
    unit = duration.string("unit", required=True, choices=tuple(_UNITS))
    value = duration.integer("value", required=True, minimum=0, maximum=2**63 - 1)
    holder.finish(duration)
    return None if unit is None or value is None else value * _UNITS[unit]


def read_retry(holder: Holder, route: Fields, protocol: RouteProtocol) -> RetryPolicy | None:
    """Read the ``retryPolicy`` of a route.

    Args:
        holder: The object it belongs to.
        route: The ``httpRoute`` (…) that may have one.
        protocol: Its protocol. A tcp route has none; only a grpc route has gRPC events.

    Returns:
        The policy, with its events in the order http, tcp, grpc; or None.

    >>> from meshroute.readers._document import Problems, parse_yaml
    >>> from meshroute.readers.app_mesh.dialect import KUBERNETES, Holder
    >>> holder = Holder(KUBERNETES, Problems(), namespace="ns")
    >>> read_retry(holder, holder.fields(parse_yaml("retryPolicy: {maxRetries: 2}")[0]), "http").max_retries
    2
    """
    if protocol == "tcp":
        return None
    fields = route.mapping("retryPolicy")
    if fields is None:
        return None
    events: list[str] = []
    for name, choices in _EVENTS.items():
        if name != "grpcRetryEvents" or protocol == "grpc":
            events += fields.strings(name, choices=choices)
    retries = fields.integer("maxRetries", minimum=0, maximum=2**63 - 1)
    timeout = read_duration(holder, fields, "perRetryTimeout")
    if holder.dialect.refs == "legacy":
        # v1beta1 has milliseconds in one field (table 1.0).
        millis = fields.integer("perRetryTimeoutMillis", minimum=0, maximum=2**63 - 1)
        timeout = timeout if millis is None else millis * _UNITS["ms"]
    holder.finish(fields)
    return RetryPolicy(retries, timeout, tuple(events))

"""The ``match`` of gateway routes and routes as criteria (app-mesh.md §2.3, §2.6 to §2.10)."""

from __future__ import annotations

from collections.abc import Iterator

from meshroute.model.criteria import (
    Criterion,
    GrpcRequest,
    HeaderMatch,
    HostExact,
    HostSuffix,
    Method,
    PathCriterion,
    PathExact,
    PathRegex,
    PathStringPrefix,
    Port,
    Present,
    QueryMatch,
    Scheme,
    TextExact,
    TransportProtocol,
)
from meshroute.readers.app_mesh.objects import MatchSpec, RouteProtocol
from meshroute.text import wire


def path_criterion(spec: MatchSpec, protocol: RouteProtocol) -> PathCriterion | None:
    """Return the criterion on the path.

    Args:
        spec: The match.
        protocol: The route's protocol.

    Returns:
        The criterion; the prefix ``/`` where an HTTP or gRPC route has no condition on the path (§2.4), None for tcp.

    Raises:
        RouteError: RE2 refuses the regex.

    >>> path_criterion(MatchSpec(service_name="color.Color", method_name="Get"), "grpc")
    PathExact('/color.Color/Get')
    """
    if protocol == "tcp":
        return None
    if protocol == "grpc":
        return _grpc_path(spec)
    if spec.path_exact is not None:
        return PathExact(wire(spec.path_exact))
    if spec.path_regex is not None:
        return PathRegex(spec.path_regex)
    return PathStringPrefix("/" if spec.prefix is None else wire(spec.prefix))


def _grpc_path(spec: MatchSpec) -> PathCriterion:
    """Return the path of gRPC over HTTP/2: ``/service/method`` (§2.10)."""
    if spec.service_name is None:
        return PathStringPrefix("/")
    service = wire(spec.service_name)
    if spec.method_name is None:
        return PathStringPrefix(f"/{service}/")
    return PathExact(f"/{service}/{wire(spec.method_name)}")


def other_criteria(spec: MatchSpec, protocol: RouteProtocol, *, mixed: bool = False) -> Iterator[Criterion]:
    """Go through the criteria that are not on the path.

    Args:
        spec: The match.
        protocol: The route's protocol.
        mixed: The table has tcp routes and others, which must not take each other's requests.

    Yields:
        Each criterion: host, method, scheme, port, headers, query, protocol.
    """
    yield from _parts(spec)
    for header in spec.headers:
        test = Present() if header.test is None else header.test
        # §2.7: repeated headers are joined with a comma and matched as one text
        yield HeaderMatch(header.name, test, invert=header.invert, joined=True)
    for name, value in spec.query:
        yield QueryMatch(wire(name), Present() if value is None else TextExact(wire(value)))
    if protocol == "grpc":
        yield GrpcRequest()
    if protocol == "tcp":
        yield TransportProtocol("tcp")
    elif mixed:
        yield TransportProtocol(("http", "http2", "grpc"))


def _parts(spec: MatchSpec) -> Iterator[Criterion]:
    """Go through the criteria on host, method, scheme and port."""
    # §2.9, documented choices: a condition beside the others, in any case, without the port
    if spec.hostname_exact is not None:
        yield HostExact(wire(spec.hostname_exact))
    if spec.hostname_suffix is not None:
        yield HostSuffix(wire(spec.hostname_suffix), proper=False)
    if spec.method is not None:
        yield Method(wire(spec.method))
    if spec.scheme is not None:
        yield Scheme(spec.scheme)
    if spec.port is not None:
        yield Port(spec.port)

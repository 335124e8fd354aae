from __future__ import annotations

import pytest

from meshroute.errors import RouteError
from meshroute.model.criteria import (
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
    TextPrefix,
    TransportProtocol,
)
from meshroute.model.notices import Source
from meshroute.readers.app_mesh.match import other_criteria, path_criterion
from meshroute.readers.app_mesh.objects import HeaderSpec, MatchSpec, RouteProtocol

HERE = Source("a.yaml", 1)


@pytest.mark.parametrize(
    ("spec", "protocol", "expected"),
    [
        (MatchSpec(prefix="/a"), "http", PathStringPrefix("/a")),
        (MatchSpec(prefix="/café"), "http2", PathStringPrefix("/cafÃ©")),
        (MatchSpec(path_exact="/é"), "http", PathExact("/Ã©")),
        (MatchSpec(path_regex="/a.*"), "http2", PathRegex("/a.*")),
        (MatchSpec(hostname_exact="a.example"), "http", PathStringPrefix("/")),
        (MatchSpec(prefix="/a"), "tcp", None),
        (MatchSpec(), "grpc", PathStringPrefix("/")),
        (MatchSpec(service_name="é.Color"), "grpc", PathStringPrefix("/Ã©.Color/")),
        (MatchSpec(service_name="a.Color", method_name="é"), "grpc", PathExact("/a.Color/Ã©")),
    ],
)
def test_path(spec: MatchSpec, protocol: RouteProtocol, expected: PathCriterion | None) -> None:
    assert path_criterion(spec, protocol) == expected


def test_a_regex_that_re2_refuses() -> None:
    with pytest.raises(RouteError):
        path_criterion(MatchSpec(path_regex="("), "http")


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (MatchSpec(prefix="/a"), ()),
        (MatchSpec(hostname_exact="É.example"), (HostExact("Ã\x89.example"),)),
        (MatchSpec(hostname_suffix=".example"), (HostSuffix(".example", proper=False),)),
        (MatchSpec(method="GET"), (Method("GET"),)),
        (MatchSpec(scheme="https"), (Scheme("https"),)),
        (MatchSpec(port=80), (Port(80),)),
        (MatchSpec(query=(("é", None), ("b", "ü"))), (QueryMatch("Ã©", Present()), QueryMatch("b", TextExact("Ã¼")))),
        (
            MatchSpec(
                headers=(
                    HeaderSpec("A", None, invert=True, source=HERE),
                    HeaderSpec("b", TextPrefix("x"), invert=False, source=HERE),
                )
            ),
            (HeaderMatch("a", Present(), invert=True, joined=True), HeaderMatch("b", TextPrefix("x"), joined=True)),
        ),
    ],
)
def test_other_criteria(spec: MatchSpec, expected: tuple[object, ...]) -> None:
    assert tuple(other_criteria(spec, "http")) == expected


@pytest.mark.parametrize(
    ("protocol", "mixed", "expected"),
    [
        ("http", False, ()),
        ("http2", True, (TransportProtocol(("http", "http2", "grpc")),)),
        ("grpc", False, (GrpcRequest(),)),
        ("grpc", True, (GrpcRequest(), TransportProtocol(("http", "http2", "grpc")))),
        ("tcp", False, (TransportProtocol("tcp"),)),
        ("tcp", True, (TransportProtocol("tcp"),)),
    ],
)
def test_protocols(protocol: RouteProtocol, *, mixed: bool, expected: tuple[object, ...]) -> None:
    assert tuple(other_criteria(MatchSpec(), protocol, mixed=mixed)) == expected

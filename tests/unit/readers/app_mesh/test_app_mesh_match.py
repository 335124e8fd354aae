"""The match of gateway routes and routes: every condition, every message of the webhook, every gap of it."""

from __future__ import annotations

import pytest

from meshroute.model.values import IntRange, TextExact, TextPrefix, TextRegex, TextSuffix
from meshroute.readers.app_mesh.objects import MatchSpec
from tests.unit.readers.app_mesh.reading import gateway_route, good, http_gateway, http_route, read, router


def _gateway_match(match: str) -> MatchSpec:
    return good(http_gateway(match)).gateway_routes[0].match


def _route_match(match: str) -> MatchSpec:
    return good(router(http_route(match))).routers[0].routes[0].match


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        ("{prefix: /a}", MatchSpec(prefix="/a")),
        ("{prefix: /a, path: null, headers: null}", MatchSpec(prefix="/a")),
        ("{path: {exact: /a}}", MatchSpec(path_exact="/a")),
        ("{path: {regex: '/a.*'}}", MatchSpec(path_regex="/a.*")),
        ("{hostname: {exact: a.b}}", MatchSpec(hostname_exact="a.b")),
        ("{hostname: {suffix: .b}}", MatchSpec(hostname_suffix=".b")),
        ("{prefix: /, method: TRACE, port: 65535}", MatchSpec(prefix="/", method="TRACE", port=65535)),
        ("{prefix: /, port: 1}", MatchSpec(prefix="/", port=1)),
        (
            "{prefix: /, queryParameters: [{name: q}, {name: p, match: {exact: ''}}]}",
            MatchSpec(prefix="/", query=(("q", None), ("p", ""))),
        ),
    ],
)
def test_conditions_of_a_gateway_route(match: str, expected: MatchSpec) -> None:
    assert _gateway_match(match) == expected


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        ("{prefix: /aws-appmesh}", MatchSpec(prefix="/aws-appmesh")),
        ("{prefix: /a, method: GET, port: 80}", MatchSpec(prefix="/a", method="GET", port=80)),
        ("{path: {exact: /a}}", MatchSpec(path_exact="/a")),
        ("{prefix: /, queryParameters: [{name: q, match: {exact: v}}]}", MatchSpec(prefix="/", query=(("q", "v"),))),
    ],
)
def test_conditions_of_a_route(match: str, expected: MatchSpec) -> None:
    assert _route_match(match) == expected


def test_scheme_is_for_http2_and_is_applied_to_http_with_a_notice() -> None:
    http2 = good(router(http_route("{prefix: /, scheme: https}").replace("httpRoute", "http2Route")))
    assert http2.routers[0].routes[0].match.scheme == "https"
    mesh, problems, notices = read(router(http_route("{prefix: /, scheme: http}")))
    assert (problems, notices) == ([], ["undocumented-scheme"])
    assert mesh.routers[0].routes[0].match.scheme == "http"


def test_header_conditions() -> None:
    match = _route_match(
        "{prefix: /, headers: [{name: A}, {name: b, invert: true, match: {exact: x}}, {name: c, match: {prefix: x}},"
        " {name: d, match: {suffix: x}}, {name: e, match: {regex: 'x+'}},"
        " {name: f, match: {range: {start: -1, end: 5}}}]}"
    )
    assert [(header.name, header.test, header.invert) for header in match.headers] == [
        ("A", None, False),
        ("b", TextExact("x"), True),
        ("c", TextPrefix("x"), False),
        ("d", TextSuffix("x"), False),
        ("e", TextRegex("x+"), False),
        ("f", IntRange(-1, 5), False),
    ]
    source = match.headers[1].source
    assert (source.file, source.line, source.pointer) == ("a.yaml", 5, "/spec/routes/0/httpRoute/match/headers/1")
    assert (source.kind, source.namespace, source.name) == ("Route", "ns", "r")


@pytest.mark.parametrize(
    ("match", "message"),
    [
        ("{}", "Either prefix or path or hostname must be specified"),
        ("{port: 80}", "Either prefix or path or hostname must be specified"),
        ("{prefix: /a, path: {exact: /a}}", "Both prefix and path cannot be specified. Only 1 allowed"),
        ("{path: {}}", "Either exact or regex for path must be specified"),
        (
            "{path: {exact: /a, regex: /b}}",
            "Both exact and regex for path are not allowed. Only one must be specified",
        ),
        ("{hostname: {}}", "Either exact or suffix match for hostname must be specified"),
        (
            "{hostname: {exact: a, suffix: b}}",
            "Both exact and suffix match for hostname are not allowed. Only one must be specified",
        ),
        (
            "{prefix: /, headers: [{name: h, match: {exact: a, prefix: b}}]}",
            "Too many Match Filters specified, only 1 allowed per header",
        ),
        (
            "{prefix: /, headers: [{name: h, match: {}}]}",
            "Missing Match criteria for one or more header match block, don't specify match block if you dont need it",
        ),
        (
            "{prefix: /, headers: [{name: h, match: {range: {start: 5, end: 5}}}]}",
            "Invalid Match Range specified, end has to be greater than start",
        ),
        (
            "{prefix: /, queryParameters: [{name: q, match: {}}]}",
            "Missing Match criteria for one or more exact query match block, don't specify match block",
        ),
        # What the webhook lets through, and the API refuses.
        ("{prefix: a}", "Prefix to be matched on must start with '/'"),
        ("{path: {exact: a}}", "Path to be matched on must start with '/'"),
        ("{prefix: /aws-appmesh-x}", "App Mesh reserves what starts with /aws-appmesh, /aws-app-mesh,"),
        ("{path: {exact: /aws-app-mesh}}", "App Mesh reserves what starts with"),
        ("{path: {regex: '(?=a)'}}", "(at /spec/httpRoute/match/path/regex)"),
        ("{prefix: /, headers: [{name: h, match: {regex: '('}}]}", "(at /spec/httpRoute/match/headers/0/match/regex)"),
        ("{prefix: /, headers: [{name: ':authority'}]}", "`name` must match"),
        ("{prefix: /, headers: []}", "`headers` must have at least 1 item"),
        (f"{{prefix: /, headers: [{', '.join(['{name: h}'] * 11)}]}}", "`headers` must have at most 10 items"),
        (f"{{prefix: /, queryParameters: [{', '.join(['{name: h}'] * 11)}]}}", "must have at most 10 items"),
        ("{prefix: /, queryParameters: []}", "`queryParameters` must have at least 1 item"),
        ("{prefix: /, headers: [{name: h, match: {range: {start: 1}}}]}", "`end` is required"),
        (f"{{prefix: /, headers: [{{name: {'h' * 51}}}]}}", "must have at most 50 characters"),
        (f"{{prefix: /, headers: [{{name: h, match: {{exact: {'h' * 256}}}}}]}}", "at most 255 characters"),
        (f"{{hostname: {{exact: {'h' * 254}}}}}", "at most 253 characters"),
        (f"{{path: {{exact: /{'h' * 255}}}}}", "at most 255 characters"),
        ("{prefix: /, headers: [{match: {exact: x}}]}", "`name` is required"),
        ("{prefix: /, queryParameters: [{match: {exact: x}}]}", "`name` is required"),
        ("{prefix: /, headers: [{name: h, match: {exact: ''}}]}", "`exact` must have at least 1 character"),
        ("{prefix: /, headers: [{name: h, match: {exact: 100}}]}", "`exact` must be a string, not the number 100"),
        ("{prefix: /, headers: [{name: h, match: {exact: true}}]}", "`exact` must be a string, not the boolean true"),
        ("{prefix: /, headers: [{name: h, match: {range: 5}}]}", "must be a mapping"),
        ("{prefix: /, method: ANY}", "`method` must be one of"),
        ("{prefix: /, port: 0}", "`port` must be at least 1"),
        ("{prefix: /, port: 65536}", "`port` must be at most 65535"),
        ("{prefix: /, hedaers: []}", "did you mean `headers`?"),
        ("{prefix: /, path: 7, hostname: 7}", "`spec.httpRoute.match.path` must be a mapping"),
    ],
)
def test_faulty_gateway_matches(match: str, message: str) -> None:
    _, problems, _ = read(http_gateway(match))
    assert any(message in problem for problem in problems), problems
    assert all(problem.startswith("a.yaml:5: ") for problem in problems)


@pytest.mark.parametrize(
    ("match", "message"),
    [
        ("{}", "Either Prefix or Path must be specified"),
        ("{prefix: /a, path: {exact: /a}}", "Both Prefix and Path cannot be specified, only 1 allowed"),
        ("{path: {}}", "Either exact or regex for path must be specified"),
        ("{prefix: /, scheme: ftp}", '`scheme` must be one of http, https, not "ftp"'),
    ],
)
def test_faulty_route_matches(match: str, message: str) -> None:
    _, problems, _ = read(router(http_route(match)))
    assert [problem.removeprefix("a.yaml:5: ").split(" (at")[0].split("; ")[0] for problem in problems] == [message]


def test_one_fault_gives_one_problem() -> None:
    _, problems, _ = read(http_gateway("{prefix: 100}"))
    assert len(problems) == 1
    assert problems[0].startswith("a.yaml:5: `prefix` must be a string, not the number 100 (at /spec/httpRoute/match/")


def test_the_messages_have_a_fix_and_a_place() -> None:
    _, problems, _ = read(http_gateway("{prefix: a}"))
    assert problems == [
        "a.yaml:5: Prefix to be matched on must start with '/' (at /spec/httpRoute/match/prefix); write /a"
    ]


def test_unknown_fields_are_kept_by_the_crd_so_they_are_a_notice() -> None:
    _, problems, notices = read(http_gateway("{prefix: /, zebra: 1}"))
    assert (problems, notices) == ([], ["unknown-field"])
    _, problems, notices = read(router(http_route("{prefix: /, wildebeest: 1}")))
    assert (problems, notices) == ([], ["unknown-field"])


def _grpc(match: str) -> str:
    return gateway_route(f"{{grpcRoute: {{match: {match}, action: {{TARGET}}}}}}")


def _grpc_route(match: str) -> str:
    return router(http_route(match).replace("httpRoute", "grpcRoute"))


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        ("{serviceName: a.B}", MatchSpec(service_name="a.B")),
        ("{hostname: {exact: h}}", MatchSpec(hostname_exact="h")),
        (
            "{serviceName: a.B, hostname: {suffix: h}, port: 9}",
            MatchSpec(service_name="a.B", hostname_suffix="h", port=9),
        ),
    ],
)
def test_grpc_gateway_routes(match: str, expected: MatchSpec) -> None:
    assert good(_grpc(match)).gateway_routes[0].match == expected


@pytest.mark.parametrize(
    ("match", "message"),
    [
        ("{}", "Either servicename or hostname must be specified"),
        ("{serviceName: s, hostname: {}}", "Either exact or suffix match for hostname must be specified"),
        (
            "{serviceName: s, metadata: [{name: m, match: {exact: a, suffix: b}}]}",
            "Too many Match Filters specified, only 1 allowed per metadata",
        ),
        (
            "{serviceName: s, metadata: [{name: m, match: {range: {start: 2, end: 1}}}]}",
            "Invalid Match Range specified, end has to be greater than start",
        ),
        ("{serviceName: aws.app-meshed}", "App Mesh reserves what starts with"),
        ("{serviceName: s, metadata: [{name: m, match: {}}]}", "Missing Match criteria for one or more metadata"),
    ],
)
def test_faulty_grpc_gateway_routes(match: str, message: str) -> None:
    _, problems, _ = read(_grpc(match))
    assert len(problems) == 1
    assert message in problems[0]


def test_grpc_routes() -> None:
    match = (
        good(_grpc_route("{serviceName: s, methodName: m, metadata: [{name: x}], port: 5}")).routers[0].routes[0].match
    )
    assert (match.service_name, match.method_name, match.port, match.headers[0].name) == ("s", "m", 5, "x")
    assert good(_grpc_route("{}")).routers[0].routes[0].match == MatchSpec()


def test_a_grpc_method_needs_a_service() -> None:
    _, problems, _ = read(_grpc_route("{methodName: m}"))
    assert problems == ["a.yaml:5: `methodName` needs `serviceName` (at /spec/routes/0/grpcRoute/match/methodName)"]
    _, problems, notices = read(_grpc("{serviceName: s, methodName: m}"))
    assert (problems, notices) == ([], ["unknown-field"])


def test_tcp_routes() -> None:
    mesh = good(
        router("{name: a, tcpRoute: {action: {TARGETS}}}", "{name: b, tcpRoute: {match: {port: 5}, action: {TARGETS}}}")
    )
    assert [route.match for route in mesh.routers[0].routes] == [MatchSpec(), MatchSpec(port=5)]
    assert [route.protocol for route in mesh.routers[0].routes] == ["tcp", "tcp"]

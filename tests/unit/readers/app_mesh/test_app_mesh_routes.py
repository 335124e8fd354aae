"""Gateway routes and routes beside their match: targets, rewrites, weights, timeouts, retries."""

from __future__ import annotations

import pytest

from meshroute.model.actions import RetryPolicy, Timeouts
from meshroute.readers.app_mesh.objects import GatewayRewrite, Ref, RouterRoute
from tests.unit.readers.app_mesh.reading import gateway_route, good, http_gateway, http_route, read, router, v1beta2

ARN = "arn:aws:appmesh:us-east-1:111122223333:mesh/m"


def _route(route: str) -> RouterRoute:
    return good(router(route)).routers[0].routes[0]


def _only_problem(text: str) -> str:
    _, problems, _ = read(text)
    assert len(problems) == 1, problems
    return problems[0]


def _named(ref: Ref) -> tuple[str, str | None, str | None, str | None]:
    return ref.kind, ref.name, ref.namespace, ref.aws_name


@pytest.mark.parametrize(("key", "protocol"), [("httpRoute", "http"), ("http2Route", "http2")])
def test_a_gateway_route(key: str, protocol: str) -> None:
    mesh = good(gateway_route(f"{{priority: 7, {key}: {{match: {{prefix: /}}, action: {{TARGET}}}}}}", "g"))
    route = mesh.gateway_routes[0]
    assert (route.protocol, route.priority, route.target_port, route.gateway) == (protocol, 7, None, None)
    assert (route.meta.name, route.meta.namespace, route.meta.aws_name) == ("g", "ns", "g_ns")
    assert _named(route.target) == ("VirtualService", "s", "ns", None)
    assert route.rewrite == GatewayRewrite()
    assert (route.meta.source.line, route.meta.source.kind, route.meta.source.name) == (2, "GatewayRoute", "g")


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("{virtualServiceRef: {name: s, namespace: other}}", ("VirtualService", "s", "other", None)),
        (f"{{virtualServiceARN: '{ARN}/virtualService/a.b'}}", ("VirtualService", None, None, "a.b")),
        (
            f"{{virtualServiceRef: {{name: s}}, virtualServiceARN: '{ARN}/virtualService/a.b'}}",
            ("VirtualService", "s", "ns", "a.b"),
        ),
    ],
)
def test_targets(target: str, expected: tuple[str, ...]) -> None:
    text = f"{{httpRoute: {{match: {{prefix: /}}, action: {{target: {{port: 80, virtualService: {target}}}}}}}}}"
    route = good(gateway_route(text)).gateway_routes[0]
    assert _named(route.target) == expected
    assert route.target_port == 80


@pytest.mark.parametrize(
    ("arn", "fix"),
    [
        (f"{ARN}/virtualNode/a", "mesh/MESH/virtualService/NAME"),
        (f"{ARN}/virtualService/a/b", "mesh/MESH/virtualService/NAME"),
        ("mesh/m/virtualService/a", "mesh/MESH/virtualService/NAME"),
        ("colorapp-service-ARN", "given with --var colorapp-service-ARN=…"),
    ],
)
def test_faulty_arns(arn: str, fix: str) -> None:
    target = f"{{virtualService: {{virtualServiceARN: '{arn}'}}}}"
    text = f"{{httpRoute: {{match: {{prefix: /}}, action: {{target: {target}}}}}}}"
    problem = _only_problem(gateway_route(text))
    assert "`virtualServiceARN` is not the ARN of a VirtualService" in problem
    assert fix in problem


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("{}", "Missing GatewayRoute Type in GatewayRoute Spec"),
        (
            "{httpRoute: {match: {prefix: /}, action: {TARGET}}, grpcRoute: {match: {}, action: {TARGET}}}",
            "Found multiple types in GatewayRoute Spec. Only 1 (GRPC/HTTP/HTTP2) allowed",
        ),
        ("{httpRoute: 5}", "`spec.httpRoute` must be a mapping"),
        ("{httpRoute: {match: {prefix: /}}}", "`action` is required"),
        ("{httpRoute: {match: {prefix: /}, action: {}}}", "`target` is required"),
        ("{httpRoute: {match: {prefix: /}, action: {target: {}}}}", "`virtualService` is required"),
        (
            "{httpRoute: {match: {prefix: /}, action: {target: {virtualService: {}}}}}",
            "either `virtualServiceRef` or `virtualServiceARN` must be specified",
        ),
        (
            "{httpRoute: {match: {prefix: /}, action: {target: {virtualService: {virtualServiceARN: 5}}}}}",
            "`virtualServiceARN` must be a string",
        ),
        (
            "{httpRoute: {match: {prefix: /}, action: {target: {virtualService: {virtualServiceRef: {}}}}}}",
            "`name` is required",
        ),
        ("{priority: 1001, httpRoute: {match: {prefix: /}, action: {TARGET}}}", "`priority` must be at most 1000"),
        ("{priority: -1, httpRoute: {match: {prefix: /}, action: {TARGET}}}", "`priority` must be at least 0"),
    ],
)
def test_faulty_gateway_routes(spec: str, message: str) -> None:
    assert message in _only_problem(gateway_route(spec))


def test_a_missing_match_is_required_and_lacks_every_condition() -> None:
    _, problems, _ = read(gateway_route("{httpRoute: {action: {TARGET}}}"))
    assert sorted(problem.split(" (at")[0] for problem in problems) == [
        "a.yaml:5: Either prefix or path or hostname must be specified",
        "a.yaml:5: `match` is required in `spec.httpRoute`",
    ]


@pytest.mark.parametrize(
    ("match", "rewrite", "expected"),
    [
        ("{prefix: /}", "{hostname: {defaultTargetHostname: DISABLED}}", GatewayRewrite(default_hostname=False)),
        ("{prefix: /}", "{hostname: {defaultTargetHostname: ENABLED}}", GatewayRewrite()),
        ("{prefix: /}", "{hostname: {}}", GatewayRewrite()),
        ("{prefix: /}", "{prefix: {defaultPrefix: DISABLED}}", GatewayRewrite(default_prefix=False)),
        ("{prefix: /}", "{prefix: {defaultPrefix: ENABLED}}", GatewayRewrite()),
        ("{prefix: /}", "{prefix: {value: /a/}}", GatewayRewrite(prefix_value="/a/")),
        ("{path: {exact: /}}", "{path: {exact: /a}}", GatewayRewrite(path_exact="/a")),
    ],
)
def test_rewrites(match: str, rewrite: str, expected: GatewayRewrite) -> None:
    assert good(http_gateway(match, rewrite)).gateway_routes[0].rewrite == expected


@pytest.mark.parametrize(
    ("rewrite", "message"),
    [
        ("{}", "Either prefix, path or hostname for rewrite must be specified"),
        (
            "{prefix: {value: /a/}, path: {exact: /a}}",
            "Both prefix and path for rewrites cannot be specified. Only 1 allowed",
        ),
        (
            "{prefix: {defaultPrefix: ENABLED, value: /a/}}",
            "Cannot specify both defaultPrefix and prefix for rewrite, only 1 allowed",
        ),
        ("{prefix: {value: /a}}", "New Rewrite Prefix must start and end with '/'"),
        ("{prefix: {value: a/}}", "New Rewrite Prefix must start and end with '/'"),
        ("{prefix: {defaultPrefix: 'ON'}}", "`defaultPrefix` must be one of ENABLED, DISABLED"),
        ("{path: {exact: a}}", "New Rewrite Path must start with '/'"),
        ("{path: {}}", "`exact` is required"),
    ],
)
def test_faulty_rewrites(rewrite: str, message: str) -> None:
    assert message in _only_problem(http_gateway("{prefix: /}", rewrite))


@pytest.mark.parametrize(
    ("match", "rewrite", "says"),
    [
        ("{prefix: /a}", "{path: {exact: /b}}", "`rewrite.path` without a `path` match; here it replaces"),
        ("{hostname: {exact: a}}", "{path: {exact: /b}}", "`rewrite.path` without a `path` match; here it replaces"),
        ("{path: {exact: /a}}", "{prefix: {value: /b/}}", "`rewrite.prefix` with a `path` match; here it is ignored"),
    ],
)
def test_rewrites_that_aws_does_not_define(match: str, rewrite: str, says: str) -> None:
    mesh, problems, notices = read(http_gateway(match, rewrite))
    assert (problems, notices) == ([], ["undefined-rewrite"])
    assert says in mesh.gateway_routes[0].notices[0].message


def test_a_rewrite_that_is_null_is_none() -> None:
    good(http_gateway("{prefix: /a}", "{path: null, prefix: {value: /b/}}"))


def test_grpc_rewrites_the_host_only() -> None:
    rewrite = "{hostname: {defaultTargetHostname: DISABLED}}"
    spec = f"{{grpcRoute: {{match: {{serviceName: s}}, action: {{TARGET, rewrite: {rewrite}}}}}}}"
    assert good(gateway_route(spec)).gateway_routes[0].rewrite == GatewayRewrite(default_hostname=False)
    _, problems, _ = read(gateway_route("{grpcRoute: {match: {serviceName: s}, action: {TARGET, rewrite: {}}}}"))
    assert len(problems) == 1


def test_exports_name_their_gateway_and_mesh() -> None:
    spec = (
        "{virtualGatewayRef: {name: gw, uid: 1}, meshRef: {name: m, uid: 1}, awsName: aws,"
        " httpRoute: {match: {prefix: /}, action: {TARGET}}}"
    )
    route = good(gateway_route(spec)).gateway_routes[0]
    assert route.gateway is not None
    assert _named(route.gateway) == ("VirtualGateway", "gw", "ns", None)
    assert (route.meta.mesh, route.meta.aws_name) == ("m", "aws")


# -------------------------------------------------------------------------------------------------- router routes


def test_a_route() -> None:
    route = _route(
        "{name: r, priority: 3, httpRoute: {match: {prefix: /}, action: {weightedTargets: ["
        "{virtualNodeRef: {name: a}, weight: 0}, {virtualNodeRef: {name: b, namespace: o}, weight: 100, port: 9},"
        f" {{virtualNodeARN: '{ARN}/virtualNode/c', weight: 0}}]}}}}}}"
    )
    assert (route.protocol, route.priority, route.retry) == ("http", 3, None)
    assert (route.meta.kind, route.meta.name, route.meta.aws_name, route.meta.namespace) == ("Route", "r", "r", "ns")
    assert [(_named(target.node), target.weight, target.port) for target in route.targets] == [
        (("VirtualNode", "a", "ns", None), 0, None),
        (("VirtualNode", "b", "o", None), 100, 9),
        (("VirtualNode", None, None, "c"), 0, None),
    ]
    assert route.timeouts == Timeouts(request=15.0)


@pytest.mark.parametrize(
    ("weights", "notice"),
    [
        ((100,), None),
        ((0, 1), None),
        ((50, 50), None),
        ((50, 51), "the weights add up to 101, and AWS documents at most 100; here each counts as its share"),
        ((0,), "the weights are all 0, and AWS does not define where requests go; here they are answered 503"),
        ((0, 0), "the weights are all 0, and AWS does not define where requests go; here they are answered 503"),
    ],
)
def test_the_total_of_the_weights(weights: tuple[int, ...], notice: str | None) -> None:
    targets = ", ".join(f"{{virtualNodeRef: {{name: n{weight}}}, weight: {weight}}}" for weight in weights)
    text = router(f"{{name: r, httpRoute: {{match: {{prefix: /}}, action: {{weightedTargets: [{targets}]}}}}}}")
    mesh, problems, _ = read(text)
    assert problems == []
    notices = mesh.routers[0].routes[0].notices
    assert [(found.code, found.message) for found in notices] == ([] if notice is None else [("weight-total", notice)])


@pytest.mark.parametrize(
    ("route", "message"),
    [
        ("{name: r}", "a route must have exactly one of `httpRoute`, `http2Route`, `grpcRoute`, `tcpRoute`, not none"),
        (
            "{name: r, httpRoute: {match: {prefix: /}, action: {TARGETS}}, tcpRoute: {action: {TARGETS}}}",
            "`tcpRoute`, not 2",
        ),
        ("{name: r, httpRoute: []}", "must be a mapping"),
        ("{name: r, httpRoute: {match: {prefix: /}}}", "`action` is required"),
        ("{name: r, httpRoute: {match: {prefix: /}, action: {}}}", "`weightedTargets` is required"),
        ("{name: r, httpRoute: {match: {prefix: /}, action: {weightedTargets: []}}}", "must have at least 1 item"),
        (
            "{name: r, httpRoute: {match: {prefix: /}, action: {weightedTargets: [{virtualNodeRef: {name: a}}]}}}",
            "`weight` is required",
        ),
        (
            "{name: r, tcpRoute: {action: {weightedTargets: [{virtualNodeRef: {name: a}, weight: 101}]}}}",
            "`weight` must be at most 100, not 101",
        ),
        (
            "{name: r, httpRoute: {match: {prefix: /}, action: {weightedTargets: [{weight: 1}]}}}",
            "either `virtualNodeRef` or `virtualNodeARN` must be specified",
        ),
        ("{name: r, priority: 1001, httpRoute: {match: {prefix: /}, action: {TARGETS}}}", "must be at most 1000"),
        ("{httpRoute: {match: {prefix: /}, action: {TARGETS}}}", "`name` is required"),
    ],
)
def test_faulty_routes(route: str, message: str) -> None:
    assert message in _only_problem(router(route))


def test_at_most_ten_targets() -> None:
    targets = ", ".join("{virtualNodeRef: {name: a}, weight: 1}" for _ in range(11))
    route = f"{{name: r, httpRoute: {{match: {{prefix: /}}, action: {{weightedTargets: [{targets}]}}}}}}"
    assert "must have at most 10 items" in _only_problem(router(route))


def test_duplicate_routes_of_a_router() -> None:
    problem = _only_problem(router(http_route("{prefix: /a}"), http_route("{prefix: /b}")))
    assert "VirtualRouter-x has duplicate route entries for r" in problem


@pytest.mark.parametrize(
    ("key", "more", "expected"),
    [
        ("httpRoute", "", Timeouts(request=15.0)),
        ("grpcRoute", "", Timeouts(request=15.0)),
        ("tcpRoute", "", Timeouts()),
        ("httpRoute", ", timeout: {}", Timeouts(request=15.0)),
        ("http2Route", ", timeout: {perRequest: {unit: s, value: 60}}", Timeouts(request=60.0)),
        ("httpRoute", ", timeout: {perRequest: {unit: ms, value: 0}}", Timeouts(request=0.0)),
        ("httpRoute", ", timeout: {idle: {unit: ms, value: 500}}", Timeouts(request=15.0, idle=0.5)),
        ("tcpRoute", ", timeout: {idle: {unit: s, value: 5}}", Timeouts(idle=5.0)),
    ],
)
def test_timeouts(key: str, more: str, expected: Timeouts) -> None:
    match = {"grpcRoute": "{}", "tcpRoute": "{port: 1}"}.get(key, "{prefix: /}")
    assert _route(http_route(match, more=more).replace("httpRoute", key)).timeouts == expected


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (", timeout: {perRequest: {unit: m, value: 1}}", "`unit` must be one of s, ms"),
        (", timeout: {perRequest: {unit: s}}", "`value` is required"),
        (", timeout: {perRequest: {value: 1}}", "`unit` is required"),
        (", timeout: {perRequest: {unit: s, value: -1}}", "must be at least 0"),
        (", retryPolicy: {httpRetryEvents: [oops]}", "must be one of"),
        (", retryPolicy: {maxRetries: -1}", "must be at least 0"),
    ],
)
def test_faulty_policies(more: str, message: str) -> None:
    assert message in _only_problem(router(http_route("{prefix: /}", more=more)))


def test_retries() -> None:
    more = (
        ", retryPolicy: {maxRetries: 3, perRetryTimeout: {unit: ms, value: 250}, tcpRetryEvents: [connection-error],"
        " httpRetryEvents: [gateway-error, server-error]}"
    )
    assert _route(http_route("{prefix: /}", more=more)).retry == RetryPolicy(
        3, 0.25, ("gateway-error", "server-error", "connection-error")
    )
    grpc = http_route("{}", more=", retryPolicy: {grpcRetryEvents: [unavailable], httpRetryEvents: [client-error]}")
    retry = _route(grpc.replace("httpRoute", "grpcRoute")).retry
    assert retry == RetryPolicy(on=("client-error", "unavailable"))


def test_only_a_grpc_route_has_grpc_events() -> None:
    problem = _only_problem(router(http_route("{prefix: /}", more=", retryPolicy: {grpcRetryEvents: [unavailable]}")))
    assert "unknown field `grpcRetryEvents`" in problem


def test_a_tcp_route_has_no_retries() -> None:
    route = "{name: r, tcpRoute: {action: {TARGETS}, retryPolicy: {maxRetries: 1}}}"
    _, problems, notices = read(router(route))
    assert (problems, notices) == ([], ["unknown-field"])


def test_objects_of_other_kinds_keep_their_problems_apart() -> None:
    _, problems, _ = read(http_gateway("{prefix: a}") + v1beta2("VirtualService", "{providr: {}}"))
    assert [problem.split(": ")[0] for problem in problems] == ["a.yaml:5", "a.yaml:10"]
    assert "did you mean `provider`?" in problems[1]

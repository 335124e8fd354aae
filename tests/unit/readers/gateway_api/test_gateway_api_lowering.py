"""What is taken to exist, profiles, and what of a route is kept as data."""

from __future__ import annotations

import io

import pytest

from meshroute.errors import DocumentLoadError
from meshroute.matching.router import Router
from meshroute.model.actions import Forward, SessionPersistence
from meshroute.model.mesh import Mesh
from meshroute.model.normalization import Normalization
from meshroute.model.request import Request
from meshroute.readers import load
from meshroute.readers.gateway_api.profile import GatewayProfile
from meshroute.text import wire

_HEAD = "apiVersion: gateway.networking.k8s.io/v1, kind"
_GATEWAY = (
    f"{{{_HEAD}: Gateway, metadata: {{name: g}}, spec: {{gatewayClassName: c, listeners: "
    "[{name: h, port: 80, protocol: HTTP}, "
    "{name: s, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: t}]}}]}}"
)


def _route(rules: str, *, name: str = "r", kind: str = "HTTPRoute", parents: str = "[{name: g}]") -> str:
    return f"{{{_HEAD}: {kind}, metadata: {{name: {name}}}, spec: {{parentRefs: {parents}, rules: [{rules}]}}}}"


def _load(*documents: str, **options: object) -> Mesh:
    return load(io.StringIO("\n---\n".join(documents)), **options)  # type: ignore[arg-type]  # as the test has it


_RULE = "{backendRefs: [{name: b, port: 1}]}"


def _assumed(mesh: Mesh) -> list[str]:
    return [notice.message.split(" is not ")[0] for notice in mesh.notices if notice.code == "assumed"]


def test_what_is_not_there_is_taken_to_exist_and_said() -> None:
    mesh = _load(_GATEWAY, _route(_RULE))
    assert _assumed(mesh) == ["GatewayClass c", "Secret default/t", "Service default/b"]
    assert str(mesh.notices[2].source) == "<stream>:3"


def test_what_is_there_needs_no_notice() -> None:
    policy = (
        f"{{{_HEAD}: BackendTLSPolicy, metadata: {{name: p}}, spec: {{"
        "targetRefs: [{group: '', kind: Service, name: b}],"
        " validation: {hostname: x, caCertificateRefs: [{group: '', kind: ConfigMap, name: %s}]}}}"
    )
    there = (
        f"{{{_HEAD}: GatewayClass, metadata: {{name: c}}, spec: {{controllerName: x.io/y}}}}",
        "{apiVersion: v1, kind: Secret, metadata: {name: t}}",
        "{apiVersion: v1, kind: Service, metadata: {name: b}, spec: {ports: [{port: 1}]}}",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: ca}}",
        "{apiVersion: v1, kind: Pod, metadata: {name: ca}}",
    )
    mesh = _load(_GATEWAY, _route(_RULE), *there, policy % "ca", strict=True)
    assert mesh.notices == ()
    assert mesh.ignored == (("v1 ConfigMap", 1), ("v1 Pod", 1), ("v1 Secret", 1))
    assert _assumed(_load(_GATEWAY, _route(_RULE), *there, policy % "other")) == ["ConfigMap default/other"]


def test_strict_assumes_nothing() -> None:
    with pytest.raises(DocumentLoadError) as caught:
        _load(_GATEWAY, _route(_RULE), strict=True)
    assert [str(error).partition(" is not ")[0].partition(": ")[2] for error in caught.value.exceptions] == [
        "GatewayClass c",
        "Secret default/t",
    ]


def test_a_gateway_that_is_not_there_takes_all_that_wants_to_be_attached() -> None:
    mesh = _load(
        _route(_RULE, parents="[{name: g, sectionName: a}, {name: g, sectionName: b, port: 8080}]"),
        _route(
            "{matches: [{path: {value: /x}}], backendRefs: [{name: x, port: 1}]}",
            name="x",
            parents="[{name: g, port: 8080}]",
        ),
        _route(_RULE, name="t", kind="TCPRoute", parents="[{name: g, port: 9000}, {name: l, kind: ListenerSet}]"),
    )
    assert [entry.id for entry in mesh.entries if not entry.is_secondary] == [
        "gatewayapi:gateway/default/g",
        "gatewayapi:listenerset/default/l",
    ]
    assert _assumed(mesh) == ["Gateway/default/g", "ListenerSet/default/l", "Service default/b", "Service default/x"]
    router = Router(mesh, entry="gateway/g")
    asked = [("http://a/x", "r"), ("http://a:8080/x", "x"), ("http://a:8080/y", "r"), ("http://a:9000/", "r")]
    for url, name in asked:
        answer = router.resolve(Request("GET", url))
        assert (answer.route and answer.route.name, [one.code for one in answer.notices]) == (name, ["assumed"])
    tcp = router.resolve(Request("", "", protocol="tcp", port=9000))
    assert tcp.route
    assert tcp.route.name == "t"
    with pytest.raises(DocumentLoadError):
        _load(_route(_RULE), "{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway}")


def test_a_missing_gateway_is_no_entry_of_strict_ones() -> None:
    assert _load(_route(_RULE), strict=True).entries == ()


def test_routes_of_other_parents_are_left_alone() -> None:
    mesh = _load(_route(_RULE, parents="[{group: x.io, kind: Mesh, name: m}]"))
    assert mesh.entries == ()


def test_profiles() -> None:
    route = _route("{matches: [{path: {type: RegularExpression, value: /a.*}}]}, {matches: [{path: {value: /abc/}}]}")
    unknown = [one for one in _load(_GATEWAY, route, profile="istio").notices if one.code == "unknown-profile"]
    assert len(unknown) == 1
    assert "where istio puts regular expressions among paths is not known" in unknown[0].message
    plain = _load(_GATEWAY, _route(_RULE), profile="istio")
    assert [one for one in plain.notices if one.code == "unknown-profile"] == []
    with pytest.raises(DocumentLoadError, match="1 problem") as caught:
        _load(_GATEWAY, profile="istjo")
    assert str(caught.value.exceptions[0]) == "<document>: there is no profile 'istjo'; did you mean 'istio'?"
    with pytest.raises(DocumentLoadError) as caught:
        _load(_GATEWAY, profile="nginx")
    assert "known: spec, envoy-gateway, istio" in str(caught.value.exceptions[0])


@pytest.mark.parametrize(
    ("profile", "path", "rule"),
    [
        (GatewayProfile(), "/abc/d", "0"),
        (GatewayProfile(regex_rank="after-prefix"), "/abc/d", "1"),
        (GatewayProfile(regex_rank="after-prefix", final_slash_counts=True), "/abc/d", "2"),
        (GatewayProfile(normalization=Normalization(slashes=True)), "//abc", "0"),
    ],
)
def test_switches(profile: GatewayProfile, path: str, rule: str) -> None:
    rules = ["type: RegularExpression, value: /a.*", "value: /abc", "value: /abc/"]
    route = _route(", ".join(f"{{matches: [{{path: {{{one}}}}}]}}" for one in rules))
    answer = Router(_load(_GATEWAY, route, profile=profile)).resolve(Request("GET", f"http://h{path}"))
    assert answer.route
    assert (answer.route.rule, answer.status) == (rule, 500)


def test_more_switches() -> None:
    profile = GatewayProfile(no_backend_status=503, redirect_keeps_query=False, preflight_status=204)
    cors = "{type: CORS, cors: {allowOrigins: ['*']}}"
    redirect = "{type: RequestRedirect, requestRedirect: {hostname: x}}"
    route = _route(
        f"{{matches: [{{path: {{value: /r}}}}], filters: [{redirect}]}}, {{filters: [{cors}], backendRefs: []}}"
    )
    router = Router(_load(_GATEWAY, route, profile=profile))
    preflight = {"origin": "https://a", "access-control-request-method": "PUT"}
    assert router.resolve(Request("GET", "http://h/r?q")).redirect == "http://x/r"
    assert router.resolve(Request("GET", "http://h/")).status == 503
    assert router.resolve(Request("OPTIONS", "http://h/", headers=preflight)).status == 204
    got = _route(f"{{matches: [{{method: GET}}], filters: [{cors}]}}")
    for ignored, status in ((False, 404), (True, 200)):
        asked = Router(_load(_GATEWAY, got, profile=GatewayProfile(preflight_ignores_method=ignored)))
        assert asked.resolve(Request("OPTIONS", "http://h/", headers=preflight)).status == status
        assert asked.resolve(Request("GET", "http://h/")).status == 500
    closed = Router(_load(_GATEWAY, route, profile=GatewayProfile(server_name_from_host=False)))
    assert closed.resolve(Request("GET", "https://h/r")).status == 302  # the listener for all takes it


def test_what_is_kept_as_data() -> None:
    session = (
        "sessionPersistence: {type: Cookie, absoluteTimeout: 1h, cookie: {lifetimeType: Permanent, path: /p, name: n}}"
    )
    mesh = _load(_GATEWAY, _route(f"{{{session}, retry: {{attempts: 1}}, backendRefs: [{{name: b, port: 1}}]}}"))
    action = Router(mesh).resolve(Request("GET", "http://h/")).action
    assert isinstance(action, Forward)
    assert action.session == SessionPersistence("cookie", "n", 3600.0, "/p", permanent=True)
    assert action.retry
    assert (action.retry.max_retries, action.retry.backoff) == (1, None)
    assert [one.route for one in mesh.status.routes] == ["HTTPRoute/default/r"]


def test_why_there_is_no_route() -> None:
    router = Router(
        _load(
            _GATEWAY,
            f"{{{_HEAD}: ListenerSet, metadata: {{name: l}}, spec: {{parentRef: {{name: g}}, listeners: []}}}}".replace(
                "listeners: []", "listeners: [{name: a, port: 1, protocol: HTTP}]"
            ),
        )
    )
    answer = router.resolve(Request("GET", "https://h/x", sni="a"))
    assert answer.reason is None
    text = str(router.explain(answer.received))
    assert "server name is for any host: the server name is 'a'" in text
    other = Router(
        _load(
            _GATEWAY.replace(
                "{name: s, port: 443, protocol: HTTPS", "{name: s, hostname: a.b, port: 443, protocol: HTTPS"
            )
        )
    )
    refused = other.resolve(Request("GET", "https://h/x"))
    assert (refused.status, refused.reason) == (
        None,
        "no listener here is for the server name: the TLS handshake fails",
    )
    text = str(other.explain(refused.received))
    assert "outcome no_route: no listener here is for the server name: the TLS handshake fails" in text
    assert "server name is for none of the listeners" in text


def test_text_is_sent_as_its_bytes() -> None:
    rule = (
        "{matches: [{path: {type: RegularExpression, value: '/[é].*'}, headers: [{name: a, value: 日}]}], filters:"
        " [{type: URLRewrite, urlRewrite: {path: {type: ReplaceFullPath, replaceFullPath: /日}}}, {type:"
        " RequestHeaderModifier, requestHeaderModifier: {set: [{name: b, value: é}]}}],"
        " backendRefs: [{name: b, port: 1}]}"
    )
    router = Router(_load(_GATEWAY, _route(rule)))
    sent = router.resolve(Request.from_parts("GET", wire("/é"), authority="h", headers={"a": wire("日")})).request
    assert sent
    assert (sent.target, sent.headers.get("b")) == (wire("/日"), wire("é"))


def test_two_patterns_may_be_too_large_together() -> None:
    text = "(a{999})" * 30
    rule = f"{{matches: [{{method: {{type: RegularExpression, service: '{text}', method: '{text}'}}}}]}}"
    with pytest.raises(DocumentLoadError) as caught:
        _load(_route(rule, kind="GRPCRoute"))
    assert [str(error).partition(" needs ")[0] for error in caught.value.exceptions] == [
        "<stream>:1: `method` is no regular expression: the pattern"
    ]


_SERVICE = "{apiVersion: v1, kind: Service, metadata: {name: b}, spec: {ports: [{port: 1, name: web}, {port: 2}]}}"


def _policy(name: str, refs: str, *, section: str = "", created: str = "2020") -> str:
    target = f"{{group: '', kind: Service, name: b{section and f', sectionName: {section}'}}}"
    targets = f"[{target}, {{group: x.io, kind: Other, name: b}}]"
    return (
        f"{{{_HEAD}: BackendTLSPolicy, metadata: {{name: {name}, creationTimestamp: '{created}'}},"
        f" spec: {{targetRefs: {targets}, validation: {{hostname: x, {refs}}}}}}}"
    )


_GOOD = "caCertificateRefs: [{group: '', kind: ConfigMap, name: ca}]"
_BAD = "caCertificateRefs: [{group: '', kind: Secret, name: ca}]"
_BOTH = "caCertificateRefs: [{group: '', kind: Secret, name: ca}, {group: '', kind: ConfigMap, name: ca}]"


@pytest.mark.parametrize(
    ("policies", "port", "reason"),
    [
        ([_policy("p", _BAD)], 1, "NoValidCACertificate"),
        ([_policy("p", _BOTH)], 1, None),
        ([_policy("p", "wellKnownCACertificates: System")], 1, None),
        ([_policy("p", _BAD, section="web")], 1, "NoValidCACertificate"),
        ([_policy("p", _BAD, section="web")], 2, None),
        ([_policy("p", _BAD), _policy("q", _GOOD, section="web")], 1, None),
        ([_policy("p", _BAD), _policy("q", _GOOD, created="2019")], 1, None),
    ],
)
def test_a_backend_whose_policy_cannot_be_kept(policies: list[str], port: int, reason: str | None) -> None:
    route = _route(f"{{backendRefs: [{{name: b, port: {port}}}]}}")
    answer = Router(_load(_GATEWAY, route, _SERVICE, *policies)).resolve(Request("GET", "http://h/"))
    assert [one.reason for one in answer.backends] == [reason]
    assert answer.status == (500 if reason else None)


def test_strict_policies_need_their_certificates() -> None:
    there = (
        f"{{{_HEAD}: GatewayClass, metadata: {{name: c}}, spec: {{controllerName: x.io/y}}}}",
        "{apiVersion: v1, kind: Secret, metadata: {name: t}}",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: ca}}",
    )
    documents = (_GATEWAY, _route(_RULE), _SERVICE, _policy("p", _GOOD), *there)
    assert Router(_load(*documents, strict=True)).resolve(Request("GET", "http://h/")).status is None


@pytest.mark.parametrize(
    "parents",
    [
        "[{name: 'a:80'}, {name: 'a/b'}, {name: A}]",
        "[{kind: Service, group: '', name: 'a:80'}, {kind: Service, group: '', name: a/b}]",
    ],
)
def test_what_can_have_no_such_name_does_not_exist(parents: str) -> None:
    mesh = _load(_route(_RULE, parents=parents))
    assert mesh.entries == ()
    assert {one.reason for one in mesh.status.routes} == {"ParentNotFound"}


def test_routes_cannot_be_multiplied_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meshroute.readers.gateway_api.answers.MAX_ROUTES", 3)
    names = "[a.b, c.d]"
    route = _route(_RULE).replace("rules:", f"hostnames: {names}, rules:")
    assert _load(_GATEWAY, _route(_RULE)).tables
    with pytest.raises(DocumentLoadError) as caught:
        _load(_GATEWAY, route)
    assert "the routes at all listeners are more than 3 (MAX_ROUTES)" in str(caught.value.exceptions[0])
    tcp = _route(", ".join([_RULE] * 4), kind="TCPRoute", parents="[{name: other}]")
    with pytest.raises(DocumentLoadError):
        _load(tcp)


def test_a_gateway_that_is_not_there_has_no_more_ports_than_one_could_have() -> None:
    routes = [_route(_RULE, name=f"r{port}", parents=f"[{{name: g, port: {port}}}]") for port in range(1, 65)]
    assert len(_load(*routes[:63]).entries) == 65
    with pytest.raises(DocumentLoadError) as caught:
        _load(*routes)
    assert "for more than 64 ports" in str(caught.value.exceptions[0])


def test_a_policy_is_for_services_only() -> None:
    ref = "{group: multicluster.x-k8s.io, kind: ServiceImport, name: b}"
    answer = Router(_load(_GATEWAY, _route(f"{{backendRefs: [{ref}]}}"), _policy("p", _BAD))).resolve(
        Request("GET", "http://h/")
    )
    assert [one.reason for one in answer.backends] == [None]

"""Routes: defaults of the API server, and its validation (gateway-api.md §2.1, §2.14)."""

from __future__ import annotations

import pytest

from meshroute.readers.gateway_api.objects import (
    HTTPMatch,
    PathMatch,
    Retry,
    SessionPersistence,
    Timeouts,
    ValueMatch,
)
from tests.unit.readers.gateway_api.reading import faults, good, read, route, rule, rule_faults, spec

_TARGET = "{name: s, port: 80}"


def test_an_http_route_without_rules_has_one() -> None:
    for text in ("{}", "{rules: null}"):
        (only,) = route("HTTPRoute", text).rules
        assert (only.matches, only.backends) == ((HTTPMatch(only.source),), ())
    (bare,) = good("{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: a}}").routes
    assert [one.path for one in bare.rules[0].matches if isinstance(one, HTTPMatch)] == [PathMatch("PathPrefix", "/")]
    assert bare.meta.namespace == "default"


def test_a_grpc_route_has_no_default_rule() -> None:
    assert route("GRPCRoute", "{}").rules == ()
    (only,) = good("{apiVersion: gateway.networking.k8s.io/v1, kind: GRPCRoute, metadata: {name: a}}").routes
    assert only.rules == ()


@pytest.mark.parametrize("matches", ["", "matches: []", "matches: [{}]", "matches: [{path: {}}]"])
def test_what_matches_default_to(matches: str) -> None:
    (match,) = rule(f"{{{matches}}}").matches
    assert isinstance(match, HTTPMatch)
    assert (match.path, match.headers, match.query, match.method) == (PathMatch("PathPrefix", "/"), (), (), None)


def test_all_of_a_match() -> None:
    (match,) = rule(
        "{matches: [{path: {type: Exact, value: /a}, method: POST, headers: [{name: A, value: b}],"
        " queryParams: [{type: RegularExpression, name: q, value: '[0-9]+'}]}]}"
    ).matches
    assert isinstance(match, HTTPMatch)
    assert match.path == PathMatch("Exact", "/a")
    assert (match.headers, match.method) == ((ValueMatch("Exact", "A", "b"),), "POST")
    assert match.query == (ValueMatch("RegularExpression", "q", "[0-9]+"),)


def test_where_rules_and_matches_are_written() -> None:
    (found,) = good(spec("HTTPRoute", "\n  rules:\n  - matches:\n    - path: {value: /a}\n")).routes
    sources = [found.meta.source, found.rules[0].source, found.rules[0].matches[0].source]
    assert [(one.line, one.pointer, one.kind, one.namespace, one.name) for one in sources] == [
        (1, "", "HTTPRoute", "shop", "x"),
        (6, "/spec/rules/0", "HTTPRoute", "shop", "x"),
        (7, "/spec/rules/0/matches/0", "HTTPRoute", "shop", "x"),
    ]


@pytest.mark.parametrize(
    ("text", "pointer", "words"),
    [
        ("{matches: [{path: {value: a}}]}", "/matches/0/path/value", "start with '/'"),
        ("{matches: [{path: {type: Regex}}]}", "/matches/0/path/type", "must be one of"),
        (
            "{matches: [{path: {type: RegularExpression, value: '('}}]}",
            "/matches/0/path/value",
            "no regular expression",
        ),
        ("{matches: [{method: get}]}", "/matches/0/method", "must be one of"),
        ("{matches: [{headers: [{name: a}]}]}", "/matches/0/headers/0", "`value` is required"),
        ("{matches: [{headers: [{name: 'a b', value: c}]}]}", "/matches/0/headers/0/name", "must match"),
        ("{matches: [{headers: [{name: a, value: ''}]}]}", "/matches/0/headers/0/value", "must have at least 1"),
        (
            "{matches: [{headers: [{name: a, value: b}, {name: a, value: c}]}]}",
            "/matches/0/headers",
            "`headers` has 'a' twice",
        ),
        (
            "{matches: [{queryParams: [{type: RegularExpression, name: a, value: '['}]}]}",
            "/matches/0/queryParams/0/value",
            "no regular expression",
        ),
        ("{mathces: []}", "/mathces", "unknown field"),
        ("{name: A}", "/name", "must match"),
    ],
)
def test_faults_of_matches(text: str, pointer: str, words: str) -> None:
    (found,) = rule_faults(text)
    assert found[0] == pointer
    assert words in found[1]


def test_the_size_of_a_route() -> None:
    match = "{path: {value: /a}}"
    (found,) = faults("HTTPRoute", f"{{rules: [{', '.join(['{}'] * 17)}]}}")
    assert found[0] == "/rules"
    (found,) = rule_faults(f"{{matches: [{', '.join([match] * 65)}]}}")
    assert found[0] == "/matches"
    rules = ", ".join([f"{{matches: [{', '.join([match] * 43)}]}}"] * 3)
    assert faults("HTTPRoute", f"{{rules: [{rules}]}}") == [
        ("/rules", "While 16 rules and 64 matches per rule are allowed, the total number must be at most 128")
    ]


def test_rules_with_one_name() -> None:
    assert faults("HTTPRoute", "{rules: [{name: a}, {name: a}]}") == [("/rules", "`rules` has 'a' twice")]


def test_durations_of_a_rule() -> None:
    found = rule("{timeouts: {request: 1m, backendRequest: 1500ms}}")
    assert found.timeouts == Timeouts(60_000, 1_500)
    assert rule("{timeouts: {request: 0s, backendRequest: 1m}}").timeouts == Timeouts(0, 60_000)
    assert rule_faults("{timeouts: {request: 1s, backendRequest: 2s}}") == [
        ("/timeouts/backendRequest", "backendRequest timeout cannot be longer than request timeout")
    ]
    assert [pointer for pointer, _ in rule_faults("{timeouts: {request: 1d}}")] == ["/timeouts/request"]


def test_retries() -> None:
    assert rule("{retry: {codes: [500, 503], attempts: 2, backoff: 100ms}}").retry == Retry((500, 503), 2, 100)
    assert rule_faults("{retry: {codes: [200, true, {}], attempts: 0}}") == [
        *[(f"/retry/codes/{at}", "an item of `codes` must be a status from 400 to 599") for at in range(3)],
        ("/retry/attempts", "`attempts` must be at least 1, not 0"),
    ]
    assert rule_faults("{retry: {codes: [500, 500]}}") == [("/retry/codes", "`codes` has '500' twice")]


def test_session_persistence() -> None:
    assert rule("{sessionPersistence: {}}").session == SessionPersistence()
    for field in ("cookie", "cookieConfig"):
        text = f"{{absoluteTimeout: 1h, sessionName: s, {field}: {{lifetimeType: Permanent, path: /a}}}}"
        found = rule(f"{{sessionPersistence: {text}}}").session
        assert found == SessionPersistence("Cookie", "s", 3_600_000, "Permanent", "/a")
    named = rule("{sessionPersistence: {type: Header, header: {name: x-id}}}").session
    assert named == SessionPersistence("Header", "x-id")


@pytest.mark.parametrize(
    ("text", "pointer", "words"),
    [
        ("{cookie: {lifetimeType: Permanent}}", "", "AbsoluteTimeout must be specified"),
        ("{type: Header, cookie: {}}", "/cookie", "by a cookie, not by a header"),
        ("{header: {name: x}}", "/header", "by a header, not by a cookie"),
    ],
)
def test_faults_of_session_persistence(text: str, pointer: str, words: str) -> None:
    ((found, message),) = rule_faults(f"{{sessionPersistence: {text}}}")
    assert found == f"/sessionPersistence{pointer}"
    assert words in message


def test_parents() -> None:
    first, second, third = route(
        "HTTPRoute",
        "{parentRefs: [{name: g, sectionName: web, port: 80}, {kind: ListenerSet, namespace: infra, name: l},"
        " {group: '', kind: Service, name: s}]}",
    ).parents
    assert (first.group, first.kind, first.namespace, first.name, first.section, first.port) == (
        "gateway.networking.k8s.io",
        "Gateway",
        "shop",
        "g",
        "web",
        80,
    )
    assert (second.kind, second.namespace) == ("ListenerSet", "infra")
    assert (third.group, third.kind) == ("", "Service")


@pytest.mark.parametrize(
    ("parents", "words"),
    [
        ("{name: g}, {name: g}", "must be specified"),
        ("{name: g, sectionName: a}, {name: g}", "must be specified"),
        ("{name: g, sectionName: a}, {name: g, sectionName: a}", "must be unique"),
    ],
)
def test_references_to_one_parent(parents: str, words: str) -> None:
    ((pointer, message),) = faults("HTTPRoute", f"{{parentRefs: [{parents}]}}")
    assert pointer == "/parentRefs"
    assert message.startswith("sectionName or port ")
    assert words in message


def test_references_that_are_told_apart() -> None:
    text = "{parentRefs: [{name: g, sectionName: a}, {name: g, sectionName: b}, {name: h}, {sectionName: c}]}"
    assert faults("HTTPRoute", text) == [("/parentRefs/3", "`name` is required in `spec.parentRefs[3]`")]


def test_hostnames() -> None:
    assert route("GRPCRoute", "{hostnames: ['*.a.example', b]}").hostnames == ("*.a.example", "b")
    assert [pointer for pointer, _ in faults("HTTPRoute", "{hostnames: [A.example, '*', a.*, 'a.example:80']}")] == [
        f"/hostnames/{at}" for at in range(4)
    ]


def test_grpc_matches() -> None:
    found = rule("{matches: [{}, {method: {service: a.B, method: C}, headers: [{name: h, value: v}]}]}", "GRPCRoute")
    first, second = found.matches
    assert (getattr(first, "service", 0), getattr(first, "method", 0)) == (None, None)
    assert (getattr(second, "service", 0), getattr(second, "method", 0)) == ("a.B", "C")
    assert second.headers == (ValueMatch("Exact", "h", "v"),)
    (anything,) = rule("{matches: [{method: {service: ''}}]}", "GRPCRoute").matches
    assert (getattr(anything, "service", 0), getattr(anything, "method", 0)) == (None, None)
    (regex,) = rule("{matches: [{method: {type: RegularExpression, service: 'a.*'}}]}", "GRPCRoute").matches
    assert getattr(regex, "kind", None) == "RegularExpression"


@pytest.mark.parametrize(
    ("method", "pointer", "words"),
    [
        ("{}", "", "One or both of 'service' or 'method'"),
        ("{service: a/b}", "/service", "must match"),
        ("{service: 1}", "/service", "must be a string"),
        ("{service: a, method: b.c}", "/method", "must match"),
        ("{type: RegularExpression, method: '('}", "/method", "no regular expression"),
    ],
)
def test_faults_of_grpc_matches(method: str, pointer: str, words: str) -> None:
    found = rule_faults(f"{{matches: [{{method: {method}}}]}}", "GRPCRoute")
    assert [one for one, _ in found] == [f"/matches/0/method{pointer}"]
    assert words in found[0][1]


@pytest.mark.parametrize("kind", ["TLSRoute", "TCPRoute", "UDPRoute"])
def test_routes_of_lower_layers(kind: str) -> None:
    (found,) = route(kind, f"{{parentRefs: [{{name: g}}], rules: [{{name: r, backendRefs: [{_TARGET}]}}]}}").rules
    assert (found.name, found.matches, found.backends[0].port) == ("r", (), 80)
    assert faults(kind, "{rules: [{backendRef: []}]}")[0][0] == "/rules/0/backendRef"
    assert read(f"{{apiVersion: gateway.networking.k8s.io/v1, kind: {kind}, metadata: {{name: a}}}}")[1] == [
        ("", "`spec` is required")
    ]

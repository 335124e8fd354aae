"""Listeners and attachment, by the words of the specification (gateway-api.md §2.2-2.4)."""

from __future__ import annotations

import pytest

from meshroute.readers.gateway_api.attachment import Attachment, attach
from meshroute.readers.gateway_api.listening import Listening, labels_of, listeners_of
from meshroute.readers.gateway_api.reading import Objects
from tests.unit.readers.gateway_api.reading import good

_HEAD = "apiVersion: gateway.networking.k8s.io/v1, kind"


def _one(kind: str, name: str, spec: str, more: str = "") -> str:
    namespace, _, name = name.rpartition("/")
    namespace = f", namespace: {namespace}" if namespace else ""
    return f"{{{_HEAD}: {kind}, metadata: {{name: {name}{namespace}{more}}}, spec: {spec}}}"


def _gateway(listeners: str, more: str = "") -> str:
    return _one("Gateway", "shop/g", f"{{gatewayClassName: c, listeners: [{listeners}]{more}}}")


def _set(name: str, listeners: str, more: str = "") -> str:
    return _one("ListenerSet", name, f"{{parentRef: {{name: g, namespace: shop}}, listeners: [{listeners}]}}", more)


def _route(name: str, spec: str, kind: str = "HTTPRoute", more: str = "") -> str:
    return _one(kind, name, spec, more)


def _objects(*texts: str) -> Objects:
    return good("\n---\n".join(texts))


def _listeners(objects: Objects) -> tuple[Listening, ...]:
    labels = labels_of(objects)
    return tuple([one for gateway in objects.gateways for one in listeners_of(gateway, objects, labels)])


def _attached(*texts: str) -> tuple[Attachment, ...]:
    objects = _objects(*texts)
    return attach(objects.routes, _listeners(objects), labels_of(objects))


def _shown(found: tuple[Listening, ...]) -> list[tuple[str, str, str | None]]:
    return [(one.owner.meta.name, one.listener.name, one.conflict) for one in found]


_WEB = "{name: web, port: 80, protocol: HTTP}"


def test_inside_of_a_gateway_nobody_wins() -> None:
    found = _listeners(
        _objects(
            _gateway(
                "{name: a, port: 80, protocol: HTTP}, {name: b, port: 80, protocol: HTTPS},"
                " {name: c, port: 80, protocol: HTTP, hostname: c}, {name: d, port: 90, protocol: TCP},"
                " {name: e, port: 90, protocol: HTTP}, {name: f, port: 90, protocol: UDP},"
                " {name: g, port: 91, protocol: HTTP}"
            )
        )
    )
    assert [(name, conflict) for _, name, conflict in _shown(found)] == [
        ("a", "ProtocolConflict"),
        ("b", "ProtocolConflict"),
        ("c", None),
        ("d", "ProtocolConflict"),
        ("e", "ProtocolConflict"),
        ("f", None),
        ("g", None),
    ]


def test_between_objects_the_first_wins() -> None:
    created = ", creationTimestamp: '{}-01-01T00:00:00Z'"
    found = _listeners(
        _objects(
            _set("shop/young", "{name: y, port: 81, protocol: HTTP}", created.format(2024)),
            _set(
                "shop/old",
                "{name: o, port: 81, protocol: HTTP}, {name: p, port: 80, protocol: HTTP}",
                created.format(2023),
            ),
            _gateway(_WEB, ", allowedListeners: {namespaces: {from: Same}}"),
        )
    )
    assert _shown(found) == [
        ("g", "web", None),
        ("old", "o", None),
        ("old", "p", "HostnameConflict"),
        ("young", "y", "HostnameConflict"),
    ]


def test_what_is_dropped_drops_nothing() -> None:
    found = _listeners(
        _objects(
            _gateway(
                "{name: a, port: 80, protocol: HTTP}, {name: b, port: 80, protocol: HTTPS}",
                ", allowedListeners: {namespaces: {from: Same}}",
            ),
            _set("shop/s", "{name: c, port: 80, protocol: HTTP}"),
        )
    )
    assert _shown(found)[2] == ("s", "c", None)


@pytest.mark.parametrize(
    ("allowed", "expected"),
    [
        ("", ["web"]),
        (", allowedListeners: {namespaces: {from: None}}", ["web"]),
        (", allowedListeners: {namespaces: {from: Same}}", ["web", "s"]),
        (", allowedListeners: {namespaces: {from: All}}", ["web", "t", "s"]),
        (", allowedListeners: {namespaces: {from: Selector, selector: {matchLabels: {a: b}}}}", ["web", "t"]),
    ],
)
def test_from_where_listener_sets_are_allowed(allowed: str, expected: list[str]) -> None:
    found = _listeners(
        _objects(
            _gateway(_WEB, allowed),
            _set("shop/s", "{name: s, port: 81, protocol: HTTP}"),
            _set("infra/t", "{name: t, port: 82, protocol: HTTP}"),
            _one("ListenerSet", "shop/u", "{parentRef: {name: other}, listeners: [{name: u, port: 1, protocol: TCP}]}"),
            "{apiVersion: v1, kind: Namespace, metadata: {name: infra, labels: {a: b}}}",
        )
    )
    assert [one.listener.name for one in found] == expected


@pytest.mark.parametrize(
    ("parent", "expected"),
    [
        ("{name: g}", "Accepted"),
        ("{name: g, sectionName: web}", "Accepted"),
        ("{name: g, sectionName: web, port: 80}", "Accepted"),
        ("{name: g, sectionName: web, port: 81}", "NoMatchingParent"),
        ("{name: g, sectionName: wep}", "NoMatchingParent"),
        ("{name: h}", "NoMatchingParent"),
        ("{kind: ListenerSet, name: g}", "NoMatchingParent"),
        ("{name: g, sectionName: tcp}", "NotAllowedByListeners"),
        ("{name: g, sectionName: grpc}", "NotAllowedByListeners"),
        ("{name: g, sectionName: elsewhere}", "NotAllowedByListeners"),
        ("{name: g, sectionName: host}", "NoMatchingListenerHostname"),
    ],
)
def test_reasons(parent: str, expected: str) -> None:
    (found,) = _attached(
        _gateway(
            f"{_WEB}, {{name: tcp, port: 81, protocol: TCP}}, {{name: host, port: 82, protocol: HTTP, hostname: b}},"
            " {name: grpc, port: 83, protocol: HTTP, allowedRoutes: {kinds: [{kind: GRPCRoute}]}},"
            " {name: elsewhere, port: 84, protocol: HTTP, allowedRoutes: {namespaces: {from: Selector, selector:"
            " {matchLabels: {kubernetes.io/metadata.name: other}}}}}"
        ),
        _route("shop/r", f"{{hostnames: [a], parentRefs: [{parent}]}}"),
    )
    assert (found.reason, found.accepted, bool(found.bounds)) == (expected, expected == "Accepted", found.accepted)


def test_a_listener_that_conflicts_takes_no_routes() -> None:
    (found,) = _attached(
        _gateway("{name: a, port: 80, protocol: HTTP}, {name: b, port: 80, protocol: HTTPS}"),
        _route("shop/r", "{parentRefs: [{name: g}]}"),
    )
    assert found.reason == "NoMatchingParent"


def test_a_gateway_does_not_lead_to_the_listeners_of_its_sets() -> None:
    through_gateway, through_set = _attached(
        _gateway(_WEB, ", allowedListeners: {namespaces: {from: All}}"),
        _set("infra/s", "{name: more, port: 81, protocol: HTTP}"),
        _route("shop/r", "{parentRefs: [{name: g}]}"),
        _route("infra/r", "{parentRefs: [{kind: ListenerSet, name: s}, {group: '', kind: Service, name: x}]}"),
    )
    assert [bound.listening.listener.name for bound in through_gateway.bounds] == ["web"]
    assert [bound.listening.listener.name for bound in through_set.bounds] == ["more"]


def test_other_namespaces() -> None:
    same, other = _attached(
        _gateway(_WEB),
        _route("shop/r", "{parentRefs: [{name: g}]}"),
        _route("other/r", "{parentRefs: [{name: g, namespace: shop}]}"),
    )
    assert (same.reason, other.reason) == ("Accepted", "NotAllowedByListeners")


def test_the_hostnames_that_count_are_those_in_common() -> None:
    (found,) = _attached(
        _gateway(
            "{name: a, port: 80, protocol: HTTP, hostname: '*.a'}, {name: b, port: 80, protocol: HTTP, hostname: b}"
        ),
        _route("shop/r", "{hostnames: [x.a, '*.b', '*.a'], parentRefs: [{name: g}]}"),
    )
    assert [(bound.listening.listener.name, bound.hostnames) for bound in found.bounds] == [("a", ("x.a", "*.a"))]


@pytest.mark.parametrize(("kind", "protocol"), [("TCPRoute", "TCP"), ("UDPRoute", "UDP"), ("TLSRoute", "TLS")])
def test_routes_of_lower_layers(kind: str, protocol: str) -> None:
    tls = ", tls: {mode: Passthrough}" if protocol == "TLS" else ""
    (found,) = _attached(
        _gateway(f"{{name: a, port: 80, protocol: {protocol}{tls}}}"),
        _route("shop/r", "{parentRefs: [{name: g}]}", kind),
    )
    assert found.accepted


def test_an_older_route_of_the_other_kind_keeps_the_hostname() -> None:
    created = ", creationTimestamp: '{}-01-01T00:00:00Z'"
    parents = "parentRefs: [{name: g}]"
    found = _attached(
        _gateway("{name: a, port: 80, protocol: HTTP}, {name: b, port: 81, protocol: HTTP, hostname: only.b}"),
        _route("shop/a", f"{{{parents}, hostnames: ['*.x']}}", "HTTPRoute", created.format(2024)),
        _route("shop/b", f"{{{parents}, hostnames: [g.x]}}", "GRPCRoute", created.format(2023)),
        _route("shop/c", f"{{{parents}, hostnames: [h.x]}}", "HTTPRoute", created.format(2025)),
        _route("shop/d", f"{{{parents}, hostnames: [h.x, only.b]}}", "GRPCRoute", created.format(2026)),
    )
    assert [one.reason for one in found] == ["Conflicted", "Accepted", "Accepted", "Accepted"]
    assert [bound.hostnames for bound in found[3].bounds] == [("only.b",)]

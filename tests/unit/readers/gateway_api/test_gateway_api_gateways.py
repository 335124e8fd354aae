"""Gateways, ListenerSets, grants, Services, policies; documents and identities."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from meshroute.readers._document import Problems, read_sources
from meshroute.readers._document.kubernetes import Selector
from meshroute.readers.gateway_api.objects import (
    Gateway,
    Namespaces,
    Service,
    ServicePort,
)
from meshroute.readers.gateway_api.reading import read_gateway_api
from tests.unit.readers.gateway_api.reading import faults, good, read, spec

_HTTP = "{name: web, port: 80, protocol: HTTP}"


def _gateway(listeners: str, more: str = "") -> Gateway:
    (found,) = good(spec("Gateway", f"{{gatewayClassName: c, listeners: [{listeners}]{more}}}")).gateways
    return found


def test_what_a_listener_defaults_to() -> None:
    gateway = _gateway(_HTTP)
    (listener,) = gateway.listeners
    assert (gateway.class_name, gateway.listener_sets) == ("c", Namespaces("None"))
    assert (listener.hostname, listener.namespaces, listener.kinds, listener.tls) == (
        None,
        Namespaces("Same"),
        (),
        None,
    )


def test_all_of_a_listener() -> None:
    (listener,) = _gateway(
        "{name: web, port: 443, protocol: HTTPS, hostname: '*.a.example', tls: {certificateRefs: [{name: c}]},"
        " allowedRoutes: {kinds: [{kind: HTTPRoute}, {group: '', kind: X}], namespaces: {from: Selector, selector:"
        " {matchLabels: {a: b}, matchExpressions: [{key: c, operator: In, values: [d]}]}}}}"
    ).listeners
    assert (listener.hostname, listener.tls) == ("*.a.example", "Terminate")
    assert [(one.kind, one.namespace, one.name) for one in listener.certificates] == [("Secret", "shop", "c")]
    assert listener.kinds == (("gateway.networking.k8s.io", "HTTPRoute"), ("", "X"))
    assert listener.namespaces == Namespaces("Selector", Selector((("a", "b"),), (("c", "In", ("d",)),)))


def test_listener_sets() -> None:
    text = "{parentRef: {name: g, namespace: infra}, listeners: [{name: a, port: 1, protocol: TCP}]}"
    (found,) = good(spec("ListenerSet", text)).listener_sets
    assert (found.parent.kind, found.parent.namespace, found.parent.name) == ("Gateway", "infra", "g")
    gateway = _gateway(_HTTP, ", allowedListeners: {namespaces: {from: All}}")
    assert gateway.listener_sets == Namespaces("All")
    assert _gateway(_HTTP, ", allowedListeners: {}").listener_sets == Namespaces("None")
    assert [pointer for pointer, _ in faults("ListenerSet", "{listeners: []}")] == ["", "/listeners"]


@pytest.mark.parametrize(
    ("listener", "pointer", "words"),
    [
        ("{name: a, port: 1, protocol: TCP, hostname: a}", "/0/hostname", "must not be specified"),
        ("{name: a, port: 1, protocol: HTTP, tls: {options: {}}}", "/0/tls", "tls must not be specified"),
        ("{name: a, port: 1, protocol: TLS}", "/0", "tls mode must be set for protocol TLS"),
        ("{name: a, port: 1, protocol: HTTPS, tls: {mode: Passthrough}}", "/0/tls/mode", "must be Terminate"),
        ("{name: a, port: 1, protocol: HTTPS, tls: {}}", "/0/tls", "certificateRefs or options must be specified"),
        ("{name: a, port: 1, protocol: HTTP}, {name: a, port: 2, protocol: HTTP}", "", "name must be unique"),
        ("{name: a, port: 1, protocol: HTTP}, {name: b, port: 1, protocol: HTTP}", "", "Combination of port"),
        ("{port: 1, protocol: HTTP}", "/0", "`name` is required"),
        ("{name: a, port: 1, protocol: 'a b'}", "/0/protocol", "must match"),
        ("{name: a, port: 1, protocol: HTTP, allowedRoutes: {kinds: [{}]}}", "/0/allowedRoutes/kinds/0", "`kind` is"),
        (
            "{name: a, port: 1, protocol: HTTP, allowedRoutes: {namespaces: {from: None}}}",
            "/0/allowedRoutes/namespaces/from",
            "must be one of All, Same, Selector",
        ),
        (
            (
                "{name: a, port: 1, protocol: HTTP, allowedRoutes: {namespaces: {selector: {matchExpressions:"
                " [{key: a, operator: Exists, values: [b]}]}}}}"
            ),
            "/0/allowedRoutes/namespaces/selector/matchExpressions/0/values",
            "`values` must be empty with the operator Exists",
        ),
        (
            (
                "{name: a, port: 1, protocol: HTTP, allowedRoutes: {namespaces: {selector: {matchExpressions:"
                " [{operator: Exists}]}}}}"
            ),
            "/0/allowedRoutes/namespaces/selector/matchExpressions/0",
            "`key` is required",
        ),
    ],
)
def test_faults_of_listeners(listener: str, pointer: str, words: str) -> None:
    ((found, message),) = faults("Gateway", f"{{gatewayClassName: c, listeners: [{listener}]}}")
    assert found == f"/listeners{pointer}"
    assert words in message


def test_tls_of_listeners() -> None:
    passed, plain = _gateway(
        "{name: a, port: 1, protocol: TLS, tls: {mode: Passthrough}}, {name: b, port: 2, protocol: HTTPS}"
    ).listeners
    assert (passed.tls, plain.tls) == ("Passthrough", "Terminate")


def test_grants() -> None:
    text = (
        "{from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: web}, {group: ''}],"
        " to: [{group: '', kind: Service}, {group: '', kind: Secret, name: s}, {kind: X}]}"
    )
    objects, found = read(spec("ReferenceGrant", text))
    (grant,) = objects.grants
    assert grant.sources == (("gateway.networking.k8s.io", "HTTPRoute", "web"),)
    assert grant.targets == (("", "Service", None), ("", "Secret", "s"))
    assert [pointer for pointer, _ in found] == ["/spec/from/1", "/spec/from/1", "/spec/to/2"]


def test_services_and_namespaces() -> None:
    objects = good(
        "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {selector: {a: b}, ports:"
        " [{port: 80, name: web, appProtocol: kubernetes.io/h2c, targetPort: 1}]}}\n---\n"
        "{apiVersion: v1, kind: Service, metadata: {name: t}}\n---\n"
        "{apiVersion: v1, kind: Namespace, metadata: {name: n, labels: {team: shop}}}"
    )
    assert objects.services[0].ports == (ServicePort(80, "web", "kubernetes.io/h2c"),)
    assert objects.services[1] == Service(objects.services[1].meta, ())
    (namespace,) = objects.namespaces
    assert (namespace.namespace, namespace.labels) == ("", (("kubernetes.io/metadata.name", "n"), ("team", "shop")))
    assert not objects.has_routing
    assert [
        pointer for pointer, _ in read("{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {ports: [{}]}}")[1]
    ]


def test_policies() -> None:
    text = (
        "{targetRefs: [{group: '', kind: Service, name: s, sectionName: web}, {group: ''}],"
        " validation: {hostname: a.example, caCertificateRefs: [{group: '', kind: ConfigMap, name: ca}]}}"
    )
    objects, found = read(spec("BackendTLSPolicy", text))
    (policy,) = objects.policies
    assert policy.targets == (("", "Service", "s", "web"),)
    assert (policy.hostname, [one.kind for one in policy.certificates]) == ("a.example", ["ConfigMap"])
    assert {pointer for pointer, _ in found} == {"/spec/targetRefs/1"}


@pytest.mark.parametrize(
    ("validation", "words"),
    [
        ("{wellKnownCACertificates: System}", "`hostname` is required"),
        ("{hostname: a}", "must specify either CACertificateRefs or WellKnownCACertificates"),
        ("{hostname: a, wellKnownCACertificates: System, caCertificateRefs: [{kind: C, name: c}]}", "not contain both"),
    ],
)
def test_faults_of_policies(validation: str, words: str) -> None:
    text = f"{{targetRefs: [{{group: '', kind: Service, name: s}}], validation: {validation}}}"
    ((_, message),) = faults("BackendTLSPolicy", text)
    assert words in message


@pytest.mark.parametrize("kind", ["Gateway", "ListenerSet", "ReferenceGrant", "BackendTLSPolicy"])
def test_objects_without_spec(kind: str) -> None:
    objects, found = read(f"{{apiVersion: gateway.networking.k8s.io/v1, kind: {kind}, metadata: {{name: a}}}}")
    assert found == [("", "`spec` is required")]
    assert not objects.has_routing


def test_a_policy_without_validation() -> None:
    assert [message for _, message in faults("BackendTLSPolicy", "{targetRefs: [{group: '', kind: S, name: s}]}")] == [
        "`validation` is required in `spec`"
    ]


def test_lists_and_other_kinds() -> None:
    objects = good(
        "{apiVersion: v1, kind: List, items: [{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRouteList, items:"
        " [{apiVersion: gateway.networking.k8s.io/v1beta1, kind: HTTPRoute, metadata: {name: a}}]},"
        " {apiVersion: gateway.networking.k8s.io/v1, kind: GatewayClass, metadata: {name: c}, spec: {}},"
        " {apiVersion: apps/v1, kind: Deployment}, 1]}"
    )
    assert [route.meta.id for route in objects.routes] == ["HTTPRoute/default/a"]
    assert [(one.id, one.namespace) for one in objects.classes] == [("GatewayClass//c", "")]
    assert objects.has_routing


def test_versions_that_there_never_were() -> None:
    text = "[{apiVersion: gateway.networking.k8s.io/v7, kind: Gateway}, {apiVersion: x/v7, kind: Gateway}]"
    objects, found = read(text)
    assert (objects.gateways, found) == ((), [("/0", "`Gateway` has no version `v7`")])


@pytest.mark.parametrize("names", [("x.y", "z.y"), ("z.y", "x.y", "z.y")])
def test_of_two_objects_the_later_one_may_count(names: tuple[str, ...]) -> None:
    head = "{apiVersion: gateway.networking.k8s.io/v1, kind: GRPCRoute, metadata: {name: a}, spec: {hostnames: [%s]}}"
    documents = read_sources(
        (io.StringIO("\n---\n".join(head % name for name in names)),), None, problems := Problems()
    )
    objects = read_gateway_api(documents, problems, override=True)
    assert [(route.meta.name, route.hostnames) for route in objects.routes] == [("a", ("z.y",))]
    assert not problems


def test_the_same_object_once_more_says_nothing_new() -> None:
    head = "{apiVersion: gateway.networking.k8s.io/v1, kind: GRPCRoute, metadata: {name: a}, spec: {hostnames: [%s]}}"
    objects = good(f"{head % 'x.y'}\n---\n{head % 'x.y'}")
    assert [route.meta.source.line for route in objects.routes] == [1]
    _, found = read("\n---\n".join(head % name for name in ("x.y", "x.y", "z.y", "x.y", "w.y")))
    assert [message for _, message in found] == ["GRPCRoute/default/a is there twice, with other contents"]


def test_what_references_lead_to() -> None:
    objects = good(
        "[{apiVersion: v1, kind: Secret, metadata: {name: a}}, {apiVersion: v1, kind: Secret},"
        " {apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: n}}, {apiVersion: v1, kind: Secret,"
        " metadata: {}}, {apiVersion: x/v1, kind: Secret, metadata: {name: c}}]"
    )
    assert objects.others == {"Secret default/a", "ConfigMap n/b"}


def test_identities() -> None:
    metadata = [
        ", metadata: {name: a, creationTimestamp: '2024-01-01T00:00:00Z'}",
        ", metadata: {name: a}",
        "",
        ", metadata: {name: b, namespace: B}",
        ", metadata: {}",
    ]
    head = "{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute"
    objects, found = read("\n---\n".join(f"{head}{one}}}" for one in metadata))
    assert [one.meta.created for one in objects.routes] == [None]
    assert [message.split(",")[0] for _, message in found] == [
        "HTTPRoute/default/a is there twice",
        "`metadata` is required",
        "`namespace` must match [a-z0-9]([-a-z0-9]*[a-z0-9])?",
        "`name` is required in `metadata`",
    ]


def test_the_shared_manifests(shared: Path) -> None:
    problems = Problems()
    for file in sorted((shared / "manifests" / "gateway-api").rglob("*.yaml")):
        read_gateway_api(read_sources((file,), None, problems), problems)
    assert (list(problems.errors), list(problems.notices)) == ([], [])

"""References and status: what a controller would write (gateway-api.md §2.3, §2.9)."""

from __future__ import annotations

import io

import pytest

from meshroute.errors import DocumentLoadError
from meshroute.model.status import Condition, ListenerStatus, RouteStatus
from meshroute.readers.gateway_api.status import status_of
from meshroute.readers.statuses import load_status
from tests.unit.readers.gateway_api.reading import good

_HEAD = "apiVersion: gateway.networking.k8s.io/v1, kind"
_GATEWAY = (
    f"{{{_HEAD}: Gateway, metadata: {{name: g, namespace: shop}}, spec: {{gatewayClassName: c, listeners:"
    " [{name: web, port: 80, protocol: HTTP}]}}"
)
_SERVICE = "{apiVersion: v1, kind: Service, metadata: {name: s, namespace: shop}}"


def _route(spec: str, kind: str = "HTTPRoute") -> str:
    return f"{{{_HEAD}: {kind}, metadata: {{name: r, namespace: shop}}, spec: {spec}}}"


def _to(*backends: str, parent: str = "{name: g}") -> str:
    return _route(f"{{parentRefs: [{parent}], rules: [{{backendRefs: [{', '.join(backends)}]}}]}}")


def _grant(targets: str, namespace: str = "other", source: str = "HTTPRoute", by: str = "shop") -> str:
    return (
        f"{{{_HEAD}: ReferenceGrant, metadata: {{name: x, namespace: {namespace}}}, spec: {{from:"
        f" [{{group: gateway.networking.k8s.io, kind: {source}, namespace: {by}}}], to: [{targets}]}}}}"
    )


def _routes(*texts: str, strict: bool = False) -> tuple[RouteStatus, ...]:
    return status_of(good("\n---\n".join(texts)), strict=strict).routes


def test_a_route_that_is_attached() -> None:
    (found,) = _routes(_GATEWAY, _to("{name: s, port: 80}"))
    assert found == RouteStatus(
        "HTTPRoute/shop/r",
        "Gateway/shop/g",
        None,
        accepted=True,
        reason="Accepted",
        resolved_refs=True,
        refs_reason="ResolvedRefs",
        message="attached",
    )


@pytest.mark.parametrize(
    ("backend", "more", "expected"),
    [
        ("{name: s, port: 80}", [], "ResolvedRefs"),
        ("{name: s, port: 80}", [_SERVICE], "ResolvedRefs"),
        ("{name: t, port: 80}", [_SERVICE], "BackendNotFound"),
        ("{group: apps, kind: Deployment, name: s}", [], "InvalidKind"),
        ("{group: multicluster.x-k8s.io, kind: ServiceImport, name: s, port: 80}", [_SERVICE], "ResolvedRefs"),
        ("{name: s, namespace: other, port: 80}", [], "RefNotPermitted"),
        ("{name: s, namespace: other, port: 80}", [_grant("{group: '', kind: Service}")], "ResolvedRefs"),
        ("{name: s, namespace: other, port: 80}", [_grant("{group: '', kind: Service, name: s}")], "ResolvedRefs"),
        ("{name: s, namespace: other, port: 80}", [_grant("{group: '', kind: Service, name: t}")], "RefNotPermitted"),
        ("{name: s, namespace: other, port: 80}", [_grant("{group: '', kind: Secret}")], "RefNotPermitted"),
        ("{name: s, namespace: other, port: 80}", [_grant("{group: '', kind: Service}", "shop")], "RefNotPermitted"),
        (
            "{name: s, namespace: other, port: 80}",
            [_grant("{group: '', kind: Service}", source="GRPCRoute")],
            "RefNotPermitted",
        ),
        (
            "{name: s, namespace: other, port: 80}",
            [_grant("{group: '', kind: Service}", by="web")],
            "RefNotPermitted",
        ),
    ],
)
def test_references(backend: str, more: list[str], expected: str) -> None:
    (found,) = _routes(_GATEWAY, _to(backend), *more)
    assert (found.accepted, found.refs_reason, found.resolved_refs) == (True, expected, expected == "ResolvedRefs")


def test_strict_assumes_nothing() -> None:
    imported = "{group: multicluster.x-k8s.io, kind: ServiceImport, name: s, port: 80}"
    for backend in ("{name: s, port: 80}", imported):
        (found,) = _routes(_GATEWAY, _to(backend), strict=True)
        assert found.refs_reason == "BackendNotFound"
    (found,) = _routes(_GATEWAY, _to("{name: s, port: 80}"), _SERVICE, strict=True)
    assert found.resolved_refs


def test_the_references_of_filters_count() -> None:
    mirror = "{type: RequestMirror, requestMirror: {backendRef: {name: m, namespace: other, port: 80}}}"
    auth = "{type: ExternalAuth, externalAuth: {backendRef: {group: a, kind: B, name: c}}}"
    backend = f"{{name: s, port: 80, filters: [{auth}]}}"
    rewrite = "{type: URLRewrite, urlRewrite: {}}"
    text = f"{{parentRefs: [{{name: g}}], rules: [{{filters: [{rewrite}, {mirror}], backendRefs: [{backend}]}}]}}"
    (found,) = _routes(_GATEWAY, _route(text))
    assert (found.resolved_refs, found.refs_reason) == (False, "RefNotPermitted")
    assert found.message == "attached; Service other/m: RefNotPermitted; B shop/c: InvalidKind"


def test_parents_that_are_not_there_and_meshes() -> None:
    text = (
        "{parentRefs: [{name: h, sectionName: web}, {group: '', kind: Service, name: s}, {group: a, kind: B, name: c},"
        " {kind: ListenerSet, name: l}], rules: [{backendRefs: [{name: t, namespace: other, port: 80}]}]}"
    )
    listener_set = (
        f"{{{_HEAD}: ListenerSet, metadata: {{name: l, namespace: shop}}, spec: {{parentRef: {{name: g}}, listeners:"
        " [{name: a, port: 81, protocol: HTTP}]}}"
    )
    found = _routes(_route(text), _GATEWAY, listener_set)
    assert [(one.parent, one.section, one.accepted, one.reason, one.refs_reason) for one in found] == [
        ("Gateway/shop/h", "web", None, "ParentNotFound", "RefNotPermitted"),
        ("Service/shop/s", None, True, "Accepted", "ResolvedRefs"),
        ("B/shop/c", None, None, "ParentNotFound", "RefNotPermitted"),
        ("ListenerSet/shop/l", None, False, "NoMatchingParent", "RefNotPermitted"),
    ]


def test_what_is_called_like_a_parent() -> None:
    parents = "{group: a.example, kind: Gateway, name: g}, {group: '', kind: Service, name: t}"
    found = _routes(_GATEWAY, _SERVICE, _route(f"{{parentRefs: [{parents}]}}"))
    assert [(one.accepted, one.reason) for one in found] == [(None, "ParentNotFound")] * 2


def test_listeners() -> None:
    listeners = (
        "{name: a, port: 80, protocol: HTTP, allowedRoutes: {kinds: [{kind: HTTPRoute}, {kind: TCPRoute}]}},"
        " {name: b, port: 81, protocol: HTTP}, {name: c, port: 81, protocol: TCP},"
        " {name: d, port: 82, protocol: HTTPS, tls: {certificateRefs: [{name: x, namespace: other}]}},"
        " {name: e, port: 83, protocol: HTTPS, tls: {certificateRefs: [{kind: ConfigMap, name: x}]}},"
        " {name: f, port: 84, protocol: example.com/foo}"
    )
    gateway = (
        f"{{{_HEAD}: Gateway, metadata: {{name: g, namespace: shop}}, spec: {{gatewayClassName: c,"
        f" listeners: [{listeners}]}}}}"
    )
    twice = "{parentRefs: [{name: g, sectionName: a}, {name: g, sectionName: a, port: 80}]}"
    found = status_of(good(f"{gateway}\n---\n{_route(twice)}")).listeners
    assert found[0] == ListenerStatus(
        "Gateway/shop/g",
        "a",
        1,
        (
            Condition("Accepted", status=True, reason="Accepted"),
            Condition("Conflicted", status=False, reason="NoConflicts"),
            Condition("ResolvedRefs", status=False, reason="InvalidRouteKinds"),
        ),
    )
    assert [(one.listener, [condition.reason for condition in one.conditions]) for one in found[1:]] == [
        ("b", ["ProtocolConflict", "ProtocolConflict", "ResolvedRefs"]),
        ("c", ["ProtocolConflict", "ProtocolConflict", "ResolvedRefs"]),
        ("d", ["Accepted", "NoConflicts", "RefNotPermitted"]),
        ("e", ["Accepted", "NoConflicts", "InvalidCertificateRef"]),
        ("f", ["UnsupportedProtocol", "NoConflicts", "ResolvedRefs"]),
    ]


def test_a_certificate_in_another_namespace_with_a_grant() -> None:
    tls = "tls: {certificateRefs: [{name: x, namespace: other}]}"
    gateway = _GATEWAY.replace("protocol: HTTP}", f"protocol: HTTPS, {tls}}}")
    grant = _grant("{group: '', kind: Secret}", source="Gateway")
    (found,) = status_of(good(f"{gateway}\n---\n{grant}")).listeners
    assert found.conditions[2] == Condition("ResolvedRefs", status=True, reason="ResolvedRefs")


def test_a_kind_that_the_protocol_cannot_have() -> None:
    gateway = _GATEWAY.replace("protocol: HTTP}", "protocol: HTTP, allowedRoutes: {kinds: [{kind: TCPRoute}]}}")
    (found,) = _routes(gateway, _route("{parentRefs: [{name: g}]}", "TCPRoute"))
    assert found.reason == "NotAllowedByListeners"


def test_loading() -> None:
    status, notices = load_status(io.StringIO(_GATEWAY.replace("spec:", "extra: 1, spec:")))
    assert [one.listener for one in status.listeners] == ["web"]
    assert [notice.code for notice in notices] == ["unknown-field", "assumed"]


@pytest.mark.parametrize(
    ("text", "strict", "words"),
    [
        (_SERVICE, False, "there is no Gateway, ListenerSet or route in the sources"),
        (_GATEWAY.replace("spec:", "extra: 1, spec:"), True, "unknown field `extra`"),
        (_GATEWAY.replace("port: 80", "port: 0"), False, "`port` must be at least 1"),
    ],
)
def test_documents_that_are_refused(text: str, strict: bool, words: str) -> None:  # noqa: FBT001 - a table
    with pytest.raises(DocumentLoadError) as caught:
        load_status(io.StringIO(text), strict=strict)
    assert [words in str(error) for error in caught.value.exceptions] == [True]

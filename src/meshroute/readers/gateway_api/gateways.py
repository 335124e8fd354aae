"""Gateways, ListenerSets; grants, Services and policies, which decide about references (gateway-api.md §2.14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from meshroute.readers.gateway_api.objects import (
    GROUP,
    TLS,
    Gateway,
    Listener,
    ListenerSet,
    Meta,
    Namespaces,
    ObjectRef,
    ReferenceGrant,
    Service,
    ServicePort,
    TLSPolicy,
)
from meshroute.readers.gateway_api.parts import (
    NAME,
    read_hostname,
    read_namespaces,
    read_ref,
    read_refs,
    source_of,
)

if TYPE_CHECKING:
    from meshroute.readers._document import Fields

_PROTOCOL: Final = rf"[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?|{NAME}/[A-Za-z0-9]+"
_NO_TLS: Final = frozenset({"HTTP", "TCP", "UDP"})
_NO_HOSTNAME: Final = frozenset({"TCP", "UDP"})


def read_gateway(root: Fields, meta: Meta) -> Gateway | None:
    """Read a Gateway.

    Args:
        root: The object.
        meta: Its identity.

    Returns:
        The gateway, or None where it has no ``spec``.
    """
    spec = root.mapping("spec", required=True)
    if spec is None:
        return None
    class_name = spec.string("gatewayClassName", required=True, min_length=1, max_length=253)
    allowed = spec.mapping("allowedListeners")
    sets = Namespaces("None")
    if allowed is not None:
        choices = ("All", "Same", "Selector", "None")
        sets = read_namespaces(allowed.mapping("namespaces"), "None", choices)
        allowed.finish()
    listeners = _read_listeners(spec, meta)
    spec.ignore("addresses", "infrastructure", "backendTLS", "tls", "defaultScope").finish()
    return Gateway(meta, class_name or "", listeners, sets)


def read_listener_set(root: Fields, meta: Meta) -> ListenerSet | None:
    """Read a ListenerSet.

    Args:
        root: The object.
        meta: Its identity.

    Returns:
        The set, or None where it has no parent.
    """
    spec = root.mapping("spec", required=True)
    if spec is None:
        return None
    parent = spec.mapping("parentRef", required=True)
    target = None
    if parent is not None:
        target = read_ref(parent, meta, "Gateway", GROUP)
        parent.finish()
    listeners = _read_listeners(spec, meta)
    spec.finish()
    return None if target is None else ListenerSet(meta, target, listeners)


def _read_listeners(spec: Fields, meta: Meta) -> tuple[Listener, ...]:
    found = [_read_listener(one, meta) for one in spec.children("listeners", required=True, min_items=1, max_items=64)]
    listeners = tuple([one for one in found if one is not None])
    names = [one.name for one in listeners]
    if len(set(names)) < len(names):
        spec.error("listeners", "Listener name must be unique within the Gateway")
    places = [(one.port, one.protocol, one.hostname) for one in listeners]
    if len(set(places)) < len(places):
        spec.error("listeners", "Combination of port, protocol and hostname must be unique for each listener")
    return listeners


def _read_listener(one: Fields, meta: Meta) -> Listener | None:
    name = one.string("name", required=True, min_length=1, max_length=253, pattern=NAME)
    port = one.integer("port", required=True, minimum=1, maximum=65535)
    protocol = one.string("protocol", required=True, min_length=1, max_length=255, pattern=_PROTOCOL)
    hostname = read_hostname(one, "hostname")
    if hostname is not None and protocol in _NO_HOSTNAME:
        one.error("hostname", "hostname must not be specified for protocols ['TCP', 'UDP']")
    allowed = one.mapping("allowedRoutes")
    namespaces = Namespaces()
    kinds: list[tuple[str, str]] = []
    if allowed is not None:
        namespaces = read_namespaces(allowed.mapping("namespaces"), "Same", ("All", "Same", "Selector"))
        for kind in allowed.children("kinds", max_items=8):
            group = kind.string("group", max_length=253)
            found = kind.string("kind", required=True, min_length=1, max_length=63)
            kind.finish()
            kinds += [] if found is None else [(GROUP if group is None else group, found)]
        allowed.finish()
    tls = _read_tls(one, meta, protocol or "")
    one.finish()
    if name is None or port is None or protocol is None:
        return None
    source = source_of(one.node, meta)
    return Listener(name, port, protocol, hostname, namespaces, tuple(kinds), *tls, source)


def _read_tls(one: Fields, meta: Meta, protocol: str) -> tuple[TLS | None, tuple[ObjectRef, ...]]:
    """Read what happens to TLS at a listener."""
    fields = one.mapping("tls")
    if fields is None:
        if protocol == "TLS":
            one.error("tls", "tls mode must be set for protocol TLS")
        return ("Terminate" if protocol == "HTTPS" else None), ()
    if protocol in _NO_TLS:
        one.error("tls", "tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']")
    mode: TLS = (
        "Passthrough" if fields.string("mode", choices=("Terminate", "Passthrough")) == "Passthrough" else "Terminate"
    )
    if protocol == "HTTPS" and mode != "Terminate":
        fields.error("mode", "tls mode must be Terminate for protocol HTTPS")
    certificates = read_refs(fields, "certificateRefs", meta, "Secret", 64)
    if mode == "Terminate" and not certificates and not fields.has("options"):
        fields.error("certificateRefs", "certificateRefs or options must be specified when mode is Terminate")
    fields.ignore("options", "frontendValidation").finish()
    return mode, certificates


def read_grant(root: Fields, meta: Meta) -> ReferenceGrant | None:
    """Read a ReferenceGrant.

    Args:
        root: The object.
        meta: Its identity.

    Returns:
        The grant, or None where it has no ``spec``.
    """
    spec = root.mapping("spec", required=True)
    if spec is None:
        return None
    sources: list[tuple[str, str, str]] = []
    for one in spec.children("from", required=True, min_items=1, max_items=16):
        group, kind = _group_and_kind(one)
        namespace = one.string("namespace", required=True, min_length=1, max_length=63)
        one.finish()
        if group is not None and kind is not None and namespace is not None:
            sources.append((group, kind, namespace))
    targets: list[tuple[str, str, str | None]] = []
    for one in spec.children("to", required=True, min_items=1, max_items=16):
        group, kind = _group_and_kind(one)
        name = one.string("name", min_length=1, max_length=253)
        one.finish()
        if group is not None and kind is not None:
            targets.append((group, kind, name))
    spec.finish()
    return ReferenceGrant(meta, tuple(sources), tuple(targets))


def _group_and_kind(one: Fields) -> tuple[str | None, str | None]:
    return (
        one.string("group", required=True, max_length=253),
        one.string("kind", required=True, min_length=1, max_length=63),
    )


def read_service(root: Fields, meta: Meta) -> Service:
    """Read a Service: only its ports matter here.

    Args:
        root: The object.
        meta: Its identity.

    Returns:
        The service.
    """
    spec = root.mapping("spec")
    ports: list[ServicePort] = []
    for one in () if spec is None else spec.children("ports"):
        port = one.integer("port", required=True, minimum=1, maximum=65535)
        if port is not None:
            ports.append(ServicePort(port, one.string("name"), one.string("appProtocol")))
    return Service(meta, tuple(ports))


def read_tls_policy(root: Fields, meta: Meta) -> TLSPolicy | None:
    """Read a BackendTLSPolicy.

    Args:
        root: The object.
        meta: Its identity.

    Returns:
        The policy, or None where it has no validation.
    """
    spec = root.mapping("spec", required=True)
    if spec is None:
        return None
    targets: list[tuple[str, str, str, str | None]] = []
    for one in spec.children("targetRefs", required=True, min_items=1, max_items=16):
        group, kind = _group_and_kind(one)
        name = one.string("name", required=True, min_length=1, max_length=253)
        section = one.string("sectionName", min_length=1, max_length=253, pattern=NAME)
        one.finish()
        if group is not None and kind is not None and name is not None:
            targets.append((group, kind, name, section))
    validation = spec.mapping("validation", required=True)
    spec.ignore("options").finish()
    if validation is None:
        return None
    hostname = read_hostname(validation, "hostname", precise=True)
    if hostname is None and not validation.has("hostname"):
        validation.error("hostname", "`hostname` is required in `validation`")
    certificates = read_refs(validation, "caCertificateRefs", meta, "", 8)
    if bool(certificates) == bool(validation.has("wellKnownCACertificates")):
        message = "must specify either CACertificateRefs or WellKnownCACertificates"
        validation.error("caCertificateRefs", f"must not contain both: {message}" if certificates else message)
    validation.ignore("subjectAltNames").finish()
    return TLSPolicy(meta, tuple(targets), hostname or "", certificates)

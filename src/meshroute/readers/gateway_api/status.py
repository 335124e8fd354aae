"""What a controller would write into ``status``, of routes and listeners (gateway-api.md §2.2-2.4)."""

from __future__ import annotations

from collections import Counter
from typing import Final

from meshroute.model.status import Condition, ListenerStatus, RouteStatus, Status
from meshroute.readers.gateway_api.attachment import Attachment, attach, kinds_at
from meshroute.readers.gateway_api.listening import Listening, labels_of, listeners_of
from meshroute.readers.gateway_api.objects import ParentRef, Route
from meshroute.readers.gateway_api.reading import Objects
from meshroute.readers.gateway_api.references import FRONTENDS, References, references_of

_MESSAGES: Final[dict[str, str]] = {
    "Accepted": "attached",
    "NoMatchingParent": "the parent has no listener of this name and port, or only such as conflict with others",
    "NotAllowedByListeners": "no such listener takes routes of this kind from this namespace",
    "NoMatchingListenerHostname": "no such listener has a hostname in common with the route",
    "Conflicted": "an older route of another kind answers for the same hosts there",
    "ParentNotFound": "the parent is not among the documents",
}


def status_of(objects: Objects, *, strict: bool = False) -> Status:
    """Work out the status of all routes and listeners.

    Args:
        objects: The objects.
        strict: Assume nothing that is not among the documents.

    Returns:
        The status: routes in the order of the documents, listeners in that of their Gateways.
    """
    labels, references = labels_of(objects), References(objects, strict=strict)
    listeners = tuple([one for gateway in objects.gateways for one in listeners_of(gateway, objects, labels)])
    attachments = attach(objects.routes, listeners, labels)
    by_parent = {(one.route.meta.id, one.parent): one for one in attachments}
    owners = {one.meta.id for one in objects.gateways} | {one.meta.id for one in objects.listener_sets}
    routes = [
        _route_status(route, parent, by_parent.get((route.meta.id, parent)), owners, references)
        for route in objects.routes
        for parent in route.parents
    ]
    attached = {(one.route.meta.id, id(bound.listening)) for one in attachments for bound in one.bounds}
    counts = Counter(listening for _, listening in attached)
    return Status(tuple(routes), tuple([_listener_status(one, counts[id(one)], references) for one in listeners]))


def _route_status(
    route: Route, parent: ParentRef, attachment: Attachment | None, owners: set[str], references: References
) -> RouteStatus:
    target = f"{parent.kind}/{parent.namespace}/{parent.name}"
    in_mesh = (parent.group, parent.kind) in FRONTENDS
    accepted: bool | None
    reason: str
    if in_mesh and references.has_frontend(parent):
        accepted, reason = True, "Accepted"
    elif attachment is None or target not in owners:
        accepted, reason = None, "ParentNotFound"
    else:
        accepted, reason = attachment.accepted, attachment.reason
    faults = {
        f"{one.target.kind} {one.target.namespace}/{one.target.name}": fault
        for one in references_of(route)
        if (fault := references.fault(one, route.meta, in_mesh=in_mesh)) is not None
    }
    message = "; ".join([_MESSAGES[reason], *(f"{name}: {fault}" for name, fault in faults.items())])
    refs_reason = next(iter(faults.values()), "ResolvedRefs")
    return RouteStatus(route.meta.id, target, parent.section, accepted, reason, not faults, refs_reason, message)


def _listener_status(listening: Listening, attached: int, references: References) -> ListenerStatus:
    listener, owner = listening.listener, listening.owner.meta
    known = kinds_at(listener)
    refs = "ResolvedRefs"
    if known is not None and any(kind not in known for kind in listener.kinds):
        refs = "InvalidRouteKinds"
    for certificate in listener.certificates:
        if (certificate.group, certificate.kind) != ("", "Secret"):
            refs = "InvalidCertificateRef"
        elif not references.may_refer(owner, certificate):
            refs = "RefNotPermitted"
    reason = "UnsupportedProtocol" if known is None else listening.conflict or "Accepted"
    conditions = (
        Condition("Accepted", reason == "Accepted", reason),
        Condition("Conflicted", listening.conflict is not None, listening.conflict or "NoConflicts"),
        Condition("ResolvedRefs", refs == "ResolvedRefs", refs),
    )
    return ListenerStatus(owner.id, listener.name, attached, conditions)

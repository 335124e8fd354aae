"""What is taken to exist though it is not among the documents: what people export is never complete."""

from __future__ import annotations

from collections.abc import Iterator

from meshroute.model.notices import Notice, Source
from meshroute.readers.gateway_api.objects import Gateway, HTTPMatch, ListenerSet, ObjectRef
from meshroute.readers.gateway_api.profile import GatewayProfile
from meshroute.readers.gateway_api.reading import Objects
from meshroute.readers.gateway_api.references import FRONTENDS, References, references_of


def assumed(objects: Objects, references: References, profile: GatewayProfile) -> list[Notice]:
    """Say what is taken to exist, once for each object, and what of the profile is not known.

    Args:
        objects: The objects.
        references: Which references lead somewhere.
        profile: The choices that the specification leaves open.

    Returns:
        The notices.
    """
    found: dict[str, Notice] = {}
    for name, source in _named(objects, references):
        if name not in objects.others and name not in found:
            found[name] = Notice("assumed", f"{name} is not among the documents: taken to exist", source)
    notices = list(found.values())
    if "regex_rank" in profile.unknown:
        notices += _regex(objects, profile)
    return notices


def _named(objects: Objects, references: References) -> Iterator[tuple[str, Source]]:
    classes = {one.name for one in objects.classes}
    for gateway in objects.gateways:
        if gateway.class_name not in classes:
            yield f"GatewayClass {gateway.class_name}", gateway.meta.source
    for one in _certificates(objects, references):
        yield f"{one.kind} {one.namespace}/{one.name}", one.source
    there = {(one.meta.namespace, one.meta.name) for one in objects.services}
    for route in objects.routes:
        in_mesh = any((parent.group, parent.kind) in FRONTENDS for parent in route.parents)
        for ref in references_of(route):
            target = ref.target
            is_there = target.kind == "Service" and (target.namespace, target.name) in there
            if not is_there and references.fault(ref, route.meta, in_mesh=in_mesh) is None:
                yield f"{target.kind} {target.namespace}/{target.name}", target.source


def _certificates(objects: Objects, references: References) -> Iterator[ObjectRef]:
    owners: list[Gateway | ListenerSet] = [*objects.gateways, *objects.listener_sets]
    for owner in owners:
        for listener in owner.listeners:
            yield from (one for one in listener.certificates if references.may_refer(owner.meta, one))
    for policy in objects.policies:
        yield from policy.certificates


def _regex(objects: Objects, profile: GatewayProfile) -> Iterator[Notice]:
    for route in objects.routes:
        for rule in route.rules:
            for match in rule.matches:
                if isinstance(match, HTTPMatch) and match.path.kind == "RegularExpression":
                    message = (
                        f"where {profile.name} puts regular expressions among paths is not known: "
                        f"taken as {profile.regex_rank}, as the specification's reading"
                    )
                    yield Notice("unknown-profile", message, match.source)
                    return

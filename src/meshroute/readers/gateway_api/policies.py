"""BackendTLSPolicies: which one counts for a Service, and whether it can be kept (gateway-api.md §2.13)."""

from __future__ import annotations

from collections.abc import Iterable

from meshroute.readers.gateway_api.listening import in_order
from meshroute.readers.gateway_api.objects import BackendRef, Service, TLSPolicy
from meshroute.readers.gateway_api.reading import Objects

_Target = tuple[str, str, str | None]


class Policies:
    """The policies of Services: of two for the same the older one counts.

    Args:
        objects: The objects.
        strict: A ConfigMap that is not among the documents is none.
    """

    def __init__(self, objects: Objects, *, strict: bool = False) -> None:
        self._by_target: dict[_Target, TLSPolicy] = {}
        for policy in sorted(objects.policies, key=lambda one: in_order(one.meta)):
            for group, kind, name, section in policy.targets:
                if (group, kind) == ("", "Service"):
                    self._by_target.setdefault((policy.meta.namespace, name, section), policy)
        self._ports = dict(_port_names(objects.services))
        self._known = objects.others if strict else None

    def is_usable(self, backend: BackendRef) -> bool:
        """Tell whether a backend can be spoken to as its policy asks.

        Args:
            backend: The reference to it.

        Returns:
            False if there is a policy all of whose authorities are of a kind that holds no certificates, or missing.
        """
        if backend.target.kind != "Service":
            return True
        namespace, name = backend.target.namespace, backend.target.name
        port = self._ports.get((namespace, name, backend.port))
        places: list[_Target] = [(namespace, name, port)] if port else []
        policy = next(
            (found for place in (*places, (namespace, name, None)) if (found := self._by_target.get(place))), None
        )
        if policy is None or not policy.certificates:
            return True
        return any(
            (one.group, one.kind) == ("", "ConfigMap")
            and (self._known is None or f"ConfigMap {one.namespace}/{one.name}" in self._known)
            for one in policy.certificates
        )


def _port_names(services: Iterable[Service]) -> Iterable[tuple[tuple[str, str, int | None], str]]:
    for service in services:
        for port in service.ports:
            if port.name is not None:
                yield (service.meta.namespace, service.meta.name, port.port), port.name

"""References to other objects: which may be followed, and which lead somewhere (gateway-api.md §2.9)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal

from meshroute.readers.gateway_api.objects import (
    GROUP,
    BackendRef,
    ExternalAuth,
    Filter,
    Meta,
    Mirror,
    ObjectRef,
    ParentRef,
    Route,
)
from meshroute.readers.gateway_api.parts import NAME
from meshroute.readers.gateway_api.reading import Objects

Fault = Literal["InvalidKind", "RefNotPermitted", "BackendNotFound"]

_SERVICE: Final = ("", "Service")
_NAMES: Final = re.compile(NAME)
FRONTENDS: Final = frozenset({_SERVICE, ("multicluster.x-k8s.io", "ServiceImport")})
"""What may be a backend, or the parent of a route of a mesh: a Service, or one of several clusters (GEP-1748)."""


def references_of(route: Route) -> Iterator[BackendRef]:
    """Go through all backends that a route refers to, those of its filters too.

    Args:
        route: The route.

    Yields:
        Each reference.
    """
    for rule in route.rules:
        yield from rule.backends
        yield from _of_filters(rule.filters)
        for backend in rule.backends:
            yield from _of_filters(backend.filters)


def _of_filters(filters: tuple[Filter, ...]) -> Iterator[BackendRef]:
    for one in filters:
        if isinstance(one, Mirror | ExternalAuth):
            yield one.backend


class References:
    """What the documents say about references.

    Args:
        objects: The objects.
        strict: Assume nothing that is not among the documents.
    """

    def __init__(self, objects: Objects, *, strict: bool = False) -> None:
        self._granted: set[tuple[str, tuple[str, str, str], tuple[str, str, str | None]]] = {
            (grant.meta.namespace, source, target)
            for grant in objects.grants
            for source in grant.sources
            for target in grant.targets
        }
        self._services = {(one.meta.namespace, one.meta.name) for one in objects.services}
        self._described = {namespace for namespace, _ in self._services}
        self._strict = strict

    def fault(self, backend: BackendRef, by: Meta, *, in_mesh: bool = False) -> Fault | None:
        """Say what is wrong with a reference to a backend, the first of these that there is (H:1828-1860).

        Args:
            backend: The reference.
            by: The route that refers to it.
            in_mesh: Whether the route's parent is a Service: then no grant is needed (GEP-1294).

        Returns:
            The specification's word, or None.
        """
        target = backend.target
        if (target.group, target.kind) not in FRONTENDS:
            return "InvalidKind"
        if not in_mesh and not self.may_refer(by, target):
            return "RefNotPermitted"
        return None if self.has_frontend(target) else "BackendNotFound"

    def has_frontend(self, target: ObjectRef | ParentRef) -> bool:
        """Tell whether there is a Service, or a ServiceImport.

        Args:
            target: A reference to it.

        Returns:
            True if it is among the documents or taken to exist. A ServiceImport, which is never read, always is.
        """
        if not _NAMES.fullmatch(target.name):
            return False  # an object can have no such name (RFC 1123), though a reference may
        if (target.group, target.kind) == _SERVICE:
            return self.has_service(target.namespace, target.name)
        return not self._strict

    def may_refer(self, by: Meta, target: ObjectRef) -> bool:
        """Tell whether an object may refer to another one: in its own namespace, or where a grant says so.

        Args:
            by: The object that refers.
            target: What it refers to.

        Returns:
            True if it may.
        """
        if by.namespace == target.namespace:
            return True
        source = (GROUP, by.kind, by.namespace)
        targets = ((target.group, target.kind, target.name), (target.group, target.kind, None))
        return any((target.namespace, source, one) in self._granted for one in targets)

    def has_service(self, namespace: str, name: str) -> bool:
        """Tell whether there is a Service.

        Args:
            namespace: Its namespace.
            name: Its name.

        Returns:
            True if it is among the documents, or taken to exist: where no Service of its namespace is among them.
        """
        return (namespace, name) in self._services or not (self._strict or namespace in self._described)

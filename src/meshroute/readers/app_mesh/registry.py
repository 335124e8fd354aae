"""Every object once: identity, duplicates, and which definition wins.

A Kubernetes object is identified by kind, namespace and name; an object of the AWS API by kind, name, mesh and what
holds it. An object of each sort with the same AWS name in the same mesh are one object.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from attrs import evolve

from meshroute.errors import DocumentError
from meshroute.model.notices import Source
from meshroute.readers.app_mesh.objects import GatewayRoute, MeshObject, Meta, VirtualRouter

if TYPE_CHECKING:
    from meshroute.readers._document import Problems
    from meshroute.readers.app_mesh.aws import AwsObject
    from meshroute.readers.app_mesh.kubernetes import KubernetesObject

AppMeshObject: TypeAlias = "KubernetesObject | AwsObject"
_Scope: TypeAlias = "tuple[str | None, str | None]"
_NOWHERE = Source("", 0)
_ANY = "\0any"  # No name has a NUL.


class Registry:
    """The objects of all documents.

    Args:
        problems: Where duplicates go.
        override: Whether a later definition replaces an earlier one.
    """

    def __init__(self, problems: Problems, *, override: bool) -> None:
        self.objects: list[AppMeshObject] = []
        self.orders: list[int] = []
        self._problems = problems
        self._override = override
        self._by_name: dict[tuple[str, str | None, str], int] = {}
        self._by_aws_name: dict[tuple[str, str], dict[_Scope, int]] = {}
        self._of_kubernetes: dict[tuple[str, str], dict[_Scope, int]] = {}

    def add(self, item: AppMeshObject, order: int) -> None:
        """Add an object; one that is there already is a problem, or is replaced.

        Args:
            item: The object.
            order: Its number among all objects.
        """
        slot = self._find(item)
        if slot is None:
            self.objects.append(item)
            self.orders.append(order)
            self._remember(item, len(self.objects) - 1)
            return
        old = self.objects[slot]
        if isinstance(item, Meta | MeshObject) and _placeless(item) == _placeless(old):
            # Each cluster's or team's file repeats the Namespace and Mesh that it belongs to.
            return
        if not self._override:
            report_duplicate(self._problems, meta_of(old), meta_of(item))
            return
        if isinstance(item, VirtualRouter) and isinstance(old, VirtualRouter) and _is_aws(item):
            # In the API the routes of a router are objects of their own: defining the router anew leaves them.
            item = evolve(item, routes=old.routes)
        self.objects[slot], self.orders[slot] = item, order
        self._remember(item, slot)

    def _find(self, item: AppMeshObject) -> int | None:
        meta = meta_of(item)
        found = self._find_by_aws_name(self._by_aws_name, item)
        if _is_aws(item):
            return self._find_by_aws_name(self._of_kubernetes, item) if found is None else found
        return self._by_name.get((meta.kind, meta.namespace, meta.name), found)

    def _find_by_aws_name(self, index: dict[tuple[str, str], dict[_Scope, int]], item: AppMeshObject) -> int | None:
        meta = meta_of(item)
        slot = _within(index.get((meta.kind, meta.aws_name)), _scope(item))
        # What replaced an object may have another AWS name.
        return slot if slot is not None and meta_of(self.objects[slot]).aws_name == meta.aws_name else None

    def _remember(self, item: AppMeshObject, slot: int) -> None:
        meta = meta_of(item)
        key = (meta.kind, meta.aws_name)
        if _is_aws(item):
            _enter(self._by_aws_name.setdefault(key, {}), _scope(item), slot)
        else:
            self._by_name[meta.kind, meta.namespace, meta.name] = slot
            if meta.kind != "Namespace":
                _enter(self._of_kubernetes.setdefault(key, {}), _scope(item), slot)


def meta_of(item: AppMeshObject) -> Meta:
    """The identity of an object.

    Args:
        item: The object. A namespace is nothing but its identity.

    Returns:
        The identity.
    """
    return item if isinstance(item, Meta) else item.meta


def report_duplicate(problems: Problems, old: Meta, new: Meta) -> None:
    """Report that an object is defined twice, naming both places.

    Args:
        problems: Where it goes.
        old: The first definition.
        new: The second one.
    """
    name = f"{new.namespace}/{new.name}" if new.namespace else new.name
    place = new.source
    problems.add(
        DocumentError(
            f"{new.kind} `{name}` is already defined at {old.source}",
            place.file,
            place.line or None,
            None,
            place.pointer,
            "with --override the later definition wins",
        )
    )


def same_mesh(one: str | None, other: str | None) -> bool:
    """Whether two objects may be in one mesh: one that names none may be in any.

    Args:
        one: The mesh that one names.
        other: The mesh that the other names.

    Returns:
        Whether they may.

    >>> same_mesh("a", None), same_mesh("a", "b")
    (True, False)
    """
    return one is None or other is None or one == other


def _is_aws(item: AppMeshObject) -> bool:
    return meta_of(item).form in {"aws", "cloudformation"}


def _scope(item: AppMeshObject) -> _Scope:
    """The mesh, and for gateway routes the gateway: names are unique within these."""
    if not isinstance(item, GatewayRoute):
        return meta_of(item).mesh, ""
    return item.meta.mesh, item.gateway.aws_name if item.gateway else None


def _within(scopes: dict[_Scope, int] | None, scope: _Scope) -> int | None:
    """The object of a scope that may be this one; None in a scope may be any."""
    if not scopes:
        return None
    mesh, parent = scope
    meshes = (_ANY,) if mesh is None else (mesh, None)
    parents = (_ANY,) if parent is None else (parent, None)
    candidates = ((one, other) for other in parents for one in meshes)
    return next((scopes[candidate] for candidate in candidates if candidate in scopes), None)


def _enter(scopes: dict[_Scope, int], scope: _Scope, slot: int) -> None:
    mesh, parent = scope
    scopes[scope] = slot
    for wider in ((mesh, _ANY), (_ANY, parent), (_ANY, _ANY)):
        scopes.setdefault(wider, slot)


def _placeless(item: AppMeshObject) -> AppMeshObject:
    if isinstance(item, Meta):
        return evolve(item, source=_NOWHERE)
    return evolve(item, meta=evolve(item.meta, source=_NOWHERE))

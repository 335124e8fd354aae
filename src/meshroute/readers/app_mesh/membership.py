"""Which gateway a gateway route is at, and which mesh an object is in (app-mesh.md §1.6).

The controller decides by selectors on the labels of the Namespace, once, at creation. Exports often lack the Namespace.
Then a selector may be undecided, and this reader takes the only gateway that is possible, or the only one of them in
the route's own namespace, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import frozen

from meshroute.model.notices import Notice
from meshroute.readers._document import Problems
from meshroute.readers._document.kubernetes import NAMESPACE_NAME, selects
from meshroute.readers.app_mesh.directory import Finder, called, refuse
from meshroute.readers.app_mesh.objects import AppMesh, GatewayRoute, MeshObject, Meta, VirtualGateway

MAX_COMPARISONS: Final = 1_000_000
"""Label selectors that are tried at most; documents are untrusted, and each gateway may have to look at each route."""


class Namespaces:
    """The labels of the namespaces, and how many selectors may still be tried on them.

    Args:
        objects: All objects.
        problems: Where it is reported that there are too many selectors.
    """

    def __init__(self, objects: AppMesh, problems: Problems) -> None:
        self._documents = {meta.name: meta for meta in objects.namespaces}
        self._problems = problems
        self._left = MAX_COMPARISONS

    def labels(self, name: str | None) -> tuple[Mapping[str, str], bool]:
        """Return the labels of a namespace.

        Args:
            name: Its name; None where the object names none.

        Returns:
            The labels, and whether these are all.
        """
        if name is None:
            return {}, False
        document = self._documents.get(name)
        return {**dict(document.labels if document else ()), NAMESPACE_NAME: name}, document is not None

    def allow(self, count: int, holder: Meta) -> bool:
        """Ask whether some more selectors may be tried.

        Args:
            count: How many.
            holder: For whom.

        Returns:
            False where there were too many; this is reported, once.
        """
        exhausted = self._left < 0
        self._left -= count
        if self._left < 0 and not exhausted:
            message = (
                f"more than {MAX_COMPARISONS} label selectors would have to be tried to find what belongs together"
            )
            self._problems.error(
                None, message, f"split the documents (the limit was met at {holder.kind} {holder.name})"
            )
        return self._left >= 0


@frozen
class Membership:
    """The gateway of a gateway route.

    Args:
        gateway: The gateway; None where its document is not there.
        notices: What answers that take the route should say.
    """

    gateway: VirtualGateway | None
    notices: tuple[Notice, ...] = ()


class Gateways:
    """Decides at which gateway a gateway route is.

    Args:
        objects: All objects.
        problems: Where routes without a gateway, or with several, are reported.
    """

    def __init__(self, objects: AppMesh, namespaces: Namespaces, problems: Problems) -> None:
        self._all = objects.gateways
        self._finder = Finder(objects.gateways)
        self._namespaces = namespaces
        self._problems = problems
        self._incomplete = bool(problems)
        self._by_namespace: dict[str | None, tuple[tuple[VirtualGateway, bool | None], ...]] = {}

    def of(self, route: GatewayRoute) -> Membership | None:
        """Find the gateway of a route.

        Args:
            route: The route.

        Returns:
            The gateway, or None where this was reported as a problem.
        """
        if route.gateway is not None:
            return Membership(self._finder.find(route.gateway, route.meta))
        if not self._all:
            return Membership(None)
        if route.meta.form in {"aws", "cloudformation"}:
            return self._only(route)
        return self._selected(route)

    def _only(self, route: GatewayRoute) -> Membership | None:
        """AWS forms name the gateway beside the ``spec``; where that is not in the file, only one can be meant."""
        mesh = route.meta.mesh
        found = [gateway for gateway in self._all if mesh is None or gateway.meta.mesh in {None, mesh}]
        if len(found) == 1:
            return Membership(found[0])
        source = route.meta.source
        refuse(
            self._problems,
            source,
            f"gateway route {route.meta.name} does not name its virtual gateway, and {len(found)} are possible"
            f"{_listed(found)}",
            f"name it with --set '{source.file}:virtualGatewayName=…'",
        )
        return None

    def _selected(self, route: GatewayRoute) -> Membership | None:
        candidates = self._candidates(route.meta)
        if not self._namespaces.allow(len(candidates), route.meta):
            return None
        labels = dict(route.meta.labels)
        chosen: list[VirtualGateway] = []
        possible: list[VirtualGateway] = []
        for gateway, verdict in candidates:
            # "nil or empty selects all"
            if gateway.route_selector is None or selects(gateway.route_selector, labels):
                (possible if verdict is None else chosen).append(gateway)
        if possible:
            return self._undecided(route, chosen or possible)
        if len(chosen) == 1:
            return Membership(chosen[0])
        self._refuse(route, chosen)
        return None

    def _candidates(self, meta: Meta) -> tuple[tuple[VirtualGateway, bool | None], ...]:
        """Return the gateways that select a namespace, or may do so."""
        namespace = meta.namespace
        if namespace not in self._by_namespace:
            if not self._namespaces.allow(len(self._all), meta):
                return ()
            labels, complete = self._namespaces.labels(namespace)
            verdicts = ((gateway, _verdict(gateway, labels, complete=complete)) for gateway in self._all)
            self._by_namespace[namespace] = tuple(pair for pair in verdicts if pair[1] is not False)
        return self._by_namespace[namespace]

    def _undecided(self, route: GatewayRoute, possible: list[VirtualGateway]) -> Membership | None:
        """Choose where labels that are not known decide: the only one, or the only one in the route's own namespace."""
        near = [gateway for gateway in possible if gateway.meta.namespace == route.meta.namespace]
        chosen = possible if len(possible) == 1 else near
        where = "its namespace" if route.meta.namespace is None else f"Namespace {route.meta.namespace}"
        if len(chosen) == 1:
            meta = chosen[0].meta
            message = (
                f"{where} is not among the documents, and its labels decide at which virtual gateway gateway route "
                f"{route.meta.name} is: {called(meta.name, meta.namespace)} is assumed"
            )
            return Membership(chosen[0], (Notice("missing-namespace", message, route.meta.source),))
        message = (
            f"gateway route {route.meta.name} may be at {len(possible)} virtual gateways{_listed(possible)}: "
            f"the labels of {where} decide, which is not among the documents"
        )
        refuse(self._problems, route.meta.source, message, "load the Namespace too, or write spec.virtualGatewayRef")
        return None

    def _refuse(self, route: GatewayRoute, found: list[VirtualGateway]) -> None:
        """Say what the controller says (pkg/virtualgateway/membership_designator.go)."""
        name = called(route.meta.name, route.meta.namespace)
        if found:
            message = (
                f"found multiple matching virtualGateways for gatewayRoute: {name}, expecting 1 but found {len(found)}"
                f"{_listed(found)}"
            )
            refuse(self._problems, route.meta.source, message)
        elif not self._incomplete:  # otherwise the gateway may be one that could not be read
            message = f"failed to find matching virtualGateway for gatewayRoute: {name}, expecting 1 but found 0"
            fix = "a gateway selects by namespaceSelector (none selects nothing) and gatewayRouteSelector"
            refuse(self._problems, route.meta.source, message, fix)


def _verdict(gateway: VirtualGateway, labels: Mapping[str, str], *, complete: bool) -> bool | None:
    """Tell whether a gateway selects a namespace; one from the AWS API has no selectors, so that it may."""
    if gateway.meta.form in {"aws", "cloudformation"}:
        return None
    return selects(gateway.namespace_selector, labels, complete=complete)


_SHOWN: Final = 10


def _listed(found: list[VirtualGateway] | list[MeshObject]) -> str:
    """Name objects with their places."""
    names = [f"{called(each.meta.name, each.meta.namespace)} ({each.meta.source})" for each in found[:_SHOWN]]
    if len(found) > _SHOWN:
        names.append("…")
    return f": {', '.join(names)}" if names else ""


class Meshes:
    """Decides in which mesh an object is.

    Args:
        objects: All objects.
        namespaces: The labels of the namespaces.
        problems: Where it is reported that several meshes select a namespace.
    """

    def __init__(self, objects: AppMesh, namespaces: Namespaces, problems: Problems) -> None:
        self._all = objects.meshes
        self._by_name = {
            name: mesh for mesh in reversed(objects.meshes) for name in (mesh.meta.aws_name, mesh.meta.name)
        }
        self._namespaces = namespaces
        self._problems = problems
        self._by_namespace: dict[str | None, tuple[MeshObject | None, tuple[Notice, ...]]] = {}
        self._unknown: dict[str, Notice] = {}

    def of(self, meta: Meta) -> tuple[MeshObject | None, tuple[Notice, ...]]:
        """Find the mesh of an object.

        Args:
            meta: The object.

        Returns:
            The mesh, or None where its document is not there or cannot be told; and what answers should say of this.
        """
        if meta.mesh is not None:
            return self._by_name.get(meta.mesh), self.unknown(meta)
        if meta.form in {"aws", "cloudformation"}:
            return (self._all[0], ()) if len(self._all) == 1 else (None, (_no_mesh(meta),))
        if meta.namespace not in self._by_namespace:
            self._by_namespace[meta.namespace] = self._selecting(meta)
        return self._by_namespace[meta.namespace]

    def unknown(self, meta: Meta) -> tuple[Notice, ...]:
        """Say that the mesh that an object names is not among the documents.

        Args:
            meta: The object.

        Returns:
            A notice, or none where the mesh is there or the object names none.
        """
        if meta.mesh is None or meta.mesh in self._by_name:
            return ()
        notice = Notice("missing-mesh", f"mesh {meta.mesh} is not among the documents", meta.source)
        return (self._unknown.setdefault(meta.mesh, notice),)  # one for each mesh, so that an answer says it once

    def _selecting(self, meta: Meta) -> tuple[MeshObject | None, tuple[Notice, ...]]:
        if not self._namespaces.allow(len(self._all), meta):
            return None, ()
        labels, complete = self._namespaces.labels(meta.namespace)
        verdicts = [(mesh, selects(mesh.namespace_selector, labels, complete=complete)) for mesh in self._all]
        chosen = [mesh for mesh, verdict in verdicts if verdict]
        possible = [mesh for mesh, verdict in verdicts if verdict is None]
        if len(chosen) > 1:
            message = (
                f"found multiple matching meshes for namespace: {meta.namespace}, expecting 1 but found {len(chosen)}"
                f"{_listed(chosen)}"
            )
            refuse(self._problems, meta.source, message)
        if chosen:
            return chosen[0], ()
        if not possible:
            return None, (_no_mesh(meta),)
        where = "its namespace" if meta.namespace is None else f"Namespace {meta.namespace}"
        message = f"{where} is not among the documents, and its labels decide the mesh of its objects"
        if len(possible) == 1:
            message += f": {possible[0].meta.name} is assumed"
            return possible[0], (Notice("missing-namespace", message, meta.source),)
        return None, (Notice("missing-namespace", message, meta.source),)


def _no_mesh(meta: Meta) -> Notice:
    what = f"{meta.kind} {meta.name}" if meta.namespace is None else f"namespace {meta.namespace}"
    message = f"no Mesh among the documents is the one of {what}"
    return Notice("missing-mesh", message, meta.source)

"""What files leave unnamed: the kind, name, parent and mesh of objects of the AWS API, found among all objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve, frozen

from meshroute.model.notices import Notice
from meshroute.readers._document import Scalar
from meshroute.readers.app_mesh.aws import read_aws
from meshroute.readers.app_mesh.objects import GatewayRoute, MeshObject, VirtualGateway, VirtualRouter, VirtualService
from meshroute.readers.app_mesh.registry import same_mesh
from meshroute.readers.app_mesh.settings import spelling
from meshroute.readers.app_mesh.shapes import NAME_KEYS, PARENT_KEYS, below, kind_by_file_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from meshroute.readers.app_mesh.aws import Draft
    from meshroute.readers.app_mesh.registry import AppMeshObject

_MOST_SHOWN = 5
_WORDS = {"VirtualRouter": "virtual router", "VirtualGateway": "virtual gateway"}


@frozen
class Found:
    """An object of the documents.

    Args:
        order: Its number among all objects.
        item: The object.
        router: The AWS name of its router, for routes that are objects of their own.
    """

    order: int
    item: AppMeshObject
    router: str | None = None


class Naming:
    """The names that are known, and what follows from them.

    Args:
        drafts: All objects of the AWS API.
        others: All other objects.
    """

    def __init__(self, drafts: Sequence[Draft], others: Sequence[AppMeshObject]) -> None:
        self.notices: list[Notice] = []
        self._named = _names_used(drafts, others)
        for draft in drafts:
            self._decide_kind(draft)
        meshes = {item.meta.aws_name for item in others if isinstance(item, MeshObject)}
        self._meshes = sorted(meshes | {draft.name or "" for draft in drafts if draft.kind == "Mesh"})
        self._holders: dict[str, dict[tuple[str, str | None], None]] = {"VirtualRouter": {}, "VirtualGateway": {}}
        self._of_mesh: dict[tuple[str, str | None], list[str]] = {}
        for item in others:
            if isinstance(item, VirtualRouter | VirtualGateway):
                self._holders[item.meta.kind][item.meta.aws_name, item.meta.mesh] = None
        for draft in drafts:
            if draft.kind in self._holders and draft.name:
                self._holders[draft.kind][draft.name, draft.mesh] = None

    def read(self, draft: Draft) -> Found | None:
        """Read an object of the AWS API with all that its file leaves unnamed.

        Args:
            draft: The object.

        Returns:
            The object, or None where it is too faulty or cannot be named; then that is reported.
        """
        kind, name = draft.kind, draft.name
        if kind is None:
            return None
        if name is None:
            key = NAME_KEYS[kind]
            draft.holder.problems.error(draft.node, f"this {kind} has no name", f"add `{key}`")
            return None
        mesh = self._mesh_of(draft, kind)
        parent = self._parent_of(draft, kind, mesh) if kind in PARENT_KEYS else None
        item = read_aws(draft, kind, name, parent, mesh)
        return None if item is None else Found(draft.order, item, parent if kind == "Route" else None)

    def _decide_kind(self, draft: Draft) -> None:
        if draft.kind is not None:
            return
        if set(draft.kinds) == {"VirtualRouter", "VirtualGateway"}:
            named = [kind for kind in draft.kinds if draft.fallback in self._named[kind]]
            if len(named) == 1:
                draft.kinds = (named[0],)
                return
            by_file_name = kind_by_file_name(draft.fallback or "")
            if by_file_name is not None:
                draft.kinds = (by_file_name,)
                message = (
                    f"taken for a {_WORDS[by_file_name]} by its file's name: its listeners could be a router's "
                    "or a gateway's"
                )
                source = evolve(draft.holder, kind=by_file_name, name=draft.fallback).source(draft.node)
                self.notices.append(Notice("inferred-kind", message, source))
                return
        kinds = draft.kinds or tuple(NAME_KEYS)
        draft.kinds = ()
        draft.holder.problems.error(
            draft.node,
            f"cannot tell which kind of App Mesh object this is: {' or '.join(kinds)}",
            f"say it with {spelling(draft.file, 'kind', kinds[0])}",
        )

    def _mesh_of(self, draft: Draft, kind: str) -> str | None:
        """The mesh that is stated, or the only one; with none at all, the export just does not have it."""
        stated = draft.mesh
        if kind == "Mesh" or stated is not None or not self._meshes:
            return stated
        if len(self._meshes) > 1:
            message = f"this {kind} does not name its mesh, and {_listed(self._meshes)} are loaded"
            draft.holder.problems.error(draft.node, message, _fix(draft, "meshName"))
            return None
        return self._meshes[0]

    def _candidates(self, holder: str, mesh: str | None) -> list[str]:
        if (holder, mesh) not in self._of_mesh:
            names = {name for name, other in self._holders[holder] if same_mesh(mesh, other)}
            self._of_mesh[holder, mesh] = sorted(names)
        return self._of_mesh[holder, mesh]

    def _parent_of(self, draft: Draft, kind: str, mesh: str | None) -> str | None:
        key = PARENT_KEYS[kind]
        stated = draft.parent
        if stated is not None or draft.outer.has(key):
            return stated
        holder = "VirtualRouter" if kind == "Route" else "VirtualGateway"
        names = self._candidates(holder, mesh)
        if len(names) == 1:
            return names[0]
        loaded = f"{_listed(names)} are loaded" if names else "none is loaded"
        message = f"this {kind} does not name its {_WORDS[holder]}, and {loaded}"
        draft.holder.problems.error(draft.node, message, _fix(draft, key))
        return None


def _names_used(drafts: Sequence[Draft], others: Sequence[AppMeshObject]) -> dict[str, set[str | None]]:
    """The names under which other objects speak of routers and gateways."""
    routers: set[str | None] = {draft.parent for draft in drafts if draft.kind == "Route"}
    gateways: set[str | None] = {draft.parent for draft in drafts if draft.kind == "GatewayRoute"}
    for draft in drafts:
        show = draft.holder.dialect.spell.show
        path = (show(key) for key in ("spec", "provider", "virtualRouter"))
        named = below(draft.node, *path).get(show("virtualRouterName"))
        routers |= {named.text} if isinstance(named, Scalar) else set()
    for item in others:
        if isinstance(item, VirtualService) and item.provider:
            routers |= {item.provider.aws_name}
        elif isinstance(item, GatewayRoute) and item.gateway:
            gateways |= {item.gateway.aws_name}
    return {"VirtualRouter": routers - {None}, "VirtualGateway": gateways - {None}}


def _fix(draft: Draft, key: str) -> str:
    if draft.holder.dialect.form == "cloudformation":
        return f"add `{draft.holder.dialect.spell.show(key)}`"
    return f"name it with {spelling(draft.file, key)}"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_SHOWN} more" if len(names) > _MOST_SHOWN else ""
    return ", ".join(f"`{name}`" for name in names[:_MOST_SHOWN]) + more

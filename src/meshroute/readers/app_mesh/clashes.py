"""Objects of Kubernetes that claim one object of App Mesh: the same ``awsName`` in one mesh.

App Mesh has one object of each name in a mesh, and the controller gives it what it was told last: of two documents only
one holds, and nothing in them says which. Where that changes a route it is refused. Two virtual services of one name
with the same provider are the same either way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable

from meshroute.readers.app_mesh.directory import aws_name_of, called, refuse
from meshroute.readers.app_mesh.landscape import Landscape
from meshroute.readers.app_mesh.objects import Meta, VirtualService


def refuse_clashes(land: Landscape) -> None:
    """Report virtual services and routers of Kubernetes that are one object in App Mesh.

    Args:
        land: All objects; problems go to its problems.
    """
    _refuse(land, ((service.meta, _led_to(land, service)) for service in land.objects.services))
    _refuse(land, ((router.meta, router.meta.source) for router in land.objects.routers))


def refuse_clashing_routes(land: Landscape, metas: Iterable[Meta]) -> None:
    """Report gateway routes of Kubernetes that are one object in App Mesh.

    Args:
        land: All objects; problems go to its problems.
        metas: The gateway routes of one gateway.
    """
    first: dict[str, Meta] = {}
    for meta in metas:
        if first.setdefault(meta.aws_name, meta) is not meta:
            _report(land, first[meta.aws_name], meta)


def _refuse(land: Landscape, found: Iterable[tuple[Meta, Hashable]]) -> None:
    named: dict[str, list[tuple[Meta, Hashable]]] = defaultdict(list)
    for meta, meaning in found:
        if meta.form == "kubernetes":
            named[meta.aws_name].append((meta, meaning))
    for same in (same for same in named.values() if len(same) > 1):
        first: dict[object, tuple[Meta, Hashable]] = {}
        for meta, meaning in same:
            other, its_meaning = first.setdefault(_mesh(land, meta), (meta, meaning))
            if meaning != its_meaning:
                _report(land, other, meta)


def _mesh(land: Landscape, meta: Meta) -> object:
    """What tells the mesh of an object; objects of one namespace are in one even where it is not known which."""
    if meta.mesh is not None:
        return meta.mesh
    mesh, notices = land.meshes.of(meta)
    return (meta.namespace,) if mesh is None or notices else mesh.meta.name


def _led_to(land: Landscape, service: VirtualService) -> tuple[str, str] | None:
    ref = service.provider
    if ref is None:
        return None
    found = (land.nodes if ref.kind == "VirtualNode" else land.routers).find(ref, service.meta)
    return ref.kind, aws_name_of(ref, service.meta) if found is None else found.meta.aws_name


def _report(land: Landscape, old: Meta, new: Meta) -> None:
    message = (
        f"{new.kind} `{called(new.name, new.namespace)}` has the awsName `{new.aws_name}` of "
        f"`{called(old.name, old.namespace)}` at {old.source}: they are one object in App Mesh, which can be "
        "only one of them"
    )
    refuse(land.problems, new.source, message, "give one of them another `awsName`, or leave one of them out")

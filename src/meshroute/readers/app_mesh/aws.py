"""Objects of the AWS API, as JSON (or YAML) of the API and CLI or as CloudFormation's properties (§1.0).

They are read in two steps: what a file does not name (its kind, its object's name, parent and mesh) may have to be
found among all other objects first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, evolve, field

from meshroute.readers.app_mesh.objects import Meta, Ref
from meshroute.readers.app_mesh.routes import read_gateway_route, read_router_route
from meshroute.readers.app_mesh.settings import kind_named
from meshroute.readers.app_mesh.shapes import NAME_KEYS, PARENT_KEYS, possible_kinds
from meshroute.readers.app_mesh.specs import read_gateway, read_mesh, read_node, read_router, read_service, spec_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from meshroute.readers._document import Fields
    from meshroute.readers._document import Mapping as MappingNode
    from meshroute.readers.app_mesh.dialect import Holder
    from meshroute.readers.app_mesh.objects import (
        GatewayRoute,
        MeshObject,
        RouterRoute,
        VirtualGateway,
        VirtualNode,
        VirtualRouter,
        VirtualService,
    )

    AwsObject = MeshObject | VirtualGateway | GatewayRoute | VirtualRouter | RouterRoute | VirtualService | VirtualNode


@define(eq=False)
class Draft:
    """An object of which not everything is known yet.

    Args:
        holder: Where faults and notices go, and the form.
        node: The mapping with its names and ``spec``.
        file: Its file, as it was given.
        kinds: The kinds it may be.
        fallback: The name it has where it names none: its file's stem, or its logical id.
        settings: What is set for its file.
        order: Its number among all objects.
    """

    holder: Holder
    node: MappingNode
    file: str
    kinds: tuple[str, ...]
    fallback: str | None
    settings: Mapping[str, str]
    order: int
    outer: Fields = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Open the mapping."""
        self.outer = self.holder.fields(self.node)

    @property
    def kind(self) -> str | None:
        """Its kind, once that is known."""
        return self.kinds[0] if len(self.kinds) == 1 else None

    def stated(self, key: str) -> str | None:
        """A name that is set for its file or stands in it.

        Args:
            key: The field.

        Returns:
            The name, or None.
        """
        return self.settings.get(key) or self.outer.string(key, min_length=1)

    @property
    def name(self) -> str | None:
        """Its own name, stated or not."""
        key = NAME_KEYS[self.kind] if self.kind else None
        return (self.stated(key) if key else None) or self.fallback

    @property
    def parent(self) -> str | None:
        """The stated name of what holds it."""
        return self.stated(PARENT_KEYS[self.kind]) if self.kind in PARENT_KEYS else None

    @property
    def mesh(self) -> str | None:
        """The stated name of its mesh; a mesh is in none."""
        return None if self.kind == "Mesh" else self.stated("meshName")


def kinds_of(node: MappingNode, wrapper: str | None, settings: Mapping[str, str]) -> tuple[str, ...]:
    """The kinds that an object of the API may be.

    Args:
        node: The mapping with its names and ``spec``.
        wrapper: The kind that describe output is wrapped in.
        settings: What is set for its file.

    Returns:
        The kind that is set, else the wrapper's, else what its shape allows.

    >>> from meshroute.readers._document import parse_json
    >>> kinds_of(parse_json('{"virtualNodeName": "n", "spec": {}}'), None, {})
    ('VirtualNode',)
    """
    given = kind_named(settings["kind"]) if "kind" in settings else wrapper
    return (given,) if given else possible_kinds(node, settings)


def read_aws(draft: Draft, kind: str, name: str, parent: str | None, mesh: str | None) -> AwsObject | None:
    """Read an object of which everything is known.

    Args:
        draft: The object.
        kind: Its kind.
        name: Its name.
        parent: The name of what holds it.
        mesh: The name of its mesh.

    Returns:
        The object, or None where it is too faulty.
    """
    holder = evolve(draft.holder, kind=kind, name=name)
    outer = draft.outer.ignore(NAME_KEYS[kind], PARENT_KEYS.get(kind, "spec"), "spec")
    outer.ignore("meshName", "meshOwner", "clientToken", "tags")
    if holder.dialect.form == "aws":
        outer.ignore("metadata", "status")
    if kind != "Mesh" and not outer.has("spec"):
        outer.mapping("spec", required=True)
    holder.finish(outer)
    spec = spec_of(outer)
    meta = Meta(kind, name, name, None, (), mesh, holder.dialect.form, holder.source(draft.node))
    if kind == "Mesh":
        return read_mesh(holder, meta, spec)
    if kind == "VirtualGateway":
        return read_gateway(holder, meta, spec)
    if kind == "GatewayRoute":
        gateway = Ref("VirtualGateway", meta.source, aws_name=parent) if parent else None
        return read_gateway_route(holder, meta, spec, gateway)
    if kind == "VirtualRouter":
        return read_router(holder, meta, spec)
    if kind == "Route":
        return read_router_route(holder, meta, spec)
    if kind == "VirtualService":
        return read_service(holder, meta, spec)
    return read_node(holder, meta, spec)

"""``load``: sources to one mesh, or all that is wrong with them at once."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Final

from attrs import evolve

from meshroute.errors import DocumentError, TableError
from meshroute.model.mesh import Mesh
from meshroute.model.notices import Notice, Source
from meshroute.readers._document import DocumentNotice, Loadable, Mark, Problems, Variables, read_sources
from meshroute.readers.app_mesh.collect import read_app_mesh
from meshroute.readers.app_mesh.lower import lower
from meshroute.readers.app_mesh.objects import AppMesh
from meshroute.readers.envoy.collect import read_envoy
from meshroute.readers.envoy.lower import lower_envoy
from meshroute.readers.envoy.settings import Runtime, compat_of
from meshroute.readers.gateway_api.lower import lower_gateway_api
from meshroute.readers.gateway_api.profile import GatewayProfile, profile_of
from meshroute.readers.gateway_api.reading import Objects, is_gateway_api, is_kind, read_gateway_api

_ABOUT_REQUESTS: Final = frozenset({"not-a-backend"})
"""Codes of notices that are about requests to come; the documents are as they should be, also for ``strict``."""


def load(  # noqa: PLR0913 - what a load depends on; all but the sources are keywords
    *sources: Loadable,
    variables: Variables | None = None,
    strict: bool = False,
    settings: Mapping[str, Mapping[str, str]] | None = None,
    override: bool = False,
    compat: str | None = None,
    runtime: Mapping[str, object] | None = None,
    profile: str | GatewayProfile = "spec",
) -> Mesh:
    """Load documents into a mesh.

    Formats are detected for each document and may be mixed. Documents of other kinds are counted (`Mesh.ignored`) and
    otherwise left alone.

    Args:
        sources: Paths of files and folders, open streams, already parsed objects.
        variables: Values for placeholders such as ``${NAME}``.
        strict: Make every notice an error: an unknown field, an object that is referred to but not among the documents,
            a construct that the format does not define.
        settings: For each file what it does not say itself, such as ``{"route.json": {"virtualRouterName": "color"}}``.
        override: Of two documents that define one object, take the later one, as ``kubectl apply`` would.
        compat: The version of Envoy that its documents are for, such as ``1.38``; None for the newest known.
        runtime: Runtime values of Envoy that an operator has overridden, by key.
        profile: How the Gateway API is meant where its text leaves a choice: ``spec``, ``envoy-gateway``, ``istio``, or
            a `GatewayProfile`.

    Returns:
        The mesh.

    Raises:
        DocumentLoadError: There are problems; all of them at once.

    >>> import io
    >>> manifest = '''
    ... apiVersion: appmesh.k8s.aws/v1beta2
    ... kind: GatewayRoute
    ... metadata: {name: red}
    ... spec:
    ...   httpRoute:
    ...     match: {prefix: /red}
    ...     action: {target: {virtualService: {virtualServiceRef: {name: red}}}}
    ... '''
    >>> [entry.id for entry in load(io.StringIO(manifest)).entries]
    ['appmesh:virtualgateway/default/any']
    """
    problems = Problems()
    documents = read_sources(sources, variables, problems)
    switches = compat_of(compat, problems)
    envoy, others = read_envoy(documents, problems)
    choices = profile_of(profile, problems)
    has_gateway_api = is_gateway_api(others)
    gateways = read_gateway_api(others, problems, override=override) if has_gateway_api else Objects()
    objects = read_app_mesh(others, problems, settings=settings or {}, override=override, variables=variables)
    whole = not problems
    envoys = lower_envoy(envoy, problems, switches, Runtime({**envoy.runtime, **(runtime or {})}))
    mesh = joined(lower(objects, problems), envoys)
    if whole:
        try:
            mesh = joined(mesh, lower_gateway_api(gateways, choices, strict=strict))
        except TableError as error:
            problems.error(_only(sources), str(error))
    notices = (*(notice_from(notice) for notice in problems.notices), *mesh.notices)
    if whole:
        only_namespaces = objects.namespaces and not objects.foreign  # a part of a folder, as examples have it
        if not (envoy.found or _has_routing(objects) or has_gateway_api or only_namespaces):
            problems.error(_only(sources), _nothing(objects))
        if strict:
            # Where a document could not be read, what refers to it would only seem to lead nowhere.
            for notice in (*notices, *_in_tables(mesh)):
                problems.add(as_error(notice))
    problems.raise_if_any()
    ignored = _ignored(objects, has_gateway_api=has_gateway_api)
    return evolve(mesh, notices=tuple(dict.fromkeys(notices)), ignored=ignored)


def joined(one: Mesh, other: Mesh) -> Mesh:
    """Put the entries and tables of two meshes together.

    Args:
        one: A mesh.
        other: Another one, of another format.

    Returns:
        The mesh of both.
    """
    return Mesh(
        (*one.entries, *other.entries),
        (*one.tables, *other.tables),
        (*one.notices, *other.notices),
        (*one.ignored, *other.ignored),
        other.status,
    )


def _ignored(objects: AppMesh, *, has_gateway_api: bool) -> tuple[tuple[str, int], ...]:
    """Count the objects that no reader looked at."""
    if not has_gateway_api:
        return objects.foreign
    return tuple([(name, count) for name, count in objects.foreign if not is_kind(*name.partition(" ")[::2])])


def _has_routing(objects: AppMesh) -> bool:
    """Tell whether anything was found that a request could meet; a Namespace is not enough."""
    return any(
        (
            objects.meshes,
            objects.gateways,
            objects.gateway_routes,
            objects.services,
            objects.routers,
            objects.nodes,
            objects.backend_groups,
            objects.notices,
        )
    )


def _only(sources: tuple[Loadable, ...]) -> Mark | None:
    """Where the only source is, if it is a path or a stream with a name."""
    if len(sources) != 1:
        return None
    (source,) = sources
    name: object = os.fspath(source) if isinstance(source, str | os.PathLike) else getattr(source, "name", None)
    return Mark(name) if isinstance(name, str) else None


def _nothing(objects: AppMesh) -> str:
    """Say that there is no routing document, and what there is."""
    namespaces = (("v1 Namespace", len(objects.namespaces)),) if objects.namespaces else ()
    found = (*objects.foreign, *namespaces)
    if not found:
        return "there is no document in the sources"
    seen = ", ".join(f"{kind} ({count})" for kind, count in found)
    return f"no document is of a format that is known (App Mesh, Envoy, Gateway API); found: {seen}"


def notice_from(notice: DocumentNotice) -> Notice:
    """Turn what a reader noticed into a notice of the mesh.

    Args:
        notice: What was noticed.

    Returns:
        The notice.
    """
    mark = notice.mark
    source = None if mark is None else Source(mark.file, mark.line or 0, notice.pointer)
    return Notice(notice.code, notice.message, source)


def _in_tables(mesh: Mesh) -> Iterator[Notice]:
    for table in mesh.tables:
        yield from table.notices
        for route in table.routes():
            yield from (notice for notice in route.notices if notice.code not in _ABOUT_REQUESTS)


def as_error(notice: Notice) -> DocumentError:
    """Turn a notice into an error, as ``strict`` has it.

    Args:
        notice: The notice.

    Returns:
        The error, at the same place.
    """
    source = notice.source
    if source is None:
        return DocumentError(notice.message)
    return DocumentError(notice.message, source.file, source.line or None, None, source.pointer)

"""Clusters of a RouteAction: plain, named by a header, weighted (envoy.md §3)."""

from __future__ import annotations

from typing import Final

from meshroute.model.actions import MAX_WEIGHT, Backend
from meshroute.model.choosing import BackendChoice, ChoiceByHash, ChoiceByHeader, NameFromHeader
from meshroute.model.hashing import HashPolicy
from meshroute.model.rewrites import Rewrite
from meshroute.model.rewriting import AuthorityRewrite, FixedHost
from meshroute.readers.envoy.message import Message
from meshroute.readers.envoy.mutations import request_mutations, response_mutations
from meshroute.readers.envoy.scope import Scope, Unmodelled
from meshroute.text import ascii_lower

_KIND: Final = "Cluster"
_MISSING: Final = {"SERVICE_UNAVAILABLE": 503, "NOT_FOUND": 404, "INTERNAL_SERVER_ERROR": 500}


def backends_of(scope: Scope, action: Message, unmodelled: Unmodelled) -> tuple[Backend, ...]:
    """Lower the cluster specifier of a RouteAction.

    Args:
        scope: What the table is evaluated with.
        action: The RouteAction.
        unmodelled: Where an extension goes.

    Returns:
        The backends.
    """
    status = _MISSING[action.enum("cluster_not_found_response_code")]
    match action.which("cluster_specifier"):
        case "cluster":
            return (cluster(scope, action, "cluster", status),)
        case "cluster_header":
            return (_by_header(scope, action.text("cluster_header"), status),)
        case "weighted_clusters":
            weighted = action.message("weighted_clusters")
            return () if weighted is None else _weighted(scope, weighted, status)
        case None:
            return ()  # the decoder has reported that the specifier is missing
        case specifier:
            unmodelled.add(action, specifier, "an extension chooses the cluster")
            return ()


def cluster(scope: Scope, message: Message, field: str, status: int = 503, weight: int = 1) -> Backend:
    """Make the backend of a cluster; a static table may not name one that is not there (envoy.md §3).

    Args:
        scope: What the table is evaluated with.
        message: The message that names it.
        field: The field with its name.
        status: What a request gets where there is no such cluster.
        weight: Its share.

    Returns:
        The backend.
    """
    name = message.name(field)
    if scope.clusters is None or name in scope.clusters:
        return Backend(name, kind=_KIND, weight=weight)
    reason = f"there is no cluster {name!r}"
    if scope.validates:
        scope.error(message, field, reason, "define it, or set `validate_clusters: false`")
    return Backend(name, kind=_KIND, weight=weight, valid=False, reason=reason, status=status)


def _by_header(scope: Scope, header: str, status: int, weight: int = 1) -> Backend:
    named_by = NameFromHeader(ascii_lower(header), scope.clusters, status)
    return Backend("", kind=_KIND, weight=weight, named_by=named_by)


def _weighted(scope: Scope, weighted: Message, status: int) -> tuple[Backend, ...]:
    prefix = weighted.text("runtime_key_prefix")
    found: list[Backend] = []
    for entry in weighted.messages("clusters"):
        backend = _entry(scope, entry, prefix, status)
        if backend is not None:
            found.append(backend)
    total = sum(backend.weight for backend in found)
    if not 0 < total <= MAX_WEIGHT and found:
        scope.error(weighted, "clusters", f"the sum of the weights must be from 1 to {MAX_WEIGHT}, not {total}")
    return tuple(found)


def _entry(scope: Scope, entry: Message, prefix: str, status: int) -> Backend | None:
    name, header = entry.text("name"), entry.text("cluster_header")
    if bool(name) == bool(header):
        field = "cluster_header" if header else None
        scope.error(entry, field, "a weighted cluster needs exactly one of `name` and `cluster_header`")
        return None
    stated = entry.integer("weight")
    if stated is None:
        scope.error(entry, None, "a weighted cluster needs `weight`")
        return None
    weight = min(scope.runtime.integer(f"{prefix}.{name}", stated) if prefix else stated, MAX_WEIGHT)
    backend = cluster(scope, entry, "name", status, weight) if name else _by_header(scope, header, status, weight)
    mutations, response = request_mutations(scope, entry), response_mutations(scope, entry)
    rewrites: list[Rewrite] = [] if mutations is None else [mutations]
    if entry.text("host_rewrite_literal"):
        rewrites.append(AuthorityRewrite(FixedHost(entry.text("host_rewrite_literal")), None))
    return Backend(
        backend.name,
        kind=backend.kind,
        weight=weight,
        valid=backend.valid,
        reason=backend.reason,
        status=backend.status,
        named_by=backend.named_by,
        rewrites=tuple(rewrites),
        response=() if response is None else (response,),
    )


def choice_of(action: Message, policy: HashPolicy | None) -> BackendChoice | None:
    """Lower what decides among weighted clusters.

    Args:
        action: The RouteAction.
        policy: Its hash policy.

    Returns:
        The choice, or None for chance.
    """
    weighted = action.message("weighted_clusters")
    if weighted is None:
        return None
    header = weighted.text("header_name")
    if header:
        return ChoiceByHeader(ascii_lower(header))
    return ChoiceByHash(policy) if weighted.flag("use_hash_policy") and policy is not None else None

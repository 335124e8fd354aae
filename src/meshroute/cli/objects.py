"""The answer and explanation objects (docs/schemas): every key is always present, none is ever removed or retyped."""

from __future__ import annotations

from typing import Final

from meshroute.cli.requests import RequestId
from meshroute.matching.explain import Candidate, Explanation
from meshroute.model.actions import Backend, Mirror, RetryPolicy
from meshroute.model.hops import Hop
from meshroute.model.mutations import HeaderMutations
from meshroute.model.notices import Notice, Source
from meshroute.model.request import Request
from meshroute.model.resolution import Resolution

SCHEMA: Final = 1
"""The version of the objects."""

JsonObject = dict[str, object]


def answer_object(answer: Resolution, id: RequestId = None) -> JsonObject:  # noqa: A002 - the key's name in every answer
    """Describe an answer.

    Args:
        answer: The answer.
        id: The id of its request.

    Returns:
        The object of docs/schemas/answer.json.

    >>> from meshroute.model.actions import Forward
    >>> from meshroute.model.request import Request
    >>> from meshroute.model.resolution import Resolution
    >>> answer_object(Resolution.along(Request("GET", "/"), ()), "a")["outcome"]
    'no_route'
    """
    route, chosen, leaving, location, timeouts = (
        answer.route,
        answer.chosen,
        answer.request,
        answer.redirect,
        answer.timeouts,
    )
    return {
        "schema": SCHEMA,
        "id": id,
        "outcome": answer.outcome.value,
        "status": answer.status,
        "grpc_status": answer.grpc_status,
        "route": None if route is None else route.name,
        "route_id": None if route is None else route.id,
        "rule": None if route is None else route.rule,
        "source": None if route is None else _place(route.source),
        "hops": [_hop(hop) for hop in answer.hops],
        "virtual_host": answer.virtual_host,
        "virtual_cluster": answer.virtual_cluster,
        "virtual_service": answer.service,
        "backends": [_backend(backend, answer) for backend in answer.backends],
        "chosen": None if chosen is None else chosen.name,
        "request": None if leaving is None else _leaving(leaving),
        "redirect": None if location is None else {"location": location, "status": answer.status},
        "response_headers": header_changes(answer.response_mutations, answer.hops[-1].request if answer.hops else None),
        "body": answer.body,
        "mirrors": [_mirror(mirror) for mirror in answer.mirrors],
        "params": dict(answer.params),
        "decoded_params": dict(answer.decoded_params),
        "allowed_methods": list(answer.allowed_methods),
        "timeouts": {
            "request": timeouts.request,
            "idle": timeouts.idle,
            "backend_request": timeouts.backend_request,
        },
        "retry": _retry(answer.retry),
        "random_value": answer.random_value,
        "notices": [_notice(notice) for notice in answer.notices],
    }


def explanation_object(
    explanation: Explanation,
    id: RequestId = None,  # noqa: A002 - the key's name in every answer
) -> JsonObject:
    """Describe an explanation.

    Args:
        explanation: The explanation.
        id: The id of its request.

    Returns:
        The object of docs/schemas/explanation.json.

    >>> from meshroute.matching.explain import Explanation
    >>> from meshroute.model.request import Request
    >>> from meshroute.model.resolution import Resolution
    >>> explanation_object(Explanation(Resolution.along(Request("GET", "/"), ()), ()))["hops"]
    []
    """
    return {
        "schema": SCHEMA,
        "answer": answer_object(explanation.answer, id),
        "hops": [
            {
                "table": hop.table,
                "virtual_host": hop.virtual_host,
                "candidates": [_candidate(candidate) for candidate in hop.candidates],
            }
            for hop in explanation.hops
        ],
    }


def error_object(line: int, message: str, id: RequestId = None) -> JsonObject:  # noqa: A002 - see answer_object
    """Describe a line of requests that could not be answered.

    Args:
        line: The number of the line, counted from 1.
        message: What is wrong with it.
        id: The id of its request, where it could be read.

    Returns:
        The object of docs/schemas/error.json.

    >>> error_object(3, "not JSON")
    {'schema': 1, 'id': None, 'line': 3, 'error': 'not JSON'}
    """
    return {"schema": SCHEMA, "id": id, "line": line, "error": message}


def _place(source: Source | None) -> str | None:
    return None if source is None else str(source)


def _hop(hop: Hop) -> JsonObject:
    route = hop.route
    return {
        "table": hop.table,
        "route": None if route is None else route.name,
        "route_id": None if route is None else route.id,
        "source": None if route is None else _place(route.source),
    }


_OPERATIONS: Final = {
    "append": "add",
    "add_if_absent": "add_if_absent",
    "overwrite": "set",
    "overwrite_if_exists": "set_if_present",
}


def header_changes(mutations: tuple[HeaderMutations, ...], request: Request | None) -> list[JsonObject]:
    """List changes to headers, each with the value that the request gives it.

    Args:
        mutations: The changes.
        request: The request, or None where there is none to list them for.

    Returns:
        An object for each: ``op``, ``name`` and ``value``.

    >>> header_changes((HeaderMutations(("server",)),), Request("GET", "/"))
    [{'op': 'remove', 'name': 'server', 'value': None}]
    """
    found: list[JsonObject] = []
    if request is None:
        return found
    for level in mutations:
        found.extend({"op": "remove", "name": name, "value": None} for name in level.remove)
        for addition in level.add:
            value = addition.value.render(request, "")
            if value or addition.keep_empty:
                found.append({"op": _OPERATIONS[addition.action], "name": addition.name, "value": value})
    return found


def _mirror(mirror: Mirror) -> JsonObject:
    backend = mirror.backend
    return {
        "name": backend.name,
        "namespace": backend.namespace,
        "kind": backend.kind,
        "port": backend.port,
        "numerator": mirror.numerator,
        "denominator": mirror.denominator,
    }


def _backend(backend: Backend, answer: Resolution) -> JsonObject:
    leaving = answer.request_to(backend) if backend.rewrites else None
    return {
        "name": backend.name,
        "namespace": backend.namespace,
        "kind": backend.kind,
        "port": backend.port,
        "weight": backend.weight,
        "valid": backend.valid,
        "reason": backend.reason,
        "status": backend.status,
        "request": None if leaving is None else _leaving(leaving),
        "redirect": _redirect(backend, answer),
        "response_headers": header_changes(answer.mutations(backend.response), answer.hops[-1].request)
        if backend.response
        else None,
        "mirrors": [_mirror(mirror) for mirror in backend.mirrors] or None,
    }


def _redirect(backend: Backend, answer: Resolution) -> JsonObject | None:
    if backend.redirect is None:
        return None
    return {"location": answer.location(backend.redirect), "status": backend.redirect.status}


def _leaving(request: Request) -> JsonObject:
    return {
        "method": request.method,
        "scheme": request.scheme,
        "host": request.authority,
        "path": request.target,
        "headers": [[name, value] for name, value in request.headers],
    }


def _retry(retry: RetryPolicy | None) -> JsonObject | None:
    if retry is None:
        return None
    return {"max_retries": retry.max_retries, "per_try_timeout": retry.per_try_timeout, "on": list(retry.on)}


def _notice(notice: Notice) -> JsonObject:
    return {
        "code": notice.code,
        "message": notice.message,
        "source": _place(notice.source),
        "routes": list(notice.routes),
    }


def _candidate(candidate: Candidate) -> JsonObject:
    route = candidate.route
    return {
        "route": route.name,
        "route_id": route.id,
        "source": _place(route.source),
        "verdict": candidate.verdict,
        "reason": candidate.reason,
        "criteria": [
            {"criterion": repr(verdict.criterion), "accepted": verdict.accepted, "seen": verdict.seen}
            for verdict in candidate.criteria
        ],
    }

"""Cases of App Mesh as data: each file of `cases` has documents, requests, and what is expected, with its reason."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import yaml

from meshroute.errors import DocumentLoadError
from meshroute.matching.router import Router
from meshroute.matching.scan import scan
from meshroute.model.request import Request
from meshroute.model.resolution import Resolution
from meshroute.readers import load

CASES = [
    pytest.param(case, id=f"{file.stem}: {case['why']}")
    for file in sorted((Path(__file__).parent / "cases").glob("*.yaml"))
    for case in yaml.safe_load(file.read_text(encoding="utf-8"))
]
NOTICES = "notices"


def said(answer: Resolution, expect: dict[str, Any]) -> dict[str, Any]:
    """Say what the answer has for each key that is expected, and which notices it carries."""
    leaves = answer.request
    first = answer.hops[0].route if answer.hops else None
    everything = {
        "outcome": answer.outcome.value,
        "status": answer.status,
        "grpc_status": answer.grpc_status,
        "gateway_route": first and first.name,
        "route": answer.route and answer.route.name,
        "route_id": answer.hops[-1].route and answer.hops[-1].route.id if answer.hops else None,
        "tables": [hop.table for hop in answer.hops],
        "service": answer.service,
        "backends": {backend.name: backend.weight for backend in answer.backends},
        "kinds": [backend.kind for backend in answer.backends],
        "ports": [backend.port for backend in answer.backends],
        "url": leaves and leaves.url,
        "path": leaves and leaves.target,
        "host": leaves and leaves.authority,
        "port": leaves and leaves.port,
        "timeout": answer.timeouts.request,
        NOTICES: [notice.code for notice in answer.notices],
    }
    return {key: everything[key] for key in (*expect, NOTICES)}


def ask(documents: str, asked: dict[str, Any], options: dict[str, Any]) -> Resolution:
    mesh = load(io.StringIO(documents), **options)
    parts = {key: value for key, value in asked.items() if key not in {"expect", "method", "url", "headers", "why"}}
    request = Request(asked.get("method", "GET"), asked["url"], asked.get("headers"), **parts)
    answer = Router(mesh).resolve(request)
    assert answer == scan(mesh, request), "the index and the definition differ"
    return answer


@pytest.mark.parametrize("case", CASES)
def test_case(case: dict[str, Any]) -> None:
    documents, options = case["documents"], case.get("load", {})
    for asked in case.get("requests", ()):
        expect: dict[str, Any] = {NOTICES: [], **asked["expect"]}
        assert said(ask(documents, asked, options), expect) == expect, asked
    if "errors" in case:
        with pytest.raises(DocumentLoadError) as caught:
            load(io.StringIO(documents), **options)
        assert [str(problem) for problem in caught.value.exceptions] == case["errors"]

"""Cases of the Gateway API as data: documents, requests, what is expected, and the section that says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from meshroute.cli.objects import answer_object
from meshroute.cli.requests import request_from_object
from meshroute.matching.router import Router
from meshroute.matching.scan import scan
from meshroute.model.mesh import Mesh


def cases_of(file: Path) -> list[Any]:
    """Read the cases of a file."""
    return [
        pytest.param(case, id=f"{file.stem}: {case['why']}")
        for case in yaml.safe_load(file.read_text(encoding="utf-8"))
    ]


def said(mesh: Mesh, asked: dict[str, Any]) -> dict[str, Any]:
    """Say what the answer has for each key that is expected."""
    request = request_from_object({key: value for key, value in asked.items() if key not in {"expect", "why"}})
    answer = Router(mesh).resolve(request)
    assert answer == scan(mesh, request), "the index and the definition differ"
    found = answer_object(answer)
    leaves: Any = found["request"] or {}
    redirect: Any = found["redirect"] or {}
    backends: Any = found["backends"]
    mirrors: Any = found["mirrors"]
    changes: Any = found["response_headers"]
    extra = {
        "backends": {one["name"]: one["weight"] for one in backends},
        "reasons": [one["reason"] for one in backends],
        "host": leaves.get("host"),
        "path": leaves.get("path"),
        "headers": dict(map(tuple, leaves.get("headers", ()))),
        "location": redirect.get("location"),
        "mirrors": {one["name"]: [one["numerator"], one["denominator"]] for one in mirrors},
        "response": {one["name"]: one["value"] for one in changes},
        "of_backends": [
            {key: one[key] for key in ("request", "redirect", "response_headers", "mirrors") if one[key]}
            for one in backends
        ],
    }
    return {key: {**found, **extra}[key] for key in asked["expect"]}


def check(mesh: Mesh, case: dict[str, Any]) -> None:
    """Ask all requests of a case."""
    for asked in case["requests"]:
        assert said(mesh, asked) == asked["expect"], asked

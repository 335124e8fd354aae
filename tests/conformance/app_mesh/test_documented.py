"""Requests of which AWS's own examples document the answer, from the folder beside the checkout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from meshroute.matching.router import Router
from meshroute.model.request import Request
from meshroute.model.resolution import Resolution
from meshroute.readers import load

FOLDER = "manifests/app-mesh"
COUNT = 21
# `mesh/mesh.sh` of the example gives these as arguments: they are in no file.
CLI_VARIABLES = {
    f"colorgateway-route-{number}.json": {"VIRTUALSERVICE_NAME": f"colorteller-{number}.default.svc.cluster.local"}
    for number in (1, 2)
}
CLI_SETTINGS = {
    f"colorteller-route-{number}.json": {"virtualRouterName": f"colorteller-vr-{number}"} for number in (1, 2)
}


def loadable(case: dict[str, Any], folder: Path, scratch: Path) -> list[str]:
    """Return the files of a case; those that the folder lacks are left out, or made from what the README says."""
    found: list[str] = []
    for name in case["files"]:
        path = folder / name
        if "remove methodName from the grpcRoute match" in case["setup"]:
            text = "\n".join(line for line in path.read_text().split("\n") if "methodName:" not in line)
            path = scratch / path.name
            path.write_text(text)
        elif path.name.startswith("colorteller-vs-") and not path.exists():
            number = path.stem[-1]
            provider = {"virtualRouter": {"virtualRouterName": f"colorteller-vr-{number}"}}
            service = f"colorteller-{number}.default.svc.cluster.local"
            path = scratch / path.name
            path.write_text(json.dumps({"virtualServiceName": service, "spec": {"provider": provider}}))
        if path.exists():
            found.append(str(path))
    return found


def answered(case: dict[str, Any], folder: Path, scratch: Path) -> Resolution:
    cli = case["form"] == "cli-json"
    variables = {**case["vars"], **(CLI_VARIABLES if cli else {})}
    files = loadable(case, folder, scratch)
    mesh = load(*files, variables=variables, settings=CLI_SETTINGS if cli else None, override=bool(case["setup"]))
    asked = case["request"]
    ((kind, name),) = ((key, value) for key, value in asked["entry"].items() if key != "port")
    url = f"http://{asked['host']}{asked['path']}" if "host" in asked else asked["path"]
    parts: dict[str, Any] = {
        "entry": f"{kind}/{name}",
        "port": asked["entry"].get("port"),
        "protocol": asked["protocol"],
    }
    return Router(mesh).resolve(Request(asked["method"], url, asked["headers"], **parts))


def said(answer: Resolution, expect: dict[str, Any]) -> dict[str, Any]:
    """Say what the answer has for each key that is expected."""
    weights = {backend.name: backend.weight for backend in answer.backends}
    request, first = answer.request, answer.hops[0].route
    everything = {
        "matched": answer.outcome == "forward",
        "gatewayRoute": first and first.name,
        "virtualService": answer.service,
        "upstreamPath": request and request.path,
        "upstreamHost": request and request.authority,
        "route": answer.route and answer.route.name,
        "virtualNode": next(iter(weights), None) if len(weights) == 1 else weights,
        "weightedTargets": weights,
        "grpcStatus": answer.grpc_status,
    }
    return {key: everything[key] for key in expect}


@pytest.mark.parametrize("number", range(COUNT))
def test_documented_request(number: int, shared: Path, tmp_path: Path) -> None:
    cases = json.loads((shared / FOLDER / "documented-requests.json").read_text())
    assert len(cases) == COUNT
    case = cases[number]
    assert said(answered(case, shared / FOLDER, tmp_path), case["expect"]) == case["expect"]

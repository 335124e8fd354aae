"""``meshroute status``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from meshroute.cli.app import run
from tests.conformance.schemas.validators import check

_DOCUMENTS = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: g, namespace: shop}
spec:
  gatewayClassName: c
  listeners:
  - {name: web, port: 80, protocol: HTTP}
  - {name: a, port: 81, protocol: HTTP}
  - {name: b, port: 81, protocol: TCP}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: r, namespace: shop}
spec:
  parentRefs: [{name: g, sectionName: web}, {name: g, sectionName: wep}, {name: h}]
  rules:
  - backendRefs: [{name: s, namespace: other, port: 80}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: good, namespace: shop, odd: 1}
spec: {parentRefs: [{name: g}]}
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    (tmp_path / "gateway.yaml").write_text(_DOCUMENTS)
    return str(tmp_path / "gateway.yaml")


def test_lines(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["status", file]) == 0
    printed = capsys.readouterr()
    assert printed.out.splitlines() == [
        "attached  HTTPRoute/shop/r to Gateway/shop/g (web): Accepted; attached; Service other/s: RefNotPermitted",
        (
            "NOT ATTACHED  HTTPRoute/shop/r to Gateway/shop/g (wep): NoMatchingParent; the parent has no listener of this"
            " name and port, or only such as conflict with others; Service other/s: RefNotPermitted"
        ),
        (
            "unknown  HTTPRoute/shop/r to Gateway/shop/h: ParentNotFound; the parent is not among the documents;"
            " Service other/s: RefNotPermitted"
        ),
        "attached  HTTPRoute/shop/good to Gateway/shop/g: Accepted",
        "listener  Gateway/shop/g web: 2 routes",
        "listener  Gateway/shop/g a: 0 routes, ProtocolConflict",
        "listener  Gateway/shop/g b: 0 routes, ProtocolConflict",
    ]
    assert "unknown field `odd`" in printed.err


def test_objects(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["status", file, "--json", "--quiet"]) == 0
    printed = capsys.readouterr()
    status = json.loads(printed.out)
    check("status", status)
    assert printed.err == ""
    assert [(one["route"], one["section"], one["accepted"]) for one in status["routes"]] == [
        ("HTTPRoute/shop/r", "web", True),
        ("HTTPRoute/shop/r", "wep", False),
        ("HTTPRoute/shop/r", None, None),
        ("HTTPRoute/shop/good", None, True),
    ]
    assert [(one["listener"], one["attached_routes"]) for one in status["listeners"]] == [
        ("web", 2),
        ("a", 0),
        ("b", 0),
    ]


def test_faults(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.yaml").write_text(_DOCUMENTS.replace("protocol: TCP", "protocol: 'T P'"))
    assert run(["status", str(tmp_path / "bad.yaml")]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "bad.yaml:10" in printed.err


def test_strict(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["status", file, "--strict"]) == 2
    assert "unknown field `odd`" in capsys.readouterr().err

"""What `resolve` shows of headers, of the response and of mirrors."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from meshroute.cli import main

_DOCUMENTS = """
{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: r}, spec: {parentRefs: [{name: g}], rules: [
  {backendRefs: [{name: b, port: 1}], filters: [
    {type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: A, value: new}], remove: [c]}},
    {type: ResponseHeaderModifier, responseHeaderModifier: {add: [{name: x, value: "1"}], remove: [server]}},
    {type: RequestMirror, requestMirror: {backendRef: {name: m, port: 2}, percent: 5}}]}]}}
"""


@pytest.fixture
def documents(tmp_path: Path) -> str:
    file = tmp_path / "r.yaml"
    file.write_text(_DOCUMENTS, encoding="utf-8")
    return str(file)


def _shown(*argv: str) -> list[str]:
    out = io.StringIO()
    with redirect_stdout(out):
        assert main(["resolve", "-q", *argv]) == 0
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_what_changes_is_shown(documents: str) -> None:
    lines = _shown(documents, "http://h/", "-H", "a: old", "-H", "C: 1", "-H", "d: 2")
    assert [line for line in lines if line.startswith(("headers", "response", "mirrors", "          "))][:6] == [
        "headers   - a: old",
        "          - C: 1",
        "          + a: new",
        "response  remove server",
        "          add x: 1",
        "mirrors   Service default/m:2  5/100",
    ]


def test_nothing_is_shown_where_nothing_is_reached(tmp_path: Path) -> None:
    file = tmp_path / "g.yaml"
    spec = "{gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}]}"
    file.write_text(f"{{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {{name: g}}, spec: {spec}}}")
    lines = _shown(str(file), "http://h:81/")
    assert not [line for line in lines if line.startswith(("headers", "response", "mirrors"))]

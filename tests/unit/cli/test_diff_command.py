"""``meshroute diff``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from meshroute import Route, RouteMatch, diff
from meshroute.cli.app import run
from meshroute.cli.differences import curl_lines
from meshroute.cli.differences import test_lines as lines_of_tests
from meshroute.criteria import PathExact, TransportProtocol
from meshroute.model.python import python_table, single_table_mesh
from tests.conformance.schemas.validators import check

_TABLE = """
name: shop
virtual_hosts:
- name: shop
  domains: ["*"]
  routes:
  - name: cart
    match: {prefix: /cart, headers: [{name: x, string_match: {exact: "1"}}]}
    route: {cluster: %s}
  - name: old
    match: {path: /old, headers: [{name: y, string_match: {exact: ""}}]}
    redirect: {path_redirect: %s}
  - name: split
    match: {path: /split}
    route: {weighted_clusters: {clusters: [{name: a, weight: %s}, {name: b, weight: 1}, {name: c, weight: 0}]}}
"""


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("old.yaml").write_text(_TABLE % ("v1", "/a", 1), "utf-8")
    Path("new.yaml").write_text(_TABLE % ("v2", "/b", 3), "utf-8")


def test_equivalent(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "old.yaml", "old.yaml"]) == 0
    assert capsys.readouterr().out == "equivalent\n"


def test_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "old.yaml", "new.yaml"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "1. path is '/split' (1.20% of requests, estimated)",
        "   e.g. GET http://example.com/split",
        "   old: a 0.5, b 0.5, as GET http://example.com/split",
        "        route split (old.yaml:13)",
        "   new: a 0.75, b 0.25, as GET http://example.com/split",
        "        route split (new.yaml:13)",
        "2. path is '/old' and header 'y' is '' (0.01% of requests, estimated)",
        "   e.g. GET http://example.com/old -H 'y: '",
        "   old: redirect 301 to http://example.com/a",
        "        route old (old.yaml:10)",
        "   new: redirect 301 to http://example.com/b",
        "        route old (new.yaml:10)",
        "3. path starts with '/cart' and header 'x' is 1",
        "   e.g. GET http://example.com/cart -H 'x: 1'",
        "   old: v1, as GET http://example.com/cart",
        "        route cart (old.yaml:7)",
        "   new: v2, as GET http://example.com/cart",
        "        route cart (new.yaml:7)",
        "different",
    ]


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "old.yaml", "new.yaml", "--json", "--by", "backend", "--map", "v1=v2"]) == 1
    found = json.loads(capsys.readouterr().out)
    check("diff", found)
    assert (found["verdict"], found["because"]) == ("different", None)
    one = found["differences"][0]
    assert one["witness"]["path"] == "/split"
    assert [backend["weight"] for backend in one["new"]["backends"]] == [3, 1, 0]
    assert one["region"] == "path is '/split'"
    assert 0 < one["share"] < 1
    assert one["old_entry"] == one["new_entry"] == "envoy:route/shop"
    assert one["old_explanation"].startswith("GET http://example.com/split\n")


def test_commands_to_try(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "old.yaml", "new.yaml", "--emit", "curl"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[1:6] == [
        "# \"path is '/split'\"",
        '# OLD: "a 0.5, b 0.5, as GET http://example.com/split"',
        "curl --silent --include --path-as-is --request GET --header 'Host: example.com' \"$OLD\"/split",
        '# NEW: "a 0.75, b 0.25, as GET http://example.com/split"',
        "curl --silent --include --path-as-is --request GET --header 'Host: example.com' \"$NEW\"/split",
    ]
    assert (
        "curl --silent --include --path-as-is --request GET --header 'Host: example.com' --header 'y;' \"$OLD\"/old"
        in lines
    )
    assert (
        "curl --silent --include --path-as-is --request GET --header 'Host: example.com' --header 'x: 1' \"$OLD\"/cart"
        in lines
    )


def test_a_file_of_expectations(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "old.yaml", "new.yaml", "--emit", "tests"]) == 1
    text = capsys.readouterr().out
    assert [test["request"] for test in yaml.safe_load(text)["tests"]] == [
        f"GET http://example.com/{path}" for path in ("split", "old", "cart")
    ]
    Path("witnesses.yaml").write_text(text, "utf-8")
    assert run(["test", "old.yaml", "--tests", "witnesses.yaml"]) == 0
    assert run(["test", "new.yaml", "--tests", "witnesses.yaml"]) == 1
    capsys.readouterr()
    assert run(["diff", "old.yaml", "old.yaml", "--emit", "tests"]) == 0
    assert yaml.safe_load(capsys.readouterr().out) == {"tests": []}


_HOSTED = """
name: %s
virtual_hosts:
- name: a
  domains: [a.example]
  routes:
  - match: {path: /a, runtime_fraction: {default_value: {numerator: 50}}}
    direct_response: {status: %d}
  - match: {prefix: /}
    route: {cluster: %s, host_rewrite_literal: h}
"""


def test_what_a_test_needs_to_say(capsys: pytest.CaptureFixture[str]) -> None:
    Path("old.yaml").write_text(_HOSTED % ("one", 200, "c"), "utf-8")
    Path("new.yaml").write_text(_HOSTED % ("two", 201, "d"), "utf-8")
    assert run(["diff", "old.yaml", "new.yaml", "--emit", "tests", "--entry", "route/one=route/two"]) == 1
    tests = yaml.safe_load(capsys.readouterr().out)["tests"]
    assert {test["request"] for test in tests} == {"GET http://a.example/a", "GET http://a.example/"}
    assert all("random_value" in test for test in tests)
    assert [test["expect"].get("host") for test in tests if test["request"].endswith("/")] == ["h"]
    assert run(["diff", "old.yaml", "new.yaml", "--emit", "curl", "--entry", "route/one=route/two"]) == 1
    assert "--header 'Host: a.example'" in capsys.readouterr().out


def test_requests_without_a_host() -> None:
    old, new = (
        single_table_mesh(
            python_table([Route("a", match=RouteMatch((PathExact("/a"), TransportProtocol("http2"))), to=name)])
        )
        for name in ("x", "y")
    )
    found = diff(old, new)
    lines = list(lines_of_tests(found))
    assert "  protocol: http2" in lines
    assert lines[-1] == '  expect: {"outcome": "forward", "backends": {"x": 1}, "path": "/a"}'
    assert "Host" not in "".join(curl_lines(found))


def test_a_side_without_a_route(capsys: pytest.CaptureFixture[str]) -> None:
    Path("new.yaml").write_text("name: shop\nvirtual_hosts:\n- {name: shop, domains: [b.example]}\n", "utf-8")
    assert run(["diff", "old.yaml", "new.yaml"]) == 1
    assert "   new: no_route 404" in capsys.readouterr().out.splitlines()


def test_what_cannot_be_known(capsys: pytest.CaptureFixture[str]) -> None:
    table = """
name: t
virtual_hosts:
- name: v
  domains: ["*"]
  routes:
  - match: {prefix: /, dynamic_metadata: [{filter: n, path: [{key: k}], value: {bool_match: true}}]}
    route: {cluster: a}
"""
    Path("old.yaml").write_text(table, "utf-8")
    Path("new.yaml").write_text(table.replace("cluster: a", "cluster: b"), "utf-8")
    assert run(["diff", "old.yaml", "new.yaml"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "unknown",
        "  because a request that it would take cannot be built",
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--json", "--emit", "curl"], "--json and --emit exclude each other"),
        (["--map", "a"], "'a' is not OLD=NEW"),
        (["--map", "a=b", "--map", "a=c"], "'a' is said to be 'b' and 'c'"),
        (["--entry", "nothing=route/shop"], "there is no entry 'nothing'"),
    ],
)
def test_bad_usage(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "old.yaml", "new.yaml", *words]) == 2
    assert message in capsys.readouterr().err


def test_standard_input_is_read_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "-", "-"]) == 2
    assert "standard input (-) can be read only once" in capsys.readouterr().err

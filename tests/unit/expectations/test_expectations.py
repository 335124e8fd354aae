"""Expectation files: what they say, running them, coverage, reports."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from meshroute import Mesh, Request, Route, RouteMatch, Source, TableError, load
from meshroute.criteria import AnyOf
from meshroute.errors import DocumentLoadError
from meshroute.expectations import Runner, coverage_of, junit_xml, read_suite, report_object
from meshroute.model.python import single_table_mesh
from meshroute.model.table import RouteTable, VirtualHost
from tests.unit.expectations.suites import ALL, LABELLED, SHOP, problems_of, tool_test
from tests.unit.readers.envoy.envoy_tables import table, to

OWN = """
port: 80
random_value: 1
headers: {x-all: [a, b], n: 1}
tests:
- request: GET http://a.com/q
  headers: {x: "1"}
  expect: {route: canary, backend: v2, path: /n/q, host: b.com, method: GET, outcome: forward, status: null}
- name: moved
  request: http://a.com/old
  expect: {redirect: http://a.com/new, status: 301, virtual_host: v, service: "", body: ""}
- name: says hi
  request: POST http://a.com/hi
  expect: {body: hi, virtual_cluster: other}
- name: split
  request: /split
  entry: route/t
  protocol: http2
  sni: a
  random_value: 3
  port: 81
  expect: {backends: {a: 1, b: 1}, backend: b}
"""


def test_our_own_form(written: Any) -> None:
    cases = read_suite(written(OWN)).cases
    runner = Runner(load(SHOP))
    results = [runner.run(case) for case in cases]
    assert [result.failed for result in results] == [(), (), (), ()]
    assert [case.name for case in cases] == ["GET http://a.com/q", "moved", "says hi", "split"]
    assert cases[0].request.headers.lines("x-all") == ("a", "b")
    assert (cases[3].request.port, cases[0].request.port) == (81, 80)
    assert str(cases[1].source).endswith("t.yaml:9")


def test_texts_are_as_people_type_them(written: Any) -> None:
    document = table(
        {
            "name": "r",
            "match": {**ALL, "headers": [{"name": "x", "string_match": {"exact": "é"}}]},
            "direct_response": {"status": 200, "body": {"inline_string": "ü"}},
        },
        {"name": "moved", "match": ALL, "redirect": {"path_redirect": "/ü"}},
    )
    tests = [
        {"request": "http://a/", "headers": {"x": "é"}, "expect": {"body": "ü"}},
        {"request": "http://a/x", "expect": {"redirect": "http://a/ü"}},
    ]
    suite = read_suite(written({"tests": tests}))
    assert [Runner(load(document)).run(case).failed for case in suite.cases] == [(), ()]


def test_what_fails_is_told_with_the_reason(written: Any) -> None:
    file = written(
        {"tests": [{"request": "http://a.com/q", "expect": {"route": "canary", "backend": "web", "path": "/x"}}]}
    )
    result = Runner(load(SHOP)).run(read_suite(file).cases[0])
    assert [(one.field, one.expected, one.actual) for one in result.failed] == [
        ("route", "canary", "web"),
        ("path", "/x", "/q"),
    ]
    assert "asks that header 'x' is '1'" in result.why
    report: Any = report_object([result])
    assert report["cases"][0]["expected"] == {"route": "canary", "path": "/x"}
    assert report["cases"][0]["actual"] == {"route": "web", "path": "/q"}
    assert report["summary"] == {"cases": 1, "passed": 0, "failed": 1}


OWN_FAULTS: list[tuple[Any, str]] = [
    ({"tests": [{"request": "GET /", "expect": {"rout": "x"}}]}, "unknown field `rout` in `tests[0].expect`"),
    ({"tests": [{"request": "GET /", "expect": {}}]}, "`expect` says nothing that could fail"),
    ({"tests": [{"request": "GET /"}]}, "`expect` is required"),
    ({"tests": [{"expect": {"route": "x"}}]}, "`request` is required"),
    ({"tests": [{"request": "a.com/x", "expect": {"route": "x"}}]}, "must be a method and a URL or path"),
    ({"tests": [{"request": "GET a b", "expect": {"route": "x"}}]}, "must be a method and a URL or path"),
    ({"tests": [{"request": "GET 1:/://", "expect": {"route": "x"}}]}, "has no scheme"),
    ({"tests": [{"request": "GET /", "headers": {"a": {}}, "expect": {"route": "x"}}]}, "must be text, or a list"),
    (
        {"tests": [{"request": "GET /", "context": {"sni": 1}, "expect": {"route": "x"}}]},
        "`context`: unknown key 'sni'",
    ),
    ({"tests": [{"request": "GET /", "context": 1, "expect": {"route": "x"}}]}, "a context must be a mapping, not int"),
    ({"runtime": 1, "tests": [{"request": "GET /", "expect": {"route": "x"}}]}, "`runtime` must be a mapping"),
    ({"tests": [5]}, "must be a mapping"),
    ({"tests": []}, "there is no test in this file"),
    ({"tests": 5}, "`tests` must be a list"),
    ({"test": []}, "unknown field `test` (at /test); did you mean `tests`?"),
    ({"tests": [{"name": "a", "request": "/", "expect": {"route": "x"}}] * 2}, "two tests are called 'a'"),
    ("", "there is no test in this file"),
    ("{", "t.yaml"),
    ([], "must be a mapping"),
    ({"tests": [{"request": "GET /", "expect": {"backends": [1], "rout": 1}}]}, "unknown field `rout`"),
]


@pytest.mark.parametrize(
    ("content", "message"),
    OWN_FAULTS,
)
def test_faults_of_our_own_form(written: Any, content: Any, message: str) -> None:
    found = problems_of(written(content))
    assert any(message in problem for problem in found), found


def test_files_that_cannot_be_read(written: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "cannot be read: No such file" in problems_of(str(tmp_path / "none"))[0]
    assert "cannot be read: " in problems_of("a\0b")[0]
    (tmp_path / "bytes").write_bytes(b"\xff")
    assert "not UTF-8" in problems_of(str(tmp_path / "bytes"))[0]
    monkeypatch.setattr("meshroute.expectations.files.MAX_BYTES", 1)
    assert "larger than" in problems_of(written("abc"))[0]


def test_runtime_values_of_test_files(written: Any) -> None:
    content = {"runtime": {"a": {"b": 1}, "c": {"numerator": 1}}, "tests": [tool_test({})]}
    own = {"runtime": {"d.é": 5}, "tests": [{"request": "/", "expect": {"route": "a"}}]}
    suite = read_suite(written(content, "one.yaml"), written(own, "two.yaml"))
    assert suite.runtime == {"a.b": 1, "c": {"numerator": 1}, "d.é": 5}
    assert len(suite.cases) == 2
    with pytest.raises(DocumentLoadError) as caught:
        read_suite(written(own), written({**own, "runtime": {"d": {"é": 6}}}, "other.yaml"))
    assert "the runtime value 'd.é' is set to another above" in str(caught.value.exceptions[0])


def test_what_the_proxy_knows_of_a_request(written: Any) -> None:
    test = {"request": "http://a/", "context": {"metadata": {"f": {"é": "ü"}}}, "expect": {"route": "é"}}
    other = {"request": "http://a/x", "expect": {"outcome": "redirect"}}
    suite = read_suite(written({"tests": [test, other]}))
    assert [Runner(load(LABELLED)).run(case).failed for case in suite.cases] == [(), ()]
    whole = read_suite(written({"context": test["context"], "tests": [{**other, "expect": {"route": "é"}}]}))
    assert Runner(load(LABELLED)).run(whole.cases[0]).passed


def test_the_entry_of_a_request_must_be_clear(written: Any) -> None:
    mesh = load({**table({"name": "a", "match": ALL, **to()}), "name": "one"}, {**table(), "name": "two"})
    case = read_suite(written({"tests": [{"request": "/", "expect": {"route": "a"}}]})).cases[0]
    with pytest.raises(TableError, match="several entries are possible"):
        Runner(mesh).run(case)


def test_coverage_counts_routes_and_backends(written: Any) -> None:
    mesh = load(SHOP)
    runner = Runner(mesh)
    cases = (
        read_suite(written(OWN)).cases
        + read_suite(written({"tests": [{"request": "/zz", "expect": {"route": "nope"}}]}, "u.yaml")).cases
    )
    results = [runner.run(case) for case in cases]
    coverage = coverage_of(mesh, results, suggest=True)
    assert [(unit.route.name, unit.backend) for unit in coverage.uncovered] == [
        ("split", "a"),
        ("some", None),
        ("web", None),
    ]
    assert round(coverage.percent) == 57
    report: Any = report_object(results, coverage, fail_under=80)
    found = [one["suggestion"] and one["suggestion"]["path"] for one in report["coverage"]["uncovered"]]
    assert found == ["/split", None, "/"]
    plain: Any = report_object(results, coverage_of(mesh, results))
    assert [one["suggestion"] for one in plain["coverage"]["uncovered"]] == [None, None, None]
    assert coverage_of(Mesh((), ()), []).percent == 100


def test_junit() -> None:
    case_file = SHOP
    runner = Runner(load(case_file))
    from meshroute.expectations.cases import Case, ValueCheck  # noqa: PLC0415 - only here

    failing = Case(
        'a "b" \x00', Request("GET", "/"), (ValueCheck("route", "x", lambda seen: seen.answer.virtual_host),)
    )
    passing = Case("ok", Request("GET", "/"), ())
    root = ET.fromstring(junit_xml([runner.run(failing), runner.run(passing)]))
    assert (root.get("tests"), root.get("failures")) == ("2", "1")
    failure = root.find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == "route: expected 'x', got 'v'"


def test_a_case_without_a_route_covers_nothing(written: Any) -> None:
    mesh = load(table({"name": "a", "match": {"prefix": "/a"}, **to()}))
    case = read_suite(written({"tests": [{"request": "/b", "expect": {"status": 404}}]})).cases[0]
    assert coverage_of(mesh, [Runner(mesh).run(case)]).percent == 0


def test_what_a_reader_makes_of_one_route_is_one_unit(written: Any) -> None:
    source = Source("f.yaml", 3)
    unreachable = Route("r", match=RouteMatch((AnyOf(()),)), to="x", id="r/0", source=source)
    routes = (unreachable, Route("r", path="/a", to="x", id="r/1", source=source))
    mesh = single_table_mesh(RouteTable("t", (VirtualHost("v", routes),)))
    case = read_suite(written({"tests": [{"request": "/a", "expect": {"route": "r"}}]})).cases[0]
    assert coverage_of(mesh, [Runner(mesh).run(case)]).percent == 100
    nothing = coverage_of(mesh, [], suggest=True)
    assert len(nothing.uncovered) == 1
    assert nothing.suggestions[0] is not None
    assert nothing.suggestions[0].path == "/a"

"""``meshroute test``."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from meshroute.cli.app import run
from meshroute.cli.requests import request_from_object
from meshroute.errors import RequestError
from meshroute.model.context import RequestContext
from tests.conformance.schemas.validators import check
from tests.unit.readers.envoy.envoy_tables import table, to

DOCUMENT = table(
    {"name": "a", "match": {"prefix": "/a"}, **to("x")},
    {"name": "b", "match": {"prefix": "/b"}, **to("y")},
    {"name": "never", "match": {"prefix": "/b"}, **to("z")},
)
GOOD = {"name": "good", "request": "/a", "expect": {"route": "a", "backend": "x"}}
BAD = {"name": "bad", "request": "/a", "expect": {"route": "b", "backend": "x"}}


@pytest.fixture
def files(tmp_path: Path) -> Any:
    def write(*tests: Any) -> list[str]:
        (tmp_path / "t.json").write_text(json.dumps(DOCUMENT))
        (tmp_path / "tests.yaml").write_text(json.dumps({"tests": list(tests)}))
        return ["test", str(tmp_path / "t.json"), "--tests", str(tmp_path / "tests.yaml")]

    return write


def test_all_pass(files: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(files(GOOD)) == 0
    assert capsys.readouterr().out == "1 passed, 0 failed\n"


def test_failures_are_shown_with_the_reason(files: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(files(GOOD, BAD)) == 1
    out = capsys.readouterr().out
    assert out.startswith("FAILED  bad (")
    assert "  route: expected 'b', got 'a'\n" in out
    assert "asks that path starts with '/b', but the path is '/a'" in out
    assert out.endswith("1 passed, 1 failed\n")


def test_details_and_only_failures(files: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*files(GOOD, BAD), "--details"]) == 1
    detailed = capsys.readouterr().out
    assert "passed  good" in detailed
    assert "  backend: 'x'\n" in detailed
    assert run([*files(GOOD, BAD), "--details", "--only-show-failures"]) == 1
    assert "good" not in capsys.readouterr().out


def test_one_object(files: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*files(GOOD, BAD), "--json", "--coverage"]) == 1
    report = json.loads(capsys.readouterr().out)
    check("test-report", report)
    assert [(case["name"], case["passed"]) for case in report["cases"]] == [("good", True), ("bad", False)]
    assert report["cases"][1]["expected"] == {"route": "b"}
    assert report["cases"][1]["actual"] == {"route": "a"}
    assert report["coverage"]["total"] == 3
    assert run([*files(GOOD, BAD), "--json", "--only-show-failures"]) == 1
    assert [case["name"] for case in json.loads(capsys.readouterr().out)["cases"]] == ["bad"]


def test_coverage_may_fall_short(files: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*files(GOOD), "--fail-under", "50", "--suggest"]) == 1
    found = capsys.readouterr()
    assert "33.3 % covered: 1 of 3" in found.out
    assert '    {"method": "GET", "scheme": "http", "host": "example.com", "path": "/b"' in found.out
    assert "no request was found that takes it" in found.out
    assert "33.3 % is covered, and 50 % must be" in found.err
    assert run([*files(GOOD), "--fail-under", "33"]) == 0
    assert "  not covered: b (" in capsys.readouterr().out


def test_junit_is_written(files: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*files(BAD), "--junit", str(tmp_path / "out.xml")]) == 1
    assert "<testsuite" in (tmp_path / "out.xml").read_text()
    assert run([*files(BAD), "--junit", str(tmp_path)]) == 2
    assert "cannot be written: Is a directory" in capsys.readouterr().err
    assert run([*files(BAD), "--junit", "a\0b"]) == 2


def test_bad_files_are_2(files: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = files()
    assert run([*command, "--tests", str(tmp_path / "none")]) == 2
    err = capsys.readouterr().err
    assert "there is no test in this file" in err
    assert "cannot be read" in err
    (tmp_path / "t.json").write_text("{")
    (tmp_path / "tests.yaml").write_text(json.dumps({"tests": [GOOD]}))
    assert run(command) == 2
    assert run(["test"]) == 2
    assert run([*command, "--fail-under", "101"]) == 2


def test_the_tool_s_own_judgement(tmp_path: Path, files: Any, capsys: pytest.CaptureFixture[str]) -> None:
    command = files(
        {
            "test_name": "t",
            "input": {"authority": "h", "path": "/a", "method": "GET"},
            "validate": {"cluster_name": "x"},
        }
    )
    assert run([*command, "--as-router-check-tool", "--runtime", "k=1", "--compat", "1.38"]) == 0
    assert capsys.readouterr().out == "1 passed, 0 failed\n"
    assert tmp_path.exists()


@pytest.mark.parametrize(
    ("context", "message"),
    [
        ({"certificate_presented": True, "metadata": {"a": 1}}, None),
        (5, "'context' must be an object, not the number 5"),
        ({"zzz": 1}, "'context': unknown key 'zzz'"),
        ({"certificate_validated": 1}, "'context': 'certificate_validated' must be a boolean, not int"),
    ],
)
def test_requests_have_a_context(context: Any, message: str | None) -> None:
    given = {"url": "/", "context": context}
    if message is None:
        assert request_from_object(given).context == RequestContext(**context)
        assert request_from_object({"path": "/", "context": context}).context == RequestContext(**context)
    else:
        with pytest.raises(RequestError, match=re.escape(message)):
            request_from_object(given)


def test_the_runtime_values_of_a_test_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    match = {"prefix": "/", "runtime_fraction": {"default_value": {"numerator": 0}, "runtime_key": "k"}}
    (tmp_path / "t.json").write_text(json.dumps(table({"name": "a", "match": match, **to("x")})))
    tests = {"runtime": {"k": 100}, "random_value": 7, "tests": [{"request": "/", "expect": {"route": "a"}}]}
    (tmp_path / "tests.yaml").write_text(json.dumps(tests))
    command = ["test", str(tmp_path / "t.json"), "--tests", str(tmp_path / "tests.yaml")]
    assert run(command) == 0
    assert run([*command, "--runtime", "k=0"]) == 1
    assert capsys.readouterr().out.endswith("0 passed, 1 failed\n")

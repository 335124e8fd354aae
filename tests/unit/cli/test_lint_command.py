"""``meshroute lint``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from meshroute.analysis.findings import Finding
from meshroute.cli import findings as forms
from meshroute.cli.app import run
from meshroute.cli.progress import progress_bar
from meshroute.cli.suppression import Suppressions
from meshroute.model.notices import Source
from meshroute.model.request import Request
from tests.conformance.schemas.validators import check

_TABLE = """
name: shop
virtual_hosts:
- name: shop
  domains: ["*"]
  routes:
  - name: all
    match: {prefix: /}
    route: {cluster: web}
  # meshroute: ignore MR102
  - name: cart%s
    match: {prefix: /cart}
    route: {cluster: cart}
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("shop.yaml").write_text(_TABLE % "", "utf-8")
    return "shop.yaml"


def test_lines(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lint", file]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "shop.yaml:11: error: cart is never chosen: all takes all its requests [MR101]",
        "  envoy:route/shop#0/0 (shop.yaml:7)",
        "  e.g. GET http://example.com/cart",
        "1 error, 0 warnings, 0 info",
    ]


def test_what_is_selected_and_what_is_too_grave(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lint", file, "--ignore", "MR101"]) == 0
    assert run(["lint", file, "--select", "MR2,MR102"]) == 0
    assert run(["lint", file, "--fail-on", "never"]) == 0
    assert run(["lint", file, "--select", "MR9"]) == 2
    assert "there is no code 'MR9'; the codes are MR101, " in capsys.readouterr().err
    assert run(["lint", file, "--fail-on", "info"]) == 1


@pytest.mark.parametrize(
    "comment",
    ["  # meshroute: ignore", "  # meshroute: ignore MR1", " # meshroute: ignore MR101, MR102 - on purpose"],
)
def test_a_comment_hides_a_finding(file: str, comment: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path(file).write_text(_TABLE % comment, "utf-8")
    assert run(["lint", file]) == 0
    assert capsys.readouterr().out == "0 errors, 0 warnings, 0 info; 1 suppressed\n"


def test_json(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lint", file, "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    check("lint", report)
    assert report["summary"] == {"error": 1, "warning": 0, "info": 0, "unknown": 0, "suppressed": 0}
    assert report["findings"] == [
        {
            "code": "MR101",
            "severity": "error",
            "status": "proved",
            "message": "cart is never chosen: all takes all its requests",
            "routes": ["envoy:route/shop#0/1", "envoy:route/shop#0/0"],
            "names": ["cart", "all"],
            "sources": ["shop.yaml:11", "shop.yaml:7"],
            "witnesses": [
                {
                    "method": "GET",
                    "scheme": "http",
                    "host": "example.com",
                    "path": "/cart",
                    "headers": [],
                    "entry": "envoy:route/shop",
                }
            ],
            "covered_by": ["envoy:route/shop#0/0"],
            "because": None,
        }
    ]


def test_sarif_and_github(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lint", file, "--format", "sarif"]) == 1
    log = json.loads(capsys.readouterr().out)
    result = log["runs"][0]["results"][0]
    assert (result["ruleId"], result["level"]) == ("MR101", "error")
    assert log["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"]]["name"] == "DeadRoute"
    place = result["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "shop.yaml"}, "region": {"startLine": 11}}
    assert [one["id"] for one in result["relatedLocations"]] == [1]
    assert run(["lint", file, "--format", "github"]) == 1
    assert capsys.readouterr().out == (
        "::error file=shop.yaml,line=11,title=MR101 dead route::cart is never chosen: all takes all its requests\n"
    )


def test_findings_without_a_place() -> None:
    bare = Finding("MR303", "warning", "100 %\nlost")
    nowhere = Finding("MR101", "info", "a", "unknown", ("a",), ("a",), (Source("<object>", 0),), because="why")
    assert list(forms.github_lines([bare, nowhere])) == [
        "::warning title=MR303 table that nothing leads to::100 %25%0Alost",
        "::notice file=<object>,line=1,title=MR101 dead route::a",
    ]
    runs = forms.sarif_object([bare, nowhere], "1")["runs"]
    assert "region" not in json.dumps(runs)


def test_unknown_findings_say_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "t.yaml"
    table.write_text(
        """
name: t
virtual_hosts:
- name: v
  domains: ["*"]
  routes:
  - name: secret
    match: {prefix: /, dynamic_metadata: [{filter: n, path: [{key: k}], value: {bool_match: true}}]}
    route: {cluster: a}
"""
    )
    assert run(["lint", str(table), "--select", "MR1", "--fail-on", "info"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("info (unknown): it is not known whether secret is ever chosen [MR101]")
    assert lines[1].startswith("  because no request could be built for it: MetadataMatch(")


def finding(source: Source | None) -> Finding:
    """Make a finding about a place."""
    return Finding("MR101", "error", "m", routes=("a",), names=("a",), sources=(source,))


def test_annotations_hide_findings(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(
        """
metadata: {name: one, annotations: {meshroute/ignore: "MR101"}}
---
metadata: {name: two, annotations: {meshroute/ignore: ""}}
---
metadata: {name: three, annotations: {meshroute/ignore: MR2}}
---
metadata: {name: four}
---
items:
- {metadata: {name: five, annotations: {meshroute/ignore: MR1}}}
- {metadata: {name: six, annotations: {other: MR1}}}
---
- a list
"""
    )
    hides = Suppressions().hides
    places = {name: Source(str(file), 2, name=name) for name in ("one", "two", "three", "four", "nine")}
    assert {name for name, place in places.items() if hides(finding(place))} == {"one", "two"}
    assert hides(finding(Source(str(file), 2, "/items/0/spec", name="five")))
    assert not hides(finding(Source(str(file), 2, "/items/1/spec", name="six")))
    assert not hides(finding(Source(str(file), 2, "/items/7/spec", name="six")))
    assert not hides(finding(None))
    assert not hides(Finding("MR303", "warning", "m"))


def test_files_that_cannot_be_read_again_hide_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "b.yaml"
    broken.write_text("a: [\n# meshroute: ignore\n# more\nb")
    hides = Suppressions().hides
    assert hides(finding(Source(str(broken), 4)))
    assert not hides(finding(Source(str(broken), 1)))
    assert not hides(finding(Source(str(broken), 9)))
    assert not hides(finding(Source("<stdin>", 3)))


def test_progress_is_for_terminals(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar("x") as nobody:
        assert nobody is None
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with progress_bar("x") as progress:
        assert progress is not None
        progress(1, 2)
    assert capsys.readouterr().out == ""


def test_headers_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "t.yaml"
    table.write_text(
        """
name: t
virtual_hosts:
- name: v
  domains: ["*"]
  routes:
  - match: {prefix: /, headers: [{name: x, string_match: {exact: "1"}}]}
    route: {cluster: a}
  - match: {prefix: /}
    route: {cluster: b}
"""
    )
    assert run(["lint", str(table), "--select", "MR102"]) == 0
    assert "  e.g. GET http://example.com/ -H 'x: 1'" in capsys.readouterr().out.splitlines()
    assert Request("GET", "/").url == "/"

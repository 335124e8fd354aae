"""The pytest plugin, as a test author sees it."""

from __future__ import annotations

import io
import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import ClassVar, cast

import pytest

from meshroute import Route, Router, load
from meshroute.expectations.coverage import coverage_by
from meshroute.testing.plugin import Session
from meshroute.testing.reports import coverage_lines

# What a run of pytester is the first to import is imported anew by the next one, as other classes of the same names.
load(io.StringIO("name: shop\nvirtual_hosts: []"))

ROUTES = {
    "name": "shop",
    "virtual_hosts": [
        {
            "name": "shop",
            "domains": ["*"],
            "routes": [
                {"name": "cart", "match": {"prefix": "/cart"}, "route": {"cluster": "cart-v1"}},
                {"name": "old", "match": {"path": "/old"}, "redirect": {"path_redirect": "/new"}},
                {"name": "<web>", "match": {"prefix": "/"}, "route": {"cluster": "web"}},
            ],
        }
    ],
}
TESTS = """
def test_cart(resolve):
    assert resolve("http://a.example/cart").route.name == "cart"

def test_old(route_table):
    from meshroute.testing import assert_routes_to
    assert_routes_to(route_table, "http://a.example/old", redirect="http://a.example/new")
"""
EXPECTATIONS = """
tests:
- name: the cart
  request: http://a.example/cart
  expect: {route: cart}
- name: the web
  request: GET http://a.example/x
  expect: {route: cart}
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with routes that its ini file names."""
    pytester.path.joinpath("shop.json").write_text(json.dumps(ROUTES), "utf-8")
    pytester.makeini("[pytest]\nmesh_routes = shop.json\n")
    return pytester


def test_fixtures_know_the_routes_of_the_ini_file(project: pytest.Pytester) -> None:
    project.makepyfile(TESTS)
    project.runpytest_inprocess().assert_outcomes(passed=2)


def test_the_command_line_goes_first(project: pytest.Pytester) -> None:
    project.makepyfile(TESTS)
    empty = {"name": "x", "virtual_hosts": [{"name": "x", "domains": ["*"], "routes": []}]}
    project.path.joinpath("other.json").write_text(json.dumps(empty), "utf-8")
    result = project.runpytest_inprocess("--mesh-routes", "other.json", "--mesh-entry", "envoy:route/x")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["E * redirect: expected 'http://a.example/new', got None", "*outcome no_route 404*"])


def test_without_routes_it_is_said_how_to_name_them(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["*there are no routes: set mesh_routes in the ini file, or give --mesh-routes*"])


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ('{"name": 1}', (), "*shop.json*no document is of a format that is known*"),
        (json.dumps(ROUTES), ("--mesh-entry", "none"), "*entry*none*"),
        (json.dumps(ROUTES), ("-o", "mesh_compat=7"), "*7*"),
        (json.dumps(ROUTES), ("-o", "mesh_profile=x"), "*profile*"),
    ],
)
def test_bad_documents_are_an_error(project: pytest.Pytester, text: str, options: tuple[str, ...], said: str) -> None:
    project.path.joinpath("shop.json").write_text(text, "utf-8")
    project.makepyfile(TESTS)
    result = project.runpytest_inprocess(*options)
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines([said])


def test_files_of_expectations_are_tests(project: pytest.Pytester) -> None:
    project.path.joinpath("test_shop.routes.yaml").write_text(EXPECTATIONS, "utf-8")
    project.path.joinpath("shop.routes.yaml").write_text("not: collected", "utf-8")
    result = project.runpytest_inprocess("-v")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "test_shop.routes.yaml::the cart PASSED*",
            "test_shop.routes.yaml::the web FAILED*",
            "GET http://a.example/x",
            "route: expected 'cart', got '<web>'",
            "*chosen   <web>*",
        ]
    )


def test_bad_files_of_expectations_are_an_error(project: pytest.Pytester) -> None:
    project.path.joinpath("test_shop.routes.yaml").write_text("tests:\n- request: /x\n  expct: {}\n", "utf-8")
    result = project.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*test_shop.routes.yaml:3*expct*"])


def test_a_case_may_ask_for_an_entry_that_is_not_there(project: pytest.Pytester) -> None:
    text = "tests:\n- request: /x\n  entry: none\n  expect: {status: 404}\n"
    project.path.joinpath("test_shop.routes.yml").write_text(text, "utf-8")
    result = project.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*TableError*none*"])


def test_runtime_values_of_a_file_count(project: pytest.Pytester) -> None:
    routes = {
        "name": "shop",
        "virtual_hosts": [
            {
                "name": "shop",
                "domains": ["*"],
                "routes": [
                    {
                        "name": "new",
                        "match": {
                            "prefix": "/",
                            "runtime_fraction": {"default_value": {"numerator": 0}, "runtime_key": "new"},
                        },
                        "route": {"cluster": "new"},
                    },
                    {"name": "old", "match": {"prefix": "/"}, "route": {"cluster": "old"}},
                ],
            }
        ],
    }
    project.path.joinpath("shop.json").write_text(json.dumps(routes), "utf-8")
    text = "runtime: {new: 100}\ntests:\n- request: /x\n  random_value: 0\n  expect: {route: new}\n"
    project.path.joinpath("test_new.routes.yaml").write_text(text, "utf-8")
    text = "tests:\n- request: /x\n  random_value: 0\n  expect: {route: old}\n"
    project.path.joinpath("test_old.routes.yaml").write_text(text, "utf-8")
    project.runpytest_inprocess().assert_outcomes(passed=2)


def test_snapshots(project: pytest.Pytester) -> None:
    project.makepyfile("def test_it(assert_route_snapshot):\n    assert_route_snapshot('snap/test_all.routes.yaml')\n")
    result = project.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*run pytest with --mesh-snapshot-update"])
    project.runpytest_inprocess("--mesh-snapshot-update").assert_outcomes(passed=1)
    project.runpytest_inprocess().assert_outcomes(passed=4)


COVERAGE = [
    "*- route coverage -*",
    "66.7 % covered: 2 of 3",
    "  not covered: <web> (*shop.json:1)",
    "    GET http://example.com/",
]


def test_route_coverage(project: pytest.Pytester) -> None:
    project.makepyfile(
        TESTS + "\ndef test_bad(resolve):\n    assert resolve('http://a.example/x').route.name == 'cart'\n"
    )
    result = project.runpytest_inprocess("--route-coverage")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(COVERAGE)
    quiet = project.runpytest_inprocess("-k", "cart")
    assert "route coverage" not in quiet.stdout.str()


def test_files_of_expectations_cover_routes_too(project: pytest.Pytester) -> None:
    project.path.joinpath("test_shop.routes.yaml").write_text(EXPECTATIONS, "utf-8")
    project.runpytest_inprocess("--route-coverage").stdout.fnmatch_lines(["33.3 % covered: 1 of 3"])


@pytest.mark.parametrize(("least", "code"), [("66", pytest.ExitCode.OK), ("67", pytest.ExitCode.TESTS_FAILED)])
def test_too_little_coverage_fails(project: pytest.Pytester, least: str, code: pytest.ExitCode) -> None:
    project.makepyfile(TESTS)
    result = project.runpytest_inprocess("--route-coverage-fail-under", least)
    assert result.ret == code
    if code:
        result.stdout.fnmatch_lines(["FAIL: 66.7 % is covered, and 67 % must be"])


def test_coverage_for_programs_and_as_a_page(project: pytest.Pytester) -> None:
    project.makepyfile(TESTS)
    project.runpytest_inprocess(
        "--route-coverage-json=c.json", "--route-coverage-html=c.html", "--route-coverage-fail-under=9"
    )
    found = json.loads(project.path.joinpath("c.json").read_text("utf-8"))
    assert (found["percent"], found["total"], found["covered"], found["fail_under"]) == (66.67, 3, 2, 9.0)
    assert [one["route"] for one in found["uncovered"]] == ["<web>"]
    page = project.path.joinpath("c.html").read_text("utf-8")
    assert "<h1>Route coverage: 66.7 %</h1>" in page
    assert "&lt;web&gt;" in page
    assert "9 % must be" in page
    assert "<td>yes</td>" in page


def test_coverage_of_routes_that_no_test_asks_for(project: pytest.Pytester) -> None:
    project.makepyfile("def test_nothing():\n    pass\n")
    project.runpytest_inprocess("--route-coverage").stdout.fnmatch_lines(["0.0 % covered: 0 of 3"])
    project.makeini("")
    result = project.runpytest_inprocess("--route-coverage")
    result.stdout.fnmatch_lines(["there are no routes: no test asked for any, and none are configured"])
    assert result.ret == pytest.ExitCode.OK


def test_routes_in_python_are_covered(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("""
        import pytest
        from meshroute import Route, Router, load

        @pytest.fixture(scope="session")
        def route_table():
            return Router([Route("cart", path="/cart", to={"v1": 1, "v2": 1})])
    """)
    pytester.makepyfile("def test_it(resolve):\n    assert resolve('PUT /cart').route.name == 'cart'\n")
    result = pytester.runpytest_inprocess("--route-coverage")
    result.stdout.fnmatch_lines(
        ["0.0 % covered: 0 of 2", "  not covered: cart backend v1", "    GET http://example.com/cart"]
    )


def test_coverage_of_several_processes_is_one(project: pytest.Pytester) -> None:
    project.makepyfile(TESTS)
    result = project.runpytest_inprocess("--route-coverage", "-n2")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(COVERAGE)


class _Worker:
    """The configuration of a worker of pytest-xdist, as far as the plugin looks at it."""

    workeroutput: ClassVar[dict[str, bytes]] = {}

    def getoption(self, name: str) -> None:
        """Nothing is given."""


def test_a_worker_hands_over_what_it_has_covered() -> None:
    worker, reporting, idle = (Session(cast("pytest.Config", _Worker())) for _ in range(3))
    for session in (worker, reporting):
        session.start()
    router = Router([Route("cart", path="/cart", to="x")])
    assert worker.asking(router)("PUT /cart").route is not None
    worker.settle(passed=True)
    for session in (worker, idle):
        session.finish(cast("pytest.Session", None))
    reporting.take(_Worker.workeroutput)
    reporting.take({})
    for session in (worker, reporting, idle):
        session.stop()
    mesh, covered = pickle.loads(_Worker.workeroutput["meshroute"])
    assert (mesh, covered) == (router.mesh, {("cart", None), ("cart", "x")})


def test_a_process_without_coverage_hands_nothing_over(project: pytest.Pytester) -> None:
    project.makepyfile(TESTS)
    project.runpytest_inprocess("-n1").assert_outcomes(passed=2)


def test_hypothesis_starts_without_meshroute() -> None:
    code = "import sys, hypothesis; sys.exit(any(name.startswith('meshroute') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own
    code = (
        "import hypothesis.strategies as st, meshroute.testing; from meshroute import Mesh, Request, Route, RouteTable;"
        "from hypothesis.strategies._internal.types import _global_type_lookup as known;"
        "import sys; sys.exit(not {Mesh, Request, Route, RouteTable} <= set(known))"
    )
    for order in (code, code.replace("import hypothesis", "from meshroute import Mesh; import hypothesis", 1)):
        assert subprocess.run([sys.executable, "-c", order], check=False).returncode == 0  # noqa: S603 - our own


def test_pytest_starts_without_meshroute(tmp_path: Path) -> None:
    """Who has it installed and does not use it pays nothing for it."""
    tmp_path.joinpath("test_it.py").write_text(
        "import sys\n\ndef test_it():\n    assert not [name for name in sys.modules if name.startswith('meshroute')]\n",
        "utf-8",
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:hypothesispytest",
        "-p",
        "no:cacheprovider",
        str(tmp_path),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)  # noqa: S603 - our own
    assert done.returncode == 0, done.stdout


def test_a_route_that_nothing_can_cover_is_said_to_be_one() -> None:
    routes = [Route("all", path_prefix="/", to="x", priority=1), Route("dead", path="/a", to="y", priority=2)]
    coverage = coverage_by(Router(routes).mesh, [("all", None)], suggest=True)
    assert list(coverage_lines(coverage))[1:] == ["  not covered: dead", "    no request was found that takes it"]

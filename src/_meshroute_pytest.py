# pytest's nodes take keywords that have no types.
# pyright: reportUnknownMemberType=false
"""The entry point of the pytest plugin. It imports nothing of meshroute until something of it is used.

It is outside the package, since importing ``meshroute.anything`` would import ``meshroute`` at every start of pytest.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from meshroute import Resolution, Router
    from meshroute.testing.plugin import Session

_SESSION = pytest.StashKey["Session"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the command line and of the ini file."""
    group = parser.getgroup("meshroute", "routes (meshroute)")
    add = group.addoption
    add("--mesh-routes", action="append", default=[], metavar="PATH", help="Routing documents: files or folders.")
    add("--mesh-entry", metavar="ENTRY", help="The entry of requests that name none.")
    add("--mesh-snapshot-update", action="store_true", help="Write snapshots of routes anew.")
    add("--route-coverage", action="store_true", help="Report which routes and backends no test took.")
    help_text = "Fail where less than this share of routes and backends is covered."
    add("--route-coverage-fail-under", type=float, metavar="PCT", help=help_text)
    add("--route-coverage-json", metavar="FILE", help="Write route coverage as JSON.")
    add("--route-coverage-html", metavar="FILE", help="Write route coverage as a page.")
    parser.addini("mesh_routes", "Routing documents: files or folders.", type="paths")
    parser.addini("mesh_entry", "The entry of requests that name none.")
    parser.addini("mesh_profile", "The profile of Gateway API documents.")
    parser.addini("mesh_compat", "The version of Envoy that documents are for.")


def _session(config: pytest.Config) -> Session:
    """Return what the plugin keeps of this run."""
    found = config.stash.get(_SESSION, None)
    if found is None:
        from meshroute.testing.plugin import Session  # noqa: PLC0415 - most runs do without

        found = config.stash[_SESSION] = Session(config)
    return found


def pytest_configure(config: pytest.Config) -> None:
    """Start to record where coverage is asked for."""
    names = ("route_coverage_fail_under", "route_coverage_json", "route_coverage_html")
    if config.getoption("route_coverage") or any(config.getoption(name) is not None for name in names):
        _session(config).start()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop to record."""
    if _SESSION in config.stash:
        config.stash[_SESSION].stop()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect files of expectations as tests."""
    if file_path.name.startswith("test_") and file_path.name.endswith((".routes.yaml", ".routes.yml")):
        from meshroute.testing.plugin import RoutesFile  # noqa: PLC0415 - most runs do without

        return RoutesFile.from_parent(parent, path=file_path, session_of=_session)
    return None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Count what a test took only if it passed."""
    report = yield
    if _SESSION in item.config.stash and report.when == "call":
        item.config.stash[_SESSION].settle(passed=report.passed)
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand what was covered to the process that reports, or say that it is too little."""
    if _SESSION in session.config.stash:
        session.config.stash[_SESSION].finish(session)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:  # noqa: ANN401 - of pytest-xdist, which may not be there
    """Take what a worker of pytest-xdist has covered."""
    if _SESSION in node.config.stash:
        node.config.stash[_SESSION].take(getattr(node, "workeroutput", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show what was covered."""
    if _SESSION in config.stash:
        config.stash[_SESSION].summarize(terminalreporter)


@pytest.fixture(scope="session")
def route_table(request: pytest.FixtureRequest) -> Router:
    """The router of the documents that ``mesh_routes`` or ``--mesh-routes`` names; override it for other routes."""
    try:
        return _session(request.config).router()
    except pytest.UsageError as error:
        pytest.fail(str(error), pytrace=False)  # what is wrong are the documents, and no line of Python


@pytest.fixture
def resolve(request: pytest.FixtureRequest, route_table: Router) -> Callable[..., Resolution]:
    """Ask ``route_table`` where a request goes: a `Request`, or a line such as ``GET http://shop.example.com/cart``."""
    return _session(request.config).asking(route_table)


@pytest.fixture
def assert_route_snapshot(request: pytest.FixtureRequest, route_table: Router) -> Callable[[str], None]:
    """Assert that a snapshot of all routes, beside the test, is still right."""
    return _session(request.config).snapshots(route_table, request.path.parent)

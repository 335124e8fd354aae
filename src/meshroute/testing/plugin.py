# pytest's nodes take keywords that have no types.
# pyright: reportUnknownMemberType=false
"""What the pytest plugin does, loaded when something of it is used."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, cast

import pytest

from meshroute.errors import DocumentLoadError, MeshrouteError
from meshroute.expectations import Case, Coverage, Result, Runner, read_suite
from meshroute.expectations.coverage import Key, coverage_by, keys_of
from meshroute.matching.router import Router
from meshroute.model.mesh import Mesh
from meshroute.model.request import Request
from meshroute.model.resolution import Resolution
from meshroute.readers import load
from meshroute.testing.helpers import LISTENERS, request_from
from meshroute.testing.reports import coverage_html, coverage_json, coverage_lines
from meshroute.testing.snapshots import assert_snapshot

_OUTPUT: Final = "meshroute"
"""The key under which a worker of pytest-xdist hands over what it has covered."""


class Session:
    """What the plugin keeps of a run.

    Args:
        config: The configuration of the run.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._meshes: dict[str, Mesh] = {}
        self._mesh: Mesh | None = None  # that whose routes are covered
        self._covered: set[Key] = set()
        self._pending: set[Key] = set()
        self._is_recording = False
        self._coverage: Coverage | None = None

    def router(self) -> Router:
        """Return the router of the documents that are configured.

        Raises:
            UsageError: None are, or they are bad.
        """
        try:
            return Router(self._loaded({}), entry=self._option("mesh_entry"))
        except MeshrouteError as error:
            raise pytest.UsageError(_in_lines(error)) from None

    def runner(self, runtime: Mapping[str, object]) -> Runner:
        """Return what runs cases against the documents that are configured.

        Args:
            runtime: Runtime values of Envoy to load them with.

        Raises:
            UsageError: None are, or they are bad.
        """
        return Runner(self._loaded(runtime))

    def _loaded(self, runtime: Mapping[str, object]) -> Mesh:
        key = repr(sorted(runtime.items()))
        if key not in self._meshes:
            sources = self._config.getoption("mesh_routes") or self._configured_paths()
            if not sources:
                message = "there are no routes: set mesh_routes in the ini file, or give --mesh-routes"
                raise pytest.UsageError(message)
            options = {"profile": self._option("mesh_profile"), "compat": self._option("mesh_compat")}
            given: dict[str, Any] = {name: value for name, value in options.items() if value}
            try:
                self._meshes[key] = load(*sources, runtime=runtime, **given)
            except DocumentLoadError as error:
                raise pytest.UsageError(_in_lines(error)) from None
        self._mesh = self._mesh or self._meshes[key]
        return self._meshes[key]

    def _configured_paths(self) -> list[str]:
        """Return the paths of the ini file, as one would type them where pytest was started."""
        here = self._config.invocation_params.dir
        paths: list[Path] = self._config.getini("mesh_routes")
        return [str(path.relative_to(here) if path.is_relative_to(here) else path) for path in paths]

    def _option(self, name: str) -> str | None:
        given = self._config.getoption(name, None)
        return cast("str", given or self._config.getini(name)) or None

    def asking(self, router: Router) -> Callable[..., Resolution]:
        """Return the fixture ``resolve``.

        Args:
            router: The router.
        """
        self._mesh = router.mesh

        def resolve(request: Request | str, headers: Mapping[str, str] | None = None) -> Resolution:
            answer = router.resolve(request_from(request, headers))
            self.note(answer)
            return answer

        return resolve

    def snapshots(self, router: Router, folder: Path) -> Callable[[str], None]:
        """Return the fixture ``assert_route_snapshot``.

        Args:
            router: The router.
            folder: The folder that names of snapshots are relative to.
        """
        update = bool(self._config.getoption("mesh_snapshot_update"))

        def check(name: str) -> None:
            __tracebackhide__ = True
            assert_snapshot(router, folder / name, update=update)

        return check

    def start(self) -> None:
        """Record what is covered."""
        self._is_recording = True
        LISTENERS.append(self.note)

    def stop(self) -> None:
        """Record no more."""
        if self._is_recording:
            LISTENERS.remove(self.note)
            self._is_recording = False

    def note(self, answer: Resolution) -> None:
        """Take an answer for covered, if the test that got it passes.

        Args:
            answer: The answer.
        """
        if self._is_recording:
            self._pending |= keys_of(answer)

    def settle(self, *, passed: bool) -> None:
        """Decide about the answers of a test.

        Args:
            passed: Whether it passed.
        """
        if passed:
            self._covered |= self._pending
        self._pending = set()

    def finish(self, session: pytest.Session) -> None:
        """Hand over what was covered, or write it down and judge it.

        Args:
            session: The session of pytest.
        """
        if not self._is_recording:
            return
        output = getattr(self._config, "workeroutput", None)
        if output is not None:
            output[_OUTPUT] = pickle.dumps((self._mesh, self._covered))
            return
        mesh = self._mesh or self._configured()
        if mesh is None:
            return
        self._coverage = coverage_by(mesh, self._covered, suggest=True)
        for option, write in (("route_coverage_json", coverage_json), ("route_coverage_html", coverage_html)):
            file = self._config.getoption(option)
            if file is not None:
                Path(file).write_text(write(self._coverage, self._least), "utf-8")
        if self._is_too_little and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _configured(self) -> Mesh | None:
        try:
            return self._loaded({})
        except pytest.UsageError:
            return None  # no test needed them, and nobody has said which

    def take(self, output: Mapping[str, bytes]) -> None:
        """Take what a worker has covered.

        Args:
            output: What it hands over.
        """
        if _OUTPUT in output:
            mesh, covered = pickle.loads(output[_OUTPUT])  # noqa: S301 - from a process that this one has started
            self._mesh = self._mesh or mesh
            self._covered |= covered

    @property
    def _least(self) -> float | None:
        return cast("float | None", self._config.getoption("route_coverage_fail_under"))

    @property
    def _is_too_little(self) -> bool:
        return self._coverage is not None and self._least is not None and self._coverage.percent < self._least

    def summarize(self, reporter: pytest.TerminalReporter) -> None:
        """Show what was covered.

        Args:
            reporter: The terminal.
        """
        if not self._is_recording:
            return
        reporter.section("route coverage", "-")
        if self._coverage is None:
            reporter.write_line("there are no routes: no test asked for any, and none are configured", yellow=True)
            return
        for line in coverage_lines(self._coverage):
            reporter.write_line(line)
        if self._is_too_little:
            said = f"FAIL: {self._coverage.percent:.1f} % is covered, and {self._least:g} % must be"
            reporter.write_line(said, red=True, bold=True)


class RoutesFile(pytest.File):
    """A file of expectations."""

    def __init__(self, *, session_of: Callable[[pytest.Config], Session], **given: Any) -> None:  # noqa: ANN401 - pytest's own
        super().__init__(**given)
        self._session_of = session_of

    def collect(self) -> Iterator[pytest.Item]:
        """Make one test of each case.

        Raises:
            CollectError: The file is bad.
        """
        try:
            suite = read_suite(str(self.path))
        except DocumentLoadError as error:
            raise self.CollectError(_in_lines(error)) from None
        session = self._session_of(self.config)
        runner = session.runner(suite.runtime)
        for case in suite.cases:
            yield RoutesItem.from_parent(self, name=case.name, case=case, runner=runner, session_=session)


class WrongRouteError(Exception):
    """A request does not go where a file says that it must.

    Args:
        result: What came of the case.
    """

    def __init__(self, result: Result) -> None:
        super().__init__(result)
        self.result = result


class RoutesItem(pytest.Item):
    """One case of a file of expectations."""

    def __init__(self, *, case: Case, runner: Runner, session_: Session, **given: Any) -> None:  # noqa: ANN401 - pytest's own
        super().__init__(**given)
        self._case = case
        self._runner = runner
        self._plugin = session_

    def runtest(self) -> None:
        """Run the case.

        Raises:
            WrongRouteError: Something is not as expected.
        """
        result = self._runner.run(self._case)
        if not result.passed:
            raise WrongRouteError(result)
        self._plugin.note(result.answer)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ANN401 - pytest's own
        """Say what is not so, and why."""
        if not isinstance(excinfo.value, WrongRouteError):
            return super().repr_failure(excinfo, style)
        result = excinfo.value.result
        request = result.case.request
        failed = [f"{one.field}: expected {one.expected!r}, got {one.actual!r}" for one in result.failed]
        return "\n".join([f"{request.method} {request.url}", *failed, "", result.why])

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Say where the case stands."""
        source = self._case.source
        return self.path, None if source is None else source.line - 1, self.name


def _in_lines(error: MeshrouteError) -> str:
    members = error.exceptions if isinstance(error, DocumentLoadError) else ()
    return "\n".join(map(str, members or (error,)))

"""``meshroute test``: whether requests go where files say they must."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from attrs import evolve

from meshroute.cli.loading import load_mesh
from meshroute.cli.options import loading_of, loading_parameters
from meshroute.cli.output import complain, shown
from meshroute.errors import MeshrouteError

if TYPE_CHECKING:
    from rich.text import Text

    from meshroute.expectations import Coverage, Result
    from meshroute.model.request import Request

FAILED: Final = 1
"""The exit code where a case failed, or too little is covered."""

_HELP: Final = """Run expectation files against routing documents.

SOURCE is a file, a folder, or - for standard input. A test file has our own form or is one of Envoy's
router_check_tool, JSON or YAML.
"""
_EXAMPLES: Final = """
\b
Examples:
  meshroute test manifests/ --tests shop.routes.yaml
  meshroute test envoy.yaml --tests a.yaml --tests b.yaml --coverage --fail-under 80
  meshroute test routes.yaml --tests golden.json --as-router-check-tool --json

Exit codes: 0 when all cases passed, 1 when one failed or too little is covered, 2 for bad usage, bad
documents or bad test files.
"""


def _parameters() -> list[click.Parameter]:
    return [
        click.Argument(["sources"], nargs=-1, required=True, metavar="SOURCE..."),
        click.Option(
            ["tests", "--tests", "-t"], multiple=True, required=True, metavar="FILE", help="A file of expectations."
        ),
        click.Option(
            ["--as-router-check-tool"],
            is_flag=True,
            help="Judge as Envoy's router_check_tool does, also where it differs from Envoy.",
        ),
        click.Option(["--only-show-failures"], is_flag=True, help="Show only the cases that failed."),
        click.Option(["--details", "-d"], is_flag=True, help="Show every case, with its checks."),
        click.Option(["--coverage"], is_flag=True, help="Show which routes and backends no case took."),
        click.Option(
            ["--fail-under", "-f"],
            type=click.FloatRange(0, 100),
            metavar="PCT",
            help="Fail where less than this share of routes and backends is covered.",
        ),
        click.Option(["--suggest"], is_flag=True, help="Show a request for each route and backend not covered."),
        click.Option(["--junit"], metavar="FILE", help="Write the results as JUnit's XML."),
        click.Option(["as_json", "--json"], is_flag=True, help="Print one JSON object."),
        *loading_parameters(),
    ]


def _run(**given: Any) -> int:  # noqa: ANN401 - click hands over one keyword for each parameter
    from meshroute.expectations import (  # noqa: PLC0415 - see load_mesh
        Runner,
        coverage_of,
        junit_xml,
        read_suite,
        report_object,
    )

    suite = read_suite(*given["tests"])
    loading = loading_of(given, given["sources"])
    mesh = load_mesh(evolve(loading, runtime={**suite.runtime, **loading.runtime}))
    runner = Runner(mesh, as_router_check_tool=given["as_router_check_tool"])
    results = [runner.run(case) for case in suite.cases]
    fail_under: float | None = given["fail_under"]
    wanted = given["coverage"] or given["suggest"] or fail_under is not None
    coverage = coverage_of(mesh, results, suggest=given["suggest"]) if wanted else None
    if given["junit"]:
        _write(given["junit"], junit_xml(results))
    if given["as_json"]:
        report = report_object(results, coverage, fail_under=fail_under)
        if given["only_show_failures"]:
            report["cases"] = [case for case in report["cases"] if not case["passed"]]  # type: ignore[attr-defined]  # a list of objects
        sys.stdout.write(f"{json.dumps(report, default=str)}\n")
    else:
        _show(results, coverage, given)
    short = coverage is not None and fail_under is not None and coverage.percent < fail_under
    return FAILED if short or not all(result.passed for result in results) else 0


def _write(file: str, text: str) -> None:
    try:
        Path(file).write_text(text, encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise MeshrouteError(f"{file}: cannot be written: {reason}") from None


def _show(results: Sequence[Result], coverage: Coverage | None, given: dict[str, Any]) -> None:
    from meshroute.cli.render import print_lines  # noqa: PLC0415 - rich takes long to import

    print_lines(_lines(results, coverage, given))
    fail_under = given["fail_under"]
    if coverage is not None and fail_under is not None and coverage.percent < fail_under:
        complain(f"meshroute: {coverage.percent:.1f} % is covered, and {fail_under:g} % must be", "red")


def _lines(results: Sequence[Result], coverage: Coverage | None, given: dict[str, Any]) -> Iterator[Text]:
    from rich.text import Text  # noqa: PLC0415 - rich takes long to import

    for result in results:
        if result.passed and (given["only_show_failures"] or not given["details"]):
            continue
        place = "" if result.case.source is None else f" ({result.case.source})"
        mark, style = ("passed", "green") if result.passed else ("FAILED", "red")
        yield Text(shown(f"{mark}  {result.case.name}{place}"), style)
        if given["details"]:
            failing = {one.field for one in result.failed}
            for check in result.case.checks:
                if check.field not in failing:
                    yield Text(shown(f"  {check.field}: {check.expected!r}"), "dim")
        for one in result.failed:
            yield Text(shown(f"  {one.field}: expected {one.expected!r}, got {one.actual!r}"), "red")
        for line in result.why.splitlines():
            yield Text(shown(f"    {line}"), "dim")
    failed = sum(not result.passed for result in results)
    yield Text(f"{len(results) - failed} passed, {failed} failed", "red" if failed else "green")
    if coverage is not None:
        yield from _coverage_lines(coverage)


def _coverage_lines(coverage: Coverage) -> Iterator[Text]:
    from rich.text import Text  # noqa: PLC0415 - rich takes long to import

    uncovered = coverage.uncovered
    yield Text(
        f"{coverage.percent:.1f} % covered: {len(coverage.units) - len(uncovered)} of {len(coverage.units)}", "bold"
    )
    for place, unit in enumerate(uncovered):
        source = "" if unit.route.source is None else f" ({unit.route.source})"
        backend = "" if unit.backend is None else f" backend {unit.backend}"
        yield Text(shown(f"  not covered: {unit.route.name or unit.route.id}{backend}{source}"), "yellow")
        if coverage.suggestions:
            yield Text(shown(f"    {_suggestion(coverage.suggestions[place])}"), "dim")


def _suggestion(request: Request | None) -> str:
    from meshroute.expectations.report import request_object  # noqa: PLC0415 - see load_mesh

    return "no request was found that takes it" if request is None else json.dumps(request_object(request))


COMMAND: Final = click.Command(
    "test", params=_parameters(), callback=_run, help=_HELP, epilog=_EXAMPLES, no_args_is_help=True
)

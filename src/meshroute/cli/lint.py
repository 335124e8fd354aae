"""``meshroute lint``: routes that are never chosen, and everything else that is odd about documents."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

import click

from meshroute.cli.loading import load_mesh
from meshroute.cli.options import loading_of, loading_parameters
from meshroute.cli.output import shown
from meshroute.cli.progress import progress_bar

if TYPE_CHECKING:
    from rich.text import Text

    from meshroute.analysis.findings import Finding

FOUND: Final = 1
"""The exit code where there is a finding that is grave enough."""
_LEVELS: Final = ("error", "warning", "info")
_STYLES: Final = {"error": "red", "warning": "yellow", "info": "cyan"}

_HELP: Final = """Look for routes that are never chosen, and everything else that is odd about documents.

SOURCE is a file, a folder, or - for standard input. What is said is proved, with requests that show it; what
cannot be decided is "unknown", with the reason. A comment "# meshroute: ignore MR102" on a route's line or
above it, or an annotation meshroute/ignore in its object, hides findings.
"""
_EXAMPLES: Final = """
\b
Examples:
  meshroute lint manifests/
  meshroute lint envoy.yaml --select MR1 --fail-on warning
  meshroute lint manifests/ --format sarif > findings.sarif
  kubectl get gateways,httproutes -A -o yaml | meshroute lint - --json

Exit codes: 0 without a finding at or above --fail-on, 1 with one, 2 for bad usage or bad documents.
"""


def _codes(_context: click.Context, _parameter: click.Parameter, texts: Sequence[str]) -> tuple[str, ...]:
    from meshroute.analysis.findings import RULES  # noqa: PLC0415 - see load_mesh

    codes = tuple(code.strip() for text in texts for code in text.split(",") if code.strip())
    for code in codes:
        if not any(known.startswith(code) for known in RULES):
            raise click.BadParameter(f"there is no code {code!r}; the codes are {', '.join(RULES)}")
    return codes


def _parameters() -> list[click.Parameter]:
    return [
        click.Argument(["sources"], nargs=-1, required=True, metavar="SOURCE..."),
        click.Option(
            ["--select"],
            multiple=True,
            metavar="CODES",
            callback=_codes,
            help="Only these, such as MR101,MR2 (all of 2xx).",
        ),
        click.Option(["--ignore"], multiple=True, metavar="CODES", callback=_codes, help="All but these."),
        click.Option(
            ["--fail-on"],
            type=click.Choice([*_LEVELS, "never"]),
            default="error",
            help="From which severity on the exit code is 1 [default: error].",
        ),
        click.Option(
            ["form", "--format"],
            type=click.Choice(["text", "json", "sarif", "github"]),
            default="text",
            help="How findings are written [default: text].",
        ),
        click.Option(["as_json", "--json"], is_flag=True, help="The same as --format json."),
        *loading_parameters(),
    ]


def _run(**given: Any) -> int:  # noqa: ANN401 - click hands over one keyword for each parameter
    from meshroute.analysis.lint import lint  # noqa: PLC0415 - see load_mesh
    from meshroute.cli.suppression import Suppressions  # noqa: PLC0415 - see load_mesh

    mesh = load_mesh(loading_of(given, given["sources"]))
    with progress_bar("lint") as progress:
        everything = lint(mesh, select=given["select"], ignore=given["ignore"], progress=progress)
    suppressions = Suppressions()
    findings = [one for one in everything if not suppressions.hides(one)]
    _write(findings, len(everything) - len(findings), "json" if given["as_json"] else given["form"])
    grave = _LEVELS[: _LEVELS.index(given["fail_on"]) + 1] if given["fail_on"] in _LEVELS else ()
    return FOUND if any(one.severity in grave for one in findings) else 0


def _write(findings: Sequence[Finding], hidden: int, form: str) -> None:
    from meshroute.cli.findings import github_lines, report_object, sarif_object  # noqa: PLC0415 - see load_mesh

    if form == "json":
        sys.stdout.write(f"{json.dumps(report_object(findings, hidden))}\n")
    elif form == "sarif":
        sys.stdout.write(f"{json.dumps(sarif_object(findings, version('meshroute')))}\n")
    elif form == "github":
        sys.stdout.writelines(f"{shown(line)}\n" for line in github_lines(findings))
    else:
        from meshroute.cli.render import print_lines  # noqa: PLC0415 - rich takes long to import

        print_lines(_lines(findings, hidden))


def _lines(findings: Sequence[Finding], hidden: int) -> Iterator[Text]:
    from rich.text import Text  # noqa: PLC0415 - rich takes long to import

    for one in findings:
        source = one.sources[0] if one.sources else None
        place = "" if source is None else f"{source}: "
        status = "" if one.status == "proved" else " (unknown)"
        yield Text(shown(f"{place}{one.severity}{status}: {one.message} [{one.code}]"), _STYLES[one.severity])
        for route, its_source in list(zip(one.routes, one.sources, strict=True))[1:]:
            yield Text(shown(f"  {route}" + ("" if its_source is None else f" ({its_source})")), "dim")
        for request in one.witnesses:
            headers = "".join(f" -H '{name}: {value}'" for name, value in request.headers)
            yield Text(shown(f"  e.g. {request.method} {request.url}{headers}"), "dim")
        if one.because is not None:
            yield Text(shown(f"  because {one.because}"), "dim")
    counts = Counter(one.severity for one in findings)
    total = ", ".join(
        f"{counts[level]} {level}{'s' if counts[level] != 1 and level != 'info' else ''}" for level in _LEVELS
    )
    yield Text(total + (f"; {hidden} suppressed" if hidden else ""), "bold")


COMMAND: Final = click.Command(
    "lint", params=_parameters(), callback=_run, help=_HELP, epilog=_EXAMPLES, no_args_is_help=True
)

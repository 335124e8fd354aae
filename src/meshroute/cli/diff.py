"""``meshroute diff``: which requests two sets of documents answer differently."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from meshroute.cli.arguments import parse_pairs
from meshroute.cli.loading import load_mesh
from meshroute.cli.options import loading_of, loading_parameters
from meshroute.cli.output import shown
from meshroute.cli.progress import progress_bar

if TYPE_CHECKING:
    from rich.text import Text

    from meshroute.analysis.diff import Diff
    from meshroute.matching.explain import Explanation
    from meshroute.model.mesh import Mesh

DIFFERENT: Final = 1
"""The exit code where a difference was found, or it is not proved that there is none."""
_STYLES: Final = {"equivalent": "green", "different": "red", "unknown": "yellow"}
_RARE: Final = 0.0001

_HELP: Final = """Say which requests two sets of documents answer differently, or that none are.

OLD and NEW are a file or a folder each, of any format; - is standard input. Every distinct pair of answers is
shown once, with a request that shows it. The documents are equivalent only where that is proved for all
requests.
"""
_EXAMPLES: Final = """
\b
Examples:
  meshroute diff before.yaml after.yaml
  meshroute diff appmesh/ gateway/ --entry virtualgateway/edge=gateway/edge --map shop/cart-node=shop/cart
  meshroute diff before.yaml after.yaml --emit curl > try.sh
  meshroute diff before.yaml after.yaml --by backend --json

Exit codes: 0 only when they are equivalent, 1 when they differ or that is not known, 2 for bad usage or bad
documents.
"""


def _pairs(_context: click.Context, _parameter: click.Parameter, texts: Sequence[str]) -> dict[str, str]:
    return parse_pairs(texts)


def _parameters() -> list[click.Parameter]:
    return [
        click.Argument(["old"], metavar="OLD"),
        click.Argument(["new"], metavar="NEW"),
        click.Option(
            ["--by"],
            type=click.Choice(["answer", "backend", "route"]),
            default="answer",
            help="What counts: all that client and backend see, the backend, or which route it is [default: answer].",
        ),
        click.Option(
            ["renamed", "--map"],
            multiple=True,
            metavar="OLD=NEW",
            callback=_pairs,
            help="A backend of OLD that is called otherwise in NEW: NAME or NAMESPACE/NAME.",
        ),
        click.Option(
            ["entries", "--entry"],
            multiple=True,
            metavar="OLD=NEW",
            callback=_pairs,
            help="Which entries are compared, where their names differ: KIND/NAME.",
        ),
        click.Option(
            ["--emit"],
            type=click.Choice(["curl", "tests"]),
            help="Print the requests as commands, or as a file for meshroute test.",
        ),
        click.Option(["as_json", "--json"], is_flag=True, help="Print one JSON object."),
        *loading_parameters(),
    ]


def _run(**given: Any) -> int:  # noqa: ANN401 - click hands over one keyword for each parameter
    from meshroute.analysis.diff import diff  # noqa: PLC0415 - see load_mesh

    if given["as_json"] and given["emit"]:
        raise click.UsageError("--json and --emit exclude each other")
    if given["old"] == given["new"] == "-":
        raise click.UsageError("standard input (-) can be read only once")
    old, new = (load_mesh(loading_of(given, (given[side],))) for side in ("old", "new"))
    with progress_bar("diff") as progress:
        found = diff(old, new, by=given["by"], renamed=given["renamed"], entries=given["entries"], progress=progress)
    _write(found, (old, new), given["emit"] or ("json" if given["as_json"] else "text"))
    return 0 if found.verdict == "equivalent" else DIFFERENT


def _write(found: Diff, meshes: tuple[Mesh, Mesh], form: str) -> None:
    from meshroute.cli.differences import curl_lines, diff_object, test_lines  # noqa: PLC0415 - see load_mesh

    if form == "curl":
        sys.stdout.writelines(f"{shown(line)}\n" for line in curl_lines(found))
        return
    if form == "tests":
        sys.stdout.writelines(f"{shown(line)}\n" for line in test_lines(found))
        return
    explanations = _explained(found, meshes)
    if form == "json":
        sys.stdout.write(f"{json.dumps(diff_object(found, explanations), default=str)}\n")
        return
    from meshroute.cli.render import print_lines  # noqa: PLC0415 - rich takes long to import

    print_lines(_lines(found, explanations))


def _explained(found: Diff, meshes: tuple[Mesh, Mesh]) -> list[tuple[Explanation, Explanation]]:
    from meshroute.matching.explain import explain  # noqa: PLC0415 - see load_mesh

    old, new = ({table.id: table for table in mesh.tables} for mesh in meshes)
    return [(explain(old, one.old), explain(new, one.new)) for one in found.differences]


def _lines(found: Diff, explanations: Sequence[tuple[Explanation, Explanation]]) -> Iterator[Text]:
    from rich.text import Text  # noqa: PLC0415 - rich takes long to import

    from meshroute.cli.differences import in_short  # noqa: PLC0415 - see load_mesh

    for number, (one, explained) in enumerate(zip(found.differences, explanations, strict=True), 1):
        share = f" ({one.share:.2%} of requests, estimated)" if one.share >= _RARE else ""
        yield Text(shown(f"{number}. {one.region}{share}"), "bold")
        headers = "".join(f" -H '{name}: {value}'" for name, value in one.witness.headers)
        yield Text(shown(f"   e.g. {one.witness.method} {one.witness.url}{headers}"))
        for side, answer, why, style in (
            ("old", one.old, explained[0], "red"),
            ("new", one.new, explained[1], "green"),
        ):
            yield Text(shown(f"   {side}: {in_short(answer)}"), style)
            for line in _why(why):
                yield Text(shown(f"        {line}"), "dim")
    yield Text(found.verdict, _STYLES[found.verdict])
    for reason in found.because:
        label = "there may be more: " if found.differences else "because "
        yield Text(shown(f"  {label}{reason}"), "yellow")


def _why(explanation: Explanation) -> Iterator[str]:
    """Say which route decided in each table, and where it was written."""
    for hop in explanation.hops:
        chosen = next((one for one in hop.candidates if one.verdict == "chosen"), None)
        if chosen is not None and chosen.route.name is not None:
            place = "" if chosen.route.source is None else f" ({chosen.route.source})"
            yield f"route {chosen.route.name}{place}"


COMMAND: Final = click.Command(
    "diff", params=_parameters(), callback=_run, help=_HELP, epilog=_EXAMPLES, no_args_is_help=True
)

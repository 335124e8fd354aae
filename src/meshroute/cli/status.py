"""``meshroute status``: which routes are attached to which listeners, and if not, why."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import click
from attrs import asdict

from meshroute.cli.loading import print_notices
from meshroute.cli.options import STANDARD_INPUT, status_parameters
from meshroute.cli.output import shown

if TYPE_CHECKING:
    from rich.text import Text

    from meshroute.model.status import ListenerStatus, RouteStatus, Status

_HELP: Final = """Say which Gateway API routes are attached to which listeners, and if not, why.

SOURCE is a file, a folder, or - for standard input. A parent that is not among the documents is said, not
refused.
"""
_EXAMPLES: Final = """
\b
Examples:
  meshroute status manifests/
  kubectl get gateways,httproutes,services -A -o yaml | meshroute status - --json

Exit codes: 0 when the documents are valid, whatever is attached; 2 for bad usage or bad documents.
"""


def _run(**given: Any) -> int:  # noqa: ANN401 - click hands over one keyword for each parameter
    from meshroute.readers.statuses import load_status  # noqa: PLC0415 - bad usage is told without loading the readers

    sources = (sys.stdin.buffer if source == STANDARD_INPUT else source for source in given["sources"])
    status, notices = load_status(
        *sources, variables=given["variables"], strict=given["strict"], override=given["override"]
    )
    if not given["quiet"]:
        print_notices(notices)
    if given["as_json"]:
        sys.stdout.write(f"{json.dumps({'schema': 1, **asdict(status)})}\n")
    else:
        from meshroute.cli.render import print_lines  # noqa: PLC0415 - rich takes long to import

        print_lines(_lines(status))
    return 0


def _lines(status: Status) -> Iterator[Text]:
    from rich.text import Text  # noqa: PLC0415 - rich takes long to import

    for one in status.routes:
        section = "" if one.section is None else f" ({one.section})"
        good = one.accepted and one.resolved_refs
        mark = {True: "attached", False: "NOT ATTACHED", None: "unknown"}[one.accepted]
        style = "green" if good else "yellow" if one.accepted is not False else "red"
        yield Text(shown(f"{mark}  {one.route} to {one.parent}{section}: {_why(one)}"), style)
    for listener in status.listeners:
        routes = f"{listener.attached_routes} route{'' if listener.attached_routes == 1 else 's'}"
        faults = _faults(listener)
        yield Text(
            shown(f"listener  {listener.parent} {listener.listener}: {', '.join([routes, *faults])}"),
            "red" if faults else "",
        )


def _why(one: RouteStatus) -> str:
    return f"{one.reason}; {one.message}" if one.accepted is not True or not one.resolved_refs else one.reason


def _faults(listener: ListenerStatus) -> list[str]:
    """Say what is wrong with a listener; a conflict is the reason of two conditions."""
    found = [one.reason for one in listener.conditions if one.status == (one.type == "Conflicted")]
    return list(dict.fromkeys(found))


COMMAND: Final = click.Command(
    "status", params=status_parameters(), callback=_run, help=_HELP, epilog=_EXAMPLES, no_args_is_help=True
)

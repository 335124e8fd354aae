"""The program: its commands, and how every way of ending becomes an exit code without a traceback."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Sequence
from typing import Final

import click

from meshroute.cli.diff import COMMAND as DIFF
from meshroute.cli.explain import COMMAND as EXPLAIN
from meshroute.cli.lint import COMMAND as LINT
from meshroute.cli.output import complain, open_closed_streams, say, silence
from meshroute.cli.resolve import COMMAND as RESOLVE
from meshroute.cli.status import COMMAND as STATUS
from meshroute.cli.test import COMMAND as TEST
from meshroute.errors import DocumentLoadError, MeshrouteError

BAD: Final = 2
"""The exit code of bad usage, bad documents, and requests that could not be read."""
INTERRUPTED: Final = 130
"""The exit code after Ctrl-C: 128 and the number of SIGINT, as shells have it."""
NO_READER: Final = 141
"""The exit code when nobody reads the output any more: 128 and the number of SIGPIPE."""


class _Program(click.Group):
    """The group of all commands; a reader that went away is no error."""

    def invoke(self, ctx: click.Context) -> int:
        """Run the command that was asked for.

        Args:
            ctx: Its context.

        Returns:
            The exit code.
        """
        try:
            code: int = super().invoke(ctx)
        except BrokenPipeError:
            silence(sys.stdout)
            return NO_READER
        return code


PROGRAM: Final = _Program(
    "meshroute",
    commands=[RESOLVE, EXPLAIN, TEST, STATUS, LINT, DIFF],
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help="Which route does a request take, and why? Routing documents, evaluated offline.",
    epilog="""
\b
Examples:
  meshroute resolve manifests/ http://shop.example.com/paths/red
  meshroute explain manifests/ POST /cart -H 'x-canary: 1'
  meshroute test manifests/ --tests shop.routes.yaml
  meshroute status gateways.yaml
  meshroute lint manifests/
  meshroute diff before.yaml after.yaml

Exit codes: 0 when answers were given, 1 for failed tests, findings and differences, 2 for bad usage or bad
documents. With
MESHROUTE_DEBUG=1 an internal error shows its traceback.
""",
)
click.version_option(package_name="meshroute", message="%(prog)s %(version)s")(PROGRAM)


def run(argv: Sequence[str]) -> int:
    """Run the program.

    Args:
        argv: The words after the program's name.

    Returns:
        The exit code.

    Raises:
        Exception: An internal error, where ``MESHROUTE_DEBUG`` asks for its traceback.

    >>> run(["--version"])  # doctest: +ELLIPSIS
    meshroute ...
    0
    """
    open_closed_streams()
    stdout: object = sys.stdout
    if isinstance(stdout, io.TextIOWrapper):
        stdout.reconfigure(errors="backslashreplace")  # a name that the terminal cannot show is no reason to stop
    try:
        code: int = PROGRAM.main(list(argv), prog_name="meshroute", standalone_mode=False)
    except click.ClickException as error:
        text = io.StringIO()
        error.show(text)
        say(text.getvalue())
        return BAD
    except click.Abort:
        return INTERRUPTED
    except DocumentLoadError as error:
        for problem in error.exceptions:
            complain(re.sub(r"^<document>: ", "meshroute: ", str(problem)), "red")  # it is of no document
        return BAD
    except MeshrouteError as error:
        complain(f"meshroute: {error}", "red")
        return BAD
    except OSError as error:  # all that reads documents and requests has its own messages
        silence(sys.stdout)
        complain(f"meshroute: cannot write the output: {error.strerror or error}", "red")
        return BAD
    except Exception as error:
        if os.environ.get("MESHROUTE_DEBUG"):
            raise
        complain(
            f"meshroute: internal error: {type(error).__name__}: {error}; "
            "please report it with the traceback that MESHROUTE_DEBUG=1 shows",
            "red",
        )
        return BAD
    return code

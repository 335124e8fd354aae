"""Loading what a command line names, and saying what the readers noticed."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from meshroute.cli.options import STANDARD_INPUT, Loading
from meshroute.cli.output import complain, notice_lines
from meshroute.errors import TableError
from meshroute.model.mesh import Mesh
from meshroute.model.notices import Notice


def load_mesh(loading: Loading) -> Mesh:
    """Load documents, and print the readers' notices to standard error.

    Args:
        loading: What to load, and how.

    Returns:
        The mesh.

    Raises:
        DocumentLoadError: A document is malformed, or invalid for its format.
    """
    from meshroute.readers import load  # noqa: PLC0415 - bad usage is told without loading the readers

    mesh = load(
        *(sys.stdin.buffer if source == STANDARD_INPUT else source for source in loading.sources),
        variables=loading.variables,
        strict=loading.strict,
        settings=loading.settings,
        override=loading.override,
        compat=loading.compat,
        runtime=loading.runtime,
        profile=loading.profile,
    )
    if not loading.quiet:
        print_notices(mesh.notices)
    return mesh


def print_notices(notices: Iterable[Notice]) -> None:
    """Print what the readers noticed to standard error.

    Args:
        notices: The notices.
    """
    for notice in notices:
        first, *others = notice_lines(notice)
        complain(f"notice: {first}", "yellow")
        for line in others:
            complain(line, "yellow")


def check_entry(mesh: Mesh, name: str | None) -> None:
    """Check that a request arrives somewhere.

    Args:
        mesh: The mesh.
        name: The entry that it names; None for the only one.

    Raises:
        TableError: No entry or several are meant; the message lists the candidates.
    """
    try:
        mesh.entry(name)
    except TableError as error:
        ignored = ", ".join(f"{count} {kind}" for kind, count in mesh.ignored)
        if mesh.entries or not ignored:
            fix = "; choose one with --entry" if name is None and mesh.entries else ""
            raise TableError(f"{error}{fix}") from None
        raise TableError(f"{error}; ignored documents: {ignored}") from None

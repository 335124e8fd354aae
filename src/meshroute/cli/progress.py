"""A progress bar on standard error, on a terminal and only there."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

Progress = Callable[[int, int], None]


@contextmanager
def progress_bar(what: str) -> Generator[Progress | None]:
    """Show how far something is, while it lasts.

    Args:
        what: What is being done.

    Yields:
        What to call with the number that is done, and of all; None where nobody would see it.
    """
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 - rich takes long to import
    from rich.progress import Progress as Bar  # noqa: PLC0415 - rich takes long to import

    with Bar(console=Console(file=sys.stderr), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)

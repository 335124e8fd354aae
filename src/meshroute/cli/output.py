"""Text that is safe to print: documents and requests are untrusted, terminals obey control characters."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, cast

from meshroute.model.notices import Notice

if TYPE_CHECKING:
    from rich.text import Text


def shown(text: str) -> str:
    r"""Make text safe for one line of a terminal: what is not printable is escaped.

    Args:
        text: Any text.

    Returns:
        The text, without control characters, line ends and lone surrogates.

    >>> print(shown("red\x1b[31m\n"))
    red\x1b[31m\n
    """
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


def notice_lines(notice: Notice) -> Iterator[str]:
    r"""Show a notice: its place, its first line and its code; what else it says goes below, indented.

    Args:
        notice: The notice.

    Yields:
        Each line.

    >>> from meshroute.model.notices import Notice, Source
    >>> list(notice_lines(Notice("old-spelling", "write this:\na: 1", Source("mesh.yaml", 3))))
    ['mesh.yaml:3: write this: [old-spelling]', '  a: 1']
    """
    first, *others = notice.message.split("\n")
    place = "" if notice.source is None else f"{notice.source}: "
    yield f"{place}{first} [{notice.code}]"
    for line in others:
        yield f"  {line}"


def complain(text: str, style: str) -> None:
    """Print one line to standard error, coloured on a terminal.

    Args:
        text: The line.
        style: Its colour.
    """
    line = shown(text)
    if not sys.stderr.isatty():
        say(f"{line}\n")
        return
    from rich.text import Text  # noqa: PLC0415 - most runs print no colours, and rich takes long to import

    say(painted(Text(line, style), terminal=True))


def say(text: str) -> None:
    """Write to standard error; nobody needs to read it.

    Args:
        text: Lines with their ends.
    """
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        silence(sys.stderr)


def open_closed_streams() -> None:
    """Stand in for the standard streams that were closed before the program started: nothing comes, nothing goes.

    In this order each gets the number of the one that is missing, so that no document is opened under it.
    """
    # typeshed does not know that they may be None: https://docs.python.org/3/library/sys.html#sys.__stdin__
    sys.stdin = sys.stdin or _nowhere("r")
    sys.stdout = sys.stdout or _nowhere("w")
    sys.stderr = sys.stderr or _nowhere("w")


def _nowhere(mode: str) -> TextIO:
    return cast("TextIO", Path(os.devnull).open(mode, encoding="utf-8"))


def silence(stream: TextIO) -> None:
    """Let what is still to be written to a stream go nowhere, so that the interpreter can flush it when it ends.

    Args:
        stream: A stream that nobody reads any more.
    """
    try:
        number = stream.fileno()
    except OSError:  # it is in memory
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, number)
    os.close(nowhere)


def painted(line: Text, *, terminal: bool) -> str:
    r"""Turn a styled line into what a stream gets: never wrapped, and plain where ``NO_COLOR`` or ``TERM`` say so.

    Args:
        line: The line.
        terminal: Whether the stream is a terminal; nothing else gets styles.

    Returns:
        The line with its end.

    >>> from rich.text import Text
    >>> painted(Text("red", "bold"), terminal=False)
    'red\n'
    """
    from rich.console import Console  # noqa: PLC0415 - see above

    # Not the stream itself: rich would end the program when nobody reads it any more.
    console = Console(file=io.StringIO(), force_terminal=terminal)
    with console.capture() as captured:
        console.print(line, soft_wrap=True)
    return captured.get()

"""Text that is safe to print: documents and requests are untrusted, terminals obey control characters."""

from __future__ import annotations

import sys


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


def complain(text: str, style: str) -> None:
    """Print one line to standard error, coloured on a terminal.

    Args:
        text: The line.
        style: Its colour.
    """
    line = shown(text)
    if not sys.stderr.isatty():
        sys.stderr.write(f"{line}\n")
        return
    from rich.console import Console  # noqa: PLC0415 - most runs print no colours, and rich takes long to import
    from rich.text import Text  # noqa: PLC0415 - see above

    Console(file=sys.stderr).print(Text(line, style), soft_wrap=True)

"""Where a node stands: a mark (file, line, column) in its source and a pointer within its document."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Final, TypeAlias

from attrs import frozen

from meshroute.errors import DocumentError

Path: TypeAlias = "tuple[Path, str | int] | None"
"""A place within a document: the parent's place and the key or index below it; None is the root."""

_LINE_END: Final = re.compile(r"\r\n|\n|\r")


@frozen
class Mark:
    """A position in a source.

    Args:
        file: The file, as it was given.
        line: The line, counted from 1; None where there is no text (an already parsed object).
        column: The column, counted from 1; None where there is no text.

    >>> str(Mark("routes.yaml", 3, 9))
    'routes.yaml:3'
    """

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """``file:line``."""
        return self.file if self.line is None else f"{self.file}:{self.line}"


@frozen
class Shift:
    """A piece of a text that was replaced before parsing.

    Args:
        start: Where the new piece starts in the parsed text.
        end: Where it ends there.
        original_start: Where the old piece started in the text as written.
        original_end: Where it ended there.
    """

    start: int
    end: int
    original_start: int
    original_end: int


class Origin:
    r"""A source's name, and what turns an offset of the parsed text into a line and column as written.

    Args:
        file: The name, as it was given.
        text: The text as written, or None for an already parsed object.
        shifts: The pieces replaced before parsing, in order.

    >>> Origin("a.yaml", "a: 1\nb: 2").mark(5)
    Mark(file='a.yaml', line=2, column=1)
    """

    __slots__ = ("_line_starts", "_shift_starts", "_shifts", "_text", "file")

    def __init__(self, file: str = "<object>", text: str | None = None, shifts: tuple[Shift, ...] = ()) -> None:
        self.file = file
        self._text = text
        self._shifts = shifts
        self._shift_starts = [shift.start for shift in shifts]
        self._line_starts: list[int] | None = None

    def original(self, offset: int) -> int:
        """The offset in the text as written; a replaced piece stands where it started.

        Args:
            offset: The offset in the parsed text.

        Returns:
            The offset in the text as written.

        >>> Origin("a", "${X}b", (Shift(0, 1, 0, 4),)).original(1)
        4
        """
        index = bisect_right(self._shift_starts, offset) - 1
        if index < 0:
            return offset
        shift = self._shifts[index]
        return shift.original_start if offset < shift.end else offset - shift.end + shift.original_end

    def mark(self, offset: int) -> Mark:
        """The position of an offset.

        Args:
            offset: The offset in the parsed text.

        Returns:
            The position in the text as written.
        """
        if self._text is None:
            return Mark(self.file)
        if self._line_starts is None:
            self._line_starts = [0, *(found.end() for found in _LINE_END.finditer(self._text))]
        place = self.original(offset)
        line = bisect_right(self._line_starts, place)
        return Mark(self.file, line, place - self._line_starts[line - 1] + 1)

    def error(self, offset: int, message: str, path: Path = None, fix: str | None = None) -> DocumentError:
        """Make (not raise) an error at an offset.

        Args:
            offset: The offset in the parsed text.
            message: What is wrong.
            path: The place within the document.
            fix: What to write instead.

        Returns:
            The error.

        >>> print(Origin("a.yaml", "a: 1").error(0, "no"))
        a.yaml:1: no
        """
        mark = self.mark(offset)
        return DocumentError(message, mark.file, mark.line, mark.column, pointer_of(path), fix)


def pointer_of(path: Path) -> str:
    """Spell a place as a JSON pointer (RFC 6901 §3: ``~`` is written ``~0`` and ``/`` is ``~1``).

    Args:
        path: The place.

    Returns:
        The pointer; "" is the document itself.

    >>> pointer_of(((None, "a/b"), 0))
    '/a~1b/0'
    """
    tokens: list[str] = []
    while path is not None:
        path, token = path
        tokens.append("/" + str(token).replace("~", "~0").replace("/", "~1"))
    return "".join(reversed(tokens))

"""Every exception that meshroute raises on purpose.

``str()`` of an error says the problem, then the place, then the fix, where there is one. All are plain classes with
positional arguments, so that they pickle.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self


class MeshrouteError(Exception):
    """The base of every error that meshroute raises on purpose."""


class RouteError(MeshrouteError, ValueError):
    """A routing value cannot be built: a bad path, pattern, rewrite or weight."""


class TableError(MeshrouteError, ValueError):
    """A table cannot be built: duplicate names, dangling references, cycles between services."""


class RequestError(MeshrouteError, ValueError):
    """A Request cannot be built from what was given."""


class DocumentError(MeshrouteError, ValueError):
    """One problem of one document: malformed, invalid for its format, or of an unknown format.

    Args:
        message: What is wrong.
        file: The file, as it was given, or None for a stream or object without a name.
        line: The line, counted from 1, where it is known.
        column: The column, counted from 1, where it is known.
        pointer: The JSON pointer (RFC 6901) of the value within its document; "" is the document itself.
        fix: What to write instead, where that is known.

    >>> print(DocumentError("weight must be at most 100, not 101", "routes.yaml", 12, 9, "/spec/weight"))
    routes.yaml:12: weight must be at most 100, not 101 (at /spec/weight)
    """

    def __init__(  # noqa: PLR0913, PLR0917 - positional, so that it pickles (errors are rebuilt from args)
        self,
        message: str,
        file: str | None = None,
        line: int | None = None,
        column: int | None = None,
        pointer: str | None = None,
        fix: str | None = None,
    ) -> None:
        super().__init__(message, file, line, column, pointer, fix)
        self.message = message
        self.file = file
        self.line = line
        self.column = column
        self.pointer = pointer
        self.fix = fix

    def __str__(self) -> str:
        """The problem, its place and its fix in one line."""
        place = self.file or "<document>"
        if self.line is not None:
            place = f"{place}:{self.line}"
        where = f" (at {self.pointer})" if self.pointer else ""
        fix = f"; {self.fix}" if self.fix else ""
        return f"{place}: {self.message}{where}{fix}"


class DocumentLoadError(ExceptionGroup[DocumentError], MeshrouteError):
    """What ``load`` raises: all problems of all documents at once.

    Args:
        message: A summary.
        exceptions: The problems, in the order of the documents.
    """

    def derive(self, excs: Sequence[DocumentError], /) -> Self:  # type: ignore[override]  # typeshed allows any exceptions
        """Return a group of the same kind for some of the problems (``except*`` needs it).

        Args:
            excs: The problems of the new group.

        Returns:
            The new group, with the same message.
        """
        return type(self)(self.message, excs)

    def __str__(self) -> str:
        """One line per problem."""
        return "\n".join(str(problem) for problem in self.exceptions)

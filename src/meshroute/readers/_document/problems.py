"""Collecting: every problem of every document is reported at once, and what is no error is a notice."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeAlias

from attrs import frozen

from meshroute.errors import DocumentError, DocumentLoadError
from meshroute.readers._document.limits import MAX_GUESSES, MAX_PROBLEMS
from meshroute.readers._document.nodes import Mapping, Scalar, Sequence
from meshroute.readers._document.origin import Mark

if TYPE_CHECKING:
    from collections.abc import Iterable

Where: TypeAlias = Scalar | Mapping | Sequence | Mark | None
"""Where a problem or notice is: at a node, at a position, or nowhere in particular."""

_LONGEST_GUESS = 64
"""A name longer than this is no typo; comparing it would only cost time."""


@frozen
class DocumentNotice:
    """What a user should know of a document, without being an error.

    Args:
        code: A stable code (``unknown-field``).
        message: What it is about.
        mark: Where, if anywhere.
        pointer: The JSON pointer within the document; "" is the document itself.

    >>> DocumentNotice("unknown-field", "unknown field `nmae`", Mark("a.yaml", 2)).code
    'unknown-field'
    """

    code: str
    message: str
    mark: Mark | None = None
    pointer: str = ""


class Problems:
    """The problems and notices found so far.

    Repetitions are kept once, and of each at most ``MAX_PROBLEMS``: of more, only their number.

    >>> problems = Problems()
    >>> problems.error(Mark("a.yaml", 4), "weight must be at most 100, not 101")
    >>> problems.raise_if_any()
    Traceback (most recent call last):
    ...
    meshroute.errors.DocumentLoadError: a.yaml:4: weight must be at most 100, not 101
    """

    def __init__(self) -> None:
        self._files: dict[str, int] = {}
        self._errors: dict[tuple[object, ...], DocumentError] = {}
        self._notices: dict[DocumentNotice, None] = {}
        self._guesses: dict[tuple[str, frozenset[str]], str | None] = {}
        self._more_errors = 0
        self._more_notices = 0
        self._reported: set[tuple[str, int, str]] = set()

    def add(self, error: DocumentError) -> None:
        """Add a problem that is already an error.

        Args:
            error: The problem.
        """
        key = error.args
        if key in self._errors:
            return
        if len(self._errors) >= MAX_PROBLEMS:
            self._more_errors += 1
            return
        self._errors[key] = error
        self.file(error.file or "")

    def absorb(self, other: Problems) -> None:
        """Add the problems of another collector.

        Args:
            other: The other.
        """
        for error in other.errors:
            self.add(error)

    def error(self, where: Where, message: str, fix: str | None = None) -> None:
        """Add a problem.

        Args:
            where: The node or position it is at, or None.
            message: What is wrong.
            fix: What to write instead, where that is known.
        """
        if where is None:
            self.add(DocumentError(message, None, None, None, None, fix))
            return
        mark, pointer = _place(where)
        self.add(DocumentError(message, mark.file, mark.line, mark.column, pointer, fix))

    def notice(self, code: str, message: str, where: Where = None) -> None:
        """Add a notice.

        Args:
            code: A stable code.
            message: What it is about.
            where: The node or position it is at, or None.
        """
        mark, pointer = (None, "") if where is None else _place(where)
        notice = DocumentNotice(code, message, mark, pointer)
        if notice in self._notices:
            return
        if len(self._notices) >= MAX_PROBLEMS:
            self._more_notices += 1
            return
        self._notices[notice] = None
        self.file(mark.file if mark else "")

    def placeholder(self, scalar: Scalar) -> bool:
        """Report the placeholders of a scalar that have no value: a reader needs that scalar.

        Args:
            scalar: The scalar.

        Returns:
            Whether there are any.

        >>> problems = Problems()
        >>> problems.placeholder(Scalar("${A}", "${A}", placeholders=("A",)))
        True
        """
        for name in scalar.placeholders:
            self.error(scalar, f"placeholder `{name}` has no value", f"give it with --var {name}=…")
        if scalar.placeholders:
            self._reported.add(_identity(scalar))
        return bool(scalar.placeholders)

    def has_reported(self, scalar: Scalar) -> bool:
        """Whether ``placeholder`` reported this scalar.

        Args:
            scalar: The scalar.

        Returns:
            Whether it did.
        """
        return _identity(scalar) in self._reported

    def guess(self, name: str, known: frozenset[str]) -> str | None:
        """Find the nearest known name (see `nearest`), for the first ``MAX_GUESSES`` different questions only.

        Args:
            name: The name as written.
            known: The names there are.

        Returns:
            The nearest name, or None.
        """
        question = (name, known)
        if question not in self._guesses:
            if len(self._guesses) >= MAX_GUESSES:
                return None
            self._guesses[question] = nearest(name, known)
        return self._guesses[question]

    def file(self, name: str) -> None:
        """Fix a file's rank in the order of reports: files come in the order in which they are first named.

        Args:
            name: The file, as it was given.
        """
        self._files.setdefault(name, len(self._files))

    @property
    def errors(self) -> tuple[DocumentError, ...]:
        """The problems, in source order."""
        ordered = sorted(self._errors.values(), key=self._error_order)
        if self._more_errors:
            ordered.append(DocumentError(f"and {self._more_errors} more problems", ordered[-1].file))
        return tuple(ordered)

    @property
    def notices(self) -> tuple[DocumentNotice, ...]:
        """The notices, in source order."""
        ordered = sorted(self._notices, key=self._notice_order)
        if self._more_notices:
            ordered.append(DocumentNotice("more-notices", f"and {self._more_notices} more notices"))
        return tuple(ordered)

    def _error_order(self, error: DocumentError) -> tuple[int, int, int]:
        return (self._files[error.file or ""], error.line or 0, error.column or 0)

    def _notice_order(self, notice: DocumentNotice) -> tuple[int, int, int]:
        mark = notice.mark or Mark("")
        return (self._files[mark.file], mark.line or 0, mark.column or 0)

    def __bool__(self) -> bool:
        """Whether there is any problem (notices are none)."""
        return bool(self._errors)

    def raise_if_any(self) -> None:
        """Raise all problems, in source order.

        Raises:
            DocumentLoadError: There are problems.
        """
        errors = self.errors
        if not errors:
            return
        count = len(self._errors) + self._more_errors
        files = list(dict.fromkeys(error.file for error in errors if error.file))
        where = "" if not files else f" in {files[0]}" if len(files) == 1 else f" in {len(files)} files"
        raise DocumentLoadError(f"{count} problem{'' if count == 1 else 's'}{where}", errors)


def _identity(scalar: Scalar) -> tuple[str, int, str]:
    return (scalar.origin.file, scalar.offset, scalar.pointer)


def _place(where: Scalar | Mapping | Sequence | Mark) -> tuple[Mark, str]:
    return (where, "") if isinstance(where, Mark) else (where.mark, where.pointer)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that a mistyped name most likely stands for.

    Args:
        name: The name as written.
        known: The names there are.

    Returns:
        The nearest name, or None where none is close.

    >>> nearest("hedaers", ["headers", "method"])
    'headers'
    """
    if len(name) > _LONGEST_GUESS:
        return None
    folded = {candidate.lower(): candidate for candidate in sorted(known, reverse=True)}
    found = get_close_matches(name.lower(), folded, n=1, cutoff=0.7)
    return folded[found[0]] if found else None

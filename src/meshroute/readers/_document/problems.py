"""Collecting: every problem of every document is reported at once, and what is no error is a notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from meshroute.readers._document.nodes import Mark, Node, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterable

Where = Node | Mark | None


@frozen
class DocumentNotice:
    """What a user should know of a document, without being an error.

    Args:
        code: A stable code (``unknown-field``).
        message: What it is about.
        mark: Where, if anywhere.
        pointer: The JSON pointer within the document; "" is the document itself.
    """

    code: str
    message: str
    mark: Mark | None = None
    pointer: str = ""


class Problems:
    """The problems and notices found so far."""

    def error(self, where: Where, message: str, fix: str | None = None) -> None:
        """Add a problem."""
        raise NotImplementedError

    def notice(self, code: str, message: str, where: Where = None) -> None:
        """Add a notice."""
        raise NotImplementedError

    def placeholder(self, scalar: Scalar) -> bool:
        """Report a scalar's placeholders that have no value; return whether there are any."""
        raise NotImplementedError

    @property
    def notices(self) -> tuple[DocumentNotice, ...]:
        """The notices, in source order."""
        raise NotImplementedError

    def __bool__(self) -> bool:
        """Whether there is any problem (notices are none)."""
        raise NotImplementedError

    def raise_if_any(self) -> None:
        """Raise all problems, in source order.

        Raises:
            DocumentLoadError: There are problems.
        """
        raise NotImplementedError


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that a mistyped name most likely stands for, or None."""
    raise NotImplementedError

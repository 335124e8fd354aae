"""Where a value comes from, and what its reader wants the user to know."""

from __future__ import annotations

from attrs import frozen


@frozen
class Source:
    """The place of a value in the documents.

    Args:
        file: The file, as it was given.
        line: The line, counted from 1; 0 where there is none.
        pointer: The JSON pointer (RFC 6901) within the document.
        kind: The kind of the object that holds it.
        namespace: That object's namespace.
        name: That object's name.

    >>> str(Source("mesh.yaml", 12))
    'mesh.yaml:12'
    """

    file: str
    line: int
    pointer: str = ""
    kind: str | None = None
    namespace: str | None = None
    name: str | None = None

    def __str__(self) -> str:
        """The place as ``file:line``; objects that were parsed elsewhere have no line."""
        return f"{self.file}:{self.line}" if self.line else self.file


@frozen
class Notice:
    """Something that the user should know about a document or an answer.

    Args:
        code: A stable word, such as ``undefined-order``.
        message: One sentence.
        source: Where.
        routes: The ids of the routes that it is about.
    """

    code: str
    message: str
    source: Source | None = None
    routes: tuple[str, ...] = ()

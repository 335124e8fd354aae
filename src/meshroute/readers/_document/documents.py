"""Sources to documents: files, folders, streams and already parsed objects."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import IO, TYPE_CHECKING, TypeAlias

from attrs import frozen

if TYPE_CHECKING:
    from meshroute.readers._document.nodes import Node, Scalar
    from meshroute.readers._document.problems import Problems

Loadable: TypeAlias = "str | os.PathLike[str] | IO[str] | IO[bytes] | Mapping[str, object] | list[object]"
Variables: TypeAlias = Mapping[str, "str | Mapping[str, str]"]


@frozen
class Document:
    """One document of a source.

    Args:
        node: Its root.
        file: The file it is in, as it was given.
        index: Its number within the file, counted from 0.
    """

    node: Node
    file: str
    index: int = 0

    def placeholders(self) -> tuple[Scalar, ...]:
        """The scalars (keys included) with a placeholder that has no value."""
        raise NotImplementedError

    def unused_placeholders(self, problems: Problems) -> tuple[Scalar, ...]:
        """Those scalars of ``placeholders()`` that were not reported as problems: no reader needed them."""
        raise NotImplementedError


def read_sources(sources: Iterable[Loadable], variables: Variables | None, problems: Problems) -> list[Document]:
    """Read every document of every source; what cannot be read is added to ``problems``, never raised."""
    raise NotImplementedError


def parse_yaml(text: str, file: str = "<text>") -> list[Node]:
    """Parse all documents of a YAML text (raises DocumentLoadError)."""
    raise NotImplementedError


def parse_json(text: str, file: str = "<text>") -> Node:
    """Parse a JSON text (raises DocumentLoadError)."""
    raise NotImplementedError

"""Sources to documents: files, folders, streams and already parsed objects."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import partial
from typing import IO, TYPE_CHECKING, TypeAlias

from attrs import frozen

from meshroute.errors import DocumentError
from meshroute.readers._document.json_text import compose_json
from meshroute.readers._document.nodes import Node, Scalar, walk
from meshroute.readers._document.objects import OBJECT, compose_object
from meshroute.readers._document.placeholders import Variables, variables_of
from meshroute.readers._document.problems import Problems
from meshroute.readers._document.sources import checked, files_of, read_file, read_stream, suffix_of
from meshroute.readers._document.yaml_text import compose_yaml

if TYPE_CHECKING:
    from collections.abc import Callable

Loadable: TypeAlias = "str | os.PathLike[str] | IO[str] | IO[bytes] | Mapping[str, object] | list[object]"
"""What documents are read from: a path, an open stream, or an already parsed object."""


@frozen
class Document:
    """One document of a source.

    Args:
        node: Its root.
        file: The file it is in, as it was given.
        index: Its number within the file, counted from 0.

    >>> Document(Scalar(1, "1"), "a.yaml").index
    0
    """

    node: Node
    file: str
    index: int = 0

    def placeholders(self) -> tuple[Scalar, ...]:
        """The scalars, keys included, with a placeholder that has no value.

        Returns:
            The scalars, in the document's order.
        """
        return tuple(node for node in walk(self.node) if isinstance(node, Scalar) and node.placeholders)

    def unused_placeholders(self, problems: Problems) -> tuple[Scalar, ...]:
        """Those of ``placeholders()`` that no reader asked for: they were not reported as problems.

        Args:
            problems: Where the readers reported.

        Returns:
            The scalars, in the document's order.
        """
        return tuple(scalar for scalar in self.placeholders() if not problems.has_reported(scalar))


def read_sources(sources: Iterable[Loadable], variables: Variables | None, problems: Problems) -> list[Document]:
    """Read every document of every source; what cannot be read is added to ``problems``, never raised.

    Args:
        sources: Paths of files and folders, open streams, already parsed objects.
        variables: Values for placeholders.
        problems: Where problems go.

    Returns:
        The documents, in order.

    >>> import io
    >>> documents = read_sources([io.StringIO('{"kind": "Mesh"}')], {}, Problems())
    >>> documents[0].node.get("kind").value
    'Mesh'
    """
    documents: list[Document] = []
    for source in sources:
        if isinstance(source, str | os.PathLike):
            for file in files_of(os.fsdecode(source), problems):
                documents += _documents(file, partial(read_file, file), variables, problems)
        elif isinstance(source, Mapping | list | tuple):
            documents += _object(source, variables, problems)
        elif hasattr(source, "read"):
            documents += _stream(source, variables, problems)
        else:
            problems.error(
                None, f"cannot load a value of type {type(source).__name__}", "give a path, a stream or a parsed object"
            )
    return documents


def _stream(stream: IO[str] | IO[bytes], variables: Variables | None, problems: Problems) -> list[Document]:
    name: object = getattr(stream, "name", None)
    file = name if isinstance(name, str) else "<stream>"
    return _documents(file, partial(read_stream, stream, file), variables, problems)


def _object(value: object, variables: Variables | None, problems: Problems) -> list[Document]:
    problems.file(OBJECT)
    try:
        node = compose_object(value, variables_of(OBJECT, variables), problems)
    except DocumentError as error:
        problems.add(error)
        return []
    return [] if node is None else [Document(node, OBJECT)]


def _documents(file: str, read: Callable[[], str], variables: Variables | None, problems: Problems) -> list[Document]:
    problems.file(file)
    try:
        nodes = _roots(read(), file, variables_of(file, variables), problems)
    except DocumentError as error:
        problems.add(error)
        return []
    return [Document(node, file, index) for index, node in enumerate(nodes)]


def _roots(text: str, file: str, variables: Mapping[str, str], problems: Problems) -> list[Node]:
    """Parse by the file's name; without one that says the format, as JSON what looks and parses so, else as YAML."""
    suffix = suffix_of(file)
    if suffix == ".json":
        return compose_json(text, file, variables, problems)
    if suffix in {".yaml", ".yml"} or text.lstrip()[:1] not in {"{", "["}:
        return compose_yaml(text, file, variables, problems)
    as_json, as_yaml = Problems(), Problems()
    roots = compose_json(text, file, variables, as_json)
    if roots:
        problems.absorb(as_json)
        return roots
    roots = compose_yaml(text, file, variables, as_yaml)
    # What starts like JSON and is neither is JSON with a mistake.
    if as_yaml:
        problems.absorb(as_json)
        return []
    return roots


def parse_yaml(text: str, file: str = "<text>") -> list[Node]:
    r"""Parse all documents of a YAML text; empty ones are left out.

    Args:
        text: The text.
        file: Its name in messages.

    Returns:
        The roots.

    Raises:
        DocumentLoadError: There are problems.

    >>> [node.get("a").value for node in parse_yaml("a: 1\n---\na: on\n")]
    [1, 'on']
    """
    return _parse(compose_yaml, text, file)


def parse_json(text: str, file: str = "<text>") -> Node:
    """Parse a JSON text.

    Args:
        text: The text.
        file: Its name in messages.

    Returns:
        The root.

    Raises:
        DocumentLoadError: There are problems.

    >>> parse_json('{"a": [true]}').get("a").items[0].pointer
    '/a/0'
    """
    return _parse(compose_json, text, file)[0]


_Compose: TypeAlias = "Callable[[str, str, Mapping[str, str], Problems], list[Node]]"


def _parse(compose: _Compose, text: str, file: str) -> list[Node]:
    problems = Problems()
    roots: list[Node] = []
    try:
        roots = compose(checked(text, file), file, {}, problems)
    except DocumentError as error:
        problems.add(error)
    problems.raise_if_any()
    return roots

"""Findings that the author of a document has dealt with: a comment or an annotation names the code.

A comment stands on the line of the route or right above it: ``# meshroute: ignore MR102``. An annotation stands in
the object that the route is written in: ``meshroute/ignore: "MR102, MR501"``. Without a code all are meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from meshroute.analysis.findings import Finding
from meshroute.errors import DocumentLoadError, MeshrouteError
from meshroute.model.notices import Source
from meshroute.readers._document import Mapping, Node, Scalar, Sequence, parse_yaml

_COMMENT: Final = re.compile(r"#\s*meshroute:\s*ignore\b([^#\n]*)")
_CODE: Final = re.compile(r"MR[0-9]{1,3}")
_ANNOTATION: Final = "meshroute/ignore"
_ITEM: Final = re.compile(r"/items/([0-9]+)")
_ALL: Final = "MR"


class Suppressions:
    """What the documents say about findings."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[list[str], list[Node]]] = {}

    def hides(self, finding: Finding) -> bool:
        """Tell whether the author of the route that a finding is about wants to hear no more of it.

        Args:
            finding: The finding.

        Returns:
            Whether a comment or an annotation names its code.
        """
        source = finding.sources[0] if finding.sources else None
        if source is None:
            return False
        return any(finding.code.startswith(code) for code in self._codes(source))

    def _codes(self, source: Source) -> Iterable[str]:
        lines, roots = self._read(source.file)
        yield from _commented(lines, source.line)
        for root in roots:
            yield from _annotated(root, source)

    def _read(self, file: str) -> tuple[list[str], list[Node]]:
        known = self._files.get(file)
        if known is None:
            known = self._files[file] = _parsed(file)
        return known


def _parsed(file: str) -> tuple[list[str], list[Node]]:
    """Read a file again; what cannot be read by itself, as standard input and templates, says nothing."""
    try:
        text = Path(file).read_text("utf-8")
    except (OSError, ValueError):
        return [], []
    try:
        roots = parse_yaml(text, file)
    except (DocumentLoadError, MeshrouteError):
        roots = []
    return text.splitlines(), roots


def _commented(lines: list[str], line: int) -> Iterable[str]:
    """Read the comments on a line (from 1) and right above it."""
    place = line - 1
    if not 0 <= place < len(lines):
        return
    yield from _codes_of(lines[place])
    place -= 1
    while place >= 0 and lines[place].lstrip().startswith("#"):
        yield from _codes_of(lines[place])
        place -= 1


def _codes_of(line: str) -> Iterable[str]:
    for found in _COMMENT.finditer(line):
        yield from _CODE.findall(found[1]) or [_ALL]


def _annotated(root: Node, source: Source) -> Iterable[str]:
    """Read the annotation of the object that a place is in: a document, or an item of a list of objects."""
    item = _ITEM.match(source.pointer)
    owner: Node | None = root
    if item is not None:
        items = root.get("items") if isinstance(root, Mapping) else None
        inside = items.items if isinstance(items, Sequence) else ()
        owner = inside[int(item[1])] if int(item[1]) < len(inside) else None
    metadata = owner.get("metadata") if isinstance(owner, Mapping) else None
    if not isinstance(metadata, Mapping) or _text(metadata, "name") != source.name:
        return
    annotations = metadata.get("annotations")
    stated = _text(annotations, _ANNOTATION) if isinstance(annotations, Mapping) else None
    if stated is not None:
        yield from _CODE.findall(stated) or [_ALL]


def _text(mapping: Mapping, key: str) -> str | None:
    value = mapping.get(key)
    return value.text if isinstance(value, Scalar) else None

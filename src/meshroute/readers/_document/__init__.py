"""The document layer under every reader: bytes to a tree of positioned nodes, safely, and checked access to it.

A reader calls `read_sources`, then `Fields` on each mapping, then `Problems.raise_if_any`. Nothing else escapes from a
document than problems: sizes, depth, aliases and numbers are bounded (``limits``), nothing recurses by input.
"""

from __future__ import annotations

from meshroute.readers._document.documents import Document, Loadable, parse_json, parse_yaml, read_sources
from meshroute.readers._document.fields import Fields
from meshroute.readers._document.nodes import Mapping, Node, Scalar, Sequence, rewrite, walk, with_text
from meshroute.readers._document.origin import Mark
from meshroute.readers._document.placeholders import Variables
from meshroute.readers._document.problems import DocumentNotice, Problems, nearest
from meshroute.readers._document.sources import suffix_of
from meshroute.readers._document.spelling import AS_WRITTEN, PASCAL_CASE, Spelling
from meshroute.readers._document.words import describe

__all__ = [
    "AS_WRITTEN",
    "PASCAL_CASE",
    "Document",
    "DocumentNotice",
    "Fields",
    "Loadable",
    "Mapping",
    "Mark",
    "Node",
    "Problems",
    "Scalar",
    "Sequence",
    "Spelling",
    "Variables",
    "describe",
    "nearest",
    "parse_json",
    "parse_yaml",
    "read_sources",
    "rewrite",
    "suffix_of",
    "walk",
    "with_text",
]

"""google-re2 as Envoy uses it: options ``encoding=LATIN1``, the pattern and the values as bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, cast

import pytest

re2 = pytest.importorskip("re2", reason="google-re2 is the judge here")


class Found(Protocol):
    """A match of google-re2."""

    def __getitem__(self, index: int, /) -> bytes | None:
        """Return what a group captured."""
        ...


class Judged(Protocol):
    """A pattern that google-re2 accepts."""

    @property
    def groupindex(self) -> Mapping[bytes, int]:
        """The groups by name."""
        ...

    def fullmatch(self, text: bytes) -> Found | None:
        """Match the whole text."""
        ...


def judge(pattern: str) -> Judged | None:
    """Compile a pattern; None where google-re2 refuses it."""
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    try:
        return cast("Judged", re2.compile(pattern.encode("latin-1"), options))
    except re2.error:
        return None


def groups_of(judged: Judged, found: Found) -> tuple[tuple[str, str], ...]:
    """List the named groups that took part, in the order of the pattern."""
    ordered = sorted((index, name) for name, index in judged.groupindex.items())
    captured = [(name, found[index]) for index, name in ordered]
    return tuple((name.decode("latin-1"), text.decode("latin-1")) for name, text in captured if text is not None)

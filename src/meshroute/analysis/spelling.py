"""Other spellings of a path: many servers take them for the same."""

from __future__ import annotations

from collections.abc import Iterator


def spellings(path: str) -> Iterator[tuple[str, str]]:
    """Spell a path in other ways that many servers take for the same.

    Args:
        path: The path.

    Yields:
        What the spelling is called, and the path.

    >>> dict(spellings("/admin/x"))["an escaped letter"]
    '/%61dmin/x'
    """
    first, slash, rest = path[1:].partition("/")
    if not first:
        return
    tail = f"{slash}{rest}"
    yield "two slashes", f"/{path}"
    yield "a dot segment", f"/.{path}"
    yield "a segment that is taken back", f"/x/..{path}"
    yield "an escaped letter", f"/%{ord(first[0]):02x}{first[1:]}{tail}"
    yield "a parameter", f"/{first};x{tail}"
    if first.swapcase() != first:
        yield "another case", f"/{first.swapcase()}{tail}"

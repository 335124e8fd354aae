"""Lines of a stream, one at a time, of bounded length."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from attrs import frozen

MAX_LINE: Final = 16 * 1024 * 1024
"""How many bytes a line may have: room for a path of 1 MB and 10 000 headers many times over."""
_PIECE: Final = 64 * 1024


@frozen
class Line:
    """One line.

    Args:
        number: Its number, counted from 1.
        data: Its bytes with the line end; None where it is too long.
        size: How many bytes it takes in the stream.
    """

    number: int
    data: bytes | None
    size: int


def lines_of(stream: BinaryIO, limit: int = MAX_LINE) -> Iterator[Line]:
    r"""Read a stream line by line; the rest of a line that is too long is skipped, not kept.

    Args:
        stream: The stream.
        limit: How many bytes a line may have, its end included.

    Yields:
        Each line as soon as it is complete, the blank ones too.

    >>> import io
    >>> [line.data for line in lines_of(io.BytesIO(b"a\nbcdef\ng"), 3)]
    [b'a\n', None, b'g']
    """
    number = 0
    while data := stream.readline(limit + 1):
        number += 1
        size = len(data)
        if size <= limit:
            yield Line(number, data, size)
            continue
        while not data.endswith(b"\n") and (data := stream.readline(_PIECE)):
            size += len(data)
        yield Line(number, None, size)

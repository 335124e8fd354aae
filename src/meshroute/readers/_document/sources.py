"""Reading bytes: which files a path stands for, and their text, of bounded size and in UTF-8."""

from __future__ import annotations

import codecs
import os
import stat
from pathlib import Path, PurePath
from typing import IO, TYPE_CHECKING, Final

from meshroute.errors import DocumentError
from meshroute.readers._document.limits import MAX_BYTES, MAX_FILES
from meshroute.readers._document.origin import Mark, Origin
from meshroute.readers._document.placeholders import SURROGATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meshroute.readers._document.problems import Problems

SUFFIXES: Final = (".yaml", ".yml", ".json")
TEMPLATE_SUFFIXES: Final = (".template", ".tpl")

# UTF-32 first: its little-endian mark starts with UTF-16's.
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_TOO_LARGE: Final = f"larger than {MAX_BYTES // (1024 * 1024)} MiB"


def suffix_of(file: str) -> str:
    """The suffix that tells a file's format: of ``a.json.template`` it is ``.json``.

    Args:
        file: The file.

    Returns:
        The suffix in small letters; "" where there is none.

    >>> suffix_of("mesh/manifest.yaml.template"), suffix_of("manifest.tpl")
    ('.yaml', '')
    """
    path = PurePath(file)
    if path.suffix.lower() in TEMPLATE_SUFFIXES:
        path = PurePath(path.stem)
    return path.suffix.lower()


def files_of(path: str, problems: Problems) -> list[str]:
    """The files that a path stands for: itself, or all documents of the folder, sorted, without hidden ones.

    Args:
        path: The file or folder, as it was given.
        problems: Where problems go.

    Returns:
        The files.
    """
    try:
        is_folder = stat.S_ISDIR(Path(path).stat().st_mode)
    except (OSError, ValueError) as error:
        problems.add(_unreadable(path, error))
        return []
    if not is_folder:
        return [path]
    files = sorted(_documents_below(path, problems), key=lambda file: PurePath(file).parts)
    if not files:
        problems.error(Mark(path), "no documents in this folder", f"their names end in {', '.join(SUFFIXES)}")
    if len(files) > MAX_FILES:
        problems.error(Mark(path), f"more than {MAX_FILES} documents in this folder")
    return files[:MAX_FILES]


def _documents_below(folder: str, problems: Problems) -> Iterator[str]:
    def unreadable(error: OSError) -> None:
        problems.add(_unreadable(str(error.filename), error))

    for parent, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            is_template = PurePath(name).suffix.lower() in TEMPLATE_SUFFIXES
            if not name.startswith(".") and suffix_of(name) in (SUFFIXES + ("",) * is_template):
                yield os.path.join(parent, name)  # noqa: PTH118 - pathlib would change the path as it was given


def read_file(file: str) -> str:
    """The text of a file.

    Args:
        file: The file.

    Returns:
        The text.

    Raises:
        DocumentError: It cannot be read, is no regular file, too large, or not text.
    """
    path = Path(file)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            fix = "pipe it to standard input and give -"
            raise DocumentError("not a regular file", file, None, None, None, fix)
        if status.st_size > MAX_BYTES:
            raise DocumentError(_TOO_LARGE, file)
        with path.open("rb") as stream:
            return read_stream(stream, file)
    except OSError as error:
        raise _unreadable(file, error) from None


def read_stream(stream: IO[str] | IO[bytes], file: str) -> str:
    """The text of an open stream.

    Args:
        stream: The stream, of text or bytes.
        file: Its name.

    Returns:
        The text.

    Raises:
        DocumentError: It cannot be read, is too large, or not text.
    """
    pieces: list[str | bytes] = []
    size = 0
    try:
        while size <= MAX_BYTES and (piece := stream.read(MAX_BYTES + 1 - size)):
            pieces.append(piece)
            size += len(piece)
    except (OSError, ValueError) as error:  # ValueError: closed, or text that does not decode.
        raise _unreadable(file, error) from None
    if size > MAX_BYTES:
        raise DocumentError(_TOO_LARGE, file)
    texts = [piece for piece in pieces if isinstance(piece, str)]
    if len(texts) == len(pieces):
        return checked("".join(texts), file)
    return decode(b"".join(piece for piece in pieces if isinstance(piece, bytes)), file)


def decode(data: bytes, file: str) -> str:
    r"""Bytes to text: UTF-8, or what a byte order mark says (PowerShell's ``>`` writes UTF-16).

    Args:
        data: The bytes.
        file: Their file.

    Returns:
        The text, without byte order mark.

    Raises:
        DocumentError: They are not text.

    >>> decode(b"\xef\xbb\xbfa: 1", "a.yaml")
    'a: 1'
    """
    mark, encoding = next((entry for entry in _BYTE_ORDER_MARKS if data.startswith(entry[0])), (b"", "utf-8"))
    try:
        return checked(data[len(mark) :].decode(encoding), file)
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode(encoding, "replace")
        raise Origin(file, before).error(len(before), f"not valid {encoding.upper()}: {error.reason}") from None


def checked(text: str, file: str) -> str:
    """A text without byte order mark, if it can stand in a file at all.

    Args:
        text: The text.
        file: Its file.

    Returns:
        The text.

    Raises:
        DocumentError: It has surrogates, or is too large.
    """
    text = text.removeprefix("\ufeff")
    if len(text) > MAX_BYTES:
        raise DocumentError(_TOO_LARGE, file)
    found = SURROGATE.search(text)
    if found:
        raise Origin(file, text).error(found.start(), "not valid UTF-8")
    return text


def _unreadable(file: str, error: OSError | ValueError) -> DocumentError:
    if isinstance(error, FileNotFoundError):
        reason = "no such file or folder"
    elif "\0" in file:  # Python's own words differ between its versions
        reason = "no name holds a NUL"
    else:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return DocumentError(f"cannot be read: {reason}", file)

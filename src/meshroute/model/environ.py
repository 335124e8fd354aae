"""What servers hand to applications: the environ of WSGI (PEP 3333), and the headers of ASGI."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final

from meshroute.model.headers import Headers, Lines, is_plain
from meshroute.text import port_of

Fetch = Callable[[Mapping[str, Any]], tuple[Any, ...]]
_CONTENT: Final = ("CONTENT_TYPE", "CONTENT_LENGTH")


def environ_headers(environ: Mapping[str, Any]) -> Headers:
    """Read the headers of an environ, but for Host.

    Args:
        environ: The environ.

    Returns:
        The headers; those of the content are missing where they are empty, as a server says that they were not sent.

    Raises:
        RequestError: A value is no wire text.

    >>> environ_headers({"HTTP_HOST": "h", "HTTP_X_ID": "1", "CONTENT_TYPE": "", "CONTENT_LENGTH": "2"})
    Headers([('x-id', '1'), ('content-length', '2')])
    """
    names, fetch = _fetching(tuple(environ))
    values = fetch(environ)
    return Headers.late(_paired, (names, values)) if is_plain(values) else Headers(_paired((names, values)))


def _paired(given: tuple[tuple[str, ...], tuple[str, ...]]) -> Lines:
    pairs = zip(*given, strict=True)
    return tuple([(name, value) for name, value in pairs if value or not name.startswith("content-")])


@lru_cache(maxsize=256)  # most environs of a server have the same keys
def _fetching(keys: tuple[str, ...]) -> tuple[tuple[str, ...], Fetch]:
    """Return the names of the headers, and what fetches their values."""
    sent = [key for key in keys if key.startswith("HTTP_") and key != "HTTP_HOST"]
    content = [key for key in _CONTENT if key in keys]
    names = [key[5:] for key in sent] + content
    wanted = sent + content

    def one_or_none(environ: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple([environ[key] for key in wanted])

    # itemgetter gives no tuple for a single key
    fetch = itemgetter(*wanted) if len(wanted) > 1 else one_or_none
    return tuple([name.replace("_", "-").lower() for name in names]), fetch


@lru_cache(maxsize=256)  # a server has few ports
def server_port(text: object) -> int | None:
    """Read the port of a server.

    Args:
        text: SERVER_PORT.

    Returns:
        The port, or None where there is none.

    >>> server_port("8080"), server_port(None)
    (8080, None)
    """
    return port_of(f":{text}")


def scope_headers(headers: Iterable[tuple[bytes, bytes]]) -> tuple[str | None, Headers]:
    """Read the headers of an ASGI scope.

    Args:
        headers: The headers.

    Returns:
        The host, several joined as Envoy joins them (envoy.md §1), and the other lines.

    >>> scope_headers([(b"host", b"a.example"), (b"x", b"1")])
    ('a.example', Headers([('x', '1')]))
    """
    lines = tuple(headers)  # which may be any iterable, to be read once
    host: bytes | None = None
    for name, value in lines:
        # names are in lower case (ASGI, "HTTP Connection Scope"), but not of every server
        if len(name) == 4 and name.lower() == b"host":
            host = value if host is None else host + b"," + value
    return None if host is None else host.decode("latin-1"), Headers.late(_decoded, lines)


def _decoded(headers: Sequence[tuple[bytes, bytes]]) -> Lines:
    return tuple(
        [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers if name.lower() != b"host"]
    )

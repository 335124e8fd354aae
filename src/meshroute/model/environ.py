"""The environ of WSGI (PEP 3333): which of its keys stand for headers, and the port of the server."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from meshroute.text import port_of

Keys = list[tuple[str, str]]
"""Keys of an environ, each with the name of its header."""


@lru_cache(maxsize=256)  # most environs of a server have the same keys
def header_keys(keys: tuple[str, ...]) -> tuple[Keys, Keys]:
    """Say which keys stand for headers.

    Args:
        keys: All keys of an environ.

    Returns:
        Those of headers that were sent; and those that, where they are empty, say that the header was not sent.

    >>> header_keys(("HTTP_HOST", "HTTP_X_ID", "CONTENT_TYPE", "wsgi.input"))
    ([('HTTP_X_ID', 'x-id')], [('CONTENT_TYPE', 'content-type')])
    """
    sent = [(key, key[5:]) for key in keys if key.startswith("HTTP_") and key != "HTTP_HOST"]
    return _named(sent), _named((key, key) for key in ("CONTENT_TYPE", "CONTENT_LENGTH") if key in keys)


def _named(keys: Iterable[tuple[str, str]]) -> Keys:
    return [(key, name.replace("_", "-").lower()) for key, name in keys]


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

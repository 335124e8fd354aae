"""URLs and targets as they are given, taken apart into the wire text of a request."""

from __future__ import annotations

from meshroute.errors import RequestError
from meshroute.text import ascii_lower, encode_path, encode_query, strip_port, wire


def split_url(url: object) -> tuple[str, str | None, str]:
    """Split a typed URL into scheme, authority and encoded target.

    Args:
        url: The URL, or a path with query when there is no host.

    Returns:
        Scheme, authority and target.

    Raises:
        RequestError: The URL is no str, has no scheme that a URL can have, or a host that is no domain name.
    """
    if not isinstance(url, str):
        message = f"the URL must be a str, not {type(url).__name__}"
        raise RequestError(message)
    scheme, mark, rest = url.partition("://")
    if url.startswith(("/", "?", "*")) or not mark:
        return "http", None, _encoded_target(url)
    if not scheme.isascii() or not scheme.replace("+", "").replace("-", "").replace(".", "").isalnum():
        message = f"the URL {url!r} has no scheme that a URL can have"
        raise RequestError(message)
    end = min((rest.find(mark) for mark in "/?#" if mark in rest), default=len(rest))
    host = rest[:end].rpartition("@")[2]
    target = _encoded_target(rest[end:])
    return ascii_lower(scheme), _encoded_host(host), target if target.startswith("/") else f"/{target}"


def _encoded_target(text: str) -> str:
    """Encode a path with query; the fragment is never sent (RFC 9110 §4.2.5).

    Raises:
        RequestError: The text holds a lone surrogate.
    """
    checked_wire(text, "the URL")
    path, mark, query = text.partition("#")[0].partition("?")
    return encode_path(path) + mark + encode_query(query)


def checked_wire(text: str, what: str) -> str:
    """Turn text into wire text.

    Args:
        text: The text.
        what: What to call it in the message.

    Returns:
        Its UTF-8 bytes, one character each.

    Raises:
        RequestError: The text holds a lone surrogate.
    """
    try:
        return wire(text)
    except UnicodeEncodeError as error:
        message = f"{what} holds {text[error.start]!r}, half of a character that no bytes stand for"
        raise RequestError(message) from None


def _encoded_host(host: str) -> str:
    if host.isascii():
        return host
    name = strip_port(host)
    try:
        return name.encode("idna").decode("ascii") + host[len(name) :]
    except UnicodeError:
        message = f"{host!r} is no host name"
        raise RequestError(message) from None


def split_absolute(target: str, scheme: str, authority: str | None) -> tuple[str, str | None, str]:
    """Split an absolute-form target; what is no scheme is left as it is, as a path that nothing matches.

    Args:
        target: The target, with ``://`` in it.
        scheme: The scheme of the connection.
        authority: The host as sent.

    Returns:
        Scheme, authority and target.

    >>> split_absolute("HTTP://a.example/x", "https", None)
    ('http', 'a.example', '/x')
    """
    found, _, rest = target.partition("://")
    if not found.isascii() or not found.replace("+", "").replace("-", "").replace(".", "").isalnum():
        return scheme, authority, target
    end = min((rest.find(mark) for mark in "/?" if mark in rest), default=len(rest))
    return ascii_lower(found), rest[:end].rpartition("@")[2], rest[end:] or "/"


def encode_again(path: str) -> str:
    """Encode a decoded path: the percent sign too, since one that is left can only have come from ``%25``.

    Args:
        path: The path, decoded by a server; one character per byte.

    Returns:
        Wire text.

    >>> encode_again("/a b%")
    '/a%20b%25'
    """
    return encode_path(
        path.encode("latin-1", "replace")
        .decode("utf-8", "surrogateescape")
        .replace("%", "%25")
        .replace("?", "%3F")
        .replace("#", "%23")
    )

"""Wire-text rules: splitting a target, normalising a path, folding hosts, percent-encoding.

Wire text is a ``str`` with one Latin-1 character per byte. Nothing here decodes or folds more than the quoted rule
says: ASCII letters only, percent-escapes only where a rule asks for it.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote_to_bytes

_ASCII_LOWER: Final = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

# RFC 9110 §5.6.2: token = 1*tchar
_TOKEN: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_SLASHES: Final = re.compile(r"//+")
_DOT_PARAMETERS: Final = re.compile(r"(?<=/)(\.\.?);[^/]*")
_LONE_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_MARK: Final = "\u0100"  # no character of wire text
_MARK_BEFORE_HEX: Final = re.compile(r"\u0100(?=[0-9A-Fa-f]{2})")
_ESCAPE_OR_UNSAFE: Final = re.compile(r"%([0-9A-Fa-f]{2})|[\x00-\x20\"<>^`{|}\x7f-\xff]+")
# WHATWG URL, "path percent-encode set" and "special-query percent-encode set", applied to UTF-8 bytes.
_PATH_UNSAFE: Final = re.compile(r"[\x00-\x20\"<>`{}^\x7f-\xff]")
_QUERY_UNSAFE: Final = re.compile(r"[\x00-\x20\"<>'\x7f-\xff]")
# RFC 3986 §3.3 pchar without the percent sign, and without "/" which would make another segment.
_SEGMENT_UNSAFE: Final = re.compile(r"[^A-Za-z0-9\-._~!$&'()*+,;=:@]")


def ascii_lower(text: str) -> str:
    """Fold ASCII letters to lower case and leave every other character alone.

    Args:
        text: Any text.

    Returns:
        The folded text, of the same length.

    >>> ascii_lower("WWW.Example.COM")
    'www.example.com'
    """
    return text.lower() if text.isascii() else text.translate(_ASCII_LOWER)


def is_token(text: str) -> bool:
    """Tell whether a text is a token of RFC 9110 §5.6.2 (method and header names are).

    Args:
        text: Any text.

    Returns:
        True for a token.

    >>> is_token("GET"), is_token("G ET"), is_token("")
    (True, False, False)
    """
    return _TOKEN.fullmatch(text) is not None


def wire(text: str) -> str:
    r"""Turn text as people type it into wire text: its UTF-8 bytes, one character each.

    Args:
        text: Unicode text; lone surrogates that stand for a byte (of a command line, say) give it back.

    Returns:
        Text of Latin-1 characters.

    Raises:
        UnicodeEncodeError: The text holds half of a surrogate pair, which no bytes stand for.

    >>> wire("caf\u00e9") == "caf\u00c3\u00a9"
    True
    """
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("latin-1")


def unwire(text: str) -> str:
    r"""Turn wire text back into text as people type it; a byte that is no UTF-8 becomes a lone surrogate.

    Args:
        text: Text of Latin-1 characters.

    Returns:
        Unicode text, of which `wire` makes the same again.

    >>> unwire("caf\u00c3\u00a9") == "caf\u00e9"
    True
    """
    return text if text.isascii() else text.encode("latin-1").decode("utf-8", "surrogateescape")


def split_target(target: str) -> tuple[str, str | None]:
    """Split a request target into path and query.

    The path ends at the first ``?`` or ``#``; the query starts after the first ``?`` (Envoy cuts in these two ways).

    Args:
        target: The raw ``:path``.

    Returns:
        The path, and the query or None where there is no ``?``.

    >>> split_target("/a/b?x=1"), split_target("/a#f?x=1")
    (('/a/b', 'x=1'), ('/a', 'x=1'))
    """
    path, mark, query = target.partition("?")
    if "#" in path:
        path = path[: path.index("#")]
    return path, query if mark else None


def strip_port(host: str) -> str:
    """Cut the port off a host: at the last ``:`` unless a ``]`` follows it (Envoy's ``ignore_port_in_host_matching``).

    Args:
        host: The authority as sent.

    Returns:
        The host without a port.

    >>> strip_port("a.com:80"), strip_port("[::1]:80"), strip_port("[::1]")
    ('a.com', '[::1]', '[::1]')
    """
    colon = host.rfind(":")
    return host if colon < 0 or host.find("]", colon) >= 0 else host[:colon]


def port_of(host: str) -> int | None:
    """Read the port of an authority.

    Args:
        host: The authority as sent.

    Returns:
        The port, or None where there is none or it is no number from 0 to 65535.

    >>> port_of("a.com:8080"), port_of("a.com"), port_of("a.com:x")
    (8080, None, None)
    """
    digits = host[len(strip_port(host)) + 1 :]
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 5:
        return None
    return int(digits) if int(digits) <= 0xFFFF else None


def merge_slashes(path: str) -> str:
    """Replace each run of slashes by one (Envoy's ``merge_slashes``).

    Envoy puts a slash before and after the pieces between; a path of nothing but slashes, two or more, becomes ``//``.

    Args:
        path: A path without query.

    Returns:
        The path with single slashes.

    >>> merge_slashes("//a///b/"), merge_slashes("///")
    ('/a/b/', '//')
    """
    if "//" not in path:
        return path
    merged = _SLASHES.sub("/", path)
    return "//" if merged == "/" else merged


def normalize_path(path: str) -> str | None:
    r"""Normalise a path as Envoy 1.40's ``normalize_path`` does (Chromium's URL canonicaliser; RFC 3986 §6.2.2).

    ``;parameters`` of dot segments are dropped; ``\`` becomes ``/``; percent-escapes of unreserved characters are
    decoded, all others kept as they are; characters that a path may not hold are encoded; dot segments, spelled ``.``
    or ``%2e``, are removed. A ``%`` that starts no escape stays, unless what follows it would become one by decoding:
    then it is encoded.

    Args:
        path: A path without query, starting with ``/``.

    Returns:
        The normalised path, or None where it cannot be normalised (``%00``, NUL, bytes that are no UTF-8), which the
        data plane answers with 400.

    >>> normalize_path("/a/./b/%2e%2E/c%41"), normalize_path("/%2f"), normalize_path("/a%00")
    ('/a/cA', '/%2f', None)
    """
    plain = _DOT_PARAMETERS.sub(r"\1", path).replace("\\", "/")
    try:
        cleaned = _ESCAPE_OR_UNSAFE.sub(_normal_piece, _LONE_PERCENT.sub(_MARK, plain))
    except ValueError:
        return None
    cleaned = _MARK_BEFORE_HEX.sub("%25", cleaned).replace(_MARK, "%")
    if "/." not in cleaned:
        return cleaned
    kept: list[str] = []
    segments = cleaned.split("/")[1:]
    for segment in segments:
        if segment == "..":
            if kept:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")  # RFC 3986 §5.2.4: "/a/b/.." is "/a/"
    return "/" + "/".join(kept)


def _normal_piece(found: re.Match[str]) -> str:
    """One percent-escape decoded if unreserved, or one run of characters that a path may not hold, encoded.

    Raises:
        ValueError: for NUL and for bytes that are no UTF-8.
    """
    digits = found[1]
    if digits is None:
        data = found[0].encode("latin-1")
        data.decode("utf-8")
        if b"\0" in data:
            raise ValueError
        return "".join(f"%{byte:02X}" for byte in data)
    if digits == "00":
        raise ValueError
    character = chr(int(digits, 16))
    return character if character in _UNRESERVED else found[0]


def encode_path(path: str) -> str:
    r"""Percent-encode a typed path as a browser would (WHATWG URL, path percent-encode set); escapes are kept.

    Args:
        path: Unicode text.

    Returns:
        Wire text.

    Raises:
        UnicodeEncodeError: The text holds half of a surrogate pair, which no bytes stand for.

    >>> encode_path("/a b/%2F/caf\u00e9")
    '/a%20b/%2F/caf%C3%A9'
    """
    return _PATH_UNSAFE.sub(_encoded, wire(path))


def encode_query(query: str) -> str:
    """Percent-encode a typed query as a browser would (WHATWG URL, special-query percent-encode set).

    Args:
        query: Unicode text without the ``?``.

    Returns:
        Wire text.

    Raises:
        UnicodeEncodeError: The text holds half of a surrogate pair, which no bytes stand for.

    >>> encode_query("q=a b&x='1'")
    'q=a%20b&x=%271%27'
    """
    return _QUERY_UNSAFE.sub(_encoded, wire(query))


def encode_segment(value: str, *, slashes: bool = False) -> str:
    """Percent-encode a value for one path segment (RFC 3986 §3.3, ``pchar``).

    Args:
        value: Unicode text.
        slashes: Keep ``/``, for a value that spans segments.

    Returns:
        Wire text that decodes to the value.

    Raises:
        UnicodeEncodeError: The text holds half of a surrogate pair, which no bytes stand for.

    >>> encode_segment("a/b c"), encode_segment("a/b c", slashes=True)
    ('a%2Fb%20c', 'a/b%20c')
    """
    text = wire(value)
    if slashes:
        return "/".join(_SEGMENT_UNSAFE.sub(_encoded, piece) for piece in text.split("/"))
    return _SEGMENT_UNSAFE.sub(_encoded, text)


def percent_decode(text: str) -> str:
    """Decode percent-escapes and read the bytes as UTF-8; bytes that are none become U+FFFD.

    Args:
        text: Wire text.

    Returns:
        Unicode text.

    >>> percent_decode("a%2Fb%20c")
    'a/b c'
    """
    return unquote_to_bytes(text.encode("latin-1", "replace")).decode("utf-8", "replace")


def _encoded(found: re.Match[str]) -> str:
    return f"%{ord(found[0]):02X}"

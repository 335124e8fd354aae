"""The request object: what ``--requests`` reads, one a line (docs/schemas/request.json)."""

from __future__ import annotations

import difflib
import json
import reprlib
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, NoReturn, cast

from meshroute.errors import RequestError
from meshroute.model.context import RequestContext, context_of
from meshroute.model.request import Request
from meshroute.text import ascii_lower

RequestId = str | int | None
Object = Mapping[str, object]

KEYS: Final = (
    "id",
    "method",
    "url",
    "scheme",
    "host",
    "path",
    "headers",
    "port",
    "entry",
    "protocol",
    "sni",
    "client_namespace",
    "random_value",
    "context",
)
"""The keys of a request object."""

_IN_URL: Final = ("scheme", "host", "path")
_NO_HTTP: Final = frozenset({"tcp", "tls", "udp"})
_SHOWN: Final = 60
_SHORT: Final = reprlib.Repr()  # an integer of many digits is cut in its middle


def object_from_line(line: bytes) -> Object:
    """Read one line of JSON.

    Args:
        line: The line, in UTF-8.

    Returns:
        The object.

    Raises:
        RequestError: It is no JSON object, or gives a key twice.

    >>> object_from_line(b'{"url": "/cart"}')
    {'url': '/cart'}
    """
    try:
        text = line.rstrip().decode("utf-8-sig")
        value = cast("object", json.loads(text, object_pairs_hook=_unique, parse_constant=_refused))
    except json.JSONDecodeError as error:
        raise RequestError(f"not JSON: {error.msg} (column {error.colno})") from None
    except UnicodeDecodeError as error:
        raise RequestError(f"not UTF-8: {error.reason} at byte {error.start + 1}") from None
    except RequestError:
        raise
    except ValueError:  # of json, only from int()
        raise RequestError(f"a number of more than {sys.get_int_max_str_digits()} digits") from None
    except RecursionError:
        raise RequestError("not a request: nested too deeply") from None
    if not isinstance(value, dict):
        raise RequestError(f"a request must be a JSON object, not {_kind(value)}")
    return cast("Object", value)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        raise RequestError(f"the key {_brief(twice)} is given twice")
    return found


def _refused(name: str) -> NoReturn:
    raise RequestError(f"not JSON: {name} is no number that JSON has")


def id_of(given: Object) -> RequestId:
    """Return the id of a request object.

    Args:
        given: The object.

    Returns:
        The id, or None where it has none.

    Raises:
        RequestError: It is neither text nor a whole number.

    >>> id_of({"id": 7})
    7
    """
    value = given.get("id")
    if value is None or isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise RequestError(f"'id' must be a string or a whole number, not {_kind(value)}")


def request_from_object(given: Object, defaults: Object | None = None) -> Request:
    """Build the request that a request object describes.

    ``url`` is encoded as a browser would; ``host``, ``path`` and ``headers`` are sent as they are, one
    character a byte. A key whose value is null is not given.

    Args:
        given: The object.
        defaults: Values of keys that it does not give.

    Returns:
        The request.

    Raises:
        RequestError: A key is unknown, or has a value that it cannot have; the message names it.

    >>> request_from_object({"host": "shop.example.com", "path": "/cart?x=1", "headers": {"x-canary": "1"}}).url
    'http://shop.example.com/cart?x=1'
    """
    for key in given:
        if key not in KEYS:
            near = difflib.get_close_matches(key[:_SHOWN], KEYS, n=1)
            advice = f"did you mean {near[0]!r}?" if near else f"the keys are {', '.join(KEYS)}"
            raise RequestError(f"unknown key {_brief(key)}; {advice}")
    parts = {key: value for source in (defaults or {}, given) for key, value in source.items() if value is not None}
    id_of(parts)
    protocol = _text(parts, "protocol") or "http"
    headers = tuple(_header_lines(parts.get("headers", [])))
    port, random_value = _whole(parts, "port"), _whole(parts, "random_value")
    entry, sni, namespace = (_text(parts, key) for key in ("entry", "sni", "client_namespace"))
    context = _context(parts)
    method, url = _text(parts, "method"), _text(parts, "url")
    if method is None:
        method = default_method(protocol)
    if url is not None:
        _check_alone(parts)
        return Request(
            method,
            checked_url(url),
            headers,
            port=port,
            entry=entry,
            protocol=protocol,
            sni=sni,
            client_namespace=namespace,
            random_value=random_value,
            context=context,
        )
    path = _text(parts, "path")
    if path is None and protocol not in _NO_HTTP:
        raise RequestError("a request needs 'url' or 'path'")
    authority, lines = _authority(_text(parts, "host"), headers)
    return Request.from_parts(
        method,
        path or "",
        scheme=_text(parts, "scheme") or "http",
        authority=authority,
        headers=lines,
        port=port,
        entry=entry,
        protocol=protocol,
        sni=sni,
        client_namespace=namespace,
        random_value=random_value,
        context=context,
    )


def default_method(protocol: str) -> str:
    """Return the method of a request that names none.

    Args:
        protocol: Its protocol. gRPC always sends POST ("gRPC over HTTP/2", Request-Headers).

    Returns:
        The method; none where no HTTP is spoken.

    >>> default_method("http"), default_method("grpc"), default_method("tcp")
    ('GET', 'POST', '')
    """
    return "POST" if protocol == "grpc" else "" if protocol in _NO_HTTP else "GET"


def checked_url(url: str) -> str:
    """Check that a text is a URL with a scheme, a path, or the ``*`` of ``OPTIONS *``.

    Args:
        url: The text.

    Returns:
        The text.

    Raises:
        RequestError: It is something else, such as a host without a scheme.

    >>> checked_url("/cart")
    '/cart'
    """
    if url.startswith("/") or url == "*" or "://" in url:
        return url
    raise RequestError(
        f"the URL {_brief(url)} needs a scheme, such as {_brief(f'http://{url}')}, or to be a path that starts with '/'"
    )


def _check_alone(parts: Object) -> None:
    others = [key for key in _IN_URL if key in parts]
    if others:
        raise RequestError(f"'url' and {others[0]!r} are both given; the URL says it already")


def _authority(
    host: str | None, headers: tuple[tuple[str, str], ...]
) -> tuple[str | None, tuple[tuple[str, str], ...]]:
    """Take the host from its own key or from a Host header, which is the same thing in HTTP/1."""
    stated = [value for name, value in headers if ascii_lower(name) == "host"]
    if not stated:
        return host, headers
    if host is not None and host != stated[0]:
        raise RequestError("'host' and a Host header are both given, and differ")
    return stated[0], tuple(pair for pair in headers if ascii_lower(pair[0]) != "host")


def _header_lines(given: object) -> Iterator[tuple[str, str]]:
    if isinstance(given, dict):
        pairs = list(cast("dict[object, object]", given).items())
    elif isinstance(given, list):
        pairs = [_pair(pair) for pair in cast("list[object]", given)]
    else:
        raise RequestError(f"'headers' must be an object or an array of pairs, not {_kind(given)}")
    for name, value in pairs:
        if not isinstance(name, str):
            raise RequestError(f"'headers': a name must be a string, not {_kind(name)}")
        values = cast("list[object]", value) if isinstance(value, list) else [value]
        for line in values:
            if not isinstance(line, str):
                raise RequestError(f"'headers': the value of {_brief(name)} must be a string, not {_kind(line)}")
            yield name, line


def _pair(pair: object) -> tuple[object, object]:
    if not isinstance(pair, list):
        raise RequestError(f"'headers': each item must be an array of name and value, not {_kind(pair)}")
    items = cast("list[object]", pair)
    if len(items) != 2:
        raise RequestError(f"'headers': each item must be an array of name and value, not of {len(items)} items")
    return items[0], items[1]


def _context(parts: Object) -> RequestContext | None:
    """Read what the proxy knows about the request beyond its text."""
    given = parts.get("context")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise RequestError(f"'context' must be an object, not {_kind(given)}")
    try:
        return context_of(cast("object", given))
    except RequestError as error:
        raise RequestError(f"'context': {error}") from None


def _text(parts: Object, key: str) -> str | None:
    value = parts.get(key)
    if value is not None and not isinstance(value, str):
        raise RequestError(f"{key!r} must be a string, not {_kind(value)}")
    return value


def _whole(parts: Object, key: str) -> int | None:
    value = parts.get(key)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise RequestError(f"{key!r} must be a whole number, not {_kind(value)}")
    return value


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return f"the number {_SHORT.repr(value)}"
        case str():
            return "a string"
        case list():
            return "an array"
        case _:
            return "an object"


def _brief(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")

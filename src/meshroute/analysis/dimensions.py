"""The dimensions of a request: independent parts, each of which is a text here, and its domain a regular language.

What is asked of a request is asked of these parts. They are independent as far as matters: any combination of words is
the words of a request, or of none; to take one that is none for possible can make an answer *unknown*, never wrong,
since every witness is replayed. What has no dimension of its own is a criterion that is true or false by itself.
"""

from __future__ import annotations

from typing import Final, NamedTuple, cast

from meshroute.analysis.memory import remembered
from meshroute.analysis.texts import any_line, one_line
from meshroute.model.context import RequestContext
from meshroute.model.cookies import cookie_value
from meshroute.model.criteria import Criterion
from meshroute.model.request import Request, listener_port
from meshroute.patterns import SEPARATOR, TEXT, Language

CHANCES: Final = 10**6
"""Every denominator of a fraction divides this: of a random value, only the remainder matters."""


class Dimension(NamedTuple):
    """One part of a request.

    Args:
        kind: What it is, such as ``header``.
        name: Which of them, such as the header's name; for ``whether`` the criterion.
    """

    kind: str
    name: object = ""


PATH: Final = Dimension("path")
METHOD: Final = Dimension("method")
HOST: Final = Dimension("host")
SCHEME: Final = Dimension("scheme")
PORT: Final = Dimension("port")
PROTOCOL: Final = Dimension("protocol")
SERVER_NAME: Final = Dimension("server name")
NAME_OR_HOST: Final = Dimension("server name", "or host")
"""The server name; of a request that states none, the host."""
NAMESPACE: Final = Dimension("client namespace")
CHANCE: Final = Dimension("chance")
CERTIFICATE: Final = Dimension("certificate")

ABSENT: Final = Language.text("")
"""The word of a header, parameter or host that is not there. What is there has a separator before each line."""
HEADER: Final = any_line(TEXT) | ABSENT
"""Any lines of a header."""
PRESENT: Final = HEADER - ABSENT
"""At least one line of a header."""
PATHS: Final = Language.of("[^?#]*") | Language.text("?")
"""Paths end before ``?`` and ``#``. The word of an empty path is ``?`` if the target is not empty."""

_ANY_TEXT: Final = one_line(TEXT) | ABSENT
_DOMAINS: Final = {
    "path": PATHS,
    "method": TEXT,
    "host": _ANY_TEXT,
    "scheme": TEXT,
    "port": Language.of("[0-9]|[1-9][0-9]{1,3}|[1-5][0-9]{4}|6([0-4][0-9]{3}|5([0-4][0-9]{2}|5([0-2][0-9]|3[0-5])))"),
    "protocol": Language.of("http|http2|grpc|tcp|tls|udp"),
    "server name": TEXT,
    "client namespace": _ANY_TEXT,
    "chance": Language.of(r"[\x00-\x63]{3}"),
    "certificate": Language.of("[01]{2}"),
    "header": HEADER,
    "query": one_line(Language.of("[^&]*")) | ABSENT,
    "cookie": one_line(Language.of("[^;]*")) | ABSENT,
    "state": _ANY_TEXT,
    "whether": Language.of("[01]"),
}


@remembered
def domain(dimension: Dimension) -> Language:
    """Return all words of a dimension.

    Args:
        dimension: The dimension.

    Returns:
        The language; of what no request can have, only that it is absent.

    >>> domain(Dimension("query", "a&b")) == ABSENT
    True
    """
    kind, name = dimension
    found = _DOMAINS[kind]
    if kind == "query" and not set("&=").isdisjoint(str(name)):
        return ABSENT
    if kind == "cookie" and (not set(";=").isdisjoint(str(name)) or str(name).startswith(" ")):
        return ABSENT
    return found


def word(dimension: Dimension, request: Request) -> str:
    """Return the word that a request has in a dimension.

    Args:
        dimension: The dimension.
        request: The request, as a table sees it. A random value that it does not have is the last, which no fraction
            takes.

    Returns:
        The word.

    >>> word(Dimension("header", "a"), Request("GET", "/", {"a": "1"})) == SEPARATOR + "1"
    True
    """
    match dimension.kind:
        case "path":
            return request.path or (request.target[:1] and "?")
        case "method":
            return request.method
        case "scheme":
            return request.scheme
        case "port":
            return str(listener_port(request))
        case "protocol":
            return request.protocol
        case "server name":
            stated = request.sni
            return (request.host() or "" if dimension == NAME_OR_HOST else "") if stated is None else stated
        case "chance":
            return chance_word(CHANCES - 1 if request.random_value is None else request.random_value)
        case _:
            return _rarely(dimension, request)


def _rarely(dimension: Dimension, request: Request) -> str:
    name = dimension.name
    match dimension.kind:
        case "host":
            return _optional(request.authority)
        case "client namespace":
            return _optional(request.client_namespace)
        case "query":
            return _optional(request.query_value(str(name)))
        case "cookie":
            return _optional(cookie_value(request.headers.lines("cookie"), str(name)))
        case "header":
            return "".join(f"{SEPARATOR}{line}" for line in request.headers.lines(str(name)))
        case "certificate":
            context = request.context or RequestContext()
            return f"{context.certificate_presented:d}{context.certificate_validated:d}"
        case "state":
            context = request.context or RequestContext()
            value = context.filter_state.get(str(name))
            return _optional(value if isinstance(value, str) else None)
        case _:
            return "1" if cast("Criterion", name).accepts(request) else "0"


def _optional(value: str | None) -> str:
    return "" if value is None else f"{SEPARATOR}{value}"


def chance_word(value: int) -> str:
    """Write what of a random value matters: its remainder, as three digits to the base 100.

    Args:
        value: The random value.

    Returns:
        Three symbols, the largest digit first.

    >>> [ord(symbol) for symbol in chance_word(2_345_678)]
    [34, 56, 78]
    """
    rest = value % CHANCES
    return chr(rest // 10_000) + chr(rest // 100 % 100) + chr(rest % 100)


def chance_value(text: str) -> int:
    """Read such a word.

    Args:
        text: The word.

    Returns:
        The least random value that has it.

    >>> chance_value(chance_word(345_678))
    345678
    """
    first, second, third = map(ord, text)
    return first * 10_000 + second * 100 + third


@remembered
def below_chance(numerator: int, denominator: int) -> Language | None:
    """Return the words of the random values that a fraction takes.

    Args:
        numerator: How many of `denominator`.
        denominator: Of how many.

    Returns:
        The language, or None where the denominator is none that documents can have.

    >>> below_chance(50, 100).accepts(chance_word(149)), below_chance(1, 7)
    (True, None)
    """
    digits = {100: 1, 10_000: 2, 1_000_000: 3}.get(denominator)
    if digits is None:
        return None
    limit = chance_word(numerator)

    def moves(state: tuple[int, int]) -> list[tuple[int, tuple[int, int]]]:
        place, order = state
        if place == 3:
            return []
        every = (1 << 100) - 1
        if order or place < 3 - digits:
            return [(every, (place + 1, order))]
        own = ord(limit[place])
        less = (1 << own) - 1
        return [
            (less, (place + 1, -1)),
            (1 << own, (place + 1, 0)),
            (every & ~less & ~(1 << own), (place + 1, 1)),
        ]

    return Language.build((0, 0), moves, lambda state: state == (3, -1))

"""Requests that stand for a box: plain words, short paths, few headers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from meshroute.analysis.boxes import Box
from meshroute.analysis.dimensions import (
    CERTIFICATE,
    CHANCE,
    HOST,
    METHOD,
    NAME_OR_HOST,
    NAMESPACE,
    PATH,
    PORT,
    PROTOCOL,
    SCHEME,
    SERVER_NAME,
    Dimension,
    chance_value,
    chance_word,
    domain,
)
from meshroute.analysis.texts import one_line, passing, sent_as
from meshroute.model.criteria import HeaderMatch
from meshroute.model.request import Request
from meshroute.patterns import NOTHING, SEPARATOR, TEXT, Language
from meshroute.text import unwire

_PREFERRED: Final[Mapping[str, tuple[str, ...]]] = {
    "method": ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"),
    "scheme": ("http", "https"),
    "protocol": ("http", "http2", "grpc"),
    "host": (f"{SEPARATOR}example.com", f"{SEPARATOR}www.example.com"),
    "header": ("",),
    "query": ("",),
    "cookie": ("",),
    "state": ("",),
    "client namespace": ("",),
    "port": ("80", "443", "8080"),
    "path": ("/",),
    "chance": (chance_word(0),),
    "whether": ("0",),
    "certificate": ("00",),
}
"""Words that are good to read, and tried first."""


_NAME: Final = Language.of("[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[1-9][0-9]{0,3})?")
_VALUE: Final = Language.of("[!-~]([ -~]*[!-~])?")
_USUAL: Final = {
    "method": Language.of("[A-Z]+"),
    "path": Language.of("/[!-~]*"),
    "host": one_line(_NAME),
    "server name": _NAME,
    "header": one_line(_VALUE),
    "query": one_line(Language.of("[!-~]+")),
}
"""What clients send, and every proxy takes: tried before anything else that a language allows."""

_CONTENT_TYPE: Final = Dimension("header", "content-type")


def readable_word(dimension: Dimension, language: Language) -> str:
    """Choose a word.

    Args:
        dimension: The dimension.
        language: What may be chosen; it is not empty.

    Returns:
        The word.

    >>> readable_word(METHOD, Language.of("[A-Z]+"))
    'GET'
    """
    for text in _PREFERRED.get(dimension.kind, ()):
        if language.accepts(text):
            return text
    return usual_words(dimension, language).readable() or ""


def usual_words(dimension: Dimension, language: Language) -> Language:
    """Return the words that clients send, and every proxy takes.

    Args:
        dimension: The dimension.
        language: What may be chosen.

    Returns:
        Those of them; where there are none, all that may be chosen.

    >>> usual_words(METHOD, Language.of("[a-z]+|PUT")).readable()
    'PUT'
    """
    usual = _USUAL.get(dimension.kind)
    likely = NOTHING if usual is None else language & usual
    return language if likely.is_empty else likely


def request_in(box: Box, chosen: Mapping[Dimension, str] | None = None) -> Request:
    """Build a request that lies in a box, as far as one can: what is true or false by itself cannot be chosen.

    Args:
        box: The box.
        chosen: Words that are chosen already, of the box or of other dimensions.

    Returns:
        The request, as a client sends it.

    >>> request_in({METHOD: Language.text("PUT"), Dimension("query", "a"): Language.text(f"{SEPARATOR}1")}).url
    '/?a=1'
    """
    words = dict(chosen or {})
    for dimension, language in box.items():
        if dimension not in words:
            words[dimension] = readable_word(dimension, language)
    path = words.get(PATH, "/")
    parts: dict[str, Any] = {"authority": _optional(words.get(HOST)), "headers": _headers(words)}
    if SCHEME in words:
        parts["scheme"] = words[SCHEME]
    if PORT in words:
        parts["port"] = int(words[PORT])
    if PROTOCOL in words:
        parts["protocol"] = words[PROTOCOL]
    if SERVER_NAME in words or NAME_OR_HOST in words:
        parts["sni"] = words.get(NAME_OR_HOST, words.get(SERVER_NAME))
    if NAMESPACE in words:
        parts["client_namespace"] = _optional(words[NAMESPACE])
    if CHANCE in words:
        parts["random_value"] = chance_value(words[CHANCE])
    parts["context"] = _context(words)
    query = "&".join(
        f"{dimension.name}={word[1:]}" for dimension, word in words.items() if dimension.kind == "query" and word
    )
    target = "" if path == "?" else sent_as(path)
    if query or path == "?":
        target = f"{target}?{query}"
    target = _whole_target(box) or target
    usual = "POST" if words.get(_CONTENT_TYPE, "").startswith(f"{SEPARATOR}application/grpc") else "GET"
    # a path with "://" in it would be read as a URL; `replace` takes a target as it is
    return Request.from_parts(words.get(METHOD, usual), "/", **parts).replace(target=target)


def is_impossible(box: Box) -> bool:
    """Tell whether no request lies in a box, because of criteria that look at path and query together.

    Args:
        box: The box.

    Returns:
        True if no target fits; False says nothing.

    >>> is_impossible({PATH: Language.text("/a")})
    False
    """
    asked = _asked_of_target(box)
    return bool(asked) and all(targets.is_empty for targets in _targets(box, asked, "?#"))


def _whole_target(box: Box) -> str | None:
    """Choose a target where criteria look at all of it: without a query, if that is possible."""
    asked = _asked_of_target(box)
    found = _targets(box, asked, "?") if asked else ()
    return next((targets.readable() for targets in found if not targets.is_empty), None)


def _asked_of_target(box: Box) -> dict[HeaderMatch, bool]:
    """Return the criteria on path and query together, and whether they must accept."""
    return {
        criterion: language.accepts("1")
        for dimension, language in box.items()
        if isinstance(criterion := dimension.name, HeaderMatch) and criterion.name == ":path"
    }


def _targets(box: Box, asked: Mapping[HeaderMatch, bool], marks: str) -> Iterator[Language]:
    """Go through the targets that fit: those that are all path, and those that go on after one of some marks."""
    words = box.get(PATH, domain(PATH))
    paths = words - Language.text("?")
    longer = paths | Language.text("") if words.accepts("?") else paths - Language.text("")
    for targets in (paths, _going_on(longer, marks)):
        for criterion, wanted in asked.items():
            accepted = _accepted(criterion)
            targets &= accepted if wanted else TEXT - accepted  # noqa: PLW2901 - what is left of them
        yield targets


def _accepted(criterion: HeaderMatch) -> Language:
    """Return the targets that a criterion on all of it accepts; an empty one is a missing header."""
    texts = passing(criterion.test) or TEXT
    accepted = TEXT - texts if criterion.invert else texts
    return accepted if criterion.missing_as_empty else accepted - Language.text("")


def _going_on(paths: Language, marks: str) -> Language:
    """Return the targets whose path is a member, and that go on: a path ends at the first mark."""
    end, mark = len(paths.rows), sum(1 << ord(one) for one in marks)

    def moves(state: int) -> list[tuple[int, int]]:
        if state == end:
            return [(TEXT.rows[0][0][0], end)]
        return [*paths.rows[state], *([(mark, end)] if paths.ends(state) else [])]

    return Language.build(0, moves, end.__eq__)


def _optional(word: str | None) -> str | None:
    return word[1:] if word else None


def _headers(words: Mapping[Dimension, str]) -> tuple[tuple[str, str], ...]:
    lines = [
        (str(dimension.name), line)
        for dimension, word in words.items()
        if dimension.kind == "header" and word
        for line in word[1:].split(SEPARATOR)
    ]
    cookies = "; ".join(
        f"{dimension.name}={_cookie(word[1:])}"
        for dimension, word in words.items()
        if dimension.kind == "cookie" and word
    )
    return (*lines, ("cookie", cookies)) if cookies else tuple(lines)


def _cookie(value: str) -> str:
    """Write the value of a cookie so that it is read as it is: one pair of quotes is taken off."""
    quoted = len(value) > 1 and value.startswith('"') and value.endswith('"')
    return f'"{value}"' if quoted else value


def _context(words: Mapping[Dimension, str]) -> object:
    from meshroute.model.context import RequestContext  # noqa: PLC0415 - few tables look at it

    states = {
        unwire(str(dimension.name)): unwire(word[1:])
        for dimension, word in words.items()
        if dimension.kind == "state" and word
    }
    bits = words.get(CERTIFICATE, "00")
    if not states and bits == "00":
        return None
    return RequestContext(bits[0] == "1", bits[1] == "1", filter_state=states)

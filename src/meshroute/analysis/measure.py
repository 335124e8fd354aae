"""How large a region is, and what it is, in a few words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from meshroute.analysis.boxes import Box
from meshroute.analysis.dimensions import CHANCE, METHOD, PATH, PORT, SCHEME, Dimension, domain
from meshroute.analysis.memory import remembered
from meshroute.analysis.texts import one_line, quoted
from meshroute.patterns import SEPARATOR, TEXT, Language

_LONGEST: Final = 64
_METHODS: Final = (
    ("GET", 0.6),
    ("POST", 0.2),
    ("PUT", 0.08),
    ("DELETE", 0.05),
    ("PATCH", 0.04),
    ("HEAD", 0.02),
    ("OPTIONS", 0.01),
)
_PRESENT: Final = 0.1
_GUESS: Final = 0.1
_STOPS: Final = 0.12
_BYTES: Final = tuple(
    (symbols, share / len(symbols))
    for symbols, share in (
        ("abcdefghijklmnopqrstuvwxyz", 0.6),
        ("/", 0.2),
        ("0123456789", 0.1),
        ("-_.~%", 0.05),
        ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 0.04),
        ("!$&'()*+,;=:@", 0.01),
    )
)
_EVERY_PATH: Final = Language.prefix("/") | Language.of("[?]?")  # a prefix of no segments takes the empty path too
_CHANCES: Final = 10**6
_OPTIONAL: Final = frozenset({"header", "query", "cookie", "state", "client namespace"})


def share(box: Box) -> float:
    """Estimate how many of all requests lie in a box.

    The estimate is that of a simple client: most requests are GET, a header or parameter is there in one of ten, texts
    are random letters, shorter ones more likely. It is for putting regions in order, and no more.

    Args:
        box: The box.

    Returns:
        A number from 0 to 1.

    >>> share({METHOD: Language.text("GET")})
    0.6
    """
    found = 1.0
    for dimension, language in box.items():
        found *= _share(dimension, language)
    return found


@remembered
def _share(dimension: Dimension, language: Language) -> float:
    if dimension == METHOD:
        return sum(part for name, part in _METHODS if language.accepts(name)) or 0.001
    if dimension == SCHEME:
        return 0.5 * (language.accepts("http") + language.accepts("https")) or 0.001
    if dimension == CHANCE:
        return _count(language) / _CHANCES
    if dimension.kind in _OPTIONAL:
        absent = 1 - _PRESENT if language.accepts("") else 0.0
        return absent + _PRESENT * _guessed(language.after(SEPARATOR))
    if dimension == PATH:
        return _guessed(language)
    if dimension.kind == "host":
        return _guessed(language.after(SEPARATOR))
    return 0.5 if dimension.kind in {"whether", "protocol", "certificate", PORT.kind} else _likely(language) or 0.001


def _guessed(language: Language) -> float:
    """Return how likely a text is a member that somebody chose: one of ten for each word that it must start with."""
    start = language.literal_prefix()
    return _GUESS ** len([word for word in start.split("/") if word]) * _likely(language.after(start))


def _likely(language: Language) -> float:
    """Return how likely a random text is a member."""
    states = {0: 1.0}
    found = 0.0
    for _ in range(_LONGEST):
        following: dict[int, float] = {}
        for state, weight in states.items():
            if language.ends(state):
                found += weight * _STOPS
            for mask, target in language.rows[state]:
                following[target] = following.get(target, 0.0) + weight * (1 - _STOPS) * _weight(mask)
        states = following
    return found


@remembered
def _weight(mask: int) -> float:
    return sum(each for symbols, each in _BYTES for symbol in symbols if mask >> ord(symbol) & 1)


def _count(language: Language) -> int:
    """Count the members of a language of texts of three symbols."""
    states = {0: 1}
    for _ in range(3):
        following: dict[int, int] = {}
        for state, count in states.items():
            for mask, target in language.rows[state]:
                following[target] = following.get(target, 0) + count * mask.bit_count()
        states = following
    return sum(count for state, count in states.items() if language.ends(state))


def described(box: Box, whole: Callable[[Dimension], Language] = domain) -> str:
    """Say what a region is.

    Args:
        box: The region.
        whole: What there is in each dimension.

    Returns:
        Conditions, joined by "and".

    >>> described({PATH: domain(PATH) & Language.prefix("/a"), METHOD: Language.text("PUT")})
    "path starts with '/a' and method is PUT"
    """
    order = sorted(box.items(), key=lambda pair: (pair[0].kind != "path", pair[0].kind, str(pair[0].name)))
    found = (_described(dimension, language, whole(dimension)) for dimension, language in order)
    return " and ".join(one for one in found if one) or "all requests"


def _described(dimension: Dimension, language: Language, whole: Language) -> str:
    if language == whole or (dimension == PATH and whole & _EVERY_PATH == language):
        return ""
    name = dimension.kind if dimension.name == "" else f"{dimension.kind} {dimension.name!r}"
    if dimension.kind == "whether":
        return f"{'' if language.accepts('1') else 'not '}{dimension.name!r}"
    if dimension == CHANCE:
        return f"{_count(language) / _CHANCES:.2%} of the random values"
    if dimension.kind in {*_OPTIONAL, "host"}:
        return f"{name} {_optional(language, whole)}"
    return f"{name} {_in_words(language, whole)}"


def _optional(language: Language, whole: Language) -> str:
    """Describe what may be missing; of lines of a header, what it is if there is just one."""
    absent, single = Language.text(""), one_line(TEXT)
    if language == absent:
        return "is missing"
    if language == whole - absent:
        return "is present"
    own, every = (one & single for one in (language, whole))
    if own.is_empty:
        return "has several lines"
    values, all_values = own.after(SEPARATOR), every.after(SEPARATOR)
    if not language.accepts(""):
        return _in_words(values, all_values)
    others = _nice(all_values - values, all_values)
    return f"not ({others})" if others else f"is missing or {_in_words(values, all_values)}"


def _in_words(language: Language, whole: Language) -> str:
    """Describe a language, as shortly as can be."""
    words = _nice(language, whole)
    if words is not None:
        return words
    others = _nice(whole - language, whole)
    if others is not None:
        return f"not ({others})"
    start, example = language.literal_prefix(), language.readable()
    return f"starts with {start!r}, such as {example!r}" if start else f"is such as {example!r}"


def _nice(language: Language, whole: Language) -> str | None:
    """Describe a language exactly, if a few words do."""
    members = language.members(4)
    if members is not None:
        return f"is {' or '.join(map(_text, members))}" if members else "is nothing at all"
    if language == whole:
        return "is anything"
    start = language.literal_prefix()
    shortest = language.shortest() or ""
    sets = (
        (f"starts with {start!r}", Language.prefix(start)),
        (f"starts with the segments {start!r}", Language.text(start) | Language.prefix(f"{start}/")),
        (f"starts with {start!r} and goes on", Language.prefix(start) - Language.text(start)),
        (f"ends with {shortest!r}", Language.of(f"(?s).*{quoted(shortest)}")),
        (f"contains {shortest!r}", Language.of(f"(?s).*{quoted(shortest)}.*")),
    )
    return next((words for words, candidate in sets if language == candidate & whole), None)


def _text(word: str) -> str:
    return word if word.isalnum() else repr(word)

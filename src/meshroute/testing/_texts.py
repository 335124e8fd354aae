"""Texts to draw from, chosen to be near each other and odd where matching could go wrong."""

from __future__ import annotations

from random import Random
from typing import Final

from meshroute.model.criteria import (
    IntRange,
    Present,
    TextContains,
    TextExact,
    TextPrefix,
    TextRegex,
    TextSuffix,
    TextTest,
)
from meshroute.patterns import Alternate, Chars, Concat, Group, Node, Pattern, Repeat

SEGMENTS: Final = ("a", "b", "ab", "A", "a", "b", "c", "É", "é", "%41", "%2f", "..", ".", ";x", "*", "", "v1", "x.json")
ODD_PATHS: Final = ("", "*", "/", "//", "a", "/a\0", "/a\r\nb", "/%", "/%zz", "/a//b", "/a/./b", "/%00", "/a b", "/\\a")
ODD_TARGETS: Final = (
    "http://a.example/a",
    "HTTP://É/a?x=1",
    "x://",
    "://",
    "/a#x?y",
    "?x=1",
    "#",
    "a://b://c",
    "/?&&=",
)
METHODS: Final = ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "get", "É", "")
NAMES: Final = ("x", "y", "X-Id", "accept", ":path", ":method", ":authority", "host", "content-type", "É")
QUERY_NAMES: Final = ("x", "y", "X", "", "%78")
VALUES: Final = ("1", "2", "x", "xy", "X", "", "É", "é", "1,2", " 5 ", "+5", "-1", "a b", "\0", "%31", "x,x")
HOSTS: Final = (
    "a.example",
    "b.a.example",
    "www.a.example",
    "A.example",
    "example",
    "a.example:80",
    "[::1]:80",
    "É",
    "",
)
DOMAINS: Final = (
    ".example",
    ".a.example",
    "a.example",
    "example",
    "www.",
    "a.",
    "",
    "é",
    "a.example:80",
    "www.a.example",
)
SCHEMES: Final = ("http", "https", "HTTP", "")
PORTS: Final = (80, 443, 8080)
PROTOCOLS: Final = ("http", "http", "http", "http2", "grpc", "tcp", "tls", "udp")

PATH_PATTERNS: Final = (
    "/a.*",
    "/(?P<x>[^/]+)/b",
    "/a/[0-9]+",
    "(?i)/a/b",
    ".*",
    "/a(/b)*",
    "",
    "/(a|ab)(b|)",
    "/É",
    "/v1/.*|/v2/.*",
    "(?s)/.*a",
)
VALUE_PATTERNS: Final = ("x+", "[0-9]*", "(?i)x.*", "", "1|2", ".*y", "É?x")
_LONGEST: Final = 200


def chance(rng: Random, out_of: int) -> bool:
    """Say yes once in so many times."""
    return rng.randrange(out_of) == out_of - 1


def draw_path(rng: Random) -> str:
    """Draw a path, odd ones among them."""
    if chance(rng, 12):
        return rng.choice(ODD_PATHS)
    return "/" + "/".join(rng.choice(SEGMENTS) for _ in range(rng.randrange(4)))


def draw_test(rng: Random) -> TextTest:
    """Draw a test on one text."""
    value, ignore_case = rng.choice(VALUES), chance(rng, 3)
    match rng.randrange(9):
        case 0:
            return Present()
        case 1:
            return TextPrefix(value, ignore_case=ignore_case)
        case 2:
            return TextSuffix(value, ignore_case=ignore_case)
        case 3:
            return TextContains(value, ignore_case=ignore_case)
        case 4:
            return TextRegex(rng.choice(VALUE_PATTERNS))
        case 5:
            start = rng.randrange(-2, 6)
            return IntRange(start, start + rng.randrange(4))
        case _:
            return TextExact(value, ignore_case=ignore_case)


def sample_of_test(rng: Random, test: TextTest) -> str:
    """Make a text that passes a test, where that is easy."""
    match test:
        case TextExact(value=value):
            return value
        case TextPrefix(value=value):
            return value + rng.choice(VALUES)
        case TextSuffix(value=value):
            return rng.choice(VALUES) + value
        case TextContains(value=value):
            return rng.choice(VALUES) + value + rng.choice(VALUES)
        case TextRegex(pattern=pattern):
            return sample_of_pattern(rng, pattern)
        case IntRange(start=start, end=end):
            return str(rng.choice((start, end - 1, end, start - 1)))
        case _:
            return rng.choice(VALUES)


def sample_of_pattern(rng: Random, pattern: Pattern) -> str:
    """Make a text that matches a pattern, unless an assertion in it says otherwise."""
    found: list[str] = []
    todo: list[Node] = [pattern.tree]
    while todo and len(found) < _LONGEST:
        match todo.pop():
            case Chars(mask=mask):
                usual = [code for code in range(33, 127) if mask >> code & 1]
                found.append(chr(rng.choice(usual) if usual else max(mask.bit_length() - 1, 0)))
            case Concat(items=items):
                todo.extend(reversed(items))
            case Alternate(items=items):
                todo.append(rng.choice(items))
            case Repeat(item=item, low=low, high=high):
                count = low + rng.randrange(3)
                todo.extend([item] * min(count if high is None else min(count, high), _LONGEST))
            case Group(item=item):
                todo.append(item)
            case _:
                pass
    return "".join(found)


def vary(rng: Random, text: str) -> str:
    """Make a text at the boundary of another: itself, one character off, in other case, longer, shorter, or empty."""
    at = rng.randrange(len(text)) if text else 0
    match rng.randrange(8):
        case 0:
            return text
        case 1:
            return text[:at] + rng.choice("axA/É.,") + text[at + 1 :]
        case 2:
            return other_case(text)
        case 3:
            return text + rng.choice("ax/É.,?")
        case 4:
            return text[:-1]
        case 5:
            return text[:at] + text[at + 1 :]
        case 6:
            return text[:at] + rng.choice("a/xÉ%") + text[at:]
        case _:
            return ""


def other_case(text: str) -> str:
    """Exchange upper and lower case of all letters of Latin-1, those that must not fold too."""
    return "".join(other if len(other := one.swapcase()) == 1 and other <= "\xff" else one for one in text)


def wire_only(text: str) -> str:
    """Keep wire text as it is, and make any other text wire text."""
    return text.encode("latin-1", "replace").decode("latin-1")

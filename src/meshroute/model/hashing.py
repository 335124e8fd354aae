"""Hashes of requests: XXH64, and the policies that say what is hashed (envoy.md §3)."""

from __future__ import annotations

from typing import Final, Protocol

from attrs import frozen

from meshroute.model.cookies import cookie_value
from meshroute.model.request import Request
from meshroute.patterns import Pattern

# The constants of XXH64 (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md)
_P1: Final = 0x9E3779B185EBCA87
_P2: Final = 0xC2B2AE3D27D4EB4F
_P3: Final = 0x165667B19E3779F9
_P4: Final = 0x85EBCA77C2B2AE63
_P5: Final = 0x27D4EB2F165667C5
_MASK: Final = 2**64 - 1
_STRIPE: Final = 32


def _rotate(value: int, bits: int) -> int:
    return (value << bits | value >> 64 - bits) & _MASK


def _round(lane: int, word: int) -> int:
    return _rotate(lane + word * _P2 & _MASK, 31) * _P1 & _MASK


def _word(data: bytes, at: int, size: int = 8) -> int:
    return int.from_bytes(data[at : at + size], "little")


def _stripes(data: bytes, seed: int) -> int:
    """Hash the whole stripes of a long text: four lanes, each of which takes every fourth word."""
    lanes = [seed + _P1 + _P2 & _MASK, seed + _P2 & _MASK, seed, seed - _P1 & _MASK]
    for start in range(0, len(data) - _STRIPE + 1, _STRIPE):
        lanes = [_round(lane, _word(data, start + 8 * place)) for place, lane in enumerate(lanes)]
    value = sum(_rotate(lane, bits) for lane, bits in zip(lanes, (1, 7, 12, 18), strict=True)) & _MASK
    for lane in lanes:
        value = (value ^ _round(0, lane)) * _P1 + _P4 & _MASK
    return value


def xxh64(data: bytes, seed: int = 0) -> int:
    """Hash some bytes by XXH64.

    Args:
        data: The bytes.
        seed: The seed.

    Returns:
        64 bits.

    >>> hex(xxh64(b"")), hex(xxh64(b"abc"))
    ('0xef46db3751d8e999', '0x44bc2cf5ad770999')
    """
    value = _stripes(data, seed) if len(data) >= _STRIPE else seed + _P5 & _MASK
    value = value + len(data) & _MASK
    at = len(data) // _STRIPE * _STRIPE
    while at + 8 <= len(data):
        value = _rotate(value ^ _round(0, _word(data, at)), 27) * _P1 + _P4 & _MASK
        at += 8
    if at + 4 <= len(data):
        value = _rotate(value ^ _word(data, at, 4) * _P1 & _MASK, 23) * _P2 + _P3 & _MASK
        at += 4
    for byte in data[at:]:
        value = _rotate(value ^ byte * _P5 & _MASK, 11) * _P1 & _MASK
    value = (value ^ value >> 33) * _P2 & _MASK
    value = (value ^ value >> 29) * _P3 & _MASK
    return value ^ value >> 32


class HashPart(Protocol):
    """Hashes one part of a request."""

    def value(self, request: Request, /) -> int | None:
        """Return the hash, or None where the request does not have the part."""
        ...


@frozen
class HashHeader:
    """Hash the lines of a header: sorted, each with the hash of the one before as its seed.

    Args:
        name: The header's name, in lower case.
        rewrite: A pattern and what replaces its matches in each line first.

    >>> one, two = (Request("GET", "/", headers={"a": lines}) for lines in (["1", "2"], ["2", "1"]))
    >>> HashHeader("a").value(one) == HashHeader("a").value(two)
    True
    """

    name: str
    rewrite: tuple[Pattern, str] | None = None

    def value(self, request: Request, /) -> int | None:
        """Return the hash of the lines."""
        lines = request.header_lines(self.name)
        if not lines:
            return None
        if self.rewrite is not None:
            pattern, substitution = self.rewrite
            lines = tuple([line if (new := pattern.replace(line, substitution)) is None else new for line in lines])
        value = 0
        for line in sorted(lines):
            value = xxh64(line.encode("latin-1"), value)
        return value


@frozen
class HashQuery:
    """Hash the first value of a query parameter.

    Args:
        name: The parameter's name.
    """

    name: str

    def value(self, request: Request, /) -> int | None:
        """Return the hash of the raw value."""
        value = request.query_value(self.name)
        return None if value is None else xxh64(value.encode("latin-1"))


@frozen
class HashCookie:
    """Hash the value of a cookie; an empty one counts as missing.

    Args:
        name: The cookie's name.
    """

    name: str

    def value(self, request: Request, /) -> int | None:
        """Return the hash of the value."""
        value = cookie_value(request.headers.lines("cookie"), self.name)
        return xxh64(value.encode("latin-1")) if value else None


@frozen
class HashUnknown:
    """Something that is not known before the request is sent, such as the address of the client.

    Args:
        what: What it is.
    """

    what: str

    def value(self, request: Request, /) -> int | None:  # noqa: ARG002 - it is not known
        """Return None."""
        return None


@frozen
class HashPolicy:
    """Combine the hashes of several parts.

    Args:
        parts: The parts in order, each with whether the ones after it are skipped once there is a hash.

    >>> policy = HashPolicy(((HashHeader("a"), False), (HashQuery("q"), False)))
    >>> policy.hash(Request("GET", "/?q=1")) == xxh64(b"1"), policy.hash(Request("GET", "/"))
    (True, None)
    """

    parts: tuple[tuple[HashPart, bool], ...]

    def hash(self, request: Request, /) -> int | None:
        """Return the hash of a request, or None where it has none of the parts.

        Args:
            request: The request.

        Returns:
            64 bits.
        """
        combined: int | None = None
        for part, terminal in self.parts:
            value = part.value(request)
            if value is not None:
                combined = value if combined is None else _rotate(combined, 1) ^ value
            if terminal and combined is not None:
                break
        return combined

r"""What a pattern is made of: bytes, as Envoy has RE2 read them since 1.39, or characters of Unicode in UTF-8."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from attrs import frozen

from meshroute.patterns._classes import CATEGORIES, UNICODE_CLASSES
from meshroute.patterns._tree import byte_range, fold_case

_CACHED: Final = 64


@frozen(eq=False)
class Alphabet:
    r"""The characters that a pattern is about; a set of them is a mask.

    Args:
        size: How many there are.
        named: The class of a name after ``\p``, or None where RE2 has none.
        folded: Adds the other cases of the letters in a class.
    """

    size: int
    named: Callable[[str], int | None]
    folded: Callable[[int], int]

    @property
    def all(self) -> int:
        """The class of all characters."""
        return (1 << self.size) - 1


@lru_cache(1)
def _unicode() -> Any:  # noqa: ANN401 - what JSON holds has no type
    """Load what ``scripts/unicode-classes`` has read off google-re2."""
    import json  # noqa: PLC0415 - few patterns name a class of Unicode
    from importlib.resources import files  # noqa: PLC0415 - it takes a tenth of the import of everything else

    return json.loads(files("meshroute.patterns").joinpath("unicode.json").read_text("utf-8"))


@lru_cache(_CACHED)
def unicode_class(name: str) -> int | None:
    """Return a class of Unicode.

    Args:
        name: A general category or a script.

    Returns:
        A mask of code points, or None where RE2 has no such class.

    >>> unicode_class("Zl") == 1 << 0x2028
    True
    """
    if name == "Any":
        return UNICODE.all
    numbers: list[int] | None = _unicode()["classes"].get(name)
    if numbers is not None:
        mask = at = 0
        for gap, length in zip(numbers[::2], numbers[1::2], strict=True):
            at += gap + length
            mask |= byte_range(at - length, at - 1)
        return mask
    if name not in CATEGORIES:
        return None
    mask = 0
    for one in _unicode()["classes"]:
        if len(one) == 2 and one.startswith(name):
            mask |= unicode_class(one) or 0
    return mask


@lru_cache(1)
def _cases() -> tuple[int, ...]:
    return tuple(sum(1 << ord(character) for character in letters) for letters in _unicode()["cases"])


@lru_cache(_CACHED)
def fold_unicode(mask: int) -> int:
    r"""Add the other cases of every letter.

    Args:
        mask: A set of code points.

    Returns:
        The folded set.

    >>> fold_unicode(1 << ord("k")) == 1 << ord("k") | 1 << ord("K") | 1 << 0x212A
    True
    """
    added = 0
    for letters in _cases():
        if mask & letters:
            added |= letters
    return mask | added


LATIN1: Final = Alphabet(256, UNICODE_CLASSES.get, fold_case)
UNICODE: Final = Alphabet(0x110000, unicode_class, fold_unicode)

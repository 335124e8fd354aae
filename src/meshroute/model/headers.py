"""Headers: an ordered multi-map with case-insensitive names.

Names are compared without regard to ASCII case (RFC 9110 §5.1); a name may occur on several lines, whose order is kept
(RFC 9110 §5.3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Self, TypeAlias, cast

from meshroute.errors import RequestError
from meshroute.text import ascii_lower

Lines: TypeAlias = "tuple[tuple[str, str], ...]"
"""Pairs of name and value, in wire text."""

_new = object.__new__
FEW: Final = 8
"""So many lines are searched one after another for a value, as often as once or twice, before an index is made."""


class Headers:
    """Header lines in the order in which they arrive.

    Args:
        items: Another Headers, a mapping from name to value or values, pairs of name and value, or None.

    Raises:
        RequestError: A name or value is no text, or holds a character above U+00FF (wire text has one per byte).

    >>> headers = Headers([("Accept", "a"), ("X-Id", "1"), ("accept", "b")])
    >>> headers.lines("ACCEPT"), headers.get("x-id"), "cookie" in headers
    (('a', 'b'), '1', False)
    """

    __slots__ = ("_index", "_items", "_late")
    _items: Lines  # not set where nobody has asked for them yet
    _late: tuple[Callable[[Any], Lines], object]
    _index: dict[str, tuple[str, ...]] | None

    def __init__(
        self,
        items: Headers | Mapping[str, str | Iterable[str]] | Iterable[tuple[str, str]] | None = None,
    ) -> None:
        self._index = None
        if items is None:
            self._items = ()
        elif isinstance(items, Headers):
            self._items = items.items()
        elif isinstance(items, tuple | list) and _are_plain(items):
            self._items = tuple(items)
        else:
            self._items = tuple(_checked(items))

    @classmethod
    def trusted(cls, items: tuple[tuple[str, str], ...]) -> Self:
        """Wrap pairs that are known to be wire text, without looking at each.

        Args:
            items: Pairs of name and value.

        Returns:
            The headers.

        >>> Headers.trusted((("a", "1"),)).get("A")
        '1'
        """
        headers = cls.__new__(cls)
        headers._items = items  # noqa: SLF001 - headers of this class
        headers._index = None  # noqa: SLF001 - headers of this class
        return headers

    @classmethod
    def late(cls, make: Callable[[Any], Lines], given: object) -> Self:
        """Wrap header lines that are made when somebody asks for one, which few routes do.

        Args:
            make: Makes pairs of name and value, which are wire text.
            given: What they are made from, which nobody changes any more.

        Returns:
            The headers.

        >>> Headers.late(lambda text: ((text, "1"),), "a").get("A")
        '1'
        """
        headers = _new(cls)
        headers._late = make, given  # noqa: SLF001 - headers of this class
        headers._index = None  # noqa: SLF001 - headers of this class
        return headers

    def __getattr__(self, name: str) -> Lines:
        """Make the lines; Python only asks here for what is not set.

        Raises:
            AttributeError: There is no such attribute.
        """
        if name != "_items":
            raise AttributeError(name)
        make, given = self._late
        self._items = make(given)
        return self._items

    def lines(self, name: str) -> tuple[str, ...]:
        """Return the values of all lines of a header, in order.

        Args:
            name: The header's name, in any case.

        Returns:
            The values; none where the header is missing.
        """
        index = self._index
        if index is None:
            index = self._index = self._indexed()
        found = index.get(name)
        if found is None:
            return () if name.islower() else index.get(ascii_lower(name), ())
        return found

    def has_line(self, name: str, value: str) -> bool:
        """Tell whether one of the lines of a header has exactly a value.

        Args:
            name: The header's name, in lower case.
            value: The value.

        Returns:
            True if there is such a line.

        >>> Headers([("Accept", "a"), ("accept", "b")]).has_line("accept", "b")
        True
        """
        if self._index is None and len(self._items) <= FEW:
            for other, text in self._items:  # noqa: SIM110 - written out
                if text == value and (other == name or ascii_lower(other) == name):
                    return True
            return False
        return value in self.lines(name)

    def get(self, name: str) -> str | None:
        """Return the value of the first line of a header, or None where it is missing.

        Args:
            name: The header's name, in any case.

        Returns:
            The value.
        """
        found = self.lines(name)
        return found[0] if found else None

    def items(self) -> tuple[tuple[str, str], ...]:
        """Return all lines as pairs of name and value, as they arrived.

        Returns:
            The pairs.
        """
        return self._items

    def _indexed(self) -> dict[str, tuple[str, ...]]:
        index: dict[str, tuple[str, ...]] = {}
        for name, value in self._items:
            key = name if name.islower() else ascii_lower(name)  # the names of HTTP/2 are in lower case
            index[key] = (*index[key], value) if key in index else (value,)
        return index

    def __contains__(self, name: object) -> bool:
        """Tell whether the header has a line."""
        return isinstance(name, str) and bool(self.lines(name))

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Go through the lines as pairs of name and value."""
        return iter(self._items)

    def __len__(self) -> int:
        """Count the lines."""
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        """Compare names without case, values exactly, lines in order."""
        return self._folded() == other._folded() if isinstance(other, Headers) else NotImplemented

    def __hash__(self) -> int:
        """Hash what equality compares."""
        return hash(self._folded())

    def _folded(self) -> tuple[tuple[str, str], ...]:
        return tuple((ascii_lower(name), value) for name, value in self._items)

    def __repr__(self) -> str:
        """Show the lines as code."""
        return f"Headers({list(self._items)!r})"

    def __reduce__(self) -> tuple[type[Headers], tuple[tuple[tuple[str, str], ...]]]:
        """Pickle the lines only, not the index."""
        return Headers, (self._items,)


EMPTY: Final = Headers()


def is_plain(texts: tuple[str, ...]) -> bool:
    """Tell whether all texts are ASCII, as most are; looking at each by itself takes longer.

    Args:
        texts: The texts, or what should be some.

    Returns:
        True if they are.

    >>> is_plain(("a", "b")), is_plain(("é",)), is_plain((1,))
    (True, False, False)
    """
    try:
        return "".join(texts).isascii()
    except TypeError:  # something that is no text
        return False


def _are_plain(items: Sequence[object]) -> bool:
    """Tell whether all items are pairs of ASCII text, as most are; looking at each by itself takes much longer."""
    if not items:
        return True
    if set(map(type, items)) != {tuple}:
        return False
    pairs = cast("tuple[tuple[str, ...], ...]", items)
    try:
        return set(map(len, pairs)) == {2} and "".join(map("".join, pairs)).isascii()
    except TypeError:  # something that is no text
        return False


def _checked(
    items: Mapping[str, str | Iterable[str]] | Iterable[tuple[str, str]],
) -> Iterator[tuple[str, str]]:
    """Yield checked pairs, one per line.

    Raises:
        RequestError: A name or value is no wire text.
    """
    pairs = cast("Iterable[object]", items.items() if isinstance(items, Mapping) else items)
    for pair in pairs:
        if not isinstance(pair, tuple | list) or len(cast("tuple[object, ...]", pair)) != 2:
            message = f"a header must be a pair of name and value, not {pair!r}"
            raise RequestError(message)
        name, given = cast("tuple[object, object]", pair)
        for value in _each(given):
            yield wire_text(name, "a header's name"), wire_text(value, f"header {name!r}")


def _each(value: object) -> Iterable[object]:
    """Return the values of a header that was given one or several."""
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return cast("Iterable[object]", value)
    return (value,)


def wire_text(value: object, what: str) -> str:
    """Check that a value is wire text: a str with one Latin-1 character per byte.

    Args:
        value: Anything.
        what: What to call it in the message.

    Returns:
        The value.

    Raises:
        RequestError: It is no str, or holds a character above U+00FF.

    >>> wire_text("a", "the method")
    'a'
    """
    if not isinstance(value, str):
        message = f"{what} must be a str, not {type(value).__name__}"
        raise RequestError(message)
    if not value.isascii():
        try:
            value.encode("latin-1")
        except UnicodeEncodeError as error:
            message = (
                f"{what} holds {value[error.start]!r}: wire text has one character per byte; "
                "encode it first, e.g. with meshroute.text.wire"
            )
            raise RequestError(message) from None
    return value

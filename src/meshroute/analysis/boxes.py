"""Boxes: products of languages, one for each dimension that matters; the other dimensions are free."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Protocol

from meshroute.analysis.dimensions import Dimension, domain, word
from meshroute.analysis.limits import MAX_BOXES, MAX_STATES_VISITED, MAX_STEPS, UndecidedError
from meshroute.model.request import Request
from meshroute.patterns import Language


class Whole(Protocol):
    """Says what a dimension holds."""

    def get(self, dimension: Dimension, /) -> Language | None:
        """Return its words, or None where they are all that there are."""
        ...


Box = Mapping[Dimension, Language]
Boxes = tuple[Box, ...]

_ORDER: Final = {
    kind: place
    for place, kind in enumerate(
        ("path", "host", "method", "header", "query", "cookie", "state", "chance", "scheme", "port", "protocol")
    )
}
_LAST: Final = len(_ORDER)


def meet(one: Box, other: Box) -> Box | None:
    """Return the requests that are in two boxes.

    Args:
        one: The one.
        other: The other.

    Returns:
        The box, or None where there are none.

    Raises:
        LanguageTooLargeError: A text is.

    >>> path = Dimension("path")
    >>> meet({path: Language.of("a")}, {path: Language.of("b")}) is None
    True
    """
    found = dict(one)
    for dimension, language in other.items():
        mine = found.get(dimension)
        both = language if mine is None else mine & language
        if both.is_empty:
            return None
        found[dimension] = both
    return found


def meets(one: Boxes, other: Boxes) -> Boxes:
    """Return the requests that are in two unions of boxes.

    Args:
        one: The one.
        other: The other.

    Returns:
        The boxes.

    Raises:
        UndecidedError: They are too many.
        LanguageTooLargeError: A text is.
    """
    if len(one) * len(other) > MAX_BOXES:
        message = f"a condition is made of more than {MAX_BOXES} alternatives"
        raise UndecidedError(message)
    pairs = (meet(mine, its) for mine in one for its in other)
    return tuple(box for box in pairs if box is not None)


def union(regions: Iterable[Boxes]) -> Boxes:
    """Return the requests that are in one of several unions of boxes; boxes of one dimension become one.

    Args:
        regions: The unions.

    Returns:
        The boxes.

    Raises:
        LanguageTooLargeError: A text is.

    >>> path = Dimension("path")
    >>> len(union([({path: Language.of("a")},), ({path: Language.of("b")},)]))
    1
    """
    single: dict[Dimension, Language] = {}
    others: list[Box] = []
    for boxes in regions:
        for box in boxes:
            if len(box) != 1:
                others.append(box)
                continue
            ((dimension, language),) = box.items()
            known = single.get(dimension)
            single[dimension] = language if known is None else known | language
    merged = tuple(
        {} if language == domain(dimension) else {dimension: language} for dimension, language in single.items()
    )
    return (*merged, *others)


def minus(one: Box, other: Box, whole: Whole) -> Iterator[Box]:
    """Return the requests of a box that are not in another: boxes that do not meet.

    Args:
        one: The box.
        other: The other box.
        whole: What a dimension holds of which the first box says nothing; its domain where this says nothing either.

    Yields:
        Each box.

    Raises:
        LanguageTooLargeError: A text is.

    >>> path = Dimension("path")
    >>> [box[path].readable() for box in minus({path: Language.of("a|b")}, {path: Language.of("a")}, {})]
    ['b']
    """
    if meet(one, other) is None:
        yield one
        return
    left = dict(one)
    for dimension, language in sorted(other.items(), key=lambda pair: _ORDER.get(pair[0].kind, _LAST)):
        mine = left.get(dimension)
        if mine is None:
            mine = whole.get(dimension) or domain(dimension)
        outside = mine - language
        if not outside.is_empty:
            yield {**left, dimension: outside}
        left[dimension] = mine & language


class Effort:
    """What one question has cost so far."""

    def __init__(self) -> None:
        self._steps = 0
        self._states = 0

    def spend(self, box: Box) -> None:
        """Count one more box that is looked at.

        Args:
            box: The box.

        Raises:
            UndecidedError: The question costs too much.
        """
        self._steps += 1
        self._states += sum(len(language.rows) for language in box.values())
        if self._steps > MAX_STEPS or self._states > MAX_STATES_VISITED:
            most = f"{MAX_STEPS} steps" if self._steps > MAX_STEPS else f"{MAX_STATES_VISITED} states of automata"
            message = f"the question takes more than {most}"
            raise UndecidedError(message)


class Words:
    """The words of one request, each made once, and what languages say of them.

    Args:
        request: The request, as a table sees it.
    """

    __slots__ = ("_accepted", "_request", "_words")

    def __init__(self, request: Request) -> None:
        self._request = request
        self._words: dict[Dimension, str] = {}
        self._accepted: dict[tuple[Dimension, Language], bool] = {}

    def are_in(self, box: Box) -> bool:
        """Tell whether the request is in a box.

        Args:
            box: The box.

        Returns:
            Whether it is.
        """
        return all(self._accepts(dimension, language) for dimension, language in box.items())

    def _accepts(self, dimension: Dimension, language: Language) -> bool:
        key = dimension, language
        known = self._accepted.get(key)
        if known is None:
            text = self._words.get(dimension)
            if text is None:
                text = self._words[dimension] = word(dimension, self._request)
            known = self._accepted[key] = language.accepts(text)
        return known


def is_in(box: Box, request: Request) -> bool:
    """Tell whether a request is in a box.

    Args:
        box: The box.
        request: The request, as a table sees it.

    Returns:
        Whether it is.
    """
    return Words(request).are_in(box)

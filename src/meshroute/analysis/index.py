"""Which of many sets of requests may have one in common with a box, without looking at each."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import Final

from attrs import frozen

from meshroute.analysis.boxes import Box, Boxes
from meshroute.analysis.dimensions import PATH, Dimension, word
from meshroute.model.request import Request

_MOST_DIMENSIONS: Final = 12
_AFTER_ALL: Final = "\U0010ffff"


@frozen
class Key:
    """What the index knows of a set.

    Args:
        words: The words of the dimensions in which it has just one.
        prefix: The text that all its paths start with.
    """

    words: dict[Dimension, str]
    prefix: str

    def may_meet(self, other: Key) -> bool:
        """Tell whether the words of two sets allow that they have a request in common.

        Args:
            other: The key of the other set.

        Returns:
            False if they have none.
        """
        return all(self.words.get(dimension, text) == text for dimension, text in other.words.items())


def key_of(boxes: Boxes) -> Key:
    """Return what the index knows of a set.

    Args:
        boxes: The set; one of several boxes says nothing.

    Returns:
        The key.
    """
    if len(boxes) != 1:
        return Key({}, "")
    box: Box = boxes[0]
    words: dict[Dimension, str] = {}
    for dimension, language in box.items():
        members = language.members(1)
        if members:
            words[dimension] = members[0]
    return Key(words, box[PATH].literal_prefix() if PATH in box else "")


class BoxIndex:
    """An index of sets of requests.

    Args:
        sets: The sets, each by its place.
    """

    def __init__(self, sets: Sequence[Boxes]) -> None:
        self.keys = [key_of(boxes) for boxes in sets]
        self._prefixes: dict[str, list[int]] = {}
        for place, key in enumerate(self.keys):
            self._prefixes.setdefault(key.prefix, []).append(place)
        self._sorted = sorted(self._prefixes)
        counts = Counter(dimension for key in self.keys for dimension in key.words)
        self._words: dict[Dimension, dict[str, list[int]]] = {
            dimension: {} for dimension, _ in counts.most_common(_MOST_DIMENSIONS)
        }
        self._wordless: dict[Dimension, list[int]] = {dimension: [] for dimension in self._words}
        for dimension, words in self._words.items():
            for place, key in enumerate(self.keys):
                text = key.words.get(dimension)
                (self._wordless[dimension] if text is None else words.setdefault(text, [])).append(place)

    def meeting(self, key: Key) -> list[int]:
        """Return the places of the sets that may have a request in common with one.

        Args:
            key: The key of that set.

        Returns:
            The places, in order; no others have.
        """
        options = [self._by_prefix(key)]
        for dimension, text in key.words.items():
            if dimension in self._words:
                options.append([*self._words[dimension].get(text, ()), *self._wordless[dimension]])
        return sorted(place for place in min(options, key=len) if self.keys[place].may_meet(key))

    def key_of_request(self, request: Request) -> Key:
        """Return the key of one request.

        Args:
            request: The request, as the table sees it.

        Returns:
            The key.
        """
        words = {dimension: word(dimension, request) for dimension in (*self._words, PATH)}
        return Key(words, words[PATH])

    def _by_prefix(self, key: Key) -> list[int]:
        """Return the sets whose paths may start like those of one."""
        found = [place for end in range(len(key.prefix)) for place in self._prefixes.get(key.prefix[:end], ())]
        if PATH in key.words:
            return found + self._prefixes.get(key.prefix, [])
        first = bisect_left(self._sorted, key.prefix)
        end = bisect_left(self._sorted, key.prefix + _AFTER_ALL)
        for prefix in self._sorted[first:end]:
            found += self._prefixes[prefix]
        return found

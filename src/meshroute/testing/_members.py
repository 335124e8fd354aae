"""Requests that a route takes, or just does not: words drawn from the languages of its criteria."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import lru_cache
from random import Random
from typing import Final

from meshroute.analysis.boxes import Box, Boxes, meets
from meshroute.analysis.dimensions import METHOD, SCHEME, Dimension, domain
from meshroute.analysis.limits import UndecidedError
from meshroute.analysis.regions import region, region_of
from meshroute.analysis.requests import readable_word, request_in, usual_words
from meshroute.model.criteria import RouteMatch
from meshroute.model.request import Request
from meshroute.patterns import SEPARATOR, Language, LanguageTooLargeError
from meshroute.testing import _texts as texts

_STEPS: Final = 12
"""After so many symbols a drawn word goes to its end on the shortest way."""
_NOISE: Final = (
    (METHOD, ("GET", "POST", "PUT", "DELETE")),
    (SCHEME, ("http", "https")),
    (Dimension("header", "accept"), (f"{SEPARATOR}*/*",)),
    (Dimension("header", "x-noise"), (f"{SEPARATOR}1", f"{SEPARATOR}1{SEPARATOR}2", SEPARATOR)),
    (Dimension("header", "user-agent"), (f"{SEPARATOR}test",)),
    (Dimension("query", "noise"), (f"{SEPARATOR}1", SEPARATOR)),
)
"""What a request may have besides, where no criterion looks at it."""
_TRIES: Final = 4


def accepted_region(match: RouteMatch) -> Boxes | None:
    """Return the requests that a condition takes, or None where that cannot be told.

    Args:
        match: The condition.

    Returns:
        The boxes; none where it can never hold.
    """
    try:
        return region(match)
    except (UndecidedError, LanguageTooLargeError):
        return None


def refused_region(match: RouteMatch) -> Boxes | None:
    """Return requests that a condition refuses because of one criterion only; else because of any.

    Args:
        match: The condition.

    Returns:
        The boxes; none where it always holds; None where that cannot be told.
    """
    try:
        return tuple(_refused(match)) or tuple(
            box for criterion in match.criteria for box in region_of(criterion, wanted=False)
        )
    except (UndecidedError, LanguageTooLargeError):
        return None


def _refused(match: RouteMatch) -> Iterator[Box]:
    for place, criterion in enumerate(match.criteria):
        others = region(RouteMatch(match.criteria[:place] + match.criteria[place + 1 :]))
        yield from meets(others, region_of(criterion, wanted=False))


def draw_member(rng: Random, match: RouteMatch, boxes: Boxes, *, wanted: bool) -> Request | None:
    """Draw a request from some boxes.

    Args:
        rng: Where chance comes from.
        match: The condition that it is about.
        boxes: The boxes.
        wanted: Whether the condition is to take it.

    Returns:
        The request, or None where none was found that the condition takes, or refuses.
    """
    first = rng.choice(boxes)
    for attempt in range(_TRIES):
        request = request_in(first, _words(rng, first, plain=attempt == _TRIES - 1))
        if match.accepts(request) == wanted:
            return request
    found = (request_in(box) for box in boxes)
    return next((request for request in found if match.accepts(request) == wanted), None)


def _words(rng: Random, box: Box, *, plain: bool) -> dict[Dimension, str]:
    """Draw a word for each dimension of a box, and for some others."""
    words = {dimension: draw_word(rng, dimension, language) for dimension, language in box.items()}
    for dimension, choices in _NOISE:
        if dimension not in box and not plain and texts.chance(rng, 3):
            words[dimension] = rng.choice(choices)
    return words


def draw_word(rng: Random, dimension: Dimension, language: Language) -> str:
    """Draw a word: the most readable one, a usual one, or any.

    Args:
        rng: Where chance comes from.
        dimension: What it is a word of.
        language: The words; there are some.

    Returns:
        The word.
    """
    match rng.randrange(4):
        case 0 | 1:
            return readable_word(dimension, language)
        case 2:
            return _walk(rng, usual_words(dimension, language))
        case _:
            return _walk(rng, language & domain(dimension))


def _walk(rng: Random, language: Language) -> str:
    """Walk through the automaton of a language at random, and to its end."""
    state, found = 0, ""
    for _ in range(_STEPS):
        moves = language.moves(state)
        if language.ends(state) and (not moves or not rng.randrange(3)):
            return found
        mask, state = moves[rng.randrange(len(moves))]
        found += _symbol(rng, mask)
    home = _ways_home(language)
    while not language.ends(state):
        mask, state = home[state]
        found += _symbol(rng, mask)
    return found


def _symbol(rng: Random, mask: int) -> str:
    usual = [code for code in range(0x21, 0x7F) if mask >> code & 1]
    if usual and not texts.chance(rng, 12):
        return chr(rng.choice(usual))
    codes = [code for code in range(257) if mask >> code & 1]
    return chr(rng.choice(codes))


@lru_cache(256)
def _ways_home(language: Language) -> dict[int, tuple[int, int]]:
    """Return for each state the move that leads to an end by the shortest way."""
    before: dict[int, list[tuple[int, int]]] = {}
    for state in range(len(language.rows)):
        for mask, target in language.moves(state):
            before.setdefault(target, []).append((state, mask))
    home: dict[int, tuple[int, int]] = {}
    queue = deque(state for state in range(len(language.rows)) if language.ends(state))
    seen = set(queue)
    while queue:
        target = queue.popleft()
        for state, mask in before.get(target, ()):
            if state not in seen:
                seen.add(state)
                home[state] = mask, target
                queue.append(state)
    return home

"""Sets of fixed texts: what a piece of a pattern without loops can match, byte set by byte set."""

from __future__ import annotations

from typing import Final, TypeAlias

from meshroute.patterns._tree import Alternate, Chars, Concat, Empty, Node, Repeat, fold_tree

Text: TypeAlias = tuple[int, ...]
"""One text of fixed length: the mask of each of its bytes."""

_MAX_TEXTS: Final = 64
_MAX_BYTES: Final = 2048


def fixed_texts(root: Node) -> frozenset[Text] | None:
    """List the texts that a tree can match.

    Args:
        root: The tree.

    Returns:
        The texts; None if there are many or infinitely many, or if an assertion decides.

    >>> from meshroute.patterns._parse import parse
    >>> sorted(len(text) for text in fixed_texts(parse("ab?|c{3}")))
    [1, 2, 3]
    """
    return fold_tree(root, _texts)


def _texts(node: Node, below: list[frozenset[Text] | None]) -> frozenset[Text] | None:
    known = [texts for texts in below if texts is not None]
    if len(known) < len(below):
        return None
    match node:
        case Empty():
            return frozenset({()})
        case Chars(mask):
            return frozenset({(mask,)})
        case Concat():
            return _product(known)
        case Alternate():
            return _limited(frozenset[Text]().union(*known))
        case Repeat(_, low, high) if high is not None and high <= _MAX_BYTES:
            return _product(known * low + [texts | {()} for texts in known] * (high - low))
        case _:
            return None


def _product(parts: list[frozenset[Text]]) -> frozenset[Text] | None:
    texts: frozenset[Text] | None = frozenset({()})
    for part in parts:
        if texts is None or len(texts) * len(part) > _MAX_TEXTS**2:
            return None
        texts = _limited(frozenset(head + tail for head in texts for tail in part))
    return texts


def _limited(texts: frozenset[Text]) -> frozenset[Text] | None:
    return texts if len(texts) <= _MAX_TEXTS and sum(map(len, texts)) <= _MAX_BYTES else None


def best_starts_first(texts: frozenset[Text]) -> bool:
    """Tell whether, wherever texts of a set occur, one that starts first also ends first.

    That fails only if one text can lie within a longer one.

    Args:
        texts: A set of texts.

    Returns:
        True if the first to start is the first to end.

    >>> best_starts_first(frozenset({(1, 2), (2, 4, 4)})), best_starts_first(frozenset({(1, 2, 4), (2,)}))
    (True, False)
    """
    return not any(
        _fits(short, long, offset)
        for short in texts
        for long in texts
        if len(short) < len(long)
        for offset in range(len(long) - len(short) + 1)
    )


def _fits(short: Text, long: Text, offset: int) -> bool:
    return all(mask & long[offset + place] for place, mask in enumerate(short))


class _Branching:
    """A node of the tree of leading texts."""

    __slots__ = ("below", "taken")

    def __init__(self) -> None:
        self.below: dict[int, _Branching] = {}
        self.taken = 0


def told_apart(alternatives: tuple[Node, ...]) -> bool:
    """Tell whether the leading fixed bytes of alternatives always decide between them.

    Args:
        alternatives: The alternatives.

    Returns:
        True if at most one of them can get past its leading bytes, at any place of any value.

    >>> from meshroute.patterns._parse import parse
    >>> told_apart(parse("/api/.*|/app").items), told_apart(parse("/api|/api/.*").items)
    (True, False)
    """
    root = _Branching()
    ends: set[int] = set()
    for alternative in alternatives:
        at = root
        for mask in _leading(alternative):
            if id(at) in ends:
                return False
            following = at.below.get(mask)
            if following is None:
                if at.taken & mask:
                    return False
                at.taken |= mask
                following = at.below[mask] = _Branching()
            at = following
        if at.below or id(at) in ends:
            return False
        ends.add(id(at))
    return True


def _leading(node: Node) -> Text:
    masks: list[int] = []
    for item in node.items if isinstance(node, Concat) else (node,):
        if not isinstance(item, Chars):
            break
        masks.append(item.mask)
    return tuple(masks)

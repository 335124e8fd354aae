"""Patterns: RE2 syntax, compiled once, matched against whole values in linear time."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from attrs import field, frozen

from meshroute.patterns._automaton import Automaton
from meshroute.patterns._captures import match_slots
from meshroute.patterns._parse import parse
from meshroute.patterns._print import print_tree
from meshroute.patterns._program import Program, build_program
from meshroute.patterns._replace import highest_group, replace_all
from meshroute.patterns._safety import is_determined, plan
from meshroute.patterns._tree import Alternate, Chars, Concat, Group, Node, Repeat, children, fold_tree

Engine: TypeAlias = Literal["re", "automaton"]

_Groups: TypeAlias = tuple[tuple[str, str], ...]

_CACHED_PATTERNS: Final = 1024
_MAX_LITERAL: Final = 4096


@frozen
class Pattern:
    """A pattern in RE2 syntax, compiled. It compares, hashes and pickles by its source.

    Which engine runs it is decided from its tree: the standard ``re`` where backtracking is bounded (measured by
    ``benchmarks/bench_patterns.py``: a match takes it about half the time of the ``regex`` module), else an automaton.
    Either takes time linear in the length of the value.

    Args:
        source: The pattern as wire text (see ``pattern_bytes``).
        utf8: Read pattern and values as UTF-8, as Envoy did before 1.39: a class takes characters of several bytes, and
            bytes that are no UTF-8 match nothing.

    Attributes:
        tree: Its syntax tree.
        fullmatch: Call it with wire text: the answer is true if the whole text matches. It may be a method of an engine
            of Python, and the answer an object of its own, None for no.
        engine: Which engine ``fullmatch`` is: "re" or "automaton".
        names: The names of its groups, in order; of several groups with one name only the first counts, as in RE2.
        literal_prefix: Text that every value it matches starts with, as long as can be told.
        literal: The text, if it matches one text only and that can be told.

    Raises:
        RouteError: RE2 refuses the pattern, or it is too large.

    >>> pattern = Pattern("/v[0-9]+/(?P<rest>.*)")
    >>> bool(pattern.fullmatch("/v2/cart")), pattern.groups("/v2/cart"), pattern.literal_prefix
    (True, (('rest', 'cart'),), '/v')
    """

    source: str
    utf8: bool = field(default=False, kw_only=True, repr=False)
    tree: Node = field(init=False, eq=False, repr=False)
    fullmatch: Callable[[str], object] = field(init=False, eq=False, repr=False)
    engine: Engine = field(init=False, eq=False, repr=False)
    names: tuple[str, ...] = field(init=False, eq=False, repr=False)
    literal_prefix: str = field(init=False, eq=False, repr=False)
    literal: str | None = field(init=False, eq=False, repr=False)
    _find_groups: Callable[[str], _Groups | None] = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Compile."""
        tree = parse(self.source, utf8=self.utf8)
        planned = plan(tree)
        fullmatch: Callable[[str], object]
        if planned is None:
            fullmatch = Automaton(build_program(tree)).fullmatch
        else:
            fullmatch = re.compile(print_tree(planned), re.ASCII).fullmatch
        named = _named_groups(tree)
        prefix, exact = fold_tree(tree, _prefix)
        derived = {
            "tree": tree,
            "fullmatch": fullmatch,
            "engine": "automaton" if planned is None else "re",
            "names": tuple(named),
            "literal_prefix": prefix,
            "literal": prefix if exact and fullmatch(prefix) else None,  # an assertion may rule it out
            "_find_groups": _group_finder(tree, named, fullmatch),
        }
        for name, value in derived.items():
            object.__setattr__(self, name, value)

    def groups(self, value: str) -> _Groups | None:
        """Match the whole value and return the named groups, as RE2 captures them.

        Args:
            value: Wire text.

        Returns:
            Pairs of name and text in the order of the groups, without groups that took no part; None without a match.

        >>> Pattern("(?P<a>x)|(?P<b>y)").groups("y")
        (('b', 'y'),)
        """
        return self._find_groups(value)

    def replace(self, value: str, substitution: str) -> str | None:
        r"""Replace all matches in a value, as RE2's GlobalReplace does (envoy.md §4).

        An empty match directly after the previous one is skipped; a reference to a group that the pattern does not have
        leaves the value as it is; an escape that means nothing ends each substitution there.

        Args:
            value: Wire text.
            substitution: The new text: a backslash and a digit stand for a group (0 is the match), two for one.

        Returns:
            The new value; None where it takes more than ``MAX_REPLACE_STEPS`` steps.

        >>> Pattern("/v[0-9]+").replace("/v12/x", "/w")
        '/w/x'
        """
        highest = highest_group(substitution)
        if highest > self._group_count or any(ord(character) > 0xFF for character in value):
            return value
        slots = {number: 2 * number - 2 for number in range(1, highest + 1)}
        return replace_all(_replacer(self, tuple(slots.items())), value, substitution, utf8=self.utf8)

    @property
    def _group_count(self) -> int:
        return sum(isinstance(node, Group) for node in _nodes(self.tree))

    def __reduce__(self) -> tuple[Callable[..., Pattern], tuple[str, bool]]:
        """Pickle by the source."""
        return _compiled, (self.source, self.utf8)


def _group_finder(
    tree: Node, named: dict[str, int], fullmatch: Callable[[str], object]
) -> Callable[[str], _Groups | None]:
    """Choose how groups are found; all ways capture what RE2 does."""
    names = tuple(named)
    if not names:
        return lambda value: () if fullmatch(value) else None
    if is_determined(tree):
        numbers = _numbers_of_names(tree)
        captured = re.compile(print_tree(tree, captures=True), re.ASCII).fullmatch

        def find(value: str) -> _Groups | None:
            found = captured(value)
            if found is None:
                return None
            return tuple([(name, text) for name in names if (text := found[numbers[name]]) is not None])

        return find
    program = build_program(tree, {index: 2 * place for place, index in enumerate(named.values())})

    def simulate(value: str) -> _Groups | None:
        slots = match_slots(program, value)
        if slots is None:
            return None
        starts = zip(names, slots[::2], slots[1::2], strict=True)
        return tuple([(name, value[start:end]) for name, start, end in starts if end >= 0])

    return simulate


def _nodes(tree: Node) -> list[Node]:
    """List all nodes, each before those below it, in the order of the text."""
    found: list[Node] = []
    todo = [tree]
    while todo:
        node = todo.pop()
        found.append(node)
        todo.extend(reversed(children(node)))
    return found


def _named_groups(tree: Node) -> dict[str, int]:
    """Return the index of the first group of each name, in order."""
    groups = [node for node in _nodes(tree) if isinstance(node, Group)]
    named: dict[str, int] = {}
    for group in groups:
        if group.name is not None:
            named.setdefault(group.name, group.index)
    return named


def _numbers_of_names(tree: Node) -> dict[str, int]:
    """Return the number that the printed text gives to the first group of each name."""
    numbers: dict[str, int] = {}
    printed = [node.name for node in _nodes(tree) if isinstance(node, Group) and node.name is not None]
    for number, name in enumerate(printed, 1):
        numbers.setdefault(name, number)
    return numbers


def _prefix(node: Node, below: list[tuple[str, bool]]) -> tuple[str, bool]:
    """The text every match starts with, and whether it is the only text; assertions only rule texts out."""
    match node:
        case Chars(mask):
            single = mask.bit_count() == 1
            return (chr(mask.bit_length() - 1), True) if single else ("", False)
        case Concat():
            exact = next((place for place, (_, only) in enumerate(below) if not only), len(below))
            return _cut("".join(text for text, _ in below[: exact + 1]), only=exact == len(below))
        case Alternate():
            first, last = min(text for text, _ in below), max(text for text, _ in below)
            differs = (place for place, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1])
            common = first[: next(differs, len(first))]  # what the extremes share, all share
            return common, all(only and text == common for text, only in below)
        case Repeat(_, low, high):
            text, only = below[0]
            if high == 0 or (only and not text):
                return "", True
            return _cut(text * (low if only else min(low, 1)), only=only and low == high)
        case _:
            return below[0] if below else ("", True)


def _cut(text: str, *, only: bool) -> tuple[str, bool]:
    return (text, only) if len(text) <= _MAX_LITERAL else (text[:_MAX_LITERAL], False)


@lru_cache(_CACHED_PATTERNS)
def _replacer(pattern: Pattern, slots: tuple[tuple[int, int], ...]) -> Program:
    """Build the program that a replacement runs, once for each pattern and number of groups."""
    return build_program(pattern.tree, dict(slots))


@lru_cache(_CACHED_PATTERNS)
def _compiled(pattern: str, utf8: bool) -> Pattern:  # noqa: FBT001 - the key of a cache
    return Pattern(pattern, utf8=utf8)


def compile_pattern(pattern: str, *, utf8: bool = False) -> Pattern:
    """Compile a pattern, or return the one that was compiled from the same text before.

    Args:
        pattern: The pattern as wire text (see ``pattern_bytes``).
        utf8: Read pattern and values as UTF-8.

    Returns:
        The compiled pattern.

    Raises:
        RouteError: RE2 refuses the pattern, or it is too large.

    >>> compile_pattern("/cart/.*") is compile_pattern("/cart/.*")
    True
    >>> from meshroute.patterns import pattern_bytes
    >>> one = pattern_bytes("\u00e9")
    >>> bool(compile_pattern(".").fullmatch(one)), bool(compile_pattern(".", utf8=True).fullmatch(one))
    (False, True)
    """
    return _compiled(pattern, utf8)

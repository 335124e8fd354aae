"""Languages of single texts: tests on values, paths, hosts, and the normal forms that a table can see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from attrs import evolve, frozen

from meshroute.analysis.memory import remembered
from meshroute.model.hosts import HostCriterion, HostExact, HostPrefix
from meshroute.model.paths import (
    PathCriterion,
    PathExact,
    PathPrefix,
    PathRegex,
    PathStringPrefix,
    PathTemplate,
)
from meshroute.model.server_names import ServerNames
from meshroute.model.template import Segment, SegmentKind
from meshroute.model.values import (
    IntRange,
    Present,
    TextContains,
    TextExact,
    TextPrefix,
    TextRegex,
    TextSuffix,
    TextTest,
)
from meshroute.patterns import SEPARATOR, TEXT, Language, in_any_case
from meshroute.text import ascii_lower

_SEPARATOR: Final = 1 << ord(SEPARATOR)
_COLON, _BRACKET, _COMMA = 1 << ord(":"), 1 << ord("]"), 1 << ord(",")
_SEMICOLON, _SLASH = 1 << ord(";"), 1 << ord("/")
_INT64: Final = range(-(2**63), 2**63)
_WHITE: Final = sum(1 << ord(character) for character in " \t\n\v\f\r")


def quoted(text: str) -> str:
    r"""Write a text as a pattern that matches it.

    Args:
        text: Wire text.

    Returns:
        RE2 source.

    >>> quoted("a.b")
    'a\\x2eb'
    """
    return "".join(
        character if character.isalnum() and character.isascii() else f"\\x{ord(character):02x}" for character in text
    )


@remembered
def passing(test: TextTest) -> Language | None:
    """Return the texts that pass a test.

    Args:
        test: The test.

    Returns:
        The language, or None for a test that is not known here.

    Raises:
        LanguageTooLargeError: It has too many states.

    >>> passing(TextPrefix("a")).accepts("ab")
    True
    """
    match test:
        case Present():
            return TEXT
        case TextExact(value=value, ignore_case=ignore_case):
            return _any_case(value, ignore_case, Language.text)
        case TextPrefix(value=value, ignore_case=ignore_case):
            return _any_case(value, ignore_case, Language.prefix)
        case TextSuffix(value=value, ignore_case=ignore_case):
            return _any_case(value, ignore_case, lambda text: Language.of(f"(?s).*{quoted(text)}"))
        case TextContains(value=value, ignore_case=ignore_case):
            return _any_case(value, ignore_case, lambda text: Language.of(f"(?s).*{quoted(text)}.*"))
        case TextRegex(pattern=pattern):
            return Language.of(pattern)
        case IntRange(start=start, end=end):
            return _integers(max(start, _INT64.start), min(end, _INT64.stop))
        case _:
            return None


def _any_case(value: str, ignore_case: bool, make: Callable[[str], Language]) -> Language:  # noqa: FBT001 - a field
    return in_any_case(make(ascii_lower(value))) if ignore_case else make(value)


def _integers(start: int, end: int) -> Language:
    """Return the spellings of the integers of a range (absl::SimpleAtoi, see `IntRange`)."""
    bounds = {
        "+": (str(max(start, 0)), str(end - 1)) if max(start, 0) < end else None,
        "-": (str(max(1 - end, 0)), str(-start)) if start <= min(end - 1, 0) else None,
    }
    return Language.build(_Number(), lambda state: _digits(state, bounds), lambda state: _is_within(state, bounds))


_Bounds = Mapping[str, tuple[str, str] | None]
"""The least and the largest magnitude for each sign; None where no number has that sign."""


@frozen
class _Number:
    """How far an integer has been read.

    Args:
        sign: Its sign; empty where none was read, and no digit.
        zeros: Whether a leading zero was read.
        length: How many digits were read, without leading zeros.
        least: How these compare with the first digits of the least number.
        most: How these compare with the first digits of the largest number.
        ended: That white space came after the digits.
    """

    sign: str = ""
    zeros: bool = False
    length: int = 0
    least: int = 0
    most: int = 0
    ended: bool = False


def _digits(state: _Number, bounds: _Bounds) -> Iterator[tuple[int, _Number]]:
    if not state.sign:
        yield _WHITE, state
        for sign in "+-":
            yield 1 << ord(sign), _Number(sign)
        state = _Number("+")
    elif state.zeros or state.length:
        yield _WHITE, evolve(state, ended=True)
    limits = bounds[state.sign]
    if state.ended or limits is None or state.length == len(limits[1]):
        return
    for digit in "0123456789":
        if digit == "0" and not state.length:
            yield 1 << ord(digit), evolve(state, zeros=True)
            continue
        least, most = (
            known or _compared(digit, limit[state.length : state.length + 1])
            for known, limit in zip((state.least, state.most), limits, strict=True)
        )
        yield 1 << ord(digit), evolve(state, length=state.length + 1, least=least, most=most)


def _compared(digit: str, other: str) -> int:
    return (digit > other) - (digit < other)


def _is_within(state: _Number, bounds: _Bounds) -> bool:
    limits = bounds.get(state.sign)
    if limits is None or not (state.zeros or state.length):
        return False
    if not state.length:
        return limits[0] == "0"
    least, most = (0 if limit == "0" else len(limit) for limit in limits)
    return (state.length, state.least) >= (least, 0) and (state.length, state.most) <= (most, 0)


@remembered
def paths(criterion: PathCriterion) -> Language:
    """Return the paths that a criterion accepts.

    Args:
        criterion: The criterion.

    Returns:
        The language.

    Raises:
        LanguageTooLargeError: It has too many states.

    >>> paths(PathPrefix("/abc")).accepts("/abcd")
    False
    """
    match criterion:
        case PathExact(value=value, ignore_case=ignore_case):
            return _any_case(value, ignore_case, Language.text)
        case PathStringPrefix(value=value, ignore_case=ignore_case):
            return _any_case(value, ignore_case, Language.prefix)
        case PathPrefix(value="/"):
            return Language.prefix("/") | Language.text("")
        case PathPrefix(value=value, ignore_case=ignore_case):
            return _any_case(value, ignore_case, lambda text: Language.text(text) | Language.prefix(f"{text}/"))
        case PathRegex(pattern=pattern):
            return Language.of(pattern)
        case PathTemplate(segments=segments):
            return Language.of("".join(f"/{_segment(segment)}" for segment in segments))
        case _:
            return _without_parameters(paths(criterion.criterion), per_segment=criterion.per_segment)


def _segment(segment: Segment) -> str:
    if segment.kind is SegmentKind.LITERAL:
        return quoted(segment.before)
    if segment.kind is SegmentKind.REST:
        return "(?s:.)*"
    return f"{quoted(segment.before)}[^/]+{quoted(segment.after)}"


def _without_parameters(inner: Language, *, per_segment: bool) -> Language:
    """Return the paths that are members once their ``;parameters`` are gone."""

    def moves(state: tuple[int, bool]) -> Iterable[tuple[int, tuple[int, bool]]]:
        at, skipping = state
        if not skipping:
            for mask, target in inner.rows[at]:
                yield mask & ~_SEMICOLON, (target, False)
            yield _SEMICOLON, (at, True)
            return
        yield ALL & ~(_SLASH if per_segment else 0), state
        if per_segment:
            yield from ((mask & _SLASH, (target, False)) for mask, target in inner.rows[at])

    return Language.build((0, False), moves, lambda state: inner.ends(state[0]))


ALL: Final = TEXT.rows[0][0][0]
"""All bytes, as a mask."""


@remembered
def authorities(criterion: HostCriterion) -> Language:
    """Return the authorities that a criterion on the host accepts, as they are sent.

    Args:
        criterion: The criterion.

    Returns:
        The language.

    Raises:
        LanguageTooLargeError: It has too many states.

    >>> authorities(HostExact("a.example")).accepts("A.example:8080")
    True
    """
    value = criterion.value
    if isinstance(criterion, HostExact):
        hosts = Language.text(value)
    elif isinstance(criterion, HostPrefix):
        hosts = Language.prefix(value) - Language.text(value)
    else:
        hosts = Language.of(f"(?s).{'+' if criterion.proper else '*'}{quoted(value)}")
    hosts = in_any_case(hosts)
    return _with_any_port(hosts) if criterion.ignore_port else hosts


def _with_any_port(hosts: Language) -> Language:
    """Return the texts that are members once their port is cut off (`meshroute.text.strip_port`).

    A state is where the whole text is, and where it was before the last colon, unless a bracket came after that.
    """

    def moves(state: tuple[int, int | None]) -> Iterable[tuple[int, tuple[int, int | None]]]:
        at, cut = state
        special = _COLON | _BRACKET
        covered = 0
        for mask, target in hosts.rows[at] if at >= 0 else ():
            covered |= mask
            yield mask & ~special, (target, cut)
            yield mask & _COLON, (target, at)
            yield mask & _BRACKET, (target, None)
        left = ALL & ~covered
        yield left & ~special, (-1, cut)
        yield left & _COLON, (-1, at)
        yield left & _BRACKET, (-1, None)

    def ends(state: tuple[int, int | None]) -> bool:
        at, cut = state
        host = at if cut is None else cut
        return host >= 0 and hosts.ends(host)

    start: tuple[int, int | None] = (0, None)
    return Language.build(start, moves, ends)


@remembered
def server_names(chosen: tuple[str | None] | None, among: ServerNames) -> Language:
    """Return the server names that choose a name, in any case.

    Args:
        chosen: The name in a tuple of one, or None for "none of them".
        among: The names.

    Returns:
        The language.

    Raises:
        LanguageTooLargeError: It has too many states.

    >>> server_names(("*.example",), ServerNames(("a.example", "*.example"))).accepts("b.Example")
    True
    """
    if chosen is None:
        return in_any_case(TEXT if None not in among.names else Language.of(r"a\bb")) - _named(among.names)
    name = chosen[0]
    if name is None:
        return TEXT - _named(among.names)
    if not name.startswith("*"):
        return in_any_case(Language.text(name))
    better = tuple(other for other in among.names if other and (not other.startswith("*") or len(other) > len(name)))
    return in_any_case(_wildcard(name)) - _named(better)


def _named(names: Iterable[str | None]) -> Language:
    found = Language.of(r"a\bb")
    for name in names:
        if name is not None:
            found |= in_any_case(_wildcard(name) if name.startswith("*") else Language.text(name))
    return found


def _wildcard(name: str) -> Language:
    """Return the names below one: something stands before the dot."""
    return Language.of(f"(?s).+{quoted(name[1:])}")


def below(name: str) -> Language:
    """Return the server names that `ServerName` accepts: the name, or what ends like its wildcard.

    Args:
        name: The name, or ``*.example``.

    Returns:
        The language.

    >>> below("*.example").accepts("A.example")
    True
    """
    return in_any_case(Language.of(f"(?s).*{quoted(name[1:])}") if name.startswith("*") else Language.text(name))


def any_line(lines: Language) -> Language:
    """Return the headers one of whose lines is a member; each line stands behind a separator.

    Args:
        lines: The lines.

    Returns:
        The language.

    >>> any_line(Language.text("a")).accepts(f"{SEPARATOR}b{SEPARATOR}a")
    True
    """
    nowhere = -1

    def moves(state: tuple[bool, int] | None) -> Iterable[tuple[int, tuple[bool, int]]]:
        if state is None:
            yield _SEPARATOR, (False, 0)
            return
        found, at = state
        yield _SEPARATOR, (ends(state), 0)
        if found:
            yield ALL, (True, nowhere)
            return
        left = ALL
        for mask, target in lines.rows[at] if at >= 0 else ():
            left &= ~mask
            yield mask & ALL, (False, target)
        yield left, (False, nowhere)

    def ends(state: tuple[bool, int] | None) -> bool:
        return state is not None and (state[0] or (state[1] >= 0 and lines.ends(state[1])))

    return Language.build(None, moves, ends)


def joined_lines(texts: Language) -> Language:
    """Return the headers whose lines, joined with a comma, are a member; each line stands behind a separator.

    Args:
        texts: The joined texts.

    Returns:
        The language.

    >>> joined_lines(Language.text("a,b")).accepts(f"{SEPARATOR}a{SEPARATOR}b")
    True
    """

    def moves(state: int) -> Iterable[tuple[int, int]]:
        if state < 0:
            yield _SEPARATOR, 0
            return
        for mask, target in texts.rows[state]:
            yield mask & ALL | (_SEPARATOR if mask & _COMMA else 0), target

    return Language.build(-1, moves, lambda state: state >= 0 and texts.ends(state))


def first_line(lines: Language) -> Language:
    """Return the headers whose first line is a member.

    Args:
        lines: The lines.

    Returns:
        The language.

    >>> first_line(Language.text("a")).accepts(f"{SEPARATOR}a{SEPARATOR}b")
    True
    """
    before, after = -1, -2

    def moves(state: int) -> Iterable[tuple[int, int]]:
        if state == after:
            yield ALL | _SEPARATOR, after
        elif state == before:
            yield _SEPARATOR, 0
        else:
            yield from ((mask & ALL, target) for mask, target in lines.rows[state])
            if lines.ends(state):
                yield _SEPARATOR, after

    return Language.build(before, moves, lambda state: state == after or (state >= 0 and lines.ends(state)))


def one_line(lines: Language) -> Language:
    """Return the headers of exactly one line, which is a member.

    Args:
        lines: The lines.

    Returns:
        The language.

    >>> one_line(Language.text("a")).accepts(f"{SEPARATOR}a")
    True
    """
    rows = tuple(tuple((mask & ALL, target + 1) for mask, target in row if mask & ALL) for row in lines.rows)
    return Language.build(
        0,
        lambda state: rows[state - 1] if state else ((_SEPARATOR, 1),),
        lambda state: state > 0 and lines.ends(state - 1),
    )


PRINTABLE: Final = Language.of("[!-~]*")
"""What a codec leaves in a target or a host (RFC 9112 §3.2)."""
LINE: Final = Language.of(r"[^\x00\r\n]*")
"""What a codec leaves in the value of a header (RFC 9110 §5.5)."""


@remembered
def normal_paths(*, path: bool, slashes: bool, unescaped: bool, strict: bool) -> Language:
    """Return the paths that a normalisation makes.

    What does not start with a slash is not touched. Not all of them stay as they are when they are sent: ``/.;a`` is
    what becomes of ``/%2e;a``, and itself becomes ``/`` (see `sent_as`).

    Args:
        path: Dot segments are resolved, and unreserved characters decoded (`meshroute.text.normalize_path`).
        slashes: Runs of slashes are merged (`meshroute.text.merge_slashes`).
        unescaped: ``%2F`` and ``%5C`` are not left.
        strict: Only printable ASCII passes.

    Returns:
        The language.

    >>> normal_paths(path=True, slashes=False, unescaped=False, strict=False).accepts("/a/../b")
    False
    """
    found = Language.prefix("/")
    if path:
        # text._ESCAPE_OR_UNSAFE: these are encoded, a backslash becomes a slash
        found &= Language.of(r'[^\x00-\x20"<>^`{|}\x7f-\xff\\]*')
        # escapes of unreserved characters are decoded, %00 is refused, dot segments are gone
        found -= Language.of(r"(?s).*%(00|2[dDeE]|3[0-9]|[46][1-9a-fA-F]|[57][0-9aA]|5[fF]|7[eE]).*")
        found -= Language.of(r"(?s).*/\.\.?(/.*)?")
    if unescaped:
        found -= Language.of("(?s).*%(2[fF]|5[cC]).*")
    if slashes:
        found = (found - Language.of("(?s).*//.*")) | (found & Language.text("//"))
    found |= TEXT - Language.prefix("/")
    return found & PRINTABLE if strict else found


def sent_as(path: str) -> str:
    """Return a path that `meshroute.text.normalize_path` turns into one of those that it makes.

    Args:
        path: The path that is to be made.

    Returns:
        The path to send: parameters of dot segments stay if the dots are escaped.

    >>> sent_as("/a/.;x")
    '/a/%2e;x'
    """
    return path.replace("/.;", "/%2e;").replace("/..;", "/%2e.;")

"""Placeholders of templates that a script fills: ``${X}``, ``${X:-default}``, ``$X``, ``{{X}}`` and ``<X>``.

Variables are put into the text before it is parsed, as the script would. A placeholder without a value becomes a
sentinel (a number between private-use characters), so that the text still parses; a scalar
with a sentinel gets its own spelling back and carries the names that it lacks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from operator import itemgetter
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from attrs import frozen

from meshroute.errors import DocumentError
from meshroute.readers._document.limits import MAX_BYTES
from meshroute.readers._document.origin import Origin, Shift

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Variables: TypeAlias = Mapping[str, "str | Mapping[str, str]"]
"""Names and values; a nested mapping holds for the files whose path ends with its key."""

_PLACEHOLDER: Final = re.compile(
    r"""
    \$\{ (?P<braced>[A-Za-z_][A-Za-z0-9_]*) (?: :- (?P<default>[^{}\n]*) )? \}
    | \$ (?P<bare>[A-Za-z_][A-Za-z0-9_]*)
    | \{\{ -? [ \t]* (?P<curly>\.?[A-Za-z_][A-Za-z0-9_.-]*?) [ \t]* -? \}\}
    # Not the groups of a regex, (?<N>…) and (?P<N>…), nor YAML's verbatim tag !<T>.
    | (?<![?!]) (?<!\?P) < (?P<angle>[A-Z][A-Z0-9_]*) >
    """,
    re.VERBOSE,
)
_JSON_PIECE: Final = re.compile(rf'(?P<string>"(?:[^"\\\n]|\\.)*+"?)|{_PLACEHOLDER.pattern}', re.VERBOSE)
SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
"""What Python's text can hold and UTF-8 cannot write."""
_IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_JSON_VALUE: Final = re.compile(
    r'\s*(?:[{\["]|(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null)\s*\Z)'
)
_PRIVATE_USE: Final = range(0xE000, 0xF900)


@frozen
class Prepared:
    """A text ready to be parsed.

    Args:
        text: The text, with variables put in and sentinels for the other placeholders.
        origin: Where its offsets stand in the text as written.
        mark: The character around the sentinels; "" without any.
        missing: Name, spelling and offset (in ``text``) of each placeholder without a value.
        words: Variables whose names are no identifiers: they replace a whole scalar (as ``sed`` does in some scripts).
    """

    text: str
    origin: Origin
    mark: str = ""
    missing: tuple[tuple[str, str, int], ...] = ()
    words: Mapping[str, str] = {}

    def restore(self, text: str) -> tuple[str, tuple[str, ...]]:
        """Give a piece of the parsed text its own spelling back.

        Args:
            text: The piece.

        Returns:
            The piece as written and the names of the placeholders in it that have no value.
        """
        if not self.mark or self.mark not in text:
            return text, ()
        names: dict[str, None] = {}

        def spelling(found: re.Match[str]) -> str:
            name, original, _ = self.missing[int(found[1])]
            names[name] = None
            return original

        return re.sub(f"{self.mark}([0-9]+){self.mark}", spelling, text), tuple(names)

    def missing_before(self, offset: int) -> tuple[str, int | None] | None:
        """The last placeholder without a value at or before an offset: where a text does not parse, it may be why.

        Args:
            offset: The offset in the parsed text.

        Returns:
            Its name and line, or None.
        """
        before = [entry for entry in self.missing if entry[2] <= offset]
        return (before[-1][0], self.origin.mark(before[-1][2]).line) if before else None


def variables_of(file: str, variables: Variables | None) -> dict[str, str]:
    """The variables that hold for one file: those of all files, then those whose key is the end of its path.

    Args:
        file: The file, as it was given.
        variables: Names and values, and per file names and values.

    Returns:
        Names and values.

    Raises:
        DocumentError: A value is no string, or no text that UTF-8 can write.

    >>> variables_of("a/blue.json", {"NAME": "x", "blue.json": {"NAME": "blue"}, "lue.json": {"NAME": "y"}})
    {'NAME': 'blue'}
    """
    common: dict[str, object] = {}
    scoped: list[tuple[int, Mapping[str, str]]] = []
    parts = PurePath(file).parts
    for name, value in (variables or {}).items():
        if isinstance(value, Mapping):
            suffix = PurePath(name).parts
            if suffix and parts[-len(suffix) :] == suffix:
                scoped.append((len(suffix), value))
        else:
            common[name] = value
    for _, values in sorted(scoped, key=itemgetter(0)):
        common.update(values)
    for name, given in common.items():  # Python code can give what no type checker saw.
        if not isinstance(given, str):
            raise DocumentError(f"variable `{name}` must be a string, not {given!r}", file)
        if SURROGATE.search(given):
            raise DocumentError(f"variable `{name}` holds bytes that are no UTF-8, or half of a surrogate pair", file)
    return cast("dict[str, str]", common)


def prepare(text: str, file: str, variables: Mapping[str, str], *, as_json: bool = False) -> Prepared:
    """Put variables into a text and sentinels where they are missing.

    In JSON a value stays inside the string that it is put in. Outside of strings, jq's ``$NAME`` becomes a string;
    the other forms, which text tools fill, become what the value is: JSON if it looks like JSON, else a string.

    Args:
        text: The text as written.
        file: Its name.
        variables: Names and values.
        as_json: Whether to keep to JSON's strings.

    Returns:
        The text to parse.

    Raises:
        DocumentError: The text becomes too large.

    >>> prepare("host: ${NAME:-web}.$ZONE", "a.yaml", {"ZONE": "local"}).text
    'host: web.local'
    >>> prepare('{"port": ${PORT}, "name": $NAME}', "a.json", {"PORT": "80", "NAME": "8"}, as_json=True).text
    '{"port": 80, "name": "8"}'
    """
    words = {name: value for name, value in variables.items() if not _IDENTIFIER.fullmatch(name)}
    pieces = _Pieces(text, variables)
    if as_json:
        pieces.fill_json()
    else:
        pieces.fill(0, len(text), _as_is)
    if not pieces.found:
        return Prepared(text, Origin(file, text), words=words)
    return pieces.joined(file, words)


@frozen
class _Found:
    """A placeholder in the text as written: its value, or None and a name."""

    start: int
    end: int
    name: str
    value: str | None
    quotes: str = ""


def _as_is(value: str, _: re.Match[str]) -> str:
    return value


def _in_json_string(value: str, _: re.Match[str]) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]


def _as_json_value(value: str, found: re.Match[str]) -> str:
    if found["bare"] is None and _JSON_VALUE.match(value):
        return value
    return json.dumps(value, ensure_ascii=False)


class _Pieces:
    """Finds the placeholders of a text and puts it together anew."""

    def __init__(self, text: str, variables: Mapping[str, str]) -> None:
        self.found: list[_Found] = []
        self._text = text
        self._variables = variables

    def fill(self, start: int, end: int, spell: Callable[[str, re.Match[str]], str]) -> None:
        """Find the placeholders of a part of the text."""
        for match in _PLACEHOLDER.finditer(self._text, start, end):
            self._take(match, spell, "")

    def fill_json(self) -> None:
        """Find the placeholders of a JSON text, inside and outside of strings."""
        for match in _JSON_PIECE.finditer(self._text):
            if match["string"] is not None:
                self.fill(match.start(), match.end(), _in_json_string)
            else:
                self._take(match, _as_json_value, '"')

    def _take(self, match: re.Match[str], spell: Callable[[str, re.Match[str]], str], quotes: str) -> None:
        name = match["braced"] or match["bare"] or match["curly"] or match["angle"]
        value = self._variables.get(name)
        if not value and match["default"] is not None:  # The shell's `:-`: unset or empty.
            value = match["default"]
        if value is not None:
            self.found.append(_Found(match.start(), match.end(), name, spell(value, match)))
        elif match["bare"] is None or name.isupper():
            self.found.append(_Found(match.start(), match.end(), name, None, quotes))

    def joined(self, file: str, words: Mapping[str, str]) -> Prepared:
        """The new text."""
        mark = self._free_character(file) if any(found.value is None for found in self.found) else ""
        pieces: list[str] = []
        shifts: list[Shift] = []
        missing: list[tuple[str, str, int]] = []
        done = length = 0
        for found in self.found:
            new = found.value
            start = length + found.start - done
            if new is None:
                new = f"{found.quotes}{mark}{len(missing)}{mark}{found.quotes}"
                missing.append((found.name, self._text[found.start : found.end], start))
            pieces += (self._text[done : found.start], new)
            done, length = found.end, start + len(new)
            shifts.append(Shift(start, length, found.start, found.end))
            if length > MAX_BYTES:
                raise DocumentError(f"with its variables put in, the text is longer than {MAX_BYTES} characters", file)
        pieces.append(self._text[done:])
        origin = Origin(file, self._text, tuple(shifts))
        return Prepared("".join(pieces), origin, mark, tuple(missing), words)

    def _free_character(self, file: str) -> str:
        used = set(self._text).union(*(found.value or "" for found in self.found))
        free: Iterator[str] = (chr(code) for code in _PRIVATE_USE if chr(code) not in used)
        mark = next(free, None)
        if mark is None:
            raise DocumentError("uses every private-use character, so placeholders cannot be told apart", file)
        return mark

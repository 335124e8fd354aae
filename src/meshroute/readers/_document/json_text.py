"""JSON (RFC 8259), parsed without recursion and keeping the position of every value."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from meshroute.errors import DocumentError
from meshroute.readers._document.limits import MAX_NUMBER_LENGTH
from meshroute.readers._document.nodes import Node, Scalar
from meshroute.readers._document.placeholders import SURROGATE, Prepared, prepare
from meshroute.readers._document.scalars import leaf
from meshroute.readers._document.tree import TreeBuilder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from meshroute.readers._document.problems import Problems

# No possessive group that can fail in its middle: before 3.11.5, Python's re keeps what such a group has consumed.
_TOKEN: Final = re.compile(
    r"""
    [ \t\n\r]*+ (?:
      " (?P<simple> [^"\\\x00-\x1f]*+ ) "
    | (?P<string> " [^"\\\x00-\x1f]*+ (?: \\. [^"\\\x00-\x1f]*+ )*+ " )
    | (?P<number> -? (?: 0 | [1-9][0-9]*+ ) (?P<fraction> (?:\.[0-9]++)? (?:[eE][-+]?[0-9]++)? ) ) (?![0-9A-Za-z_.+-])
    | (?P<word> true | false | null ) (?![0-9A-Za-z_])
    | (?P<mark> [\[\]{},:] )
    )
    """,
    re.VERBOSE,
)
_BLANK: Final = re.compile(r"[ \t\n\r]++")
_WORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}

# What may come next.
_VALUE: Final = "a value"
_VALUE_OR_END: Final = "a value or `]`"
_KEY: Final = "a key in double quotes"
_KEY_OR_END: Final = "a key in double quotes or `}`"
_COLON: Final = "`:`"
_COMMA_IN_LIST: Final = "`,` or `]`"
_COMMA_IN_MAPPING: Final = "`,` or `}`"
_NOTHING: Final = "the end of the text"

_VALUES: Final = frozenset({_VALUE, _VALUE_OR_END})
_KEYS: Final = frozenset({_KEY, _KEY_OR_END})
# Per mark: where it may stand, and what may follow it (nothing: what follows a value).
_MARKS: Final[dict[str, tuple[frozenset[str], dict[str, str]]]] = {
    "[": (_VALUES, dict.fromkeys(_VALUES, _VALUE_OR_END)),
    "{": (_VALUES, dict.fromkeys(_VALUES, _KEY_OR_END)),
    "]": (frozenset({_VALUE_OR_END, _COMMA_IN_LIST}), {}),
    "}": (frozenset({_KEY_OR_END, _COMMA_IN_MAPPING}), {}),
    ",": (frozenset({_COMMA_IN_LIST, _COMMA_IN_MAPPING}), {_COMMA_IN_LIST: _VALUE, _COMMA_IN_MAPPING: _KEY}),
    ":": (frozenset({_COLON}), {_COLON: _VALUE}),
}
# What a text that is nearly JSON has at the place of the error.
_FIXES: Final = (
    (re.compile(r"//|/\*|#"), "JSON has no comments"),
    (re.compile(r"'"), "JSON has double quotes only"),
    (re.compile(r"[-+]?[0-9.]|NaN|-?Infinity"), "JSON numbers are like -1, 0.5 or 1e3"),
    (re.compile(r"True|False|None"), "JSON writes true, false, null"),
    (re.compile(r'"'), "a string ends on its line, and control characters in it are escaped, as \\n or \\u0007"),
)


def compose_json(text: str, file: str, variables: Mapping[str, str], problems: Problems) -> list[Node]:
    """Build the tree of a JSON text.

    Args:
        text: The text as written.
        file: Its name.
        variables: Values for its placeholders.
        problems: Where problems go.

    Returns:
        The root; nothing where the text is not JSON.

    >>> from meshroute.readers._document.problems import Problems
    >>> compose_json("7", "a.json", {}, Problems())[0].value
    7
    """
    try:
        parser = _Parser(prepare(text, file, variables, as_json=True), problems)
        parser.run()
    except DocumentError as error:
        problems.add(error)
        return []
    return parser.tree.roots


class _Parser:
    """One pass over the tokens; ``expected`` says what the grammar allows next."""

    def __init__(self, prepared: Prepared, problems: Problems) -> None:
        self.tree = TreeBuilder(prepared.origin, problems)
        self._prepared = prepared
        self._expected = _VALUE

    def run(self) -> None:
        """Parse the text.

        Raises:
            DocumentError: It is not JSON, or beyond a limit.
        """
        text = self._prepared.text
        position = 0
        while found := _TOKEN.match(text, position):
            kind = found.lastgroup or ""
            if kind == "mark":
                self._mark(found["mark"], found.start("mark"))
            else:
                self._scalar(found, kind)
            position = found.end()
        position = _end_of_blank(text, position)
        if position < len(text) or self._expected != _NOTHING:
            raise self._error(position)

    def _mark(self, mark: str, offset: int) -> None:
        places, following = _MARKS[mark]
        if self._expected not in places:
            raise self._error(offset)
        if mark in "[{":
            self.tree.open(offset, is_mapping=mark == "{")
        elif mark in "]}":
            self.tree.close()
        self._expected = following.get(self._expected) or self._after_value()

    def _scalar(self, found: re.Match[str], kind: str) -> None:
        offset = found.start(kind) - (kind == "simple")
        is_string = kind in {"simple", "string"}
        is_key = is_string and self._expected in _KEYS
        if not is_key and self._expected not in _VALUES:
            raise self._error(offset)
        if is_string:
            text = found[kind] if kind == "simple" else self._unescaped(found[kind], offset)
            self.tree.add(leaf(self._prepared, offset, self.tree, text, plain=False))
        else:
            value = _WORDS[found[kind]] if kind == "word" else self._number(found, offset)
            self.tree.add(
                Scalar(value, found[kind], origin=self._prepared.origin, offset=offset, path=self.tree.path())
            )
        self._expected = _COLON if is_key else self._after_value()

    def _after_value(self) -> str:
        if not self.tree.depth:
            return _NOTHING
        return _COMMA_IN_MAPPING if self.tree.wants_key else _COMMA_IN_LIST

    def _unescaped(self, literal: str, offset: int) -> str:
        try:
            text: str = json.loads(literal)
        except ValueError:
            fix = 'escapes are \\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four digits'
            raise self._prepared.origin.error(offset, "not valid JSON: a bad escape", self.tree.path(), fix) from None
        if SURROGATE.search(text):
            raise self._prepared.origin.error(offset, "a \\u escape is half of a surrogate pair", self.tree.path())
        return text

    def _number(self, found: re.Match[str], offset: int) -> int | float:
        text = found["number"]
        if len(text) > MAX_NUMBER_LENGTH:
            raise self._prepared.origin.error(offset, f"a number of {len(text)} characters", self.tree.path())
        return float(text) if found["fraction"] else int(text)

    def _error(self, offset: int) -> DocumentError:
        text = self._prepared.text
        found = (
            f"`{self._prepared.restore(text[offset : offset + 1])[0]}`" if offset < len(text) else "the end of the text"
        )
        fix = next((fix for pattern, fix in _FIXES if pattern.match(text, offset)), None)
        path = self.tree.path()
        in_list = path is not None and isinstance(path[1], int)
        if (found == "`}`" and self._expected == _KEY) or (found == "`]`" and self._expected == _VALUE and in_list):
            fix = "remove the comma before it"
        message = f"not valid JSON: expected {self._expected}, found {found}"
        return self._prepared.origin.error(offset, message, path, fix)


def _end_of_blank(text: str, position: int) -> int:
    found = _BLANK.match(text, position)
    return found.end() if found else position

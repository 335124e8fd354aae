"""What a scalar means: the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from meshroute.readers._document.limits import MAX_NUMBER_LENGTH
from meshroute.readers._document.nodes import Scalar

if TYPE_CHECKING:
    from meshroute.readers._document.placeholders import Prepared
    from meshroute.readers._document.tree import TreeBuilder

Value = str | int | float | bool | None

_WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER_START: Final = frozenset("0123456789+-.")
_INTEGER: Final = re.compile(r"[-+]?[0-9]+")
_OCTAL_OR_HEXADECIMAL: Final = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)


def plain_value(text: str) -> Value:
    """The value of a plain (unquoted) scalar: ``on``, ``no`` and dates are text, ``012`` is twelve.

    Args:
        text: The scalar.

    Returns:
        Its value. What looks like a number of more than ``MAX_NUMBER_LENGTH`` characters is text.

    >>> [plain_value(text) for text in ("true", "no", "012", "1e3", "~", "2024-01-01")]
    [True, 'no', 12, 1000.0, None, '2024-01-01']
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_START or len(text) > MAX_NUMBER_LENGTH:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _OCTAL_OR_HEXADECIMAL.fullmatch(text):
        return int(text, 0)
    return float(text.lower().replace(".inf", "inf").replace(".nan", "nan")) if _FLOAT.fullmatch(text) else text


def leaf(  # noqa: PLR0913 - what a parser knows of a scalar; the last two are named
    prepared: Prepared, offset: int, tree: TreeBuilder, text: str, *, plain: bool, tag: str | None = None
) -> Scalar:
    """A YAML or JSON string scalar with its placeholders recorded.

    Args:
        prepared: The text it is in.
        offset: Where it starts there.
        tree: The tree that it will be put into next.
        text: The scalar as parsed.
        plain: Whether its value is to be read by the core schema.
        tag: Its local YAML tag.

    Returns:
        The scalar.
    """
    text, missing = prepared.restore(text)
    text = prepared.words.get(text, text)
    value = plain_value(text) if plain and not missing else text
    return Scalar(value, text, not plain, missing, tag=tag, origin=prepared.origin, offset=offset, path=tree.path(text))

"""How a form of a document spells the names of its fields."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Callable

_FIRST_WORD: Final = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]+[0-9]*|[A-Z]")
_CAPITALS: Final = {
    **{name: name.upper() for name in ("dns", "tls", "acm", "sds", "grpc", "http", "http2", "tcp")},
    "awsCloudMap": "AWSCloudMap",
}


@frozen
class Spelling:
    """How a form spells the fields that a reader knows by one name.

    Args:
        read: From the document's key to the reader's name.
        show: From the reader's name to the document's key, for messages.
    """

    read: Callable[[str], str]
    show: Callable[[str], str]


def from_pascal_case(key: str) -> str:
    """The camelCase name of a PascalCase key: its first word in small letters.

    Args:
        key: The key.

    Returns:
        The name.

    >>> [from_pascal_case(key) for key in ("WeightedTargets", "DNS", "AWSCloudMap", "Http2Route", "HTTP2")]
    ['weightedTargets', 'dns', 'awsCloudMap', 'http2Route', 'http2']
    """
    found = _FIRST_WORD.match(key)
    return found[0].lower() + key[found.end() :] if found else key


def to_pascal_case(name: str) -> str:
    """The key that CloudFormation has for a camelCase name.

    Args:
        name: The name.

    Returns:
        The key.

    >>> [to_pascal_case(name) for name in ("weightedTargets", "dns", "awsCloudMap", "http2Route")]
    ['WeightedTargets', 'DNS', 'AWSCloudMap', 'Http2Route']
    """
    return _CAPITALS.get(name) or name[:1].upper() + name[1:]


def _same(name: str) -> str:
    return name


AS_WRITTEN: Final = Spelling(_same, _same)
"""The reader's own names: Kubernetes, AWS API."""

PASCAL_CASE: Final = Spelling(from_pascal_case, to_pascal_case)
"""CloudFormation's: ``WeightedTargets`` is ``weightedTargets``, ``DNS`` is ``dns``."""

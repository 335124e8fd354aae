"""The words of messages about nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from meshroute.readers._document.nodes import Mapping, Sequence

if TYPE_CHECKING:
    from meshroute.readers._document.nodes import Node

_LONGEST_SHOWN: Final = 60


def describe(node: Node) -> str:
    """Say what a node is, for a message.

    Args:
        node: The node.

    Returns:
        The words.

    >>> from meshroute.readers._document.nodes import Scalar
    >>> describe(Scalar(100, "100")), describe(Scalar("on", "on")), describe(Sequence(()))
    ('the number 100', 'the text "on"', 'a list')
    """
    if isinstance(node, Mapping):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    text = shortened(node.text)
    if isinstance(node.value, str):
        return f"the text {quoted(node.value)}"
    if isinstance(node.value, bool):
        return f"the boolean {text}"
    return "null" if node.value is None else f"the number {text}"


def shortened(text: str) -> str:
    """Cut a text so that a message stays readable.

    Args:
        text: The text.

    Returns:
        Its start.

    >>> len(shortened("x" * 1000))
    61
    """
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def quoted(text: str) -> str:
    """Put a text in quotes, cut if it is long.

    Args:
        text: The text.

    Returns:
        The quoted text.

    >>> print(quoted("on"))
    "on"
    """
    return f'"{shortened(text)}"'


def length_fault(length: int, least: int, most: int | None, unit: str) -> str | None:
    """Say which length was wanted, if it was another.

    Args:
        length: The length there is.
        least: The least length.
        most: The greatest length.
        unit: What is counted, in the singular.

    Returns:
        The words, or None where the length is right.

    >>> length_fault(0, 1, 10, "item"), length_fault(11, 1, 10, "item"), length_fault(1, 1, 10, "item")
    ('at least 1 item', 'at most 10 items', None)
    """
    if length < least:
        return f"at least {least} {unit}{'' if least == 1 else 's'}"
    if most is not None and length > most:
        return f"at most {most} {unit}{'' if most == 1 else 's'}"
    return None

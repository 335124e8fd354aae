"""Checked access to the fields of a mapping: right type, right range, nothing unknown; every fault goes to Problems.

Accessors return None both for an absent optional field and after reporting a problem. A field that is null counts as
absent, as the Kubernetes API server has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from meshroute.readers._document.nodes import Node, Scalar, Sequence
    from meshroute.readers._document.problems import Problems


@frozen
class Spelling:
    """How a form spells the fields that a reader knows by one name.

    Args:
        read: From the document's key to the reader's name.
        show: From the reader's name to the document's key, for messages.
    """

    read: Callable[[str], str]
    show: Callable[[str], str]


AS_WRITTEN: Spelling
PASCAL_CASE: Spelling
"""CloudFormation's: ``WeightedTargets`` is ``weightedTargets``, ``DNS`` is ``dns``, ``AWSCloudMap`` is ``awsCloudMap``."""


class Fields:
    """The fields of one mapping.

    Args:
        node: The mapping. Anything else is reported, and then every field counts as absent and none as required.
        problems: Where faults go.
        known: The names of all fields that may stand here (the reader's names).
        where: The name of this mapping in messages (``spec.httpRoute.match``).
        spell: How the form spells names.
        coerce: Whether a number may stand for a string and a string for a number or boolean (CloudFormation).
    """

    node: Node
    problems: Problems
    where: str
    valid: bool

    def __init__(
        self,
        node: Node,
        problems: Problems,
        *,
        known: Collection[str] = (),
        where: str = "",
        spell: Spelling | None = None,
        coerce: bool = False,
    ) -> None: ...

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""

    def node_of(self, name: str) -> Node | None:
        """The field's node, null included, without any check."""

    def key_of(self, name: str) -> Scalar | None:
        """The field's key as written (its place and spelling)."""

    def error(self, name: str, message: str, fix: str | None = None) -> None:
        """Report a problem at a field's value (or at this mapping where the field is absent)."""

    def string(
        self,
        name: str,
        *,
        required: bool = False,
        min_length: int = 0,
        max_length: int | None = None,
        pattern: str | None = None,
        choices: Collection[str] | None = None,
    ) -> str | None: ...

    def integer(
        self, name: str, *, required: bool = False, minimum: int | None = None, maximum: int | None = None
    ) -> int | None: ...

    def number(
        self, name: str, *, required: bool = False, minimum: float | None = None, maximum: float | None = None
    ) -> float | None: ...

    def boolean(self, name: str, *, required: bool = False) -> bool | None: ...

    def mapping(self, name: str, *, known: Collection[str] = (), required: bool = False) -> Fields | None: ...

    def sequence(
        self, name: str, *, required: bool = False, min_items: int = 0, max_items: int | None = None
    ) -> list[Node]: ...

    def children(
        self,
        name: str,
        *,
        known: Collection[str] = (),
        required: bool = False,
        min_items: int = 0,
        max_items: int | None = None,
    ) -> list[Fields]:
        """The mappings of a list; items that are no mappings are reported and left out."""

    def strings(
        self, name: str, *, required: bool = False, min_items: int = 0, max_items: int | None = None,
        choices: Collection[str] | None = None,
    ) -> list[str]:
        """The strings of a list; other items are reported and left out."""

    def string_map(self, name: str) -> dict[str, str]:
        """A mapping of strings to strings (labels)."""

    def at(self, node: Node, *, known: Collection[str] = (), where: str = "") -> Fields:
        """Fields of another mapping, with the same problems, spelling and coercion."""

    def ignore(self, *names: str) -> Self:
        """Allow fields besides the known ones."""

    def finish(self, unknown: Literal["error", "notice", "typo-error"] = "typo-error") -> None:
        """Report the fields that are not known."""

"""What differs between the forms, and the object that is being read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from attrs import evolve, field, frozen

from meshroute.model.notices import Notice, Source
from meshroute.readers._document import AS_WRITTEN, PASCAL_CASE, Fields, Mapping, Node, Problems, Spelling

if TYPE_CHECKING:
    from collections.abc import Collection

    from meshroute.readers.app_mesh.objects import Form

DEFAULT_NAMESPACE = "default"
"""The namespace of a Kubernetes object that names none: kubectl's, unless its context says otherwise."""


@frozen
class Dialect:
    """The rules of one form.

    Args:
        form: The form.
        spell: How it spells the names of fields.
        coerce: Whether a number may stand for a string and a string for a number (CloudFormation converts).
        unknown: What an unknown field is: the CRD keeps it silently (§1.1), the API and CloudFormation refuse it.
        refs: How one object names another (table 1.0): by Ref or ARN, by a field of v1beta1, by its AWS name.
        webhook: Whether the controller's webhook checks it (§3.2, §3.3) before the API does.

    >>> KUBERNETES.webhook, AWS.webhook, CLOUDFORMATION.unknown
    (True, False, 'error')
    """

    form: Form
    spell: Spelling = AS_WRITTEN
    coerce: bool = False
    unknown: Literal["error", "typo-error"] = "typo-error"
    refs: Literal["kubernetes", "legacy", "aws"] = "aws"
    webhook: bool = False

    @property
    def names_objects_by_ref(self) -> bool:
        """Whether one object names another by Ref or ARN."""
        return self.refs == "kubernetes"


KUBERNETES = Dialect("kubernetes", refs="kubernetes", webhook=True)
LEGACY = Dialect("kubernetes", refs="legacy")
GUIDE = Dialect("guide", refs="kubernetes", webhook=True)
AWS = Dialect("aws", unknown="error")
CLOUDFORMATION = Dialect("cloudformation", PASCAL_CASE, coerce=True, unknown="error")


@frozen
class Holder:
    """The object that is being read: its identity for places, and where faults and notices go.

    Args:
        dialect: The rules of its form.
        problems: Where faults go.
        kind: Its kind.
        name: Its name.
        namespace: Its namespace.
        notices: Where notices about it go.

    >>> holder = Holder(KUBERNETES, Problems(), "Mesh", "m")
    >>> holder.named("Route", "r").kind
    'Route'
    """

    dialect: Dialect
    problems: Problems
    kind: str | None = None
    name: str | None = None
    namespace: str | None = None
    notices: list[Notice] = field(factory=list[Notice], eq=False, repr=False)

    def named(self, kind: str, name: str) -> Holder:
        """The holder of an object inside of this one, with notices of its own.

        Args:
            kind: Its kind.
            name: Its name.

        Returns:
            The holder.
        """
        return evolve(self, kind=kind, name=name, notices=[])

    def source(self, node: Node) -> Source:
        """The place of a node of this object.

        Args:
            node: The node.

        Returns:
            The place. Parsed objects have no lines: they count as line 0.
        """
        mark = node.mark
        return Source(mark.file, mark.line or 0, node.pointer, self.kind, self.namespace, self.name)

    def fields(self, node: Node, *, known: Collection[str] = (), where: str = "") -> Fields:
        """Checked access to a mapping of this object.

        Args:
            node: The mapping.
            known: The names of its fields.
            where: Its name in messages.

        Returns:
            The fields.
        """
        return Fields(
            node, self.problems, known=known, where=where, spell=self.dialect.spell, coerce=self.dialect.coerce
        )

    def finish(self, fields: Fields | None) -> None:
        """Report the fields that are not known, as the form has it.

        Args:
            fields: The fields, all of which were asked for.
        """
        if fields is not None:
            fields.finish(self.dialect.unknown)

    def notice(self, code: str, message: str, node: Node) -> None:
        """Add a notice about this object.

        Args:
            code: A stable code.
            message: One sentence.
            node: Where.
        """
        self.notices.append(Notice(code, message, self.source(node)))


def empty_mapping(like: Node) -> Mapping:
    """An empty mapping in the place of a node: what an absent optional mapping is read as.

    Args:
        like: The node.

    Returns:
        The mapping.

    >>> from meshroute.readers._document import parse_yaml
    >>> empty_mapping(parse_yaml("a: 5")[0].get("a")).pointer
    '/a'
    """
    return Mapping((), origin=like.origin, offset=like.offset, path=like.path)

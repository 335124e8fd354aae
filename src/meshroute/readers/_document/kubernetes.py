"""What objects of Kubernetes have in common: lists, the fields of their metadata, label selectors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from attrs import frozen

from meshroute.readers._document.fields import Fields
from meshroute.readers._document.nodes import Mapping as MappingNode
from meshroute.readers._document.nodes import Node, Scalar, Sequence

NAMESPACE_NAME: Final = "kubernetes.io/metadata.name"
"""The label that the API server gives every Namespace: its name."""

METADATA: Final = (
    "annotations",
    "clusterName",
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "finalizers",
    "generateName",
    "generation",
    "managedFields",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
)
"""What the API server writes into metadata (meta/v1 ObjectMeta), beside name, namespace and labels."""


@frozen
class Selector:
    """A label selector; without any requirement it selects everything.

    Args:
        labels: ``matchLabels``.
        expressions: ``matchExpressions``: key, operator (``In``, ``NotIn``, ``Exists``, ``DoesNotExist``) and values.
    """

    labels: tuple[tuple[str, str], ...] = ()
    expressions: tuple[tuple[str, str, tuple[str, ...]], ...] = ()


EVERYTHING: Final = Selector()
_OPERATORS: Final = ("In", "NotIn", "Exists", "DoesNotExist")


def objects_in(node: Node) -> list[Node]:
    """Take the objects out of a document: the items of a list (of parsed objects) and of Lists, or the document itself.

    Args:
        node: The document's root.

    Returns:
        The objects.
    """
    found: list[Node] = []
    waiting: list[Node] = list(reversed(node.items)) if isinstance(node, Sequence) else [node]
    while waiting:
        current = waiting.pop()
        items = current.get("items") if isinstance(current, MappingNode) else None
        if isinstance(items, Sequence) and type_of(current)[1].endswith("List"):
            waiting.extend(reversed(items.items))
        else:
            found.append(current)
    return found


def type_of(node: Node) -> tuple[str, str]:
    """Read the ``apiVersion`` and the ``kind`` of an object.

    Args:
        node: The object.

    Returns:
        Both; empty where they are missing.
    """
    return _text(node, "apiVersion"), _text(node, "kind")


def _text(node: Node, key: str) -> str:
    value = node.get(key) if isinstance(node, MappingNode) else None
    return value.text if isinstance(value, Scalar) else ""


def read_selector(fields: Fields, unknown: Literal["error", "notice", "typo-error"] = "typo-error") -> Selector:
    """Read a label selector.

    Args:
        fields: The selector.
        unknown: What fields are that are not known.

    Returns:
        The selector.

    >>> from meshroute.readers._document import Problems, parse_yaml
    >>> read_selector(Fields(parse_yaml("matchLabels: {a: b}")[0], Problems()))
    Selector(labels=(('a', 'b'),), expressions=())
    """
    labels = fields.string_map("matchLabels")
    expressions: list[tuple[str, str, tuple[str, ...]]] = []
    for item in fields.children("matchExpressions", known=("key", "operator", "values")):
        key = item.string("key", required=True, min_length=1)
        operator = item.string("operator", required=True, choices=_OPERATORS)
        values = item.strings("values")
        # Kubernetes, meta/v1 LabelSelectorRequirement: In and NotIn have values, the others have none.
        if operator in {"In", "NotIn"} and not item.has("values"):
            item.error("values", f"`values` is required with the operator {operator}")
        elif operator in {"Exists", "DoesNotExist"} and values:
            item.error("values", f"`values` must be empty with the operator {operator}")
        item.finish(unknown)
        if key is not None and operator is not None:
            expressions.append((key, operator, tuple(values)))
    fields.finish(unknown)
    return Selector(tuple(labels.items()), tuple(expressions))


def selects(selector: Selector | None, labels: Mapping[str, str], *, complete: bool = True) -> bool | None:
    """Tell whether a selector selects what has these labels.

    Args:
        selector: The selector; None selects nothing, one without requirements selects everything.
        labels: The labels.
        complete: Whether these are all labels; otherwise a label that is not among them is unknown.

    Returns:
        True or False, or None where an unknown label decides.

    >>> selects(Selector((("gateway", "ingress"),)), {"gateway": "ingress"}), selects(None, {})
    (True, False)
    >>> selects(Selector((("gateway", "ingress"),)), {}, complete=False) is None
    True
    """
    if selector is None:
        return False
    verdicts = [_requirement(key, "In", (value,), labels, complete=complete) for key, value in selector.labels]
    verdicts += [_requirement(*expression, labels, complete=complete) for expression in selector.expressions]
    return _all(verdicts)


def _all(verdicts: Iterable[bool | None]) -> bool | None:
    """Combine requirements: one that fails decides, one that is unknown leaves it open."""
    found = set(verdicts)
    if False in found:
        return False
    return None if None in found else True


def _requirement(
    key: str, operator: str, values: tuple[str, ...], labels: Mapping[str, str], *, complete: bool
) -> bool | None:
    if key not in labels and not complete:
        return None
    match operator:
        case "In":
            return labels.get(key) in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case _:
            return key not in labels

"""What objects of Kubernetes have in common: the fields of their metadata, and label selectors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from attrs import frozen

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

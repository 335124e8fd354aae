"""Chance: a fraction of all requests, told from the one random value that a request has."""

from __future__ import annotations

from attrs import frozen

from meshroute.model.criteria import AnyOf, Criterion, Not, RouteMatch
from meshroute.model.request import Request


@frozen
class RandomFraction:
    """The request's random value falls into a fraction (envoy.md §2.7).

    Every fraction and every weight of a request looks at the same value: of two routes of 50 % each, one behind the
    other, the second never takes a request. A request without a value passes no fraction; the Router draws one first.

    Args:
        numerator: How many of `denominator` pass; more than all is all.
        denominator: 100, 10 000 or 1 000 000.
        key: The runtime key under which an operator can change the fraction, for display.

    >>> half = RandomFraction(50, 100)
    >>> [half.accepts(Request("GET", "/", random_value=value)) for value in (49, 50, 149)]
    [True, False, True]
    """

    numerator: int
    denominator: int = 100
    key: str = ""

    def accepts(self, request: Request, /) -> bool:
        """Pass if the random value, modulo the denominator, is below the numerator."""
        if self.is_certain:
            return self.numerator > 0
        value = request.random_value
        return value is not None and value % self.denominator < self.numerator

    @property
    def is_certain(self) -> bool:
        """Whether no random value is needed: all requests pass, or none."""
        return self.numerator == 0 or self.numerator >= self.denominator

    def seen(self, request: Request, /) -> str:
        """Say what the criterion looked at: the random value."""
        value = request.random_value
        if value is None:
            return "there is no random value"
        return f"the random value is {value} ({value % self.denominator} modulo {self.denominator})"


def needs_random_value(match: RouteMatch) -> bool:
    """Tell whether a condition looks at the random value of a request.

    Args:
        match: The condition.

    Returns:
        True if one of its criteria, at any depth, is a fraction between none and all.

    >>> [needs_random_value(RouteMatch((Not(RandomFraction(part)),))) for part in (1, 100)]
    [True, False]
    """
    todo: list[Criterion] = list(match.criteria)
    while todo:
        criterion = todo.pop()
        if isinstance(criterion, RandomFraction) and not criterion.is_certain:
            return True
        if isinstance(criterion, Not):
            todo.append(criterion.criterion)
        elif isinstance(criterion, AnyOf):
            todo.extend(criterion.criteria)
    return False

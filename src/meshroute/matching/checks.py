"""Criteria in the form in which a line tries them fast.

A criterion's own ``accepts`` is the definition, short and general. What most routes ask for, one exact value, is
written out here once more without what it does not need. Everything else is asked as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from meshroute.model.criteria import Criterion, HeaderMatch, Method, QueryMatch, TextExact
from meshroute.model.request import PSEUDO_HEADERS, Request

Check = Callable[[Request], bool]


def check_of_all(criteria: tuple[Criterion, ...]) -> Check | None:
    """Make the fastest test of some criteria; routes that ask for the same share it, and so the processor's cache.

    Args:
        criteria: The criteria.

    Returns:
        A function that says whether all accept a request; None where there are none.
    """
    try:
        return _shared_check(criteria)
    except TypeError:  # a criterion of somebody else that cannot be hashed
        return _joined([check_of(criterion) for criterion in criteria])


@lru_cache(maxsize=4096)
def _shared_check(criteria: tuple[Criterion, ...]) -> Check | None:
    return _joined([check_of(criterion) for criterion in criteria])


def _joined(checks: list[Check]) -> Check | None:
    if len(checks) < 2:
        return checks[0] if checks else None

    def check(request: Request) -> bool:
        for one in checks:  # noqa: SIM110 - written out
            if not one(request):
                return False
        return True

    return check


def check_of(criterion: Criterion) -> Check:
    """Make the fastest test that a criterion has.

    Args:
        criterion: The criterion.

    Returns:
        A function that says what ``criterion.accepts`` says.

    >>> check_of(Method("GET"))(Request("GET", "/"))
    True
    """
    match criterion:
        case Method(names=(name,)):
            return _method(name)
        case HeaderMatch(
            name=name,
            test=TextExact(value=value, ignore_case=False),
            invert=False,
            joined=False,
            missing_as_empty=False,
        ) if name not in PSEUDO_HEADERS:
            return _header(name, value)
        case QueryMatch(name=name, test=TextExact(value=value, ignore_case=False)):
            return _query(name, value)
        case _:
            return criterion.accepts


def _method(name: str) -> Check:
    def check(request: Request) -> bool:
        return request.method == name

    return check


def _header(name: str, value: str) -> Check:
    def check(request: Request) -> bool:
        return request.headers.has_line(name, value)

    return check


def _query(name: str, value: str) -> Check:
    wanted, start = f"{name}={value}", f"{name}="

    def check(request: Request) -> bool:
        query = request.query
        if query is None or name not in query or value not in query:  # as most requests
            return False
        for piece in query.split("&"):
            if piece.startswith(start) or piece == name:  # the first of a name counts
                return piece == wanted or (piece == name and not value)
        return False

    return check

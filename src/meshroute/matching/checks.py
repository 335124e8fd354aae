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


def checks_of(criteria: tuple[Criterion, ...]) -> tuple[Check, ...]:
    """Make the fastest tests of some criteria; routes that ask for the same share them, and so the processor's cache.

    Args:
        criteria: The criteria.

    Returns:
        One test for each.
    """
    try:
        return _shared_checks(criteria)
    except TypeError:  # a criterion of somebody else that cannot be hashed
        return tuple([check_of(criterion) for criterion in criteria])


@lru_cache(maxsize=4096)
def _shared_checks(criteria: tuple[Criterion, ...]) -> tuple[Check, ...]:
    return tuple([check_of(criterion) for criterion in criteria])


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
            return _query(name, value, criterion.accepts)
        case _:
            return criterion.accepts


def _method(name: str) -> Check:
    def check(request: Request) -> bool:
        return request.method == name

    return check


def _header(name: str, value: str) -> Check:
    def check(request: Request) -> bool:
        return value in request.headers.lines(name)

    return check


def _query(name: str, value: str, accepts: Check) -> Check:
    def check(request: Request) -> bool:
        query = request.query
        # most requests have no such parameter; which of several counts is for the criterion to say
        return query is not None and name in query and value in query and accepts(request)

    return check

"""The report of a run, as one object (docs/schemas/test-report.json)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from meshroute.expectations.cases import Result
from meshroute.expectations.coverage import Coverage, Unit
from meshroute.model.context import thaw
from meshroute.model.request import Request

SCHEMA: Final = 1
"""The version of the object."""

JsonObject = dict[str, object]


def report_object(
    results: Sequence[Result], coverage: Coverage | None = None, *, fail_under: float | None = None
) -> JsonObject:
    """Describe a run.

    Args:
        results: What came of each case.
        coverage: What is covered, if it was asked for.
        fail_under: How much must be covered, in percent.

    Returns:
        The object.

    >>> report_object([])["summary"]
    {'cases': 0, 'passed': 0, 'failed': 0}
    """
    passed = sum(result.passed for result in results)
    return {
        "schema": SCHEMA,
        "cases": [_case(result) for result in results],
        "summary": {"cases": len(results), "passed": passed, "failed": len(results) - passed},
        "coverage": None if coverage is None else coverage_object(coverage, fail_under),
    }


def _case(result: Result) -> JsonObject:
    case = result.case
    found: JsonObject = {
        "name": case.name,
        "passed": result.passed,
        "source": None if case.source is None else str(case.source),
        "request": {"method": case.request.method, "url": case.request.url},
        "outcome": result.answer.outcome.value,
        "route": None if result.answer.route is None else result.answer.route.name,
        "expected": None,
        "actual": None,
        "why": None,
    }
    if result.failed:
        fields = _distinct([failed.field for failed in result.failed])
        found["expected"] = {field: failed.expected for field, failed in zip(fields, result.failed, strict=True)}
        found["actual"] = {field: failed.actual for field, failed in zip(fields, result.failed, strict=True)}
        found["why"] = result.why
    return found


def _distinct(fields: Sequence[str]) -> list[str]:
    """Number the checks of one field from the second on: a header may have to pass several matchers."""
    return [
        field if field not in fields[:at] else f"{field}#{fields[:at].count(field) + 1}"
        for at, field in enumerate(fields)
    ]


def coverage_object(coverage: Coverage, fail_under: float | None = None) -> JsonObject:
    """Describe what is covered.

    Args:
        coverage: What is covered.
        fail_under: How much must be covered, in percent.

    Returns:
        The object under ``coverage`` in docs/schemas/test-report.json.

    >>> coverage_object(Coverage((), frozenset()))["percent"]
    100.0
    """
    uncovered = coverage.uncovered
    requests: Sequence[Request | None] = coverage.suggestions or (None,) * len(uncovered)
    return {
        "percent": round(coverage.percent, 2),
        "total": len(coverage.units),
        "covered": len(coverage.units) - len(uncovered),
        "fail_under": fail_under,
        "uncovered": [_unit(unit, request) for unit, request in zip(uncovered, requests, strict=True)],
    }


def _unit(unit: Unit, request: Request | None) -> JsonObject:
    return {
        "route": unit.route.name,
        "route_id": unit.route.id,
        "backend": unit.backend,
        "source": None if unit.route.source is None else str(unit.route.source),
        "suggestion": None if request is None else request_object(request),
    }


def request_object(request: Request) -> JsonObject:
    """Describe a request as ``meshroute resolve --requests`` reads it.

    Args:
        request: The request.

    Returns:
        The object of docs/schemas/request.json.

    >>> request_object(Request("GET", "http://a.example/x"))
    {'method': 'GET', 'scheme': 'http', 'host': 'a.example', 'path': '/x', 'headers': []}
    """
    found: JsonObject = {
        "method": request.method,
        "scheme": request.scheme,
        "host": request.authority,
        "path": request.target,
        "headers": [[name, value] for name, value in request.headers],
    }
    for name in ("port", "entry", "sni", "client_namespace", "random_value"):
        value = getattr(request, name)
        if value is not None:
            found[name] = value
    if request.protocol != "http":
        found["protocol"] = request.protocol
    if request.context is not None:
        found["context"] = {
            "certificate_presented": request.context.certificate_presented,
            "certificate_validated": request.context.certificate_validated,
            "metadata": thaw(request.context.metadata),
            "filter_state": thaw(request.context.filter_state),
        }
    return found

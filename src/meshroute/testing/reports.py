"""Route coverage for people and for programs: lines of text, JSON, a page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from typing import Final

from meshroute.expectations.coverage import Coverage, Unit
from meshroute.expectations.report import coverage_object
from meshroute.model.request import Request

_STYLE: Final = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:60em;padding:0 1em;color:#222;background:#fff}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3em .8em;border-bottom:1px solid #ddd}"
    ".no{background:#fdecea}.yes{background:#eef7ee}code{font-size:13px}"
)


def _name(unit: Unit) -> str:
    return (unit.route.name or unit.route.id) + ("" if unit.backend is None else f" backend {unit.backend}")


def _source(unit: Unit) -> str:
    return "" if unit.route.source is None else str(unit.route.source)


def _line(request: Request | None) -> str:
    if request is None:
        return "no request was found that takes it"
    headers = "".join(f", {name}: {value}" for name, value in request.headers)
    value = "" if request.random_value in {None, 0} else f", random_value {request.random_value}"
    return f"{request.method} {request.url}{headers}{value}"


def coverage_lines(coverage: Coverage) -> Iterator[str]:
    """Show what is covered, and a request for what is not.

    Args:
        coverage: What is covered.

    Yields:
        Each line.

    >>> list(coverage_lines(Coverage((), frozenset())))
    ['100.0 % covered: 0 of 0']
    """
    uncovered = coverage.uncovered
    yield f"{coverage.percent:.1f} % covered: {len(coverage.units) - len(uncovered)} of {len(coverage.units)}"
    for unit, request in zip(uncovered, coverage.suggestions, strict=True):
        place = f" ({_source(unit)})" if _source(unit) else ""
        yield f"  not covered: {_name(unit)}{place}"
        yield f"    {_line(request)}"


def coverage_json(coverage: Coverage, fail_under: float | None = None) -> str:
    """Write what is covered as JSON: the object that ``meshroute test --json`` has under ``coverage``.

    Args:
        coverage: What is covered.
        fail_under: How much must be, in percent.

    Returns:
        The text.
    """
    return json.dumps(coverage_object(coverage, fail_under), indent=2, default=str) + "\n"


def coverage_html(coverage: Coverage, fail_under: float | None = None) -> str:
    """Write what is covered as a page that stands alone.

    Args:
        coverage: What is covered.
        fail_under: How much must be, in percent.

    Returns:
        The page.
    """
    suggestions = dict(zip((unit.key for unit in coverage.uncovered), coverage.suggestions, strict=True))
    rows = [
        _row(unit, is_covered=unit.key in coverage.covered, request=suggestions.get(unit.key))
        for unit in coverage.units
    ]
    needed = "" if fail_under is None else f", {fail_under:g} % must be"
    covered = len(coverage.units) - len(coverage.uncovered)
    return "\n".join([
        "<!doctype html>",
        f'<html lang="en"><meta charset="utf-8"><title>Route coverage</title><style>{_STYLE}</style>',
        f"<h1>Route coverage: {coverage.percent:.1f} %</h1>",
        f"<p>{covered} of {len(coverage.units)} routes and backends are covered{needed}.</p>",
        "<table><tr><th>route</th><th>where</th><th>covered, or by what it could be</th></tr>",
        *rows,
        "</table></html>",
        "",
    ])  # fmt: skip


def _row(unit: Unit, *, is_covered: bool, request: Request | None) -> str:
    kind = "yes" if is_covered else "no"
    by = "yes" if is_covered else f"<code>{escape(_line(request))}</code>"
    return f'<tr class="{kind}"><td>{escape(_name(unit))}</td><td>{escape(_source(unit))}</td><td>{by}</td></tr>'

"""Findings in the forms that programs read: our own objects, SARIF, and the annotations of GitHub."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from meshroute.analysis.findings import RULES, SEVERITIES, Finding
from meshroute.expectations.report import request_object
from meshroute.model.notices import Source

JsonObject = dict[str, object]
SCHEMA: Final = 1
_LEVELS: Final = {"error": "error", "warning": "warning", "info": "note"}
_COMMANDS: Final = {"error": "error", "warning": "warning", "info": "notice"}


def report_object(findings: Sequence[Finding], hidden: int = 0) -> JsonObject:
    """Describe findings.

    Args:
        findings: The findings.
        hidden: How many the documents suppress.

    Returns:
        The object of docs/schemas/lint.json.

    >>> report_object([])["summary"]
    {'error': 0, 'warning': 0, 'info': 0, 'unknown': 0, 'suppressed': 0}
    """
    counts = Counter(one.severity for one in findings)
    unknown = sum(one.status == "unknown" for one in findings)
    summary: JsonObject = {severity: counts[severity] for severity in SEVERITIES}
    summary |= {"unknown": unknown, "suppressed": hidden}
    return {"schema": SCHEMA, "findings": [finding_object(one) for one in findings], "summary": summary}


def finding_object(finding: Finding) -> JsonObject:
    """Describe a finding.

    Args:
        finding: The finding.

    Returns:
        The object.
    """
    return {
        "code": finding.code,
        "severity": finding.severity,
        "status": finding.status,
        "message": finding.message,
        "routes": list(finding.routes),
        "names": list(finding.names),
        "sources": [None if source is None else str(source) for source in finding.sources],
        "witnesses": [request_object(request) for request in finding.witnesses],
        "covered_by": list(finding.covered_by),
        "because": finding.because,
    }


def sarif_object(findings: Sequence[Finding], version: str) -> JsonObject:
    """Describe findings as a log of SARIF 2.1.0 (OASIS), which code hosts show beside the lines.

    Args:
        findings: The findings.
        version: The version of meshroute.

    Returns:
        The log.

    >>> sarif_object([], "1")["version"]
    '2.1.0'
    """
    codes = list(RULES)
    rules = [
        {
            "id": rule.code,
            "name": rule.title.title().replace(" ", "").replace("-", ""),
            "shortDescription": {"text": rule.title},
            "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        }
        for rule in RULES.values()
    ]
    results = [
        {
            "ruleId": one.code,
            "ruleIndex": codes.index(one.code),
            "level": _LEVELS[one.severity],
            "message": {"text": one.message},
            "locations": [_location(source) for source in one.sources[:1] if source is not None],
            "relatedLocations": [
                {"id": number, **_location(source)} for number, source in enumerate(one.sources[1:], 1) if source
            ],
            "properties": {"status": one.status, "witnesses": [request_object(request) for request in one.witnesses]},
        }
        for one in findings
    ]
    driver = {"name": "meshroute", "version": version, "rules": rules}
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }


def _location(source: Source) -> JsonObject:
    place: JsonObject = {"artifactLocation": {"uri": source.file.replace("\\", "/")}}
    if source.line:
        place["region"] = {"startLine": source.line}
    return {"physicalLocation": place}


def github_lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Write findings as workflow commands of GitHub Actions, which shows them beside the lines.

    Args:
        findings: The findings.

    Yields:
        One line for each.

    >>> list(github_lines([Finding("MR101", "error", "b is never chosen", sources=(Source("a.yaml", 3),))]))
    ['::error file=a.yaml,line=3,title=MR101 dead route::b is never chosen']
    """
    for one in findings:
        source = one.sources[0] if one.sources else None
        place = "" if source is None else f"file={_property(source.file)},line={source.line or 1},"
        title = _property(f"{one.code} {RULES[one.code].title}")
        yield f"::{_COMMANDS[one.severity]} {place}title={title}::{_data(one.message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

"""Findings: what lint has to say, under codes that never change their meaning."""

from __future__ import annotations

from typing import Final, Literal

from attrs import field, frozen

from meshroute.model.notices import Source
from meshroute.model.request import Request

Severity = Literal["error", "warning", "info"]
SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "info")
"""From the gravest to the mildest."""


@frozen
class Rule:
    """What findings of one code are about.

    Args:
        code: ``MR`` and three digits; the first says the group.
        severity: How grave it is.
        title: What it is, in a few words.
    """

    code: str
    severity: Severity
    title: str


RULES: Final = {
    rule.code: rule
    for rule in (
        Rule("MR101", "error", "dead route"),
        Rule("MR102", "info", "partly shadowed route"),
        Rule("MR103", "warning", "order that nobody wrote"),
        Rule("MR104", "warning", "same condition twice"),
        Rule("MR105", "info", "catch-all that takes requests meant for others"),
        Rule("MR201", "info", "criterion without effect"),
        Rule("MR202", "info", "regex equal to a simpler kind"),
        Rule("MR203", "info", "redundant anchors"),
        Rule("MR204", "warning", "regex meant as a search"),
        Rule("MR205", "warning", "dot that matches anything"),
        Rule("MR206", "warning", "regex that is catastrophic elsewhere"),
        Rule("MR301", "warning", "unreachable virtual host"),
        Rule("MR302", "warning", "unreachable listener"),
        Rule("MR303", "warning", "table that nothing leads to"),
        Rule("MR304", "error", "loop of services"),
        Rule("MR401", "warning", "only backends without weight"),
        Rule("MR501", "warning", "guard that another spelling of the path walks around"),
    )
}
"""All codes: 1xx order, 2xx conditions, 3xx reach, 4xx backends, 5xx safety."""


@frozen
class Finding:
    """One thing that lint has to say.

    Args:
        code: Its code.
        severity: How grave it is; what is not known is never more than ``info``.
        status: ``proved``, or ``unknown`` where the question was given up.
        message: One sentence.
        routes: The ids of the routes involved, the one that it is about first.
        names: Their names.
        sources: Where they were written.
        witnesses: Requests that show it; each was replayed through the definition.
        covered_by: The ids of the routes that take all requests of a dead one; none can be left out. Empty where its
            condition can never hold.
        because: Why it is not known.
    """

    code: str
    severity: Severity
    message: str
    status: Literal["proved", "unknown"] = "proved"
    routes: tuple[str, ...] = ()
    names: tuple[str | None, ...] = ()
    sources: tuple[Source | None, ...] = ()
    witnesses: tuple[Request, ...] = field(default=())
    covered_by: tuple[str, ...] = ()
    because: str | None = None

"""Explanations: every candidate, why it lost, what decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Literal

from attrs import frozen

from meshroute.matching.scan import selected_hosts
from meshroute.matching.words import changes_in_words, in_words
from meshroute.model.criteria import AnyOf, Criterion
from meshroute.model.hops import Hop
from meshroute.model.request import Request
from meshroute.model.resolution import Resolution
from meshroute.model.route import Route
from meshroute.model.table import RouteTable, VirtualHost

MAX_SHOWN: Final = 40
"""How many candidates of one hop the text shows; the values hold all."""


@frozen
class CriterionVerdict:
    """What one criterion says to a request.

    Args:
        criterion: The criterion.
        accepted: Whether it accepts the request.
        seen: What it looked at, in words.
    """

    criterion: Criterion
    accepted: bool
    seen: str


@frozen
class Candidate:
    """One route of a table, and how it fared.

    Args:
        route: The route.
        verdict: ``chosen``; ``rejected`` by a criterion; ``later`` where it accepts the request too, but does not come
            first.
        reason: Why, in words.
        criteria: What each of its criteria says.
    """

    route: Route
    verdict: Literal["chosen", "rejected", "later"]
    reason: str
    criteria: tuple[CriterionVerdict, ...]


@frozen
class HopExplanation:
    """One table on the way, with all its routes in evaluation order.

    Args:
        table: The table's id.
        virtual_host: The name of the virtual host that answered.
        candidates: The routes.
        rewritten: What the chosen route changes in the request, in words; empty where that is nothing.
    """

    table: str
    virtual_host: str | None
    candidates: tuple[Candidate, ...]
    rewritten: str = ""


@frozen
class Explanation:
    """Where a request goes, and why.

    Args:
        answer: The answer.
        hops: What happened in each table on the way.
    """

    answer: Resolution
    hops: tuple[HopExplanation, ...]

    def __str__(self) -> str:
        """The explanation for people: one block a hop."""
        return "\n".join(_lines(self))


def explain(tables: Mapping[str, RouteTable], answer: Resolution) -> Explanation:
    """Work out why an answer is what it is.

    Args:
        tables: The tables by id.
        answer: The answer.

    Returns:
        The explanation.
    """
    return Explanation(answer, tuple(_hop(tables[hop.table], hop) for hop in answer.hops))


def _hop(table: RouteTable, hop: Hop) -> HopExplanation:
    selected = selected_hosts(table, hop.request)
    chosen_hosts = {id(host) for host in selected}
    candidates: list[Candidate] = []
    chosen: tuple[VirtualHost, Route] | None = None
    for host in table.virtual_hosts:
        domains = tuple(_verdict(criterion, hop.request) for criterion in _domain_criteria(host))
        for route in host.routes:
            verdicts = (*domains, *(_verdict(criterion, hop.request) for criterion in route.match.criteria))
            rejecting = next((verdict for verdict in verdicts if not verdict.accepted), None)
            if rejecting is not None:
                candidates.append(Candidate(route, "rejected", _rejection(rejecting), verdicts))
            elif id(host) not in chosen_hosts:
                reason = f"virtual host {selected[0].name!r} has the better domain"
                candidates.append(Candidate(route, "later", reason, verdicts))
            elif chosen is None and hop.route is not None:
                chosen = host, route
                candidates.append(Candidate(route, "chosen", "the first that accepts the request", verdicts))
            else:
                candidates.append(Candidate(route, "later", _later(chosen, host, route), verdicts))
    return HopExplanation(hop.table, hop.place.virtual_host, tuple(candidates), changes_in_words(hop))


def _domain_criteria(host: VirtualHost) -> tuple[Criterion, ...]:
    return host.domains if len(host.domains) < 2 else (AnyOf(host.domains),)


def _verdict(criterion: Criterion, request: Request) -> CriterionVerdict:
    return CriterionVerdict(criterion, criterion.accepts(request), criterion.seen(request))


def _rejection(verdict: CriterionVerdict) -> str:
    return f"asks that {in_words(verdict.criterion)}, but {verdict.seen}"


def _later(chosen: tuple[VirtualHost, Route] | None, host: VirtualHost, route: Route) -> str:
    """Say which rule put a route after the chosen one; precedence orders the routes of one virtual host."""
    if chosen is None:
        return "the request was refused before any route was tried"
    chosen_host, winner = chosen
    rule = None
    if chosen_host is not host:
        rule = "its virtual host is listed later"
    elif winner.precedence is not None and route.precedence is not None:
        rule = winner.precedence.decided_by(route.precedence)
    return f"it accepts the request too, but comes later: {rule or 'it is listed later'}"


def _lines(explanation: Explanation) -> Iterator[str]:
    answer = explanation.answer
    yield f"{answer.received.method} {answer.received.url}"
    for hop in explanation.hops:
        yield from _block(hop)
    yield from _end(answer)


def _block(hop: HopExplanation) -> Iterator[str]:
    """Show one hop: the chosen route, the later ones, the rejected ones."""
    yield f"table {hop.table}" + (f", virtual host {hop.virtual_host}" if hop.virtual_host else "")
    accepting = [candidate for candidate in hop.candidates if candidate.verdict != "rejected"]
    made = {_written(candidate.route) for candidate in accepting if candidate.verdict == "chosen"}
    # One route of a document may be two of a table: the chosen one's twin says nothing new
    shown = [one for one in accepting if one.verdict == "chosen" or _written(one.route) not in made]
    shown += [candidate for candidate in hop.candidates if candidate.verdict == "rejected"]
    for candidate in shown[:MAX_SHOWN]:
        place = f" ({candidate.route.source})" if candidate.route.source else ""
        yield f"  {candidate.verdict:<8} {candidate.route.name or candidate.route.id}{place}"
        yield f"           {candidate.reason}"
        if candidate.verdict == "chosen":
            for verdict in candidate.criteria:
                yield f"           {in_words(verdict.criterion)}: {verdict.seen}"
            if hop.rewritten:
                yield f"           rewrites {hop.rewritten}"
    if len(shown) > MAX_SHOWN:
        yield f"  … and {len(shown) - MAX_SHOWN} more that reject the request or come later"
    if not hop.candidates:
        yield "  it has no routes"


def _written(route: Route) -> object:
    """Identify what the author of a document wrote."""
    return route.id if route.source is None else (route.name, route.source)


def _end(answer: Resolution) -> Iterator[str]:
    status = "" if answer.status is None else f" {answer.status}"
    reason = "" if answer.reason is None else f": {answer.reason}"
    yield f"outcome {answer.outcome.value}{status}{reason}"
    for backend in answer.backends:
        name = backend.name if backend.namespace is None else f"{backend.namespace}/{backend.name}"
        yield f"  {backend.kind} {name}, weight {backend.weight}"
    if answer.request is not None:
        yield f"  arrives as {answer.request.method} {answer.request.url}"
    if answer.redirect is not None:
        yield f"  to {answer.redirect}"
    for notice in answer.notices:
        yield f"notice: {notice.message} [{notice.code}]"

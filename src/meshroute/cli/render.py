"""Answers and explanations as people read them: aligned lines, coloured on a terminal."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from rich.text import Text

from meshroute.cli.objects import header_changes
from meshroute.cli.output import notice_lines, painted, shown
from meshroute.matching.explain import Explanation
from meshroute.matching.words import route_in_words
from meshroute.model.actions import Backend
from meshroute.model.hops import Hop, Outcome
from meshroute.model.resolution import Resolution
from meshroute.model.route import Route

_LABEL: Final = 10
_GOOD: Final = frozenset({Outcome.FORWARD, Outcome.REDIRECT, Outcome.DIRECT_RESPONSE})
_HINT: Final = "`meshroute explain` with the same arguments shows every candidate"
_STYLES: Final = (("  chosen ", "green"), ("  rejected ", "dim"), ("table ", "bold"), ("notice: ", "yellow"))


def print_lines(lines: Iterable[Text]) -> None:
    """Print lines to standard output: never wrapped, coloured only on a terminal and without ``NO_COLOR``.

    Args:
        lines: The lines.
    """
    terminal = sys.stdout.isatty()
    sys.stdout.writelines(painted(line, terminal=terminal) for line in lines)
    sys.stdout.flush()


def answer_lines(explanation: Explanation) -> Iterator[Text]:
    """Show an answer: how it ends, where it goes, and why in short.

    Args:
        explanation: The answer, explained.

    Yields:
        Each line.

    >>> from meshroute.matching.explain import Explanation
    >>> from meshroute.model.request import Request
    >>> from meshroute.model.resolution import Resolution
    >>> [line.plain for line in answer_lines(Explanation(Resolution.along(Request("GET", "/"), ()), ()))][:3]
    ['GET /', 'outcome   no_route 404', 'route     none']
    """
    answer = explanation.answer
    yield Text(shown(f"{answer.received.method} {answer.received.url}".strip()), "bold")
    yield from _block("outcome", [_outcome(answer)], "green" if answer.outcome in _GOOD else "yellow")
    yield from _block("route", ["none" if answer.route is None else _named(answer.route)])
    yield from _block("host", [answer.virtual_host or ""])
    yield from _block("service", [answer.service or ""])
    yield from _block("backends", _backends(answer))
    yield from _block("request", _leaving(answer))
    yield from _block("headers", _changed_headers(answer))
    yield from _block("redirect", [answer.redirect or ""])
    yield from _block("response", _response(answer))
    yield from _block(
        "mirrors", [f"{_full_name(one.backend)}  {one.numerator}/{one.denominator}" for one in answer.mirrors]
    )
    yield from _block("body", [answer.body or ""])
    yield from _block("allowed", [", ".join(answer.allowed_methods)])
    yield from _block("params", [f"{name} = {value}" for name, value in answer.decoded_params.items()])
    yield from _block("timeouts", [_timeouts(answer)])
    yield from _block("retry", [_retry(answer)])
    yield from _block("hops", [_hop(hop) for hop in answer.hops])
    yield from _block("why", [*_why(explanation), _HINT if explanation.hops else ""])
    for notice in answer.notices:
        yield from _block("notice", notice_lines(notice), "yellow")


def explanation_lines(explanation: Explanation) -> Iterator[Text]:
    """Show an explanation, as its ``str()`` has it.

    Args:
        explanation: The explanation.

    Yields:
        Each line.

    >>> from meshroute.matching.explain import Explanation
    >>> from meshroute.model.request import Request
    >>> from meshroute.model.resolution import Resolution
    >>> next(explanation_lines(Explanation(Resolution.along(Request("GET", "/"), ()), ()))).plain
    'GET /'
    """
    first, *others = str(explanation).split("\n")
    yield Text(shown(first), "bold")
    for line in others:
        yield Text(shown(line), next((style for start, style in _STYLES if line.startswith(start)), ""))


def _block(label: str, values: Iterable[str], style: str = "") -> Iterator[Text]:
    """Put a label before the first value, and the others below it; empty values are left out."""
    for value in filter(None, values):
        yield Text.assemble((f"{label:<{_LABEL}}", "dim"), (shown(value), style))
        label = ""


def _outcome(answer: Resolution) -> str:
    status = "" if answer.status is None else f" {answer.status}"
    grpc = "" if answer.grpc_status is None else f", gRPC status {answer.grpc_status}"
    reason = "" if answer.reason is None else f": {answer.reason}"
    return f"{answer.outcome.value}{status}{grpc}{reason}"


def _named(route: Route) -> str:
    name = route.name or route.id
    rule = "" if route.rule is None else f", rule {route.rule}"
    return f"{name}{rule}{f' ({route.source})' if route.source else ''}"


def _backends(answer: Resolution) -> list[str]:
    backends, chosen = answer.backends, answer.chosen
    total = sum(backend.weight for backend in backends)
    names = [_full_name(backend) for backend in backends]
    name_width = max(map(len, names), default=0)
    weight_width = max((len(str(backend.weight)) for backend in backends), default=0)
    lines: list[str] = []
    for name, backend in zip(names, backends, strict=True):
        share = f"{100 * backend.weight / total:.3g}%" if total else "0%"
        invalid = "" if backend.valid else f"  invalid: {backend.reason or 'no reason given'}"
        mark = "  chosen" if backend is chosen and len(backends) > 1 else ""
        lines.append(f"{name:<{name_width}}  weight {backend.weight:>{weight_width}}  {share:>5}{invalid}{mark}")
    return lines


def _changed_headers(answer: Resolution) -> Iterator[str]:
    """Show the header lines that the request loses on its way, and those that it gets."""
    if answer.request is None:
        return
    before, after = Counter(answer.received.headers.items()), Counter(answer.request.headers.items())
    for name, value in (before - after).elements():
        yield f"- {name}: {value}"
    for name, value in (after - before).elements():
        yield f"+ {name}: {value}"


def _response(answer: Resolution) -> Iterator[str]:
    """Show what is done to the headers of the response."""
    changes = header_changes(answer.response_mutations, answer.hops[-1].request) if answer.hops else []
    for one in changes:
        yield f"{one['op']} {one['name']}" + ("" if one["value"] is None else f": {one['value']}")


def _full_name(backend: Backend) -> str:
    name = backend.name if backend.namespace is None else f"{backend.namespace}/{backend.name}"
    port = "" if backend.port is None else f":{backend.port}"
    return f"{backend.kind} {name}{port}"


def _leaving(answer: Resolution) -> list[str]:
    request = answer.request
    return [] if request is None else [f"{request.method} {request.url}".strip()]


def _timeouts(answer: Resolution) -> str:
    timeouts = answer.timeouts
    stated = {"request": timeouts.request, "idle": timeouts.idle, "backend request": timeouts.backend_request}
    return ", ".join(f"{name} {seconds:g} s" for name, seconds in stated.items() if seconds is not None)


def _retry(answer: Resolution) -> str:
    retry = answer.retry
    if retry is None:
        return ""
    times = "" if retry.max_retries is None else f" at most {retry.max_retries} times"
    limit = "" if retry.per_try_timeout is None else f", {retry.per_try_timeout:g} s each"
    return f"on {', '.join(retry.on) or 'nothing'}{times}{limit}"


def _hop(hop: Hop) -> str:
    if hop.route is not None and _is_plumbing(hop.route):
        return f"{hop.table}{f' ({hop.route.source})' if hop.route.source else ''}"
    return f"{hop.table}: {'no route' if hop.route is None else _named(hop.route)}"


def _why(explanation: Explanation) -> Iterator[str]:
    """Say what the chosen routes want, and which rule put the next that takes the request after each."""
    for hop in explanation.hops:
        chosen = next((candidate.route for candidate in hop.candidates if candidate.verdict == "chosen"), None)
        if chosen is None:
            yield f"{hop.table}: none of its routes takes the request (routes: {len(hop.candidates)})"
            continue
        name = chosen.name or chosen.id
        if not _is_plumbing(chosen):
            yield f"{name}: {route_in_words(chosen)}"
        elif hop.virtual_host is not None:
            yield f"{hop.table}: the host is the one of {hop.virtual_host}"
        if hop.rewritten:
            yield f"{name}: rewrites {hop.rewritten}"
        others = [
            candidate
            for candidate in hop.candidates
            if candidate.verdict == "later"
            and not _is_plumbing(candidate.route)
            and not _are_one(candidate.route, chosen)
        ]
        for candidate in others[:1]:
            yield f"{candidate.route.name or candidate.route.id}: {candidate.reason}"


def _is_plumbing(route: Route) -> bool:
    """Tell whether a reader made the route to lead from one table to the next; nobody wrote it."""
    return route.name is None and route.source is not None and not route.match.criteria


def _are_one(route: Route, other: Route) -> bool:
    """Tell whether two routes are what one route of the documents became."""
    return route.name is not None and (route.name, route.source) == (other.name, other.source)

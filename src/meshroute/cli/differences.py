"""Differences in the forms that programs read: our own objects, commands to try, and a file of expectations."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence
from typing import Final

from meshroute.analysis.diff import Diff
from meshroute.cli.objects import answer_object
from meshroute.expectations.report import request_object
from meshroute.expectations.writing import case_lines, expected_of
from meshroute.matching.explain import Explanation
from meshroute.model.hops import Outcome
from meshroute.model.request import Request
from meshroute.model.resolution import Resolution
from meshroute.text import unwire

JsonObject = dict[str, object]
SCHEMA: Final = 1


def diff_object(found: Diff, explanations: Sequence[tuple[Explanation, Explanation]]) -> JsonObject:
    """Describe what `diff` found.

    Args:
        found: What it found.
        explanations: Of each difference, why either side says what it says.

    Returns:
        The object of docs/schemas/diff.json.

    >>> diff_object(Diff("equivalent"), [])["verdict"]
    'equivalent'
    """
    return {
        "schema": SCHEMA,
        "verdict": found.verdict,
        "differences": [
            {
                "witness": request_object(one.witness),
                "old": answer_object(one.old),
                "new": answer_object(one.new),
                "region": one.region,
                "share": one.share,
                "old_entry": one.old_entry,
                "new_entry": one.new_entry,
                "old_explanation": str(why_old),
                "new_explanation": str(why_new),
            }
            for one, (why_old, why_new) in zip(found.differences, explanations, strict=True)
        ],
        "because": "; ".join(found.because) or None,
    }


def in_short(answer: Resolution) -> str:
    """Say in one line what a client and a backend see of an answer.

    Args:
        answer: The answer.

    Returns:
        The line.
    """
    leaving = answer.request
    if answer.outcome is Outcome.REDIRECT:
        return f"redirect {answer.status} to {answer.redirect}"
    if leaving is None:
        return f"{answer.outcome.value}{'' if answer.status is None else f' {answer.status}'}"
    total = sum(backend.weight for backend in answer.backends)
    backends = ", ".join(
        backend.name if backend.weight == total else f"{backend.name} {backend.weight / total:.4g}"
        for backend in answer.backends
        if backend.weight
    )
    return f"{backends}, as {leaving.method} {leaving.url}"


def curl_lines(found: Diff) -> Iterator[str]:
    """Write the witnesses as commands to try on two live gateways.

    Args:
        found: What `diff` found.

    Yields:
        Each line of a shell script.

    >>> next(curl_lines(Diff("equivalent")))
    '# usage: OLD=http://127.0.0.1:8080 NEW=http://127.0.0.1:8081 sh this-file'
    """
    yield "# usage: OLD=http://127.0.0.1:8080 NEW=http://127.0.0.1:8081 sh this-file"
    for one in found.differences:
        yield f"# {json.dumps(one.region)}"
        for side, answer in (("OLD", one.old), ("NEW", one.new)):
            yield f"# {side}: {json.dumps(in_short(answer))}"
            yield _curl(one.witness, side)


def _curl(request: Request, side: str) -> str:
    words = ["curl", "--silent", "--include", "--path-as-is", "--request", request.method]
    if request.authority is not None:
        words += ["--header", f"Host: {unwire(request.authority)}"]
    for name, value in request.headers:
        words += ["--header", f"{unwire(name)}: {unwire(value)}" if value else f"{unwire(name)};"]
    return f'{shlex.join(words)} "${side}"{shlex.quote(unwire(request.target))}'


def test_lines(found: Diff) -> Iterator[str]:
    """Write the witnesses as a file of expectations that holds what the old side says.

    Args:
        found: What `diff` found.

    Yields:
        Each line, as `meshroute test` reads it.

    >>> next(test_lines(Diff("equivalent")))
    '# What the old side says: run it against the new one until nothing is left that should not differ.'
    """
    yield "# What the old side says: run it against the new one until nothing is left that should not differ."
    yield "tests:" if found.differences else "tests: []"
    for number, one in enumerate(found.differences, 1):
        yield from case_lines(f"{number}: {one.region}", one.witness, expected_of(one.old))

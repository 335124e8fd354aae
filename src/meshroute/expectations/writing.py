"""Writing expectations: cases as lines of a file that `read_suite` reads."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from meshroute.model.request import Request
from meshroute.model.resolution import Resolution
from meshroute.text import unwire

JsonObject = dict[str, object]


def case_lines(name: str, request: Request, expected: Mapping[str, object]) -> Iterator[str]:
    """Write one case.

    Args:
        name: Its name.
        request: The request.
        expected: What must be so, by the keys of ``expect``.

    Yields:
        Each line.

    >>> print(*case_lines("a", Request("GET", "http://a.example/x"), {"route": "a"}), sep=chr(10))
    - name: "a"
      request: "GET http://a.example/x"
      expect: {"route": "a"}
    """
    yield f"- name: {json.dumps(name)}"
    yield f"  request: {json.dumps(f'{request.method} {unwire(request.url)}')}"
    lines: dict[str, list[str]] = {}
    for key, value in request.headers:
        lines.setdefault(unwire(key), []).append(unwire(value))
    if lines:
        yield f"  headers: {json.dumps(lines)}"
    for part in ("entry", "port", "sni", "random_value"):
        stated: object = getattr(request, part)
        if stated is not None:
            yield f"  {part}: {json.dumps(stated)}"
    if request.protocol != "http":
        yield f"  protocol: {request.protocol}"
    yield f"  expect: {json.dumps(dict(expected))}"


def expected_of(answer: Resolution) -> JsonObject:
    """Say what of an answer a client and a backend can see, as a case would expect it.

    Args:
        answer: The answer.

    Returns:
        The keys of ``expect`` with their values.
    """
    found: JsonObject = {"outcome": answer.outcome.value}
    if answer.status is not None:
        found["status"] = answer.status
    leaving = answer.request
    if leaving is not None:
        found["backends"] = {backend.name: backend.weight for backend in answer.backends}
        found["path"] = unwire(leaving.target)
        if leaving.authority is not None:
            found["host"] = unwire(leaving.authority)
    if answer.redirect is not None:
        found["redirect"] = unwire(answer.redirect)
    return found

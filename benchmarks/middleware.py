"""What the middleware adds to calling an application in process, beside resolving a request that is made already."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any, Final

from benchmarks.data import corpus, filled, rest_list, synthetic
from benchmarks.mesh import mesh_requests, mesh_table
from benchmarks.requests import HEADERS, Inputs
from benchmarks.routers import our_router
from benchmarks.timing import Case, measure, say
from meshroute import Request, Router
from meshroute.middleware import asgi, wsgi

BATCH: Final = 300
Scope = dict[str, Any]


async def _asgi_app(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI is untyped
    """Do nothing: what is measured is what stands before it."""


def _wsgi_app(environ: Any, start_response: Any) -> Iterable[bytes]:  # noqa: ANN401, ARG001 - WSGI is untyped
    """Do nothing: what is measured is what stands before it."""
    return ()


def measure_middleware(rounds: int) -> dict[str, Any]:
    """Time resolving, and calling an application with and without the middleware: interleaved, with nine headers.

    Args:
        rounds: How often everything is measured.

    Returns:
        For each table the least and the median time of each, in nanoseconds.
    """
    rng = random.Random(6)  # noqa: S311 - repeatable, not secret
    result: dict[str, Any] = {}
    for name, listed in (("github", corpus("github") or rest_list()), ("1 000 routes", synthetic(1_000))):
        asked = [(method, filled(path, rng), "a.example") for method, path in rng.choices(listed, k=BATCH)]
        result[name] = _measured(name, our_router(listed), asked, rounds)
    requests = mesh_requests(10, 20)
    asked = [(one.method, one.target, str(one.authority)) for one in rng.choices(requests, k=BATCH)]
    result["mesh, 10 hosts x 20"] = _measured("mesh", Router(mesh_table(10, 20)), asked, rounds)
    return result


def _measured(name: str, router: Router, asked: Sequence[tuple[str, str, str]], rounds: int) -> dict[str, list[int]]:
    say(f"middleware: {name}")
    with_asgi, with_wsgi = asgi.RouteMiddleware(_asgi_app, router), wsgi.RouteMiddleware(_wsgi_app, router)
    inputs = [Inputs([(method, target)], HEADERS, host) for method, target, host in asked]

    def scopes() -> list[Scope]:
        return [scope for one in inputs for scope in one.scopes()]

    def environs() -> list[Scope]:
        return [environ for one in inputs for environ in one.environs()]

    def requests() -> list[Request]:
        return [Request.from_asgi(scope) for scope in scopes()]

    cases = {
        "resolve": _case(requests, router.resolve),
        "ASGI, bare": _case(scopes, lambda scope: _run(_asgi_app(scope, None, None))),
        "ASGI, routed": _case(scopes, lambda scope: _run(with_asgi(scope, None, None))),  # type: ignore[arg-type]  # what the test gives is what it needs
        "WSGI, bare": _case(environs, lambda environ: _wsgi_app(environ, None)),
        "WSGI, routed": _case(environs, lambda environ: with_wsgi(environ, None)),  # type: ignore[arg-type]  # what the test gives is what it needs
    }
    return {kind: [round(time.least), round(time.median)] for kind, time in measure(cases, rounds).items()}


def _run(started: Any) -> None:  # noqa: ANN401 - a coroutine that waits for nothing
    with suppress(StopIteration):
        started.send(None)


def _case(prepare: Callable[[], list[Any]], make: Callable[[Any], object]) -> Case:
    def run(given: list[Any]) -> None:
        for one in given:
            make(one)

    return Case(prepare, run, BATCH)


def added(times: dict[str, list[int]], protocol: str) -> float:
    """Say how many times the time of resolving a protocol's middleware adds.

    Args:
        times: The times of one table.
        protocol: ``ASGI`` or ``WSGI``.

    Returns:
        The ratio.
    """
    return (times[f"{protocol}, routed"][0] - times[f"{protocol}, bare"][0]) / times["resolve"][0]

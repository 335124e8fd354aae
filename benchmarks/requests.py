"""Making requests: from parts, from a URL, from ASGI and WSGI; and what a middleware that resolves them adds."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Final

from benchmarks.data import Listed, filled, synthetic
from benchmarks.routers import our_router
from benchmarks.timing import Case, fresh, measure, say
from meshroute import Request

BATCH: Final = 300
HEADERS: Final = [
    ("accept", "text/html,application/xhtml+xml"),
    ("accept-encoding", "gzip, deflate, br"),
    ("accept-language", "en"),
    ("cache-control", "no-cache"),
    ("cookie", "session=0123456789abcdef"),
    ("user-agent", "Mozilla/5.0 (X11; Linux x86_64)"),
    ("x-forwarded-for", "203.0.113.7"),
    ("x-request-id", "7b0d9d3e-5d2c-4b7e-8a40-0f0c7a3f1b11"),
]


class Inputs:
    """What requests are made of, fresh for each round.

    Args:
        asked: Methods and paths.
        headers: The headers of each, beside Host.
        host: The host of all.
    """

    def __init__(self, asked: list[Listed], headers: list[tuple[str, str]], host: str = "a.example") -> None:
        self.asked = asked
        self.headers = headers
        self.host = host

    def parts(self) -> list[Listed]:
        """Return methods and paths."""
        return [(method, fresh(path)) for method, path in self.asked]

    def scopes(self) -> list[dict[str, Any]]:
        """Return ASGI scopes."""
        headers = [(b"host", self.host.encode()), *((name.encode(), value.encode()) for name, value in self.headers)]
        shared = {"type": "http", "query_string": b"page=2", "scheme": "https", "server": ("10.0.0.1", 8443)}
        return [
            {**shared, "method": method, "path": path, "raw_path": path.encode(), "headers": [*headers]}
            for method, path in self.asked
        ]

    def environs(self) -> list[dict[str, Any]]:
        """Return WSGI environs, with the raw target, as gunicorn makes them."""
        shared = {"QUERY_STRING": "page=2", "wsgi.url_scheme": "https", "SERVER_PORT": "8443", "SCRIPT_NAME": ""}
        shared |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in self.headers}
        return [
            {
                **shared,
                "REQUEST_METHOD": method,
                "PATH_INFO": path,
                "RAW_URI": f"{path}?page=2",
                "HTTP_HOST": self.host,
            }
            for method, path in self.asked
        ]


def measure_requests(rounds: int) -> dict[str, Any]:
    """Time the making of a request, without headers but Host and with eight more; and with its resolution."""
    listed = synthetic(1_000)
    rng = random.Random(5)  # noqa: S311 - repeatable, not secret
    asked = [(method, filled(path, rng)) for method, path in rng.choices(listed, k=BATCH)]
    resolve = our_router(listed).resolve
    result: dict[str, Any] = {}
    for name, headers in (("no headers", []), ("eight headers", HEADERS)):
        say(f"requests with {name}")
        inputs = Inputs(asked, headers)

        def from_parts(one: Listed, headers: list[tuple[str, str]] = headers) -> Request:
            return Request.from_parts(one[0], one[1], authority="a.example", headers=headers)

        def from_url(one: Listed, headers: list[tuple[str, str]] = headers) -> Request:
            return Request(one[0], f"https://a.example{one[1]}", headers)

        cases = {
            "from parts": _case(inputs.parts, from_parts),
            "from a URL": _case(inputs.parts, from_url),
            "from an ASGI scope": _case(inputs.scopes, Request.from_asgi),
            "from a WSGI environ": _case(inputs.environs, Request.from_wsgi),
            "ASGI, resolved": _case(inputs.scopes, lambda scope: resolve(Request.from_asgi(scope)).params),
            "WSGI, resolved": _case(inputs.environs, lambda environ: resolve(Request.from_wsgi(environ)).params),
        }
        times = measure(cases, rounds)
        result[name] = {kind: [round(found.least), round(found.median)] for kind, found in times.items()}
    return result


def _case(prepare: Callable[[], list[Any]], make: Callable[[Any], object]) -> Case:
    def run(given: list[Any]) -> None:
        for one in given:
            make(one)

    return Case(prepare, run, BATCH)

"""Requests per second of real servers, without and with the middleware: one client that keeps its connection."""

from __future__ import annotations

import random
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any, Final

from benchmarks.data import filled, rest_list
from benchmarks.requests import HEADERS
from benchmarks.timing import say

ROUNDS: Final = 15
REQUESTS: Final = 1_000
COMMANDS: Final = {
    "uvicorn, h11": (
        "uvicorn",
        "--port",
        "{port}",
        "--log-level",
        "error",
        "--no-access-log",
        "--http",
        "h11",
        "{app}_asgi",
    ),
    "uvicorn, httptools": (
        *("uvicorn", "--port", "{port}", "--log-level", "error", "--no-access-log", "--http", "httptools"),
        "{app}_asgi",
    ),
    "gunicorn, gthread": (
        *(
            "gunicorn",
            "--bind",
            "127.0.0.1:{port}",
            "--log-level",
            "error",
            "--worker-class",
            "gthread",
            "--threads",
            "1",
        ),
        "{app}_wsgi",
    ),
}


def measure_servers() -> dict[str, dict[str, list[float]]]:
    """Measure each server with both applications, interleaved.

    Returns:
        For each server and application the requests per second: the median of all rounds, the least, the most.
    """
    rng = random.Random(8)  # noqa: S311 - repeatable, not secret
    data = [_request(*one, rng) for one in rng.choices(rest_list(), k=REQUESTS)]
    result: dict[str, dict[str, list[float]]] = {}
    for name, command in COMMANDS.items():
        say(f"servers: {name}")
        found: dict[str, list[float]] = {"bare": [], "routed": []}
        with ExitStack() as stack:
            ports = {kind: stack.enter_context(_serving(command, f"benchmarks.served:{kind}")) for kind in found}
            for number in range(ROUNDS + 1):
                for kind in rng.sample(sorted(ports), len(ports)):
                    speed = _speed(ports[kind], data)
                    if number:  # the first round warms up
                        found[kind].append(speed)
        result[name] = {
            kind: [round(statistics.median(speeds)), round(min(speeds)), round(max(speeds))]
            for kind, speeds in found.items()
        }
    return result


def _request(method: str, path: str, rng: random.Random) -> bytes:
    lines = [
        f"{method} {filled(path, rng)} HTTP/1.1",
        "host: a.example",
        *(f"{name}: {value}" for name, value in HEADERS),
    ]
    return "\r\n".join([*lines, "content-length: 0", "", ""]).encode()


def _speed(port: int, data: list[bytes]) -> float:
    with closing(socket.create_connection(("127.0.0.1", port))) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        start = time.perf_counter()
        for one in data:
            connection.sendall(one)
            received = b""
            while b"\r\n\r\n" not in received or not (received.endswith(b"hello") or b" 204 " in received):
                piece = connection.recv(1 << 16)
                if not piece:
                    raise SystemExit(f"the server has closed the connection: {received!r}")
                received += piece
        return len(data) / (time.perf_counter() - start)


@contextmanager
def _serving(command: tuple[str, ...], app: str) -> Iterator[int]:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port: Any = free.getsockname()[1]
    process = subprocess.Popen(  # noqa: S603 - our own programs
        [sys.executable, "-m", *(piece.format(port=port, app=app) for piece in command)]
    )
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
            except OSError:
                time.sleep(0.1)
            else:
                break
        yield port
    finally:
        process.terminate()
        process.wait(20)

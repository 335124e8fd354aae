"""The real Envoy on loopback: tables behind listeners, an upstream that echoes, and what came of requests."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final, Self

from attrs import define, field, frozen

from tests.differential.envoy.alphabet import CLUSTERS, RUNTIME, Json
from tests.differential.envoy.asked import Asked

CONNECTIONS: Final = 24
START_SECONDS: Final = 30
FIRST_PORT: Final = 20_000
PORTS: Final = 1_500
SLOTS: Final = 8
_LOG: Final = (
    '{"id":"%REQ(x-id)%","route":"%ROUTE_NAME%","cluster":"%UPSTREAM_CLUSTER%","vc":"%VIRTUAL_CLUSTER_NAME%",'
    '"flags":"%RESPONSE_FLAGS%"}\n'
)


def envoy() -> str | None:
    """Find the Envoy binary of the environment."""
    return shutil.which("envoy", path=str(Path(sys.executable).parent)) or shutil.which("envoy")


@frozen
class Answer:
    """What came of a request.

    Args:
        status: The status.
        headers: The lines of the response, in lower case.
        body: Its body.
        route: The name of the route.
        cluster: The cluster that was chosen.
        virtual_cluster: The virtual cluster.
        forwarded: The head that the upstream got, if it got one.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str
    route: str = ""
    cluster: str = ""
    virtual_cluster: str = ""
    forwarded: tuple[str, ...] = ()


def free_ports(count: int) -> list[int]:
    """Find ports that nobody listens at, each process in a range of its own below those of outgoing connections."""
    slot = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) + _process_number()
    found: list[int] = []
    port = FIRST_PORT + slot % SLOTS * PORTS
    while len(found) < count:
        port += 1
        with socket.socket() as one, suppress(OSError):
            one.bind(("127.0.0.1", port))
            found.append(port)
    return found


def _process_number() -> int:
    identity: tuple[int, ...] = getattr(multiprocessing.current_process(), "_identity", ())
    return identity[0] if identity else 0


def listener(name: str, port: int, table: Json, options: Json, log: str | None = None) -> Json:
    """Write a listener with its table."""
    manager: Json = {
        "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "s",
        "route_config": table,
        "upgrade_configs": [{"upgrade_type": "CONNECT"}],
        "http_filters": [
            {
                "name": "envoy.filters.http.router",
                "typed_config": {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"},
            }
        ],
        **options,
    }
    if log is not None:
        manager["access_log"] = [
            {
                "name": "file",
                "typed_config": {
                    "@type": "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog",
                    "path": log,
                    "log_format": {"text_format_source": {"inline_string": _LOG}},
                },
            }
        ]
    return {
        "name": name,
        "enable_reuse_port": False,  # two Envoys at one port would share its connections
        "address": {"socket_address": {"address": "127.0.0.1", "port_value": port}},
        "filter_chains": [{"filters": [{"name": "hcm", "typed_config": manager}]}],
    }


def cluster(name: str, port: int) -> Json:
    """Write a cluster of one endpoint."""
    address = {"socket_address": {"address": "127.0.0.1", "port_value": port}}
    return {
        "name": name,
        "type": "STATIC",
        "connect_timeout": "2s",
        "load_assignment": {
            "cluster_name": name,
            "endpoints": [{"lb_endpoints": [{"endpoint": {"address": address}}]}],
        },
    }


_BARE: Final = (b"HEAD ", b"CONNECT ")
"""The start of requests whose responses have no body; the echo stands in a header then."""


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer each request with its head."""
    with closing(writer), suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
            )
            if length:
                await reader.readexactly(length)
            if head.startswith(_BARE):
                writer.write(b"HTTP/1.1 200 OK\r\nx-r1: u\r\nx-u: u\r\nx-head: %b\r\n\r\n" % head.hex().encode())
                if not head.startswith(b"HEAD"):
                    return
                continue
            writer.write(b"HTTP/1.1 200 OK\r\nx-r1: u\r\nx-u: u\r\ncontent-length: %d\r\n\r\n%b" % (len(head), head))


async def _read(reader: asyncio.StreamReader, *, bare: bool) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status = int(head[0].split(" ")[1])
    lines = tuple((name.lower(), value.strip(" ")) for name, _, value in (line.partition(":") for line in head[1:-2]))
    length = next((int(value) for name, value in lines if name == "content-length"), None)
    chunked = any(name == "transfer-encoding" for name, _ in lines)
    body = b""
    if bare:
        body = bytes.fromhex(next((value for name, value in lines if name == "x-head"), ""))
    elif chunked:
        while size := int((await reader.readuntil(b"\r\n")).strip(), 16):
            body += await reader.readexactly(size)
            await reader.readexactly(2)
        await reader.readuntil(b"\r\n")
    elif length:
        body = await reader.readexactly(length)
    return Answer(status, lines, body.decode("latin-1"))


class _Client:
    """Asks at one listener, over one connection as long as that stays open."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None

    async def ask(self, request: bytes) -> Answer | None:
        """Ask; a connection that breaks is opened again, twice."""
        for _ in range(3):
            try:
                if self._reader is None or self._writer is None:
                    self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
                self._writer.write(request)
                bare = request.startswith(_BARE)
                answer = await asyncio.wait_for(_read(self._reader, bare=bare), 10)
            except (asyncio.IncompleteReadError, ConnectionError, asyncio.LimitOverrunError, TimeoutError):
                self._close()
                continue
            if ("connection", "close") in answer.headers or request.startswith(b"CONNECT"):
                self._close()
            return answer
        return None


@define
class Judge:
    """One run of Envoy.

    Args:
        tables: The tables, each with the options of its listener.
    """

    tables: Sequence[tuple[Json, Json]]
    ports: list[int] = field(factory=list[int])
    _folder: Path | None = None
    _process: subprocess.Popen[bytes] | None = None
    _server: asyncio.Server | None = None

    async def start(self) -> None:
        """Start everything; tables that Envoy refuses are an error."""
        binary = envoy()
        assert binary is not None
        self._folder = Path(tempfile.mkdtemp())
        self._server = await asyncio.start_server(_echo, "127.0.0.1", 0)
        upstream = self._server.sockets[0].getsockname()[1]
        config = self.config(upstream, str(self._folder / "log"))
        path = self._folder / "envoy.json"
        path.write_text(json.dumps(config))
        with (self._folder / "output").open("wb") as output:
            self._process = subprocess.Popen(
                [binary, "-c", str(path), "--use-dynamic-base-id", "--concurrency", "1", "-l", "error"],
                stdout=output,
                stderr=output,
            )
        await self._ready()

    def config(self, upstream: int, log: str) -> Json:
        """Write the bootstrap: one listener for each table, all clusters at the upstream."""
        self.ports = free_ports(len(self.tables))
        listeners = [
            listener(f"l{at}", port, table, options, log)
            for at, ((table, options), port) in enumerate(zip(self.tables, self.ports, strict=True))
        ]
        return {
            "layered_runtime": {"layers": [{"name": "static", "static_layer": RUNTIME}]},
            "static_resources": {
                "listeners": listeners,
                "clusters": [cluster(name, upstream) for name in CLUSTERS],
            },
        }

    async def _ready(self) -> None:
        for _ in range(START_SECONDS * 20):
            assert self._process is not None
            if self._process.poll() is not None:
                raise AssertionError(self.output())
            with suppress(ConnectionError):
                _, writer = await asyncio.open_connection("127.0.0.1", self.ports[-1])
                writer.close()
                return
            await asyncio.sleep(0.05)
        raise AssertionError(self.output())

    def output(self) -> str:
        """Return what Envoy printed."""
        assert self._folder is not None
        return (self._folder / "output").read_text(errors="replace")[-4000:]

    async def ask(self, questions: Sequence[tuple[int, Asked]]) -> list[Answer]:
        """Ask: each request at the listener of its table."""
        answers: list[Answer | None] = [None] * len(questions)
        by_table: dict[int, list[int]] = {}
        for at, (table, _) in enumerate(questions):
            by_table.setdefault(table, []).append(at)
        queue = list(by_table.items())

        async def work() -> None:
            while queue:
                table, places = queue.pop()
                with _Client(self.ports[table]) as client:
                    for at in places:
                        answers[at] = await client.ask(questions[at][1].wire(("x-id", str(at))))

        await asyncio.gather(*[work() for _ in range(CONNECTIONS)])
        return [answer if answer is not None else Answer(0, (), "") for answer in answers]

    async def stop(self) -> dict[int, Json]:
        """Stop everything; return what the access log says of each request."""
        assert self._process is not None
        assert self._folder is not None
        self._process.terminate()
        while self._process.poll() is None:
            await asyncio.sleep(0.02)
        if self._server is not None:
            self._server.close()
        log: dict[int, Any] = {}
        path = self._folder / "log"
        for line in path.read_bytes().decode("latin-1").splitlines() if path.exists() else ():
            with suppress(ValueError):
                entry = json.loads(line)
                log[int(entry["id"])] = entry
        shutil.rmtree(self._folder, ignore_errors=True)
        return log


async def judged(tables: Sequence[tuple[Json, Json]], questions: Sequence[tuple[int, Asked]]) -> list[Answer]:
    """Ask the real Envoy.

    Args:
        tables: Tables, each with the options of its listener.
        questions: The requests, each with the place of its table.

    Returns:
        What came of them.
    """
    judge = Judge(tables)
    await judge.start()
    try:
        answers = await judge.ask(questions)
    finally:
        log = await judge.stop()
    return [_with_log(answer, log.get(at)) for at, answer in enumerate(answers)]


def _with_log(answer: Answer, entry: Json | None) -> Answer:
    forwarded: tuple[str, ...] = ()
    if answer.body.endswith("\r\n\r\n"):
        forwarded = tuple(answer.body.removesuffix("\r\n\r\n").split("\r\n"))
    entry = entry or {}

    def said(name: str) -> str:
        value = entry.get(name, "-")
        return "" if value == "-" else str(value)

    return Answer(answer.status, answer.headers, answer.body, said("route"), said("cluster"), said("vc"), forwarded)

"""Starts real servers, each in a process of its own, on loopback, and speaks to them byte by byte."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from attrs import frozen

_ROOT: Final = Path(__file__).resolve().parents[2]
_PATIENCE: Final = 30  # seconds, for a server to come up or to answer

_UVICORN: Final = ("uvicorn", "--factory", "--port", "{port}", "--log-level", "warning", "--ws", "websockets-sansio")
COMMANDS: Final[Mapping[str, tuple[str, ...]]] = {
    "uvicorn, h11": (*_UVICORN, "--http", "h11", "{app}"),
    "uvicorn, httptools": (*_UVICORN, "--http", "httptools", "{app}"),
    "hypercorn": ("hypercorn", "--bind", "127.0.0.1:{port}", "{app}()"),
    "gunicorn": ("gunicorn", "--bind", "127.0.0.1:{port}", "--workers", "1", "--log-level", "warning", "{app}()"),
    "waitress": ("waitress", "--listen", "127.0.0.1:{port}", "--call", "{app}"),
    "wsgiref": ("tests.servers.simple", "{port}", "{app}"),
}
"""How each server is started; the modules are run by this Python."""

ASGI: Final = ("uvicorn, h11", "uvicorn, httptools", "hypercorn")
WSGI: Final = ("gunicorn", "waitress", "wsgiref")


@frozen
class Answer:
    """What came back, as it is on the wire.

    Args:
        status: The status; 0 where the server closed the connection without a word.
        headers: The header lines.
        body: The body, with the framing of a chunked one taken off.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@frozen
class Server:
    """A server that runs.

    Args:
        port: Its port on loopback.
        log: The file that holds what it says.
    """

    port: int
    log: Path

    def send(self, data: bytes) -> Answer:
        """Send bytes, and read until the server has nothing more to say."""
        with closing(socket.create_connection(("127.0.0.1", self.port), timeout=_PATIENCE)) as connection:
            try:
                connection.sendall(data)
                received = b""
                while piece := connection.recv(1 << 16):
                    received += piece
            except ConnectionError:  # it had enough
                received = b""
        return parsed(received)

    def get(self, target: str, *lines: str, method: str = "GET", body: bytes = b"") -> Answer:
        """Send a request for a target as it is; without a Host line among the lines there is one."""
        given = [line.lower() for line in lines]
        host = [] if any(line.startswith("host:") for line in given) else ["Host: a.example"]
        length = [f"Content-Length: {len(body)}"] if body else []
        head = [f"{method} {target} HTTP/1.1", *host, *lines, *length, "Connection: close", "", ""]
        return self.send("\r\n".join(head).encode("latin-1") + body)

    def said(self) -> str:
        """Return what it has logged."""
        return self.log.read_text("utf-8", "replace")


def parsed(received: bytes) -> Answer:
    """Take an answer apart."""
    if not received.startswith(b"HTTP/1."):  # nothing, or an answer to HTTP/0.9, which has no head
        return Answer(200 if received else 0, (), received)
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = [line.partition(":") for line in lines]
    headers = tuple((name.lower(), value.strip()) for name, _, value in pairs)
    if ("transfer-encoding", "chunked") in headers:
        body = b"".join(_chunks(body))
    return Answer(int(first.split(" ")[1]), headers, body)


def _chunks(body: bytes) -> Iterator[bytes]:
    while body:
        size, _, body = body.partition(b"\r\n")
        length = int(size, 16)
        yield body[:length]
        body = body[length + 2 :]


@contextmanager
def serving(server: str, app: str) -> Generator[Server]:
    """Run a server with an application, given as ``module:factory``."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [piece.format(port=port, app=app) for piece in COMMANDS[server]]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log")
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 - our own programs
                [sys.executable, "-m", *command], cwd=_ROOT, stdout=output, stderr=subprocess.STDOUT
            )
        try:
            _await(process, port, log)
            yield Server(port, log)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    message = f"the server did not come up:\n{log.read_text('utf-8', 'replace')}"
    raise RuntimeError(message)

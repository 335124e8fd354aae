"""Hostile requests through real servers: routed as ``resolve`` says of what the server exposes, and never a fault.

What each server loses on the way is found out here, too, and compared with the table in docs/middleware.md.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote_to_bytes

import pytest

from meshroute import Request
from tests.servers.applications import ROUTER
from tests.servers.conftest import Ask
from tests.servers.serve import COMMANDS, WSGI, Answer, Server

SERVERS = pytest.mark.parametrize("name", list(COMMANDS))

TARGETS: Final = (
    "/",
    "/files/a%2Fb",
    "/files/a%2fb%2F",
    "/files/%2e%2e/admin",
    "/files/../admin",
    "/any/./x/../y",
    "/any/..%2fadmin",
    "//admin",
    "//admin/x",
    "///admin",
    "/any//admin",
    "/admin%2fx",
    "/admin;x=1",
    "/%61dmin/x",
    "/ADMIN",
    "/admin/",
    "/admin?",
    "/admin#x",
    "/any#/admin",
    "/any?x=/admin#y",
    "/any/%",
    "/any/%zz",
    "/any/%00",
    "/any/%0d%0aX-Injected:%201",
    "/old?x=%0d%0aSet-Cookie:%20a=1",
    "/old%0d%0aSet-Cookie:%20a=1",
    "/cart/%0d%0a%0d%0a",
    "/any/%ff%fe",
    "/any/%C3%A9",
    "/any/%c0%ae%c0%ae/admin",
    "/any\\admin",
    "/any/a+b%2Bc",
    "/any/" + "a" * 3_000,
    "/any/" + "a/" * 1_500,
    "/any?" + "x=1&" * 1_500,
    "/cart/~!$&'()*,;=:@",
    "http://b.example/any",
    "http://b.example//admin",
    "HTTP://B.Example:80/admin",
    "http://b.example",
    "*",
)
RAW: Final = (
    b"GET /any/\xe9 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    b"GET /any\x00 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    b"GET /any\rX: 1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    b"GET /any\nX: 1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    b"GET /any HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\nConnection: close\r\n\r\n",
    b"GET /any HTTP/1.1\r\nHost: a\r\nX: a\rb\r\nConnection: close\r\n\r\n",
    b"GET /any HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
    b"GET /any HTTP/1.1\r\nConnection: close\r\n\r\n",
    b"GET /any HTTP/1.0\r\n\r\n",
    b"get /any HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    b"M\xc3\xa9thode /any HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    b"GET /any HTTP/1.1\r\nHost: a\xe9\r\nX: \xe9\r\nConnection: close\r\n\r\n",
    b"GET /any HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n",
    b"GET /any HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n",
    b"GET /any HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + b"X: 1\r\n" * 90 + b"\r\n",
    b"GET /any HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + b"X: 1\r\n" * 5_000 + b"\r\n",
    b"GET /any HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: " + b"1" * 200_000 + b"\r\n\r\n",
    b"GET /old HTTP/1.1\r\nHost: a.example\tx\r\nConnection: close\r\n\r\n",
    b"CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\nConnection: close\r\n\r\n",
    b"GET /any HTTP/1.0\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
)


REFUSALS: Final = frozenset({0, 400, 403, 404, 405, 408, 413, 414, 431, 501, 505})
"""What servers refuse, and what routes do; a fault of ours would be 500."""


def _check(answer: Answer, name: str) -> None:
    """Hold an answer to what `resolve` says of what the server exposes."""
    if answer.status == 302:
        location = dict(answer.headers)["location"]
        assert re.fullmatch(r"http://[!-~]+/new[!-~]*", location), location
        return
    if answer.status in REFUSALS:
        return
    assert answer.status == 200, answer
    seen = json.loads(answer.body)
    exposed, (method, *_) = seen["exposed"], seen["received"]
    hosts = [value for key, value in exposed["lines"] if key == "host"]
    request = Request.from_parts(
        method,
        _target(exposed, decoded_as="latin-1" if name in WSGI else "utf-8"),
        authority=",".join(hosts) if hosts else None,
        headers=[(key, value) for key, value in exposed["lines"] if key != "host"],
    )
    resolved = ROUTER.resolve(request)
    assert (resolved.route.name if resolved.route else None) == seen["route"]
    assert resolved.params == seen["params"]
    # the application is told the path that was routed, and no other
    if resolved.request is None or resolved.request.path == request.path:
        wanted = unquote_to_bytes(request.path.encode("latin-1"))
        assert seen["path"] == (wanted.decode("latin-1") if name in WSGI else wanted.decode("utf-8", "replace"))
        assert seen["host"] == ([] if request.authority is None else [request.authority])


def _target(exposed: Any, decoded_as: str) -> str:
    """Return the target that the server exposes; where there is no raw one, the decoded path is encoded again."""
    if exposed["target"] is not None:
        return str(exposed["target"])
    path = quote(exposed["path"].encode(decoded_as), safe="/!$&'()*+,;=:@~\\|^`{}[]\"<>") or "/"
    return f"{path}?{exposed['query']}" if exposed["query"] else path


@SERVERS
def test_targets(server_of: Ask, name: str) -> None:
    server = server_of(name, "open")
    for target in TARGETS:
        _check(server.get(target), name)
        _check(server.get(target, "Host: b.example:8080", "X-Any: 1"), name)
    assert "Traceback" not in server.said()


@SERVERS
def test_bytes(server_of: Ask, name: str) -> None:
    server = server_of(name, "open")
    for data in RAW:
        answer = server.send(data)
        if answer.headers:
            _check(answer, name)
    assert "Traceback" not in server.said()


def test_what_each_server_loses(server_of: Ask) -> None:
    """The table in the documentation is what is found here."""
    page = Path(__file__).parents[2] / "docs" / "middleware.md"
    documented = [
        line
        for line in page.read_text("utf-8").splitlines()
        if line.startswith(("| uvi", "| hyp", "| gun", "| wai", "| wsg"))
    ]
    found = [f"| {name} | {' | '.join(_row(server_of(name, 'open')))} |" for name in COMMANDS]
    assert documented == found


def _row(server: Server) -> list[str]:
    def ask(target: str, *lines: str) -> Any:
        answer = server.get(target, *lines)
        return json.loads(answer.body) if answer.status == 200 else None

    def lines_of(header: str, *lines: str) -> str:
        found = [value for key, value in ask("/any", *lines)["exposed"]["lines"] if key == header]
        return f"{len(found)} lines" if len(found) > 1 else f"`{found[0]}`"

    raw = ask("/any")["exposed"]["name"]
    slash = ask("/files/a%2Fb")["received"][1]
    double = ask("//any/x")["received"][1]
    underscore = ask("/any", "color_header: 1")["exposed"]["lines"]
    kept = [key for key, _ in underscore if key in {"color_header", "color-header"}]
    absolute = ask("http://b.example/any")
    return [
        f"`{raw}`" if raw != "none" else "none",
        f"`{slash.removeprefix('/files/')}`",
        f"`{double}`",
        lines_of("x", "x: 1", "x: 2"),
        lines_of("cookie", "cookie: a=1", "cookie: b=2"),
        f"`{kept[0]}`" if kept else "dropped",
        "refused" if absolute is None else f"`{absolute['received'][2]}`",
    ]

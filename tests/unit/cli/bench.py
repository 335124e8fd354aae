"""The program in front of a mesh made by hand."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

from meshroute.cli import main
from meshroute.criteria import HeaderMatch, PathStringPrefix, RouteMatch, TextExact
from meshroute.model.actions import Backend, Delegate, Forward, RetryPolicy, Timeouts
from meshroute.model.mesh import Entry, Listener, Mesh
from meshroute.model.notices import Notice, Source
from meshroute.model.rewrites import HostRewrite, PrefixReplace
from meshroute.model.route import Route
from meshroute.model.table import RouteTable, VirtualHost
from tests.conformance.schemas.validators import check, keys_of

GATEWAY = RouteTable(
    "virtualgateway/shop/ingress",
    (
        VirtualHost(
            None,
            (
                Route(
                    "paths",
                    match=RouteMatch((PathStringPrefix("/paths/"),)),
                    action=Delegate(
                        "virtualrouter/shop/color",
                        (HostRewrite("color.shop.local"), PrefixReplace("/")),
                        service="color.shop.local",
                    ),
                    id="gatewayroute/shop/paths/0",
                    rule="0",
                    source=Source("mesh.yaml", 12),
                ),
                Route("old", path="/old", redirect="https://new.example/x"),
                Route("health", path="/health", respond=(200, "fine")),
            ),
        ),
    ),
)
ROUTER = RouteTable(
    "virtualrouter/shop/color",
    (
        VirtualHost(
            None,
            (
                Route(
                    "red",
                    match=RouteMatch((PathStringPrefix("/red"), HeaderMatch("x-canary", TextExact("1")))),
                    action=Forward(
                        (
                            Backend("red", "shop", "VirtualNode", 8080, 2),
                            Backend("redder", "shop", "VirtualNode", 8080, 1),
                            Backend(
                                "gone", "shop", "VirtualNode", None, 0, valid=False, reason="not there", status=503
                            ),
                        ),
                        timeouts=Timeouts(request=15, idle=0.5),
                        retry=RetryPolicy(2, 1.5, ("server-error", "gateway-error")),
                    ),
                    id="route/shop/red/0",
                    source=Source("mesh.yaml", 30),
                    notices=(Notice("odd", "this is odd", Source("mesh.yaml", 31), ("route/shop/red/0",)),),
                ),
                Route("blue", path_prefix="/", to="blue"),
            ),
        ),
    ),
    service="color.shop.local",
)
MESH = Mesh(
    (Entry("virtualgateway", "ingress", (Listener(GATEWAY.id, 8088),), namespace="shop", format="appmesh"),),
    (GATEWAY, ROUTER),
)
TWO_ENTRIES = Mesh(
    (*MESH.entries, Entry("virtualrouter", "color", (Listener(ROUTER.id),), namespace="shop", format="appmesh")),
    MESH.tables,
)


class Stream(io.TextIOWrapper):
    """A stream that remembers, and may be a terminal."""

    def __init__(self, encoding: str = "utf-8") -> None:
        super().__init__(io.BytesIO(), encoding=encoding, write_through=True)
        self.terminal = False

    def isatty(self) -> bool:
        return self.terminal

    @property
    def text(self) -> str:
        self.flush()
        buffer = self.buffer
        assert isinstance(buffer, io.BytesIO)
        return buffer.getvalue().decode(self.encoding)


class Bench:
    """The program: what it was asked to load, and what it printed."""

    def __init__(self, mesh: Mesh, out: Stream, err: Stream) -> None:
        self.mesh = mesh
        self.error: BaseException | None = None
        self.loaded: list[tuple[tuple[object, ...], dict[str, object]]] = []
        self.out = out
        self.err = err
        self.stdin = io.BytesIO()

    def load(self, *sources: object, **options: object) -> Mesh:
        """Stand in for ``meshroute.readers.load``."""
        self.loaded.append((sources, options))
        if self.error is not None:
            raise self.error
        return self.mesh

    def run(self, *argv: str) -> int:
        """Run the program."""
        with redirect_stdout(self.out), redirect_stderr(self.err):  # in here, since pytest has its own for each phase
            return main(argv)

    def feed(self, text: str) -> None:
        """Put text on standard input."""
        self.stdin.write(text.encode())
        self.stdin.seek(0)

    def objects(self) -> list[dict[str, Any]]:
        """What was printed, one object a line, each held against its schema."""
        found: list[dict[str, Any]] = []
        for line in self.out.text.splitlines():
            value = json.loads(line)
            name = "error" if "error" in value else "explanation" if "answer" in value else "answer"
            check(name, value)
            assert set(value) == keys_of(name)
            found.append(value)
        return found

    def object(self, *argv: str) -> dict[str, Any]:
        """Run the program for one object."""
        assert self.run(*argv) == 0
        (found,) = self.objects()
        return found

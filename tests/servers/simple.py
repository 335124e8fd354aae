"""``python -m tests.servers.simple PORT MODULE:FACTORY``: the server of the standard library."""

from __future__ import annotations

import sys
from importlib import import_module
from wsgiref.simple_server import WSGIRequestHandler, make_server


class _Quiet(WSGIRequestHandler):
    """Logs nothing but faults."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the standard library
        """Say nothing."""


if __name__ == "__main__":
    module, _, factory = sys.argv[2].partition(":")
    with make_server(
        "127.0.0.1", int(sys.argv[1]), getattr(import_module(module), factory)(), handler_class=_Quiet
    ) as server:
        server.serve_forever()

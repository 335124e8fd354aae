"""Servers that several tests ask; each runs once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.servers.serve import ASGI, Server, serving

Ask = Callable[[str, str], Server]


@pytest.fixture(scope="package")
def server_of() -> Iterator[Ask]:
    """Return a server by its name and the name of an application of `tests.servers.applications`."""
    with ExitStack() as stack:
        running: dict[tuple[str, str], Server] = {}

        def found(server: str, application: str) -> Server:
            key = server, application
            if key not in running:
                kind = "asgi" if server in ASGI else "wsgi"
                factory = f"tests.servers.applications:{application}_{kind}"
                running[key] = stack.enter_context(serving(server, factory))
            return running[key]

        yield found

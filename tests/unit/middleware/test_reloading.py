"""A router that follows its files, and requests that do not notice."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from meshroute import DocumentLoadError, Request, Router, TableError
from meshroute.middleware import Loaded, Reloader
from meshroute.middleware.asgi import RouteMiddleware
from meshroute.middleware.reloading import error_text, fingerprint
from tests.unit.middleware.drive import AsgiApp, asgi, scope_of

_PATIENCE = 20  # seconds; nothing takes so long unless it never comes


def write(file: Path, number: int, *, routes: int = 8) -> None:
    """Write a table in which every route names its generation."""
    table = {
        "name": "shop",
        "virtual_hosts": [
            {
                "name": "all",
                "domains": ["*"],
                "routes": [
                    {"name": f"g{number}-{route}", "match": {"path": f"/{route}"}, "route": {"cluster": f"g{number}"}}
                    for route in range(routes)
                ],
            }
        ],
    }
    temporary = file.with_suffix(".new")
    temporary.write_text(json.dumps(table), "utf-8")
    temporary.replace(file)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "routes.json"
    write(found, 1)
    return found


def until(holds: Callable[[], bool]) -> None:
    """Wait for something."""
    end = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)


def backend_of(router: Router, route: int = 0) -> str:
    """Ask where a route leads."""
    return router.resolve(Request("GET", f"http://a/{route}")).backends[0].name


def test_a_call_reloads(file: Path) -> None:
    told: list[Loaded] = []
    reloader = Reloader(file, on_reload=told.append)
    assert (reloader.generation, backend_of(reloader.router), told) == (1, "g1", [])
    write(file, 2)
    assert reloader.reload() is True
    assert (reloader.generation, backend_of(reloader.router), reloader.error) == (2, "g2", None)
    assert told == [reloader.loaded]


def test_the_last_good_router_stays(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    told: list[Exception] = []
    reloader = Reloader(file, on_error=told.append)
    file.write_text('{"name": "shop", "virtual_hosts": [{"name": 1}]}', "utf-8")
    with caplog.at_level(logging.ERROR, "meshroute.middleware"):
        assert reloader.reload() is False
    assert (reloader.generation, backend_of(reloader.router)) == (1, "g1")
    assert isinstance(reloader.error, DocumentLoadError)
    assert told == [reloader.error]
    assert "the routes stay as they are" in caplog.text
    assert "routes.json:1" in caplog.text
    write(file, 3)
    assert reloader.reload()
    assert reloader.generation == 2


def test_bad_documents_are_no_beginning(tmp_path: Path, file: Path) -> None:
    with pytest.raises(DocumentLoadError):
        Reloader(tmp_path / "none.yaml")
    with pytest.raises(TableError):
        Reloader(file, entry="none")


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"watch": "ask"}, "watch must be"), ({"interval": 0}, "the interval must be more than 0 seconds, not 0")],
)
def test_what_is_refused(file: Path, settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Reloader(file, **settings)


@pytest.mark.parametrize("watch", ["poll", "watchfiles"])
def test_files_are_watched(file: Path, watch: Any) -> None:
    with Reloader(file.parent, interval=0.05, watch=watch) as reloader:
        assert reloader.start() is reloader, "twice is once"
        time.sleep(0.2)  # the system needs a moment before it watches
        write(file, 2)
        until(lambda: backend_of(reloader.router) == "g2")
        file.write_text("{", "utf-8")
        until(lambda: reloader.error is not None)
        write(file, 3)
        until(lambda: backend_of(reloader.router) == "g3")
    file.write_text("{", "utf-8")
    assert reloader.error is None
    reloader.stop()  # again


def test_what_the_system_takes_for_a_change_may_be_none(file: Path) -> None:
    with Reloader(file, interval=0.05, watch="watchfiles") as reloader:
        time.sleep(0.2)
        (file.parent / "other.txt").write_text("x", "utf-8")
        time.sleep(0.3)
        assert reloader.generation == 1
        write(file, 2)
        until(lambda: reloader.generation == 2)


def test_a_signal_reloads(file: Path) -> None:
    before = signal.getsignal(signal.SIGHUP)
    try:
        reloader = Reloader(file)
        reloader.reload_on_signal()
        write(file, 2)
        os.kill(os.getpid(), signal.SIGHUP)
        until(lambda: reloader.generation == 2)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_callback_that_fails_harms_nobody(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    def callback(loaded: Loaded) -> None:
        raise LookupError(loaded)

    reloader = Reloader(file, on_reload=callback)
    with caplog.at_level(logging.ERROR, "meshroute.middleware"):
        assert reloader.reload()
    assert "a callback of the reloader failed" in caplog.text


def test_a_fingerprint_sees_what_comes_and_goes(tmp_path: Path, file: Path) -> None:
    first = fingerprint((tmp_path, file))
    assert first == fingerprint((tmp_path, file))
    (tmp_path / "notes.txt").write_text("no document", "utf-8")
    (tmp_path / ".hidden.yaml").write_text("a: 1", "utf-8")
    assert first == fingerprint((tmp_path, file)), "what `load` leaves alone changes nothing"
    (tmp_path / "more.yaml").write_text("a: 1", "utf-8")
    second = fingerprint((tmp_path, file))
    (tmp_path / "broken.yaml").symlink_to("nowhere")
    third = fingerprint((tmp_path, file))
    file.unlink()
    assert len({first, second, third, fingerprint((tmp_path, file))}) == 4


def test_errors_are_told_in_one_line() -> None:
    assert error_text(TableError("no entry")) == "no entry"
    assert error_text(OSError("disk")) == "OSError('disk')"


def test_middleware_follows(file: Path) -> None:
    reloader = Reloader(file)
    app = AsgiApp()
    routed = RouteMiddleware(app, reloader)
    asgi(routed, scope_of("/0"))
    write(file, 2)
    reloader.reload()
    asgi(routed, scope_of("/1"))
    assert [scope["meshroute"].route.name for scope in app.scopes] == ["g1-0", "g2-1"]


def _is_whole(router: Router) -> bool:
    """Ask all routes of a router; they are of one generation."""
    return len({backend_of(router, route) for route in range(0, 8, 3)}) == 1


def test_a_hundred_reloads_while_threads_ask(file: Path) -> None:
    reloader = Reloader(file)
    done = threading.Event()
    answered = [0] * 4
    faults: list[object] = []

    def ask(place: int) -> None:
        newest = 0
        while not done.is_set():
            loaded = reloader.loaded
            if not _is_whole(loaded.router) or loaded.generation < newest:
                faults.append(loaded)
            newest = loaded.generation
            answered[place] += 1
            time.sleep(0.0005)  # let the one who writes have its turn

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(len(answered))]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)  # threads take turns where they least expect it
    try:
        for thread in threads:
            thread.start()
        for number in range(2, 102):
            write(file, number)
            assert reloader.reload()
        until(lambda: sum(answered) > 1_000)
    finally:
        done.set()
        sys.setswitchinterval(interval)
        for thread in threads:
            thread.join()
    assert faults == []
    assert (reloader.generation, backend_of(reloader.router)) == (101, "g101")
    assert min(answered) > 0


def test_a_hundred_reloads_while_a_loop_asks(file: Path) -> None:
    reloader = Reloader(file)
    seen: list[tuple[str, str]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        first = scope["meshroute"].route.name.partition("-")[0]
        await asyncio.sleep(0)  # others run, and the router is exchanged
        seen.append((first, scope["meshroute"].backends[0].name))

    routed = RouteMiddleware(app, reloader)

    async def main() -> None:
        loop = asyncio.get_running_loop()
        for number in range(2, 102):
            write(file, number)
            reloading = loop.run_in_executor(None, reloader.reload)
            asked = [routed(scope_of(f"/{route}"), None, None) for route in [*range(8)] * 5]  # type: ignore[arg-type]  # what the test gives is what it needs
            await asyncio.gather(reloading, *asked)

    asyncio.run(main())
    assert len(seen) == 4_000, "none is lost"
    assert all(first == second for first, second in seen), "none is mixed"
    assert reloader.generation == 101

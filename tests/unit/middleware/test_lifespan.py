"""Several applications start and stop as one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from meshroute import Route, Router
from meshroute.middleware.asgi import Dispatcher, RouteMiddleware
from tests.unit.middleware.drive import AsgiApp, asgi, scope_of

ROUTER = Router([Route(name, path=f"/{name}", to=name) for name in ("a", "b", "c")])
LOG: list[str] = []


def proper(name: str, *, fails: str = "") -> Any:
    """An application that says what the protocol asks for."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await AsgiApp(name)(scope, receive, send)
            SEEN[name] = scope
            return
        assert (await receive())["type"] == "lifespan.startup"
        if fails == "startup":
            await send({"type": "lifespan.startup.failed", "message": f"{name} cannot"})
            raise OSError(name)  # as Starlette does
        LOG.append(f"{name} up")
        if "state" in scope:
            scope["state"]["name"] = name
        await send({"type": "lifespan.startup.complete"})
        if fails == "early":
            return
        assert (await receive())["type"] == "lifespan.shutdown"
        LOG.append(f"{name} down")
        if fails == "shutdown":
            await send({"type": "lifespan.shutdown.failed"})
        elif fails == "raises":
            raise OSError(name)
        else:
            await send({"type": "lifespan.shutdown.complete"})

    return app


SEEN: dict[str, Any] = {}


async def ignorant(scope: Any, receive: Any, send: Any) -> None:
    """As Django is."""
    if scope["type"] != "http":
        message = f"not {scope['type']}"
        raise ValueError(message)
    await AsgiApp("b")(scope, receive, send)


async def silent(scope: Any, receive: Any, send: Any) -> None:
    """Return at once."""


async def hasty(scope: Any, receive: Any, send: Any) -> None:
    """Wait for the end without saying that it has started."""
    await receive()
    await receive()
    assert (await receive())["type"] == "lifespan.shutdown"


@pytest.fixture(autouse=True)
def _clean() -> None:
    LOG.clear()
    SEEN.clear()


def run(apps: dict[str, Any], **scope: Any) -> list[Any]:
    """Start and stop applications as a server does; return what it was told."""
    told: list[Any] = []
    dispatcher = Dispatcher(ROUTER, apps, default=apps.get("a"))
    messages = iter(["lifespan.startup", "lifespan.shutdown"])

    async def receive() -> Any:
        kind = next(messages)
        LOG.append(kind.partition(".")[2])
        return {"type": kind}

    async def send(message: Any) -> None:
        told.append(message)

    asyncio.run(dispatcher({"type": "lifespan", **scope}, receive, send))
    if scope:
        asgi(dispatcher, scope_of("/b", state=dict(scope["state"])))
    return told


_DONE = [{"type": "lifespan.startup.complete"}, {"type": "lifespan.shutdown.complete"}]


def test_all_start_in_order_and_stop_in_reverse() -> None:
    assert run({name: proper(name) for name in "abc"}) == _DONE
    assert LOG == ["startup", "a up", "b up", "c up", "shutdown", "c down", "b down", "a down"]


@pytest.mark.parametrize("other", [ignorant, silent, hasty, proper("b", fails="early")])
def test_the_others_do_not_suffer_from_one_that_knows_no_lifespan(other: Any) -> None:
    assert run({"a": proper("a"), "b": other, "c": proper("c")}) == _DONE
    assert [line for line in LOG if line[0] in "ac"] == ["a up", "c up", "c down", "a down"]


def test_one_application_for_two_backends_starts_once() -> None:
    app = proper("a")
    assert run({"a": app, "b": app}) == _DONE
    assert LOG == ["startup", "a up", "shutdown", "a down"]


def test_where_one_does_not_start_the_others_are_stopped() -> None:
    told = run({"a": proper("a"), "b": proper("b", fails="startup"), "c": proper("c")})
    assert told == [{"type": "lifespan.startup.failed", "message": "b cannot"}]
    assert LOG == ["startup", "a up", "a down"]


@pytest.mark.parametrize(("fails", "message"), [("shutdown", "an application failed"), ("raises", "OSError('b')")])
def test_where_one_does_not_stop_the_others_do(fails: str, message: str) -> None:
    told = run({"a": proper("a"), "b": proper("b", fails=fails), "c": proper("c")})
    assert told == [_DONE[0], {"type": "lifespan.shutdown.failed", "message": message}]
    assert LOG[-3:] == ["c down", "b down", "a down"]


def test_each_application_has_a_state_of_its_own() -> None:
    assert run({name: proper(name) for name in "abc"}, state={"server": 1}) == _DONE
    assert SEEN["b"]["state"] == {"server": 1, "name": "b"}


def test_context_managers_are_nested() -> None:
    @asynccontextmanager
    async def resource(name: str) -> AsyncGenerator[None]:
        LOG.append(f"{name} opened")
        yield
        LOG.append(f"{name} closed")

    def managed(name: str) -> Any:
        async def app(scope: Any, receive: Any, send: Any) -> None:
            await receive()
            async with resource(name):
                await send({"type": "lifespan.startup.complete"})
                await receive()
            await send({"type": "lifespan.shutdown.complete"})

        return app

    run({"a": managed("a"), "b": managed("b")})
    assert LOG == ["startup", "a opened", "b opened", "shutdown", "b closed", "a closed"]


def test_whoever_answers_what_goes_nowhere_is_started_too() -> None:
    app, other = proper("a"), proper("b")
    routed = RouteMiddleware(app, ROUTER, on_no_route=other)
    messages = iter(["lifespan.startup", "lifespan.shutdown"])
    told: list[Any] = []

    async def receive() -> Any:
        return {"type": next(messages)}

    async def send(message: Any) -> None:
        told.append(message)

    asyncio.run(routed({"type": "lifespan", "state": {}}, receive, send))
    assert told == _DONE
    for target, name in (("/a", "a"), ("/elsewhere", "b")):
        asgi(routed, scope_of(target, state={}))
        assert SEEN[name]["state"] == {"name": name}

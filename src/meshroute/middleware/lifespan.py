"""Lifespans: one server starts and stops several ASGI applications (ASGI, "Lifespan Protocol").

The applications are started one inside the other, and stopped in reverse. The second one runs while the first waits for
its end, so that no task is needed, and any event loop will do.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any, Final, TypeAlias

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

_LOG: Final = logging.getLogger("meshroute.middleware")


class Lifespans:
    """The lifespans of some applications, as one.

    Args:
        apps: The applications; one that knows no lifespan is left out.
        scope: The scope of the server.
        receive: What the server says.
        send: What the server is told.
        states: Where the state of each application goes, by its identity.
    """

    def __init__(
        self, apps: Sequence[Application], scope: Scope, receive: Receive, send: Send, states: dict[int, dict[str, Any]]
    ) -> None:
        self._apps = apps
        self._scope = scope
        self._receive = receive
        self._send = send
        self._states = states
        self._is_up = False
        self._failures: list[str] = []  # why an application did not start, or did not stop

    async def run(self) -> None:
        """Start all, tell the server, and stop all when it says so."""
        await self._receive()  # lifespan.startup
        await self.run_from(0)
        stage = "shutdown" if self._is_up else "startup"
        if self._failures:
            await self._send({"type": f"lifespan.{stage}.failed", "message": "; ".join(self._failures)})
        else:
            await self._send({"type": "lifespan.shutdown.complete"})

    async def run_from(self, at: int) -> None:
        """Run an application, and inside it all that come after it; return when they have stopped.

        Args:
            at: The place of the application.
        """
        if at == len(self._apps):
            self._is_up = True
            await self._send({"type": "lifespan.startup.complete"})
            await self._receive()  # lifespan.shutdown
            return
        app, one = self._apps[at], _Lifespan(self, at)
        scope = {**self._scope}
        if "state" in scope:  # of its own: two applications may both call something "db"
            scope["state"] = self._states[id(app)] = dict(scope["state"])
        try:
            await app(scope, one.receive, one.send)
        except Exception as error:  # noqa: BLE001 - whatever it raises, the others must start and stop
            if one.is_up and not one.has_failed:
                self.fail(repr(error))
            # before that it only says that the application knows no lifespan, and "the server must continue"
            _LOG.log(logging.ERROR if one.is_up or one.has_failed else logging.DEBUG, "lifespan", exc_info=error)
        if not one.is_around and not one.has_failed:
            await self.run_from(at + 1)

    def fail(self, message: str) -> None:
        """Remember that an application failed.

        Args:
            message: Why.
        """
        self._failures.append(message)


class _Lifespan:
    """What one application is told, and says.

    Args:
        whole: All lifespans.
        at: The place of the application.
    """

    def __init__(self, whole: Lifespans, at: int) -> None:
        self._whole = whole
        self._at = at
        self._has_started = False
        self.is_up = False  # it has said that it has started
        self.has_failed = False
        self.is_around = False  # the others have run inside it

    async def receive(self) -> Message:
        """Say that it should start; the second time, run the others, and then say that it should stop."""
        if not self._has_started:
            self._has_started = True
            return {"type": "lifespan.startup"}
        if not self.is_around:
            self.is_around = True
            await self._whole.run_from(self._at + 1)
        return {"type": "lifespan.shutdown"}

    async def send(self, message: Message) -> None:
        """Take what it says."""
        kind = message["type"]
        if kind == "lifespan.startup.complete":
            self.is_up = True
        elif kind.endswith(".failed"):
            self.has_failed = True
            self._whole.fail(str(message.get("message", "")) or "an application failed")

"""An ASGI validator, as ``wsgiref.validate`` is one for WSGI: what goes through it must be what the specification says.

The rules are those of "HTTP & WebSocket ASGI Message Format" 2.5, for scopes and for the order of messages.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Final, cast

Application = Callable[..., Coroutine[Any, Any, None]]

_SCOPE: Final[dict[str, type | tuple[type, ...]]] = {
    "asgi": dict,
    "http_version": str,
    "path": str,
    "query_string": bytes,
    "headers": (list, tuple),
}
_NEXT: Final = {
    ("http", "start"): {"http.response.start"},
    ("http", "body"): {"http.response.body"},
    ("websocket", "start"): {"websocket.accept", "websocket.close", "websocket.http.response.start"},
    ("websocket", "body"): {"websocket.http.response.body"},
    ("websocket", "open"): {"websocket.send", "websocket.close"},
}


def validator(app: Application) -> Application:
    """Hold an application, and what calls it, to the specification."""

    async def validated(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await app(scope, receive, send)
            return
        check_scope(scope)
        state = "start"

        async def receiving() -> Any:
            message = await receive()
            assert message["type"].startswith((f"{scope['type']}.", "http.")), message
            return message

        async def sending(message: Any) -> None:
            nonlocal state
            kind = message["type"]
            assert kind in _NEXT.get((scope["type"], state), set()), f"{kind} after {state}"
            if "headers" in message:
                check_lines(message["headers"])
            if kind.endswith("response.start"):
                assert type(message["status"]) is int
                assert 100 <= message["status"] < 600
                state = "body"
            elif kind.endswith("response.body"):
                assert isinstance(message.get("body", b""), bytes)
                state = "body" if message.get("more_body", False) else "end"
            elif kind == "websocket.accept":
                state = "open"
            elif kind == "websocket.close":
                state = "end"
            await send(message)

        await app(scope, receiving, sending)
        assert state in {"end", "open"}, f"the application stopped in the middle: {state}"

    return validated


def check_scope(given: Any) -> None:
    """Check the types of a scope, and what its path and root have to do with each other."""
    assert type(given) is dict
    scope = cast("dict[str, Any]", given)
    for name, kind in _SCOPE.items():
        assert isinstance(scope[name], kind), f"{name}: {scope[name]!r}"
    assert isinstance(scope.get("root_path", ""), str)
    raw = scope.get("raw_path")
    assert raw is None or (isinstance(raw, bytes) and b"?" not in raw)
    assert scope.get("path_params") is None or isinstance(scope["path_params"], dict)
    if scope["type"] == "http":
        assert scope["method"] == scope["method"].upper()
    check_lines(scope["headers"])
    for name, _ in scope["headers"]:
        assert name == name.lower()
        assert not name.startswith(b":")


def check_lines(lines: Any) -> None:
    """Check header lines: pairs of bytes that no server could take for the end of a line."""
    for name, value in lines:
        assert isinstance(name, bytes)
        assert isinstance(value, bytes)
        assert not set(b"\r\n\0") & {*name, *value}, (name, value)

"""The other routers, each behind one call: method and path in, what it found out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from benchmarks.data import Listed

Look = Callable[[str, str], object]
"""Finds the route of a method and a path, with its parameters."""


def falcon(routes: Sequence[Listed]) -> Look:
    """Falcon's CompiledRouter, which generates code."""
    from falcon.routing import CompiledRouter

    by_path: dict[str, list[str]] = {}
    for method, path in routes:
        by_path.setdefault(path, []).append(method)
    router = CompiledRouter()
    for path, methods in by_path.items():
        responders = {f"on_{method.lower()}": lambda *_, **__: None for method in methods}
        router.add_route(path, type("Resource", (), responders)())
    router.find("/")  # it compiles at the first look-up
    find = router.find

    def look(method: str, path: str) -> object:
        found = find(path)
        return None if found is None else (found[1].get(method), found[2])

    return look


def sanic(routes: Sequence[Listed]) -> Look:
    """sanic-routing, which generates code too."""
    from sanic_routing import BaseRouter
    from sanic_routing.exceptions import NoMethod, NotFound

    class Router(BaseRouter):
        """The example of its documentation."""

        def get(self, path: str, method: str, extra: dict[str, Any] | None = None) -> object:
            return self.resolve(path=path, method=method, extra=extra)

    router = Router()
    for method, path in routes:
        router.add(re.sub(r"\{(\w+)\}", r"<\1:str>", path), lambda: None, methods=[method])
    router.finalize()
    get = router.get

    def look(method: str, path: str) -> object:
        try:
            return get(path, method)
        except (NotFound, NoMethod):
            return None

    return look


def werkzeug(routes: Sequence[Listed]) -> Look:
    """werkzeug, the router of Flask."""
    from werkzeug.exceptions import HTTPException
    from werkzeug.routing import Map, Rule

    rules = [
        Rule(re.sub(r"\{(\w+)\}", r"<\1>", path), endpoint=number, methods=[method])
        for number, (method, path) in enumerate(routes)
    ]
    adapter = Map(rules, strict_slashes=True, merge_slashes=False).bind("localhost")
    match = adapter.match

    def look(method: str, path: str) -> object:
        try:
            return match(path, method)
        except HTTPException:
            return None

    return look


def starlette(routes: Sequence[Listed]) -> Look:
    """Starlette's routes, which FastAPI has too, asked in order as its Router does."""
    from starlette.routing import Match, Route

    listed = [Route(path, lambda _: None, methods=[method]) for method, path in routes]

    def look(method: str, path: str) -> object:
        scope = {"type": "http", "method": method, "path": path, "root_path": "", "path_params": {}}
        for route in listed:
            match, child = route.matches(scope)
            if match is Match.FULL:
                return child
        return None

    return look


def aiohttp(routes: Sequence[Listed]) -> Look:
    """Aiohttp's UrlDispatcher, whose ``resolve`` is a coroutine that never waits."""
    from aiohttp.web_urldispatcher import UrlDispatcher
    from yarl import URL

    async def handler(_: object) -> Any:  # noqa: ANN401 - never called
        return None

    dispatcher = UrlDispatcher()
    for method, path in routes:
        dispatcher.add_route(method, path, handler)

    class Request:
        """As much of a request as the dispatcher looks at."""

        def __init__(self, method: str, path: str) -> None:
            self.method = method
            self.rel_url = URL.build(path=path, encoded=True)
            self.path = path

    def look(method: str, path: str) -> object:
        request: Any = Request(method, path)
        try:
            dispatcher.resolve(request).send(None)
        except StopIteration as end:
            return end.value
        return None

    return look


PEERS: Final[dict[str, Callable[[Sequence[Listed]], Look]]] = {
    "falcon": falcon,
    "sanic-routing": sanic,
    "werkzeug": werkzeug,
    "aiohttp": aiohttp,
    "starlette": starlette,
}

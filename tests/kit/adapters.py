"""Adapters: how the routers of frameworks are asked, as one of them would ask itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast
from urllib.parse import unquote, unquote_to_bytes

from meshroute import Request, Route, Router
from meshroute.testing import Listed

Found = tuple[str, Mapping[str, str]] | None


class Ours:
    """meshroute itself."""

    def __init__(self, routes: Sequence[Listed]) -> None:
        self._router = Router([Route(one.name, path=one.template, methods=one.method, to="x") for one in routes])

    def find(self, method: str, path: str) -> Found:
        answer = self._router.resolve(Request.from_parts(method, path))
        return None if answer.route is None or answer.route.name is None else (answer.route.name, answer.params)


class Starlette:
    """Starlette asks its routes in their order, with the decoded path."""

    def __init__(self, routes: Sequence[Listed]) -> None:
        from starlette.routing import Route as Endpoint  # noqa: PLC0415 - a peer

        async def endpoint(request: Any) -> None:  # noqa: ANN401 - never called
            _ = request

        self._routes = [Endpoint(one.template, endpoint, methods=[one.method], name=one.name) for one in routes]
        self._methods = {one.name: one.method for one in routes}

    def find(self, method: str, path: str) -> Found:
        from starlette.routing import Match  # noqa: PLC0415 - a peer

        scope: dict[str, Any] = {"type": "http", "method": method, "path": unquote(path), "root_path": ""}
        scope["path_params"] = {}
        for route in self._routes:
            match, child = route.matches(scope)
            if match is Match.FULL and method == self._methods[route.name]:  # GET has HEAD beside it
                return route.name, child["path_params"]
        return None


class Werkzeug:
    """werkzeug has an order of its own, and gets the decoded path too."""

    def __init__(self, routes: Sequence[Listed]) -> None:
        from werkzeug.routing import Map, Rule  # noqa: PLC0415 - a peer

        rules = [
            Rule(one.template.replace("{", "<").replace("}", ">"), endpoint=one.name, methods=[one.method])
            for one in routes
        ]
        self._adapter = Map(rules, strict_slashes=True, merge_slashes=False).bind("a.example")

    def find(self, method: str, path: str) -> Found:
        from werkzeug.exceptions import HTTPException  # noqa: PLC0415 - a peer

        try:
            endpoint, params = self._adapter.match(unquote(path), method=method)
        except HTTPException:
            return None
        return cast("str", endpoint), params


def _responder(request: Any, response: Any, **params: Any) -> None:  # noqa: ANN401 - never called
    _ = request, response, params


class Falcon:
    """falcon has one resource for each path, and gets the decoded path too."""

    def __init__(self, routes: Sequence[Listed]) -> None:
        from falcon.routing import CompiledRouter  # noqa: PLC0415 - a peer

        self._router = CompiledRouter()
        by_template: dict[str, dict[str, str]] = {}
        for one in routes:
            by_template.setdefault(one.template, {}).setdefault(one.method, one.name)
        for template, names in by_template.items():

            class Resource:
                pass

            resource: Any = Resource()
            resource.names = names
            for method in names:
                setattr(resource, f"on_{method.lower()}", _responder)
            self._router.add_route(template, resource)

    def find(self, method: str, path: str) -> Found:
        found = self._router.find(unquote_to_bytes(path).decode("utf-8", "replace"))
        if found is None:
            return None
        resource, _, params, _ = found
        name = cast("Any", resource).names.get(method)
        return None if name is None else (name, params)

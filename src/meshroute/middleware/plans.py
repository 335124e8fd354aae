"""Plans: what a middleware knows of each route before any request comes."""

from __future__ import annotations

from typing import Protocol

from attrs import frozen

from meshroute.matching.router import Router
from meshroute.middleware.sticky import Choice
from meshroute.model.actions import Backend, Forward
from meshroute.model.criteria import (
    PathCriterion,
    PathExact,
    PathPrefix,
    PathRegex,
    PathStringPrefix,
    PathTemplate,
    PathWithoutParameters,
)
from meshroute.model.resolution import Resolution
from meshroute.model.route import Route


class HasRouter(Protocol):
    """What has the router of the moment, such as a `Reloader`."""

    @property
    def router(self) -> Router:
        """The router."""
        ...


@frozen
class MatchedRoute:
    """The route of a request, in the form in which tracing looks for it.

    Args:
        path: Its path, low in cardinality: the ``http.route`` of OpenTelemetry.
        name: Its name.
    """

    path: str
    name: str | None


def http_route(route: Route) -> MatchedRoute:
    """Describe a route.

    Args:
        route: The route.

    Returns:
        Its path and name; a prefix ends with ``*``.

    >>> http_route(Route("cart", path="/cart/{id}", to="cart")).path
    '/cart/{id}'
    >>> http_route(Route("web", path_prefix="/", to="web")).path
    '/*'
    """
    return MatchedRoute(_template(route.match.path), route.name)


def _template(path: PathCriterion | None) -> str:
    match path:
        case PathExact(value=value) | PathTemplate(value=value):
            return value
        case PathPrefix(value=value):
            return f"{value.rstrip('/')}/*"
        case PathStringPrefix(value=value):
            return f"{value}*"
        case PathRegex(pattern=pattern):
            return pattern.source
        case PathWithoutParameters(criterion=inner):
            return _template(inner)
        case _:
            return "*"


@frozen
class Plan:
    """What there is to do for a plain route: nothing but to call an application.

    Args:
        route: The route as tracing sees it.
        choice: The only backend; None in it where there is a choice.
        has_params: Whether its path has parameters.
    """

    route: MatchedRoute
    choice: Choice
    has_params: bool


def plan_of(route: Route) -> Plan | None:
    """Make the plan of a route.

    Args:
        route: The route.

    Returns:
        The plan, or None where the route changes requests or responses, or answers itself.
    """
    action = route.action
    if (
        not isinstance(action, Forward)
        or action.rewrites
        or action.response
        or not all(map(_is_plain, action.backends))
    ):
        return None
    usable = [backend for backend in action.backends if backend.weight]
    choice = Choice(usable[0] if len(usable) == 1 else None)
    return Plan(http_route(route), choice, _has_params(route.match.path)) if usable else None


def _has_params(path: PathCriterion | None) -> bool:
    match path:
        case PathTemplate(segments=segments):
            return any(segment.name for segment in segments)
        case PathRegex(pattern=pattern):
            return bool(pattern.names)
        case _:
            return isinstance(path, PathWithoutParameters) and _has_params(path.criterion)


def _is_plain(backend: Backend) -> bool:
    changes = backend.rewrites or backend.response or backend.redirect or backend.named_by
    return backend.valid and not changes


class Plans:
    """All that is worked out for one router. Never changes, so that requests of any number of threads may share it.

    Args:
        router: The router.
    """

    __slots__ = ("plain", "router")

    def __init__(self, router: Router) -> None:
        self.router = router
        planned = ((id(route), plan_of(route)) for table in router.mesh.tables for route in table.routes())
        # by the identity of the route, which the router keeps alive: its hash would look at all of it
        self.plain = {identity: plan for identity, plan in planned if plan is not None}


def router_of(source: Router | HasRouter) -> Router:
    """Return the router of the moment.

    Args:
        source: A router, or what has one and may exchange it.

    Returns:
        The router.

    Raises:
        TypeError: It is neither.
    """
    router = source if isinstance(source, Router) else getattr(source, "router", None)
    if not isinstance(router, Router):
        message = f"a middleware takes a Router or a Reloader, not {type(source).__name__}: write Router(...) around it"
        raise TypeError(message)
    return router


def routed(answer: Resolution) -> MatchedRoute | None:
    """Describe the route of an answer.

    Args:
        answer: The answer.

    Returns:
        The route, or None where there is none.
    """
    return None if answer.route is None else http_route(answer.route)

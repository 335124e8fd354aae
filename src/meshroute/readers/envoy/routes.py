"""Routes: condition and action of each, or why what it does cannot be told (DESIGN §7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import frozen

from meshroute.errors import RouteError
from meshroute.model.actions import Action, NoRoute, Unsupported
from meshroute.model.criteria import RouteMatch
from meshroute.model.notices import Notice
from meshroute.model.route import Route
from meshroute.readers.envoy.answers import redirect_of, response_of
from meshroute.readers.envoy.filters import filter_effects
from meshroute.readers.envoy.forwards import forward_of
from meshroute.readers.envoy.levels import Levels
from meshroute.readers.envoy.matchers import criteria_of
from meshroute.readers.envoy.message import Message
from meshroute.readers.envoy.metadata import metadata_of
from meshroute.readers.envoy.paths import PathLowered, path_criteria
from meshroute.readers.envoy.scope import Unmodelled, source_of

_FAULTY: Final = NoRoute("the route has a fault, which is reported")


@frozen
class RouteNaming:
    """How the routes of a virtual host are told apart.

    Args:
        table: The id of the table.
        host: The place of the virtual host.
        above: What the levels above say that is not modelled and could decide.
    """

    table: str
    host: int
    above: tuple[Notice, ...] = ()

    def id(self, index: str) -> str:
        """Make the id of a route.

        Args:
            index: Its place in the virtual host.

        Returns:
            The id.
        """
        return f"{self.table}#{self.host}/{index}"


def lower_route(levels: Levels, message: Message, naming: RouteNaming, index: str) -> Route:
    """Lower a route.

    Args:
        levels: What it inherits.
        message: The Route.
        naming: How it is told apart.
        index: Its place in the virtual host.

    Returns:
        The route; where a criterion of it is not modelled it takes every request that the others accept, and its action
        says so.
    """
    unmodelled = Unmodelled()
    match = message.message("match")
    path = PathLowered()
    criteria: list[object] = []
    if match is not None:
        ignore = levels.table.flag("ignore_path_parameters_in_path_matching")
        path = path_criteria(levels.scope, match, unmodelled, ignore_parameters=ignore)
        criteria = [*path.criteria, *criteria_of(levels.scope, match, unmodelled)]
    try:
        action = _action(levels, message, path, unmodelled)
    except RouteError:  # of a value whose fault the decoder has reported
        action = _FAULTY
    if message.which("action") != "route":
        levels.request_mutations(message)  # they change nothing, but Envoy refuses faults in them
    filter_effects(levels.scope, message, unmodelled)
    if message.messages("route_specifiers"):
        unmodelled.add(message, "route_specifiers", "an extension may choose another route")
    deciding = (*unmodelled.notices, *naming.above)
    if deciding:
        action = Unsupported(deciding[0])
    name = message.name("name")
    return Route(
        name,
        match=RouteMatch(tuple(criteria)),  # type: ignore[arg-type]  # criteria of several kinds
        action=action,
        id=naming.id(index),
        source=source_of(message.at(), "Route", name),
        notices=(*unmodelled.remarks, *deciding[1:]),
        metadata=metadata_of(levels.scope, message),
    )


def _action(levels: Levels, message: Message, path: PathLowered, unmodelled: Unmodelled) -> Action:
    kind = message.which("action")
    inner = None if kind is None else message.message(kind)
    if kind is None or inner is None:
        return _FAULTY
    match kind:
        case "route":
            return forward_of(levels, message, inner, path, unmodelled)
        case "redirect":
            return redirect_of(levels, message, inner, path, unmodelled)
        case "direct_response":
            return response_of(levels, message, inner, unmodelled)
        case _:
            unmodelled.add(message, kind, "a filter, or nothing, decides what happens")
            return _FAULTY


def lower_routes(levels: Levels, naming: RouteNaming) -> Iterator[Route]:
    """Lower the routes of a virtual host, in order.

    Args:
        levels: What they inherit.
        naming: How they are told apart.

    Yields:
        Each route.
    """
    for index, message in enumerate(levels.host.messages("routes")):
        yield lower_route(levels, message, naming, str(index))

"""Routes: one condition, one action, a name, a source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from attrs import fields, frozen

from meshroute.errors import RequestError, RouteError
from meshroute.model.actions import Action, DirectResponse, Redirect
from meshroute.model.context import Struct, struct_of, thaw
from meshroute.model.criteria import Criterion, RouteMatch
from meshroute.model.notices import Notice, Source
from meshroute.model.precedence import Precedence
from meshroute.model.shorthand import BackendsInput, ValueInput, criteria_of, forward_of, redirect_of, response_of


@frozen(init=False, repr=False)
class Route:
    """One route: a condition on requests, and what happens to those that meet it.

    Readers give `match` and `action`; people write the other keywords, of which each adds a criterion.

    Args:
        name: The route's name.
        path: An exact path, or a template such as ``/cart/{id}``.
        path_prefix: Whole segments that the path starts with.
        path_regex: An RE2 pattern that the whole path matches.
        host: A host, or ``*.example.com`` for everything below one.
        port: The listener's port.
        methods: The methods; none means all.
        headers: Name to value: a str is compared exactly, True means present, False absent, several are alternatives,
            a text test (``TextPrefix`` …) is itself.
        query: The same for query parameters.
        to: The backend: a name, names with weights, or `Backend` values.
        redirect: A URL or path, or a `Redirect`.
        respond: A status, a status and a body, or a `DirectResponse`.
        priority: Lower goes first; without one a route goes after all that have one.
        match: The condition, instead of the keywords above.
        action: The action, instead of `to`, `redirect` and `respond`.
        id: What identifies the route in its mesh; the name by default.
        rule: The name or number of the rule that it was made from.
        source: Where it was written.
        precedence: Its place in the order, decided by a reader.
        notices: What every answer that takes this route should say.
        metadata: What its author notes about it: namespace to mapping (Envoy's `Route.metadata`). It decides nothing.

    Raises:
        RouteError: The keywords contradict each other, or one of them is no such value.

    >>> route = Route("cart", path="/cart/{id}", headers={"x-canary": "1"}, to={"cart-v2": 95, "cart-v1": 5})
    >>> route.match.path, [backend.weight for backend in route.action.backends]
    (PathTemplate('/cart/{id}'), [95, 5])
    """

    name: str | None
    match: RouteMatch
    action: Action
    id: str
    priority: int | None
    rule: str | None
    source: Source | None
    precedence: Precedence | None
    notices: tuple[Notice, ...]
    metadata: Struct

    def __init__(  # noqa: PLR0913 - one keyword per dimension of a request; all but the name are keywords
        self,
        name: str | None,
        *,
        path: str | None = None,
        path_prefix: str | None = None,
        path_regex: str | None = None,
        host: str | None = None,
        port: int | None = None,
        methods: str | Iterable[str] | None = None,
        headers: Mapping[str, ValueInput] | None = None,
        query: Mapping[str, ValueInput] | None = None,
        to: BackendsInput | None = None,
        redirect: str | Redirect | None = None,
        respond: int | tuple[int, str] | DirectResponse | None = None,
        priority: int | None = None,
        match: RouteMatch | None = None,
        action: Action | None = None,
        id: str | None = None,  # noqa: A002 - the field's name in every answer
        rule: str | None = None,
        source: Source | None = None,
        precedence: Precedence | None = None,
        notices: Iterable[Notice] = (),
        metadata: Mapping[str, object] | Struct | None = None,
    ) -> None:
        criteria = criteria_of(
            path=path,
            path_prefix=path_prefix,
            path_regex=path_regex,
            host=host,
            port=port,
            methods=methods,
            headers=headers,
            query=query,
        )
        values: dict[str, object] = {
            "name": name,
            "match": _only_match(name, match, criteria),
            "action": _only_action(name, action, forward_of(to), redirect_of(redirect), response_of(respond)),
            "id": (name or "") if id is None else id,
            "priority": priority,
            "rule": rule,
            "source": source,
            "precedence": precedence,
            "notices": tuple(notices),
            "metadata": _struct(name, metadata),
        }
        for key, value in values.items():
            object.__setattr__(self, key, value)

    def replace(self, **changes: Any) -> Route:  # noqa: ANN401 - one keyword per field, each checked as when it is made
        """Return the route with some fields changed.

        Args:
            changes: Fields by name.

        Returns:
            The new route.

        >>> Route("cart", path="/cart", to="cart").replace(priority=5).priority
        5
        """
        values = {one.name: getattr(self, one.name) for one in fields(Route)} | changes
        return Route(values.pop("name"), **values)

    def placed(self, match: RouteMatch, precedence: Precedence) -> Route:
        """Return the route with another condition and precedence, as a table gives them to it; the rest is not checked.

        Args:
            match: The condition.
            precedence: The precedence.

        Returns:
            The route.

        >>> Route("a", path="/a", to="x").placed(RouteMatch(), Precedence((), ((),))).match
        RouteMatch()
        """
        route = object.__new__(Route)
        for name in _NAMES:
            object.__setattr__(route, name, getattr(self, name))
        object.__setattr__(route, "match", match)
        object.__setattr__(route, "precedence", precedence)
        return route

    def __repr__(self) -> str:
        """Show the call that builds the route; what is not set is left out."""
        shown = [repr(self.name), f"match={self.match!r}", f"action={self.action!r}"]
        if self.id != (self.name or ""):
            shown.append(f"id={self.id!r}")
        optional = {"priority": self.priority, "rule": self.rule, "source": self.source, "precedence": self.precedence}
        shown.extend(f"{key}={value!r}" for key, value in optional.items() if value is not None)
        if self.notices:
            shown.append(f"notices={self.notices!r}")
        if self.metadata.items:
            shown.append(f"metadata={thaw(self.metadata)!r}")
        return f"Route({', '.join(shown)})"


_NAMES: Final = tuple(one.name for one in fields(Route))


def _only_match(name: str | None, match: RouteMatch | None, criteria: tuple[Criterion, ...]) -> RouteMatch:
    if match is not None and criteria:
        message = f"route {name!r} has both match= and keywords that say the same"
        raise RouteError(message)
    return RouteMatch(criteria) if match is None else match


def _only_action(name: str | None, *choices: Action | None) -> Action:
    given = [choice for choice in choices if choice is not None]
    if len(given) != 1:
        message = f"route {name!r} needs exactly one of to=, redirect=, respond= and action=, not {len(given)}"
        raise RouteError(message)
    return given[0]


def _struct(name: str | None, metadata: Mapping[str, object] | Struct | None) -> Struct:
    try:
        return struct_of(metadata)
    except RequestError as error:
        message = f"route {name!r}: {error}"
        raise RouteError(message) from None

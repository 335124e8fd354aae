"""Routes: one condition, one action, a name, a source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import EllipsisType
from typing import cast

from attrs import frozen

from meshroute.errors import RouteError
from meshroute.model.actions import Action, Backend, DirectResponse, Forward, Redirect
from meshroute.model.criteria import (
    AnyOf,
    Criterion,
    HeaderMatch,
    HostExact,
    HostSuffix,
    Method,
    PathExact,
    PathPrefix,
    PathRegex,
    PathTemplate,
    Port,
    Present,
    QueryMatch,
    RouteMatch,
    TextExact,
    TextTest,
)
from meshroute.model.notices import Notice, Source
from meshroute.model.precedence import Precedence
from meshroute.text import is_token

ValueInput = str | bool | EllipsisType | TextTest | Iterable[str]
BackendsInput = str | Backend | Mapping[str, int] | Iterable[Backend]


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
        query: The same for query parameters (False is not possible there).
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

    Raises:
        RouteError: The keywords contradict each other, or one of them is no such value.

    >>> route = Route("cart", path="/cart/{id}", headers={"x-canary": "1"}, to={"cart-v2": 95, "cart-v1": 5})
    >>> route.match.path, [backend.weight for backend in route.action.backends]
    (PathTemplate(value='/cart/{id}'), [95, 5])
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
    ) -> None:
        criteria = (
            *_path_criteria(path, path_prefix, path_regex),
            *(() if host is None else (_host_criterion(host),)),
            *(() if port is None else (Port(port),)),
            *(() if methods is None else (_method_criterion(methods),)),
            *(_header_criterion(key, value) for key, value in (headers or {}).items()),
            *(_query_criterion(key, value) for key, value in (query or {}).items()),
        )
        values: dict[str, object] = {
            "name": name,
            "match": _only_match(name, match, criteria),
            "action": _only_action(name, action, _forward(to), _redirect(redirect), _response(respond)),
            "id": (name or "") if id is None else id,
            "priority": priority,
            "rule": rule,
            "source": source,
            "precedence": precedence,
            "notices": tuple(notices),
        }
        for key, value in values.items():
            object.__setattr__(self, key, value)

    def __repr__(self) -> str:
        """Show the call that builds the route; what is not set is left out."""
        shown = [repr(self.name), f"match={self.match!r}", f"action={self.action!r}"]
        if self.id != (self.name or ""):
            shown.append(f"id={self.id!r}")
        optional = {"priority": self.priority, "rule": self.rule, "source": self.source, "precedence": self.precedence}
        shown.extend(f"{key}={value!r}" for key, value in optional.items() if value is not None)
        if self.notices:
            shown.append(f"notices={self.notices!r}")
        return f"Route({', '.join(shown)})"


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


def _path_criteria(path: str | None, prefix: str | None, regex: str | None) -> tuple[Criterion, ...]:
    if (path is not None) + (prefix is not None) + (regex is not None) > 1:
        message = "a route may have one of path=, path_prefix= and path_regex="
        raise RouteError(message)
    if path is not None:
        template = PathTemplate(path)
        return (template,) if "{" in path else (PathExact(path),)
    if prefix is not None:
        if not prefix.startswith("/"):
            message = f"the path prefix {prefix!r} must start with '/'"
            raise RouteError(message)
        return (PathPrefix(prefix),)
    return () if regex is None else (PathRegex(regex),)


def _host_criterion(host: str) -> Criterion:
    literal = host.removeprefix("*.")
    if not literal or "*" in literal:
        message = f"the host {host!r} must be a name, or '*.' and a name"
        raise RouteError(message)
    return HostExact(host) if literal == host else HostSuffix(f".{literal}")


def _method_criterion(methods: str | Iterable[str]) -> Method:
    criterion = Method(methods)
    for name in criterion.names:
        if not is_token(name):
            message = f"{name!r} is no method"
            raise RouteError(message)
    return criterion


def _header_criterion(name: str, value: ValueInput) -> Criterion:
    if not is_token(name.removeprefix(":")):
        message = f"{name!r} is no header name"
        raise RouteError(message)
    if value is False:
        return HeaderMatch(name, Present(), invert=True)
    tests = _text_tests(value, f"header {name!r}")
    found = tuple(HeaderMatch(name, test) for test in tests)
    return found[0] if len(found) == 1 else AnyOf(found)


def _query_criterion(name: str, value: ValueInput) -> Criterion:
    tests = _text_tests(value, f"query parameter {name!r}")
    found = tuple(QueryMatch(name, test) for test in tests)
    return found[0] if len(found) == 1 else AnyOf(found)


def _text_tests(value: object, what: str) -> tuple[TextTest, ...]:
    if isinstance(value, str):
        return (TextExact(value),)
    if value is True or value is ...:
        return (Present(),)
    if hasattr(value, "accepts"):
        return (cast("TextTest", value),)
    if isinstance(value, Iterable):
        values = tuple(cast("Iterable[object]", value))
        if values and all(isinstance(item, str) for item in values):
            return tuple(TextExact(str(item)) for item in values)
    message = f"{what} must be a str, True, a text test or several str, not {value!r}"
    raise RouteError(message)


def _forward(to: BackendsInput | None) -> Forward | None:
    if to is None:
        return None
    if isinstance(to, str):
        return Forward((Backend(to),))
    if isinstance(to, Backend):
        return Forward((to,))
    if isinstance(to, Mapping):
        weights = cast("Mapping[str, int]", to)  # an Iterable[Backend] may be a Mapping too, as far as types know
        return Forward(tuple(Backend(name, weight=weight) for name, weight in weights.items()))
    return Forward(tuple(to))


def _redirect(redirect: str | Redirect | None) -> Redirect | None:
    if redirect is None or isinstance(redirect, Redirect):
        return redirect
    if redirect.startswith("/"):
        return Redirect(path=redirect)
    scheme, _, rest = redirect.partition("://")
    end = min((rest.find(mark) for mark in "/?#" if mark in rest), default=len(rest))
    host, path = rest[:end], rest[end:]
    if not scheme or not host:
        message = f"the redirect {redirect!r} must be a path or a URL with a host"
        raise RouteError(message)
    if path and not path.startswith("/"):
        path = f"/{path}"
    return Redirect(scheme=scheme, host=host, path=path or None)


def _response(respond: int | tuple[int, str] | DirectResponse | None) -> DirectResponse | None:
    if respond is None or isinstance(respond, DirectResponse):
        return respond
    return DirectResponse(respond) if isinstance(respond, int) else DirectResponse(*respond)

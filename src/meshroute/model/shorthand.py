"""What people write in a `Route`: keywords, turned into criteria and actions, and checked.

Whatever could never match is refused here with advice: a route that is silently dead helps nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import EllipsisType
from typing import Final, cast

from meshroute.errors import RouteError
from meshroute.model.actions import Backend, DirectResponse, Forward, Redirect
from meshroute.model.criteria import (
    AnyOf,
    Criterion,
    HeaderMatch,
    HostExact,
    HostSuffix,
    Method,
    Not,
    PathExact,
    PathPrefix,
    PathRegex,
    PathTemplate,
    Port,
    Present,
    QueryMatch,
    TextExact,
    TextTest,
)
from meshroute.model.sharing import shared
from meshroute.text import encode_path, is_token, port_of

ValueInput = str | bool | EllipsisType | TextTest | Iterable[str]
BackendsInput = str | Backend | Mapping[str, int] | Iterable[Backend]

# RFC 9110 §9.1: "The method token is case-sensitive"; by convention all of these are in capitals
_METHODS: Final = frozenset({"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})


def criteria_of(  # noqa: PLR0913 - one keyword per dimension of a request
    *,
    path: str | None,
    path_prefix: str | None,
    path_regex: str | None,
    host: str | None,
    port: int | None,
    methods: str | Iterable[str] | None,
    headers: Mapping[str, ValueInput] | None,
    query: Mapping[str, ValueInput] | None,
) -> tuple[Criterion, ...]:
    """Turn the keywords of a route into criteria.

    Args:
        path: An exact path, or a template.
        path_prefix: Whole segments that the path starts with.
        path_regex: An RE2 pattern.
        host: A host, or ``*.example.com``.
        port: The listener's port.
        methods: One method, or several.
        headers: Name to value.
        query: Name to value.

    Returns:
        The criteria, in this order.

    Raises:
        RouteError: One of them is no such value, or could never match.
    """
    found: list[Criterion] = list(_path_criteria(path, path_prefix, path_regex))
    if host is not None:
        found.append(_host_criterion(host))
    if port is not None:
        found.append(_port_criterion(port))
    if methods is not None:
        found.append(_method_criterion(methods))
    found += (_header_criterion(name, value) for name, value in (headers or {}).items())
    found += (_query_criterion(name, value) for name, value in (query or {}).items())
    return tuple(found)


def _path_criteria(path: str | None, prefix: str | None, regex: str | None) -> Iterator[Criterion]:
    if (path is not None) + (prefix is not None) + (regex is not None) > 1:
        message = "a route may have one of path=, path_prefix= and path_regex="
        raise RouteError(message)
    if path is not None:
        _check_path(path)
        yield PathTemplate(path) if "{" in path or "}" in path else PathExact(path)
    if prefix is not None:
        _check_path(prefix)
        yield PathPrefix(prefix)
    if regex is not None:
        yield PathRegex(regex)


def _check_path(path: str) -> None:
    """Refuse a path that no request can have."""
    if not path.startswith("/"):
        message = f"the path {path!r} must start with '/'"
        raise RouteError(message)
    if "?" in path or "#" in path:
        message = f"the path {path!r} holds a '?' or '#', which no path has; use query= for what follows a '?'"
        raise RouteError(message)
    encoded = encode_path(path).replace("%7B", "{").replace("%7D", "}")
    if encoded != path.replace("%7B", "{").replace("%7D", "}"):
        message = f"the path {path!r} holds characters that a URL has only encoded; write {encoded!r}"
        raise RouteError(message)


def _host_criterion(host: str) -> Criterion:
    literal = host.removeprefix("*.")
    if not literal or "*" in literal:
        message = f"the host {host!r} must be a name, or '*.' and a name"
        raise RouteError(message)
    if port_of(literal) is not None:
        message = f"the host {host!r} has a port; hosts are compared without one: use port="
        raise RouteError(message)
    return HostExact(host) if literal == host else HostSuffix(f".{literal}")


def _port_criterion(port: int) -> Port:
    if not 0 <= port <= 0xFFFF:
        message = f"the port must be from 0 to 65535, not {port}"
        raise RouteError(message)
    return Port(port)


def _method_criterion(methods: str | Iterable[str]) -> Method:
    criterion = shared(Method(methods))
    for name in criterion.names:
        if not is_token(name):
            message = f"{name!r} is no method"
            raise RouteError(message)
        if name.upper() in _METHODS and name not in _METHODS:
            message = f"methods are in capitals: write {name.upper()!r}, not {name!r}"
            raise RouteError(message)
    return criterion


def _header_criterion(name: str, value: ValueInput) -> Criterion:
    if not is_token(name.removeprefix(":")):
        message = f"{name!r} is no header name"
        raise RouteError(message)
    if value is False:
        return HeaderMatch(name, Present(), invert=True)
    found = tuple(HeaderMatch(name, test) for test in _text_tests(value, f"header {name!r}"))
    return found[0] if len(found) == 1 else AnyOf(found)


def _query_criterion(name: str, value: ValueInput) -> Criterion:
    if value is False:
        return Not(QueryMatch(name))
    found = tuple(QueryMatch(name, test) for test in _text_tests(value, f"query parameter {name!r}"))
    return found[0] if len(found) == 1 else AnyOf(found)


def _text_tests(value: object, what: str) -> tuple[TextTest, ...]:
    if isinstance(value, str):
        return (_exact(value, what),)
    if value is True or value is ...:
        return (Present(),)
    if hasattr(value, "accepts"):
        return (cast("TextTest", value),)
    if isinstance(value, Iterable):
        values = tuple(cast("Iterable[object]", value))
        if values and all(isinstance(item, str) for item in values):
            return tuple(_exact(str(item), what) for item in values)
    message = f"{what} must be a str, True (or ...), False, a text test or several str, not {value!r}"
    raise RouteError(message)


def _exact(value: str, what: str) -> TextExact:
    if any(ord(character) > 0xFF for character in value):
        message = f"{what} is compared with {value!r}: wire text has one character per byte; see meshroute.text.wire"
        raise RouteError(message)
    return TextExact(value)


def forward_of(to: BackendsInput | None) -> Forward | None:
    """Turn ``to=`` into an action.

    Args:
        to: A backend, by name or value, names with weights, or backends.

    Returns:
        The action, or None where nothing was given.

    Raises:
        RouteError: There is no backend in it.

    >>> forward_of({"v1": 95, "v2": 5}).backends[1].weight
    5
    """
    if to is None:
        return None
    if isinstance(to, str):
        return shared(Forward((Backend(to),)))
    if isinstance(to, Backend):
        backends: tuple[Backend, ...] = (to,)
    elif isinstance(to, Mapping):
        weights = cast("Mapping[str, int]", to)  # an Iterable[Backend] may be a Mapping too, as far as types know
        backends = tuple(Backend(name, weight=weight) for name, weight in weights.items())
    else:
        backends = tuple(to)
    if not backends:
        message = "to= needs at least one backend"
        raise RouteError(message)
    return Forward(backends)


def redirect_of(redirect: str | Redirect | None) -> Redirect | None:
    """Turn ``redirect=`` into an action.

    Args:
        redirect: A path, a URL, or the action. A URL without a path keeps the path of the request.

    Returns:
        The action, or None where nothing was given.

    Raises:
        RouteError: It is neither a path nor a URL with a host.

    >>> redirect_of("https://new.example/a") == Redirect("https", "new.example", path="/a")
    True
    """
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


def response_of(respond: int | tuple[int, str] | DirectResponse | None) -> DirectResponse | None:
    """Turn ``respond=`` into an action.

    Args:
        respond: A status, a status and a body, or the action.

    Returns:
        The action, or None where nothing was given.

    Raises:
        RouteError: The status is none that a response can have.

    >>> response_of((403, "closed")).body
    'closed'
    """
    if respond is None or isinstance(respond, DirectResponse):
        return respond
    return DirectResponse(respond) if isinstance(respond, int) else DirectResponse(*respond)

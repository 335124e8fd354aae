"""Header mutations of routes, virtual hosts, tables and weighted clusters (envoy.md §4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from meshroute.errors import RouteError
from meshroute.model.formatting import FormatText
from meshroute.model.mutations import HeaderAddition, HeaderMutations
from meshroute.readers.envoy.formatter import parse_format
from meshroute.readers.envoy.message import Message
from meshroute.readers.envoy.scope import Scope
from meshroute.text import ascii_lower

_ACTIONS: Final[dict[str, Literal["append", "add_if_absent", "overwrite", "overwrite_if_exists"]]] = {
    "APPEND_IF_EXISTS_OR_ADD": "append",
    "ADD_IF_ABSENT": "add_if_absent",
    "OVERWRITE_IF_EXISTS_OR_ADD": "overwrite",
    "OVERWRITE_IF_EXISTS": "overwrite_if_exists",
}
_HOST: Final = "host"


def request_mutations(scope: Scope, message: Message) -> HeaderMutations | None:
    """Lower what a message does to the headers of requests.

    Args:
        scope: What the table is evaluated with.
        message: A Route, VirtualHost, RouteConfiguration or ClusterWeight.

    Returns:
        The mutations, or None where there are none.
    """
    return _mutations(scope, message, "request_headers_to_remove", "request_headers_to_add")


def response_mutations(scope: Scope, message: Message) -> HeaderMutations | None:
    """Lower what a message does to the headers of responses.

    Args:
        scope: What the table is evaluated with.
        message: A Route, VirtualHost, RouteConfiguration or ClusterWeight.

    Returns:
        The mutations, or None where there are none.
    """
    return _mutations(scope, message, "response_headers_to_remove", "response_headers_to_add")


def in_order(levels: Iterable[HeaderMutations | None], *, most_specific_wins: bool) -> tuple[HeaderMutations, ...]:
    """Order the mutations of the levels: what comes later wins.

    Args:
        levels: The mutations of route, virtual host and table.
        most_specific_wins: Whether the route's come last.

    Returns:
        Those that there are.
    """
    found = [level for level in levels if level is not None]
    return tuple(reversed(found)) if most_specific_wins else tuple(found)


def _mutations(scope: Scope, message: Message, remove: str, add: str) -> HeaderMutations | None:
    names = message.texts(remove)
    for name in names:
        if name.startswith(":") or ascii_lower(name) == _HOST:
            scope.error(message, remove, f"`:`-prefixed headers and `host` cannot be removed, such as {name!r}")
    additions = [_addition(scope, option) for option in message.messages(add)]
    found = tuple(addition for addition in additions if addition is not None)
    return HeaderMutations(tuple(ascii_lower(name) for name in names), found) if names or found else None


def _addition(scope: Scope, option: Message) -> HeaderAddition | None:
    header = option.message("header")
    if header is None:
        return None
    name = header.text("key")
    if name.startswith(":") or ascii_lower(name) == _HOST:
        scope.error(header, "key", f"`:`-prefixed headers and `host` cannot be changed, such as {name!r}")
        return None
    value = formatted(scope, header, "value")
    if value is None:
        return None
    replaces = option.has("append") and not option.flag("append")
    action = "overwrite" if replaces else _ACTIONS[option.enum("append_action")]
    return HeaderAddition(ascii_lower(name), value, action, option.flag("keep_empty_value"))


def formatted(scope: Scope, message: Message, name: str) -> FormatText | None:
    """Parse the format string in a field.

    Args:
        scope: What the table is evaluated with.
        message: The message.
        name: The field.

    Returns:
        The format, or None after reporting a fault.
    """
    try:
        return parse_format(message.text(name))
    except RouteError as error:
        scope.error(message, name, str(error))
        return None

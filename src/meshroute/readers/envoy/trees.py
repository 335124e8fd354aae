"""Generic matcher trees of a virtual host, lowered to ordered routes (envoy.md §6; DESIGN §2).

Each leaf stands under the predicates of its path. A subtree that matches nothing lets the search go on, as does the
next route in a list, and a leaf that is reached is final: a NoRoute under the same predicates follows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from attrs import field, frozen

from meshroute.model.actions import NoRoute, Unsupported
from meshroute.model.context import FilterStateMatch
from meshroute.model.criteria import AnyOf, Criterion, HeaderMatch, Not, RouteMatch
from meshroute.model.route import Route
from meshroute.model.values import TextExact, TextPrefix, TextTest
from meshroute.readers.envoy.levels import Levels
from meshroute.readers.envoy.message import Message
from meshroute.readers.envoy.routes import RouteNaming, lower_route
from meshroute.readers.envoy.scope import Unmodelled, source_of
from meshroute.readers.envoy.texts import string_test
from meshroute.text import ascii_lower

_HEADER: Final = "HttpRequestHeaderMatchInput"
_FILTER_STATE: Final = "FilterStateInput"
_UNKNOWABLE: Final = "envoy.extensions.matching.common_inputs.environment_variable.v3"
_ROUTE: Final = "envoy.config.route.v3.Route"
_ROUTES: Final = "envoy.config.route.v3.RouteList"
_NO_CRITERION: Final = AnyOf(())

Tested = Callable[[TextTest], Criterion]


@frozen
class _Tree:
    """What the lowering of one tree needs.

    Args:
        levels: What its routes inherit.
        naming: How they are told apart.
        routes: The routes so far.
    """

    levels: Levels
    naming: RouteNaming
    routes: list[Route] = field(factory=list[Route])

    def error(self, message: Message, name: str | None, text: str) -> None:
        self.levels.scope.error(message, name, text)

    def add(self, match: tuple[Criterion, ...], action: NoRoute | Unsupported, at: Message) -> None:
        """Add a route that nobody wrote."""
        source = source_of(at.at(), "Matcher")
        self.routes.append(
            Route(
                None, match=RouteMatch(match), action=action, id=self.naming.id(f"m{len(self.routes)}"), source=source
            )
        )


def lower_tree(levels: Levels, matcher: Message, naming: RouteNaming) -> Iterator[Route]:
    """Lower the matcher of a virtual host.

    Args:
        levels: What its routes inherit.
        matcher: The Matcher.
        naming: How they are told apart.

    Returns:
        The routes, in order.
    """
    tree = _Tree(levels, naming)
    _matcher(tree, matcher, ())
    return iter(tree.routes)


def _matcher(tree: _Tree, matcher: Message, above: tuple[Criterion, ...]) -> None:
    entries, inner = matcher.message("matcher_list"), matcher.message("matcher_tree")
    for entry in () if entries is None else entries.messages("matchers"):
        _entry(tree, entry, above)
    if inner is not None:
        _map(tree, inner, above)
    otherwise = matcher.message("on_no_match")
    if otherwise is not None:
        _on_match(tree, otherwise, above)


def _entry(tree: _Tree, entry: Message, above: tuple[Criterion, ...]) -> None:
    predicate, on_match = entry.message("predicate"), entry.message("on_match")
    if predicate is None or on_match is None:
        return
    unmodelled = Unmodelled()
    criterion = _predicate(tree, predicate, unmodelled)
    if unmodelled.notices:
        tree.add(above, Unsupported(unmodelled.notices[0]), entry)
    else:
        _on_match(tree, on_match, (*above, criterion))


def _predicate(tree: _Tree, predicate: Message, unmodelled: Unmodelled) -> Criterion:
    kind = predicate.which("match_type")
    inner = None if kind is None else predicate.message(kind)
    if inner is None:
        return _NO_CRITERION
    match kind:
        case "single_predicate":
            return _single(tree, inner, unmodelled)
        case "or_matcher":
            return AnyOf(tuple(_predicate(tree, one, unmodelled) for one in inner.messages("predicate")))
        case "and_matcher":
            return Not(AnyOf(tuple(Not(_predicate(tree, one, unmodelled)) for one in inner.messages("predicate"))))
        case _:
            return Not(_predicate(tree, inner, unmodelled))


def _single(tree: _Tree, single: Message, unmodelled: Unmodelled) -> Criterion:
    tested = _input(tree, single, unmodelled)
    if single.which("matcher") == "custom_match":
        unmodelled.add(single, "custom_match", "it is an extension")
    value = single.message("value_match")
    test = None if value is None else string_test(tree.levels.scope, value, unmodelled)
    return _NO_CRITERION if tested is None or test is None else tested(test)


def _input(tree: _Tree, holder: Message, unmodelled: Unmodelled) -> Tested | None:
    """Lower the input of a predicate or map: what it looks at."""
    extension = holder.message("input")
    config = None if extension is None else extension.message("typed_config")
    if extension is None or config is None:
        return None
    package, _, kind = config.type.rpartition(".")
    if kind == _HEADER:
        name = ascii_lower(config.text("header_name"))
        return lambda test: HeaderMatch(name, test, joined=True)
    if kind == _FILTER_STATE:
        key = config.text("key")
        return lambda test: FilterStateMatch(key, test)
    if package == _UNKNOWABLE:
        unmodelled.add(holder, "input", "it looks at the environment of the proxy")
    else:
        tree.error(extension, "typed_config", f"a route cannot be chosen by the input {config.type}")
    return None


def _map(tree: _Tree, matcher: Message, above: tuple[Criterion, ...]) -> None:
    unmodelled = Unmodelled()
    tested = _input(tree, matcher, unmodelled)
    kind = matcher.which("tree_type")
    if kind == "custom_match":
        unmodelled.add(matcher, kind, "it is an extension")
    if unmodelled.notices:
        tree.add(above, Unsupported(unmodelled.notices[0]), matcher)
    inner = None if kind is None or kind == "custom_match" else matcher.message(kind)
    if inner is None or tested is None:
        return
    entries = inner.mapping("map")
    if kind == "prefix_match_map":  # the longest key first, then the next shorter one
        entries = tuple(sorted(entries, key=lambda entry: -len(entry[0])))
    for key, on_match in entries:
        test = TextPrefix(key) if kind == "prefix_match_map" else TextExact(key)
        _on_match(tree, on_match, (*above, tested(test)))


def _on_match(tree: _Tree, on_match: Message, above: tuple[Criterion, ...]) -> None:
    if on_match.flag("keep_matching"):
        tree.error(on_match, "keep_matching", "`keep_matching` is not supported where a route is chosen")
    nested = on_match.message("matcher")
    if nested is not None:
        _matcher(tree, nested, above)
        return
    action = on_match.message("action")
    config = None if action is None else action.message("typed_config")
    if action is None or config is None:
        return
    if config.type not in {_ROUTE, _ROUTES}:
        tree.error(action, "typed_config", f"the action must be a Route or a RouteList, not {config.type}")
        return
    for route in config.messages("routes") if config.type == _ROUTES else (config,):
        lowered = lower_route(tree.levels, route, tree.naming, f"m{len(tree.routes)}")
        tree.routes.append(lowered.replace(match=RouteMatch((*above, *lowered.match.criteria))))
    tree.add(above, NoRoute("the matcher chose an action whose own condition fails"), on_match)

"""MR1xx: what the order of routes does to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from meshroute.analysis.boxes import Box, Boxes, is_in, minus
from meshroute.analysis.checks.writing import finding, listed, named
from meshroute.analysis.findings import Finding
from meshroute.analysis.limits import UndecidedError
from meshroute.analysis.rules import Rule
from meshroute.analysis.search import Live, cutting, is_modelled
from meshroute.analysis.tables import Tables, Written, ids
from meshroute.analysis.texts import paths
from meshroute.analysis.views import Asked, TableView
from meshroute.model.actions import Forward, Unsupported
from meshroute.model.criteria import HeaderMatch, Method, QueryMatch, RouteMatch
from meshroute.model.paths import PathCriterion
from meshroute.model.route import Route
from meshroute.patterns import Language

_CHANCE_PARTS: Final = frozenset({"creation", "name"})
"""Parts of a precedence that say nothing about what a route is for."""
_GUARDS: Final = Method | HeaderMatch | QueryMatch
_TRIES: Final = 20
_EVERY_PATH: Final = Language.prefix("/")


def order(tables: Tables, written: Written) -> Iterator[Finding | None]:
    """Check the place of one route: is it chosen, by what is it shadowed, who decided that?

    Args:
        tables: All tables.
        written: The route, judged.

    Yields:
        What there is to say.
    """
    if written.dead is not None:
        yield _dead(written)
        yield from _twice(tables, written)
        yield _by_chance(tables, written)
        return
    live = written.live
    if live is None:
        message = f"it is not known whether {named(written.route)} is ever chosen"
        yield finding("MR101", message, (written.route,), because=written.doubt)
        return
    yield _shadowed(tables, written, live)
    yield _by_chance(tables, written)
    yield _strayed(written)


def _dead(written: Written) -> Finding | None:
    verdicts = written.dead or ()
    cover = ids([rule for one in verdicts for rule in one.cover])
    routes = {rule.route.id: rule.route for one in verdicts for rule in one.cover if rule.route is not None}
    view, lost = next(
        ((place[0], one.lost) for place, one in zip(written.places, verdicts, strict=True) if one.lost is not None),
        (written.places[0][0], None),
    )
    if routes:
        takes = "takes all its requests" if len(routes) == 1 else "together take all its requests"
        why = f"{listed([named(route, written.route, *routes.values()) for route in routes.values()])} {takes}"
    elif any(one.cover for one in verdicts):
        why = "other virtual hosts take all its requests"
    else:
        why = "its condition can never hold"
    message = f"{named(written.route, *routes.values())} is never chosen: {why}"
    involved = (written.route, *routes.values())
    return finding("MR101", message, involved, view=view, witnesses=(lost,), covered_by=cover)


def _twice(tables: Tables, written: Written) -> Iterator[Finding | None]:
    """Say that an earlier route asks for the same, perhaps in other words."""
    for view, rules in written.places:
        for rule in rules:
            for other in _same(tables, view, rule):
                names = named(written.route, other), named(other, written.route)
                message = f"{names[0]} asks for the same as {names[1]}, which comes first"
                yield finding("MR104", message, (written.route, other))
                return


def _same(tables: Tables, view: TableView, rule: Rule) -> Iterator[Route]:
    for other, _ in tables.overlaps[view].earlier(rule):
        if other.route is not None and other.route.name is not None and other.boxes == rule.boxes:
            yield other.route


def _shadowed(tables: Tables, written: Written, live: tuple[TableView, Live]) -> Finding | None:
    view, verdict = live
    lost = verdict.lost
    taker = _taker(lost, written)
    if taker is None:
        lost = _lost(tables, written)
        taker = _taker(lost, written)
    if taker is None:
        return None
    names = named(written.route, taker), named(taker, written.route)
    message = f"{names[0]} does not get all its requests: {names[1]} takes some first"
    return finding("MR102", message, (written.route, taker), view=view, witnesses=(verdict.asked, lost))


def _taker(lost: Asked | None, written: Written) -> Route | None:
    """Return the route that takes a request of another one, unless both were written as one, or domains decide."""
    if lost is None or lost.rule is None or lost.rule.route is None or _are_one(lost.rule.route, written.route):
        return None
    if not is_modelled(lost.rule):
        return None
    own = {rule.group for _, rules in written.places for rule in rules}
    return lost.rule.route if lost.rule.group in own else None


def _are_one(route: Route, other: Route) -> bool:
    """Tell whether two routes were written as one."""
    return route.source is not None and (route.name, route.source) == (other.name, other.source)


def _lost(tables: Tables, written: Written) -> Asked | None:
    """Find a request that a route accepts and does not get."""
    for view, rules in written.places:
        for rule in rules:
            for _, common in tables.overlaps[view].earlier(rule):
                found = _first(view, common, rule, None, written)
                if found is not None:
                    return found
    return None


def _first(view: TableView, box: Box, rule: Rule, other: Rule | None, written: Written) -> Asked | None:
    """Find a request of a box that another rule takes, or any that is not the route's own."""
    for asked in _tried(view, (box,), rule.place):
        if asked.rule is other or (other is None and _taker(asked, written) is not None):
            return asked
    return None


def _tried(view: TableView, boxes: Boxes, place: int) -> Iterator[Asked]:
    """Ask about requests of a set, a few times; what the rule accepts that takes one is cut out before the next."""
    todo: list[Box] = list(boxes)
    for _ in range(_TRIES):
        if not todo:
            return
        own = todo.pop()
        try:
            asked = view.ask(own)
        except UndecidedError:
            continue
        yield asked
        if asked.rule is not None:
            taken = next(one for one in cutting(view, asked.rule, place).boxes if is_in(one, asked.seen))
            todo.extend(minus(own, taken, view.visible))


def _by_chance(tables: Tables, written: Written) -> Finding | None:
    """Find an earlier route that goes first by a rule that says nothing about requests."""
    if written.route.precedence is None:
        return None
    for view, rules in written.places:
        for rule in rules:
            for place in tables.overlaps[view].candidates(rule):
                other = view.rules[place]
                reason = _reason(other.route, written.route)
                if reason is None or other.route is None or other.route.name is None:
                    continue
                common = tables.overlaps[view].common(other, rule)
                if common is None or (reason.startswith("!") and _is_within(view, other, rule)):
                    continue
                asked = _first(view, common, rule, other, written)
                if asked is not None:
                    routes = (written.route, other.route)
                    names = named(other.route, *routes), named(written.route, *routes)
                    message = f"both {names[0]} and {names[1]} accept it, and {reason.lstrip('!')}"
                    return finding("MR103", message, routes, view=view, witnesses=(asked,))
    return None


def _is_within(view: TableView, one: Rule, other: Rule) -> bool:
    """Tell whether all that a rule accepts is accepted by another, so that it is the more specific one."""
    left: Boxes = view.seen(one.boxes)
    for box in other.boxes:
        left = tuple(piece for each in left for piece in minus(each, box, view.visible))
    return not left


def _reason(first: Route | None, second: Route) -> str | None:
    """Say what puts one route before another, if nobody wrote that; with ``!`` in front if it may be meant."""
    if first is None or first.precedence is None or second.precedence is None or first.action == second.action:
        return None
    if _are_one(first, second) or isinstance(first.action, Unsupported) or isinstance(second.action, Unsupported):
        return None
    decided = first.precedence.decided_by(second.precedence) or "the order of listing decides"
    if not first.precedence.defined_before(second.precedence):
        return f"!the format does not define which goes first (here {decided})"
    pairs = zip(first.precedence.parts, first.precedence.keys[0], second.precedence.keys[0], strict=True)
    deciding = next((name for (name, _), mine, its in pairs if mine != its), None)
    if deciding in _CHANCE_PARTS:
        return f"only this decides which goes first: {decided}"
    if deciding is not None and any(word in deciding for word in ("length", "characters", "headers", "parameters")):
        return f"!only this decides which goes first: {decided}"
    return None


def _strayed(written: Written) -> Finding | None:
    """Find a request for the path of a route that misses another criterion and falls through to a catch-all."""
    path = written.route.match.path
    action = written.route.action
    others = tuple(one for one in written.route.match.criteria if not isinstance(one, PathCriterion))
    if path is None or not isinstance(action, Forward) or not any(isinstance(one, _GUARDS) for one in others):
        return None
    if _EVERY_PATH.is_within(paths(path)):
        return None
    for view, rules in written.places:
        for rule in rules:
            taker, asked = _caught(view, rule, path)
            if taker is not None and taker.action != action:
                message = (
                    f"a request for the path of {named(written.route, taker)} that it does not accept "
                    f"goes to the catch-all {named(taker, written.route)}"
                )
                return finding("MR105", message, (written.route, taker), view=view, witnesses=(asked,))
    return None


def _caught(view: TableView, rule: Rule, path: PathCriterion) -> tuple[Route | None, Asked | None]:
    """Find a catch-all that takes a request of a path which a rule refuses."""
    route = None if rule.route is None else rule.route.replace(match=RouteMatch((path,)))
    missed = tuple(
        left
        for box in view.seen(Rule(rule.place, route, rule.host, rule.domains, None, rule.host_header).boxes)
        for left in _without(view, box, rule.boxes)
    )
    for asked in _tried(view, missed, 0):
        taker = None if asked.rule is None else asked.rule.route
        if taker is not None and taker.name is not None and _takes_every_path(taker):
            return (taker, asked) if isinstance(taker.action, Forward) else (None, None)
    return None, None


def _without(view: TableView, box: Box, boxes: Boxes) -> Boxes:
    left: Boxes = (box,)
    for one in boxes:
        left = tuple(piece for each in left for piece in minus(each, one, view.visible))
    return left


def _takes_every_path(route: Route) -> bool:
    path = route.match.path
    return path is None or _EVERY_PATH.is_within(paths(path))

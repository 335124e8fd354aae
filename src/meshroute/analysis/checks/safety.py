"""MR5xx: other spellings of a path that go another way.

Many servers resolve ``//``, dot segments and escapes, drop ``;parameters`` or ignore case. Where the table does not, a
request that is spelled so misses the route that guards a path, and a route behind it sends it on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import frozen

from meshroute.analysis.checks.writing import finding, named
from meshroute.analysis.findings import Finding
from meshroute.analysis.spelling import spellings
from meshroute.analysis.tables import Tables, Written
from meshroute.analysis.views import Asked, TableView
from meshroute.model.actions import DirectResponse, Forward, NoRoute
from meshroute.model.hops import Outcome
from meshroute.model.paths import PathExact, PathPrefix, PathStringPrefix
from meshroute.model.request import Request
from meshroute.model.resolution import Resolution
from meshroute.model.route import Route

_SHOWN: Final = 3


def bypass(tables: Tables) -> Iterator[Finding | None]:
    """Find spellings of paths that walk around the routes for them.

    Args:
        tables: All tables.

    Yields:
        One finding for each route that takes such requests.
    """
    found: dict[int, list[_Around]] = {}
    for written in tables.written:
        tables.judge(written)
        around = _around(written)
        if around is not None:
            found.setdefault(id(around.taker), []).append(around)
    for together in found.values():
        yield _found(together)


@frozen
class _Around:
    """How the route for a path is walked around.

    Args:
        written: The route.
        view: Its table.
        words: What the spelling is called.
        asked: The request, spelled so.
        taker: The route that takes it.
        count: How many spellings do the same.
    """

    written: Written
    view: TableView
    words: str
    asked: Asked
    taker: Route
    count: int


def _around(written: Written) -> _Around | None:
    path = written.route.match.path
    live = written.live
    if live is None or not isinstance(path, PathExact | PathPrefix | PathStringPrefix):
        return None
    if not isinstance(written.route.action, Forward | DirectResponse | NoRoute):
        return None
    view, verdict = live
    plain = _plain(verdict.asked.request)
    meant = view.router.resolve(plain)
    found: list[tuple[str, Asked, Route]] = []
    for words, spelled in spellings(plain.path):
        target = spelled if plain.query is None else f"{spelled}?{plain.query}"
        asked = view.resolved(plain.replace(target=target))
        taker = None if asked is None or asked.rule is None else asked.rule.route
        if asked is not None and taker is not None and _goes_around(asked, meant, written):
            found.append((words, asked, taker))
    if not found:
        return None
    words, asked, taker = found[0]
    return _Around(written, view, words, asked, taker, len(found))


def _plain(request: Request) -> Request:
    """Leave out what a route may ask for besides the path."""
    return request.replace(headers=None)


def _goes_around(asked: Asked, meant: Resolution, written: Written) -> bool:
    """Tell whether a request goes to backends that neither the route nor the usual spelling leads to."""
    answer = asked.answer
    if answer.outcome is not Outcome.FORWARD or meant.outcome is Outcome.UNSUPPORTED:
        return False
    action = written.route.action
    own = action.backends if isinstance(action, Forward) else ()
    reached = {(one.namespace, one.name) for one in answer.backends if one.weight}
    usual = {(one.namespace, one.name) for one in meant.backends if one.weight}
    guarded = {(one.namespace, one.name) for one in own if one.weight}
    return not reached & usual and (not reached & guarded or meant.outcome is not Outcome.FORWARD)


def _found(together: list[_Around]) -> Finding | None:
    first = together[0]
    route, taker = first.written.route, first.taker
    others = "" if first.count == 1 else f", and so with {first.count - 1} other spellings"
    more = "" if len(together) == 1 else f" (so do the paths of {len(together) - 1} other routes)"
    message = (
        f"{first.asked.request.path!r}, the path of {named(route, taker)} with {first.words}, goes to "
        f"{named(taker, route)}{others}{more}: what serves it may take both for the same"
    )
    routes = (route, taker, *(one.written.route for one in together[1:]))
    shown = [one.asked for one in together[:_SHOWN] if one.view is first.view]
    return finding("MR501", message, routes, view=first.view, witnesses=shown)

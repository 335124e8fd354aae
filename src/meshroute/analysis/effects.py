"""What a leaf does, as far as it counts, written so that two leaves can be compared for all requests at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import evolve, frozen

from meshroute.analysis.changes import Change
from meshroute.analysis.dimensions import PATH, domain
from meshroute.analysis.flow import Leaf
from meshroute.analysis.limits import MAX_FINITE
from meshroute.analysis.observed import By, Naming, mirror_key, shares
from meshroute.model.actions import Backend, DirectResponse, Forward, Misdirected, NoRoute, Redirect, Unsupported
from meshroute.model.mutations import HeaderMutations
from meshroute.model.paths import PathCriterion
from meshroute.patterns import Language, in_any_case
from meshroute.text import ascii_lower


@frozen
class Effect:
    """What a leaf does.

    Args:
        key: All that does not depend on the request.
        change: What happens to the request; None where that does not count.
        merges: Runs of slashes that a change makes are merged.
        unmodelled: That what happens is not modelled.
    """

    key: object
    change: Change | None = None
    merges: bool = False
    unmodelled: bool = False


NOTHING_FOUND: Final = Effect(("no route", 404))
"""What happens where no leaf accepts a request."""


def effect(leaf: Leaf, by: By, naming: Naming) -> Effect:
    """Say what a leaf does.

    Args:
        leaf: The leaf.
        by: What counts.
        naming: How backends are named.

    Returns:
        The effect.
    """
    if by == "route":
        routes = [rule.route for rule in leaf.rules if rule is not None and rule.route is not None]
        named = [route.id for route in routes if route.name is not None]
        return Effect(("route", named[-1])) if named else NOTHING_FOUND
    if leaf.failure is not None:
        return Effect(("failure", leaf.failure))
    rule = leaf.rules[-1]
    if rule is None or rule.route is None:
        return NOTHING_FOUND if rule is None else Effect(("no route", rule.status))
    action = rule.route.action
    merges = leaf.table is not None and leaf.table.normalization is not None and leaf.table.normalization.slashes
    match action:
        case Forward():
            key, change = _forward(action, leaf, rule.route.match.path, by, naming)
            return Effect(key, change, merges and len(leaf.rules) > 1)
        case Redirect():
            key = _redirect(action, rule.route.match.path, by)
            return Effect(key, leaf.change, merges and len(leaf.rules) > 1)
        case DirectResponse(status=status, body=body, response=response):
            return Effect(("direct", status, body, response) if by == "answer" else ("direct", status))
        case NoRoute(status=status):
            return Effect(("no route", status))
        case Misdirected():
            return Effect(("misdirected",))
        case Unsupported():
            return Effect(action, unmodelled=True)
        case _:
            return Effect(action)


def _forward(
    action: Forward, leaf: Leaf, path: PathCriterion | None, by: By, naming: Naming
) -> tuple[object, Change | None]:
    named_by = tuple(one.named_by for one in action.backends if one.named_by is not None)
    redirects = tuple(one.redirect for one in action.backends if one.redirect is not None)
    common: tuple[object, ...] = ("forward", action.choice, named_by, redirects)
    weighty = [one.valid for one in action.backends if one.weight]
    if not all(weighty) or not weighty:
        common = (*common, action.unusable_status, action.unusable_grpc_status)
    if by == "backend":
        return (*common, shares(action.backends, naming, None)), None

    def about(backend: Backend) -> object:
        mirrors = tuple(mirror_key(one, naming) for one in backend.mirrors)
        own = (backend.rewrites, path) if backend.rewrites else None
        return own, _said(backend.response), mirrors

    mirrors = tuple(mirror_key(one, naming) for one in action.mirrors)
    last = action.backends_last and any(one.rewrites or one.response for one in action.backends)
    key = (*common, shares(action.backends, naming, about), _said(action.response), mirrors, last)
    return key, leaf.change.then(action.rewrites, path)


def _redirect(action: Redirect, path: PathCriterion | None, by: By) -> object:
    matched = None if action.path is None or isinstance(action.path, str) else path
    return "redirect", action if by == "answer" else evolve(action, response=()), matched


def _said(response: tuple[object, ...]) -> tuple[object, ...]:
    return tuple(one for one in response if one != HeaderMutations())


def differ_by_path(one: Effect, other: Effect) -> bool:
    """Tell whether two effects can only differ in what becomes of the path.

    Args:
        one: The one.
        other: The other.

    Returns:
        Whether requests with one path are treated alike if one of them is.
    """
    if one.key != other.key or one.change is None or other.change is None:
        return False
    mine, its = one.change, other.change
    if mine.odd or its.odd:
        return False
    return (mine.host, mine.scheme, mine.headers) == (its.host, its.scheme, its.headers)


def same(one: Effect, other: Effect, paths: Language | None) -> bool:
    """Tell whether two effects are the same for all requests with some paths; that is proved, or not said.

    Args:
        one: The one.
        other: The other.
        paths: The paths; None is all.

    Returns:
        Whether they are.

    Raises:
        LanguageTooLargeError: A text is too large.
    """
    if one == other:
        return True
    if one.key != other.key or one.change is None or other.change is None:
        return False
    mine, its = one.change, other.change
    if not differ_by_path(one, other):
        return evolve(mine, port=None) == evolve(its, port=None) and one.merges == other.merges
    region = domain(PATH) if paths is None else paths
    return all(
        _same_paths(piece & its_piece, plain, its_plain)
        for piece, plain in _pieces(mine, region, merges=one.merges)
        for its_piece, its_plain in _pieces(its, region, merges=other.merges)
    )


Plain = tuple[int | None, str]
"""How many characters of a path are cut, None for all, and what is put in their place."""


def _pieces(change: Change, region: Language, *, merges: bool) -> Iterator[tuple[Language, Plain]]:
    """Split paths into those for which a change is one plain cut each."""
    if change.keeps_path:
        yield region, (0, "")
        return
    if change.cut is None:
        yield region, (None, change.put)
        return
    start = in_any_case(Language.prefix(change.prefix)) if change.prefix else domain(PATH)
    exactly = in_any_case(Language.text(ascii_lower(change.prefix)))
    slash = in_any_case(Language.prefix(f"{change.prefix}/"))
    yield region - start, (0, "")
    yield region & exactly, (None, "/" if change.segments and not change.put else change.put)
    cut = change.cut + 1 if merges and change.put.endswith("/") else change.cut
    yield region & slash, (cut, change.put)
    yield (region & start) - exactly - slash, (change.cut, change.put)


def _same_paths(paths: Language, one: Plain, other: Plain) -> bool:
    if paths.is_empty or one == other:
        return True
    (cut, put), (its_cut, its_put) = one, other
    if cut is not None and its_cut is not None and cut != its_cut:
        (cut, put), (its_cut, its_put) = sorted(((cut, put), (its_cut, its_put)))
        start = paths.literal_prefix()
        if len(start) >= its_cut:
            return its_put == put + start[cut:its_cut]
    members = paths.members(MAX_FINITE)
    return members is not None and all(_applied(path, one) == _applied(path, other) for path in members)


def _applied(path: str, plain: Plain) -> str:
    cut, put = plain
    return put if cut is None else put + path[cut:]

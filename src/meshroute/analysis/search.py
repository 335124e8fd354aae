"""Does a request get as far as a rule? A search by counterexamples.

A request of the set in question is built and asked about. Where an earlier rule takes it, what that rule accepts is cut
out of what is left, and the next request is built. Nothing left: no request gets there, and the rules that were met
cover the set. So the work depends on the rules that do take requests of the set, however long the table is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from attrs import frozen

from meshroute.analysis.boxes import Box, Boxes, Effort, is_in, meet, minus
from meshroute.analysis.limits import MAX_COMPARED, UndecidedError
from meshroute.analysis.requests import is_impossible
from meshroute.analysis.rules import Rule
from meshroute.analysis.views import Asked, TableView
from meshroute.model.actions import Unsupported
from meshroute.patterns import LanguageTooLargeError

_MANY: Final = 50


@frozen
class Live:
    """A request gets there.

    Args:
        asked: The request.
        lost: A request of the set that an earlier rule takes, where one was met.
    """

    asked: Asked
    lost: Asked | None = None


@frozen
class Dead:
    """No request gets there.

    Args:
        cover: The earlier rules that take all of them; none where there is no such request at all.
        lost: A request that an earlier rule takes, where one was met.
    """

    cover: tuple[Rule, ...]
    lost: Asked | None = None


@frozen
class Unknown:
    """It is not known.

    Args:
        because: Why.
    """

    because: str


Verdict = Live | Dead | Unknown
Wanted = tuple[tuple[Boxes, int], ...]
"""Sets of requests, each with the place of the rule that should get them."""


def is_chosen(view: TableView, rules: Sequence[Rule]) -> Verdict:
    """Say whether one of the rules of a route is ever chosen.

    Args:
        view: The table.
        rules: The rules that stand for the route, one for each place that it has.

    Returns:
        The verdict; the cover of a dead route is minimal.
    """
    try:
        found = tuple((view.seen(rule.boxes), rule.place) for rule in rules)
        verdict = _reaches(view, found)
        if isinstance(verdict, Live):
            return verdict
        if isinstance(verdict, Dead):
            met = tuple(rule for one in verdict.cover for rule in _written_out(view, one))
            certain = tuple(rule for rule in met if is_modelled(rule))
            if len(certain) == len(met) or covers(view, found, certain):
                return Dead(_minimal(view, found, certain), verdict.lost)
            verdict = Unknown(_unmodelled(met))
        return _covered(view, found) or verdict
    except (UndecidedError, LanguageTooLargeError) as error:
        return Unknown(str(error))


def _covered(view: TableView, wanted: Wanted) -> Dead | None:
    """Prove that a rule is dead without a request: where none can be built, or it is not known who would take it."""
    last = max((place for _, place in wanted), default=0)
    earlier = tuple(rule for rule in view.rules[:last] if is_modelled(rule))
    if len(earlier) > MAX_COMPARED or not covers(view, wanted, earlier):
        return None
    return Dead(_minimal(view, wanted, earlier))


def is_modelled(rule: Rule) -> bool:
    """Tell whether it is certain what a rule takes: what is not modelled may take less than it says.

    Args:
        rule: The rule.

    Returns:
        Whether it is.
    """
    return rule.route is None or not isinstance(rule.route.action, Unsupported)


def _unmodelled(rules: Sequence[Rule]) -> str:
    names = (rule.route.name or rule.route.id for rule in rules if rule.route is not None and not is_modelled(rule))
    return f"{next(names)}, which takes its requests, says something that is not modelled"


def reaches(view: TableView, boxes: Boxes, place: int) -> Verdict:
    """Say whether a request of a set gets as far as a place of the list.

    Args:
        view: The table.
        boxes: The set, as the table sees it.
        place: The place.

    Returns:
        The verdict; the cover may be larger than it must be. What is covered by a rule that is not modelled is unknown.
    """
    try:
        verdict = _reaches(view, ((boxes, place),))
    except (UndecidedError, LanguageTooLargeError) as error:
        return Unknown(str(error))
    if isinstance(verdict, Dead) and not all(map(is_modelled, verdict.cover)):
        return Unknown(_unmodelled(verdict.cover))
    return verdict


def _reaches(view: TableView, wanted: Wanted) -> Verdict:
    met: dict[Rule, None] = {}
    lost: Asked | None = None
    doubts: list[str] = []
    effort = Effort()
    for boxes, place in wanted:
        todo = list(boxes)
        while todo:
            box = todo.pop()
            effort.spend(box)
            if is_impossible(box):
                continue
            try:
                asked = view.ask(box)
            except UndecidedError as error:
                doubts.append(str(error))
                continue
            winner = asked.rule
            if winner is None or winner.place >= place:
                return Live(asked, lost)
            lost = lost or asked
            cut = cutting(view, winner, place)
            met[cut] = None
            taken = next(one for one in cut.boxes if is_in(one, asked.seen))
            todo.extend(minus(box, taken, view.visible))
    return Unknown(doubts[0]) if doubts else Dead(tuple(met), lost)


def cutting(view: TableView, winner: Rule, place: int) -> Rule:
    """Return the rule to cut out for one that took a request: all of its domains, where the place is behind others.

    Args:
        view: The table.
        winner: The rule that took it.
        place: The place in question.

    Returns:
        The rule.
    """
    guard = view.guard_of(winner)
    return guard if guard is not None and guard.place < place else winner


def _minimal(view: TableView, wanted: Wanted, cover: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Leave out of a cover what is not needed; a guard first, since it says less than the routes in front of it."""
    last_first = sorted(dict.fromkeys(cover), key=lambda one: (one.route is not None, -one.place))
    kept = tuple(last_first)
    for whole in {id(_whole(rule)): _whole(rule) for rule in last_first}.values():
        less = tuple(one for one in kept if _whole(one) is not whole)
        if covers(view, wanted, less):
            kept = less
    return tuple(sorted(kept, key=lambda one: one.place))


def _whole(rule: Rule) -> object:
    """Return what is left out as a whole: a route at all its places, or a guard."""
    return rule if rule.route is None else rule.route


def _written_out(view: TableView, rule: Rule) -> Iterable[Rule]:
    """Write a guard out as the rules that it stands for, where they are not too many."""
    if rule.route is not None or rule.group is None:
        return (rule,)
    members = view.members_of(rule.group)
    return members if len(members) <= _MANY else (rule,)


def covers(view: TableView, wanted: Wanted, cover: Sequence[Rule]) -> bool:
    """Tell whether rules take all requests of some sets.

    Args:
        view: The table.
        wanted: The sets, each with a place; only rules before it count.
        cover: The rules.

    Returns:
        Whether they do.

    Raises:
        UndecidedError: The question takes too many steps.
        LanguageTooLargeError: A text is too large.
    """
    effort = Effort()
    for boxes, place in wanted:
        earlier = [box for other in cover if other.place < place for box in other.boxes]
        todo: list[tuple[Box, int]] = [(box, 0) for box in boxes]
        while todo:
            box, at = todo.pop()
            effort.spend(box)
            while at < len(earlier) and meet(box, earlier[at]) is None:
                at += 1
            if at == len(earlier):
                if is_impossible(box):
                    continue
                return False
            todo.extend((left, at + 1) for left in minus(box, earlier[at], view.visible))
    return True

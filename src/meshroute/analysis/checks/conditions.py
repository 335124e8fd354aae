"""MR2xx: what is odd about the condition of one route."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from meshroute.analysis.boxes import Box, Boxes, minus
from meshroute.analysis.checks.writing import finding, named
from meshroute.analysis.dimensions import PATH, PATHS
from meshroute.analysis.findings import Finding
from meshroute.analysis.limits import UndecidedError
from meshroute.analysis.rules import Rule
from meshroute.analysis.search import Dead, reaches
from meshroute.analysis.tables import Tables, Written
from meshroute.analysis.texts import LINE, PRINTABLE, paths, quoted
from meshroute.analysis.views import Asked, TableView
from meshroute.errors import RouteError
from meshroute.matching.words import in_words
from meshroute.model.cookies import CookieMatch
from meshroute.model.criteria import AnyOf, Criterion, HeaderMatch, Method, Not, QueryMatch, RouteMatch
from meshroute.model.paths import PathCriterion, PathRegex, PathWithoutParameters
from meshroute.model.route import Route
from meshroute.model.values import TextRegex
from meshroute.patterns import Language, Pattern, compile_pattern, is_exponential

_WRITTEN: Final = Method | HeaderMatch | QueryMatch | CookieMatch
_EVERY_PATH: Final = Language.prefix("/")
_DOT: Final = re.compile(r"(?<=[A-Za-z0-9])\.(?=[A-Za-z0-9])")
_IN_CLASS: Final = re.compile(r"\[[^\]]*\]|\\.")


def conditions(tables: Tables, written: Written) -> Iterator[Finding | None]:
    """Check the condition of one route.

    Args:
        tables: All tables.
        written: The route, judged.

    Yields:
        What there is to say.
    """
    _ = tables
    if written.live is not None:
        for criterion in written.route.match.criteria:
            if _is_without_effect(written, criterion):
                message = f"{named(written.route)} would take the same requests without: {in_words(criterion)}"
                yield finding("MR201", message, (written.route,))
    for criterion, pattern in _patterns(written.route.match.criteria):
        is_path = isinstance(criterion, PathRegex)
        yield from _pattern(written, pattern, is_path=is_path)


def _is_without_effect(written: Written, criterion: Criterion) -> bool:
    """Tell whether a criterion that somebody wrote can be left out: what it refuses never gets that far anyway."""
    if not isinstance(criterion, PathCriterion | _WRITTEN):
        return False
    if isinstance(criterion, PathCriterion) and _EVERY_PATH.is_within(paths(criterion)):
        return False  # a format may want a path, and this is how to write "any"
    others = tuple(one for one in written.route.match.criteria if one is not criterion)
    route = written.route.replace(match=RouteMatch(others))
    return all(_never_matters(view, rule, route) for view, rules in written.places for rule in rules)


def _never_matters(view: TableView, rule: Rule, route: Route) -> bool:
    wider = Rule(rule.place, route, rule.host, rule.domains, None, rule.host_header, rule.group)
    left: Boxes = view.seen(wider.boxes)
    for box in rule.boxes:
        left = tuple(piece for each in left for piece in minus(each, box, view.visible))
    return not left or isinstance(reaches(view, left, rule.place), Dead)


def _patterns(criteria: tuple[Criterion, ...]) -> Iterator[tuple[Criterion, Pattern]]:
    todo = list(criteria)
    for criterion in todo:  # grows while it runs
        match criterion:
            case Not(criterion=inner):
                todo.append(inner)
            case AnyOf(criteria=inner_criteria):
                todo.extend(inner_criteria)
            case PathWithoutParameters(criterion=PathRegex() as inner):
                todo.append(inner)
            case PathRegex(pattern=pattern):
                yield criterion, pattern
            case HeaderMatch(test=TextRegex(pattern=pattern)) | QueryMatch(test=TextRegex(pattern=pattern)):
                yield criterion, pattern
            case _:
                pass


def _pattern(written: Written, pattern: Pattern, *, is_path: bool) -> Iterator[Finding | None]:
    route, source = written.route, pattern.source
    sane = PATHS & PRINTABLE if is_path else LINE
    simple = _simpler(pattern, sane, is_path=is_path)
    if simple is not None:
        yield finding("MR202", f"the regex {source!r} of {named(route)} is the same as {simple}", (route,))
    bare = _without_anchors(source)
    if bare is not None and _same(bare, pattern):
        message = f"the regex {source!r} of {named(route)} is matched against the whole value: {bare!r} is the same"
        yield finding("MR203", message, (route,))
    if _is_search(source):
        message = (
            f"the regex {source!r} of {named(route)} is matched against the whole value, "
            f"and is no search: it refuses {_longer(pattern, sane, is_path=is_path)!r}"
        )
        yield finding("MR204", message, (route,))
    other = _through_dot(pattern, sane)
    if other is not None:
        message = f"a dot in the regex {source!r} of {named(route)} matches anything: it accepts {other!r}"
        asked = _asked(written, other) if is_path else None
        yield finding(
            "MR205",
            message,
            (route,),
            view=None if asked is None else asked[0],
            witnesses=() if asked is None else (asked[1],),
        )
    if is_exponential(compile_pattern(bare) if bare is not None and _same(bare, pattern) else pattern):
        message = (
            f"the regex {source!r} of {named(route)} takes exponential time in engines that backtrack, "
            "such as those of nginx, Java and Python"
        )
        yield finding("MR206", message, (route,))


def _simpler(pattern: Pattern, sane: Language, *, is_path: bool) -> str | None:
    """Say which simpler kind of condition accepts the same values, of all that HTTP can carry."""
    own = Language.of(pattern) & sane
    text = own.shortest()
    if text is None:
        return None
    if own == sane:
        return "any value"
    candidates = (
        (f"exact {text!r}", Language.text(text)),
        (f"the prefix {text!r}", Language.prefix(text)),
        (
            f"the segments {text!r}",
            Language.text(text) | Language.prefix(f"{text}/") if is_path else Language.text(text),
        ),
        (f"the suffix {text!r}", Language.of(f"(?s).*{quoted(text)}")),
        (f"contains {text!r}", Language.of(f"(?s).*{quoted(text)}.*")),
    )
    return next((words for words, language in candidates if own == language & sane), None)


def _without_anchors(source: str) -> str | None:
    bare = source.removeprefix("^")
    if bare.endswith("$") and not bare.endswith(r"\$"):
        bare = bare[:-1]
    return None if bare == source else bare


def _same(source: str, pattern: Pattern) -> bool:
    try:
        return Language.of(source) == Language.of(pattern)
    except RouteError:  # what is left of `^*` is no pattern
        return False


def _is_search(source: str) -> bool:
    """Tell whether only one end of a pattern is anchored, as if the other were free."""
    starts, ends = source.startswith("^"), source.endswith("$") and not source.endswith(r"\$")
    if starts == ends:
        return False
    return not source.endswith((".*", ".+")) if starts else not source.startswith((".*", ".+"))


def _longer(pattern: Pattern, sane: Language, *, is_path: bool) -> str:
    """Find a value that a search would find, and that does not match as a whole."""
    own = Language.of(pattern)
    text = own.readable() or ""
    around = Language.prefix(text) if pattern.source.startswith("^") else Language.of(f"(?s).*{quoted(text)}")
    likely = sane & _EVERY_PATH if is_path else sane
    return ((around & likely) - own).readable() or text


def _through_dot(pattern: Pattern, sane: Language) -> str | None:
    """Find a value that only matches because a dot between letters or digits matches anything."""
    source = pattern.source
    hidden = _IN_CLASS.sub(lambda found: "\\" * len(found[0]), source)
    places = [found.start() for found in _DOT.finditer(hidden)]
    if not places:
        return None
    meant = "".join(r"\." if place in places else character for place, character in enumerate(source))
    return ((Language.of(pattern) - Language.of(meant)) & sane).readable()


def _asked(written: Written, path: str) -> tuple[TableView, Asked] | None:
    """Find a request with a path that the route takes."""
    for view, rules in written.places:
        for rule in rules:
            for box in view.seen(rule.boxes):
                narrowed: Box = {**box, PATH: Language.text(path)}
                try:
                    asked = view.ask(narrowed)
                except UndecidedError:
                    continue
                if asked.rule in rules:
                    return view, asked
    return None

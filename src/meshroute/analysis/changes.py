"""What happens to a request on its way from table to table, and which requests get somewhere by it.

A change of a path that can be told is "cut so many characters, put a text in front", or a text instead of all. What
cannot be told is kept as it is written: two such changes are the same if they are written in the same way.
"""

from __future__ import annotations

from typing import Final

from attrs import evolve, frozen

from meshroute.analysis.boxes import Box
from meshroute.analysis.dimensions import HOST, NAME_OR_HOST, PATH, PORT, SCHEME, domain
from meshroute.analysis.memory import remembered
from meshroute.model.mutations import HeaderMutations
from meshroute.model.normalization import Normalization
from meshroute.model.paths import PathCriterion, PathExact, PathPrefix, PathStringPrefix, PathWithoutParameters
from meshroute.model.request import Request
from meshroute.model.rewrites import HostRewrite, PathReplace, PrefixReplace, Rewrite, SchemeRewrite, SegmentsReplace
from meshroute.model.rewriting import AuthorityRewrite, FixedHost, PathRewrite, RequestHeader
from meshroute.patterns import NOTHING, SEPARATOR, Language, in_any_case
from meshroute.text import ascii_lower

_KEPT: Final = "x-envoy-original-"
_DOTS: Final = Language.of(r"(?s)\.\.?(/.*)?")
_ANY_PATH: Final = Language.prefix("/") & domain(PATH)
EVERYTHING: Final = None
"""All characters of a path, as the number that is cut."""


@frozen
class Change:
    """What has happened to a request.

    Args:
        prefix: What the paths start with that are changed so, in lower case, where that matters.
        cut: How many characters of the path are cut; None is all.
        put: What stands in their place.
        segments: That an empty path becomes ``/``.
        host: The new host; None keeps it.
        scheme: The new scheme; None keeps it.
        port: The new port; None keeps it.
        headers: Changes of headers, as they are written.
        odd: Changes that are only known as they are written, with the path criterion that they refer to.
    """

    prefix: str = ""
    cut: int | None = 0
    put: str = ""
    segments: bool = False
    host: str | None = None
    scheme: str | None = None
    port: int | None = None
    headers: tuple[HeaderMutations | RequestHeader, ...] = ()
    odd: tuple[tuple[object, PathCriterion | None], ...] = ()

    def then(self, rewrites: tuple[Rewrite, ...], matched: PathCriterion | None) -> Change:
        """Return what has happened after some rewrites.

        Args:
            rewrites: The rewrites, in order.
            matched: The path criterion of their route.

        Returns:
            The change.

        >>> Change().then((PrefixReplace("/"),), PathStringPrefix("/red/")).cut
        5
        """
        found = self
        for rewrite in rewrites:
            found = found._after(rewrite, matched)
        return found

    def _after(self, rewrite: Rewrite, matched: PathCriterion | None) -> Change:
        match rewrite:
            case HostRewrite(value=value) | AuthorityRewrite(rule=FixedHost(value=value), forwarded=False):
                return evolve(self, host=value)
            case HeaderMutations() | RequestHeader():
                return evolve(self, headers=(*self.headers, rewrite))
            case SchemeRewrite(value=value):
                return evolve(self, scheme=value)
            case PathReplace(value=value) | PathRewrite(rule=PathReplace(value=value)):
                return evolve(self, prefix="", cut=EVERYTHING, put=value, segments=False)
            case PrefixReplace(value=value) | PathRewrite(rule=PrefixReplace(value=value)):
                return self._prefix(rewrite, value, matched)
            case SegmentsReplace(value=value) if isinstance(matched, PathPrefix):
                own = matched.value.removesuffix("/")
                return self._cut(rewrite, own, value.removesuffix("/"), matched, segments=True)
            case _:
                return evolve(self, odd=(*self.odd, (rewrite, matched)))

    def _prefix(self, rewrite: Rewrite, value: str, matched: PathCriterion | None) -> Change:
        if isinstance(matched, PathWithoutParameters):
            return evolve(self, odd=(*self.odd, (rewrite, matched)))
        if isinstance(matched, PathExact | PathPrefix | PathStringPrefix):
            return self._cut(rewrite, matched.value, value, matched)
        return evolve(self, prefix="", cut=EVERYTHING, put=value, segments=False)

    def _cut(
        self, rewrite: Rewrite, prefix: str, put: str, matched: PathCriterion, *, segments: bool = False
    ) -> Change:
        """Cut a prefix off what has come of the path so far; a second cut is only told where the first was none."""
        if (self.cut, self.put, self.segments) != (0, "", False) or self.odd:
            return evolve(self, odd=(*self.odd, (rewrite, matched)))
        return evolve(self, prefix=ascii_lower(prefix), cut=len(prefix), put=put, segments=segments)

    @property
    def keeps_path(self) -> bool:
        """Whether the path stays as it is."""
        return self.cut == 0 and not self.put and not self.segments


@frozen
class Before:
    """The requests that lie in a box after a change.

    Args:
        certain: Those of which it is known; None where there are none.
        doubtful: Those of which it is not known; None where there are none.
        because: Why it is not known.
    """

    certain: Box | None
    doubtful: Box | None = None
    because: str | None = None


def before(change: Change, box: Box, normalization: Normalization | None) -> Before:
    """Return the requests that lie in a box after a change.

    Args:
        change: The change.
        box: The box, as the next table sees it.
        normalization: What the next table does to a request first.

    Returns:
        The boxes before the change.

    Raises:
        LanguageTooLargeError: A text is.
    """
    fixed = {
        HOST: None if change.host is None else f"{SEPARATOR}{change.host}",
        SCHEME: change.scheme,
        PORT: None if change.port is None else str(change.port),
    }
    found = {dimension: language for dimension, language in box.items() if fixed.get(dimension) is None}
    if any(
        not box[dimension].accepts(word) for dimension, word in fixed.items() if word is not None and dimension in box
    ):
        return Before(None)
    because = _doubt(change, found)
    if because is not None:
        kept = {one: language for one, language in found.items() if one.kind not in {"path", "header", "cookie"}}
        return Before(None, {one: language for one, language in kept.items() if one != NAME_OR_HOST}, because)
    if PATH not in found:
        return Before(found)
    paths = _paths_before(change, found[PATH], normalization)
    dots = _DOTS if normalization is not None and normalization.path and change.put.endswith("/") else None
    if dots is None or change.cut in {0, EVERYTHING}:
        return Before(None if paths.is_empty else {**found, PATH: paths})
    doubtful = _prefixed(change.prefix, dots)
    if (found[PATH] & _ANY_PATH).is_empty:
        certain = paths - doubtful
        return Before(None if certain.is_empty else {**found, PATH: certain})
    if _ANY_PATH.is_within(found[PATH]):
        return Before({**found, PATH: paths | doubtful})
    certain = paths - doubtful
    return Before(
        None if certain.is_empty else {**found, PATH: certain},
        {**found, PATH: doubtful},
        "a rewrite makes a dot segment, which is then resolved",
    )


def _doubt(change: Change, box: Box) -> str | None:
    """Say why it cannot be told what a change does to what a box asks for."""
    if change.host is not None and NAME_OR_HOST in box:
        return "the server name is taken from a host that has changed"
    touched = {name for one in change.headers for name in _touched(one)}
    for dimension in box:
        if dimension == PATH and change.odd:
            return "the path may be rewritten in a way that is not followed"
        if dimension.kind in {"header", "cookie"} and (
            change.odd or dimension.name in touched or "cookie" in touched or str(dimension.name).startswith(_KEPT)
        ):
            return f"a rewrite may change the header {dimension.name!r}"
    return None


def _touched(change: HeaderMutations | RequestHeader) -> tuple[str, ...]:
    if isinstance(change, RequestHeader):
        return (change.name,)
    return (*change.remove, *(addition.name for addition in change.add))


def _paths_before(change: Change, language: Language, normalization: Normalization | None) -> Language:
    whole = domain(PATH)
    if change.keeps_path:
        return language
    if change.cut is EVERYTHING:
        seen = _normal(change.put, normalization)
        return whole if seen is not None and language.accepts(seen) else NOTHING
    start = in_any_case(Language.prefix(change.prefix)) if change.prefix else whole
    rest = _rest(change, language - Language.text("?"), normalization)
    return (_prefixed(change.prefix, rest) | (language - start)) & whole


def _normal(path: str, normalization: Normalization | None) -> str | None:
    if normalization is None:
        return path
    seen = normalization.apply(Request.from_parts("GET", "/").replace(target=path))
    return None if seen is None else seen.path


def _rest(change: Change, language: Language, normalization: Normalization | None) -> Language:
    """Return what may follow the prefix that is cut."""
    after = language.after(change.put)
    if change.segments and not change.put and language.accepts("/"):
        after |= Language.text("")
    if normalization is not None and normalization.slashes and change.put.endswith("/"):
        slash = Language.prefix("/")  # of the two slashes where the texts meet one goes
        return (after - slash) | _prefixed("/", after - slash)
    return after


@remembered
def _prefixed(prefix: str, rest: Language) -> Language:
    """Return the texts that are a prefix, in any case, and a member."""
    if not prefix:
        return rest
    rows = rest.rows
    length = len(prefix)
    folded = in_any_case(Language.text(prefix)).rows

    def moves(state: int) -> list[tuple[int, int]]:
        if state < length:
            return [(folded[state][0][0], state + 1)]
        return [(mask, target + length) for mask, target in rows[state - length]]

    return Language.build(0, moves, lambda state: state >= length and rest.ends(state - length))

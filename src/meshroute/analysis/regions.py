"""Criteria as sets of requests: unions of boxes, each a product of one language for some dimensions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from meshroute.analysis.boxes import Boxes, meets, union
from meshroute.analysis.dimensions import (
    ABSENT,
    CERTIFICATE,
    CHANCE,
    HEADER,
    HOST,
    METHOD,
    NAME_OR_HOST,
    NAMESPACE,
    PATH,
    PORT,
    PRESENT,
    PROTOCOL,
    SCHEME,
    SERVER_NAME,
    Dimension,
    below_chance,
    domain,
)
from meshroute.analysis.memory import remembered
from meshroute.analysis.texts import (
    any_line,
    authorities,
    below,
    first_line,
    joined_lines,
    one_line,
    passing,
    paths,
    quoted,
    server_names,
)
from meshroute.model.chance import RandomFraction
from meshroute.model.context import ClientCertificate, FilterStateMatch
from meshroute.model.cookies import CookieMatch
from meshroute.model.criteria import (
    AnyOf,
    ClientNamespace,
    Criterion,
    GrpcRequest,
    HeaderMatch,
    Method,
    Not,
    Port,
    QueryMatch,
    RouteMatch,
    Scheme,
    ServerName,
    ServerNameChooses,
    TransportProtocol,
)
from meshroute.model.hosts import HostAny, HostCriterion
from meshroute.model.paths import PathCriterion
from meshroute.model.values import Present
from meshroute.patterns import Language

Atom = tuple[Dimension, Language]

_GRPC: Final = Language.of(r"application/grpc(\+(?s:.)*)?")
_SOME_TARGET: Final = domain(PATH) - Language.text("")
_PARTS: Final = {":method": METHOD, ":scheme": SCHEME}
_EVERYTHING: Final[Boxes] = ({},)


@remembered
def region(match: RouteMatch) -> Boxes:
    """Return the requests that meet a condition.

    Args:
        match: The condition.

    Returns:
        The boxes; none where it can never hold.

    Raises:
        UndecidedError: It is made of too many.
        LanguageTooLargeError: A text of it is.

    >>> [sorted(dimension.kind for dimension in box) for box in region(RouteMatch((Method("GET"), Scheme("https"))))]
    [['method', 'scheme']]
    """
    found = _EVERYTHING
    for criterion in match.criteria:
        found = meets(found, region_of(criterion))
    return found


@remembered
def region_of(criterion: Criterion, *, wanted: bool = True) -> Boxes:
    """Return the requests that a criterion accepts, or those that it refuses.

    Args:
        criterion: The criterion.
        wanted: Return what it accepts.

    Returns:
        The boxes.

    Raises:
        UndecidedError: It is made of too many.
        LanguageTooLargeError: A text of it is.
    """
    match criterion:
        case Not(criterion=inner):
            return region_of(inner, wanted=not wanted)
        case AnyOf(criteria=criteria):
            inner_regions = (region_of(inner, wanted=wanted) for inner in criteria)
            return union(inner_regions) if wanted else _all_of(inner_regions)
        case HostAny():
            return _EVERYTHING if wanted else ()
        case GrpcRequest():
            atoms = (Dimension("header", "content-type"), joined_lines(_GRPC)), (PATH, _SOME_TARGET)
            if wanted:
                return (dict(atoms),)
            return tuple({dimension: domain(dimension) - language} for dimension, language in atoms)
        case RandomFraction(numerator=numerator, is_certain=True):
            return _EVERYTHING if (numerator > 0) == wanted else ()
        case _:
            dimension, language = _atom(criterion)
            whole = domain(dimension)
            language = language & whole if wanted else whole - language
            if language.is_empty:
                return ()
            return _EVERYTHING if language == whole else ({dimension: language},)


def _all_of(regions: Iterable[Boxes]) -> Boxes:
    found = _EVERYTHING
    for one in regions:
        found = meets(found, one)
    return found


def domain_region(host: HostCriterion | HostAny, header: str | None) -> Boxes:
    """Return the requests whose host a domain of a virtual host accepts.

    Args:
        host: The domain.
        header: The header whose first line stands for the host, if there is one (`RouteTable.host_header`).

    Returns:
        The boxes.

    Raises:
        LanguageTooLargeError: The domain is too long.
    """
    if header is None:
        return region_of(host)
    # without the header the virtual host is not looked up, unless all domains are HostAny (`RouteTable.host_view`)
    dimension = _header_dimension(header)
    if dimension is None:
        return ({Dimension("whether", host): Language.text("1")},)
    if isinstance(host, HostAny):
        return ({dimension: PRESENT & domain(dimension)},)
    return ({dimension: first_line(authorities(host)) & domain(dimension)},)


def _atom(criterion: Criterion) -> Atom:
    """Return the one dimension that a criterion looks at, and the words that it accepts."""
    match criterion:
        case _ if isinstance(criterion, PathCriterion):
            accepted = paths(criterion)
            return PATH, accepted | Language.text("?") if accepted.accepts("") else accepted
        case Method(names=names):
            return METHOD, _one_of(names)
        case _ if isinstance(criterion, HostCriterion):
            return HOST, one_line(authorities(criterion))
        case HeaderMatch():
            return _header_atom(criterion)
        case QueryMatch(name=name, test=test):
            return _optional_atom(Dimension("query", name), passing(test), criterion)
        case Scheme(value=value):
            return SCHEME, Language.text(value)
        case Port(value=port):
            return PORT, Language.text(str(port))
        case _:
            return _rare_atom(criterion)


def _rare_atom(criterion: Criterion) -> Atom:
    match criterion:
        case TransportProtocol(names=names):
            return PROTOCOL, _one_of(names)
        case ServerName(value=value):
            return SERVER_NAME, below(value)
        case ServerNameChooses(name=name, among=among, or_host=or_host):
            return NAME_OR_HOST if or_host else SERVER_NAME, server_names(name, among)
        case ClientNamespace(value=value):
            return NAMESPACE, one_line(Language.text(value))
        case CookieMatch(name=name, test=test, invert=invert):
            dimension, language = _optional_atom(Dimension("cookie", name), passing(test), criterion)
            return dimension, domain(dimension) - language if invert and dimension.kind == "cookie" else language
        case FilterStateMatch(key=key, test=test):
            return _optional_atom(Dimension("state", key), passing(test), criterion)
        case ClientCertificate(presented=presented, validated=validated):
            bits = ["[01]" if asked is None else str(int(asked)) for asked in (presented, validated)]
            return CERTIFICATE, Language.of("".join(bits))
        case RandomFraction(numerator=numerator, denominator=denominator):
            taken = below_chance(numerator, denominator)
            return _whether(criterion) if taken is None else (CHANCE, taken)
        case _:
            return _whether(criterion)


def _one_of(texts: Iterable[str]) -> Language:
    return Language.of("|".join(quoted(text) for text in texts))


def _whether(criterion: Criterion) -> Atom:
    """Let a criterion that has no dimension be one itself."""
    return Dimension("whether", criterion), Language.text("1")


def _optional_atom(dimension: Dimension, language: Language | None, criterion: Criterion) -> Atom:
    return _whether(criterion) if language is None else (dimension, one_line(language))


def _header_dimension(name: str) -> Dimension | None:
    if name in {"host", ":authority"}:
        return HOST
    return None if name.startswith(":") and name in {*_PARTS, ":path"} else Dimension("header", name)


def _header_atom(criterion: HeaderMatch) -> Atom:
    part = _PARTS.get(criterion.name)
    language = passing(criterion.test)
    if language is None:
        return _whether(criterion)
    if part is not None:
        return part, domain(part) - language if criterion.invert else language
    dimension = _header_dimension(criterion.name)
    if dimension is not None:
        return dimension, header_lines(criterion, language)
    if isinstance(criterion.test, Present):  # of `:path`: there is none only where the target is empty
        everything = _SOME_TARGET if not criterion.missing_as_empty else domain(PATH)
        return PATH, domain(PATH) - everything if criterion.invert else everything
    return _whether(criterion)


def header_lines(criterion: HeaderMatch, language: Language) -> Language:
    """Return the lines of a header that a criterion accepts.

    Args:
        criterion: The criterion.
        language: The texts that pass its test.

    Returns:
        The language of the lines, each behind a separator.

    Raises:
        LanguageTooLargeError: It has too many states.
    """
    asked = HEADER if criterion.missing_as_empty else PRESENT
    if isinstance(criterion.test, Present):
        return HEADER - asked if criterion.invert else asked
    found = joined_lines(language) if criterion.joined else any_line(language)
    if criterion.missing_as_empty and language.accepts(""):
        found |= ABSENT
    return asked - found if criterion.invert else found

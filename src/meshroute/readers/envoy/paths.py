"""The path of a RouteMatch: one criterion, and what a rewrite may refer to (envoy.md §2.1, §8)."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from meshroute.errors import RouteError
from meshroute.model.criteria import AnyOf, Criterion, HeaderMatch, Method, Not
from meshroute.model.paths import PathExact, PathPrefix, PathRegex, PathStringPrefix, PathWithoutParameters
from meshroute.model.values import TextExact
from meshroute.readers.envoy.message import Message
from meshroute.readers.envoy.scope import Scope, Unmodelled
from meshroute.readers.envoy.uri_template import UriTemplate, parse_uri_template

_CONNECT: Final = Method("CONNECT")
# envoy.md §2.1: a request to open a tunnel, by the method or by an upgrade
TUNNEL: Final = AnyOf((_CONNECT, HeaderMatch("upgrade", TextExact("connect-udp"))))
_URI_TEMPLATE: Final = "envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig"


@frozen
class PathLowered:
    """What a path specifier becomes.

    Args:
        criteria: The criteria; none where it is not modelled, or faulty.
        template: The template, for a rewrite by template.
    """

    criteria: tuple[Criterion, ...] = ()
    template: UriTemplate | None = None


def path_criteria(scope: Scope, match: Message, unmodelled: Unmodelled, *, ignore_parameters: bool) -> PathLowered:
    """Lower the path specifier of a RouteMatch.

    Args:
        scope: What the table is evaluated with.
        match: The RouteMatch.
        unmodelled: Where an extension goes.
        ignore_parameters: Whether the table looks at paths without their parameters.

    Returns:
        The criteria.
    """
    ignore_case = match.has("case_sensitive") and not match.flag("case_sensitive")
    criterion: PathExact | PathPrefix | PathStringPrefix | PathRegex
    match match.which("path_specifier"):
        case "prefix":
            criterion = PathStringPrefix(match.text("prefix"), ignore_case=ignore_case)
        case "path":
            criterion = PathExact(match.text("path"), ignore_case=ignore_case)
        case "path_separated_prefix":
            criterion = PathPrefix(match.text("path_separated_prefix"), ignore_case=ignore_case)
        case "safe_regex":
            inner = match.message("safe_regex")
            pattern = None if inner is None else scope.pattern(inner)
            if pattern is None:
                return PathLowered()
            criterion = PathRegex(pattern)
        case "connect_matcher":
            return PathLowered((TUNNEL,))
        case "path_match_policy":
            return _template(scope, match, unmodelled)
        case _:
            return PathLowered()
    if ignore_parameters:
        stripped = PathWithoutParameters(criterion, per_segment=scope.compat.parameters_per_segment)
        return PathLowered((stripped, *_with_path(criterion)))
    return PathLowered((criterion, *_with_path(criterion)))


def _with_path(criterion: PathExact | PathPrefix | PathStringPrefix | PathRegex) -> tuple[Criterion, ...]:
    """Keep a criterion that takes the empty path from tunnels, which have no path at all (envoy.md §2.1)."""
    match criterion:
        case PathPrefix():
            takes_empty = False
        case PathRegex(pattern=pattern):
            takes_empty = bool(pattern.fullmatch(""))
        case _:
            takes_empty = criterion.value == ""
    return (Not(_CONNECT),) if takes_empty else ()


def _template(scope: Scope, match: Message, unmodelled: Unmodelled) -> PathLowered:
    policy = match.message("path_match_policy")
    config = None if policy is None else policy.message("typed_config")
    if policy is not None and (config is None or not config.type):
        scope.error(policy, "typed_config", "has no `@type`: a path matcher needs one")
        return PathLowered()
    if policy is None or config is None or config.type != _URI_TEMPLATE:
        unmodelled.add(match, "path_match_policy", "only uri templates are")
        return PathLowered()
    try:
        template = parse_uri_template(config.text("path_template"))
    except RouteError as error:
        scope.error(config, "path_template", str(error))
        return PathLowered()
    return PathLowered((PathRegex(template.pattern),), template)

"""Rewrites of host and path in a RouteAction (envoy.md §4)."""

from __future__ import annotations

from typing import Final

from meshroute.errors import RouteError
from meshroute.model.formatting import FormatText
from meshroute.model.rewrites import PrefixReplace, Rewrite
from meshroute.model.rewriting import (
    AuthorityRewrite,
    FixedHost,
    FormattedHost,
    FormattedPath,
    HostFromHeader,
    HostFromPath,
    HostRule,
    PathRewrite,
    PathRule,
    PatternReplace,
)
from meshroute.readers.envoy.message import Message
from meshroute.readers.envoy.mutations import formatted
from meshroute.readers.envoy.scope import Scope, Unmodelled
from meshroute.readers.envoy.uri_template import UriTemplate, parse_uri_rewrite
from meshroute.text import ascii_lower

_URI_REWRITE: Final = "envoy.extensions.path.rewrite.uri_template.v3.UriTemplateRewriteConfig"
_PATH_FIELDS: Final = ("prefix_rewrite", "regex_rewrite", "path_rewrite_policy", "path_rewrite")


def path_rule(
    scope: Scope, action: Message, template: UriTemplate | None, *, by_template: bool, unmodelled: Unmodelled
) -> PathRule | None:
    """Lower the rewrite of a path.

    Args:
        scope: What the table is evaluated with.
        action: A RouteAction or RedirectAction.
        template: The template by which the route matches, if it does.
        by_template: Whether the route matches by a policy.
        unmodelled: Where an extension goes.

    Returns:
        The rule, or None where there is none, or after reporting a fault.
    """
    given = [name for name in _PATH_FIELDS if action.has(name) and (action.message(name) or action.text(name))]
    if len(given) > 1:
        scope.error(action, given[1], f"only one of {', '.join(f'`{name}`' for name in given)} may be set")
        return None
    match given:
        case ["prefix_rewrite"]:
            if by_template:
                scope.error(action, "prefix_rewrite", "`prefix_rewrite` cannot be used with `path_match_policy`")
                return None
            return PrefixReplace(action.text("prefix_rewrite"))
        case ["regex_rewrite"]:
            return pattern_replace(scope, action.message("regex_rewrite"))
        case ["path_rewrite_policy"]:
            return _by_template(scope, action, template, unmodelled)
        case ["path_rewrite"]:
            text = formatted(scope, action, "path_rewrite")
            return None if text is None else FormattedPath(text)
        case _:
            return None


def pattern_replace(scope: Scope, rewrite: Message | None) -> PatternReplace | None:
    """Lower a RegexMatchAndSubstitute.

    Args:
        scope: What the table is evaluated with.
        rewrite: The message.

    Returns:
        The rule, or None after reporting a fault.
    """
    matcher = None if rewrite is None else rewrite.message("pattern")
    pattern = None if matcher is None else scope.pattern(matcher)
    return None if pattern is None or rewrite is None else PatternReplace(pattern, rewrite.text("substitution"))


def _by_template(
    scope: Scope, action: Message, template: UriTemplate | None, unmodelled: Unmodelled
) -> PathRule | None:
    policy = action.message("path_rewrite_policy")
    config = None if policy is None else policy.message("typed_config")
    if policy is not None and (config is None or not config.type):
        scope.error(policy, "typed_config", "has no `@type`: a path rewriter needs one")
        return None
    if config is None or config.type != _URI_REWRITE:
        unmodelled.add(action, "path_rewrite_policy", "only uri templates are")
        return None
    if template is None:
        scope.error(action, "path_rewrite_policy", "`path_rewrite_policy` needs a `path_match_policy` with a template")
        return None
    try:
        return parse_uri_rewrite(config.text("path_template_rewrite"), template)
    except RouteError as error:
        scope.error(config, "path_template_rewrite", str(error))
        return None


def rewrites_of(
    scope: Scope, action: Message, template: UriTemplate | None, *, by_template: bool, unmodelled: Unmodelled
) -> tuple[Rewrite, ...]:
    """Lower what a RouteAction does to host and path, in Envoy's order.

    Args:
        scope: What the table is evaluated with.
        action: The RouteAction.
        template: The template by which the route matches, if it does.
        by_template: Whether the route matches by a policy.
        unmodelled: Where an extension goes.

    Returns:
        The rewrites.
    """
    host = _host_rule(scope, action, unmodelled)
    path = path_rule(scope, action, template, by_template=by_template, unmodelled=unmodelled)
    forwarded = action.flag("append_x_forwarded_host")
    found: list[Rewrite] = [] if host is None else [AuthorityRewrite(host, forwarded=forwarded)]
    if path is not None:
        found.append(PathRewrite(path))
    return tuple(found)


def _host_rule(scope: Scope, action: Message, unmodelled: Unmodelled) -> HostRule | None:
    match action.which("host_rewrite_specifier"):
        case "host_rewrite_literal":
            return FixedHost(action.text("host_rewrite_literal"))
        case "host_rewrite_header":
            return HostFromHeader(ascii_lower(action.text("host_rewrite_header")))
        case "host_rewrite_path_regex":
            rule = pattern_replace(scope, action.message("host_rewrite_path_regex"))
            return None if rule is None else HostFromPath(rule)
        case "auto_host_rewrite":
            if action.flag("auto_host_rewrite"):
                unmodelled.remark(action, "auto_host_rewrite", "the host that is sent is the name of the endpoint")
            return None
        case "host_rewrite":
            text: FormatText | None = formatted(scope, action, "host_rewrite")
            return None if text is None else FormattedHost(text)
        case _:
            return None

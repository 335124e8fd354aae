"""The hash policy of a RouteAction (envoy.md §3)."""

from __future__ import annotations

from meshroute.model.hashing import HashCookie, HashHeader, HashPolicy, HashQuery, HashUnknown
from meshroute.readers.envoy.message import Message
from meshroute.readers.envoy.rewrites import pattern_replace
from meshroute.readers.envoy.scope import Scope
from meshroute.text import ascii_lower

_Part = HashHeader | HashQuery | HashCookie | HashUnknown


def hash_policy(scope: Scope, action: Message) -> HashPolicy | None:
    """Lower the hash policies of a RouteAction.

    Args:
        scope: What the table is evaluated with.
        action: The RouteAction.

    Returns:
        The policy, or None where there is none.
    """
    parts = tuple((_part(scope, policy), policy.flag("terminal")) for policy in action.messages("hash_policy"))
    return HashPolicy(parts) if parts else None


def _part(scope: Scope, policy: Message) -> _Part:
    kind = policy.which("policy_specifier")
    inner = None if kind is None else policy.message(kind)
    if kind is None or inner is None:
        return HashUnknown("")
    match kind:
        case "header":
            rule = pattern_replace(scope, inner.message("regex_rewrite")) if inner.has("regex_rewrite") else None
            rewrite = None if rule is None else (rule.pattern, rule.substitution)
            return HashHeader(ascii_lower(inner.text("header_name")), rewrite)
        case "cookie":
            return HashCookie(inner.text("name"))
        case "query_parameter":
            return HashQuery(inner.text("name"))
        case _:
            return HashUnknown(kind)

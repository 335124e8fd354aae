"""RouteAction: where a request goes, how it is changed, how long it may take."""

from __future__ import annotations

from typing import Final

from meshroute.model.actions import Backend, Forward, Mirror, RetryPolicy, Timeouts
from meshroute.model.choosing import NameFromHeader
from meshroute.model.rewrites import Rewrite
from meshroute.model.rewriting import RequestHeader
from meshroute.readers.envoy.clusters import backends_of, choice_of, cluster
from meshroute.readers.envoy.hashes import hash_policy
from meshroute.readers.envoy.levels import Levels
from meshroute.readers.envoy.matchers import fraction_criterion
from meshroute.readers.envoy.message import Message
from meshroute.readers.envoy.paths import PathLowered
from meshroute.readers.envoy.rewrites import rewrites_of
from meshroute.readers.envoy.scope import Scope, Unmodelled
from meshroute.text import ascii_lower

_DEFAULT_TIMEOUT: Final = 15.0
"""Seconds; what Envoy gives a route that says nothing (envoy.md §4)."""

_NANO: Final = 10**9
_MILLI: Final = 10**6

# Fields that change nothing about which cluster takes a request, nor how the request looks
NO_EFFECT: Final = (
    "auto_host_rewrite",
    "cors",
    "early_data_policy",
    "flush_timeout",
    "grpc_timeout_offset",
    "hedge_policy",
    "include_vh_rate_limits",
    "internal_redirect_action",
    "internal_redirect_policy",
    "max_grpc_timeout",
    "max_internal_redirects",
    "max_stream_duration",
    "metadata_match",
    "priority",
    "rate_limits",
    "request_mirror_policies",
    "retry_policy_typed_config",
    "upgrade_configs",
)


def forward_of(levels: Levels, route: Message, action: Message, path: PathLowered, unmodelled: Unmodelled) -> Forward:
    """Lower a RouteAction.

    Args:
        levels: What the route inherits.
        route: The route.
        action: Its RouteAction.
        path: Its path.
        unmodelled: Where goes what is not modelled.

    Returns:
        The action.
    """
    scope, match = levels.scope, route.message("match")
    by_template = match is not None and match.which("path_specifier") == "path_match_policy"
    rewrites = rewrites_of(scope, action, path.template, by_template=by_template, unmodelled=unmodelled)
    plugin = action.text("cluster_specifier_plugin")
    if plugin and plugin not in levels.plugins:
        scope.error(action, "cluster_specifier_plugin", f"the table has no cluster specifier plugin {plugin!r}")
    attempts: tuple[Rewrite, ...] = ()
    if levels.host.flag("include_request_attempt_count"):
        attempts = (RequestHeader("x-envoy-attempt-count", "1"),)
    return Forward(
        backends_of(scope, action, unmodelled),
        (*levels.request_mutations(route), *rewrites, *attempts),
        timeouts=_timeouts(action),
        retry=_retry(levels.nearest(action, "retry_policy")),
        choice=choice_of(action, hash_policy(scope, action)),
        mirrors=tuple(_mirror(scope, policy) for policy in levels.mirrors(action)),
        response=levels.response_mutations(route),
    )


def _seconds(message: Message, name: str) -> float | None:
    """Read a duration; what is below a millisecond is cut off, and nothing left means no limit (envoy.md §4)."""
    nanoseconds = message.nanoseconds(name)
    if nanoseconds is None:
        return None
    return nanoseconds // _MILLI * _MILLI / _NANO or None


def _timeouts(action: Message) -> Timeouts:
    limit = action.message("max_stream_duration")
    stream = None if limit is None else _seconds(limit, "max_stream_duration")
    if limit is not None and limit.has("max_stream_duration"):
        request = stream  # then there is no route timeout
    else:
        request = _seconds(action, "timeout") if action.has("timeout") else _DEFAULT_TIMEOUT
    retry = action.message("retry_policy")
    attempt = None if retry is None else _seconds(retry, "per_try_timeout")
    return Timeouts(request, _seconds(action, "idle_timeout"), attempt)


def _retry(policy: Message | None) -> RetryPolicy | None:
    if policy is None:
        return None
    retries = policy.integer("num_retries")
    events = tuple(event.strip() for event in policy.text("retry_on").split(",") if event.strip())
    return RetryPolicy(1 if retries is None else retries, _seconds(policy, "per_try_timeout"), events)


def _mirror(scope: Scope, policy: Message) -> Mirror:
    name, header = policy.text("cluster"), policy.text("cluster_header")
    if bool(name) == bool(header):
        scope.error(policy, None, "a mirror policy needs exactly one of `cluster` and `cluster_header`")
    if name:
        backend = cluster(scope, policy, "cluster")
    else:
        backend = Backend("", kind="Cluster", named_by=NameFromHeader(ascii_lower(header), scope.clusters))
    fraction = policy.message("runtime_fraction")
    criterion = None if fraction is None else fraction_criterion(scope, fraction)
    if criterion is None:
        return Mirror(backend)
    return Mirror(backend, criterion.numerator, criterion.denominator)

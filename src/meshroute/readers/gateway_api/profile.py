"""What the specification leaves to implementations, as switches (gateway-api.md §2.15)."""

from __future__ import annotations

from typing import Final, Literal

from attrs import frozen

from meshroute.model.normalization import Normalization
from meshroute.readers._document import Problems, nearest


@frozen
class GatewayProfile:
    """Every choice that the Gateway API's text leaves open.

    Args:
        name: Its name.
        hostname_fallthrough: Where no route of the most specific hostname takes a request, those of less specific ones
            are tried; else the most specific one is the only one (1).
        regex_rank: Where a regular expression stands among paths: before or after all prefixes, always after exact
            paths (2).
        final_slash_counts: The slash at the end of a prefix counts as one of its characters (3).
        no_backend_status: What is sent where a rule has no backend with a weight (4).
        normalization: What is done to a path before it is matched; None is nothing (5).
        redirect_keeps_query: A redirect keeps the query (6).
        server_name_from_host: A request over TLS that says no server name has that of its host (9).
        preflight_status: The status of the answer to a preflight (§2.8).
        preflight_ignores_method: A preflight is taken by a match whatever method that asks for (10).
        unknown: The switches of which it is not known how the implementation has them; they are as in ``spec``.

    >>> GatewayProfile().hostname_fallthrough, PROFILES["envoy-gateway"].hostname_fallthrough
    (True, False)
    """

    name: str = "spec"
    hostname_fallthrough: bool = True
    regex_rank: Literal["before-prefix", "after-prefix"] = "before-prefix"
    final_slash_counts: bool = False
    no_backend_status: int = 500
    normalization: Normalization | None = None
    redirect_keeps_query: bool = True
    server_name_from_host: bool = True
    preflight_status: int = 200
    preflight_ignores_method: bool = False
    unknown: tuple[str, ...] = ()


# Both write Envoy configuration, in which the best virtual host is the only one (gateway-api.md §2.15, 1). Nothing more
# about them is in the sources that this reader was made from.
_OPEN: Final = (
    "regex_rank",
    "final_slash_counts",
    "no_backend_status",
    "normalization",
    "redirect_keeps_query",
    "preflight_status",
    "preflight_ignores_method",
)

PROFILES: Final = {
    "spec": GatewayProfile(),
    "envoy-gateway": GatewayProfile("envoy-gateway", hostname_fallthrough=False, unknown=_OPEN),
    "istio": GatewayProfile("istio", hostname_fallthrough=False, unknown=_OPEN),
}
"""The profiles by name."""


def profile_of(profile: str | GatewayProfile, problems: Problems) -> GatewayProfile:
    """Find a profile.

    Args:
        profile: Its name, or the profile itself.
        problems: Where a name goes that is not known.

    Returns:
        The profile.
    """
    if isinstance(profile, GatewayProfile):
        return profile
    found = PROFILES.get(profile)
    if found is None:
        near = nearest(profile, PROFILES)
        fix = f"did you mean {near!r}?" if near else f"known: {', '.join(PROFILES)}"
        problems.error(None, f"there is no profile {profile!r}", fix)
    return found or PROFILES["spec"]

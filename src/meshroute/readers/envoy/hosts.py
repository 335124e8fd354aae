"""Domains of virtual hosts (envoy.md §1)."""

from __future__ import annotations

from meshroute.model.hosts import HostAny, HostCriterion, HostExact, HostPrefix, HostSuffix
from meshroute.readers.envoy.message import Message
from meshroute.readers.envoy.scope import Scope
from meshroute.text import ascii_lower


def domain_criterion(domain: str, *, ignore_port: bool) -> HostCriterion | HostAny:
    """Lower one domain.

    ``*`` is everything; with a ``*`` in front it is a suffix, else with one at the end a prefix; a ``*`` elsewhere is a
    character like others, and a wildcard takes at least one character (envoy.md §1.5, §1.6).

    Args:
        domain: The domain.
        ignore_port: Whether the request's host is compared without its port.

    Returns:
        The criterion.

    >>> domain_criterion("*.example.com", ignore_port=False)
    HostSuffix('.example.com', ignore_port=False)
    """
    if domain == "*":
        return HostAny()
    if domain.startswith("*"):
        return HostSuffix(domain[1:], ignore_port=ignore_port)
    if domain.endswith("*"):
        return HostPrefix(domain[:-1], ignore_port=ignore_port)
    return HostExact(domain, ignore_port=ignore_port)


def check_domains(scope: Scope, table: Message) -> None:
    """Refuse a domain that two virtual hosts, or one twice, claim (envoy.md §1.9).

    Args:
        scope: What the table is evaluated with.
        table: The RouteConfiguration.
    """
    first: dict[str, str] = {}
    for host in table.messages("virtual_hosts"):
        for domain in host.texts("domains"):
            folded = ascii_lower(domain)
            if folded in first:
                other = f"virtual host {first[folded]!r} has"
                scope.error(host, "domains", f"domain {domain!r} of virtual host {host.name('name')!r}: {other} it too")
            else:
                first[folded] = host.name("name")

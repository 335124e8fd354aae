"""Virtual hosts and tables: routes in evaluation order, and how request text is normalised first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from attrs import field, frozen

from meshroute.model.criteria import RouteMatch
from meshroute.model.hosts import HostAny, HostCriterion
from meshroute.model.normalization import Normalization
from meshroute.model.notices import Notice
from meshroute.model.request import Request
from meshroute.model.route import Route
from meshroute.model.showing import short_repr


@frozen
class VirtualCluster:
    """A name under which the requests that meet a condition are counted.

    Args:
        name: The name.
        match: The condition.
    """

    name: str
    match: RouteMatch


@frozen
class VirtualHost:
    """Routes behind a set of domains.

    Args:
        name: Its name.
        routes: Its routes, in evaluation order.
        domains: The hosts that it answers for; none means all.
        clusters: Under which names its requests are counted; the first that fits.
    """

    name: str | None
    routes: tuple[Route, ...]
    domains: tuple[HostCriterion | HostAny, ...] = ()
    clusters: tuple[VirtualCluster, ...] = ()

    __repr__ = short_repr

    def accepts(self, request: Request, /) -> bool:
        """Tell whether the virtual host answers for a request's host.

        Args:
            request: The request.

        Returns:
            True if one of the domains accepts it, or there are none.
        """
        return not self.domains or any(domain.accepts(request) for domain in self.domains)


@frozen
class RouteTable:
    """Virtual hosts and their routes in evaluation order.

    Args:
        id: What identifies the table in its mesh.
        virtual_hosts: The virtual hosts.
        host_selection: ``best_only``: the virtual host with the best domain is used, and no other (exact, then longest
            suffix, then longest prefix, then none; Envoy). ``ordered``: all that accept the host, in order.
        normalization: What is done to a request first.
        host_header: The header whose first line stands for the host when the virtual host is chosen (Envoy's
            ``vhost_header``); a request without it has no virtual host.
        slash_required: A path that does not start with ``/`` matches nothing (Envoy answers 404 before any route).
        tunnels: Whether it looks at requests to open a tunnel (RFC 9110 §9.3.6, CONNECT) at all; else they get 403.
        by_precedence: Its routes stand in the order of their precedence, and a route that is put in later takes the
            place that its own gives it (tables written in Python).
        method_not_allowed: Answer 405 where only the method was wrong (tables written in Python).
        service: The virtual service that the table answers for.
        notices: What every answer from this table should say.
    """

    id: str
    virtual_hosts: tuple[VirtualHost, ...]
    host_selection: Literal["best_only", "ordered"] = field(default="ordered", kw_only=True)
    normalization: Normalization | None = field(default=None, kw_only=True)
    host_header: str | None = field(default=None, kw_only=True)
    slash_required: bool = field(default=False, kw_only=True)
    tunnels: bool = field(default=True, kw_only=True)
    by_precedence: bool = field(default=False, kw_only=True)
    method_not_allowed: bool = field(default=False, kw_only=True)
    service: str | None = field(default=None, kw_only=True)
    notices: tuple[Notice, ...] = field(default=(), kw_only=True)

    __repr__ = short_repr

    def host_view(self, request: Request) -> Request | None:
        """Return the request with the host by which its virtual host is chosen.

        Args:
            request: The request, normalised.

        Returns:
            The request, or None where it has no virtual host: the header is missing that names it, and there are
            domains to look it up in (envoy.md §1).
        """
        if self.host_header is None:
            return request
        lines = request.header_lines(self.host_header)
        if lines:
            return request.replace(authority=lines[0])
        domains = (domain for host in self.virtual_hosts for domain in host.domains)
        return request if all(isinstance(domain, HostAny) for domain in domains) else None

    def routes(self) -> Iterator[Route]:
        """Go through all routes, in order.

        Yields:
            Each route.
        """
        for host in self.virtual_hosts:
            yield from host.routes

"""Virtual hosts and tables: routes in evaluation order, and how request text is normalised first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal

from attrs import field, frozen

from meshroute.model.hosts import HostCriterion
from meshroute.model.notices import Notice
from meshroute.model.request import Request
from meshroute.model.rewrites import with_path
from meshroute.model.route import Route
from meshroute.text import is_token, merge_slashes, normalize_path

# RFC 9112 §3.2 and RFC 9110 §5.5: control characters are no part of a target or a field value; Envoy's codec refuses
# bytes above 0x7f in a target too
_BAD_IN_TARGET: Final = re.compile(r"[\x00-\x20\x7f-\xff]")
_HTTP: Final = frozenset({"http", "http2", "grpc"})
_BAD_IN_VALUE: Final = re.compile(r"[\x00\r\n]")


@frozen
class Normalization:
    """What a data plane does to a request before its routes see it.

    Args:
        path: Resolve dot segments and decode unreserved characters (Envoy's ``normalize_path``).
        slashes: Merge runs of slashes (Envoy's ``merge_slashes``).
        strict: Refuse control characters, and bytes above 0x7f in a target, as Envoy's HTTP codec does.

    >>> Normalization(path=True, slashes=True).apply(Request("GET", "/a/..//b?x")).target
    '/b?x'
    """

    path: bool = False
    slashes: bool = False
    strict: bool = False

    def apply(self, request: Request) -> Request | None:
        """Normalise a request.

        Args:
            request: The request as it arrives.

        Returns:
            The request as the routes see it, or None where the data plane answers 400.
        """
        if self.strict and _is_malformed(request):
            return None
        if not request.path.startswith("/"):
            return request
        path = normalize_path(request.path) if self.path else request.path
        if path is None:
            return None
        if self.slashes:
            path = merge_slashes(path)
        return request if path == request.path else request.replace(target=with_path(request, path))


def _is_malformed(request: Request) -> bool:
    """Tell whether a codec refuses the request: RFC 9110 §9.1 and §5.1, methods and field names are tokens."""
    if request.protocol in _HTTP and not is_token(request.method):
        return True
    if _BAD_IN_TARGET.search(request.target):
        return True
    if request.authority is not None and _BAD_IN_TARGET.search(request.authority):
        return True
    return any(_BAD_IN_VALUE.search(value) or not is_token(name) for name, value in request.headers)


@frozen
class VirtualHost:
    """Routes behind a set of domains.

    Args:
        name: Its name.
        routes: Its routes, in evaluation order.
        domains: The hosts that it answers for; none means all.
    """

    name: str | None
    routes: tuple[Route, ...]
    domains: tuple[HostCriterion, ...] = ()

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
        slash_required: A path that does not start with ``/`` matches nothing (Envoy answers 404 before any route).
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
    slash_required: bool = field(default=False, kw_only=True)
    by_precedence: bool = field(default=False, kw_only=True)
    method_not_allowed: bool = field(default=False, kw_only=True)
    service: str | None = field(default=None, kw_only=True)
    notices: tuple[Notice, ...] = field(default=(), kw_only=True)

    def routes(self) -> Iterator[Route]:
        """Go through all routes, in order.

        Yields:
            Each route.
        """
        for host in self.virtual_hosts:
            yield from host.routes

"""Criteria on the host. ASCII case never matters, the port only where a format says so."""

from __future__ import annotations

from attrs import field, frozen

from meshroute.model.request import Request
from meshroute.model.showing import short_repr
from meshroute.text import ascii_lower


class _OnHost:
    """What the host criteria share: ASCII case never matters, the port only if asked for."""

    __slots__ = ()
    ignore_port: bool

    def seen(self, request: Request, /) -> str:
        """Say what the criterion looked at: the host."""
        return "there is no host" if request.authority is None else f"the host is {request.authority!r}"


@frozen
class HostExact(_OnHost):
    """The host equals a value.

    Args:
        value: The host, in any case.
        ignore_port: Compare the request's host without its port.

    >>> HostExact("a.example").accepts(Request("GET", "http://A.example:8080/"))
    True
    """

    value: str = field(converter=ascii_lower)
    ignore_port: bool = field(default=True, kw_only=True)

    __repr__ = short_repr

    def accepts(self, request: Request, /) -> bool:
        """Pass if its host equals the value."""
        return request.host(ignore_port=self.ignore_port) == self.value


@frozen
class HostSuffix(_OnHost):
    """The host ends with a value.

    Args:
        value: The suffix, in any case; ``.example.com`` for ``*.example.com``.
        ignore_port: Compare the request's host without its port.
        proper: Something must stand before the suffix, as a wildcard demands.

    >>> HostSuffix(".example").accepts(Request("GET", "http://a.b.example/"))
    True
    """

    value: str = field(converter=ascii_lower)
    ignore_port: bool = field(default=True, kw_only=True)
    proper: bool = field(default=True, kw_only=True)

    __repr__ = short_repr

    def accepts(self, request: Request, /) -> bool:
        """Pass if its host ends with the suffix."""
        host = request.host(ignore_port=self.ignore_port)
        return host is not None and host.endswith(self.value) and not (self.proper and len(host) == len(self.value))


@frozen
class HostPrefix(_OnHost):
    """The host starts with a value, and goes on (Envoy's ``www.*``).

    Args:
        value: The prefix, in any case.
        ignore_port: Compare the request's host without its port.

    >>> HostPrefix("www.").accepts(Request("GET", "http://www.example/"))
    True
    """

    value: str = field(converter=ascii_lower)
    ignore_port: bool = field(default=True, kw_only=True)

    __repr__ = short_repr

    def accepts(self, request: Request, /) -> bool:
        """Pass if its host starts with the prefix and is longer."""
        host = request.host(ignore_port=self.ignore_port)
        return host is not None and host.startswith(self.value) and len(host) > len(self.value)


@frozen
class HostAny(_OnHost):
    """Any host, and none; the last choice where the best domain is looked for (Envoy's ``*``).

    >>> HostAny().accepts(Request("GET", "/"))
    True
    """

    def accepts(self, request: Request, /) -> bool:  # noqa: ARG002 - the host does not matter
        """Pass always."""
        return True


HostCriterion = HostExact | HostSuffix | HostPrefix

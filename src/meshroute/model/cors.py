"""Cross-origin requests: what a gateway answers to a preflight, and adds to responses (Fetch §3.3, GEP-1767)."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from meshroute.model.formatting import FormatText, Literal
from meshroute.model.mutations import HeaderAddition, HeaderMutations
from meshroute.model.request import DEFAULT_PORTS, Request
from meshroute.text import ascii_lower, port_of, strip_port

_ALL: Final = "*"
_NOT_IN_HOSTS: Final = frozenset("/?#@")
"""What no host has, so that what has it is no origin."""
_NOTHING: Final = HeaderMutations()

_Origin = tuple[str, str, int | None]


def _origin_of(text: str) -> _Origin | None:
    """Take an origin apart: scheme, host and port; the port may be the one of the scheme (RFC 6454 §6.2)."""
    scheme, separator, authority = ascii_lower(text).partition("://")
    host = strip_port(authority)
    port = port_of(authority)
    has_port = authority not in {host, f"{host}:"}
    if not separator or not host or not _NOT_IN_HOSTS.isdisjoint(host) or (has_port and port is None):
        return None
    return scheme, host, DEFAULT_PORTS.get(scheme) if port is None else port


def origin_matches(pattern: str, origin: str) -> bool:
    """Tell whether an origin is one of those that a pattern names.

    Args:
        pattern: An origin, of which the host may start with ``*``, which stands for any text, dots too; or ``*``.
        origin: The ``Origin`` of a request.

    Returns:
        True if it is.

    >>> origin_matches("https://*.example", "https://a.b.example:443"), origin_matches("https://a", "http://a")
    (True, False)
    """
    if pattern == _ALL:
        return True
    wanted, found = _origin_of(pattern), _origin_of(origin)
    if wanted is None or found is None or (wanted[0], wanted[2]) != (found[0], found[2]):
        return False
    if not wanted[1].startswith(_ALL):
        return wanted[1] == found[1]
    suffix = wanted[1][1:]
    return found[1].endswith(suffix) and len(found[1]) > len(suffix)


@frozen
class CorsHeaders:
    """The headers that tell a browser what another origin may do.

    Args:
        origins: The origins that may; see `origin_matches`.
        methods: What ``Access-Control-Allow-Methods`` says to a preflight.
        headers: What ``Access-Control-Allow-Headers`` says to a preflight.
        exposed: What ``Access-Control-Expose-Headers`` says.
        credentials: Whether requests with credentials are allowed.
        max_age: For how many seconds a preflight holds.
        preflight: Whether the response is one to a preflight.

    >>> shown = CorsHeaders(("https://*.example",), exposed=("x-id",))
    >>> request = Request("GET", "/", headers={"origin": "https://a.example"})
    >>> [(one.name, one.value.render(request, "")) for one in shown.changes(request).add]
    [('access-control-allow-origin', 'https://a.example'), ('access-control-expose-headers', 'x-id')]
    """

    origins: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()
    credentials: bool = False
    max_age: int = 5
    preflight: bool = False

    def changes(self, request: Request) -> HeaderMutations:
        """Say what is added to the response to a request.

        Args:
            request: The request as the route saw it.

        Returns:
            The changes; none where its origin is not allowed.
        """
        origin = request.headers.get("origin")
        if origin is None or not any(origin_matches(pattern, origin) for pattern in self.origins):
            return _NOTHING
        is_open = _ALL in self.origins and not self.credentials
        lines = [("allow-origin", _ALL if is_open else origin)]
        if self.credentials:
            lines.append(("allow-credentials", "true"))
        if self.preflight:
            lines += self._for_preflight(request)
        if self.exposed:
            lines.append(("expose-headers", ", ".join(self.exposed)))
        return HeaderMutations((), tuple([_set(name, value) for name, value in lines]))

    def _for_preflight(self, request: Request) -> list[tuple[str, str]]:
        lines: list[tuple[str, str]] = []
        for name, asked, allowed in (
            ("allow-methods", "access-control-request-method", self.methods),
            ("allow-headers", "access-control-request-headers", self.headers),
        ):
            value: str | None = ", ".join(allowed)
            if self.credentials and _ALL in allowed:
                # With credentials, "*" is a name like any other (Fetch §3.3.3): what was asked for is said again
                value = ", ".join(request.headers.lines(asked)) or None
            if value:
                lines.append((name, value))
        return [*lines, ("max-age", str(self.max_age))]


def _set(name: str, value: str) -> HeaderAddition:
    return HeaderAddition(f"access-control-{name}", FormatText((Literal(value),)), "overwrite")

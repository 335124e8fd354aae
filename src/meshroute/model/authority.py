"""The host of a URL that a proxy makes of a request (envoy.md §5)."""

from __future__ import annotations

from meshroute.model.request import DEFAULT_PORTS, Request
from meshroute.text import ascii_lower


def proxied_host(request: Request, scheme: str, *, without_port: bool = False) -> str:
    """Return the request's host for a URL of a scheme (Envoy's ``processRequestHost``).

    The port goes where the URL has one of its own, and where it is the default of the scheme by which the request came
    (``x-forwarded-proto``) and the URL's scheme is another text.

    Args:
        request: The request.
        scheme: The scheme of the URL.
        without_port: Whether the URL has a port of its own.

    Returns:
        The host, perhaps with its port.

    >>> request = Request("GET", "http://a.example:80/")
    >>> proxied_host(request, "https"), proxied_host(request, "http")
    ('a.example', 'a.example:80')
    """
    host = request.authority or ""
    colon = host.rfind("]:") + 1 if host.startswith("[") else host.rfind(":")
    if colon < 0 or host[colon : colon + 1] != ":":
        return host
    came_by = ",".join(request.headers.lines("x-forwarded-proto")) or request.scheme
    default = DEFAULT_PORTS.get(ascii_lower(came_by)) if scheme != came_by else None
    return host[:colon] if without_port or host[colon:] == f":{default}" else host

"""The Location of a redirect."""

from __future__ import annotations

from meshroute.model.actions import Redirect
from meshroute.model.authority import proxied_host
from meshroute.model.paths import PathCriterion
from meshroute.model.request import DEFAULT_PORTS, Request
from meshroute.model.rewriting import FormattedPath
from meshroute.text import strip_port


def location_of(redirect: Redirect, request: Request, matched: PathCriterion | None = None) -> str | None:
    """Work out the Location of a redirect.

    Args:
        redirect: The redirect.
        request: The request as the route saw it.
        matched: The path criterion of the route.

    Returns:
        An absolute URL, or a path where neither names a host; None where the request has no path and gets none.

    >>> location_of(Redirect(scheme="https"), Request("GET", "http://a.example:80/x?y"))
    'https://a.example/x?y'
    """
    if not request.target and not _makes_path(redirect, request, matched):
        return None
    scheme = redirect.scheme or request.scheme
    path = _path(redirect, request, matched)
    host = _host(redirect, request, scheme)
    if host is None or redirect.relative:
        return path
    port = redirect.port
    if port and (redirect.verbatim or port != DEFAULT_PORTS.get(scheme)):
        host = f"{host}:{port}"
    return f"{scheme}://{host}{path}"


def _makes_path(redirect: Redirect, request: Request, matched: PathCriterion | None) -> bool:
    """Tell whether a path comes of none (RFC 9110 §9.3.6, CONNECT): in Envoy only of what replaces a part."""
    rule = redirect.path
    if rule is None or isinstance(rule, str | FormattedPath):
        return False
    return bool(rule.new_path(request, matched))


def _host(redirect: Redirect, request: Request, scheme: str) -> str | None:
    """Return the host without the port that `port` replaces, and that a new scheme makes wrong."""
    host = request.authority
    if redirect.host is not None or host is None:
        return redirect.host
    if redirect.keep_port:
        return host
    if not redirect.verbatim:
        return strip_port(host) if scheme != request.scheme or redirect.port else host
    return proxied_host(request, scheme, without_port=bool(redirect.port))


def _path(redirect: Redirect, request: Request, matched: PathCriterion | None) -> str:
    """Return the new path with its query."""
    new = redirect.path.new_path(request, matched) if isinstance(redirect.path, FormattedPath) else redirect.path
    if isinstance(new, str) and "?" in new:
        return _with_slash(new)
    path = new if isinstance(new, str) or new is None else new.new_path(request, matched)
    path = request.path if path is None else path
    if redirect.keep_query:
        return _with_slash(path if request.query is None else f"{path}?{request.query}")
    return _with_slash(path).partition("?")[0]


def _with_slash(path: str) -> str:
    return path if path.startswith("/") else f"/{path}"

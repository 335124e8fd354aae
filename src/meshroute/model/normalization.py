"""What a data plane does to a request before its routes see it."""

from __future__ import annotations

import re
from typing import Final, Literal

from attrs import frozen

from meshroute.model.headers import Headers
from meshroute.model.request import Request, listener_port
from meshroute.model.rewrites import with_path
from meshroute.text import ascii_lower, is_token, merge_slashes, normalize_path

# RFC 9112 §3.2 and RFC 9110 §5.5: control characters are no part of a target or a field value; Envoy's codec refuses
# bytes above 0x7f in a target too
_BAD_IN_TARGET: Final = re.compile(r"[\x00-\x20\x7f-\xff]")
_HTTP: Final = frozenset({"http", "http2", "grpc"})
_BAD_IN_VALUE: Final = re.compile(r"[\x00\r\n]")
_ESCAPED_SLASH: Final = re.compile("%2[Ff]|%5[Cc]")
_SLASHES: Final = {"%2f": "/", "%5c": "\\"}
_PORT: Final = re.compile(r":\+?0*([0-9]{1,10})$")
_FINAL_DOT: Final = re.compile(r"\.(:[^.]*)?$")
_FORWARDED_PROTO: Final = "x-forwarded-proto"

EscapedSlashes = Literal["keep", "reject", "unescape", "redirect"]


@frozen
class Normalization:
    r"""What a data plane does to a request before its routes see it.

    Args:
        path: Resolve dot segments and decode unreserved characters (Envoy's ``normalize_path``).
        slashes: Merge runs of slashes (Envoy's ``merge_slashes``).
        strict: Refuse control characters, and bytes above 0x7f in a target, as Envoy's HTTP codec does.
        escaped_slashes: What is done with ``%2F`` and ``%5C`` in a path (Envoy's
            ``path_with_escaped_slashes_action``): the request is refused, they become ``/`` and ``\``, or a redirect
            to such a path is the answer.
        fragment: Refuse a target with ``#``.
        host_port: Which port is cut off the host: none, any, or the listener's own (Envoy's ``strip_any_host_port`` and
            ``strip_matching_host_port``).
        host_dot: Cut the final dot off the host (Envoy's ``strip_trailing_host_dot``).
        joined: The headers whose lines are joined with a comma on receipt, empty ones left out (envoy.md §2.3).
        forwarded_proto: Add ``x-forwarded-proto``, the scheme, where it is missing.

    >>> Normalization(path=True, slashes=True).apply(Request("GET", "/a/..//b?x")).target
    '/b?x'
    """

    path: bool = False
    slashes: bool = False
    strict: bool = False
    escaped_slashes: EscapedSlashes = "keep"
    fragment: bool = False
    host_port: Literal["keep", "matching", "any"] = "keep"
    host_dot: bool = False
    joined: frozenset[str] = frozenset()
    forwarded_proto: bool = False

    def apply(self, request: Request) -> Request | None:
        """Normalise a request.

        Args:
            request: The request as it arrives.

        Returns:
            The request as the routes see it, or None where the data plane answers 400.
        """
        if request.method == "CONNECT" and self.strict and not request.path.startswith("/"):
            # RFC 9110 §9.3.6: the target of CONNECT is the host and port of the tunnel, and there is no path
            request = request.replace(target="", authority=request.target or request.authority)
        if self.strict and _is_malformed(request):
            return None
        if self.fragment and "#" in request.target:
            return None
        if self.joined or self.forwarded_proto:
            request = self._with_headers(request)
        path = self._path(request.path) if request.path.startswith("/") else request.path
        if path is None:
            return None
        if path != request.path:
            request = request.replace(target=with_path(request, path))
        return self._with_host(request)

    def redirect(self, request: Request) -> str | None:
        """Say where a request is redirected to because of the escaped slashes in its path.

        Args:
            request: The request as it arrives.

        Returns:
            The target, or None where it goes on.

        >>> Normalization(escaped_slashes="redirect").redirect(Request("GET", "/a%2Fb?x"))
        '/a/b?x'
        """
        if self.escaped_slashes != "redirect" or not _ESCAPED_SLASH.search(request.path):
            return None
        path = self._path(request.path)
        return None if path is None else with_path(request, path)

    def _path(self, path: str) -> str | None:
        """Normalise a path in Envoy's order: escaped slashes, dot segments, runs of slashes (envoy.md §2.2)."""
        if self.escaped_slashes != "keep" and _ESCAPED_SLASH.search(path):
            if self.escaped_slashes == "reject":
                return None
            path = _ESCAPED_SLASH.sub(lambda found: _SLASHES[found[0].lower()], path)
        normal = normalize_path(path) if self.path else path
        return merge_slashes(normal) if self.slashes and normal is not None else normal

    def _with_host(self, request: Request) -> Request:
        host = request.authority
        if host is None:
            return request
        if self.host_dot:
            host = _FINAL_DOT.sub(r"\1", host)
        port = _PORT.search(host)
        if port is not None and (
            self.host_port == "any" or (self.host_port == "matching" and int(port[1]) == listener_port(request))
        ):
            host = host[: port.start()]
        return request if host == request.authority else request.replace(authority=host)

    def _with_headers(self, request: Request) -> Request:
        lines = _joined(request.headers, self.joined)
        if self.forwarded_proto and _FORWARDED_PROTO not in request.headers:
            lines = (*lines, (_FORWARDED_PROTO, request.scheme))
        return request if lines == request.headers.items() else request.replace(headers=Headers.trusted(lines))


def _joined(headers: Headers, names: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """Join the lines of some headers, each at the place of its first line."""
    kept: list[tuple[str, str]] = []
    places: dict[str, int] = {}
    for name, value in headers:
        folded = ascii_lower(name)
        if folded not in names:
            kept.append((name, value))
        elif folded not in places:
            places[folded] = len(kept)
            kept.append((name, value))
        elif value:
            first, old = kept[places[folded]]
            kept[places[folded]] = first, f"{old},{value}" if old else value
    return tuple(kept)


def _is_malformed(request: Request) -> bool:
    """Tell whether a codec refuses the request: RFC 9110 §9.1 and §5.1, methods and field names are tokens."""
    if request.protocol in _HTTP and not is_token(request.method):
        return True
    if _BAD_IN_TARGET.search(request.target):
        return True
    if request.authority is not None and _BAD_IN_TARGET.search(request.authority):
        return True
    return any(_BAD_IN_VALUE.search(value) or not is_token(name) for name, value in request.headers)

"""The request as it arrives, before any table looks at it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, cast, final

from attrs import field, frozen

from meshroute.errors import RequestError
from meshroute.model.context import RequestContext
from meshroute.model.environ import environ_headers, scope_headers, server_port
from meshroute.model.headers import EMPTY, Headers, is_plain, wire_text
from meshroute.model.urls import checked_wire, encode_again, split_absolute, split_url
from meshroute.text import ascii_lower, port_of, split_target, strip_port

HeadersInput = Headers | Mapping[str, str | Iterable[str]] | Iterable[tuple[str, str]] | None

PROTOCOLS: Final = ("http", "http2", "grpc", "tcp", "tls", "udp")
DEFAULT_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_USUAL: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_UPGRADED: Final = {"ws": "http", "wss": "https"}
PSEUDO_HEADERS: Final = {
    ":method": "method",
    ":path": "target",
    ":scheme": "scheme",
    ":authority": "authority",
    "host": "authority",
}
"""RFC 9113 §8.3.1 and its HTTP/1 equivalents: header-like names for the parts of a request."""
_MAX_RANDOM: Final = 2**64


@final
@frozen(init=False, repr=False, weakref_slot=False)  # with that slot, a draft could not become one
class Request:
    """One request, in wire text: one Latin-1 character per byte, nothing decoded, nothing folded.

    Args:
        method: The method, as sent.
        url: A URL, or a path with query when there is no host; percent-encoded as a browser would.
        headers: Header lines; a ``Host`` line overrides the URL's host.
        port: The listener's port, where it is not the URL's.
        entry: The entry at which the request arrives, such as ``virtualgateway/ingress-gw``.
        protocol: ``http``, ``http2``, ``grpc``, ``tcp``, ``tls`` or ``udp``. With ``grpc`` the content type is implied.
        sni: The server name of the TLS handshake.
        client_namespace: The namespace that the client runs in (for meshes).
        random_value: 64 random bits that drive every fraction of the request.
        context: What the proxy knows about it beyond its text.

    Raises:
        RequestError: A part is not what a request can hold.

    Attributes:
        target: The raw ``:path``, with query.
        path: The target up to the first ``?`` or ``#``.
        query: What follows the first ``?``, or None.
        authority: The host as sent, perhaps with a port, or None.

    >>> request = Request("GET", "https://shop.example.com/a b?x=1", headers={"X-Canary": "1"})
    >>> request.path, request.query, request.authority, request.headers.get("x-canary")
    ('/a%20b', 'x=1', 'shop.example.com', '1')
    """

    method: str
    target: str
    scheme: str
    authority: str | None
    headers: Headers
    port: int | None
    entry: str | None
    protocol: str
    sni: str | None
    client_namespace: str | None
    random_value: int | None
    context: RequestContext | None
    path: str = field(eq=False)
    query: str | None = field(eq=False)

    def __init__(  # noqa: PLR0913 - a request has this many parts; all but two are keywords
        self,
        method: str,
        url: str,
        headers: HeadersInput = None,
        *,
        port: int | None = None,
        entry: str | None = None,
        protocol: str = "http",
        sni: str | None = None,
        client_namespace: str | None = None,
        random_value: int | None = None,
        context: RequestContext | None = None,
    ) -> None:
        scheme, authority, target = split_url(url)
        given = Headers(headers)
        hosts = given.lines("host")
        if hosts:
            authority = ",".join(hosts)  # as Envoy joins them (envoy.md §1)
            given = Headers.trusted(tuple(pair for pair in given if ascii_lower(pair[0]) != "host"))
        wire_text(method, "the method")
        _set_class(self, _Draft)
        rest = (port, entry, protocol, sni, client_namespace, random_value, context)
        _finish(cast("_Draft", self), method, target, scheme, authority, given, *rest)

    def __init_subclass__(cls) -> None:
        """Refuse subclasses: a draft could not become one.

        Raises:
            TypeError: Always.
        """
        message = "Request has no subclasses"
        raise TypeError(message)

    @classmethod
    def from_parts(  # noqa: PLR0913 - a request has this many parts; all but two are keywords
        cls,
        method: str,
        target: str,
        *,
        scheme: str = "http",
        authority: str | None = None,
        headers: HeadersInput = None,
        port: int | None = None,
        entry: str | None = None,
        protocol: str = "http",
        sni: str | None = None,
        client_namespace: str | None = None,
        random_value: int | None = None,
        context: RequestContext | None = None,
    ) -> Request:
        """Build a request from parts that are wire text already; nothing is encoded.

        Args:
            method: The method.
            target: The target as sent. An absolute URI (RFC 9112 §3.2.2) overrides scheme and authority.
            scheme: The scheme.
            authority: The host as sent, perhaps with a port.
            headers: Header lines, without ``Host``.
            port: The listener's port.
            entry: The entry at which the request arrives.
            protocol: ``http``, ``http2``, ``grpc``, ``tcp``, ``tls`` or ``udp``.
            sni: The server name of the TLS handshake.
            client_namespace: The namespace that the client runs in.
            random_value: 64 random bits.
            context: What the proxy knows about it beyond its text.

        Returns:
            The request.

        Raises:
            RequestError: A part is no wire text, or a number is out of range.

        >>> Request.from_parts("GET", "http://a.example/x?y", authority="b.example").authority
        'a.example'
        """
        if not is_plain((method, target, scheme, "" if authority is None else authority)):
            _check_texts(method, target, scheme, authority)
        lines = headers if isinstance(headers, Headers) else Headers(headers) if headers else EMPTY
        rest = (port, entry, protocol, sni, client_namespace, random_value, context)
        return _finish(_Draft(), method, target, scheme, authority, lines, *rest)

    @classmethod
    def from_wsgi(cls, environ: Mapping[str, Any], **parts: Any) -> Request:  # noqa: ANN401 - WSGI's environ is untyped
        """Build a request from a WSGI environ (PEP 3333).

        The raw target is taken from ``RAW_URI`` or ``REQUEST_URI`` where the server gives it; otherwise SCRIPT_NAME and
        PATH_INFO, which the server has decoded, are encoded again.

        Args:
            environ: The environ.
            parts: ``port``, ``entry``, … as in `from_parts`.

        Returns:
            The request.

        Raises:
            RequestError: A value is no wire text.

        >>> Request.from_wsgi({"REQUEST_METHOD": "GET", "PATH_INFO": "/a b", "HTTP_HOST": "h", "HTTP_X_ID": "1"}).target
        '/a%20b'
        """
        raw = environ.get("RAW_URI") or environ.get("REQUEST_URI")
        if not raw:
            path = str(environ.get("SCRIPT_NAME", "")) + str(environ.get("PATH_INFO", ""))
            query = environ.get("QUERY_STRING")
            # RFC 9112 §3.2.1: an empty path is sent as "/"
            raw = (encode_again(path) or "/") + (f"?{query}" if query else "")
        method: Any = environ.get("REQUEST_METHOD")  # a missing one is refused
        scheme, host = environ.get("wsgi.url_scheme", "http"), environ.get("HTTP_HOST")
        if not is_plain((method, raw, scheme, host or "")):
            _check_texts(method, raw, scheme, host)
        headers = environ_headers(environ)
        port = server_port(environ.get("SERVER_PORT"))
        if not parts and raw[0] == "/" and "#" not in raw:  # as mostly: nothing is left to do
            path, mark, query = raw.partition("?")
            return _filled(_Draft(), method, raw, path, query if mark else None, scheme, host, headers, port)
        return _finish(_Draft(), method, raw, scheme, host, headers, parts.pop("port", port), **parts)

    @classmethod
    def from_asgi(cls, scope: Mapping[str, Any], **parts: Any) -> Request:  # noqa: ANN401 - ASGI's scope is untyped
        """Build a request from an ASGI HTTP or websocket scope.

        ``raw_path`` is used where the server gives it; otherwise ``path``, which is decoded already, is encoded again.

        Args:
            scope: The scope.
            parts: ``port``, ``entry``, … as in `from_parts`.

        Returns:
            The request.

        Raises:
            RequestError: A value is no wire text.

        >>> scope = {"type": "http", "method": "GET", "raw_path": b"/a%2Fb", "query_string": b"x=1", "headers": []}
        >>> Request.from_asgi(scope).target
        '/a%2Fb?x=1'
        """
        raw = scope.get("raw_path")
        path = raw.decode("latin-1") if raw else encode_again(checked_wire(scope.get("path", "/"), "the path"))
        given = scope.get("query_string")
        query = given.decode("latin-1") if given else None
        target = path if query is None else f"{path}?{query}"
        host, headers = scope_headers(scope.get("headers", ()))
        method, scheme = scope.get("method", "GET"), scope.get("scheme", "http")
        if scheme in _UPGRADED:  # RFC 6455 §1.3: the handshake is a request of HTTP, and that is what routes see
            scheme = _UPGRADED[scheme]
        if (method not in _USUAL or scheme not in DEFAULT_PORTS) and not is_plain((method, scheme)):
            _check_texts(method, target, scheme, host)
        server = scope.get("server")
        port = server[1] if server else None
        if not parts and path[:1] == "/" and "#" not in target and "?" not in path:  # as mostly: nothing is left to do
            return _filled(_Draft(), method, target, path, query, scheme, host, headers, port)
        return _finish(_Draft(), method, target, scheme, host, headers, parts.pop("port", port), **parts)

    def replace(self, **changes: Any) -> Request:  # noqa: ANN401 - one keyword per field, each checked by from_parts
        """Return the request with some parts changed.

        Args:
            changes: Parts by the names of `from_parts`, and ``method`` and ``target``; the target is taken as it is,
                since what a rewrite makes of a path never names another host.

        Returns:
            The new request.

        >>> Request("GET", "http://a/x").replace(target="/y").url
        'http://a/y'
        """
        parts: dict[str, Any] = {name: getattr(self, name) for name in _PARTS}
        parts.update(changes)
        target = wire_text(parts.pop("target"), "the target")
        request = self.from_parts(parts.pop("method"), "/", **parts)
        _set_class(request, _Draft)
        draft = cast("_Draft", request)
        draft.target = target
        draft.path, draft.query = split_target(target)
        draft.__class__ = Request  # type: ignore[assignment]  # as in `_finish`
        return request

    def header_lines(self, name: str) -> tuple[str, ...]:
        """Return the lines of a header; ``:method``, ``:path``, ``:scheme``, ``:authority`` and ``host`` count too.

        Args:
            name: The name, in lower case.

        Returns:
            The values.

        >>> Request("GET", "http://a/x?y", headers={"b": "1"}).header_lines(":path")
        ('/x?y',)
        """
        part = PSEUDO_HEADERS.get(name)
        if part is None:
            return self.headers.lines(name)
        value = getattr(self, part)
        if name == ":path" and not value:
            return ()  # RFC 9113 §8.5: a request to open a tunnel has none
        return () if value is None else (value,)

    def query_value(self, name: str) -> str | None:
        """Return the raw value of the first query parameter of a name; without ``=`` it is empty (app-mesh.md §2.8).

        Args:
            name: The parameter's name, compared without decoding.

        Returns:
            The value, or None where there is no such parameter.

        >>> Request("GET", "/?a=1&b&a=2").query_value("a"), Request("GET", "/?b").query_value("b")
        ('1', '')
        """
        if self.query is not None:
            for piece in self.query.split("&"):
                key, _, value = piece.partition("=")
                if key == name:
                    return value
        return None

    def host(self, *, ignore_port: bool = True) -> str | None:
        """Return the host as it is compared: ASCII lower case.

        Args:
            ignore_port: Cut off the port.

        Returns:
            The host, or None where none was sent.

        >>> Request("GET", "http://A.Example:8080/").host()
        'a.example'
        """
        host = self.authority
        if host is None:
            return None
        if ignore_port and ":" in host:
            host = strip_port(host)
        return host if host.islower() and host.isascii() else ascii_lower(host)

    @property
    def url(self) -> str:
        """The request as a URL, for people to read; of a tunnel, the host and port that it goes to."""
        if self.method == "CONNECT" and not self.target.startswith("/"):
            return self.target or self.authority or ""
        return f"{self.scheme}://{self.authority}{self.target}" if self.authority is not None else self.target

    def __repr__(self) -> str:
        """Show the call that builds the request from its parts."""
        shown = [repr(self.method), repr(self.target)]
        for name, default in _PARTS.items():
            value = getattr(self, name)
            if name not in {"method", "target"} and value != default:
                shown.append(f"{name}={value!r}")
        return f"Request.from_parts({', '.join(shown)})"


_PARTS: Final[dict[str, object]] = {
    "method": None,
    "target": None,
    "scheme": "http",
    "authority": None,
    "headers": EMPTY,
    "port": None,
    "entry": None,
    "protocol": "http",
    "sni": None,
    "client_namespace": None,
    "random_value": None,
    "context": None,
}


class _Draft:
    """A request that is being made: its slots, which can still be set, as fast as any."""

    __slots__ = (*_PARTS, "path", "query")
    method: str
    target: str
    scheme: str
    authority: str | None
    headers: Headers
    port: int | None
    entry: str | None
    protocol: str
    sni: str | None
    client_namespace: str | None
    random_value: int | None
    context: RequestContext | None
    path: str
    query: str | None


_set_class = object.__dict__["__class__"].__set__


def _check_texts(method: object, target: object, scheme: object, authority: object) -> None:
    """Check each text of a request that is not plain ASCII as a whole.

    Raises:
        RequestError: One of them is no wire text.
    """
    wire_text(target, "the target")
    if authority is not None:
        wire_text(authority, "the host")
    wire_text(method, "the method")
    wire_text(scheme, "the scheme")


def _finish(  # noqa: PLR0913, PLR0917 - all parts, in order, on a warm path
    draft: _Draft,
    method: str,
    target: str,
    scheme: str,
    authority: str | None,
    headers: Headers,
    port: int | None,
    entry: str | None = None,
    protocol: str = "http",
    sni: str | None = None,
    client_namespace: str | None = None,
    random_value: int | None = None,
    context: RequestContext | None = None,
) -> Request:
    """Fill in all parts, and make the draft what it was a draft of.

    Raises:
        RequestError: A number is out of range, or there is no such protocol.
    """
    # what is an int by its very type, as most ports are, needs no call
    if port is not None and (type(port) is not int or not 0 <= port < 0x10000) and not _is_below(0x10000, port):
        message = f"the port must be from 0 to 65535, not {port!r}"
        raise RequestError(message)
    if random_value is not None and not _is_below(_MAX_RANDOM, random_value):
        message = f"random_value must be from 0 to 2**64 - 1, not {random_value!r}"
        raise RequestError(message)
    if "://" in target and target[:1] != "/":
        scheme, authority, target = split_absolute(target, scheme, authority)
    path, query = split_target(target) if "?" in target or "#" in target else (target, None)
    headers = headers if protocol == "http" else _headers_for(protocol, headers)
    rest = (entry, protocol, sni, client_namespace, random_value, context)
    return _filled(draft, method, target, path, query, scheme, authority, headers, port, *rest)


def _filled(  # noqa: PLR0913, PLR0917 - all parts, in order, on a warm path
    draft: _Draft,
    method: str,
    target: str,
    path: str,
    query: str | None,
    scheme: str,
    authority: str | None,
    headers: Headers,
    port: int | None,
    entry: str | None = None,
    protocol: str = "http",
    sni: str | None = None,
    client_namespace: str | None = None,
    random_value: int | None = None,
    context: RequestContext | None = None,
) -> Request:
    draft.method = method
    draft.target = target
    draft.path = path
    draft.query = query
    draft.scheme = scheme
    draft.authority = authority
    draft.headers = headers
    draft.port = port
    draft.entry = entry
    draft.protocol = protocol
    draft.sni = sni
    draft.client_namespace = client_namespace
    draft.random_value = random_value
    draft.context = context
    draft.__class__ = Request  # type: ignore[assignment]  # which has the same slots
    return draft  # type: ignore[return-value]  # it is a Request now, and a cast would be a call


def _headers_for(protocol: str, headers: Headers) -> Headers:
    """Add the header that a protocol implies.

    Raises:
        RequestError: There is no such protocol.
    """
    if protocol not in PROTOCOLS:
        message = f"the protocol must be one of {', '.join(PROTOCOLS)}, not {protocol!r}"
        raise RequestError(message)
    if protocol == "grpc" and "content-type" not in headers:
        # gRPC over HTTP/2, "Requests": Content-Type is "application/grpc", always sent
        return Headers.trusted((*headers.items(), ("content-type", "application/grpc")))
    return headers


def _is_below(end: int, value: object) -> bool:
    return isinstance(value, int) and 0 <= value < end


def listener_port(request: Request, only: int | None = None) -> int:
    """Find the port of the listener that a request arrives at.

    Args:
        request: The request.
        only: The port of the only listener, where there is just one.

    Returns:
        The port that was given, else the only listener's, else the URL's, else the scheme's.

    >>> listener_port(Request("GET", "https://a:8443/")), listener_port(Request("GET", "https://a/"), 8088)
    (8443, 8088)
    """
    if request.port is not None:
        return request.port
    if only is not None:
        return only
    stated = port_of(request.authority) if request.authority is not None else None
    return DEFAULT_PORTS.get(request.scheme, 80) if stated is None else stated

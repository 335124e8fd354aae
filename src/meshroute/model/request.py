"""The request as it arrives, before any table looks at it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, Self

from attrs import field, frozen

from meshroute.errors import RequestError
from meshroute.model.context import RequestContext
from meshroute.model.headers import EMPTY, Headers, wire_text
from meshroute.model.urls import checked_wire, encode_again, split_absolute, split_url
from meshroute.text import ascii_lower, port_of, split_target, strip_port

HeadersInput = Headers | Mapping[str, str | Iterable[str]] | Iterable[tuple[str, str]] | None

PROTOCOLS: Final = ("http", "http2", "grpc", "tcp", "tls", "udp")
DEFAULT_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}
PSEUDO_HEADERS: Final = {
    ":method": "method",
    ":path": "target",
    ":scheme": "scheme",
    ":authority": "authority",
    "host": "authority",
}
"""RFC 9113 §8.3.1 and its HTTP/1 equivalents: header-like names for the parts of a request."""
_MAX_RANDOM: Final = 2**64


@frozen(init=False, repr=False)
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
        _fill(self, method, target, scheme, authority, given)
        _fill_rest(self, port, entry, protocol, sni, client_namespace, random_value, context)

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
    ) -> Self:
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
        request = cls.__new__(cls)
        try:
            is_plain = "".join((method, target, scheme, "" if authority is None else authority)).isascii()
        except TypeError:
            is_plain = False
        if not is_plain:
            _check_texts(method, target, scheme, authority)
        if target[:1] != "/" and "://" in target:
            scheme, authority, target = split_absolute(target, scheme, authority)
        lines = EMPTY if headers is None else headers if isinstance(headers, Headers) else Headers(headers)
        _fill(request, method, target, scheme, authority, lines)
        _fill_rest(request, port, entry, protocol, sni, client_namespace, random_value, context)
        return request

    @classmethod
    def from_wsgi(cls, environ: Mapping[str, Any], **parts: Any) -> Self:  # noqa: ANN401 - WSGI's environ is untyped
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
        lines = [(name, environ[key]) for key, name in _headers_of(tuple(environ))]
        content = ("CONTENT_TYPE", "CONTENT_LENGTH")
        lines += [(key.replace("_", "-").lower(), environ[key]) for key in content if environ.get(key)]
        host = environ.get("HTTP_HOST")
        port = environ.get("SERVER_PORT")
        parts.setdefault("port", _port_of(f":{port}"))
        return cls.from_parts(
            environ.get("REQUEST_METHOD"),  # type: ignore[arg-type]  # a missing one is refused there
            raw,
            scheme=environ.get("wsgi.url_scheme", "http"),
            authority=host,
            headers=lines,
            **parts,
        )

    @classmethod
    def from_asgi(cls, scope: Mapping[str, Any], **parts: Any) -> Self:  # noqa: ANN401 - ASGI's scope is untyped
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
        target = raw.decode("latin-1") if raw else encode_again(checked_wire(scope.get("path", "/"), "the path"))
        query = scope.get("query_string")
        if query:
            target = f"{target}?{query.decode('latin-1')}"
        host: str | None = None
        lines: list[tuple[str, str]] = []
        for name, value in scope.get("headers", ()):
            if len(name) == 4 and name.lower() == b"host":
                host = value.decode("latin-1") if host is None else f"{host},{value.decode('latin-1')}"
            else:
                lines.append((name.decode("latin-1"), value.decode("latin-1")))
        server = scope.get("server")
        parts.setdefault("port", server[1] if server else None)
        return cls.from_parts(
            scope.get("method", "GET"),
            target,
            scheme=scope.get("scheme", "http"),
            authority=host,
            headers=Headers.trusted(tuple(lines)),
            **parts,
        )

    def replace(self, **changes: Any) -> Self:  # noqa: ANN401 - one keyword per field, each checked by from_parts
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
        request = type(self).from_parts(parts.pop("method"), "/", **parts)
        _set_target(request, target)
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


@lru_cache(maxsize=256)
def _headers_of(keys: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return the keys of a WSGI environ that stand for headers, with their names; most environs have the same keys."""
    found = [key for key in keys if key.startswith("HTTP_") and key != "HTTP_HOST"]
    return tuple((key, key[5:].replace("_", "-").lower()) for key in found)


_port_of = lru_cache(maxsize=256)(port_of)  # a server has few ports


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
_FIELDS: Final = (*_PARTS, "path", "query")
# What sets a slot of a request that is being made; half the price of object.__setattr__.
(
    _set_method,
    _set_raw_target,
    _set_scheme,
    _set_authority,
    _set_headers,
    _set_port,
    _set_entry,
    _set_protocol,
    _set_sni,
    _set_client_namespace,
    _set_random_value,
    _set_context,
    _set_path,
    _set_query,
) = (Request.__dict__[name].__set__ for name in _FIELDS)


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


def _fill(  # noqa: PLR0913, PLR0917 - the parts of the request line and the headers, in order, on a warm path
    request: Request, method: str, target: str, scheme: str, authority: str | None, headers: Headers
) -> None:
    _set_target(request, target)
    _set_method(request, method)
    _set_scheme(request, scheme)
    _set_authority(request, authority)
    _set_headers(request, headers)


def _set_target(request: Request, target: str) -> None:
    path, query = split_target(target) if "?" in target or "#" in target else (target, None)
    _set_raw_target(request, target)
    _set_path(request, path)
    _set_query(request, query)


def _fill_rest(  # noqa: PLR0913, PLR0917 - the remaining parts, in order, on a warm path
    request: Request,
    port: int | None,
    entry: str | None,
    protocol: str,
    sni: str | None,
    client_namespace: str | None,
    random_value: int | None,
    context: RequestContext | None,
) -> None:
    if port is not None and not _is_below(0x10000, port):
        message = f"the port must be from 0 to 65535, not {port!r}"
        raise RequestError(message)
    if random_value is not None and not _is_below(_MAX_RANDOM, random_value):
        message = f"random_value must be from 0 to 2**64 - 1, not {random_value!r}"
        raise RequestError(message)
    if protocol != "http":
        _set_headers_of(request, protocol)
    _set_port(request, port)
    _set_entry(request, entry)
    _set_protocol(request, protocol)
    _set_sni(request, sni)
    _set_client_namespace(request, client_namespace)
    _set_random_value(request, random_value)
    _set_context(request, context)


def _set_headers_of(request: Request, protocol: str) -> None:
    """Add the header that a protocol implies.

    Raises:
        RequestError: There is no such protocol.
    """
    if protocol not in PROTOCOLS:
        message = f"the protocol must be one of {', '.join(PROTOCOLS)}, not {protocol!r}"
        raise RequestError(message)
    if protocol == "grpc" and "content-type" not in request.headers:
        # gRPC over HTTP/2, "Requests": Content-Type is "application/grpc", always sent
        lines = (*request.headers.items(), ("content-type", "application/grpc"))
        _set_headers(request, Headers.trusted(lines))


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

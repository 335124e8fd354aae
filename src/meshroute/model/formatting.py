"""Format strings of proxies: text with operators that a request fills in (envoy.md §4)."""

from __future__ import annotations

from typing import Protocol

from attrs import frozen

from meshroute.model.authority import proxied_host
from meshroute.model.request import Request


class FormatPart(Protocol):
    """One piece of a format."""

    def render(self, request: Request, /) -> str | None:
        """Return its text, or None where the request does not have it."""
        ...


@frozen
class Literal:
    """Text that stands for itself.

    Args:
        text: The text.
    """

    text: str

    def render(self, request: Request, /) -> str | None:  # noqa: ARG002 - it stands for itself
        """Return the text."""
        return self.text


@frozen
class RequestHeaderValue:
    """A header of the request, or else another one; several lines are joined with a comma.

    Args:
        name: The header's name, in lower case.
        other: The other header's name, or None.
        length: How many characters are taken at most, or None.

    >>> RequestHeaderValue("a", "b", 1).render(Request("GET", "/", headers={"b": "xy"}))
    'x'
    """

    name: str
    other: str | None = None
    length: int | None = None

    def render(self, request: Request, /) -> str | None:
        """Return the value."""
        lines = request.header_lines(self.name)
        if not lines and self.other is not None:
            lines = request.header_lines(self.other)
        return lines[0][: self.length] if lines else None


@frozen
class RequestPath:
    """The path of the request.

    Args:
        query: Whether with its query.
        original: Whether the path before it was rewritten, where that is known.
        length: How many characters are taken at most, or None.
    """

    query: bool = True
    original: bool = False
    length: int | None = None

    def render(self, request: Request, /) -> str | None:
        """Return the path."""
        lines = request.headers.lines("x-envoy-original-path") if self.original else ()
        path = lines[0] if lines else request.target
        return (path if self.query else path.partition("?")[0])[: self.length]


@frozen
class RequestQuery:
    """The first query parameter of a name.

    Args:
        name: The name.
        length: How many characters are taken at most, or None.
    """

    name: str
    length: int | None = None

    def render(self, request: Request, /) -> str | None:
        """Return the raw value."""
        value = request.query_value(self.name)
        return None if value is None else value[: self.length]


@frozen
class RequestUrl:
    """The whole URL of the request (see `proxied_host`).

    >>> RequestUrl().render(Request("GET", "http://a.example/x?y"))
    'http://a.example/x?y'
    """

    def render(self, request: Request, /) -> str | None:
        """Return the URL; what has no path, as a request to open a tunnel, has none."""
        if not request.target:
            return None
        return f"{request.scheme}://{proxied_host(request, request.scheme)}{request.target}"


@frozen
class Unknown:
    """What only the proxy knows, such as the address of the client.

    Args:
        what: The operator, as it is written.
    """

    what: str

    def render(self, request: Request, /) -> str | None:  # noqa: ARG002 - it is not known
        """Return the operator."""
        return self.what


@frozen
class FormatText:
    """A format.

    Args:
        parts: Its pieces.

    >>> FormatText((Literal("v-"), RequestHeaderValue("x"))).render(Request("GET", "/"), "-")
    'v--'
    """

    parts: tuple[FormatPart, ...]

    def render(self, request: Request, missing: str, /) -> str:
        """Fill the format in.

        Args:
            request: The request.
            missing: What stands for something that the request does not have.

        Returns:
            The text.
        """
        found = (part.render(request) for part in self.parts)
        return "".join([missing if text is None else text for text in found])

    @property
    def unknown(self) -> tuple[str, ...]:
        """The operators whose value is not known."""
        return tuple(part.what for part in self.parts if isinstance(part, Unknown))

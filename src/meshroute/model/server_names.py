"""Which of several names the server name of a TLS handshake chooses (RFC 6066 §3)."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import field, frozen

from meshroute.model.request import Request
from meshroute.text import ascii_lower


def _distinct(names: Iterable[str | None]) -> tuple[str | None, ...]:
    return tuple(dict.fromkeys(names))


@frozen
class ServerNames:
    """Names of which at most one is chosen: the name itself, or the longest wildcard, or None, which takes all.

    Args:
        names: The names, in lower case: a host, ``*.`` and a suffix (for one label or more), or None.

    >>> names = ServerNames(("a.example", "*.example", None))
    >>> names.chosen("a.example"), names.chosen("x.b.example"), names.chosen("example"), names.chosen(None)
    (('a.example',), ('*.example',), (None,), (None,))
    """

    names: tuple[str | None, ...] = field(converter=_distinct)
    _known: frozenset[str | None] = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Make the set that is looked up in."""
        object.__setattr__(self, "_known", frozenset(self.names))

    def chosen(self, name: str | None) -> tuple[str | None] | None:
        """Find the name that a server name chooses.

        Args:
            name: The server name, in lower case; None or empty where none was sent.

        Returns:
            The name in a tuple of one, or None where there is none for it.
        """
        if name and name in self._known:
            return (name,)
        dot = (name or "").find(".", 1)
        while name and dot >= 0:
            wildcard = f"*{name[dot:]}"
            if wildcard in self._known:
                return (wildcard,)
            dot = name.find(".", dot + 1)
        return (None,) if None in self._known else None


@frozen
class ServerNameChooses:
    """The server name of the TLS handshake chooses one of several names, or none of them.

    Args:
        name: The name in a tuple of one, or None for "none of them".
        among: The names.
        or_host: A request that does not say its server name has the one of its host, as browsers do it.

    >>> among = ServerNames(("a.example", "*.example"))
    >>> ServerNameChooses(("*.example",), among).accepts(Request("GET", "https://a/", sni="b.example"))
    True
    """

    name: tuple[str | None] | None
    among: ServerNames
    or_host: bool = field(default=True, kw_only=True)

    def server_name(self, request: Request) -> str | None:
        """Say which server name a request has.

        Args:
            request: The request.

        Returns:
            The name in lower case, or None.
        """
        if request.sni is not None or not self.or_host:
            return None if request.sni is None else ascii_lower(request.sni)
        return request.host()

    def accepts(self, request: Request, /) -> bool:
        """Pass if its server name chooses the name."""
        return self.among.chosen(self.server_name(request)) == self.name

    def seen(self, request: Request, /) -> str:
        """Say what the criterion looked at: the server name."""
        return f"the server name is {self.server_name(request)!r}"

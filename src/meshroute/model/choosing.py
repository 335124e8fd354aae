"""What of a request chooses among backends, instead of chance."""

from __future__ import annotations

import re
from typing import Final, Protocol

from attrs import frozen

from meshroute.model.hashing import HashPolicy
from meshroute.model.request import Request
from meshroute.text import unwire

# absl::SimpleAtoi<uint64>: surrounding ASCII white space, a plus sign and leading zeros are allowed
_NUMBER: Final = re.compile(r"[ \t\n\v\f\r]*\+?0*([0-9]{1,20})[ \t\n\v\f\r]*")
_END: Final = 2**64


class BackendChoice(Protocol):
    """Gives the number that decides among weighted backends."""

    def value(self, request: Request, /) -> int | None:
        """Return the number, or None where chance decides."""
        ...


@frozen
class ChoiceByHeader:
    """The number in a header decides (envoy.md §3, ``header_name``).

    Args:
        name: The header's name, in lower case.

    >>> choice = ChoiceByHeader("x-bucket")
    >>> [choice.value(Request("GET", "/", headers={"x-bucket": lines})) for lines in ("+7", "-1", ["1", "2"])]
    [7, None, None]
    """

    name: str

    def value(self, request: Request, /) -> int | None:
        """Return the number; anything but one line with an unsigned 64-bit integer is none."""
        lines = request.header_lines(self.name)
        found = _NUMBER.fullmatch(lines[0]) if len(lines) == 1 else None
        number = _END if found is None else int(found[1])
        return number if number < _END else None


@frozen
class ChoiceByHash:
    """The hash of a request decides (envoy.md §3, ``use_hash_policy``).

    Args:
        policy: How it is made.
    """

    policy: HashPolicy

    def value(self, request: Request, /) -> int | None:
        """Return the hash, or None where the request has nothing to hash."""
        return self.policy.hash(request)


@frozen
class NameFromHeader:
    """The first line of a header names the backend (envoy.md §3, ``cluster_header``).

    Args:
        header: The header's name, in lower case.
        known: The names that there are; None where that is not known.
        status: What a request gets that names none of them.

    >>> NameFromHeader("x-to").name(Request("GET", "/", headers={"x-to": ["a", "b"]}))
    'a'
    """

    header: str
    known: frozenset[str] | None = None
    status: int = 503

    def name(self, request: Request, /) -> str:
        """Return the name, in Unicode as all names are; empty where the header is missing."""
        lines = request.header_lines(self.header)
        return unwire(lines[0]) if lines else ""

    def fault(self, name: str, /) -> str | None:
        """Say why there is no backend of a name, or None where there may be one.

        Args:
            name: The name.

        Returns:
            One sentence.
        """
        if not name:
            return f"header {self.header!r} names no backend"
        if self.known is not None and name not in self.known:
            return f"there is no backend {name!r}, which header {self.header!r} names"
        return None

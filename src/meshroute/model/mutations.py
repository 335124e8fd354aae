"""Mutations of headers: what is removed, what is added and how (envoy.md §4)."""

from __future__ import annotations

from typing import Final, Literal

from attrs import field, frozen

from meshroute.model.formatting import FormatText
from meshroute.model.headers import Headers
from meshroute.model.paths import PathCriterion
from meshroute.model.request import Request
from meshroute.text import ascii_lower

HeaderAction = Literal["append", "add_if_absent", "overwrite", "overwrite_if_exists"]
_MISSING: Final = ""
_OVERWRITING: Final = frozenset({"overwrite", "overwrite_if_exists"})

Lines = tuple[tuple[str, str], ...]


@frozen
class HeaderAddition:
    """One header that is added.

    Args:
        name: Its name, in lower case.
        value: Its value.
        action: ``append`` adds a line; ``add_if_absent`` does so only where there is none; ``overwrite`` replaces all;
            ``overwrite_if_exists`` does so only where there is one.
        keep_empty: Add the header even if its value is empty.
    """

    name: str
    value: FormatText
    action: HeaderAction = "append"
    keep_empty: bool = False


def without(lines: Lines, name: str) -> Lines:
    """Leave out the lines of a header.

    Args:
        lines: The lines.
        name: The header's name, in lower case.

    Returns:
        The other lines.
    """
    return tuple([line for line in lines if ascii_lower(line[0]) != name])


@frozen
class HeaderMutations:
    """What one level does to headers.

    Removals come first, then what overwrites, then what adds; whether a header is there is asked after the removals
    (Envoy's HeaderParser::evaluateHeaders).

    Args:
        remove: The names of the headers that are removed, in lower case.
        add: The headers that are added, in order.

    >>> from meshroute.model.formatting import Literal
    >>> added = HeaderAddition("a", FormatText((Literal("2"),)))
    >>> HeaderMutations((), (added,)).apply(Request("GET", "/", headers={"a": "1"}), None).headers.lines("a")
    ('1', '2')
    """

    remove: tuple[str, ...] = ()
    add: tuple[HeaderAddition, ...] = field(default=())

    def apply_to(self, headers: Headers, request: Request) -> Headers:
        """Change some headers.

        Args:
            headers: The headers.
            request: The request, which fills in values.

        Returns:
            The headers.
        """
        lines = headers.items()
        for name in self.remove:
            lines = without(lines, name)
        there = {ascii_lower(name) for name, _ in lines}
        added: list[tuple[str, str]] = []
        for addition in self.add:
            value = addition.value.render(request, _MISSING)
            if not value and not addition.keep_empty:
                continue
            if addition.action in _OVERWRITING:
                if addition.action == "overwrite" or addition.name in there:
                    lines = (*without(lines, addition.name), (addition.name, value))
            elif addition.action == "append" or addition.name not in there:
                added.append((addition.name, value))
        return Headers.trusted((*lines, *added))

    def apply(self, request: Request, matched: PathCriterion | None, /) -> Request:  # noqa: ARG002 - the path plays no part
        """Change the headers of a request; the values are made of what the removals leave."""
        lines = request.headers.items()
        for name in self.remove:
            lines = without(lines, name)
        kept = Headers.trusted(lines)
        return request.replace(headers=self.apply_to(kept, request.replace(headers=kept)))

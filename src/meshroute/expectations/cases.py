"""Cases: one request each, and what must come of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import attrs
from attrs import frozen

from meshroute.model.headers import Headers
from meshroute.model.notices import Source
from meshroute.model.request import Request
from meshroute.model.resolution import Resolution


@frozen
class Seen:
    """What a check looks at.

    Args:
        answer: The answer.
        request: The request as it leaves, or as it came where it does not leave.
        response: The headers of the response.
        as_tool: Whether it is judged as Envoy's ``router_check_tool`` does.
    """

    answer: Resolution
    request: Request
    response: Headers
    as_tool: bool = False


class Check(Protocol):
    """One thing that must be so."""

    @property
    def field(self) -> str:
        """What it is called in reports."""
        ...

    @property
    def expected(self) -> object:
        """What is expected."""
        ...

    def actual(self, seen: Seen, /) -> object:
        """Return what is so."""
        ...

    def passes(self, seen: Seen, /) -> bool:
        """Tell whether it is as expected."""
        ...


@frozen
class ValueCheck:
    """A value of the answer equals what is expected.

    Args:
        field: What it is called.
        expected: What it must be.
        read: How it is read.
    """

    field: str
    expected: object
    read: Callable[[Seen], object] = attrs.field(eq=False, repr=False)

    def actual(self, seen: Seen, /) -> object:
        """Return the value."""
        return self.read(seen)

    def passes(self, seen: Seen, /) -> bool:
        """Compare; nothing expected is the same as the empty text."""
        actual = self.read(seen)
        return actual == self.expected or (not actual and not self.expected and self.expected is not False)


@frozen
class Case:
    """One request, and what must come of it.

    Args:
        name: Its name.
        request: The request.
        checks: What must be so.
        source: Where it is written.
        response: The headers of the backend's response.
        runtime: The runtime key that is on, for Envoy's tool.
    """

    name: str
    request: Request
    checks: tuple[Check, ...]
    source: Source | None = None
    response: Headers = attrs.field(factory=Headers)
    runtime: str = ""


@frozen
class Suite:
    """Cases, and what they need of the documents that they are about.

    Args:
        cases: The cases.
        runtime: Runtime values of Envoy to load the documents with, by key.
    """

    cases: tuple[Case, ...] = ()
    runtime: Mapping[str, object] = attrs.field(factory=dict[str, object])


@frozen
class Failed:
    """A check that did not pass.

    Args:
        field: What it is called.
        expected: What was expected.
        actual: What is so.
    """

    field: str
    expected: object
    actual: object


@frozen
class Result:
    """What came of a case.

    Args:
        case: The case.
        answer: The answer.
        failed: The checks that did not pass.
        why: Why the answer is what it is, for people; only where a check did not pass.
    """

    case: Case
    answer: Resolution
    failed: tuple[Failed, ...]
    why: str = ""

    @property
    def passed(self) -> bool:
        """Whether all checks passed."""
        return not self.failed

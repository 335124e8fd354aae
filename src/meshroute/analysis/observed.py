"""What a client and a backend can see of an answer, and which parts of that count."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final, Literal

from attrs import evolve, field, frozen

from meshroute.model.actions import Backend, Mirror
from meshroute.model.hops import Outcome
from meshroute.model.mutations import HeaderMutations
from meshroute.model.request import Request
from meshroute.model.resolution import Resolution

By = Literal["answer", "backend", "route"]
BY: Final[tuple[By, ...]] = ("answer", "backend", "route")
"""What may count: all that can be seen, the backends only, or which route it is."""
_BOOKKEEPING: Final = "x-envoy-original-"


@frozen
class Naming:
    """How the backends of two sides are compared.

    Args:
        renamed: New names by old ones: ``NAME`` or ``NAMESPACE/NAME``.
        kinds: Kind and port count too: both sides have backends of the same kinds.
    """

    renamed: Mapping[str, str] = field(factory=dict[str, str])
    kinds: bool = True

    def key(self, backend: Backend) -> str:
        """Name a backend as it is compared.

        Args:
            backend: The backend.

        Returns:
            The name.

        >>> Naming({"red": "shop/red"}).key(Backend("red", kind="VirtualNode"))
        'shop/red'
        """
        full = backend.name if backend.namespace is None else f"{backend.namespace}/{backend.name}"
        renamed = self.renamed.get(full, self.renamed.get(backend.name))
        if renamed is not None:
            return renamed
        port = "" if backend.port is None or not self.kinds else f":{backend.port}"
        return f"{backend.kind} {full}{port}" if self.kinds else full


@frozen
class Observed:
    """What can be seen of an answer.

    Args:
        outcome: How the request ends.
        status: What the data plane sends.
        backends: Each backend with its share, and the request as it gets it.
        location: Where a redirect leads.
        body: The body of a direct response.
        response: What happens to the response's headers.
        mirrors: Where copies go.
        methods: The methods that would have been taken.
        route: The route's id.
    """

    outcome: Outcome
    status: int | None = None
    backends: tuple[tuple[str, Fraction, object], ...] = ()
    location: str | None = None
    body: str | None = None
    response: tuple[HeaderMutations, ...] = ()
    mirrors: tuple[tuple[str, Fraction], ...] = ()
    methods: tuple[str, ...] = ()
    route: str | None = None


def observed(answer: Resolution, by: By, naming: Naming) -> Observed:
    """Return what counts of an answer.

    Args:
        answer: The answer.
        by: What counts.
        naming: How backends are named.

    Returns:
        What counts; the rest is left at its default.
    """
    if by == "route":
        route = None if answer.route is None else answer.route.id
        return Observed(Outcome.NO_ROUTE if route is None else Outcome.FORWARD, route=route)
    whole = by == "answer"
    backends: tuple[tuple[str, Fraction, object], ...] = ()
    if answer.outcome in {Outcome.FORWARD, Outcome.BACKEND_ERROR}:
        arriving = _arriving(answer) if whole and answer.outcome is Outcome.FORWARD else None
        backends = shares(answer.backends, naming, arriving)
    found = Observed(answer.outcome, answer.status, backends, methods=answer.allowed_methods)
    if not whole:
        return evolve(found, location=answer.redirect)
    return evolve(
        found,
        location=answer.redirect,
        body=answer.body,
        response=tuple(one for one in answer.response_mutations if one != HeaderMutations()),
        mirrors=tuple(mirror_key(one, naming) for one in answer.mirrors),
    )


def _arriving(answer: Resolution) -> Callable[[Backend], object]:
    received = answer.received

    def arriving(backend: Backend) -> object:
        request = answer.request_to(backend)
        return None if request is None else seen_by_backend(request, received)

    return arriving


def seen_by_backend(request: Request, received: Request) -> tuple[object, ...]:
    """Return what a backend sees of a request: how it differs in its headers, and all else.

    Args:
        request: The request as it leaves.
        received: The same as it came.

    Returns:
        Method, host, path and headers; headers in which a proxy keeps the old path or host do not count.
    """
    lines = tuple((name.lower(), value) for name, value in request.headers if not name.lower().startswith(_BOOKKEEPING))
    old = tuple((name.lower(), value) for name, value in received.headers)
    return request.method, request.authority, request.target, None if lines == old else lines


def shares(
    backends: tuple[Backend, ...], naming: Naming, about: Callable[[Backend], object] | None
) -> tuple[tuple[str, Fraction, object], ...]:
    """Return the backends with their shares: weights matter relative to each other, 0 is none at all.

    Args:
        backends: The backends.
        naming: How they are named.
        about: What else matters of each; None is nothing.

    Returns:
        Name, share and what else matters, sorted.

    >>> shares((Backend("a", weight=2), Backend("b", weight=2)), Naming(kinds=False), None)[0][1]
    Fraction(1, 2)
    """
    total = sum(backend.weight for backend in backends)
    found: dict[tuple[str, object], Fraction] = {}
    for backend in backends:
        if backend.weight:
            fault = None if backend.valid else ("invalid", backend.status)
            key = naming.key(backend), (fault, about(backend) if about is not None else None)
            found[key] = found.get(key, Fraction(0)) + Fraction(backend.weight, total)
    return tuple(sorted(((name, share, rest) for (name, rest), share in found.items()), key=repr))


def mirror_key(mirror: Mirror, naming: Naming) -> tuple[str, Fraction]:
    """Return where copies go, and how many.

    Args:
        mirror: The mirror.
        naming: How backends are named.

    Returns:
        The name and the share.
    """
    return naming.key(mirror.backend), Fraction(mirror.numerator, mirror.denominator or 1)

"""Laws that any router of path templates should keep, and a machine that looks for a table on which one does not.

A router is asked through an adapter. The machine edits a table, a route at a time, and asks for paths that are aimed at
its routes. What a template takes is defined by `meshroute.criteria.PathTemplate`, on the path as it is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from random import Random
from typing import Any, Final, Protocol, cast

from attrs import frozen
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from meshroute.model.paths import PathTemplate
from meshroute.model.request import Request
from meshroute.text import encode_path, percent_decode

LAWS: Final = {
    "sound": "the route that is found takes the request",
    "complete": "where a route takes the request, one is found",
    "params": "the parameters are the pieces of the path, as they are sent or percent-decoded",
    "stable": "the same question has the same answer, whatever was asked before",
    "unrelated": "without a route that was not chosen, the answer is the same",
    "order": "the order of routes that no request can both be meant for does not matter",
}
"""The laws, by name."""

_LITERALS: Final = ("a", "b", "ab", "A", "a.b", "a+b", "x'or'1", "(a)", "a$", "~a", "a:b", "a*", "@a", "a,b;c=d")
_NAMES: Final = ("x", "y", "z")
_VALUES: Final = ("1", "a", "b", "ab", "a.b", "'", "..", "A", "a+b", "x'or'1")
_ENCODED: Final = (*_VALUES, "a b", "a%2Fb", "%61", "é")
_METHODS: Final = ("GET", "POST")
_MOST_ROUTES: Final = 6
"""More are no more likely to break a law, and each question is put to as many routers."""


@frozen
class Listed:
    """A route as a router of another make is given it.

    Args:
        name: Its name.
        method: Its only method.
        template: Its path: literal segments, and ``{x}`` for a segment that is a parameter.
    """

    name: str
    method: str
    template: str

    def takes(self, method: str, path: str) -> bool:
        """Tell whether it takes a request.

        Args:
            method: The method.
            path: The path, as it is sent.

        Returns:
            Whether it does, by the definition of meshroute.

        >>> Listed("a", "GET", "/a/{x}").takes("GET", "/a/1")
        True
        """
        return method == self.method and PathTemplate(self.template).accepts(Request.from_parts(method, path))

    def params(self, path: str) -> dict[str, str]:
        """Return the parameters of a path that it takes, as they are sent.

        Args:
            path: The path.

        Returns:
            The values by name.
        """
        return dict(PathTemplate(self.template).captures(path))


class RouterAdapter(Protocol):
    """How a router is asked."""

    def find(self, method: str, path: str, /) -> tuple[str, Mapping[str, str]] | None:
        """Find a route.

        Args:
            method: The method.
            path: The path, as it is sent.

        Returns:
            The name of the route and its parameters, or None where there is none.
        """
        ...


Factory = Callable[[Sequence[Listed]], RouterAdapter]
"""Makes a router of routes; a ValueError says that it refuses such a table."""


class LawBrokenError(AssertionError):
    """A router breaks a law.

    Args:
        law: Its name.
        routes: The routes.
        method: The method that was asked for.
        path: The path that was asked for.
        said: What happened.
    """

    def __init__(self, law: str, routes: Sequence[Listed], method: str, path: str, said: str) -> None:
        super().__init__(law, routes, method, path, said)
        self.law, self.routes, self.method, self.path, self.said = law, tuple(routes), method, path, said

    def __str__(self) -> str:
        """Show the law, the table, the request, and what happened."""
        table = "\n".join(f"  {one.name}: {one.method} {one.template}" for one in self.routes)
        return f"{self.law}: {LAWS[self.law]}\n{table}\n{self.method} {self.path}\n  {self.said}"


def check_router(
    factory: Factory,
    *,
    laws: Collection[str] = tuple(LAWS),
    encoded: bool = True,
    settings: hypothesis_settings | None = None,
) -> None:
    """Look for a table of routes on which a router breaks a law.

    Args:
        factory: Makes a router of routes; a ValueError of it says that the router refuses such a table.
        laws: The names of the laws to check, from `LAWS`.
        encoded: Ask for paths with percent-encoded characters too; routers that decode before they match break laws
            there.
        settings: Settings of Hypothesis, such as ``max_examples``.

    Raises:
        LawBrokenError: It does on this one, which is as small as Hypothesis could make it.
        ValueError: There is no such law.

    >>> class First:
    ...     def __init__(self, routes):
    ...         self.routes = routes
    ...     def find(self, method, path):
    ...         found = [one for one in self.routes if one.takes(method, path)]
    ...         return (found[0].name, found[0].params(path)) if found else None
    >>> check_router(First, settings=hypothesis_settings(max_examples=5, database=None))
    """
    unknown = sorted(set(laws) - set(LAWS))
    if unknown:
        message = f"there is no law {unknown[0]!r}; the laws are {', '.join(LAWS)}"
        raise ValueError(message)
    values = _ENCODED if encoded else _VALUES
    machine = type(
        "RouterMachine", (_Machine,), {"factory": staticmethod(factory), "laws": frozenset(laws), "values": values}
    )
    usual = hypothesis_settings(stateful_step_count=20, deadline=None)
    run_state_machine_as_test(machine, settings=settings or usual)


class _Machine(RuleBasedStateMachine):
    """Edits a table, and asks."""

    factory: Factory
    laws: frozenset[str]
    values: tuple[str, ...]

    def __init__(self) -> None:
        super().__init__()
        self.routes: list[Listed] = []
        self.router: RouterAdapter | None = None
        self.added = 0

    def made(self, routes: Sequence[Listed]) -> RouterAdapter | None:
        """Make a router, or None where it refuses the routes."""
        try:
            return self.factory(tuple(routes))
        except ValueError:
            return None

    def _become(self, routes: list[Listed]) -> None:
        """Take a new table, unless the router refuses it."""
        router = self.made(routes)
        if router is not None:
            self.routes, self.router = routes, router

    @precondition(lambda self: len(self.routes) < _MOST_ROUTES)
    @rule(rng=st.randoms(use_true_random=False))
    def add(self, rng: Random) -> None:
        """Add a route."""
        self.added += 1
        self._become([*self.routes, Listed(f"r{self.added}", rng.choice(_METHODS), _template(rng, self.routes))])

    @precondition(lambda self: self.routes)
    @rule(data=st.data())
    def remove(self, data: Any) -> None:  # noqa: ANN401 - Hypothesis' own
        """Remove a route."""
        at = data.draw(st.integers(0, len(self.routes) - 1))
        self._become(self.routes[:at] + self.routes[at + 1 :])

    @precondition(lambda self: self.routes)
    @rule(rng=st.randoms(use_true_random=False))
    def ask(self, rng: Random) -> None:
        """Ask for a path, and hold the answer to the laws."""
        method, path = rng.choice(_METHODS), _path(rng, self.routes, self.values)
        router = cast("RouterAdapter", self.router)  # there is one where there are routes
        for law, said in _broken(self, router, method, path):
            raise LawBrokenError(law, self.routes, method, path, said)


def _broken(machine: _Machine, router: RouterAdapter, method: str, path: str) -> Any:  # noqa: ANN401 - pairs of a law and what happened
    """Go through the laws that an answer breaks."""
    found = router.find(method, path)
    name = None if found is None else found[0]
    taking = [one for one in machine.routes if one.takes(method, path)]
    chosen = next((one for one in machine.routes if one.name == name), None)
    if "sound" in machine.laws and found is not None and chosen not in taking:
        yield "sound", f"{name} was found, and does not take it"
    if "complete" in machine.laws and found is None and taking:
        yield "complete", f"nothing was found, and {taking[0].name} takes it"
    if "params" in machine.laws and found is not None and chosen is not None and chosen in taking:
        raw = chosen.params(path)
        if dict(found[1]) not in (raw, {key: percent_decode(value) for key, value in raw.items()}):
            yield "params", f"{name} has the parameters {dict(found[1])}, not {raw}"
    yield from _broken_by_others(machine, method, path, found)


def _broken_by_others(machine: _Machine, method: str, path: str, found: tuple[str, Mapping[str, str]] | None) -> Any:  # noqa: ANN401 - pairs of a law and what happened
    """Go through the laws that an answer breaks beside the answer of another router."""
    name = None if found is None else found[0]

    def other(routes: Sequence[Listed]) -> str | None:
        router = machine.made(routes)
        answer = None if router is None else router.find(method, path)
        return name if router is None else None if answer is None else answer[0]

    if "stable" in machine.laws and other(machine.routes) != name:
        yield "stable", f"{name} was found, and a new router of the same routes finds {other(machine.routes)}"
    if "unrelated" in machine.laws:
        for at, one in enumerate(machine.routes):
            without = other([*machine.routes[:at], *machine.routes[at + 1 :]])
            if name not in {one.name, without}:
                yield "unrelated", f"{name} was found, and without {one.name} it is {without}"
    if "order" in machine.laws:
        for at, (one, next_one) in enumerate(zip(machine.routes, machine.routes[1:], strict=False)):
            if _are_apart(one, next_one):
                swapped = [*machine.routes[:at], next_one, one, *machine.routes[at + 2 :]]
                if other(swapped) != name:
                    yield (
                        "order",
                        f"{name} was found, and with {next_one.name} before {one.name} it is {other(swapped)}",
                    )


def _are_apart(one: Listed, other: Listed) -> bool:
    """Tell whether no request can be meant for both routes: the methods, lengths or literal segments differ."""
    pieces, others = one.template.split("/"), other.template.split("/")
    literal = [(a, b) for a, b in zip(pieces, others, strict=False) if "{" not in a + b]
    return one.method != other.method or len(pieces) != len(others) or any(a != b for a, b in literal)


def _template(rng: Random, routes: Sequence[Listed]) -> str:
    """Draw a template: of its own, or one that shares its beginning with another."""
    pieces: list[str] = []
    if routes and rng.randrange(2):
        pieces = rng.choice(routes).template.split("/")[1:]
        pieces = pieces[: rng.randrange(len(pieces) + 1)]
    pieces = [piece for piece in pieces if "{" not in piece]
    for _ in range(rng.randrange(3) + (not pieces)):
        name = _NAMES[len([piece for piece in pieces if "{" in piece]) % len(_NAMES)]
        pieces.append(f"{{{name}}}" if rng.randrange(3) == 1 else rng.choice(_LITERALS))
    return "/" + "/".join(pieces)


def _path(rng: Random, routes: Sequence[Listed], values: Sequence[str]) -> str:
    """Draw a path that one of the routes takes, or nearly."""
    pieces = rng.choice(routes).template.split("/")[1:]
    filled = [rng.choice(values) if "{" in piece else piece for piece in pieces]
    match rng.randrange(6):
        case 5:
            filled[rng.randrange(len(filled))] = rng.choice(values)
        case 4:
            filled.append(rng.choice(("", "a")))
        case 3:
            filled[-1:] = []
        case _:
            pass
    return encode_path("/" + "/".join(filled))

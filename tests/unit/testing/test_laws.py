"""The laws find routers that break them, and leave those alone that do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import Phase, settings

from meshroute.testing import LAWS, LawBrokenError, Listed, check_router

Found = tuple[str, Mapping[str, str]] | None
QUICK = settings(
    max_examples=80, stateful_step_count=12, deadline=None, database=None, derandomize=True, phases=(Phase.generate,)
)


class Right:
    """The first route that takes the request."""

    def __init__(self, routes: Sequence[Listed]) -> None:
        self.routes = routes

    def find(self, method: str, path: str) -> Found:
        found = [one for one in self.routes if one.takes(method, path)]
        return (found[0].name, found[0].params(path)) if found else None


class Unsound(Right):
    """Forgets the method."""

    def find(self, method: str, path: str) -> Found:  # noqa: ARG002 - that is what it forgets
        found = [one for one in self.routes if one.takes(one.method, path)]
        return (found[0].name, found[0].params(path)) if found else None


class Incomplete(Right):
    """Gives up where the first route of the right path has the wrong method, as falcon does."""

    def find(self, method: str, path: str) -> Found:
        found = [one for one in self.routes if one.takes(one.method, path)]
        return super().find(method, path) if found and found[0].method == method else None


class Garbling(Right):
    """Changes parameters."""

    def find(self, method: str, path: str) -> Found:
        found = super().find(method, path)
        return found and (found[0], {name: value.lower() for name, value in found[1].items()})


class Learning(Right):
    """Finds another route the second time."""

    asked = 0

    def find(self, method: str, path: str) -> Found:
        self.asked += 1
        found = [one for one in self.routes if one.takes(method, path)]
        return (found[-(self.asked % 2)].name, found[-(self.asked % 2)].params(path)) if found else None


class Crowded(Right):
    """Forgets the first of more than two routes."""

    def find(self, method: str, path: str) -> Found:
        return Right(self.routes[len(self.routes) > 2 :]).find(method, path)


class Ordered(Right):
    """Takes the last route for the others too, whatever its path is."""

    def find(self, method: str, path: str) -> Found:
        return super().find(method, path) if self.routes[0].template < self.routes[-1].template else None


class Strict(Right):
    """Refuses tables of two routes of one path."""

    def __init__(self, routes: Sequence[Listed]) -> None:
        super().__init__(routes)
        if len({one.template for one in routes}) < len(routes):
            message = "twice"
            raise ValueError(message)


@pytest.mark.parametrize("factory", [Right, Strict])
@pytest.mark.parametrize("encoded", [True, False])
def test_a_router_that_keeps_the_laws(factory: type[Right], encoded: bool) -> None:
    check_router(factory, encoded=encoded, settings=QUICK)


@pytest.mark.parametrize(
    ("factory", "law"),
    [
        (Unsound, "sound"),
        (Incomplete, "complete"),
        (Garbling, "params"),
        (Learning, "stable"),
        (Crowded, "unrelated"),
        (Ordered, "order"),
    ],
)
def test_a_router_that_breaks_one(factory: type[Right], law: str) -> None:
    with pytest.raises(LawBrokenError) as caught:
        check_router(factory, laws=[law], settings=QUICK)
    assert caught.value.law == law
    text = str(caught.value)
    assert text.startswith(f"{law}: {LAWS[law]}\n  r")
    assert f"\n{caught.value.method} {caught.value.path}\n  " in text


def test_without_settings_those_of_the_profile_count() -> None:
    with pytest.raises(LawBrokenError):
        check_router(Unsound)


def test_there_are_no_other_laws() -> None:
    with pytest.raises(ValueError, match=r"^there is no law 'fast'; the laws are sound, complete, params, stable"):
        check_router(Right, laws=["fast"])

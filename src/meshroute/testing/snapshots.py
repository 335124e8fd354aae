"""Snapshots: for every route a request that takes it, and what comes of it, as a file of expectations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from attrs import frozen

from meshroute.expectations.coverage import Unit, coverage_by
from meshroute.expectations.writing import case_lines, expected_of
from meshroute.matching.router import Router
from meshroute.model.request import Request
from meshroute.testing.helpers import Routed, router_from

_HEAD: Final = "# For every route a request that takes it. Written by `assert_route_snapshot` of meshroute.\n"


@frozen
class Witness:
    """A route, or one backend of a route that has several, and a request that takes it.

    Args:
        name: The name of the route, and of the backend.
        request: The request, or None where none was found.
    """

    name: str
    request: Request | None


def witnesses(routes: Routed) -> tuple[Witness, ...]:
    """Find a request for every route, and for every backend of one that has several.

    Args:
        routes: A router, or what one can be made from.

    Returns:
        The witnesses, in the order of the routes; each was tried, and takes its route.

    >>> from meshroute.model.route import Route
    >>> [(one.name, one.request.url) for one in witnesses([Route("cart", path="/cart/{id}", to="x")])]
    [('cart', 'http://example.com/cart/x')]
    """
    coverage = coverage_by(router_from(routes).mesh, (), suggest=True)
    return tuple(
        Witness(_name(unit), request) for unit, request in zip(coverage.units, coverage.suggestions, strict=True)
    )


def _name(unit: Unit) -> str:
    return (unit.route.name or unit.route.id) + ("" if unit.backend is None else f" to {unit.backend}")


def snapshot_text(routes: Routed) -> str:
    """Write a snapshot.

    Args:
        routes: A router, or what one can be made from.

    Returns:
        A file of expectations; a route for which no request was found is a comment.
    """
    router = router_from(routes)
    return _HEAD + "".join(f"{line}\n" for line in _lines(router))


def _lines(router: Router) -> Iterator[str]:
    found = witnesses(router)
    yield "tests:" if any(one.request for one in found) else "tests: []"
    for number, one in enumerate(found, 1):
        if one.request is None:
            yield f"# {number}: no request was found that takes {one.name!r}"
            continue
        answer = router.resolve(one.request)
        route = {} if answer.route is None else {"route": answer.route.name}
        yield from case_lines(f"{number}: {one.name}", one.request, {**route, **expected_of(answer)})


def assert_snapshot(routes: Routed, file: Path, *, update: bool = False) -> None:
    """Assert that a snapshot is still right.

    Args:
        routes: A router, or what one can be made from.
        file: The snapshot.
        update: Write it instead.

    Raises:
        AssertionError: There is none yet, or it says something else; here is what.
    """
    __tracebackhide__ = True
    now = snapshot_text(routes)
    if update:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(now, "utf-8")
        return
    if not file.exists():
        message = f"there is no snapshot {file} yet: run pytest with --mesh-snapshot-update"
        raise AssertionError(message)
    then = file.read_text("utf-8")
    if then != now:
        from difflib import unified_diff  # noqa: PLC0415 - only where it is needed

        lines = unified_diff(then.splitlines(), now.splitlines(), "the snapshot", "the routes", lineterm="", n=1)
        hint = "if that is right, run pytest with --mesh-snapshot-update"
        raise AssertionError("\n".join(["the routes are not what the snapshot says:", *lines, hint]))

"""Which laws the routers of frameworks break: what docs/checking-routers.md says of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import Phase, settings

from meshroute.testing import LAWS, Listed, RouterAdapter, check_router
from tests.kit.adapters import Falcon, Ours, Starlette, Werkzeug

QUICK = settings(
    max_examples=40, stateful_step_count=12, deadline=None, database=None, derandomize=True, phases=(Phase.generate,)
)
Make = Callable[[Sequence[Listed]], RouterAdapter]

# Of paths without percent-encoded characters; for each law there is an example below.
PLAIN: dict[Any, set[str]] = {
    Ours: set(),
    Starlette: set(),
    Werkzeug: set(),
    Falcon: {"sound", "complete", "unrelated", "order"},
}
# Of paths with them, beside those above: all three decode before they match.
ENCODED: dict[Any, set[str]] = {
    Ours: set(),
    Starlette: {"sound", "complete", "unrelated"},
    Werkzeug: {"sound", "complete", "unrelated"},
    Falcon: PLAIN[Falcon],
}


@pytest.mark.parametrize("make", [Ours, Starlette, Werkzeug, Falcon])
@pytest.mark.parametrize("encoded", [False, True])
def test_the_other_laws_are_kept(make: Make, encoded: bool) -> None:  # noqa: FBT001 - a column
    broken = (ENCODED if encoded else PLAIN)[make]
    check_router(make, laws=[law for law in LAWS if law not in broken], encoded=encoded, settings=QUICK)


def ask(make: Make, table: str, method: str, path: str) -> str | None:
    routes = [Listed(f"r{number}", *line.split()) for number, line in enumerate(table.split(", "), 1)]
    found = make(routes).find(method, path)
    return None if found is None else found[0]


@pytest.mark.parametrize(
    ("make", "table", "path", "ours", "theirs"),
    [
        # the path is found first, and then its methods
        (Falcon, "POST /a, GET /{x}", "/a", "r2", None),
        (Starlette, "POST /a, GET /{x}", "/a", "r2", "r2"),
        (Werkzeug, "POST /a, GET /{x}", "/a", "r2", "r2"),
        # the route becomes a condition in code that it generates, and this one is always true
        (Falcon, "GET /x'or'1", "/b", None, "r1"),
        (Falcon, "GET /x'or'1, GET /{x}", "/b", "r2", "r1"),
        (Starlette, "GET /{x}", "/a%2Fb", "r1", None),
        (Werkzeug, "GET /{x}", "/a%2Fb", "r1", None),
        (Falcon, "GET /{x}", "/a%2Fb", "r1", None),
        (Starlette, "GET /a", "/%61", None, "r1"),
        (Werkzeug, "GET /a", "/%61", None, "r1"),
        (Falcon, "GET /a", "/%61", None, "r1"),
        # no law, but good to know: what decides between two routes that both take a request
        (Starlette, "GET /{x}, GET /a", "/a", "r2", "r1"),
        (Werkzeug, "GET /{x}, GET /a", "/a", "r2", "r2"),
        (Falcon, "GET /{x}, GET /a", "/a", "r2", "r2"),
    ],
)
def test_disagreements(make: Make, table: str, path: str, ours: str | None, theirs: str | None) -> None:
    assert ask(Ours, table, "GET", path) == ours
    assert ask(make, table, "GET", path) == theirs

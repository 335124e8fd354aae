"""What `diff` says about two Envoy tables is what the real Envoy does with them."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from meshroute import Request, diff
from tests.differential.envoy.alphabet import Json
from tests.differential.envoy.asked import Asked
from tests.differential.envoy.compare import router_of
from tests.differential.envoy.judge import envoy
from tests.differential.envoy.rounds import compared
from tests.differential.envoy.tables import Tables

HOST = re.compile(r"[A-Za-z0-9.:-]+")
METHODS = {"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"}
"""The codec of HTTP/1.1 refuses a method that nobody has registered."""
pytestmark = pytest.mark.skipif(envoy() is None, reason="there is no Envoy for this platform")


def edited(rng: Random, table: Json) -> Json:
    """Change a table a little."""
    other = copy.deepcopy(table)
    hosts: list[Any] = [host for host in other.get("virtual_hosts", ()) if len(host.get("routes", ())) > 1]
    for host in hosts:
        routes = host["routes"]
        place = rng.randrange(len(routes))
        if rng.randrange(2):
            del routes[place]
        else:
            routes.insert(rng.randrange(len(routes)), routes.pop(place))
    return other


def asked_of(request: Request) -> Asked | None:
    """Send a witness over HTTP/1.1, if that can be done: with a host, and nothing that chance or TLS decides."""
    printable = all(
        value.isascii() and value.isprintable() and value == value.strip() and value for _, value in request.headers
    )
    plain = request.scheme == "http" and request.protocol == "http" and request.random_value is None
    sent = request.target.startswith("/") and request.method in METHODS
    own = {name for name, _ in request.headers}
    if not (printable and plain and sent) or HOST.fullmatch(request.authority or "") is None:
        return None
    if own & {"x-forwarded-proto", "content-length", "transfer-encoding", "connection", "te", "upgrade"}:
        return None
    lines = tuple((name, value) for name, value in request.headers if not name.startswith(":"))
    return Asked(request.method, request.target, request.authority or "", lines)


def questions(old: Json, new: Json) -> Iterator[Asked]:
    """Yield the witnesses of the differences of two tables."""
    sides = router_of(old, {}).mesh, router_of(new, {}).mesh
    for one in diff(*sides).differences:
        found = asked_of(one.witness)
        if found is not None:
            yield found


@pytest.mark.parametrize("seed", [20261130])
def test_witnesses_are_answered_by_envoy_as_we_say(seed: int) -> None:
    maker, rng = Tables(seed), Random(seed)
    made: list[tuple[Json, Json]] = []
    asked: list[tuple[int, Asked]] = []
    for number in range(120):
        old = maker.table(f"t{number}")
        new = edited(rng, old)
        found = list(questions(old, new))
        for side in (old, new):
            asked += [(len(made), one) for one in found]
            made.append((side, {}))
    figures = compared(made, asked)
    assert figures.disagreements == []
    assert figures.pairs > 60

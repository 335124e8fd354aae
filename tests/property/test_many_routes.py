"""Law 1 on tables of a size that the strategies do not reach: trees of prefixes, many values, many dimensions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

import pytest

from meshroute import Request, Route, Router, RouteTable, VirtualHost
from meshroute.criteria import (
    AnyOf,
    Criterion,
    HeaderMatch,
    HostExact,
    HostPrefix,
    HostSuffix,
    Method,
    PathExact,
    PathPrefix,
    PathRegex,
    PathStringPrefix,
    PathTemplate,
    QueryMatch,
    RouteMatch,
    TextExact,
)
from tests.property.laws import as_mesh, check_definition

Conditions = Callable[[Random], Sequence[Criterion]]
Requests = Callable[[Random], Request]


def _word(rng: Random, alphabet: str, most: int) -> str:
    return "".join(rng.choice(alphabet) for _ in range(rng.randrange(most + 1)))


def _prefixes(rng: Random) -> Sequence[Criterion]:
    text = "/" + _word(rng, "ab/", 9)
    kind = rng.choice((PathStringPrefix, PathStringPrefix, PathPrefix, PathExact))
    header = (HeaderMatch("x", TextExact(rng.choice("123"))),) if rng.randrange(2) else ()
    return (kind(text), *header)


def _folded(rng: Random) -> Sequence[Criterion]:
    kind = rng.choice((PathStringPrefix, PathExact))
    return (kind("/" + _word(rng, "aAéÉ", 4), ignore_case=rng.randrange(2) == 0),)


def _path(alphabet: str) -> Requests:
    return lambda rng: Request.from_parts(
        "GET", "/" + _word(rng, alphabet, 12), headers=[("x", rng.choice("1234")) for _ in range(rng.randrange(3))]
    )


def _dimensions(rng: Random) -> Sequence[Criterion]:
    names = [f"h{rng.randrange(60)}" for _ in range(rng.randrange(1, 4))]
    return [HeaderMatch(name, TextExact(rng.choice("12")), joined=rng.randrange(4) == 0) for name in names]


def _some_headers(rng: Random) -> Request:
    lines = [(f"h{rng.randrange(60)}", rng.choice("123")) for _ in range(rng.randrange(60))]
    return Request.from_parts("GET", "/", headers=lines)


def _alternatives(rng: Random) -> Sequence[Criterion]:
    """More values than are indexed, alternatives in one and in several dimensions."""
    values = [str(rng.randrange(40)) for _ in range(rng.choice((1, 2, 15, 16, 17, 30)))]
    return rng.choice(
        (
            (Method([f"M{value}" for value in values]),),
            (AnyOf(tuple(HeaderMatch("x", TextExact(value)) for value in values)),),
            (AnyOf(tuple(QueryMatch("x", TextExact(value)) for value in values)), Method("M1")),
            (AnyOf((HeaderMatch("x", TextExact(values[0])), Method([f"M{value}" for value in values]))),),
        )
    )


def _one_value(rng: Random) -> Request:
    target = f"/?x={rng.randrange(40)}&x={rng.randrange(40)}"
    return Request.from_parts(f"M{rng.randrange(40)}", target, headers=[("x", str(rng.randrange(60)))])


def _shapes(rng: Random) -> Sequence[Criterion]:
    pieces = [rng.choice(("a", "b", "", f"{{p{place}}}", f"a{{p{place}}}")) for place in range(rng.randrange(1, 6))]
    if rng.randrange(4) == 0:
        pieces.append("{rest=**}")
    return (PathTemplate("/" + "/".join(pieces)),)


def _segments(rng: Random) -> Request:
    return Request.from_parts(
        "GET", "".join(f"/{rng.choice(('a', 'b', '', 'ab', 'a'))}" for _ in range(rng.randrange(8)))
    )


def _hosts(rng: Random) -> Sequence[Criterion]:
    word = _word(rng, "ab.", 4)
    domains = (HostExact(word), HostSuffix(word, proper=rng.randrange(2) == 0), HostPrefix(word))
    return (AnyOf(domains[: rng.randrange(1, 4)]), PathExact(rng.choice(("/", "/a"))))


def _host(rng: Random) -> Request:
    return Request.from_parts("GET", rng.choice(("/", "/a", "/b")), authority=_word(rng, "abA.", 6))


def _patterns(rng: Random) -> Sequence[Criterion]:
    text = _word(rng, "ab", 3)
    return (PathRegex(rng.choice((f"/{text}.*", f"/{text}[ab]?", f"/({text}|b)a*", f"(?i)/{text}", f"/a|/{text}b"))),)


@pytest.mark.parametrize("count", [30, 300])
@pytest.mark.parametrize(
    ("conditions", "requests"),
    [
        (_prefixes, _path("ab/")),
        (_folded, _path("aAéÉ")),
        (_dimensions, _some_headers),
        (_alternatives, _one_value),
        (_shapes, _segments),
        (_hosts, _host),
        (_patterns, _path("abA")),
    ],
    ids=["prefixes", "folded", "dimensions", "alternatives", "shapes", "hosts", "patterns"],
)
def test_the_definition_holds(conditions: Conditions, requests: Requests, count: int) -> None:
    rng = Random(count)  # noqa: S311 - repeatable, not secret
    routed = 0
    routes = tuple(Route(f"r{place}", match=RouteMatch(tuple(conditions(rng))), to="x") for place in range(count))
    table = RouteTable("t", (VirtualHost(None, routes),), method_not_allowed=True)
    mesh, router = as_mesh(table), Router(table)
    for place in range(60):
        if place % 20 == 19:
            old = f"r{rng.randrange(count)}"
            router = router.replace(old, Route(old, match=RouteMatch(tuple(conditions(rng))), to="y"))
            mesh = router.mesh
        routed += check_definition(mesh, router, requests(rng)).route is not None
    assert routed > 5


@pytest.mark.parametrize("count", [5, 100])
def test_the_best_of_many_domains(count: int) -> None:
    rng = Random(count)  # noqa: S311 - repeatable, not secret
    hosts: list[VirtualHost] = []
    for place in range(count):
        domains = tuple(
            rng.choice((HostExact, HostSuffix, HostPrefix))(_word(rng, "ab.", 4), ignore_port=rng.randrange(3) > 0)
            for _ in range(rng.randrange(1, 4))
        )
        hosts.append(VirtualHost(f"h{place}", (Route("a", path="/", to="x"),), domains))
    table = RouteTable("t", tuple(hosts), host_selection="best_only")
    mesh, router = as_mesh(table), Router(table)
    for _ in range(300):
        host = _word(rng, "abA.", 6) + rng.choice(("", "", ":80", ":"))
        answer = check_definition(mesh, router, Request.from_parts("GET", "/", authority=host))
        assert (
            answer.virtual_host
            == check_definition(mesh, router, Request.from_parts("GET", "/x", authority=host)).virtual_host
        )

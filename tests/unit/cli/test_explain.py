from __future__ import annotations

from tests.unit.cli.bench import Bench


def test_every_key_of_an_explanation(bench: Bench) -> None:
    found = bench.object("explain", "mesh.yaml", "/paths/red", "--json")
    assert (found["schema"], found["answer"]["route"]) == (1, "blue")
    gateway, router = found["hops"]
    assert (gateway["table"], gateway["virtual_host"]) == ("virtualgateway/shop/ingress", None)
    assert [(candidate["route"], candidate["verdict"]) for candidate in gateway["candidates"]] == [
        ("paths", "chosen"),
        ("old", "rejected"),
        ("health", "rejected"),
    ]
    red = router["candidates"][0]
    assert red == {
        "route": "red",
        "route_id": "route/shop/red/0",
        "source": "mesh.yaml:30",
        "verdict": "rejected",
        "reason": red["reason"],
        "criteria": [
            {
                "criterion": red["criteria"][0]["criterion"],
                "accepted": True,
                "seen": "the path is '/red'",
            },
            {
                "criterion": red["criteria"][1]["criterion"],
                "accepted": False,
                "seen": "header 'x-canary' is missing",
            },
        ],
    }
    assert "header 'x-canary' is missing" in red["reason"]
    assert red["criteria"][0]["criterion"].startswith("PathStringPrefix('/red'")


def test_many_explanations(bench: Bench) -> None:
    bench.feed('{"id": "a", "url": "/old"}\n{"id": "b", "url": "/health"}\n')
    assert bench.run("explain", "mesh.yaml", "--requests", "-", "--json") == 0
    assert [found["answer"]["id"] for found in bench.objects()] == ["a", "b"]


def test_people_read_every_candidate(bench: Bench) -> None:
    assert bench.run("explain", "mesh.yaml", "/old") == 0
    lines = bench.out.text.splitlines()
    assert lines[:3] == ["GET /old", "table virtualgateway/shop/ingress", "  chosen   old"]
    assert "  rejected health" in lines


def test_colours_only_on_a_terminal(bench: Bench) -> None:
    bench.out.terminal = True
    bench.run("explain", "mesh.yaml", "/old")
    lines = bench.out.text.splitlines()
    assert lines[:3] == [
        "\x1b[1mGET /old\x1b[0m",
        "\x1b[1mtable virtualgateway/shop/ingress\x1b[0m",
        "\x1b[32m  chosen   old\x1b[0m",
    ]
    assert "\x1b[2m  rejected health\x1b[0m" in lines

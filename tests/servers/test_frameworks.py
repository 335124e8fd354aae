"""Every framework, on a real server: it sees what was routed, and all else is as it was without the middleware."""

from __future__ import annotations

import json

import pytest

from tests.servers.serve import serving

FRAMEWORKS = [
    # framework, server, and how it builds the URL of cart 7 for a request that came by /shop/
    ("starlette", "uvicorn, h11", "/shop/cart/7"),
    ("fastapi", "hypercorn", "/shop/cart/7"),
    ("litestar", "uvicorn, httptools", "/cart/7"),
    ("django_asgi", "uvicorn, h11", "/shop/cart/7"),
    ("quart", "hypercorn", "/shop/cart/7"),
    ("falcon_asgi", "uvicorn, httptools", None),
    ("django_wsgi", "gunicorn", "/shop/cart/7"),
    ("flask", "waitress", "/shop/cart/7"),
    ("falcon_wsgi", "gunicorn", None),
]


@pytest.mark.parametrize(("framework", "server", "url"), FRAMEWORKS, ids=[name for name, *_ in FRAMEWORKS])
def test_framework(framework: str, server: str, url: str | None) -> None:
    with serving(server, f"tests.servers.frameworks:{framework}") as running:
        seen = json.loads(running.get("/cart/42?x=1").body)
        assert (seen["number"], seen["route"], seen["path"]) == ("42", "cart", "/cart/42")
        seen = json.loads(running.get("/shop/cart/42").body)
        assert (seen["number"], seen["route"], seen["url"]) == ("42", "shop", url)
        answer = running.get("/old")
        assert (answer.status, dict(answer.headers)["location"]) == (302, "http://a.example/new")
        assert running.get("/elsewhere").status == 404, "the framework's own"
        assert running.get("/upload", method="POST", body=b"x" * 100_000).body == b"100000"
        assert "Traceback" not in running.said()


def test_a_framework_that_does_not_look_at_where_it_is_mounted() -> None:
    with serving("uvicorn, h11", "tests.servers.frameworks:falcon_mounted") as running:
        assert running.get("/cart/42").status == 200
        assert running.get("/shop/cart/42").status == 404


@pytest.mark.parametrize("server", ["uvicorn, h11", "hypercorn"])
def test_an_old_django_beside_a_new_fastapi(server: str) -> None:
    with serving(server, "tests.servers.frameworks:strangler") as running:
        assert json.loads(running.get("/cart/1").body)["route"] == "cart"
        answer = running.get("/cart/1", "X-New: 1")
        assert json.loads(answer.body)["route"] == "new", "its lifespan has run, or it would fail"
        assert running.get("/elsewhere").status == 404
        assert "Traceback" not in running.said()


def test_an_old_wsgi_application_beside_a_new_fastapi() -> None:
    with serving("uvicorn, h11", "tests.servers.frameworks:bridged") as running:
        assert running.get("/shop/x").body == b"old /x"
        assert json.loads(running.get("/cart/1", "X-New: 1").body)["number"] == "1"

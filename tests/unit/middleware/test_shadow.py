"""A candidate beside the router that serves."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from meshroute import Backend, Forward, Request, Route, Router
from meshroute.criteria import RouteMatch
from meshroute.middleware import Discrepancy
from meshroute.middleware import asgi as asgi_middleware
from meshroute.middleware import wsgi as wsgi_middleware
from meshroute.middleware.shadow import Shadow
from meshroute.model.chance import RandomFraction
from tests.unit.middleware.drive import AsgiApp, WsgiApp, asgi, environ_of, scope_of, wsgi

CURRENT = Router([Route("a", path_prefix="/a", to="x"), Route("b", path_prefix="/b", to="x")])
CANDIDATE = Router([Route("a", path_prefix="/a", to="x"), Route("b2", path_prefix="/b", to="y")])


def _shadow(report: Any, **settings: Any) -> Shadow:
    given: dict[str, Any] = {"sample": 1.0, "by": "answer", "limit": 10, **settings}
    return Shadow(
        settings.get("candidate", CANDIDATE), report, sample=given["sample"], by=given["by"], limit=given["limit"]
    )


def test_what_differs_is_reported_and_the_current_one_serves() -> None:
    found: list[Discrepancy] = []
    app = AsgiApp()
    middleware = asgi_middleware.ShadowMiddleware(app, CURRENT, CANDIDATE, found.append)
    for target in ("/a", "/b/1", "/c"):
        asgi(middleware, scope_of(target))
    assert [scope["path"] for scope in app.scopes] == ["/a", "/b/1"]
    assert app.scope["meshroute"].route.name == "b"
    (one,) = found
    assert (one.current.route.name, one.candidate.route.name, one.count) == ("b", "b2", 1)  # type: ignore[union-attr]  # there is one
    assert str(one).startswith("GET http://a.example/b/1: <Resolution outcome='forward' route='b'")
    assert middleware.shadow.counts == {("b", "b2"): 1}

    other = wsgi_middleware.ShadowMiddleware(WsgiApp(), CURRENT, CANDIDATE, found.append, by="route", port=None)
    assert wsgi(other, environ_of("/b/2")).body == b"app!"
    assert found[-1].current.received.path == "/b/2"
    assert other.shadow.counts == {("b", "b2"): 1}


def test_what_counts_can_be_chosen() -> None:
    renamed = Router([Route("z", path_prefix="/a", to="x"), Route("b", path_prefix="/b", to="x")])
    for by, differs in (("answer", 0), ("backend", 0), ("route", 1)):
        found: list[Discrepancy] = []
        shadow = Shadow(renamed, found.append, sample=1, by=by, limit=1)  # type: ignore[arg-type]  # what the test gives is what it needs
        shadow.compare(CURRENT.resolve(_request("/a")))
        assert len(found) == differs


def _request(target: str) -> Request:
    """Make a request."""
    return Request("GET", target)


def test_reports_are_bounded_and_counts_are_not() -> None:
    found: list[Discrepancy] = []
    shadow = _shadow(found.append, limit=2)
    for number in range(5):
        shadow.compare(CURRENT.resolve(_request(f"/b/{number}")))
    assert [one.count for one in found] == [1, 2]
    assert shadow.counts == {("b", "b2"): 5}


def test_pairs_are_bounded() -> None:
    many = [Route(f"r{number}", path=f"/{number}", to="x") for number in range(1_010)]
    shadow = Shadow(Router([]), lambda _: None, sample=1, by="answer", limit=0)
    current = Router(many)
    for number in range(1_010):
        shadow.compare(current.resolve(_request(f"/{number}")))
    counts = shadow.counts
    assert len(counts) == 1_001
    assert counts["*", "*"] == 10


def test_a_sample_is_compared() -> None:
    found: list[Discrepancy] = []
    none, half = _shadow(found.append, sample=0.0), _shadow(found.append, sample=0.5, limit=1_000)
    answer = CURRENT.resolve(_request("/b"))
    for _ in range(400):
        none.compare(answer)
        half.compare(answer)
    assert none.counts == {}
    assert 120 < half.counts["b", "b2"] < 280


def test_a_report_that_fails_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    def report(found: Discrepancy) -> None:
        raise LookupError(found)

    middleware = asgi_middleware.ShadowMiddleware(AsgiApp(), CURRENT, CANDIDATE, report)
    with caplog.at_level(logging.ERROR, "meshroute.middleware"):
        assert asgi(middleware, scope_of("/b")).body == b"app!"
    assert "could not be compared" in caplog.text


def test_fractions_are_compared_with_the_same_random_value() -> None:

    def drawing() -> Router:
        half = RouteMatch((RandomFraction(1, 2),))
        return Router([Route("half", match=half, action=Forward((Backend("x"),))), Route("rest", to="y")])

    found: list[Discrepancy] = []
    shadow = _shadow(found.append, candidate=drawing())
    current = drawing()
    for _ in range(100):
        shadow.compare(current.resolve(_request("/")))
    assert found == []


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"sample": 2}, "sample must be from 0 to 1, not 2"), ({"by": "x"}, "there is no by='x'; it is one of answer, ")],
)
def test_what_is_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        _shadow(print, **settings)
    assert str(caught.value).startswith(said)
    with pytest.raises(TypeError, match="takes a Router or a Reloader, not str"):
        _shadow(print, candidate="x")

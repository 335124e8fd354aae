"""What an answer says, how backends are picked, and what is rewritten."""

from __future__ import annotations

import pytest

from meshroute import Backend, Forward, Redirect, Request, Route, RouteError, Router
from meshroute.criteria import PathExact, PathPrefix, PathStringPrefix, PathTemplate
from meshroute.model.location import location_of
from meshroute.model.paths import PathCriterion
from meshroute.model.picking import pick_by_key, pick_by_value
from meshroute.model.rewrites import PrefixReplace


def _picked(backends: tuple[Backend, ...], keys: str) -> str:
    return "".join(picked.name if (picked := pick_by_key(backends, key)) else "-" for key in keys)


_KEYS = "abcdefghijklmnopqrstuvwxyz0123456789"


def test_picks_by_key() -> None:
    """Where users are must never change."""
    even = (Backend("1"), Backend("2"))
    assert _picked(even, _KEYS) == "122112121112221212111212221111211121"
    assert _picked((Backend("1", weight=3), Backend("2")), _KEYS) == "112112111112221111111112111111211111"
    assert (
        _picked((Backend("1", "ns", port=80), Backend("2", kind="Service")), _KEYS)
        == "212221121211121212222222112211221122"
    )
    assert _picked((Backend("1", weight=0), Backend("2", valid=False)), "ab") == "22"
    assert _picked((Backend("1", weight=0),), "ab") == "--"


def test_picks_by_value_are_intervals() -> None:
    backends = (Backend("a", weight=2), Backend("0", weight=0), Backend("b", weight=1))
    picks = [pick_by_value(backends, value) for value in (0, 1, 2, 3, 5)]
    assert "".join(picked.name for picked in picks if picked) == "aabab"
    assert pick_by_value((Backend("0", weight=0),), 1) is None


def test_the_one_backend_with_a_weight_is_chosen() -> None:
    def chosen(random_value: int | None, **to: int) -> str | None:
        answer = Router([Route("a", to=to)]).resolve(Request("GET", "/", random_value=random_value))
        return None if answer.chosen is None else answer.chosen.name

    assert chosen(None, a=0, b=5) == "b"
    assert chosen(None, a=1, b=5) is None
    assert chosen(3, a=1, b=5) == "b"


def test_a_route_without_a_backend_that_works_is_an_error() -> None:
    def status(*backends: Backend) -> tuple[str, int | None]:
        answer = Router([Route("a", action=Forward(backends))]).resolve(Request("GET", "/"))
        return answer.outcome.value, answer.status

    assert status() == ("backend_error", 503)
    assert status(Backend("a", weight=0)) == ("backend_error", 503)
    assert status(Backend("a", valid=False, status=500)) == ("backend_error", 500)
    assert status(Backend("a", valid=False), Backend("b")) == ("forward", None)


def test_params_are_raw_and_decoded() -> None:
    answer = Router([Route("a", path="/{x}/{y=**}", to="b")]).resolve(Request("GET", "/a%2Fb/c/d%20e"))
    assert answer.params == {"x": "a%2Fb", "y": "c/d%20e"}
    assert answer.decoded_params == {"x": "a/b", "y": "c/d e"}


@pytest.mark.parametrize(
    ("redirect", "wanted"),
    [
        (Redirect(scheme="https"), "https://a.example/x?y"),
        (Redirect(port=8443), "http://a.example:8443/x?y"),
        (Redirect(port=80), "http://a.example/x?y"),
        (Redirect(host="b"), "http://b/x?y"),
        (Redirect(path="/z"), "http://a.example:81/z?y"),
        (Redirect(path="/z?w"), "http://a.example:81/z?w"),
        (Redirect(keep_query=False), "http://a.example:81/x"),
    ],
)
def test_locations(redirect: Redirect, wanted: str) -> None:
    assert location_of(redirect, Request("GET", "http://a.example:81/x?y")) == wanted


@pytest.mark.parametrize(
    ("matched", "target", "wanted"),
    [
        (PathStringPrefix("/a/"), "/a/b?q", "/n/b?q"),
        (PathStringPrefix("/A/", ignore_case=True), "/a/b", "/n/b"),
        (PathPrefix("/a"), "/a/b", "/n//b"),
        (PathExact("/a"), "/a", "/n/"),
        (PathTemplate("/a/{x}"), "/a/b", "/n/"),
        (PathStringPrefix("/b"), "/a/b", "/a/b"),
    ],
)
def test_the_matched_text_is_replaced(matched: PathCriterion, target: str, wanted: str) -> None:
    assert PrefixReplace("/n/").apply(Request("GET", target), matched).target == wanted


def test_urls_are_built_from_names() -> None:
    router = Router([Route("a", path="/v{x}/{y=**}", to="b"), Route("c", path="/c", to="b")])
    assert router.url_for("a", x="1/2", y="p/q r") == "/v1%2F2/p/q%20r"
    assert router.url_for("c") == "/c"
    with pytest.raises(RouteError, match="needs a value for 'y'"):
        router.url_for("a", x=1)
    with pytest.raises(RouteError, match="has no parameter 'z'"):
        router.url_for("a", x=1, y="", z=1)
    with pytest.raises(RouteError, match="that is not empty"):
        router.url_for("a", x="", y="")

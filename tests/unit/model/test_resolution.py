"""Resolutions: every outcome, and what is derived from it."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from meshroute.model.actions import (
    Action,
    Backend,
    Delegate,
    DirectResponse,
    Forward,
    NoRoute,
    Redirect,
    RetryPolicy,
    Timeouts,
)
from meshroute.model.criteria import PathRegex, PathStringPrefix, PathTemplate, RouteMatch
from meshroute.model.hops import Failure, Hop, Outcome, Place, apply_rewrites
from meshroute.model.location import location_of
from meshroute.model.notices import Notice
from meshroute.model.request import Request
from meshroute.model.resolution import Resolution
from meshroute.model.rewrites import HostRewrite, PrefixReplace
from meshroute.model.route import Route

_GET = Request("GET", "http://a.example/x?y=1")
_NOTICE = Notice("n", "noticed")


def _late(answer: Resolution) -> tuple[Notice, ...]:
    assert answer.received.method
    return (_NOTICE,)


def _answer(action: Action, request: Request = _GET, **more: Any) -> Resolution:
    return Resolution.along(request, ((Place("t", None, Route("r", action=action)), request),), **more)


_NOTHING = Resolution.along(_GET, ((Place("t"), _GET),))
_BACKENDS = (Backend("v1", weight=95), Backend("v2", weight=5))
_FORWARD = Forward(_BACKENDS, (HostRewrite("b.example"),), "svc", Timeouts(request=15.0), RetryPolicy(2))


@pytest.mark.parametrize(
    ("answer", "outcome", "status"),
    [
        (_answer(_FORWARD), Outcome.FORWARD, None),
        (_answer(Redirect(path="/z", status=308)), Outcome.REDIRECT, 308),
        (_answer(DirectResponse(204)), Outcome.DIRECT_RESPONSE, 204),
        (_answer(NoRoute()), Outcome.NO_ROUTE, 404),
        (_answer(NoRoute(status=403)), Outcome.NO_ROUTE, 403),
        (_answer(Delegate("u")), Outcome.NO_ROUTE, 404),
        (_NOTHING, Outcome.NO_ROUTE, 404),
        (Resolution.along(_GET, ()), Outcome.NO_ROUTE, 404),
        (Resolution.along(_GET, ((Place("t"), _GET),), None, ("PUT",)), Outcome.METHOD_NOT_ALLOWED, 405),
        (_answer(Forward(())), Outcome.BACKEND_ERROR, 503),
        (_answer(Forward((Backend("a", weight=0),))), Outcome.BACKEND_ERROR, 503),
        (_answer(Forward((Backend("a", valid=False, status=500),))), Outcome.BACKEND_ERROR, 500),
        (_answer(Forward((Backend("a", valid=False), Backend("b", weight=0)))), Outcome.BACKEND_ERROR, 503),
        (_answer(Forward((Backend("a", valid=False), Backend("b")))), Outcome.FORWARD, None),
        (_answer(_FORWARD, failure=Failure(Outcome.BAD_REQUEST, 400, _NOTICE)), Outcome.BAD_REQUEST, 400),
        (_answer(_FORWARD, failure=Failure(Outcome.MISDIRECTED, 421, _NOTICE)), Outcome.MISDIRECTED, 421),
        (_answer(_FORWARD, failure=Failure(Outcome.UNSUPPORTED, None, _NOTICE)), Outcome.UNSUPPORTED, None),
        (_answer(NoRoute(), Request("", "", protocol="tcp")), Outcome.NO_ROUTE, None),
        (_answer(NoRoute(), Request("", "", protocol="tls")), Outcome.NO_ROUTE, None),
        (_answer(NoRoute(), Request("", "", protocol="udp")), Outcome.NO_ROUTE, None),
        (_answer(NoRoute(), Request("GET", "/", protocol="http2")), Outcome.NO_ROUTE, 404),
    ],
)
def test_outcomes_and_statuses(answer: Resolution, outcome: Outcome, status: int | None) -> None:
    assert answer.outcome is outcome
    assert answer.status == status


def test_outcomes_are_the_words_of_the_command_line() -> None:
    assert [outcome.value for outcome in Outcome] == [
        "forward",
        "redirect",
        "direct_response",
        "no_route",
        "method_not_allowed",
        "misdirected",
        "backend_error",
        "bad_request",
        "unsupported",
    ]


@pytest.mark.parametrize(
    ("status", "expected"),
    [(400, 13), (401, 16), (403, 7), (404, 12), (429, 14), (502, 14), (503, 14), (504, 14), (405, 2), (500, 2)],
)
def test_grpc_statuses(status: int, expected: int) -> None:
    request = Request("POST", "/s/m", protocol="grpc")
    assert _answer(NoRoute(status=status), request).grpc_status == expected


@pytest.mark.parametrize(
    ("request_", "is_grpc", "grpc_status"),
    [
        (Request("POST", "/", protocol="grpc"), True, 12),
        (Request("POST", "/", {"content-type": "application/grpc"}), True, 12),
        (Request("POST", "/", {"content-type": "application/grpc+json"}), True, 12),
        (Request("POST", "/", {"content-type": "application/grpc-web"}), False, None),
        (Request("POST", "/"), False, None),
    ],
)
def test_what_is_grpc(request_: Request, is_grpc: bool, grpc_status: int | None) -> None:
    answer = _answer(NoRoute(), request_)
    assert (answer.is_grpc, answer.grpc_status) == (is_grpc, grpc_status)
    assert _answer(_FORWARD, request_).grpc_status is None


def test_a_forward() -> None:
    answer = _answer(_FORWARD)
    assert answer.backends == _BACKENDS
    assert answer.action is _FORWARD
    assert answer.request == Request("GET", "http://b.example/x?y=1")
    assert (answer.timeouts, answer.retry, answer.service) == (Timeouts(request=15.0), RetryPolicy(2), "svc")
    assert (answer.redirect, answer.body, answer.allowed_methods) == (None, None, ())
    assert answer.route == Route("r", action=_FORWARD)
    assert repr(answer) == "<Resolution outcome='forward' route='r' backends={'v1': 95, 'v2': 5}>"


def test_a_redirect() -> None:
    answer = _answer(Redirect(path="/z"))
    assert answer.redirect == "http://a.example/z?y=1"
    assert (answer.request, answer.backends, answer.chosen, answer.pick(), answer.pick("k")) == (
        None,
        (),
        None,
        None,
        None,
    )
    assert (answer.timeouts, answer.retry, answer.body) == (Timeouts(), None, None)
    assert repr(answer) == "<Resolution outcome='redirect' status=302 route='r'>"


def test_a_direct_response() -> None:
    answer = _answer(DirectResponse(200, "hello"))
    assert (answer.body, answer.redirect, answer.request) == ("hello", None, None)
    assert _answer(DirectResponse(200)).body is None


def test_nothing_matched() -> None:
    assert (_NOTHING.route, _NOTHING.action, _NOTHING.request, _NOTHING.redirect) == (None, None, None, None)
    assert (_NOTHING.params, _NOTHING.service, _NOTHING.notices) == ({}, None, ())
    assert _NOTHING.hops == (Hop(Place("t"), _GET),)
    assert (_NOTHING.hops[0].table, _NOTHING.hops[0].route) == ("t", None)
    assert repr(_NOTHING) == "<Resolution outcome='no_route' status=404>"
    assert Resolution.along(_GET, ()).virtual_host is None


def test_a_failure_sends_nothing_on() -> None:
    failure = Failure(Outcome.NO_ROUTE, None, _NOTICE)
    assert _answer(_FORWARD, failure=failure).request is None
    assert _answer(Redirect(), failure=failure).redirect is None
    assert _answer(_FORWARD, failure=failure).notices == (_NOTICE,)


def test_the_way_through_several_tables() -> None:
    first = Route("gr", match=RouteMatch((PathTemplate("/{x}/{y}"),)), action=Delegate("u", service="one"))
    second = Route("rr", match=RouteMatch((PathRegex("/(?P<y>.*)"),)), action=Forward((Backend("n"),)))
    inner = Request("GET", "http://b/p%20q")
    outer = Request("GET", "http://a/1%2F/2")
    answer = Resolution.along(
        outer,
        (
            (Place("t", "v1", first, notices=(Notice("t", "m"),)), outer),
            (Place("u", "v2", second, "two", (Notice("u", "m"), _NOTICE)), inner),
        ),
        late=_late,
    )
    assert [(hop.table, hop.route, hop.request) for hop in answer.hops] == [("t", first, outer), ("u", second, inner)]
    assert answer.route is second
    assert answer.virtual_host == "v2"
    assert answer.service == "two"
    assert answer.params == {"x": "1%2F", "y": "p%20q"}
    assert answer.decoded_params == {"x": "1/", "y": "p q"}
    assert answer.request == inner
    assert [notice.code for notice in answer.notices] == ["t", "u", "n"]  # each once


def test_the_last_route_with_a_name() -> None:
    nameless = Place("u", None, Route(None, action=NoRoute()))
    named = Place("t", None, Route("gr", action=Delegate("u")))
    answer = Resolution.along(_GET, ((named, _GET), (nameless, _GET)))
    assert answer.route is not None
    assert answer.route.name == "gr"
    assert Resolution.along(_GET, ((nameless, _GET),)).route is None


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([Place("t", None, None, "table")], "table"),
        ([Place("t", None, Route("r", action=Forward((), service="own")), "table")], "own"),
        ([Place("t", None, Route("r", action=NoRoute(service="gone")))], "gone"),
        ([Place("t", None, Route("r", action=Delegate("u", service="next"))), Place("u")], "next"),
        ([Place("t", None, Route("r", action=Redirect()))], None),
        ([], None),
    ],
)
def test_the_virtual_service(places: list[Place], expected: str | None) -> None:
    assert Resolution.along(_GET, tuple((place, _GET) for place in places)).service == expected


@pytest.mark.parametrize(
    ("backends", "random_value", "chosen"),
    [
        ((Backend("a"), Backend("b", weight=0)), None, "a"),
        ((Backend("a", valid=False),), None, "a"),
        (_BACKENDS, None, None),
        (_BACKENDS, 94, "v1"),
        (_BACKENDS, 95, "v2"),
        (_BACKENDS, 0, "v1"),
        ((Backend("a", weight=0),), 3, None),
    ],
)
def test_the_chosen_backend(backends: tuple[Backend, ...], random_value: int | None, chosen: str | None) -> None:
    answer = _answer(Forward(backends), _GET.replace(random_value=random_value))
    assert answer.random_value == random_value
    assert (None if answer.chosen is None else answer.chosen.name) == chosen


def test_picking() -> None:
    even = (Backend("a"), Backend("b"))
    picked = [_answer(Forward(even)).pick(key) for key in ("user-1", b"user-1", "user-2", "")]
    assert picked == [even[1], even[1], even[0], even[0]]
    # a keyless pick uses the request's random value
    drawn = _answer(Forward(_BACKENDS), _GET.replace(random_value=95))
    assert drawn.pick() == _BACKENDS[1]
    assert drawn.pick("user-42") == _BACKENDS[0]
    assert {_answer(Forward(even)).pick() for _ in range(200)} == set(even)


def test_answers_compare_hash_and_pickle() -> None:
    answer, same = _answer(_FORWARD), _answer(_FORWARD)
    assert answer == same
    assert hash(answer) == hash(same)
    assert answer != _NOTHING
    assert answer != _answer(_FORWARD, late=_late)
    assert answer != "answer"
    assert _answer(_FORWARD, _GET.replace(random_value=1)) != answer
    for original in (answer, _answer(_FORWARD, late=_late), _NOTHING):
        again = pickle.loads(pickle.dumps(original))
        assert again == original
        assert again.notices == original.notices
        assert again.outcome is original.outcome


def test_rewrites_follow_one_another() -> None:
    route = Route("r", match=RouteMatch((PathStringPrefix("/a/"),)), to="b")
    rewrites = (HostRewrite("b"), PrefixReplace("/"))
    request = Request("GET", "http://a/a/x?y")
    assert apply_rewrites(rewrites, request, route) == Request("GET", "http://b/x?y")
    assert apply_rewrites(rewrites, request, None) == Request("GET", "http://b/?y")
    assert apply_rewrites((), request, route) is request


@pytest.mark.parametrize(
    ("redirect", "url", "location"),
    [
        (Redirect(), "http://a.example:8080/x?y", "http://a.example:8080/x?y"),
        (Redirect(scheme="https"), "http://a.example:8080/x", "https://a.example/x"),
        (Redirect(scheme="http"), "http://a.example:8080/x", "http://a.example:8080/x"),
        (Redirect(scheme="https", port=443), "http://a.example/x", "https://a.example/x"),
        (Redirect(scheme="https", port=8443), "http://a.example/x", "https://a.example:8443/x"),
        (Redirect(port=80), "http://a.example:8080/x", "http://a.example/x"),
        (Redirect(port=81), "http://[::1]:8080/x", "http://[::1]:81/x"),
        (Redirect(port=81), "ftp://a/x", "ftp://a:81/x"),
        (Redirect(host="b.example"), "http://a.example/x", "http://b.example/x"),
        (Redirect(host="b.example:81"), "http://a.example/x", "http://b.example:81/x"),
        (Redirect(host="b.example", port=81), "https://a.example/x", "https://b.example:81/x"),
        (Redirect(path="/z"), "http://a.example/x?y", "http://a.example/z?y"),
        (Redirect(path="/z?k"), "http://a.example/x?y", "http://a.example/z?k"),
        (Redirect(path="/z", keep_query=False), "http://a.example/x?y", "http://a.example/z"),
        (Redirect(keep_query=False), "http://a.example/x?y", "http://a.example/x"),
        (Redirect(path="/z"), "/x?", "/z?"),
        (Redirect(scheme="https"), "/x", "/x"),
        (Redirect(host="b"), "/x", "http://b/x"),
    ],
)
def test_locations(redirect: Redirect, url: str, location: str) -> None:
    assert location_of(redirect, Request("GET", url)) == location

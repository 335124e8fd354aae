"""Requests to open a tunnel (RFC 9110 §9.3.6, CONNECT), as the real Envoy takes them (tests/conformance/envoy)."""

from __future__ import annotations

from meshroute import Headers, Request, Resolution
from meshroute.model.formatting import RequestUrl
from tests.unit.readers.envoy.envoy_tables import Json, ask, listener, table, to

TUNNEL: Json = {"connect_matcher": {}}


def _ask(
    *routes: Json, target: str = "a.com:8443", headers: dict[str, str] | None = None, strip: bool = False
) -> Resolution:
    document = listener(table(*routes), upgrade_configs=[{"upgrade_type": "CONNECT"}], strip_any_host_port=strip)
    return ask(document, target, "CONNECT", authority=target, headers=headers or {})


def test_the_path_is_missing() -> None:
    inverted: Json = {"name": ":path", "string_match": {"exact": "x"}, "invert_match": True}
    answer = _ask(
        {"name": "inverted", "match": {**TUNNEL, "headers": [inverted]}, **to()}, {"name": "r", "match": TUNNEL, **to()}
    )
    assert answer.route is not None
    assert answer.route.name == "r"


def test_it_is_shown_as_where_it_goes_to() -> None:
    answer = _ask({"name": "r", "match": TUNNEL, **to()})
    assert answer.received.url == "a.com:8443"
    assert answer.request is not None
    assert answer.request.url == "a.com:8443"


def test_it_is_never_grpc() -> None:
    answer = _ask({"name": "r", "match": {**TUNNEL, "grpc": {}}, **to()}, headers={"content-type": "application/grpc"})
    assert (answer.status, answer.grpc_status) == (404, None)


def _redirect(**action: object) -> str | None:
    answer = _ask({"name": "r", "match": TUNNEL, "redirect": {"host_redirect": "b.com", **action}})
    assert answer.status == 301
    return answer.redirect


def test_only_a_redirect_that_replaces_the_path_has_a_location() -> None:
    assert _redirect() is None
    assert _redirect(path_redirect="/x") is None
    assert _redirect(path_rewrite="/x") is None
    assert _redirect(prefix_rewrite="/x") == "http://b.com/x"
    assert _redirect(regex_rewrite={"pattern": {"regex": "a"}, "substitution": "b"}) is None
    assert _redirect(regex_rewrite={"pattern": {"regex": "a*"}, "substitution": "/b"}) == "http://b.com/b"


def test_a_direct_response_has_no_location_of_the_request_itself() -> None:
    answer = _ask({"name": "r", "match": TUNNEL, "direct_response": {"status": 201}})
    assert answer.response(Headers()).get("location") is None
    assert RequestUrl().render(Request.from_parts("CONNECT", "", authority="a.com:1")) is None


def test_the_port_is_cut_off_for_the_routes_alone() -> None:
    rewriting = {"name": "r", "match": TUNNEL, **to(host_rewrite_literal="b.com")}
    plain = {"name": "r", "match": TUNNEL, **to()}
    for strip, route, original, host in (
        (True, rewriting, "a.com:8443", "b.com"),
        (True, plain, None, "a.com:8443"),
        (False, plain, None, "a.com:8443"),
    ):
        leaving = _ask(route, strip=strip).request
        assert leaving is not None
        assert (leaving.headers.get("x-envoy-original-host"), leaving.authority) == (original, host)

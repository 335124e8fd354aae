"""What a data plane does to a request before its routes see it (envoy.md §2.2, §2.3)."""

from __future__ import annotations

import pytest

from meshroute.model.normalization import Normalization
from meshroute.model.request import Request


def _paths(normalization: Normalization, target: str) -> str | None:
    seen = normalization.apply(Request.from_parts("GET", target))
    return None if seen is None else seen.target


@pytest.mark.parametrize(
    ("normalization", "target", "wanted"),
    [
        (Normalization(), "/a%2Fb", "/a%2Fb"),
        (Normalization(escaped_slashes="unescape"), "/a%2Fb%5cc?%2F", "/a/b\\c?%2F"),
        (Normalization(escaped_slashes="unescape", path=True), "/a%2F..%5cc", "/c"),
        (Normalization(escaped_slashes="reject"), "/a%2fb", None),
        (Normalization(escaped_slashes="reject"), "/a%2eb?%2f", "/a%2eb?%2f"),
        (Normalization(escaped_slashes="redirect"), "/a%2Fb", "/a/b"),
        (Normalization(slashes=True), "/a//../b", "/a/../b"),
        (Normalization(path=True), "/a//../b", "/a/b"),
        (Normalization(path=True), "/a/%00", None),
        (Normalization(path=True, slashes=True), "/a/%00", None),
        (Normalization(path=True, slashes=True), "/a//../b", "/a/b"),
        (Normalization(fragment=True), "/a#b", None),
        (Normalization(), "/a#b", "/a#b"),
        (Normalization(path=True), "*", "*"),
    ],
)
def test_the_path_is_normalised_in_order_and_the_query_never(
    normalization: Normalization, target: str, wanted: str | None
) -> None:
    assert _paths(normalization, target) == wanted


@pytest.mark.parametrize(
    ("normalization", "target", "wanted"),
    [
        (Normalization(), "/a%2Fb", None),
        (Normalization(escaped_slashes="unescape"), "/a%2Fb", None),
        (Normalization(escaped_slashes="redirect"), "/a?%2F", None),
        (Normalization(escaped_slashes="redirect"), "/a%2Fb?x=%2F", "/a/b?x=%2F"),
        (Normalization(escaped_slashes="redirect", path=True, slashes=True), "/a%2F%2F..%2Fb", "/a/b"),
        (Normalization(escaped_slashes="redirect", path=True), "/a%2Fb%00", None),
    ],
)
def test_escaped_slashes_may_redirect_to_the_normal_form(
    normalization: Normalization, target: str, wanted: str | None
) -> None:
    assert normalization.redirect(Request.from_parts("GET", target)) == wanted


@pytest.mark.parametrize(
    ("normalization", "host", "wanted"),
    [
        (Normalization(), "a.com.:80", "a.com.:80"),
        (Normalization(host_port="any"), "a.com:81", "a.com"),
        (Normalization(host_port="matching"), "a.com:81", "a.com:81"),
        (Normalization(host_port="matching"), "a.com:8080", "a.com"),
        (Normalization(host_dot=True), "a.com.:80", "a.com:80"),
        (Normalization(host_dot=True), "a.com..", "a.com."),
        (Normalization(host_dot=True, host_port="any"), "a.com.:80", "a.com"),
        (Normalization(host_dot=True), None, None),
    ],
)
def test_the_host_loses_port_and_dot_where_that_is_asked_for(
    normalization: Normalization, host: str | None, wanted: str | None
) -> None:
    seen = normalization.apply(Request.from_parts("GET", "/", authority=host, port=8080))
    assert seen is not None
    assert seen.authority == wanted


def test_lines_of_inline_headers_are_joined_at_the_first_and_empty_ones_left_out() -> None:
    normalization = Normalization(joined=frozenset({"accept"}))
    lines = [("Accept", ""), ("x", "1"), ("accept", "b"), ("x", "2"), ("ACCEPT", ""), ("accept", "c")]
    seen = normalization.apply(Request.from_parts("GET", "/", headers=lines))
    assert seen is not None
    assert seen.headers.items() == (("Accept", "b,c"), ("x", "1"), ("x", "2"))


def test_the_forwarded_protocol_is_added_where_it_is_missing() -> None:
    normalization = Normalization(forwarded_proto=True)
    added = normalization.apply(Request.from_parts("GET", "/", scheme="https"))
    kept = normalization.apply(Request.from_parts("GET", "/", headers={"x-forwarded-proto": "ftp"}))
    assert added is not None
    assert kept is not None
    assert added.headers.get("x-forwarded-proto") == "https"
    assert kept.headers.items() == (("x-forwarded-proto", "ftp"),)


def test_a_tunnel_has_a_host_and_no_path() -> None:
    normalization = Normalization(strict=True)
    tunnel = normalization.apply(Request.from_parts("CONNECT", "a.com:443", authority="b.com"))
    extended = normalization.apply(Request.from_parts("CONNECT", "/chat", authority="b.com"))
    assert tunnel is not None
    assert extended is not None
    assert (tunnel.authority, tunnel.target) == ("a.com:443", "")
    assert (extended.authority, extended.target) == ("b.com", "/chat")


@pytest.mark.parametrize(
    "request_",
    [
        Request.from_parts("GET", "/a\x7f"),
        Request.from_parts("GET", "/\xe9"),
        Request.from_parts("G T", "/"),
        Request.from_parts("GET", "/", authority="a b"),
        Request.from_parts("GET", "/", headers=[("a", "\n")]),
        Request.from_parts("GET", "/", headers=[("a b", "")]),
    ],
)
def test_what_no_codec_reads_is_refused_only_where_that_is_asked_for(request_: Request) -> None:
    assert Normalization(strict=True).apply(request_) is None
    assert Normalization().apply(request_) == request_


def test_tcp_has_no_method() -> None:
    request = Request.from_parts("", "", protocol="tcp")
    assert Normalization(strict=True).apply(request) == request

"""Requests: what a URL, an absolute target and a header give, one case for each rule."""

from __future__ import annotations

import pytest

from meshroute import Headers, Request, RequestError
from meshroute.model.request import listener_port


@pytest.mark.parametrize("url", ["/\ud800", "/?a=\udbff", "http://a/\ud800"])
def test_half_a_character_is_no_url(url: str) -> None:
    with pytest.raises(RequestError, match="half of a character that no bytes stand for"):
        Request("GET", url)


@pytest.mark.parametrize(
    ("target", "scheme", "authority", "wanted"),
    [
        ("http://A.example/x?y", "http", "A.example", "/x?y"),
        ("HTTPS://a.example?y", "https", "a.example", "?y"),
        ("https://a.example", "https", "a.example", "/"),
        ("/x?u=http://b/", "http", "given", "/x?u=http://b/"),
        ("://x", "http", "given", "://x"),
        ("x y://z", "http", "given", "x y://z"),
    ],
)
def test_an_absolute_target_overrides_scheme_and_host(target: str, scheme: str, authority: str, wanted: str) -> None:
    request = Request.from_parts("GET", target, authority="given")
    assert (request.scheme, request.authority, request.target) == (scheme, authority, wanted)


def test_a_host_line_overrides_the_host_of_the_url() -> None:
    request = Request("GET", "http://a.example/", headers={"HOST": "b.example", "x": "1"})
    assert request.authority == "b.example"
    assert request.headers.items() == (("x", "1"),)


def test_parts_of_a_request_count_as_headers() -> None:
    request = Request("PUT", "https://a.example:1/x?y", headers={"b": "1"})
    found = [request.header_lines(name) for name in (":method", ":path", ":scheme", ":authority", "host", "b", "c")]
    assert found == [("PUT",), ("/x?y",), ("https",), ("a.example:1",), ("a.example:1",), ("1",), ()]
    assert Request("GET", "/").header_lines("host") == ()


@pytest.mark.parametrize(
    ("query", "value"),
    [("x=1&x=2", "1"), ("y=3&x=2", "2"), ("x", ""), ("x=a=b", "a=b"), ("X=1", None), ("", None), ("%78=1", None)],
)
def test_the_first_parameter_of_a_name_counts_and_nothing_is_decoded(query: str, value: str | None) -> None:
    assert Request.from_parts("GET", f"/?{query}").query_value("x") == value


@pytest.mark.parametrize(
    ("url", "port", "only", "wanted"),
    [
        ("http://a:81/", 7, 8, 7),
        ("http://a:81/", None, 8, 8),
        ("http://a:81/", None, None, 81),
        ("https://a/", None, None, 443),
        ("/", None, None, 80),
        ("foo://a/", None, None, 80),
    ],
)
def test_the_port_is_the_given_one_else_the_only_one_else_that_of_the_url(
    url: str, port: int | None, only: int | None, wanted: int
) -> None:
    assert listener_port(Request("GET", url, port=port), only) == wanted


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_has_sixteen_bits(port: int) -> None:
    with pytest.raises(RequestError, match="the port must be from 0 to 65535"):
        Request("GET", "/", port=port)
    assert Request("GET", "/", port=65535).port == 65535


def test_a_random_value_has_sixty_four_bits() -> None:
    assert Request("GET", "/", random_value=2**64 - 1).random_value == 2**64 - 1
    with pytest.raises(RequestError, match="random_value must be from 0"):
        Request("GET", "/", random_value=2**64)


def test_grpc_implies_its_content_type_unless_one_is_sent() -> None:
    assert Request("POST", "/", protocol="grpc").headers.get("content-type") == "application/grpc"
    other = Request("POST", "/", headers={"Content-Type": "application/grpc+proto"}, protocol="grpc")
    assert other.headers.lines("content-type") == ("application/grpc+proto",)


def test_headers_compare_names_without_case_and_values_exactly() -> None:
    assert Headers([("X", "a")]) == Headers([("x", "a")])
    assert Headers([("x", "a")]) != Headers([("x", "A")])
    assert Headers([("a", "1"), ("b", "2")]) != Headers([("b", "2"), ("a", "1")])
    assert Headers([("É", "1")]) != Headers([("é", "1")])


def test_lines_of_a_header_keep_their_order() -> None:
    headers = Headers([("X", "2"), ("y", "0"), ("x", "1")])
    assert headers.lines("x") == ("2", "1")
    assert headers.get("X") == "2"
    assert Headers({"x": ["2", "1"]}).lines("x") == ("2", "1")


def test_headers_are_wire_text() -> None:
    with pytest.raises(RequestError, match="wire text has one character per byte"):
        Headers({"x": "\u0100"})
    assert Headers({"x": "\xff"}).get("x") == "\xff"


def test_the_host_is_compared_in_lower_case_with_or_without_its_port() -> None:
    request = Request.from_parts("GET", "/", authority="A.Éxample:80")
    assert request.host() == "a.Éxample"
    assert request.host(ignore_port=False) == "a.Éxample:80"
    assert Request.from_parts("GET", "/").host() is None

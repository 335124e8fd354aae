"""Origins (RFC 6454) and what is said to browsers (Fetch §3.3, GEP-1767)."""

from __future__ import annotations

import pytest

from meshroute.model.cors import CorsHeaders, origin_matches
from meshroute.model.request import Request


@pytest.mark.parametrize(
    ("pattern", "origin", "expected"),
    [
        ("*", "null", True),
        ("https://a.example", "https://a.example", True),
        ("https://a.example", "https://A.Example", True),
        ("https://a.example", "https://a.example:443", True),
        ("https://a.example:443", "https://a.example", True),
        ("http://a.example", "http://a.example:80", True),
        ("http://a.example:8080", "http://a.example:8080", True),
        ("https://a.example", "http://a.example", False),
        ("http://a.example", "http://a.example:443", False),
        ("https://a.example", "https://a.example.org", False),
        ("https://a.example", "null", False),
        ("https://a.example", "https://a.example:x", False),
        ("https://a.example", "https://a.example:", True),
        ("https://a.example", "https://[", False),
        ("https://a.example", "https://a.example/path", False),
        ("https://a.example", "https://", False),
        ("https://*.example", "https://a.example", True),
        ("https://*.example", "https://a.b.example", True),
        ("https://*.example", "https://.example", False),
        ("https://*.example", "https://example", False),
        ("https://*", "https://any.host", True),
        ("https://*", "http://any.host", False),
        ("https://*:8443", "https://any.host", False),
    ],
)
def test_origins(pattern: str, origin: str, expected: bool) -> None:
    assert origin_matches(pattern, origin) is expected


def _shown(headers: CorsHeaders, **lines: str) -> dict[str, str]:
    sent = {name.replace("_", "-"): value for name, value in lines.items()}
    request = Request("OPTIONS", "/", headers=sent)
    return {
        one.name.removeprefix("access-control-"): one.value.render(request, "") for one in headers.changes(request).add
    }


def test_without_an_origin_nothing_is_said() -> None:
    assert _shown(CorsHeaders(("*",))) == {}


def test_any_origin() -> None:
    assert _shown(CorsHeaders(("https://a", "*")), origin="https://b") == {"allow-origin": "*"}
    shown = _shown(CorsHeaders(("*",), credentials=True), origin="https://b")
    assert shown == {"allow-origin": "https://b", "allow-credentials": "true"}


def test_preflights() -> None:
    headers = CorsHeaders(("https://a",), ("GET", "PUT"), ("x",), ("y", "z"), max_age=7, preflight=True)
    assert _shown(headers, origin="https://a", access_control_request_method="DELETE") == {
        "allow-origin": "https://a",
        "allow-methods": "GET, PUT",
        "allow-headers": "x",
        "max-age": "7",
        "expose-headers": "y, z",
    }


def test_wildcards_without_credentials_stay() -> None:
    headers = CorsHeaders(("https://a",), ("*",), ("*",), preflight=True)
    shown = _shown(headers, origin="https://a", access_control_request_method="DELETE")
    assert (shown["allow-methods"], shown["allow-headers"]) == ("*", "*")


def test_wildcards_with_credentials_are_what_was_asked_for() -> None:
    headers = CorsHeaders(("https://a",), ("*",), ("*",), credentials=True, preflight=True)
    asked = {"origin": "https://a", "access_control_request_method": "DELETE"}
    shown = _shown(headers, **asked, access_control_request_headers="x,y")
    assert (shown["allow-methods"], shown["allow-headers"]) == ("DELETE", "x,y")
    assert "allow-headers" not in _shown(headers, **asked)

"""Tables: normalisation and virtual hosts."""

from __future__ import annotations

import pytest

from meshroute.model.hosts import HostExact, HostSuffix
from meshroute.model.normalization import Normalization
from meshroute.model.request import Request
from meshroute.model.route import Route
from meshroute.model.table import RouteTable, VirtualHost


@pytest.mark.parametrize(
    ("rule", "target", "expected"),
    [
        (Normalization(), "/a/..//b?x", "/a/..//b?x"),
        (Normalization(path=True), "/a/..//b?x/../y", "//b?x/../y"),
        (Normalization(slashes=True), "/a/..//b?x//y", "/a/../b?x//y"),
        (Normalization(path=True, slashes=True), "/a/..//b?", "/b?"),
        # app-mesh.md §2.5
        (Normalization(path=True, slashes=True), "//meter///x", "/meter/x"),
        (Normalization(path=True, slashes=True), "/a/../meter", "/meter"),
        (Normalization(path=True, slashes=True), "/a%2Fb", "/a%2Fb"),
        (Normalization(path=True, slashes=True), "/a//../b", "/a/b"),
        (Normalization(path=True, slashes=True), "*", "*"),
        (Normalization(path=True, slashes=True), "?x", "?x"),
        (Normalization(path=True), "/a%00", None),
        (Normalization(path=True), "/\xff", None),
        (Normalization(slashes=True), "/a%00", "/a%00"),
        (Normalization(strict=True), "/a%00", "/a%00"),
        (Normalization(strict=True), "/a b", None),
        (Normalization(strict=True), "/a?\x7f", None),
        (Normalization(strict=True), "/\xe9", None),
        (Normalization(strict=True), "/~", "/~"),
    ],
)
def test_normalisation_of_the_target(rule: Normalization, target: str, expected: str | None) -> None:
    seen = rule.apply(Request.from_parts("GET", target))
    assert (None if seen is None else seen.target) == expected


def test_what_does_not_change_is_the_same_request() -> None:
    request = Request("GET", "/a?x//y")
    assert Normalization(path=True, slashes=True, strict=True).apply(request) is request


@pytest.mark.parametrize(
    ("parts", "refused"),
    [
        ({"authority": "a b"}, True),
        ({"authority": "a\r\n"}, True),
        ({"authority": "a.example:80"}, False),
        ({"headers": {"h": "a\rb"}}, True),
        ({"headers": {"h": "a\nb"}}, True),
        ({"headers": {"h": "a\x00b"}}, True),
        ({"headers": {"h": "a\t b\xe9"}}, False),
        ({"headers": {"a b": "1"}}, True),
    ],
)
def test_strict_tables_refuse_control_characters(parts: dict[str, object], refused: bool) -> None:
    request = Request("GET", "/").replace(**parts)
    assert (Normalization(strict=True).apply(request) is None) is refused
    assert Normalization().apply(request) is request


def test_a_virtual_host_accepts_by_its_domains() -> None:
    host = VirtualHost("v", (), (HostExact("a"), HostSuffix(".b")))
    assert host.accepts(Request("GET", "http://a/")) is True
    assert host.accepts(Request("GET", "http://x.b/")) is True
    assert host.accepts(Request("GET", "http://c/")) is False
    assert VirtualHost("v", ()).accepts(Request("GET", "/")) is True


def test_routes_of_all_hosts_in_order() -> None:
    one, two, three = (Route(name, to="x") for name in "abc")
    table = RouteTable("t", (VirtualHost("v", (one, two)), VirtualHost("w", ()), VirtualHost("x", (three,))))
    assert list(table.routes()) == [one, two, three]
    assert table.host_selection == "ordered"

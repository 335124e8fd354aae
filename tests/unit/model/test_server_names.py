"""Which of several names a server name chooses."""

from __future__ import annotations

import pytest

from meshroute.model.criteria import ClientNamespace, ServerNameChooses, ServerNames
from meshroute.model.paths import PathExact, PathPrefix
from meshroute.model.request import Request
from meshroute.model.rewrites import SegmentsReplace


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.b.example", ("a.b.example",)),
        ("c.b.example", ("*.b.example",)),
        ("x.c.b.example", ("*.b.example",)),
        ("b.example", ("*.example",)),
        ("x.example", ("*.example",)),
        ("example", (None,)),
        (".example", (None,)),
        ("", (None,)),
        (None, (None,)),
        ("*.b.example", ("*.b.example",)),
        ("other", (None,)),
    ],
)
def test_the_most_specific_name_is_chosen(name: str | None, expected: tuple[str | None]) -> None:
    names: list[str | None] = ["a.b.example", "*.example", "*.b.example", "*.example", None]
    assert ServerNames(names).chosen(name) == expected
    assert ServerNames(names).names == ("a.b.example", "*.example", "*.b.example", None)


def test_without_a_name_for_all_there_may_be_none() -> None:
    names = ServerNames(("a.example", "*.b"))
    assert [names.chosen(name) for name in ("b", "a.example.b", None, "x")] == [None, ("*.b",), None, None]


def test_the_host_may_stand_for_the_server_name() -> None:
    among = ServerNames(("a.example", "b.example"))
    criterion, strict = ServerNameChooses(("a.example",), among), ServerNameChooses(None, among, or_host=False)
    request = Request("GET", "https://A.example:8443/")
    assert (criterion.accepts(request), strict.accepts(request)) == (True, True)
    assert criterion.seen(request) == "the server name is 'a.example'"
    named = request.replace(sni="B.Example")
    assert (criterion.accepts(named), strict.accepts(named)) == (False, False)
    assert strict.seen(request) == "the server name is None"
    assert not criterion.accepts(request.replace(sni=""))


def test_the_namespace_of_the_client() -> None:
    request = Request("GET", "/", client_namespace="a")
    assert [ClientNamespace(name).accepts(request) for name in ("a", "b", "")] == [True, False, False]
    assert not ClientNamespace("a").accepts(Request("GET", "/"))
    assert ClientNamespace("b").seen(request) == "the client's namespace is 'a'"


@pytest.mark.parametrize(
    ("path", "prefix", "value", "expected"),
    [
        ("/foo/bar", "/foo", "/xyz", "/xyz/bar"),
        ("/foo/bar", "/foo", "/xyz/", "/xyz/bar"),
        ("/foo/bar", "/foo/", "/xyz", "/xyz/bar"),
        ("/foo/bar", "/foo/", "/xyz/", "/xyz/bar"),
        ("/foo", "/foo", "/xyz", "/xyz"),
        ("/foo/", "/foo", "/xyz", "/xyz/"),
        ("/foo/bar", "/foo", "", "/bar"),
        ("/foo/", "/foo", "", "/"),
        ("/foo", "/foo", "", "/"),
        ("/foo/", "/foo", "/", "/"),
        ("/foo", "/foo", "/", "/"),
        ("/foo", "/", "/xyz", "/xyz/foo"),
        ("/", "/", "", "/"),
    ],
)
def test_the_table_of_prefixes(path: str, prefix: str, value: str, expected: str) -> None:
    """H:1188-1200 (gateway-api.md §2.8)."""
    rewrite = SegmentsReplace(value)
    assert rewrite.apply(Request("GET", f"{path}?q"), PathPrefix(prefix)).target == f"{expected}?q"


def test_where_the_prefix_is_no_more_nothing_is_replaced() -> None:
    request = Request("GET", "/bar")
    assert SegmentsReplace("/x").apply(request, PathPrefix("/foo")) == request
    assert SegmentsReplace("/x").apply(request, PathExact("/bar")) == request

"""Rewrites: the request that goes on."""

from __future__ import annotations

import pytest

from meshroute.model.paths import PathCriterion, PathExact, PathPrefix, PathRegex, PathStringPrefix, PathTemplate
from meshroute.model.request import Request
from meshroute.model.rewrites import HostRewrite, PathReplace, PrefixReplace, with_path


def test_the_host_is_replaced_as_a_whole() -> None:
    request = Request("GET", "http://a.example:80/x?y", {"h": "1"})
    assert HostRewrite("b.example").apply(request, None) == Request("GET", "http://b.example/x?y", {"h": "1"})


@pytest.mark.parametrize(("target", "expected"), [("/a?x=1", "/new?x=1"), ("/a?", "/new?"), ("/a", "/new")])
def test_the_path_is_replaced_and_the_query_kept(target: str, expected: str) -> None:
    request = Request("GET", target)
    assert PathReplace("/new").apply(request, PathExact("/a")).target == expected
    assert with_path(request, "/new") == expected


@pytest.mark.parametrize(
    ("value", "matched", "target", "expected"),
    [
        # envoy.md §4: replacement + path[len(matched):]
        ("/", PathStringPrefix("/a"), "/a/x", "//x"),
        ("/", PathStringPrefix("/a/"), "/a/x?q=1", "/x?q=1"),
        ("/", PathStringPrefix("/chapter"), "/chapter1", "/1"),
        ("/b/", PathStringPrefix("/a/"), "/a/x", "/b/x"),
        ("/b", PathStringPrefix("/A", ignore_case=True), "/a/x", "/b/x"),
        ("/b", PathExact("/a"), "/a?q", "/b?q"),
        ("/b", PathPrefix("/a"), "/a/x", "/b/x"),
        ("/b", PathStringPrefix("/c"), "/a/x", "/a/x"),
        # a regex replaces the cut path; so does no path at all
        ("/b", PathRegex("/a.*"), "/a/x?q", "/b?q"),
        ("/b", PathTemplate("/a/{x}"), "/a/x?q", "/b?q"),
        ("/b", None, "/a/x?q", "/b?q"),
    ],
)
def test_the_matched_text_is_replaced(value: str, matched: PathCriterion | None, target: str, expected: str) -> None:
    assert PrefixReplace(value).apply(Request("GET", target), matched).target == expected

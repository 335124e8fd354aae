"""Hostnames, durations and paths: the tables of the specification."""

from __future__ import annotations

import re

import pytest

from meshroute.readers.gateway_api.durations import PATTERN, milliseconds
from meshroute.readers.gateway_api.hostnames import NOTHING, Taken, covers, intersection, intersections, rank
from meshroute.readers.gateway_api.paths import path_faults


@pytest.mark.parametrize(
    ("pattern", "host", "expected"),
    [
        (None, "anything", True),
        ("example.com", "example.com", True),
        ("example.com", "www.example.com", False),
        ("*.example.com", "www.example.com", True),
        ("*.example.com", "a.b.example.com", True),
        ("*.example.com", "example.com", False),
        ("*.example.com", ".example.com", False),
        ("*.example.com", "badexample.com", False),
        ("*.com", "*.example.com", True),
        ("*.example.com", "*.example.com", True),
        ("*.example.com", "*.com", False),
    ],
)
def test_what_a_hostname_takes(pattern: str | None, host: str, expected: bool) -> None:  # noqa: FBT001 - a table
    assert covers(pattern, host) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (None, None, (None,)),
        (None, "*.a", ("*.a",)),
        ("a.example.com", "*.example.com", ("a.example.com",)),
        ("*.com", "*.example.com", ("*.example.com",)),
        ("example.com", "*.example.com", None),
        ("*.a.com", "*.b.com", None),
    ],
)
def test_where_hostnames_meet(one: str | None, other: str | None, expected: tuple[str | None] | None) -> None:
    assert intersection(one, other) == expected
    assert intersection(other, one) == expected


def test_the_hostnames_of_a_route_at_a_listener() -> None:
    assert intersections(None, ()) == (None,)
    assert intersections("*.a", ()) == ("*.a",)
    assert intersections(None, ("a", "b", "a")) == ("a", "b")
    assert intersections("*.a", ("x.a", "b", "*.a")) == ("x.a", "*.a")
    assert intersections("a", ("b",)) == ()


def test_the_rank_of_hostnames_counts_characters() -> None:
    in_order = [None, "*.a", "*.a.example", "a.b", "a.example"]
    assert sorted(in_order, key=rank) == in_order


# GEP-2257's own vectors
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0h", 0),
        ("0s", 0),
        ("0h0m0s", 0),
        ("1h", 3_600_000),
        ("30m", 1_800_000),
        ("10s", 10_000),
        ("500ms", 500),
        ("2h30m", 9_000_000),
        ("150m", 9_000_000),
        ("7230s", 7_230_000),
        ("1h30m10s", 5_410_000),
        ("10s30m1h", 5_410_000),
        ("100ms200ms300ms", 600),
    ],
)
def test_durations(text: str, expected: int) -> None:
    assert re.fullmatch(PATTERN, text)
    assert milliseconds(text) == expected


@pytest.mark.parametrize("text", ["1", "1m1", "1h30m10s20ms50h", "999999h", "1.5h", "-15m", "", "1d", "ms"])
def test_what_is_no_duration(text: str) -> None:
    assert not re.fullmatch(PATTERN, text)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("a", "start with '/'"),
        ("/a//b", "contain '//'"),
        ("/a/./b", "contain '/./'"),
        ("/a/../b", "contain '/../'"),
        ("/a%2fb", "contain '%2f'"),
        ("/a%2Fb", "contain '%2F'"),
        ("/a#b", "contain '#'"),
        ("/a/..", "end with '/..'"),
        ("/a/.", "end with '/.'"),
        ("/a b", "valid characters"),
        ("/a%2", "valid characters"),
    ],
)
def test_faults_of_paths(value: str, words: str) -> None:
    assert any(words in fault for fault in path_faults("Exact", value))


def test_paths_without_fault() -> None:
    assert path_faults("PathPrefix", "/a/b.c/%20/~x;y=1,2:@!$&'()*+") == []


_NAMES = (None, "a.b", "x.a.b", "y.x.a.b", "*.b", "*.a.b", "*.x.a.b", "b", "*.c", "c", "*.a.c")


@pytest.mark.parametrize("taken", _NAMES)
@pytest.mark.parametrize("name", _NAMES)
def test_what_is_taken_is_found_without_comparing_all(name: str | None, taken: str | None) -> None:
    found = Taken()
    found.add(["other.org", taken])
    assert found.meets([name]) == (name is None or intersection(name, taken) is not None)
    assert not NOTHING.meets([name, taken])

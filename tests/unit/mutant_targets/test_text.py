"""The rules on wire text, one case for each."""

from __future__ import annotations

import pytest

from meshroute.text import (
    ascii_lower,
    encode_path,
    encode_query,
    encode_segment,
    is_token,
    merge_slashes,
    normalize_path,
    percent_decode,
    port_of,
    split_target,
    strip_port,
    wire,
)


def test_only_ascii_letters_fold() -> None:
    assert ascii_lower("AZ-É\u00de") == "az-É\u00de"


@pytest.mark.parametrize(
    ("target", "wanted"),
    [("/a?b?c", ("/a", "b?c")), ("/a?", ("/a", "")), ("/a", ("/a", None)), ("/a#b?c", ("/a", "c")), ("", ("", None))],
)
def test_path_and_query(target: str, wanted: tuple[str, str | None]) -> None:
    assert split_target(target) == wanted


@pytest.mark.parametrize(
    ("host", "wanted"),
    [("a:80", "a"), ("a:b:80", "a:b"), ("[::1]", "[::1]"), ("[::1]:80", "[::1]"), ("a", "a"), (":", "")],
)
def test_the_port_is_cut_off_at_the_last_colon_outside_brackets(host: str, wanted: str) -> None:
    assert strip_port(host) == wanted


@pytest.mark.parametrize(
    ("host", "wanted"),
    [("a:65535", 65535), ("a:65536", None), ("a:0", 0), ("a:", None), ("a:8x", None), ("[::1]", None)],
)
def test_ports(host: str, wanted: int | None) -> None:
    assert port_of(host) == wanted


def test_each_run_of_slashes_is_merged() -> None:
    assert merge_slashes("//a///b//") == "/a/b/"


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/a\\b", "/a/b"),
        ("/%41%2f%2F", "/A%2f%2F"),
        ("/a%00", None),
        ("/a\0", None),
        ("/\xff", None),
        ("/\xc3\xa9", "/%C3%A9"),
        ("/a/./b", "/a/b"),
        ("/a/../../b", "/b"),
        ("/a/%2e%2E/b", "/b"),
        ("/a/..;x/b", "/b"),
        ("/a/b/..", "/a/"),
        ("/a/.", "/a/"),
        ("/a/.b", "/a/.b"),
    ],
)
def test_normal_paths(path: str, wanted: str | None) -> None:
    assert normalize_path(path) == wanted


def test_tokens_are_whole() -> None:
    assert [is_token(text) for text in ("GET", "GET ", "", "a/b")] == [True, False, False, False]


def test_typed_text_is_encoded_as_a_browser_does() -> None:
    assert encode_path("/a b'é%2f`") == "/a%20b'%C3%A9%2f%60"
    assert encode_query("a b'`") == "a%20b%27`"
    assert encode_segment("a/b?é") == "a%2Fb%3F%C3%A9"
    assert encode_segment("a/b?", slashes=True) == "a/b%3F"
    assert wire("é") == "\xc3\xa9"
    assert percent_decode("%C3%A9%2F%ff+") == "é/\ufffd+"

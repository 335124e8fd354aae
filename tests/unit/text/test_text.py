"""The rules for wire text, each against the sentence of the specification that states it."""

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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("AZaz@[`{09", "azaz@[`{09"),
        ("\xc9A\xe9", "\xc9a\xe9"),  # Latin-1 letters are bytes, not letters
        ("\u212aK", "\u212ak"),  # the Kelvin sign lowers to an ASCII k in Unicode
        ("\u0130I", "\u0130i"),  # and this one to two characters
    ],
)
def test_only_ascii_letters_fold(text: str, expected: str) -> None:
    assert ascii_lower(text) == expected


@pytest.mark.parametrize("text", ["GET", "get", "M-SEARCH", "!#$%&'*+-.^_`|~09azAZ", "x"])
def test_tokens(text: str) -> None:
    assert is_token(text) is True


@pytest.mark.parametrize("text", ["", " ", "a b", "a:", "a/b", "(", "a\n", "\x7f", "\xe9", "a,b", '"', "a@b", "[", "{"])
def test_no_tokens(text: str) -> None:
    assert is_token(text) is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("\u00e9", "\u00c3\u00a9"),
        ("\u20ac", "\u00e2\u0082\u00ac"),
        ("a\udcffb", "a\u00ffb"),  # an undecodable byte of a command line
    ],
)
def test_wire_is_utf8_one_character_per_byte(text: str, expected: str) -> None:
    assert wire(text) == expected


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        ("/a", "/a", None),
        ("/a?", "/a", ""),
        ("/a?x=1", "/a", "x=1"),
        ("/a?x?y", "/a", "x?y"),
        ("/a#f", "/a", None),
        ("/a#f?x=1", "/a", "x=1"),  # the query starts at the first "?" even behind a "#"
        ("/a?x#f", "/a", "x#f"),  # and the fragment stays in the value
        ("/a##b", "/a", None),
        ("?x=1", "", "x=1"),
        ("*", "*", None),
        ("", "", None),
        ("/??a=1", "/", "?a=1"),
    ],
)
def test_a_target_is_cut_in_path_and_query(target: str, path: str, query: str | None) -> None:
    assert split_target(target) == (path, query)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("a.com", "a.com"),
        ("a.com:80", "a.com"),
        ("[::1]:80", "[::1]"),
        ("[::1]", "[::1]"),
        ("a:1:2", "a:1"),
        ("a.com:", "a.com"),
        ("a.com:abc", "a.com"),
        ("", ""),
        (":80", ""),
        ("::1", ":"),  # an address without brackets loses its end, as in Envoy
        ("[::1", "[:"),
        ("a]:80", "a]"),
        ("a:8]0", "a:8]0"),
    ],
)
def test_the_port_is_cut_at_the_last_colon_unless_a_bracket_follows(host: str, expected: str) -> None:
    assert strip_port(host) == expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("a:8080", 8080),
        ("a:0", 0),
        ("a:65535", 65535),
        ("a:65536", None),
        ("a:99999", None),
        ("a:00080", 80),
        ("a:000080", None),
        ("a", None),
        ("a:", None),
        ("a:x", None),
        ("a:-1", None),
        ("a:+1", None),
        ("a: 1", None),
        ("[::1]", None),
        ("[::1]:81", 81),
        ("a:\u0663", None),  # a decimal digit, but no ASCII one
        ("a:\xb2", None),
    ],
)
def test_the_port_of_an_authority(host: str, expected: int | None) -> None:
    assert port_of(host) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/a/b", "/a/b"),
        ("//a", "/a"),
        ("/a//b///c", "/a/b/c"),
        ("/a//", "/a/"),
        ("/a//../b", "/a/../b"),  # merging alone removes no dots
        ("/", "/"),
        ("//", "//"),  # recorded from Envoy: pieces are put between slashes, and there are none
        ("////", "//"),
        ("/a%2F/b", "/a%2F/b"),
        ("", ""),
        ("*", "*"),
    ],
)
def test_slashes_are_merged(path: str, expected: str) -> None:
    assert merge_slashes(path) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        # envoy.md §2.2: resolves ".", ".." and "%2e"
        ("/a/./b", "/a/b"),
        ("/a/../b", "/b"),
        ("/a/..", "/"),
        ("/a/b/..", "/a/"),
        ("/a/.", "/a/"),
        ("/../a", "/a"),
        ("/../../a", "/a"),
        ("/a/%2e/b", "/a/b"),
        ("/a/%2E%2e/b", "/b"),
        ("/a/.%2e/b", "/b"),
        ("/a/%2e./b", "/b"),
        ("/a/.b/..c/...", "/a/.b/..c/..."),
        # dot segments with parameters too
        ("/a/..;p/b", "/b"),
        ("/a/.;p/b", "/a/b"),
        ("/a/..;p", "/"),
        ("/a/b;p/c", "/a/b;p/c"),
        # "//.." pops the empty segment
        ("/a//../b", "/a/b"),
        # backslashes become slashes
        ("/a\\b", "/a/b"),
        ("/a\\..\\b", "/b"),
        # unreserved only is decoded; others stay, the case of hex digits too
        ("/%41%7e%7E%5F%2D%30", "/A~~_-0"),
        ("/%2F%2f%25%c3%A9", "/%2F%2f%25%c3%A9"),
        # these are encoded
        ('/"<>^`{|}', "/%22%3C%3E%5E%60%7B%7C%7D"),
        ("/\xc3\xa9", "/%C3%A9"),
        ("/a b", "/a%20b"),
        # these are not
        ("/!$&'()*+,;=:@[]", "/!$&'()*+,;=:@[]"),
        # NUL and what is no UTF-8 is refused
        ("/%00", None),
        ("/a\x00", None),
        ("/\xff", None),
        ("/\xc3", None),
        # a percent sign that starts no escape
        ("/%", "/%"),
        ("/%4", "/%4"),
        ("/%zz", "/%zz"),
        ("/%%34%31", "/%2541"),
        ("/", "/"),
        ("//a", "//a"),  # merging is another step
    ],
)
def test_a_path_is_normalised(path: str, expected: str | None) -> None:
    assert normalize_path(path) == expected


def test_slashes_are_merged_after_dots_are_resolved() -> None:
    normal = normalize_path("/a//../b//c")
    assert normal == "/a/b//c"
    assert merge_slashes(normal) == "/a/b/c"
    # the other way round the dots would have taken "a"
    assert normalize_path(merge_slashes("/a//../b//c")) == "/b/c"


def test_a_long_path_is_normalised_in_linear_time() -> None:
    assert normalize_path("/a/.." * 100_000) == "/"
    assert normalize_path("/" + "%" * 100_000) == "/" + "%" * 100_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # WHATWG URL, path percent-encode set
        ('/ "#<>?`{}^', "/%20%22#%3C%3E?%60%7B%7D%5E"),
        ("/\x00\x1f\x7f", "/%00%1F%7F"),
        ("/!$%&'()*+,-.:;=@[\\]_|~", "/!$%&'()*+,-.:;=@[\\]_|~"),
        ("/%zz%2f%", "/%zz%2f%"),
        ("/\u00e9\u20ac", "/%C3%A9%E2%82%AC"),
        ("/\U0001f600", "/%F0%9F%98%80"),
        ("/a/../b", "/a/../b"),
    ],
)
def test_a_typed_path_is_encoded_as_browsers_do(text: str, expected: str) -> None:
    assert encode_path(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # WHATWG URL, special-query percent-encode set
        (" \"<>'", "%20%22%3C%3E%27"),
        ("`{}^|\\?/:@!$()*+,;=[]~", "`{}^|\\?/:@!$()*+,;=[]~"),
        ("\x00\x1f\x7f", "%00%1F%7F"),
        ("q=\u00e9&%zz", "q=%C3%A9&%zz"),
    ],
)
def test_a_typed_query_is_encoded_as_browsers_do(text: str, expected: str) -> None:
    assert encode_query(text) == expected


@pytest.mark.parametrize(
    ("value", "one", "many"),
    [
        ("abc-._~!$&'()*+,;=:@", "abc-._~!$&'()*+,;=:@", "abc-._~!$&'()*+,;=:@"),
        ("a/b", "a%2Fb", "a/b"),
        ("50%", "50%25", "50%25"),
        ("%2F", "%252F", "%252F"),
        ("a b?c#d", "a%20b%3Fc%23d", "a%20b%3Fc%23d"),
        ('"<>[]\\^`{|}', "%22%3C%3E%5B%5D%5C%5E%60%7B%7C%7D", "%22%3C%3E%5B%5D%5C%5E%60%7B%7C%7D"),
        ("\u00e9", "%C3%A9", "%C3%A9"),
        ("\n", "%0A", "%0A"),
        ("", "", ""),
    ],
)
def test_a_value_becomes_a_segment(value: str, one: str, many: str) -> None:
    assert encode_segment(value) == one
    assert encode_segment(value, slashes=True) == many
    assert percent_decode(one) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a%2Fb", "a/b"),
        ("%C3%A9", "\u00e9"),
        ("\xc3\xa9", "\u00e9"),
        ("%FF", "\ufffd"),
        ("a+b", "a+b"),
        ("%zz%", "%zz%"),
        ("\u20ac", "?"),  # no wire text
    ],
)
def test_percent_decoding(text: str, expected: str) -> None:
    assert percent_decode(text) == expected

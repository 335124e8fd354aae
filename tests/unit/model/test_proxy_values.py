"""Cookies, hashes, contexts, fractions and formats: the values that documents of proxies are lowered to."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from meshroute.errors import RequestError
from meshroute.matching.words import in_words
from meshroute.model.chance import RandomFraction, needs_random_value
from meshroute.model.context import (
    MAX_DEPTH,
    MISSING,
    ClientCertificate,
    FilterStateMatch,
    MetadataMatch,
    RequestContext,
    Struct,
    ValueIs,
    freeze,
    thaw,
)
from meshroute.model.cookies import CookieMatch
from meshroute.model.criteria import (
    AnyOf,
    Criterion,
    HeaderMatch,
    HostAny,
    Method,
    Not,
    PathExact,
    PathWithoutParameters,
    RouteMatch,
    ServerName,
)
from meshroute.model.formatting import FormatText, Literal, RequestPath, Unknown
from meshroute.model.hashing import HashCookie, HashUnknown, xxh64
from meshroute.model.request import Request
from meshroute.model.rewrites import PathReplace
from meshroute.model.rewriting import FixedHost, PatternReplace
from meshroute.model.values import TextExact
from meshroute.text import wire


@pytest.mark.parametrize(
    ("length", "seed", "value"),
    [  # of the reference implementation (xxHash 0.8)
        (0, 0, 0xEF46DB3751D8E999),
        (1, 7, 0xD90DF86C76F52E13),
        (5, 0, 0xDD0274386E26030C),
        (31, 0, 0xC346D2B59B4D8EE1),
        (32, 0, 0xCBF59C5116FF32B4),
        (100, 2**64 - 1, 0x09A991A091C9F6D7),
    ],
)
def test_xxh64(length: int, seed: int, value: int) -> None:
    assert xxh64(bytes(range(length)), seed) == value


def test_criteria_say_what_they_looked_at() -> None:
    request = Request(
        "GET",
        "https://a/",
        headers={"cookie": "a=1"},
        sni="x.com",
        random_value=149,
        context=RequestContext(True, metadata={"n": {"k": 1}}, filter_state={"s": "v"}),
    )
    bare = Request("GET", "/")
    criteria: list[tuple[Criterion, str, str]] = [
        (CookieMatch("a", TextExact("1")), "cookie 'a' is '1'", "cookie 'a' is missing"),
        (ServerName("x.com"), "the server name is 'x.com'", "the server name is None"),
        (
            RandomFraction(1, 100, "k"),
            "the random value is 149 (49 modulo 100)",
            "there is no random value",
        ),
        (
            ClientCertificate(presented=True),
            "a client certificate was presented and was not validated",
            "a client certificate was not presented and was not validated",
        ),
        (MetadataMatch("n", ("k",), ValueIs(None)), "metadata 'n.k' is 1.0", "metadata 'n.k' is missing"),
        (FilterStateMatch("s", TextExact("v")), "filter state 's' is 'v'", "filter state 's' is missing"),
        (HostAny(), "the host is 'a'", "there is no host"),
    ]
    for criterion, seen, missing in criteria:
        assert criterion.seen(request) == seen
        assert criterion.seen(bare) == missing


@pytest.mark.parametrize(
    ("criterion", "words"),
    [
        (AnyOf(()), "no request will do"),
        (PathWithoutParameters(PathExact("/a")), "without its parameters the path is '/a'"),
        (RandomFraction(5, 100), "the random value is among the first 5 of 100"),
        (HostAny(), "host is any"),
        (ServerName("a.com"), "server name is 'a.com'"),
    ],
)
def test_criteria_in_words(criterion: Criterion, words: str) -> None:
    assert in_words(criterion) == words


def test_which_conditions_need_a_random_value() -> None:
    half = RandomFraction(1, 2)
    assert needs_random_value(RouteMatch((Method("GET"), AnyOf((Not(half),)))))
    assert not needs_random_value(RouteMatch((Method("GET"), AnyOf((Method("PUT"),)), RandomFraction(0))))
    assert not half.accepts(Request("GET", "/"))


def test_contexts_are_values() -> None:
    context = RequestContext(metadata={"a": {"b": [1, None, True, "x"]}})
    assert context.metadata.get("a") == Struct((("b", (1.0, None, True, "x")),))
    assert context.metadata.get("z") is MISSING
    assert pickle.loads(pickle.dumps(context)) == context
    assert hash(context) == hash(RequestContext(metadata={"a": {"b": [1, None, True, "x"]}}))
    request = Request("GET", "/", context=context)
    assert request.replace(method="PUT").context == context
    assert "context=RequestContext(" in repr(request)
    assert freeze(Struct(())) == Struct(())


def test_text_in_contexts_is_unicode_outside_and_wire_text_inside() -> None:
    context = RequestContext(metadata={"é": ["ü"]}, filter_state={"é": "ü"})
    assert context.metadata.get(wire("é")) == (wire("ü"),)
    assert thaw(context.metadata) == {"é": ["ü"]}
    assert context.filter_state.get(wire("é")) == wire("ü")
    assert RequestContext(metadata=context.metadata) == RequestContext(metadata={"é": ["ü"]})


def _deep(levels: int, value: Any = 1) -> Any:
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: RequestContext(metadata={"a": object()}), "metadata must be what JSON has, not object"),
        (lambda: RequestContext(metadata={"a": "\ud800"}), "half of a surrogate pair"),
        (lambda: RequestContext(metadata=[]), "metadata must be a mapping, not list"),
        (lambda: RequestContext(metadata={"a": 10**400}), "a number that no double can hold"),
        (lambda: RequestContext(metadata={"a": _deep(MAX_DEPTH + 1)}), "nested 100 deep"),
        (lambda: RequestContext(filter_state=_deep(0, {"a": 1})), "the value of 'a' must be a str, not float"),
    ],
)
def test_contexts_hold_what_json_has(build: Any, message: str) -> None:
    with pytest.raises(RequestError, match=message):
        build()


def test_formats() -> None:
    request = Request("GET", "/b?x", headers={"x-envoy-original-path": "/a?y"})
    assert RequestPath(original=True).render(request) == "/a?y"
    assert RequestPath(query=False).render(request) == "/b"
    assert RequestPath(original=True).render(Request("GET", "/c")) == "/c"
    unknown = FormatText((Literal("a"), Unknown("%HOSTNAME%")))
    assert unknown.render(request, "") == "a%HOSTNAME%"
    assert unknown.unknown == ("%HOSTNAME%",)


def test_rules_for_paths_and_hosts() -> None:
    request = Request("GET", "/a")
    assert PathReplace("/n").new_path(request, None) == "/n"
    assert FixedHost("b").new_host(request) == "b"
    assert repr(PatternReplace("a", "b")) == "PatternReplace('a', 'b')"
    assert HashUnknown("source_ip").value(request) is None
    assert HashCookie("a").value(request) is None


def test_a_missing_header_may_count_as_empty_in_an_index() -> None:
    from meshroute.matching.values import exact_values  # noqa: PLC0415 - only here

    assert exact_values(HeaderMatch("a", TextExact(""), missing_as_empty=True)) is None

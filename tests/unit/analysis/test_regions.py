"""Sets of requests are exactly what criteria accept, whatever the request."""

from __future__ import annotations

from itertools import product

import pytest

from meshroute import Request, RequestContext, RouteMatch
from meshroute.analysis.boxes import Words, is_in, meet, minus, union
from meshroute.analysis.dimensions import METHOD, PATH, Dimension, below_chance, chance_value, chance_word, domain, word
from meshroute.analysis.limits import UndecidedError
from meshroute.analysis.regions import region, region_of
from meshroute.analysis.requests import request_in
from meshroute.analysis.texts import authorities, first_line, normal_paths, passing, paths, sent_as, server_names
from meshroute.criteria import (
    AnyOf,
    ClientNamespace,
    Criterion,
    GrpcRequest,
    HeaderMatch,
    HostAny,
    HostExact,
    HostPrefix,
    HostSuffix,
    IntRange,
    Method,
    Not,
    PathExact,
    PathPrefix,
    PathRegex,
    PathStringPrefix,
    PathTemplate,
    PathWithoutParameters,
    Port,
    Present,
    QueryMatch,
    Scheme,
    ServerName,
    ServerNameChooses,
    ServerNames,
    TextContains,
    TextExact,
    TextPrefix,
    TextRegex,
    TextSuffix,
    TextTest,
    TransportProtocol,
)
from meshroute.model.chance import RandomFraction
from meshroute.model.context import ClientCertificate, FilterStateMatch, MetadataMatch, ValueIs
from meshroute.model.cookies import CookieMatch
from meshroute.patterns import SEPARATOR, Language
from meshroute.text import merge_slashes, normalize_path

NAMES = ServerNames(("a.example", "*.example", "*.b.example", None))
SOME_NAMES = ServerNames(("a.example", "*.example"))

CRITERIA: tuple[Criterion, ...] = (
    HostAny(),
    Method(("GET", "M")),
    Scheme("https"),
    Port(8080),
    TransportProtocol(("tcp", "http")),
    ClientNamespace("shop"),
    GrpcRequest(),
    PathExact("/a"),
    PathExact("/A", ignore_case=True),
    PathExact(""),
    PathPrefix("/"),
    PathPrefix("/a"),
    PathPrefix("/a/b", ignore_case=True),
    PathStringPrefix("/a"),
    PathStringPrefix("/A", ignore_case=True),
    PathTemplate("/a/{x}"),
    PathTemplate("/a/v{x}.json"),
    PathTemplate("/a/{x=**}"),
    PathRegex("/a(/b)?"),
    PathWithoutParameters(PathExact("/a/b")),
    PathWithoutParameters(PathPrefix("/a"), per_segment=False),
    HostExact("a.example"),
    HostExact("a.example", ignore_port=False),
    HostExact("[::1]"),
    HostSuffix(".example"),
    HostSuffix("example", proper=False),
    HostPrefix("a."),
    ServerName("a.example"),
    ServerName("*.example"),
    *(ServerNameChooses((name,), NAMES) for name in NAMES.names),
    ServerNameChooses(None, NAMES),
    ServerNameChooses(None, SOME_NAMES, or_host=False),
    ServerNameChooses(("*.example",), SOME_NAMES, or_host=False),
    HeaderMatch("x"),
    HeaderMatch("x", invert=True),
    HeaderMatch("x", missing_as_empty=True),
    HeaderMatch("x", invert=True, missing_as_empty=True),
    HeaderMatch("x", TextExact("1")),
    HeaderMatch("x", TextExact("1"), invert=True),
    HeaderMatch("x", TextExact("1,2"), joined=True),
    HeaderMatch("x", TextExact(""), missing_as_empty=True),
    HeaderMatch("x", TextExact("1"), invert=True, missing_as_empty=True),
    HeaderMatch("x", TextExact("Ab", ignore_case=True)),
    HeaderMatch("x", TextPrefix("1")),
    HeaderMatch("x", TextSuffix("2")),
    HeaderMatch("x", TextContains("-")),
    HeaderMatch("x", TextRegex("[12]+")),
    HeaderMatch("x", IntRange(-5, 13)),
    HeaderMatch("x", IntRange(1, 1)),
    HeaderMatch("x", IntRange(-(2**70), 2**70)),
    HeaderMatch(":method", TextExact("GET")),
    HeaderMatch(":method", TextExact("GET"), invert=True),
    HeaderMatch(":scheme", TextPrefix("http")),
    HeaderMatch(":authority", TextPrefix("a")),
    HeaderMatch("host", invert=True),
    HeaderMatch(":path"),
    HeaderMatch(":path", invert=True),
    HeaderMatch(":path", missing_as_empty=True),
    HeaderMatch(":path", TextExact("/a?q=1")),
    HeaderMatch(":unknown"),
    QueryMatch("q"),
    QueryMatch("q", TextExact("1")),
    QueryMatch("a&b"),
    QueryMatch(""),
    CookieMatch("c", TextExact("1")),
    CookieMatch("c", TextExact("1"), invert=True),
    CookieMatch(" c", TextExact("1")),
    RandomFraction(50, 100),
    RandomFraction(5025, 10_000),
    RandomFraction(1, 1_000_000),
    RandomFraction(0, 100),
    RandomFraction(100, 100),
    RandomFraction(3, 7),
    ClientCertificate(presented=True),
    ClientCertificate(presented=True, validated=False),
    FilterStateMatch("k", TextExact("v")),
    MetadataMatch("n", ("k",), ValueIs(value=True)),
    AnyOf(()),
    AnyOf((Method("GET"), Method("PUT"))),
    AnyOf((Method("GET"), PathExact("/a"), GrpcRequest())),
    Not(AnyOf((Method("GET"), PathExact("/a"), GrpcRequest()))),
    Not(HostAny()),
)

REQUESTS = (
    *(
        Request.from_parts(method, target, authority=host, scheme=scheme, port=port)
        for (method, target), (host, scheme, port) in product(
            (
                ("GET", "/a"), ("PUT", "/a?q=1"), ("M", "/A/B"), ("GET", "/ab?q"), ("GET", "/a/v1.json?q=2&q=1"),
                ("GET", "/a/"), ("CONNECT", ""), ("GET", "?x=1"), ("GET", "*"), ("GET", "/a;v=1/b;w"), ("GET", "/a/b#f"),
                ("GET", "/a/b/c?"), ("GET", "/a;x"), ("GET", "/a/v.json?a&b"),
            ),
            (
                (None, "http", None), ("a.example", "https", None), ("A.Example:8080", "http", None),
                ("x.b.example", "https", 8080), ("[::1]:443", "https", None), ("[::1]", "http", 80), ("a.example:", "ws", None),
                (".example", "http", None),
            ),
        )
    ),
    *(
        Request("GET", "/a", [("X", line) for line in lines])
        for lines in (
            (), ("",), ("1",), ("2",), ("1", "2"), ("2", "1"), ("12",), ("1,2",), ("aB",), ("-4",), (" +7 ",), ("-05",),
            ("13",), ("99999999999999999999",), ("9223372036854775807",), ("-9223372036854775808",), ("-0",), ("a-b",),
        )
    ),
    *(
        Request("POST", "/a", {"content-type": kind})
        for kind in ("application/grpc", "application/grpc+proto", "application/grpcx", "text/plain")
    ),
    Request("POST", "/a", protocol="grpc"),
    Request("POST", "/a", [("content-type", "application/grpc"), ("content-type", "x")]),
    *(Request("GET", "/a", {"cookie": text}) for text in ("c=1", "c=2; c=1", 'b=2; c="1"', "c", " c=1")),
    *(Request("GET", "http://h/", sni=name) for name in ("A.example", "x.example", "x.b.example", ".example", "", "b")),
    *(Request("GET", "/", random_value=value) for value in (0, 49, 50, 149, 5024, 5025, 999_999, 1_000_000, 2**64 - 1)),
    Request("GET", "/", client_namespace="shop"),
    Request("", "", protocol="tcp"),
    *(
        Request("GET", "/", context=RequestContext(presented, validated, {"n": {"k": presented}}, {"k": "v" if validated else "w"}))
        for presented, validated in product((True, False), repeat=2)
    ),
)  # fmt: skip


@pytest.mark.parametrize("criterion", CRITERIA, ids=repr)
def test_a_region_holds_what_its_criterion_accepts(criterion: Criterion) -> None:
    taken, refused = region_of(criterion), region_of(criterion, wanted=False)
    for request in REQUESTS:
        words = Words(request)
        assert any(map(words.are_in, taken)) == criterion.accepts(request), request
        assert any(map(words.are_in, refused)) != criterion.accepts(request), request


@pytest.mark.parametrize("criterion", CRITERIA, ids=repr)
def test_requests_are_built_that_lie_in_a_region(criterion: Criterion) -> None:
    if isinstance(criterion, MetadataMatch) or (isinstance(criterion, RandomFraction) and criterion.denominator == 7):
        return  # these are true or false by themselves
    for box in region_of(criterion):
        if any(dimension.kind == "whether" for dimension in box):
            continue
        request = request_in(box)
        assert is_in(box, request), request
        assert criterion.accepts(request)


def test_a_cookie_with_quotes_is_written_so_that_it_is_read() -> None:
    quoted = CookieMatch("c", TextExact('"1"'))
    assert quoted.accepts(request_in(region_of(quoted)[0]))


def test_conditions_are_conjunctions() -> None:
    match = RouteMatch((PathPrefix("/a"), PathRegex(".*b"), AnyOf((Method("GET"), Scheme("https")))))
    assert len(region(match)) == 2
    assert region(RouteMatch((PathExact("/a"), PathExact("/b")))) == ()
    many = RouteMatch(tuple(AnyOf((HeaderMatch(f"a{place}"), QueryMatch("b"))) for place in range(12)))
    with pytest.raises(UndecidedError, match="more than 1000 alternatives"):
        region(many)


def test_a_test_that_is_not_known_is_a_dimension_of_its_own() -> None:
    class Odd:
        """A test of somebody else."""

        def accepts(self, value: str, /) -> bool:
            """Accept long texts."""
            return len(value) > 3

    odd: TextTest = Odd()
    for criterion in (HeaderMatch("x", odd), QueryMatch("q", odd), CookieMatch("c", odd, invert=True)):
        ((dimension, _),) = region_of(criterion)[0].items()
        assert dimension == Dimension("whether", criterion)
        assert word(dimension, Request("GET", "/?q=long", {"x": "long", "cookie": "c=long"})) in {"0", "1"}


def test_boxes() -> None:
    a, b = Language.text("/a"), Language.text("/b")
    box = {PATH: a | b}
    assert meet(box, {METHOD: Language.text("GET")}) == {PATH: a | b, METHOD: Language.text("GET")}
    assert meet({PATH: a}, {PATH: b}) is None
    assert list(minus({PATH: a}, {PATH: b}, {})) == [{PATH: a}]
    assert list(minus(box, {PATH: a, METHOD: Language.text("GET")}, {METHOD: Language.of("GET|PUT")})) == [
        {PATH: b},
        {PATH: a, METHOD: Language.text("PUT")},
    ]
    assert union([({PATH: a},), ({PATH: domain(PATH) - a},)]) == ({},)
    assert len(union([({PATH: a, METHOD: b},), ({PATH: b},)])) == 2


def test_random_values() -> None:
    for value in (0, 99, 100, 123_456, 999_999, 7_000_001):
        assert chance_value(chance_word(value)) == value % 1_000_000
    half = below_chance(5050, 10_000)
    assert half is not None
    assert [half.accepts(chance_word(value)) for value in (5049, 5050, 15_049, 25_050)] == [True, False, True, False]


@pytest.mark.parametrize(
    "test", [IntRange(low, high) for low, high in ((-12, 205), (0, 1), (-1, 0), (95, 1005), (-300, -20))]
)
def test_integers(test: IntRange) -> None:
    language = passing(test)
    assert language is not None
    for number in range(-350, 1100):
        for text in (f"{number}", f" {number}\t", f"{number:+05d}", f"{number}.0", f"0{number}"):
            assert language.accepts(text) == test.accepts(text), text


@pytest.mark.parametrize("path", [True, False])
@pytest.mark.parametrize("slashes", [True, False])
def test_normal_paths_are_what_normalisation_makes(path: bool, slashes: bool) -> None:
    language = normal_paths(path=path, slashes=slashes, unescaped=False, strict=False)

    def normal(text: str) -> str | None:
        made = normalize_path(text) if path else text
        return made if made is None or not slashes else merge_slashes(made)

    pieces = ("/", "a", ".", "%2e", "%41", "%2f", ";", "//", "\\", "%", " ", "é", "%00", "4")
    for text in (
        "/" + "".join(chosen)
        for size in range(5)
        for chosen in product(pieces, repeat=size)
        if size < 4 or chosen[0] in "/."
    ):
        made = normal(text)
        assert made is None or language.accepts(made), (text, made)
        assert not language.accepts(text) or normal(text) == text or normal(sent_as(text)) == text, text
    assert language.accepts("*")


def test_texts_are_remembered() -> None:
    assert paths(PathExact("/a")) is paths(PathExact("/a"))
    assert authorities(HostExact("a")) is authorities(HostExact("a"))
    assert server_names(None, SOME_NAMES) is server_names(None, SOME_NAMES)


def test_the_first_line() -> None:
    first = first_line(Language.of("a+"))
    for lines, accepted in ((("a",), True), (("aa", "b"), True), (("b", "a"), False), ((), False)):
        assert first.accepts("".join(f"{SEPARATOR}{line}" for line in lines)) == accepted
    assert isinstance(Present(), Present)

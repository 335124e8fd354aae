"""Path templates: reading, matching and filling them."""

from __future__ import annotations

import pytest

from meshroute.errors import RouteError
from meshroute.model.template import SegmentKind, fill_template, match_template, parse_template


@pytest.mark.parametrize(
    ("template", "kinds"),
    [
        ("/", [SegmentKind.LITERAL]),
        ("/a", [SegmentKind.LITERAL]),
        ("/a/", [SegmentKind.LITERAL, SegmentKind.LITERAL]),
        ("/{x}", [SegmentKind.VARIABLE]),
        ("/{x=*}", [SegmentKind.VARIABLE]),
        ("/v{x}", [SegmentKind.MIXED]),
        ("/{x}.json", [SegmentKind.MIXED]),
        ("/{x=**}", [SegmentKind.REST]),
        ("/a/{_b1}/c{d}e/{rest=**}", [SegmentKind.LITERAL, SegmentKind.VARIABLE, SegmentKind.MIXED, SegmentKind.REST]),
    ],
)
def test_kinds_of_segments(template: str, kinds: list[SegmentKind]) -> None:
    assert [segment.kind for segment in parse_template(template)] == kinds


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("", "the path '' must start with '/'"),
        ("a", "the path 'a' must start with '/'"),
        ("{x}", "the path '{x}' must start with '/'"),
        ("/{a}{b}", "the path '/{a}{b}' has two parameters in one segment"),
        ("/{a}-{b}", "the path '/{a}-{b}' has two parameters in one segment"),
        ("/{a", "the path '/{a' has an unbalanced brace"),
        ("/a}", "the path '/a}' has an unbalanced brace"),
        ("/{a}}", "the path '/{a}}' has an unbalanced brace"),
        ("/{{a}", "the path '/{{a}' has an unbalanced brace"),
        (
            "/{id:int}",
            (
                "the path '/{id:int}' gives {id:int} a type: parameters are raw text; "
                "write {id} and convert it, or use path_regex"
            ),
        ),
        ("/{}", "the path '/{}' has a parameter {} whose name is no identifier"),
        ("/{1a}", "the path '/{1a}' has a parameter {1a} whose name is no identifier"),
        ("/{a b}", "the path '/{a b}' has a parameter {a b} whose name is no identifier"),
        ("/{\u00e9}", "the path '/{\u00e9}' has a parameter {\u00e9} whose name is no identifier"),
        ("/{a=}", "the path '/{a=}' has {a=}: after '=' only '*' (a segment) or '**' (the rest) may stand"),
        ("/{a=x}", "the path '/{a=x}' has {a=x}: after '=' only '*' (a segment) or '**' (the rest) may stand"),
        ("/a{b=**}", "the path '/a{b=**}' has text beside the rest parameter {b=**}"),
        ("/{b=**}.x", "the path '/{b=**}.x' has text beside the rest parameter {b=**}"),
        ("/{a=**}/b", "the path '/{a=**}/b' goes on after a rest parameter, which takes all that is left"),
        ("/{a}/{b}/{a}", "the path '/{a}/{b}/{a}' names the parameter 'a' twice"),
        ("/a" * 257, "a path template may have 256 segments, not 257"),
    ],
)
def test_what_is_no_template(template: str, message: str) -> None:
    with pytest.raises(RouteError) as caught:
        parse_template(template)
    assert str(caught.value) == message


def test_the_most_segments() -> None:
    assert len(parse_template("/a" * 256)) == 256


@pytest.mark.parametrize(
    ("template", "path", "expected"),
    [
        ("/", "/", ()),
        ("/", "", None),
        ("/a", "/a", ()),
        ("/a", "/a/", None),
        ("/a/", "/a", None),
        ("/a/", "/a/", ()),
        ("/a", "/A", None),
        ("/a", "a", None),
        ("/{x}", "/1", (("x", "1"),)),
        ("/{x}", "/", None),
        ("/{x}", "/1/", None),
        ("/{x}", "/1/2", None),
        ("/{x}", "/a%2Fb", (("x", "a%2Fb"),)),
        ("/{x=*}", "/1", (("x", "1"),)),
        ("/v{x}", "/v1", (("x", "1"),)),
        ("/v{x}", "/v", None),
        ("/v{x}", "/w1", None),
        ("/{x}.json", "/a.json", (("x", "a"),)),
        ("/{x}.json", "/.json", None),
        ("/{x}.json", "/a.jso", None),
        ("/a{x}a", "/aa", None),
        ("/a{x}a", "/aba", (("x", "b"),)),
        ("/ab{x}ba", "/aba", None),
        ("/{x}/{y}", "/1/2", (("x", "1"), ("y", "2"))),
        ("/{x}/{y}", "//2", None),
        ("/f/{r=**}", "/f/", (("r", ""),)),
        ("/f/{r=**}", "/f", None),
        ("/f/{r=**}", "/f/a", (("r", "a"),)),
        ("/f/{r=**}", "/f/a//b/", (("r", "a//b/"),)),
        ("/f/{r=**}", "/g/a", None),
        ("/{r=**}", "/", (("r", ""),)),
        ("/{r=**}", "*", None),
    ],
)
def test_matching(template: str, path: str, expected: tuple[tuple[str, str], ...] | None) -> None:
    assert match_template(parse_template(template), path) == expected


@pytest.mark.parametrize(
    ("template", "params", "expected"),
    [
        ("/a/", {}, "/a/"),
        ("/u/{id}", {"id": 42}, "/u/42"),
        ("/u/{id}", {"id": "a/b ?"}, "/u/a%2Fb%20%3F"),
        ("/u/v{id}.json", {"id": "\u00e9"}, "/u/v%C3%A9.json"),
        ("/f/{r=**}", {"r": "a/b c/"}, "/f/a/b%20c/"),
        ("/f/{r=**}", {"r": ""}, "/f/"),
        ("/{x}/{y}", {"y": "2", "x": "1"}, "/1/2"),
    ],
)
def test_filling(template: str, params: dict[str, object], expected: str) -> None:
    segments = parse_template(template)
    assert fill_template(template, segments, params) == expected
    assert match_template(segments, expected) is not None


@pytest.mark.parametrize(
    ("template", "params", "message"),
    [
        ("/u/{id}", {}, "the path '/u/{id}' needs a value for 'id'"),
        ("/u/{id}", {"id": ""}, "the path '/u/{id}' needs a value for 'id' that is not empty"),
        ("/u/{id}", {"id": 1, "n": 2}, "the path '/u/{id}' has no parameter 'n'"),
        ("/u", {"n": 2}, "the path '/u' has no parameter 'n'"),
    ],
)
def test_what_cannot_be_filled_in(template: str, params: dict[str, object], message: str) -> None:
    with pytest.raises(RouteError) as caught:
        fill_template(template, parse_template(template), params)
    assert str(caught.value) == message

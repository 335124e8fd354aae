"""Differences: what diff finds between two meshes, and what it proves to be the same."""

from __future__ import annotations

import pytest

from meshroute import (
    Backend,
    DirectResponse,
    Forward,
    HostRewrite,
    Mesh,
    Normalization,
    NoRoute,
    Notice,
    PathReplace,
    PrefixReplace,
    Redirect,
    Route,
    Unsupported,
    diff,
    scan,
)
from meshroute.analysis.diff import Diff
from meshroute.criteria import (
    HeaderMatch,
    HostExact,
    Method,
    PathExact,
    PathPrefix,
    PathRegex,
    PathStringPrefix,
    Scheme,
    TextExact,
)
from meshroute.model.actions import Mirror, Misdirected
from meshroute.model.chance import RandomFraction
from meshroute.model.formatting import FormatText, Literal
from meshroute.model.mutations import HeaderAddition, HeaderMutations
from meshroute.model.python import python_table, single_table_mesh
from meshroute.model.rewrites import Rewrite, SegmentsReplace
from meshroute.model.rewriting import (
    PathRewrite,
    PatternReplace,
    RequestHeader,
)
from tests.unit.analysis.build import listed, route, to

X1 = HeaderMatch("x", TextExact("1"))
ROOT = PathPrefix("/")
PLAIN = Normalization(path=True, slashes=True)


def short(found: Diff) -> list[tuple[str, str, str, str]]:
    """Say of each difference which request shows it, and what both sides say."""
    return [
        (f"{one.witness.method} {one.witness.url}", one.old.outcome.value, one.new.outcome.value, one.region)
        for one in found.differences
    ]


def sends(*rewrites: Rewrite, name: str = "b", backend: Backend | None = None) -> Forward:
    """Forward to a backend, with rewrites."""
    return Forward((backend or Backend(name),), rewrites=rewrites)


SAME: dict[str, tuple[list[Route], list[Route]]] = {
    "nothing changed": ([route("a", ROOT)], [route("a", ROOT)]),
    "a regex written differently": ([route("a", PathRegex("/a|/ab"))], [route("a", PathRegex("/ab?"))]),
    "the order of routes that cannot both match": (
        [route("a", PathExact("/a")), route("b", PathExact("/b"))],
        [route("b", PathExact("/b")), route("a", PathExact("/a"))],
    ),
    "a dead route": ([route("a", ROOT)], [route("a", ROOT), route("dead", PathExact("/b"))]),
    "names do not count": ([route("a", ROOT, action=to("x"))], [route("b", ROOT, action=to("x"))]),
    "weights compare as shares": (
        [route("a", ROOT, action=Forward((Backend("x", weight=1), Backend("y", weight=3))))],
        [route("a", ROOT, action=Forward((Backend("y", weight=75), Backend("x", weight=25), Backend("z", weight=0))))],
    ),
    "one backend in two parts": (
        [route("a", ROOT, action=Forward((Backend("x", weight=1), Backend("x", weight=1))))],
        [route("a", ROOT, action=to("x"))],
    ),
    "a condition in two routes": (
        [route("a", PathRegex("/(a|b)"), action=to("x"))],
        [route("a", PathExact("/a"), action=to("x")), route("b", PathExact("/b"), action=to("x"))],
    ),
    "a prefix that is cut off in two ways": (
        [route("a", PathPrefix("/a"), action=sends(SegmentsReplace("/")))],
        [
            route("a", PathExact("/a"), action=sends(PathReplace("/"))),
            route("b", PathStringPrefix("/a/"), action=sends(PrefixReplace("/"))),
        ],
    ),
    "an exact path replaced in two ways": (
        [route("a", PathExact("/a"), action=sends(PathReplace("/x")))],
        [route("a", PathExact("/a"), action=sends(PrefixReplace("/x")))],
    ),
    "few paths, replaced in two ways": (
        [route("a", PathRegex("/a|/ab"), action=sends(PathReplace("/x")))],
        [
            route("a", PathExact("/ab"), action=sends(PathReplace("/x"))),
            route("b", PathStringPrefix("/a"), PathRegex("/a|/ab"), action=sends(PrefixReplace("/x"))),
        ],
    ),
    "where the old path is kept does not count": (
        [route("a", ROOT, action=sends(PathRewrite(PrefixReplace("/x/"))))],
        [route("a", ROOT, action=sends(PathRewrite(PrefixReplace("/x/"), original=None)))],
    ),
    "what is not modelled, on both sides": (
        [route("a", ROOT, action=Unsupported(Notice("n", "m")))],
        [route("a", ROOT, action=Unsupported(Notice("n", "m")))],
    ),
    "a rewrite that is not followed, on both sides": (
        [route("a", PathPrefix("/a"), Method("GET"), action=sends(PathRewrite(PatternReplace("a", "b"))))],
        [route("a", Method("GET"), PathPrefix("/a"), action=sends(PathRewrite(PatternReplace("a", "b"))))],
    ),
    "no route in two ways": ([route("a", PathExact("/a"), action=NoRoute())], []),
    "a host that the route names": (
        [route("a", HostExact("a"), PathExact("/a"))],
        [route("a", PathExact("/a"), HostExact("a"))],
    ),
}


@pytest.mark.parametrize("case", SAME)
def test_equivalent(case: str) -> None:
    old, new = SAME[case]
    for found in (diff(listed(*old), listed(*new)), diff(listed(*new), listed(*old))):
        assert (found.verdict, found.differences, found.because) == ("equivalent", (), ())


DIFFERENT: dict[str, tuple[list[Route], list[Route], list[tuple[str, str, str, str]]]] = {
    "one path": (
        [route("a", PathExact("/a"))],
        [route("a", PathExact("/b"))],
        [("GET /a", "forward", "no_route", "path is '/a'"), ("GET /b", "no_route", "forward", "path is '/b'")],
    ),
    "segments and characters": (
        [route("a", PathStringPrefix("/a"))],
        [route("a", PathPrefix("/a"))],
        [("GET /aa", "forward", "no_route", "path starts with '/a', such as '/aa'")],
    ),
    "the order": (
        [route("a", PathPrefix("/a"), X1), route("all", ROOT)],
        [route("all", ROOT), route("a", PathPrefix("/a"), X1)],
        [("GET /a", "forward", "forward", "path starts with the segments '/a' and header 'x' is 1")],
    ),
    "the backend": (
        [route("a", ROOT)],
        [route("b", ROOT)],
        [("GET /", "forward", "forward", "all requests")],
    ),
    "the share": (
        [route("a", PathExact("/a"), action=Forward((Backend("x"), Backend("y"))))],
        [route("a", PathExact("/a"), action=Forward((Backend("x"), Backend("y", weight=2))))],
        [("GET /a", "forward", "forward", "path is '/a'")],
    ),
    "the path that arrives": (
        [route("a", PathPrefix("/a"), action=sends())],
        [route("a", PathPrefix("/a"), action=sends(PrefixReplace("/b")))],
        [("GET /a", "forward", "forward", "path starts with the segments '/a'")],
    ),
    "the host that arrives": (
        [route("a", PathExact("/a"), action=sends())],
        [route("a", PathExact("/a"), action=sends(HostRewrite("x")))],
        [("GET /a", "forward", "forward", "path is '/a'")],
    ),
    "a header that arrives": (
        [route("a", PathExact("/a"), action=sends())],
        [route("a", PathExact("/a"), action=sends(RequestHeader("y", "1")))],
        [("GET /a", "forward", "forward", "path is '/a'")],
    ),
    "the status": (
        [route("a", PathExact("/a"), action=DirectResponse(200, "x"))],
        [route("a", PathExact("/a"), action=DirectResponse(201, "x"))],
        [("GET /a", "direct_response", "direct_response", "path is '/a'")],
    ),
    "the place of a redirect": (
        [route("a", PathExact("/a"), action=Redirect(path="/x"))],
        [route("a", PathExact("/a"), action=Redirect(path="/y"))],
        [("GET /a", "redirect", "redirect", "path is '/a'")],
    ),
    "421": (
        [route("a", PathExact("/a"), action=Misdirected())],
        [],
        [("GET /a", "misdirected", "no_route", "path is '/a'")],
    ),
    "mirrors": (
        [route("a", PathExact("/a"), action=Forward((Backend("x"),), mirrors=(Mirror(Backend("y")),)))],
        [route("a", PathExact("/a"), action=to("x"))],
        [("GET /a", "forward", "forward", "path is '/a'")],
    ),
    "half of the requests": (
        [route("a", PathExact("/a"), RandomFraction(50, 100)), route("b", PathExact("/a"))],
        [route("a", PathExact("/a"), RandomFraction(25, 100)), route("b", PathExact("/a"))],
        [("GET /a", "forward", "forward", "path is '/a' and 25.00% of the random values")],
    ),
    "a scheme": (
        [route("a", PathExact("/a"), Scheme("https"))],
        [],
        [("GET /a", "forward", "no_route", "path is '/a' and scheme is https")],
    ),
}


@pytest.mark.parametrize("case", DIFFERENT)
def test_different(case: str) -> None:
    old, new, expected = DIFFERENT[case]
    found = diff(listed(*old), listed(*new))
    assert found.verdict == "different"
    assert short(found) == expected
    assert found.because == ()
    for one in found.differences:
        assert scan(listed(*old), one.witness) == one.old
        assert scan(listed(*new), one.witness) == one.new


def test_each_pair_of_answers_is_reported_once() -> None:
    old = [route(f"r{number}", PathExact(f"/{number}"), action=to("old")) for number in range(6)]
    new = [one.replace(action=to("new")) for one in old]
    found = diff(listed(*old), listed(*new))
    assert [one.region for one in found.differences] == ["path is '/0'; or path is '/1'; or path is '/2'; and 3 more"]


def test_the_largest_region_comes_first() -> None:
    old = [route("small", PathExact("/s/t/u"), Method("PUT")), route("large", PathPrefix("/l"))]
    new = [one.replace(action=DirectResponse(200 + place)) for place, one in enumerate(old)]
    shares = [one.share for one in diff(listed(*old), listed(*new)).differences]
    assert shares == sorted(shares, reverse=True)
    assert [one.old.route.name for one in diff(listed(*old), listed(*new)).differences if one.old.route] == [
        "large",
        "small",
    ]


def test_what_counts() -> None:
    old = listed(route("a", PathExact("/a"), action=sends(PathReplace("/x"))))
    new = listed(route("b", PathExact("/a"), action=sends(PathReplace("/y"))))
    assert diff(old, new).verdict == "different"
    assert diff(old, new, by="backend").verdict == "equivalent"
    assert diff(old, new, by="route").verdict == "different"
    assert diff(old, old, by="route").verdict == "equivalent"
    none = listed(route("a", PathExact("/a"), action=Forward((Backend("b", weight=0),))))
    assert diff(old, none, by="backend").verdict == "different"
    said = listed(route("a", PathExact("/a"), action=DirectResponse(200, "x")))
    assert (
        diff(said, listed(route("a", PathExact("/a"), action=DirectResponse(200, "y"))), by="backend").verdict
        == "equivalent"
    )
    with pytest.raises(ValueError, match="there is no by='x'; it is one of answer, backend, route"):
        diff(old, new, by="x")  # type: ignore[arg-type]  # on purpose


def test_backends_are_renamed() -> None:
    node = Backend("red", "shop", "VirtualNode")
    old = listed(route("a", PathExact("/a"), action=Forward((node,))))
    service = Backend("red", "shop", "Service", 8080)
    assert diff(old, listed(route("a", PathExact("/a"), action=Forward((service,))))).verdict == "equivalent"
    other = listed(route("a", PathExact("/a"), action=Forward((Backend("red-svc", "shop", "Service"),))))
    assert diff(old, other).verdict == "different"
    assert diff(old, other, renamed={"shop/red": "shop/red-svc"}).verdict == "equivalent"
    assert diff(old, other, renamed={"red": "shop/red-svc"}).verdict == "equivalent"
    same_kind = listed(route("a", PathExact("/a"), action=Forward((Backend("red", "shop", "VirtualNode", 81),))))
    assert diff(old, same_kind).verdict == "different"


def test_invalid_backends() -> None:
    bad = Backend("x", valid=False, status=500)
    old = listed(route("a", PathExact("/a"), action=Forward((Backend("x"), Backend("y")))))
    new = listed(route("a", PathExact("/a"), action=Forward((bad, Backend("y")))))
    assert diff(old, new).verdict == "different"
    assert diff(new, listed(route("a", PathExact("/a"), action=Forward((Backend("y"),))))).verdict == "different"


def test_backends_with_changes_of_their_own() -> None:
    old = listed(route("a", PathExact("/a"), action=Forward((Backend("x"),))))
    own = Backend("x", rewrites=(RequestHeader("y", "1"),), mirrors=(Mirror(Backend("m")),))
    new = listed(route("a", PathExact("/a"), action=Forward((own,))))
    assert diff(old, new).verdict == "different"
    assert diff(new, new).verdict == "equivalent"
    away = Backend("x", redirect=Redirect(path="/z"))
    moved = listed(route("a", PathExact("/a"), action=Forward((away,))))
    assert [one.new.outcome.value for one in diff(old, moved).differences] == ["redirect"]


def test_changes_to_the_response() -> None:
    change = HeaderMutations((), (HeaderAddition("y", FormatText((Literal("1"),))),))
    old = listed(route("a", PathExact("/a"), action=Forward((Backend("x"),), response=(HeaderMutations(),))))
    new = listed(route("a", PathExact("/a"), action=Forward((Backend("x"),), response=(change,))))
    assert diff(old, listed(route("a", PathExact("/a"), action=to("x")))).verdict == "equivalent"
    assert diff(old, new).verdict == "different"


def test_methods_of_a_405_count() -> None:
    def made(*routes: Route) -> Mesh:
        return single_table_mesh(python_table(routes))

    old = made(Route("a", path="/a", methods="PUT", to="x"))
    new = made(Route("a", path="/a", methods=("PUT", "POST"), to="x"))
    found = diff(old, new)
    assert short(found) == [
        ("GET /a", "method_not_allowed", "method_not_allowed", "path is '/a' and method not (is PUT or POST)"),
        ("POST /a", "method_not_allowed", "forward", "path is '/a' and method is POST"),
    ]
    assert diff(old, old).verdict == "equivalent"
    late = made(Route("a", path="/a", methods="PUT", to="y"))
    assert [one[0] for one in short(diff(old, late))] == ["PUT /a"]

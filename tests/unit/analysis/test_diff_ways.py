"""Differences on the way from table to table, between entries, and what is not known."""

from __future__ import annotations

from pathlib import Path

import pytest

import meshroute as mr
from meshroute import (
    Delegate,
    Entry,
    HostRewrite,
    Listener,
    Mesh,
    Normalization,
    NoRoute,
    Notice,
    PathReplace,
    PrefixReplace,
    Redirect,
    Route,
    TableError,
    Unsupported,
    diff,
)
from meshroute.criteria import (
    HeaderMatch,
    HostExact,
    Method,
    Not,
    PathExact,
    PathPrefix,
    PathRegex,
    PathStringPrefix,
    PathTemplate,
    PathWithoutParameters,
    Port,
    QueryMatch,
    Scheme,
    ServerNameChooses,
    ServerNames,
    TextExact,
    TextPrefix,
)
from meshroute.model.context import MetadataMatch, ValueIs
from meshroute.model.mutations import HeaderMutations
from meshroute.model.rewrites import Rewrite, SchemeRewrite, SegmentsReplace
from meshroute.model.rewriting import (
    AuthorityRewrite,
    FixedHost,
    HostFromHeader,
    PathRewrite,
    PatternReplace,
    RequestHeader,
)
from tests.unit.analysis.build import host, listed, mesh, route, table, to
from tests.unit.analysis.test_diff import sends, short

X1 = HeaderMatch("x", TextExact("1"))
ROOT = PathPrefix("/")
PLAIN = Normalization(path=True, slashes=True)


def inner(*routes: Route, normal: Normalization | None = None, id_: str = "inner") -> mr.RouteTable:
    """Make a table that another one leads to."""
    return table(host("v", (), *routes), id=id_, normal=normal)


def outer(
    *rewrites: Rewrite,
    path: PathPrefix | PathStringPrefix | PathExact | PathRegex | PathWithoutParameters = ROOT,
    normal: Normalization | None = None,
    port: int | None = None,
) -> mr.RouteTable:
    """Make a table that leads on to another one."""
    return table(host("v", (), route("on", path, action=Delegate("inner", rewrites, port))), normal=normal)


@pytest.mark.parametrize(
    ("rewrites", "path", "criterion", "witness"),
    [
        ((), PathPrefix("/a"), PathExact("/a/b"), "/a/b"),
        ((PrefixReplace("/x"),), PathStringPrefix("/a"), PathExact("/xb"), "/ab"),
        ((PrefixReplace("/"),), PathStringPrefix("/a/"), PathExact("/b"), "/a/b"),
        ((PrefixReplace("/x"),), PathExact("/a"), PathExact("/x"), "/a"),
        ((PrefixReplace("/x"),), PathStringPrefix("/A", ignore_case=True), PathExact("/x"), "/a"),
        ((PrefixReplace("/x"),), PathRegex("/a.*"), PathExact("/x"), "/a"),
        ((PathReplace("/x"),), PathPrefix("/a"), PathExact("/x"), "/a"),
        ((SegmentsReplace("/"),), PathPrefix("/a"), PathExact("/"), "/a"),
        ((SegmentsReplace("/x"),), PathPrefix("/a"), PathExact("/x/b"), "/a/b"),
        ((SegmentsReplace("/x"),), ROOT, PathExact("/x/b"), "/b"),
        ((HostRewrite("h"),), PathPrefix("/a"), HostExact("h"), "/a"),
        ((AuthorityRewrite(FixedHost("h")),), PathPrefix("/a"), HostExact("h"), "/a"),
        ((SchemeRewrite("https"),), PathPrefix("/a"), Scheme("https"), "/a"),
        ((PathRewrite(PrefixReplace("/x")),), PathStringPrefix("/a"), PathExact("/x"), "/a"),
        ((PathRewrite(PathReplace("/x")),), PathStringPrefix("/a"), PathExact("/x"), "/a"),
        ((RequestHeader("y", "1"),), PathPrefix("/a"), X1, "/a"),
    ],
)
def test_rewrites_on_the_way(
    rewrites: tuple[Rewrite, ...], path: PathPrefix, criterion: PathExact, witness: str
) -> None:
    old = mesh(outer(*rewrites, path=path), inner(route("i", criterion)))
    new = mesh(outer(*rewrites, path=path), inner(route("i", criterion, action=to("other"))))
    found = diff(old, new)
    assert [(one.witness.path, one.old.outcome.value) for one in found.differences] == [(witness, "forward")]
    assert found.because == ()
    assert diff(old, old).verdict == "equivalent"


@pytest.mark.parametrize(
    ("rewrites", "criterion"),
    [
        ((HostRewrite("h"),), HostExact("g")),
        ((PathReplace("/x"),), PathExact("/y")),
        ((SchemeRewrite("https"),), Scheme("http")),
        ((PrefixReplace("/x"),), PathExact("/y")),
    ],
)
def test_what_no_rewrite_leads_to(rewrites: tuple[Rewrite, ...], criterion: PathExact) -> None:
    found = diff(
        mesh(outer(*rewrites, path=PathPrefix("/a")), inner(route("i", criterion))),
        mesh(outer(*rewrites, path=PathPrefix("/a")), inner()),
    )
    assert found.verdict == "equivalent"


def test_ports_on_the_way() -> None:
    old = mesh(outer(port=81), inner(route("i", Port(81)), route("j", Port(82))))
    new = mesh(outer(port=81), inner(route("i", Port(81))))
    assert diff(old, new).verdict == "equivalent"
    assert diff(old, mesh(outer(port=82), *old.tables[1:])).verdict == "different"


@pytest.mark.parametrize(
    ("rewrites", "criterion", "because"),
    [
        (
            (PathRewrite(PatternReplace("a", "b")),),
            PathExact("/b"),
            "the path may be rewritten in a way that is not followed",
        ),
        ((AuthorityRewrite(HostFromHeader("y")),), X1, "a rewrite may change the header 'x'"),
        ((RequestHeader("x", "2"),), X1, "a rewrite may change the header 'x'"),
        ((HeaderMutations(("x",), ()),), X1, "a rewrite may change the header 'x'"),
        (
            (PrefixReplace("/z"), PrefixReplace("/y")),
            PathExact("/y"),
            "the path may be rewritten in a way that is not followed",
        ),
        (
            (PathRewrite(PathReplace("/z")),),
            HeaderMatch("x-envoy-original-path"),
            "a rewrite may change the header 'x-envoy-original-path'",
        ),
        (
            (HostRewrite("a"),),
            ServerNameChooses(("a",), ServerNames(("a",))),
            "the server name is taken from a host that has changed",
        ),
    ],
)
def test_rewrites_that_are_not_followed(rewrites: tuple[Rewrite, ...], criterion: PathExact, because: str) -> None:
    path = PathStringPrefix("/b")
    old = mesh(outer(*rewrites, path=path), inner(route("i", criterion), route("z", ROOT, action=to("z"))))
    new = mesh(
        outer(*rewrites, path=path),
        inner(
            route(
                "i",
                criterion,
                action=to(
                    "i",
                ),
            ),
            route("z", ROOT, action=to("z")),
        ),
    )
    assert diff(old, new).verdict == "equivalent"
    other = mesh(
        outer(*rewrites, path=path),
        inner(route("i", criterion, Method("M"), action=to("q")), route("z", ROOT, action=to("z"))),
    )
    found = diff(old, other)
    assert found.verdict == "different" or because in found.because
    mixed = (*rewrites, PathReplace("/w"))
    doubtful = diff(old, mesh(outer(*mixed, path=path), *old.tables[1:]), by="backend")
    assert because in doubtful.because or doubtful.verdict == "different"


def test_parameters_are_cut_off_first() -> None:
    path = PathWithoutParameters(PathExact("/a"))
    old = mesh(outer(PrefixReplace("/x"), path=path), inner(route("i", PathExact("/x"))))
    assert diff(old, mesh(outer(PrefixReplace("/x"), path=path), inner())).verdict == "different"


def test_slashes_and_dots_that_a_rewrite_makes() -> None:
    def made(criterion: PathExact | PathPrefix, name: str) -> Mesh:
        return mesh(
            outer(PrefixReplace("/"), path=PathStringPrefix("/a"), normal=PLAIN),
            inner(route(name, criterion), normal=PLAIN),
        )

    found = diff(made(PathExact("/b"), "i"), made(PathExact("/b"), "j"))
    assert {one.witness.path for one in found.differences} <= {"/ab", "/a/b", "/a./b"}
    assert diff(made(ROOT, "i"), made(PathPrefix("/"), "i")).verdict == "equivalent"
    everything = diff(made(ROOT, "i"), made(ROOT, "j"))
    assert everything.because == ()
    star = diff(made(PathExact("*"), "i"), made(PathExact("*"), "j"))
    assert star.verdict == "equivalent"
    constant = mesh(outer(PathReplace("/b/../c"), normal=PLAIN), inner(route("i", PathExact("/c")), normal=PLAIN))
    assert diff(constant, mesh(constant.tables[0], inner(normal=PLAIN))).verdict == "different"
    refused = mesh(outer(PathReplace("/%00"), normal=PLAIN), inner(route("i", ROOT), normal=PLAIN))
    assert diff(refused, refused).verdict == "equivalent"


def test_tables_that_normalise_in_different_ways() -> None:
    old = mesh(outer(), inner(route("i", PathExact("/b")), normal=PLAIN))
    new = mesh(outer(), inner(route("i", PathExact("/b"), action=to("j")), normal=PLAIN))
    assert diff(old, old).verdict == "equivalent"
    assert diff(old, new).verdict == "different"
    hidden = mesh(outer(path=PathExact("/x")), inner(route("i", PathExact("/b"), action=to("j")), normal=PLAIN))
    found = diff(mesh(outer(path=PathExact("/x")), *old.tables[1:]), hidden)
    assert (found.verdict, found.because) == (
        "unknown",
        ("the tables on the way normalise requests in different ways",),
    )


def test_slashes_that_meet_become_one() -> None:
    on = route("on", PathStringPrefix("/a"), PathRegex("/a/.*"), action=Delegate("inner", (PrefixReplace("/"),)))
    outer_ = table(host("v", (), on), normal=PLAIN)
    old = mesh(outer_, inner(route("i", PathExact("/b")), normal=PLAIN))
    new = mesh(outer_, inner(route("j", PathExact("/b")), normal=PLAIN))
    assert [one.witness.path for one in diff(old, new).differences] == ["/a/b"]


def test_paths_that_arrive_by_two_ways() -> None:
    cut = mesh(
        outer(PrefixReplace("/"), path=PathStringPrefix("/a/"), normal=PLAIN), inner(route("i", ROOT), normal=PLAIN)
    )
    straight = mesh(
        table(
            host("v", (), route("s", PathStringPrefix("/a/"), action=sends(PrefixReplace("/"), name="i"))), normal=PLAIN
        )
    )
    assert diff(cut, straight).verdict == "equivalent"
    moved = mesh(
        outer(PrefixReplace("/"), path=PathStringPrefix("/a/"), normal=PLAIN),
        inner(route("i", ROOT, action=Redirect(path="/x")), normal=PLAIN),
    )
    assert diff(moved, cut).verdict == "different"
    ruled = Redirect(path=PrefixReplace("/q"))
    assert (
        diff(
            listed(route("a", PathPrefix("/a"), action=ruled)), listed(route("a", PathPrefix("/a/"), action=ruled))
        ).verdict
        == "equivalent"
    )


def test_ends_without_an_answer() -> None:
    gone = mesh(table(host("v", (), route("on", PathExact("/a"), action=Delegate("none")))))
    assert short(diff(gone, listed())) == [("GET /a", "no_route", "no_route", "path is '/a'")]
    circle = mesh(table(host("v", (), route("on", PathExact("/a"), action=Delegate("t")))))
    assert diff(circle, circle).verdict == "equivalent"
    found = diff(circle, listed(route("on", PathExact("/a"), action=NoRoute(status=None))))
    assert found.verdict in {"unknown", "different"}


def test_what_is_not_modelled_is_not_known() -> None:
    odd = listed(route("a", PathExact("/a"), action=Unsupported(Notice("n", "m"))))
    other = listed(route("a", PathExact("/a"), action=Unsupported(Notice("n", "other"))))
    found = diff(odd, other)
    assert (found.verdict, found.because) == ("unknown", ("a route says something that is not modelled",))


def test_what_no_request_shows_is_not_known() -> None:
    pattern = PatternReplace("q", "r"), PatternReplace("[q]", "r")
    old, new = (listed(route("a", PathPrefix("/a"), action=sends(PathRewrite(one)))) for one in pattern)
    found = diff(old, new)
    assert found.verdict == "unknown"
    assert found.because == (
        "no request was found that shows whether this differs: path starts with the segments '/a'",
    )


def test_what_cannot_be_chosen_is_not_known() -> None:
    secret = MetadataMatch("auth", ("admin",), ValueIs(value=True))
    found = diff(listed(route("a", secret)), listed())
    assert (found.verdict, found.because) == ("unknown", ("a request that it would take cannot be built",))


def test_steps_and_leaves_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    old = [route(f"r{number}", ROOT, HeaderMatch(f"h{number}")) for number in range(6)]
    new = [*old, route("late", PathExact("/a"))]
    monkeypatch.setattr("meshroute.analysis.boxes.MAX_STEPS", 1)
    late = diff(
        listed(*old, route("x", Not(HeaderMatch("h0")), ROOT)), listed(*new, route("x", Not(HeaderMatch("h0")), ROOT))
    )
    assert late.because
    monkeypatch.setattr("meshroute.analysis.flow.MAX_LEAVES", 2)
    assert diff(listed(*old), listed(*new)).because == ("there are more than 2 ways through the tables",)


def test_normalisation_counts() -> None:
    old, new = listed(route("a", PathPrefix("/a")), normal=PLAIN), listed(route("a", PathPrefix("/a")))
    found = diff(old, new)
    assert [(one[0], one[3]) for one in short(found)] == [
        ("GET //a", "paths that are not in normal form, such as '//a', with two slashes")
    ]
    strict = listed(route("a", PathPrefix("/a")), normal=Normalization(strict=True))
    found = diff(strict, new)
    assert (found.verdict, found.because) == ("unknown", ("the two sides do not normalise requests in the same way",))
    never = listed(route("a", PathExact("/a"), PathExact("/b")), normal=PLAIN)
    assert diff(never, listed(route("a", PathExact("/a"), PathExact("/b")))).verdict == "unknown"


def test_virtual_hosts() -> None:
    old = mesh(table(host("a", (HostExact("a"),), route("x", ROOT)), host("b", (HostExact("b"),), route("y", ROOT))))
    new = mesh(table(host("a", (HostExact("a"), HostExact("b")), route("x", ROOT))))
    assert {one.witness.authority for one in diff(old, new).differences} == {"b"}
    shown = mesh(table(host("a", (HostExact("a"),), route("x", PathExact("/a")))))
    assert {one.witness.authority for one in diff(old, shown).differences} == {"a", "b"}


def entries(*made: tuple[str, str, int | None]) -> Mesh:
    """Make a mesh with an entry, a table and a port each."""
    tables = {name: table(host("v", (), route(name, ROOT)), id=name) for _, name, _ in made}
    found: dict[str, list[Listener]] = {}
    for entry, name, port in made:
        found.setdefault(entry, []).append(Listener(name, port))
    return Mesh(
        tuple(Entry("gateway", name, tuple(listeners)) for name, listeners in found.items()), tuple(tables.values())
    )


def test_entries_are_paired() -> None:
    one, two = entries(("a", "t", None), ("b", "u", None)), entries(("a", "t", None), ("c", "v", None))
    found = diff(one, two)
    assert [(one.old_entry, one.new_entry, one.witness.entry, one.region) for one in found.differences] == [
        ("gateway/b", None, None, "all requests"),
        (None, "gateway/c", None, "all requests"),
    ]
    assert [(one.old.outcome.value, one.new.outcome.value) for one in found.differences] == [
        ("forward", "no_route"),
        ("no_route", "forward"),
    ]
    assert diff(one, two, entries={"gateway/a": "gateway/a"}).verdict == "equivalent"
    assert diff(entries(("a", "t", None)), entries(("b", "t", None))).verdict == "equivalent"
    with pytest.raises(
        TableError,
        match="it is not clear which entries belong together: the old side has gateway/x, gateway/y; the new side has gateway/a, gateway/b; say so with --entry OLD=NEW",
    ):
        diff(entries(("x", "t", None), ("y", "t", None)), one)
    assert diff(Mesh((), ()), Mesh((), ())).verdict == "equivalent"


def test_ports_are_paired() -> None:
    one = entries(("a", "t", 80), ("a", "u", 81))
    assert diff(one, one).verdict == "equivalent"
    found = diff(one, entries(("a", "t", 80), ("a", "u", 82)))
    assert [(d.region, d.witness.port) for d in found.differences] == [("port is 81", 81), ("port is 82", 82)]
    moved = diff(entries(("a", "t", 80)), entries(("a", "t", 8080)))
    assert moved.verdict == "equivalent"
    anywhere = diff(entries(("a", "t", 80), ("a", "u", None)), entries(("a", "t", 80), ("a", "w", None)))
    assert [(d.region, d.witness.port) for d in anywhere.differences] == [("all requests", 8080)] or [
        d.witness.port for d in anywhere.differences
    ] == [443]


def test_secondary_entries_stand_back() -> None:
    tables = (table(host("v", (), route("x", ROOT))), table(id="two"))
    mine = Mesh(
        (Entry("gateway", "g", (Listener("t"),)), Entry("listener", "l", (Listener("two"),), is_secondary=True)), tables
    )
    only = Mesh((Entry("listener", "l", (Listener("t"),), is_secondary=True),), tables)
    assert diff(mine, only).verdict == "equivalent"


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    diff(listed(), listed(), progress=lambda done, of: told.append((done, of)))
    assert told == [(0, 1)]


def test_what_the_definition_does_not_bear_out_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    def says_nothing(*_: object) -> None: ...

    monkeypatch.setattr("meshroute.analysis.compare.scan", says_nothing)
    found = diff(listed(route("a", PathExact("/a"))), listed())
    assert (found.verdict, found.differences) == ("unknown", ())


def test_the_migration_of_the_tutorial() -> None:
    folder = Path(__file__).parents[3] / "docs" / "examples" / "migration"
    found = diff(
        mr.load(str(folder / "appmesh.yaml")),
        mr.load(str(folder / "httproute.yaml")),
        entries={"virtualgateway/edge": "gateway/edge"},
    )
    shown = {
        (one.witness.path, one.witness.headers.get("client")): (
            one.old.route and one.old.route.name,
            one.old.request and (one.old.request.authority, one.old.request.path),
            one.new.request and (one.new.request.authority, one.new.request.path),
        )
        for one in found.differences
    }
    service = "meter.metering.svc.cluster.local"
    # /meter against /meters, and the default rewrites of the prefix and the host
    assert ("/metera", "mobile") in shown
    assert shown["/meter/readings", None] == ("readings", (service, "/readings"), (None, "/meter/readings"))
    # priority against specificity
    assert shown["/meter/readings/live", None][0] == "readings"
    assert {
        backend.name
        for one in found.differences
        if one.witness.path == "/meter/readings/live"
        for backend in one.new.backends
    } == {"meter-v2"}
    # a header's regex
    assert ("/meter/", "mobilea") in shown


def test_templates_and_queries() -> None:
    old = listed(route("a", PathTemplate("/u/{id}"), QueryMatch("q", TextPrefix("1"))))
    found = diff(old, listed(route("a", PathTemplate("/u/{id}"), QueryMatch("q"))))
    assert [one.witness.target for one in found.differences] == ["/u/a?q=a"]

from __future__ import annotations

import pytest

from meshroute.model.actions import Backend, Delegate, Forward, Timeouts
from meshroute.model.criteria import Method, PathStringPrefix, RouteMatch
from meshroute.model.mesh import Entry, Listener
from meshroute.model.notices import Notice, Source
from meshroute.model.rewrites import HostRewrite, PathReplace, PrefixReplace
from meshroute.readers._document.kubernetes import Selector
from meshroute.readers.app_mesh.objects import AppMesh, GatewayRewrite, MatchSpec
from tests.unit.readers.app_mesh_lowering.build import (
    ask,
    codes,
    color_mesh,
    gateway,
    gateway_route,
    lowered,
    mesh_object,
    namespace,
    ports,
    ref,
    refused,
    route,
    router,
    said_before,
    service,
    table_of,
)

HOST = "http://shop.example"


def arrives(match: MatchSpec, path: str, rewrite: GatewayRewrite | None = None, protocol: str = "http") -> str | None:
    """The URL that arrives at the node, or None where no route matches."""
    spec = gateway_route(match=match, rewrite=rewrite, protocol=protocol)  # type: ignore[arg-type]  # a protocol
    headers = {"content-type": "application/grpc"} if protocol == "grpc" else None
    request = ask(color_mesh(gateway_routes=(spec,)), f"{HOST}{path}", headers=headers).request
    return None if request is None else request.url.removeprefix("http://color.local")


@pytest.mark.parametrize(
    ("prefix", "path", "expected"),
    [  # app-mesh.md §2.4, the table
        ("/foo", "/foo", "/"),
        ("/foo", "/foo/", "/"),
        ("/foo", "/foo/x", "/x"),
        ("/foo", "/foo1", "/1"),
        ("/foo/", "/foo/x", "/x"),
        ("/foo/", "/foo", None),
        ("/", "/x", "/x"),
        ("/foo", "/foo/x?y=1", "/x?y=1"),
        ("/foo", "//foo//x", "/x"),
        ("/foo", "/Foo", None),
    ],
)
def test_the_prefix_becomes_a_slash(prefix: str, path: str, expected: str | None) -> None:
    assert arrives(MatchSpec(prefix=prefix), path) == expected


@pytest.mark.parametrize(
    ("match", "rewrite", "path", "expected"),
    [
        (MatchSpec(prefix="/foo"), GatewayRewrite(default_prefix=False), "/foo/x", "/foo/x"),
        (MatchSpec(prefix="/test/"), GatewayRewrite(prefix_value="/red/"), "/test/a", "/red/a"),
        (MatchSpec(prefix="/test"), GatewayRewrite(prefix_value="/red/"), "/test/a", "/red/a"),
        (MatchSpec(prefix="/test"), GatewayRewrite(prefix_value="/red/"), "/test", "/red/"),
        (MatchSpec(prefix="/test"), GatewayRewrite(prefix_value="/red/"), "/test1", "/red/1"),
        (MatchSpec(prefix="/test"), GatewayRewrite(prefix_value="/red"), "/test/a", "/red/a"),
        (MatchSpec(prefix="/"), GatewayRewrite(prefix_value="/red/"), "/a", "/red/a"),
        (MatchSpec(hostname_exact="shop.example"), GatewayRewrite(prefix_value="/red/"), "/a", "/red/a"),
        (MatchSpec(hostname_exact="shop.example"), None, "/a", "/a"),
        (MatchSpec(path_exact="/a"), None, "/a?q", "/a?q"),
        (MatchSpec(path_regex="/a.*"), None, "/abc", "/abc"),
        (MatchSpec(path_exact="/a"), GatewayRewrite(path_exact="/b"), "/a?q", "/b?q"),
        (MatchSpec(path_regex="/a.*"), GatewayRewrite(path_exact="/b"), "/abc", "/b"),
        (MatchSpec(path_exact="/a"), GatewayRewrite(prefix_value="/red/"), "/a", "/a"),
        (MatchSpec(prefix="/a"), GatewayRewrite(path_exact="/b"), "/a/c", "/b"),
    ],
)
def test_explicit_rewrites(match: MatchSpec, rewrite: GatewayRewrite | None, path: str, expected: str) -> None:
    assert arrives(match, path, rewrite) == expected


def test_rewrites_are_wire_text() -> None:
    specs = (
        gateway_route("a", MatchSpec(path_exact="/a"), "é", rewrite=GatewayRewrite(path_exact="/é")),
        gateway_route("b", MatchSpec(prefix="/b/"), rewrite=GatewayRewrite(prefix_value="/é/")),
    )
    objects = color_mesh(gateway_routes=specs, services=(service("é"), service()))
    first, second = table_of(lowered(objects), "virtualgateway/shop/ingress").routes()
    assert isinstance(first.action, Delegate)
    assert first.action.rewrites == (HostRewrite("Ã©.shop"), PathReplace("/Ã©"))
    assert first.action.service == "é.shop"
    assert isinstance(second.action, Delegate)
    assert second.action.rewrites == (HostRewrite("color.shop"), PrefixReplace("/Ã©/"))


def test_grpc_keeps_its_path() -> None:
    assert arrives(MatchSpec(service_name="a.B"), "/a.B/C", GatewayRewrite(path_exact="/x"), "grpc") == "/a.B/C"
    assert arrives(MatchSpec(service_name="a.B"), "/a.C/C", None, "grpc") is None


def test_the_host_stays_where_that_is_said() -> None:
    spec = gateway_route(rewrite=GatewayRewrite(default_hostname=False))
    answer = ask(color_mesh(gateway_routes=(spec,)), f"{HOST}/paths/x")
    assert answer.request is not None
    assert answer.request.url == f"{HOST}/x"
    assert answer.service == "color.local"


def undefined(match: MatchSpec, rewrite: GatewayRewrite, path: str) -> list[str]:
    spec = gateway_route(match=match, rewrite=rewrite)
    answer = ask(color_mesh(gateway_routes=(spec,)), f"{HOST}{path}")
    assert {notice.code for notice in answer.notices} <= {"undefined-rewrite"}
    return [notice.message for notice in answer.notices]


@pytest.mark.parametrize(
    ("match", "rewrite", "path", "expected"),
    [
        # Of these two the reader says it, where they are written.
        (MatchSpec(prefix="/a"), GatewayRewrite(path_exact="/b"), "/a", []),
        (MatchSpec(path_exact="/a"), GatewayRewrite(prefix_value="/b/"), "/a", []),
        (
            MatchSpec(prefix="/a"),
            GatewayRewrite(prefix_value="/b/"),
            "/a/c",
            [
                (
                    "AWS does not define what rewrite.prefix makes of /a/x where the match does not end in '/': "
                    "here it is /b/x"
                )
            ],
        ),
        (MatchSpec(prefix="/a"), GatewayRewrite(prefix_value="/b/"), "/ac", []),
        (MatchSpec(prefix="/a"), GatewayRewrite(), "/a/c", []),
        (MatchSpec(path_exact="/a"), GatewayRewrite(path_exact="/b"), "/a", []),
        (MatchSpec(path_regex="/a"), GatewayRewrite(), "/a", []),
    ],
)
def test_rewrites_that_aws_does_not_define(
    match: MatchSpec, rewrite: GatewayRewrite, path: str, expected: list[str]
) -> None:
    assert undefined(match, rewrite, path) == expected


def test_the_two_routes_of_a_prefix() -> None:
    said = Notice("unknown-field", "what")
    spec = gateway_route(match=MatchSpec(prefix="/foo", method="GET"), priority=3, notices=(said,))
    mesh = lowered(color_mesh(gateway_routes=(spec,)))
    first, second = table_of(mesh, "virtualgateway/shop/ingress").routes()
    assert [first.id, second.id] == ["gatewayroute/shop/paths/0", "gatewayroute/shop/paths/1"]
    assert first.match == RouteMatch((PathStringPrefix("/foo/"), Method("GET")))
    assert second.match == RouteMatch((PathStringPrefix("/foo"), Method("GET")))
    rewrites = (HostRewrite("color.local"), PrefixReplace("/"))
    assert first.action == Delegate("virtualrouter/shop/color", rewrites, port=8080, service="color.local")
    assert second.action == first.action
    for made in (first, second):
        assert (made.name, made.priority, made.source, made.notices) == ("paths", 3, spec.meta.source, (said,))
        assert made.precedence is not None
        assert made.precedence.parts[4] == ("length as written", "4")
        assert len(made.precedence.keys) == 5


def test_one_route_keeps_the_plain_id() -> None:
    mesh = lowered(color_mesh(gateway_routes=(gateway_route(match=MatchSpec(path_exact="/abc")),)))
    (made,) = table_of(mesh, "virtualgateway/shop/ingress").routes()
    assert made.id == "gatewayroute/shop/paths"
    assert made.precedence is not None
    assert made.precedence.parts[4] == ("length as written", "4")


def test_a_hostname_route_counts_as_the_prefix_slash() -> None:
    mesh = lowered(color_mesh(gateway_routes=(gateway_route(match=MatchSpec(hostname_exact="a")),)))
    (made,) = table_of(mesh, "virtualgateway/shop/ingress").routes()
    assert made.precedence is not None
    assert made.precedence.keys[2] == (1001, -2, -1)


def test_routes_of_one_name_have_the_gateway_in_their_id() -> None:
    gateways = (gateway("a", form="aws"), gateway("b", form="aws"))
    routes = tuple(
        gateway_route("r", MatchSpec(prefix="/"), ref("Service", aws="x"), form="aws", at=ref("Gateway", aws=name))
        for name in ("a", "b")
    )
    mesh = lowered(AppMesh(gateways=gateways, gateway_routes=routes))
    assert [made.id for table in mesh.tables for made in table.routes()] == ["gatewayroute/r", "gatewayroute/b/r"]


def test_routes_stand_in_order_of_precedence() -> None:
    specs = (
        gateway_route("short", MatchSpec(prefix="/a")),
        gateway_route("long", MatchSpec(prefix="/a/b/")),
        gateway_route("first", MatchSpec(prefix="/"), priority=1),
        gateway_route("exact", MatchSpec(path_exact="/a")),
    )
    mesh = lowered(color_mesh(gateway_routes=specs))
    names = [made.name for made in table_of(mesh, "virtualgateway/shop/ingress").routes()]
    assert names == ["first", "exact", "long", "short", "short"]


def test_ties_between_gateway_routes_carry_a_notice() -> None:
    specs = (gateway_route("b", MatchSpec(prefix="/a")), gateway_route("a", MatchSpec(prefix="/a", method="GET")))
    answer = ask(color_mesh(gateway_routes=specs), f"{HOST}/a/x")
    assert codes(answer) == ["undefined-order"]
    assert answer.hops[0].route is not None
    assert answer.hops[0].route.name == "a"


def test_siblings_of_one_gateway_route_are_no_tie() -> None:
    assert codes(ask(color_mesh(), f"{HOST}/paths/x")) == []


def test_the_entry_of_a_gateway() -> None:
    mesh = lowered(color_mesh(gateways=(gateway("ingress", 8088, 8443),)))
    table_id = "virtualgateway/shop/ingress"
    assert mesh.entries[0] == Entry(
        "virtualgateway",
        "ingress",
        (Listener(table_id, 8088), Listener(table_id, 8443)),
        namespace="shop",
        format="appmesh",
        aliases=("ingress_shop",),
        source=Source("VirtualGateway-ingress.yaml", 1, "", "VirtualGateway", "shop", "ingress"),
    )


def test_with_several_listeners_a_route_needs_a_port() -> None:
    specs = (
        gateway_route("bare", MatchSpec(prefix="/bare/")),
        gateway_route("ported", MatchSpec(prefix="/p/", port=8443)),
    )
    objects = color_mesh(gateways=(gateway("ingress", 8088, 8443),), gateway_routes=specs)
    bare = ask(objects, f"{HOST}/bare/", port=8088)
    assert [(notice.code, notice.message) for notice in bare.notices] == [
        (
            "port-required",
            (
                "gateway route bare has no match.port although its gateway has several listeners, which App Mesh "
                "refuses: "
                "it is taken to match at all of them"
            ),
        )
    ]
    assert codes(ask(objects, f"{HOST}/p/", port=8443)) == []
    assert ask(objects, f"{HOST}/p/", port=8088).outcome == "no_route"


def test_the_port_of_the_target() -> None:
    routers = (router("color", route("red", MatchSpec(prefix="/", port=9090)), listeners=ports(8080, 9090)),)
    answer = ask(color_mesh(gateway_routes=(gateway_route(port=9090),), routers=routers), f"{HOST}/paths")
    assert (answer.outcome, codes(answer)) == ("forward", [])
    answer = ask(color_mesh(routers=routers), f"{HOST}/paths")
    assert codes(answer) == ["port-required"]
    assert answer.outcome == "no_route"
    assert answer.notices[0].message == (
        "virtual router color has several listeners and the target names no port, which App Mesh refuses: the request "
        "keeps the port that it arrived at"
    )


def test_a_service_that_is_not_there() -> None:
    objects = color_mesh(
        services=(),
        gateway_routes=(
            gateway_route(port=81),
            gateway_route("arn", MatchSpec(path_exact="/arn"), ref("Service", aws="a.b")),
        ),
    )
    answer = ask(objects, f"{HOST}/paths/x")
    assert answer.backends == (Backend("color", namespace="shop", kind="VirtualService", port=81),)
    assert answer.request is not None
    assert answer.request.url == "http://color.shop/x"
    assert (answer.service, codes(answer)) == ("color.shop", ["missing-service"])
    answer = ask(objects, f"{HOST}/arn")
    assert answer.backends == (Backend("a.b", kind="VirtualService"),)
    assert answer.service == "a.b"


def test_the_longest_timeouts_of_the_service() -> None:
    routers = (router("color", route("a", timeouts=Timeouts(20, 7)), route("b", timeouts=Timeouts(None, 9))),)
    mesh = lowered(color_mesh(routers=routers))
    action = next(table_of(mesh, "virtualgateway/shop/ingress").routes()).action
    assert isinstance(action, Delegate)
    assert action.timeouts == Timeouts(20, 9)


def test_a_regex_that_re2_refuses() -> None:
    assert len(refused(color_mesh(gateway_routes=(gateway_route(match=MatchSpec(path_regex="(")),)))) == 1
    (message,) = refused(color_mesh(gateway_routes=(gateway_route(match=MatchSpec(path_regex="(")),)))
    assert message.startswith("GatewayRoute-paths.yaml:1: ")
    assert said_before(color_mesh(gateway_routes=(gateway_route(match=MatchSpec(path_regex="(")),))) == [
        "<document>: x"
    ]


def test_no_gateway_at_all() -> None:
    mesh = lowered(
        AppMesh(gateway_routes=(gateway_route(), gateway_route("far", namespace="far"), gateway_route("more")))
    )
    assert [entry.id for entry in mesh.entries] == [
        "appmesh:virtualgateway/shop/any",
        "appmesh:virtualgateway/far/any",
    ]
    assert mesh.entries[0].listeners == (Listener("virtualgateway/shop/any"),)
    first, second = mesh.tables
    assert {made.name for made in first.routes()} == {"paths", "more"}
    assert first.notices == (
        Notice(
            "missing-gateway",
            "no virtual gateway is among the documents: all gateway routes of namespace shop are taken to be at one, "
            "which is called 'any' here",
            Source("GatewayRoute-paths.yaml", 1, "", "GatewayRoute", "shop", "paths"),
        ),
    )
    assert [made.name for made in second.routes()] == ["far", "far"]


def test_a_lone_route_without_namespace() -> None:
    mesh = lowered(AppMesh(gateway_routes=(gateway_route(namespace=None),)))
    assert mesh.entry().id == "appmesh:virtualgateway/any"
    assert mesh.tables[0].notices[0].message == (
        "no virtual gateway is among the documents: all gateway routes are taken to be at one, which is called "
        "'any' here"
    )


def test_a_gateway_that_is_only_referred_to() -> None:
    specs = (
        gateway_route("a", at=ref("Gateway", "in")),
        gateway_route("b", at=ref("Gateway", "in", namespace="far")),
        gateway_route("c", at=ref("Gateway", aws="in")),
        gateway_route("d", at=ref("Gateway", "in")),
    )
    mesh = lowered(color_mesh(gateway_routes=specs))
    gateways = {entry.id: entry for entry in mesh.entries if entry.kind == "virtualgateway"}
    assert list(gateways) == [
        "appmesh:virtualgateway/shop/ingress",
        "appmesh:virtualgateway/shop/in",
        "appmesh:virtualgateway/far/in",
        "appmesh:virtualgateway/in",
    ]
    assert gateways["appmesh:virtualgateway/shop/in"].listeners == (Listener("virtualgateway/shop/in"),)
    table = table_of(mesh, "virtualgateway/shop/in")
    assert {made.name for made in table.routes()} == {"a", "d"}
    assert [notice.code for notice in table.notices] == ["missing-gateway"]


def test_a_mesh_that_is_named_but_not_there() -> None:
    objects = color_mesh(gateways=(gateway(mesh="lost"),), gateway_routes=(gateway_route(mesh="lost"),))
    answer = ask(objects, f"{HOST}/paths/x")
    assert [notice.message for notice in answer.notices] == ["mesh lost is not among the documents"]
    answer = ask(color_mesh(gateway_routes=(gateway_route(mesh="lost"),)), f"{HOST}/paths/x")
    assert [notice.message for notice in answer.notices] == ["mesh lost is not among the documents"]


MESHES = (
    mesh_object("a", selector=Selector((("mesh", "a"),))),
    mesh_object("b", selector=Selector((("mesh", "b"),))),
)


def test_gateway_and_route_are_in_one_mesh() -> None:
    spaces = (namespace("shop", mesh="a"), namespace("far", mesh="b"))
    objects = color_mesh(meshes=MESHES, namespaces=spaces, gateways=(gateway(namespace="far"),))
    assert refused(objects) == [
        (
            "GatewayRoute-paths.yaml:1: gateway route shop/paths is in mesh a, and its virtual gateway far/ingress in "
            "mesh b: "
            "both must be in one mesh"
        )
    ]


@pytest.mark.parametrize(
    ("meshes", "spaces"),
    [
        (MESHES, (namespace("shop", mesh="a"), namespace("far", mesh="a"))),
        (MESHES, (namespace("shop", mesh="a"), namespace("far"))),
        (MESHES, (namespace("shop"), namespace("far", mesh="b"))),
        (MESHES, (namespace("shop", mesh="a"),)),
        (MESHES[:1], (namespace("shop", mesh="a"),)),
        ((), (namespace("shop", mesh="a"), namespace("far", mesh="b"))),
    ],
)
def test_what_is_not_certain_of_meshes_is_no_fault(meshes: tuple[object, ...], spaces: tuple[object, ...]) -> None:
    objects = color_mesh(meshes=meshes, namespaces=spaces, gateways=(gateway(namespace="far"),))
    assert [message for message in refused(objects) if "both must be" in message] == []


@pytest.mark.parametrize(("selector", "spaces"), [(Selector((("gateway", "x"),)), (namespace("far", mesh="b"),))])
def test_an_assumed_gateway_is_not_held_to_its_mesh(selector: Selector, spaces: tuple[object, ...]) -> None:
    meshes = (mesh_object("a", selector=Selector((("kubernetes.io/metadata.name", "shop"),))), MESHES[1])
    objects = color_mesh(meshes=meshes, namespaces=spaces, gateways=(gateway(namespace="far", selector=selector),))
    assert refused(objects) == []


def test_routes_with_and_without_hostname() -> None:
    specs = (
        gateway_route("plain", MatchSpec(path_exact="/a")),
        gateway_route("exact", MatchSpec(hostname_exact="a.example")),
        gateway_route("suffix", MatchSpec(prefix="/", hostname_suffix=".example")),
    )
    (notice,) = lowered(color_mesh(gateway_routes=specs)).notices
    assert notice == Notice(
        "host-and-hostless",
        "virtual gateway shop/ingress has routes with a hostname and routes without: AWS does not say whether a "
        "request whose host is named by one may take another that names none; here it may",
        specs[1].meta.source,
        ("gatewayroute/shop/exact", "gatewayroute/shop/suffix"),
    )
    assert lowered(color_mesh(gateway_routes=specs[1:])).notices == ()
    assert lowered(color_mesh(gateway_routes=specs[:1])).notices == ()


def test_a_service_behind_which_is_a_node() -> None:
    services = (service("color", ref("Node", "red"), aws="color.local"),)
    mesh = lowered(color_mesh(services=services))
    action = next(table_of(mesh, "virtualgateway/shop/ingress").routes()).action
    assert action == Delegate(
        "virtualservice/shop/color", (HostRewrite("color.local"), PrefixReplace("/")), port=8080, service="color.local"
    )
    answer = ask(color_mesh(services=services), f"{HOST}/paths/x")
    assert isinstance(answer.action, Forward)
    assert answer.route is not None
    assert (answer.route.name, [backend.name for backend in answer.backends]) == ("paths", ["red"])


def test_what_is_normalised() -> None:
    for table in lowered(color_mesh()).tables:
        assert table.slash_required
        assert table.normalization is not None
        assert (table.normalization.path, table.normalization.slashes, table.normalization.strict) == (True, True, True)

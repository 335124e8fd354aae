"""Where tables and listeners of Envoy may stand: files, bootstraps, discovery responses, config dumps."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from meshroute import Outcome, Request, Router, load
from meshroute.errors import DocumentLoadError
from tests.unit.readers.envoy.envoy_tables import TYPES, Json, ask, listener, refusals, table, to

ALL: Json = {"prefix": "/"}
SPECIFIER: Json = {"name": "s", "typed_config": {"@type": f"{TYPES}x.Y"}}
ROUTES = f"{TYPES}envoy.config.route.v3.RouteConfiguration"


def _routes(name: str, cluster: str) -> Json:
    return {**table({"name": f"to-{cluster}", "match": ALL, **to(cluster)}), "name": name}


def _dump(*sections: Json) -> Json:
    return {"configs": list(sections)}


def _section(kind: str, **fields: Any) -> Json:
    return {"@type": f"{TYPES}envoy.admin.v3.{kind}ConfigDump", **fields}


def _listener_of(config: Json) -> Json:
    return {"@type": f"{TYPES}envoy.config.listener.v3.Listener", **config}


def _rds(name: str) -> Json:
    return {"rds": {"route_config_name": name, "config_source": {"ads": {}}}}


def _went(document: Any, entry: str | None, **parts: Any) -> str | None:
    answer = Router(load(document)).resolve(Request.from_parts("GET", "/", authority="a.com", entry=entry, **parts))
    return None if answer.route is None else answer.route.name


def test_a_table_by_itself_is_called_by_its_name_or_its_file(tmp_path: Any) -> None:
    (tmp_path / "named.json").write_text(json.dumps(_routes("shop", "a")))
    nameless = _routes("", "b")
    del nameless["name"]
    (tmp_path / "stem.yaml").write_text(json.dumps(nameless))
    mesh = load(tmp_path)
    assert [entry.id for entry in mesh.entries] == ["envoy:route/shop", "envoy:route/stem"]
    assert _went(tmp_path, "route/stem") == "to-b"
    assert _went(tmp_path, "envoy:route/shop") == "to-a"


def test_two_tables_may_not_have_one_name() -> None:
    with pytest.raises(DocumentLoadError) as caught:
        load(_routes("t", "a"), _routes("t", "b"))
    assert "two tables are called 't'" in str(caught.value.exceptions[0])


def test_a_bootstrap_has_listeners_clusters_and_runtime_values() -> None:
    half: Json = {
        "name": "r",
        "match": {**ALL, "runtime_fraction": {"default_value": {}, "runtime_key": "a.b"}},
        **to("a"),
    }
    document: Json = {
        "static_resources": {"listeners": [listener(table(half, name="inline"))], "clusters": [{"name": "a"}]},
        "layered_runtime": {
            "layers": [{"name": "x", "static_layer": {"a": {"b": 100}}}, {"name": "y", "admin_layer": {}}]
        },
        "admin": {"address": {"socket_address": {"address": "127.0.0.1", "port_value": 1}}},
    }
    assert _went(document, "listener/l") == "r"
    assert _went(document, "route/inline") == "r"
    assert _went(document, "listener/l", port=8080) == "r"
    assert _went(document, "listener/l", port=8081) is None


def test_a_cluster_may_be_discovered() -> None:
    document: Json = {
        "static_resources": {"listeners": [listener(_routes("t", "zz"))], "clusters": [{"name": "a"}]},
        "dynamic_resources": {"cds_config": {"ads": {}}},
    }
    assert _went(document, None) == "to-zz"
    assert refusals({"dynamic_resources": {"ads_config": {"api_type": "GRPC"}}}) == []


def test_a_listener_by_itself_and_one_without_a_name() -> None:
    assert _went(listener(_routes("t", "a")), "listener/l") == "to-a"
    nameless = listener(_routes("t", "a"))
    del nameless["name"]
    assert [entry.id for entry in load(nameless).entries] == ["envoy:listener/0.0.0.0:8080"]
    pipe = {
        "name": "p",
        "address": {"pipe": {"path": "/x"}},
        "filter_chains": listener(_routes("t", "a"))["filter_chains"],
    }
    assert _went(pipe, None, port=1) == "to-a"


def test_a_discovery_response() -> None:
    document = {
        "version_info": "1",
        "type_url": ROUTES,
        "resources": [
            {"@type": ROUTES, **_routes("t", "a")},
            _listener_of(listener(name="x", **_rds("t"))),
            {"@type": f"{TYPES}envoy.config.cluster.v3.Cluster", "name": "a"},
            {"@type": f"{TYPES}envoy.config.endpoint.v3.ClusterLoadAssignment2", "cluster_name": "a"},
        ],
    }
    mesh = load(document)
    assert [entry.id for entry in mesh.entries] == ["envoy:listener/x", "envoy:route/t"]
    assert [notice.code for notice in mesh.notices] == ["unread-resource"]
    assert _went(document, "listener/x") == "to-a"
    assert refusals({"resources": [], "version_info": "1"}) == []


def test_a_config_dump() -> None:
    document = _dump(
        _section("Bootstrap", bootstrap={"layered_runtime": {"layers": [{"name": "s", "static_layer": {"k": 1}}]}}),
        _section(
            "Clusters",
            static_clusters=[{"cluster": {"@type": f"{TYPES}envoy.config.cluster.v3.Cluster", "name": "s"}}, {}],
            dynamic_active_clusters=[{"cluster": {"@type": f"{TYPES}envoy.config.cluster.v3.Cluster", "name": "d"}}],
        ),
        _section(
            "Listeners",
            static_listeners=[{"listener": _listener_of(listener(_routes("inline", "s")))}, {}],
            dynamic_listeners=[
                {
                    "name": "dyn",
                    "active_state": {"listener": _listener_of(listener(name="dyn", port=81, **_rds("rds")))},
                },
                {
                    "name": "warm",
                    "warming_state": {"listener": _listener_of(listener(name="warm", port=82, **_rds("gone")))},
                },
                {"name": "broken", "error_state": {"details": "no"}},
            ],
        ),
        _section(
            "Routes",
            static_route_configs=[{"route_config": {"@type": ROUTES, **_routes("inline", "s")}}],
            dynamic_route_configs=[
                {"version_info": "1", "route_config": {"@type": ROUTES, **_routes("rds", "nope")}},
                {"version_info": "2"},
            ],
        ),
        {"@type": f"{TYPES}envoy.admin.v3.SecretsConfigDump", "static_secrets": []},
    )
    mesh = load(document)
    assert [entry.id for entry in mesh.entries] == ["envoy:listener/l", "envoy:listener/dyn", "envoy:route/rds"]
    assert [notice.code for notice in mesh.notices] == ["missing-table"]
    assert _went(document, "listener/l") == "to-s"
    assert _went(document, "route/inline") == "to-s"
    answer = Router(mesh).resolve(Request.from_parts("GET", "/", authority="a", entry="listener/dyn"))
    assert (answer.outcome, answer.status) == (Outcome.BACKEND_ERROR, 503)


def test_sections_of_a_dump_may_stand_alone() -> None:
    section = _section("Routes", dynamic_route_configs=[{"route_config": {"@type": ROUTES, **_routes("t", "a")}}])
    assert _went(section, "route/t") == "to-a"
    assert (
        _went(_section("Listeners", static_listeners=[{"listener": _listener_of(listener(_routes("t", "a")))}]), None)
        == "to-a"
    )


def test_a_truncated_dump_is_an_error_with_a_place() -> None:
    with pytest.raises(DocumentLoadError) as caught:
        load(io.StringIO('{"configs": [{"@type": "type.googleapis.com/envoy.admin.v3.RoutesConfigDump", "static'))
    assert "<stream>:1" in str(caught.value.exceptions[0])


@pytest.mark.parametrize(
    "document",
    [{"resources": ["a.yaml"]}, {"configs": {"a": 1}}, {"services": {}}, {"resources": []}, {"configs": []}],
)
def test_other_documents_with_common_words_are_left_alone(document: Json) -> None:
    assert "no document is of a format that is known (App Mesh, Envoy, Gateway API)" in refusals(document)[0]


def test_envoy_and_app_mesh_may_be_mixed() -> None:
    kubernetes = {"apiVersion": "appmesh.k8s.aws/v1beta2", "kind": "Mesh", "metadata": {"name": "m"}}
    assert [entry.id for entry in load(_routes("t", "a"), kubernetes).entries] == ["envoy:route/t"]


@pytest.mark.parametrize(
    "document",
    [
        {"virtual_hosts": 5},
        {"filter_chains": 5},
        {"static_resources": 5},
        {"resources": [{"@type": f"{TYPES}x.Y"}], "version_info": 5},
        {"configs": [{"@type": 5}], "virtual_hosts": 5},
        {"@type": f"{TYPES}envoy.admin.v3.RoutesConfigDump", "static_route_configs": 5},
        {"@type": ROUTES, "name": []},
    ],
)
def test_faulty_documents_are_refused(document: Json) -> None:
    assert refusals(document)


@pytest.mark.parametrize("document", [[5], ["x"], [None]])
def test_what_is_no_mapping_is_not_envoy_s(document: Any) -> None:
    assert refusals(document)


@pytest.mark.parametrize(
    ("options", "target", "host", "wanted"),
    [
        ({}, "/a%2Fb//c/../d", "A.com.:80", ("/a%2Fb//c/../d", "A.com.:80")),
        ({"normalize_path": True}, "/a%2Fb//c/../d", "a", ("/a%2Fb//d", "a")),
        ({"merge_slashes": True}, "/a//b", "a", ("/a/b", "a")),
        ({"path_with_escaped_slashes_action": "UNESCAPE_AND_FORWARD"}, "/a%2Fb", "a", ("/a/b", "a")),
        ({"path_with_escaped_slashes_action": "KEEP_UNCHANGED"}, "/a%2Fb", "a", ("/a%2Fb", "a")),
        ({"strip_any_host_port": True}, "/", "a:81", ("/", "a")),
        ({"strip_matching_host_port": True}, "/", "a:81", ("/", "a:81")),
        ({"strip_matching_host_port": True}, "/", "a:8080", ("/", "a")),
        ({"strip_trailing_host_dot": True}, "/", "a.:81", ("/", "a:81")),
    ],
)
def test_a_manager_normalises(options: Json, target: str, host: str, wanted: tuple[str, str]) -> None:
    leaving = ask(listener(_routes("t", "c"), **options), target, authority=host).request
    assert leaving is not None
    assert (leaving.target, leaving.authority) == wanted


def test_escaped_slashes_may_be_refused_or_redirect() -> None:
    refused = ask(listener(_routes("t", "c"), path_with_escaped_slashes_action="REJECT_REQUEST"), "/a%2Fb")
    moved = ask(listener(_routes("t", "c"), path_with_escaped_slashes_action="UNESCAPE_AND_REDIRECT"), "/a%2Fb?x")
    assert (refused.outcome, refused.status) == (Outcome.BAD_REQUEST, 400)
    assert (moved.outcome, moved.status, moved.redirect) == (Outcome.REDIRECT, 307, "/a/b?x")


def test_tunnels_must_be_allowed() -> None:
    config = table({"name": "c", "match": {"connect_matcher": {}}, **to()})
    assert ask(listener(config), "a:1", "CONNECT").status == 403
    allowed = listener(config, upgrade_configs=[{"upgrade_type": "CONNECT"}])
    assert ask(allowed, "a:1", "CONNECT").outcome is Outcome.FORWARD
    off = listener(
        config, upgrade_configs=[{"upgrade_type": "CONNECT", "enabled": False}, {"upgrade_type": "websocket"}]
    )
    assert ask(off, "a:1", "CONNECT").status == 403
    by_route = table(
        {"name": "r", "match": ALL, "redirect": {}},
        {"name": "c", "match": {"connect_matcher": {}}, **to(upgrade_configs=[{"upgrade_type": "connect"}])},
    )
    assert ask(listener(by_route), "a:1", "CONNECT").outcome is Outcome.FORWARD
    other = table({"name": "c", "match": ALL, **to(upgrade_configs=[{"upgrade_type": "websocket"}])})
    assert ask(listener(other), "a:1", "CONNECT").status == 403


def _chains(*chains: tuple[Json | None, str]) -> Json:
    found: list[Json] = []
    for match, cluster in chains:
        chain = listener(_routes(f"t-{cluster}", cluster))["filter_chains"][0]
        found.append(chain if match is None else {**chain, "filter_chain_match": match})
    return {**listener(), "filter_chains": found}


def test_the_server_name_chooses_the_filter_chain() -> None:
    document = _chains(
        (None, "rest"), ({"server_names": ["*.b.com"]}, "wild"), ({"server_names": ["x.b.com", "y.com"]}, "exact")
    )
    router = Router(load(document))

    def went(sni: str | None) -> str | None:
        answer = router.resolve(Request.from_parts("GET", "/", authority="a", sni=sni))
        return None if answer.route is None else answer.route.name

    assert [went(name) for name in ("X.b.com", "z.b.com", "y.com", "q", None)] == [
        "to-exact", "to-wild", "to-exact", "to-rest", "to-rest",
    ]  # fmt: skip


def test_what_else_chooses_a_filter_chain_is_not_modelled() -> None:
    document = _chains((None, "rest"), ({"server_names": ["a"], "destination_port": 5}, "x"))
    router = Router(load(document))
    affected = router.resolve(Request.from_parts("GET", "/", authority="a", sni="a"))
    other = router.resolve(Request.from_parts("GET", "/", authority="a"))
    assert affected.outcome is Outcome.UNSUPPORTED
    assert affected.status is None
    assert "`destination_port` of FilterChainMatch is not modelled" in affected.notices[0].message
    assert other.outcome is Outcome.FORWARD


def test_the_default_filter_chain_is_one_too() -> None:
    document = listener(_routes("t", "a"))
    document["default_filter_chain"] = listener(_routes("u", "b"))["filter_chains"][0]
    document["filter_chains"][0]["filter_chain_match"] = {"server_names": ["a"]}
    router = Router(load(document))
    assert router.resolve(Request.from_parts("GET", "/", authority="a")).backends[0].name == "b"
    tcp = {"name": "tcp", "typed_config": {"@type": f"{TYPES}envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy"}}
    assert load({"name": "x", "filter_chains": [{"filters": [tcp, {"name": "none"}]}]}).entries == ()


def test_listeners_that_share_a_table_share_it_or_not() -> None:
    shared = _routes("t", "a")
    document = {
        "version_info": "1",
        "resources": [
            {"@type": ROUTES, **shared},
            _listener_of(listener(name="one", **_rds("t"))),
            _listener_of(listener(name="two", **_rds("t"))),
            _listener_of(listener(name="three", merge_slashes=True, **_rds("t"))),
        ],
    }
    mesh = load(document)
    assert [table.id for table in mesh.tables] == ["envoy:listener/one", "envoy:listener/three", "envoy:route/t"]


def test_two_listeners_of_one_name_are_chains_of_one() -> None:
    mesh = load(listener(_routes("t", "a")), listener(_routes("u", "b")))
    assert [entry.id for entry in mesh.entries] == ["envoy:listener/l"]
    assert [table.id for table in mesh.tables] == [
        "envoy:listener/l", "envoy:listener/l'", "envoy:listener/l/chains",
    ]  # fmt: skip


def test_scoped_routes_are_said_not_to_be_modelled() -> None:
    mesh = load(
        listener(
            scoped_routes={
                "name": "s",
                "scope_key_builder": {"fragments": [{"header_value_extractor": {"name": "x", "index": 0}}]},
                "scoped_rds": {"scoped_rds_config_source": {"ads": {}}},
            }
        )
    )
    assert [notice.code for notice in mesh.notices] == ["scoped-routes"]


def _filter(kind: str, **more: Any) -> Json:
    return {"name": f"f-{kind}", "typed_config": {"@type": f"{TYPES}envoy.extensions.filters.http.{kind}.v3.X"}, **more}


def test_filters_before_the_routes_are_said_and_answers_are_given() -> None:
    filters = [_filter("lua"), _filter("buffer"), _filter("ext_authz", disabled=True), {"name": "bare"}]
    answer = ask(listener(_routes("t", "a"), http_filters=filters))
    assert answer.outcome is Outcome.FORWARD
    assert [notice.message for notice in answer.notices] == [
        "what the HTTP filters do is not modelled, and they see each request first: f-lua, bare"
    ]


def _configured(kind: str, **more: Any) -> Json:
    return {
        "typed_per_filter_config": {f"f-{kind}": {"@type": f"{TYPES}envoy.extensions.filters.http.{kind}.v3.P", **more}}
    }


def test_a_filter_of_a_route_marks_that_route_only() -> None:
    document = table(
        {"name": "lua", "match": {"prefix": "/lua"}, **to(), **_configured("lua")},
        {"name": "buffer", "match": {"prefix": "/buffer"}, **to(), **_configured("buffer")},
        {"name": "cors", "match": {"prefix": "/cors"}, **to(), **_configured("cors")},
        {"name": "rest", "match": ALL, **to()},
    )
    lua, buffer, cors, rest = (ask(document, target) for target in ("/lua", "/buffer", "/cors", "/"))
    assert lua.outcome is Outcome.UNSUPPORTED
    assert "filter 'f-lua' may answer a request itself, or change it" in lua.notices[0].message
    assert (buffer.outcome, buffer.notices) == (Outcome.FORWARD, ())
    assert cors.outcome is Outcome.FORWARD
    assert [notice.code for notice in cors.notices] == ["not-modelled"]
    assert (rest.outcome, rest.notices) == (Outcome.FORWARD, ())


def test_a_filter_that_is_not_in_the_chain_or_switched_off_does_nothing() -> None:
    route = {"name": "lua", "match": ALL, **to(), **_configured("lua")}
    assert ask(listener(table(route))).outcome is Outcome.FORWARD
    assert ask(listener(table(route), http_filters=[_filter("lua")])).outcome is Outcome.UNSUPPORTED

    def wrapped(**config: Any) -> Outcome:
        inner = {"typed_per_filter_config": {"f": {"@type": f"{TYPES}envoy.config.route.v3.FilterConfig", **config}}}
        return ask(table({"name": "r", "match": ALL, **to(), **inner})).outcome

    lua = {"@type": f"{TYPES}envoy.extensions.filters.http.lua.v3.LuaPerRoute"}
    assert wrapped(disabled=True, config=lua) is Outcome.FORWARD
    assert wrapped() is Outcome.FORWARD
    assert wrapped(config={"@type": f"{TYPES}envoy.extensions.filters.http.lua.v3.LuaPerRoute"}) is Outcome.UNSUPPORTED
    struct = {
        "@type": f"{TYPES}udpa.type.v1.TypedStruct",
        "type_url": f"{TYPES}envoy.extensions.filters.http.buffer.v3.B",
    }
    assert wrapped(config=struct) is Outcome.FORWARD
    assert wrapped(config={"@type": f"{TYPES}xds.type.v3.TypedStruct"}) is Outcome.UNSUPPORTED
    assert wrapped(config={}) is Outcome.UNSUPPORTED


@pytest.mark.parametrize(
    "document",
    [
        table({"name": "r", "match": ALL, **to()}, **_configured("lua")),
        table({"name": "r", "match": ALL, **to()}, host=_configured("ext_authz")),
        table({"name": "r", "match": ALL, **to()}, route_specifiers=[SPECIFIER]),
        table({"name": "r", "match": ALL, **to()}, host={"route_specifiers": [SPECIFIER]}),
        table({"name": "r", "match": ALL, "filter_action": {}}),
        table({"name": "r", "match": ALL, "route": {"cluster_specifier_plugin": "p"}}, cluster_specifier_plugins=[{"extension": {"name": "p", "typed_config": {"@type": f"{TYPES}x.Y"}}}]),
        table({"name": "r", "match": {"path_match_policy": {"name": "x", "typed_config": {"@type": f"{TYPES}x.Y"}}}, **to()}),
        table({"name": "r", "match": {**ALL, "headers": [{"name": "x", "string_match": {"custom": {"name": "c", "typed_config": {"@type": f"{TYPES}x.Y"}}}}]}, **to()}),
        table({"name": "r", "match": {**ALL, "filter_state": [{"key": "k", "address_match": {}}]}, **to()}),
        table({"name": "r", "match": ALL, **to(path_rewrite_policy={"name": "x", "typed_config": {"@type": f"{TYPES}x.Y"}})}),
    ],
)  # fmt: skip
def test_what_is_not_modelled_is_unsupported(document: Json) -> None:
    answer = ask(document)
    assert answer.outcome is Outcome.UNSUPPORTED
    assert answer.notices[0].code == "unsupported"


def test_route_specifiers_mark_their_own_route() -> None:
    document = table(
        {"name": "r", "match": {"prefix": "/a"}, **to(), "route_specifiers": [SPECIFIER]},
        {"name": "x", "match": ALL, **to()},
    )
    assert ask(document, "/a").outcome is Outcome.UNSUPPORTED
    assert ask(document, "/b").outcome is Outcome.FORWARD


def test_hosts_may_come_on_demand() -> None:
    document = table(
        {"name": "r", "match": ALL, **to()}, host={"domains": ["a.com"]}, vhds={"config_source": {"ads": {}}}
    )
    assert ask(document, authority="a.com").outcome is Outcome.FORWARD
    assert ask(document, authority="b.com").outcome is Outcome.UNSUPPORTED


def test_a_cluster_specifier_plugin_must_be_there() -> None:
    document = table({"name": "r", "match": ALL, "route": {"cluster_specifier_plugin": "p"}})
    assert "the table has no cluster specifier plugin 'p'" in refusals(document)[0]


def test_internal_headers_are_remarked_on() -> None:
    answer = ask(table({"name": "r", "match": ALL, **to()}, internal_only_headers=["x"]))
    assert [notice.code for notice in answer.notices] == ["not-modelled"]


def test_strict_makes_notices_errors() -> None:
    assert refusals(table({"name": "r", "match": ALL, **to()}, internal_only_headers=["x"]), strict=True)


@pytest.mark.parametrize(
    ("kind", "entry", "ids"),
    [
        ("RoutesConfigDump.DynamicRouteConfig", {"route_config": {"@type": ROUTES, **_routes("t", "a")}}, ["envoy:route/t"]),
        ("RoutesConfigDump.StaticRouteConfig", {"route_config": {"@type": ROUTES, **_routes("t", "a")}}, ["envoy:route/t"]),
        ("ListenersConfigDump.StaticListener", {"listener": _listener_of(listener(_routes("t", "a")))}, ["envoy:listener/l"]),
        ("ListenersConfigDump.DynamicListener", {"active_state": {"listener": _listener_of(listener(_routes("t", "a")))}}, ["envoy:listener/l"]),
        ("ListenersConfigDump.DynamicListener", {"error_state": {}}, []),
        ("ClustersConfigDump.StaticCluster", {"cluster": {"@type": f"{TYPES}envoy.config.cluster.v3.Cluster", "name": "b"}}, []),
    ],
)  # fmt: skip
def test_entries_of_sections_stand_alone(kind: str, entry: Json, ids: list[str]) -> None:
    """That is what the real ``/config_dump?resource=…`` answers with."""
    section = {"@type": f"{TYPES}envoy.admin.v3.{kind}", **entry}
    for document in ({"configs": [section]}, section):
        mesh = load(document)
        assert [one.id for one in mesh.entries] == ids
        assert mesh.notices == ()


def test_a_section_that_is_not_known_is_noticed() -> None:
    known = [
        {"@type": f"{TYPES}envoy.admin.v3.{name}"}
        for name in ("SecretsConfigDump", "SecretsConfigDump.StaticSecret", "BootstrapConfigDump")
    ]
    assert load({"configs": known}).notices == ()
    assert [one.code for one in load({"configs": [{"@type": f"{TYPES}envoy.admin.v3.FutureDump"}]}).notices] == [
        "unread-resource"
    ]

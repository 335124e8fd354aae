"""Details of decoding and lowering that no request shows."""

from __future__ import annotations

import io
from typing import Any

import pytest

from meshroute import (
    Backend,
    Forward,
    Mesh,
    Outcome,
    Request,
    Route,
    RouteMatch,
    Router,
    RouteTable,
    VirtualHost,
    load,
    scan,
)
from meshroute.cli.arguments import parse_runtime
from meshroute.expectations import coverage_of
from meshroute.expectations.suggest import suggested
from meshroute.model.chance import RandomFraction
from meshroute.model.context import ValueNumber
from meshroute.model.python import single_table_mesh
from meshroute.patterns import program_size
from meshroute.readers._document import Mapping, Problems, Scalar, parse_yaml
from meshroute.readers.envoy.decode import Decoder, plain_of
from meshroute.readers.envoy.message import Message
from meshroute.readers.envoy.rules import fault_of
from meshroute.text import wire
from tests.unit.readers.envoy.envoy_tables import REWRITE, TYPES, Json, ask, listener, refusals, table, template, to

ALL: Json = {"prefix": "/"}


@pytest.mark.parametrize(
    ("rules", "value", "fault"),
    [
        ({"message": {"required": True}}, None, "is required"),
        ({"message": {"required": True}, "string": {"min_len": "2"}}, "x", "must have at least 2 characters"),
        ({"duration": {"required": True}}, None, "is required"),
        ({"duration": {"required": True, "gt": "0s"}}, 5, None),
        ({"duration": {"gt": "0s"}}, 0, "must be more than 0s"),
        ({"duration": {"gte": "0.001s"}}, 5, "must be at least 0.001s"),
        ({"duration": {"lt": "1s"}}, 10**9, "must be less than 1s"),
        ({"uint32": {"lte": 5}}, 6, "must be at most 5"),
        ({"uint32": {"lte": 5, "gte": 1}}, 3, None),
        ({"enum": {"defined_only": True}}, "X", None),
        ({"bool": {"const": True}}, False, "must be true"),
        ({"bool": {"const": True}}, True, None),
        ({"bytes": {"max_len": "1"}}, "ab", "must have at most 1 bytes, not 2"),
        ({"string": {"ignore_empty": True, "prefix": "x"}}, "", None),
        ({"string": {"prefix": "x"}}, "y", "must start with 'x' and end with ''"),
        ({"string": {"in": ["a", "b"]}}, "c", "must be one of a, b"),
        ({"string": {"max_len": "1"}}, "\xc3\xa9", None),
        ({"string": {"max_bytes": "1"}}, "\xc3\xa9", "must have at most 1 bytes, not 2"),
        ({"repeated": {"unique": True}}, ("a", "a"), "must not have an item twice"),
        ({"repeated": {"max_items": "1"}}, ("a", "b"), "must have at most 1 items, not 2"),
        ({"map": {"min_pairs": "1"}}, (), "must have at least 1 item"),
        ({"map": {"keys": {"string": {"min_len": "1"}}}}, (("", 1),), "has a key that must have at least 1 character"),
    ],
)
def test_rules(rules: Json, value: object, fault: str | None) -> None:
    assert fault_of(rules, value, is_set=value is not None) == fault


def test_messages_without_a_schema() -> None:
    message = Message("x.Y", Scalar("a", "a"), known=False)
    assert (message.which("z"), message.enum("z"), message.at("z")) == (None, "", message.node)


def test_the_place_of_a_field_that_is_not_set_is_the_message() -> None:
    node = parse_yaml("{prefix: /}")[0]
    message = Decoder(Problems()).message(node, "envoy.config.route.v3.RouteMatch")
    assert message is not None
    assert message.at("path") is node
    assert isinstance(node, Mapping)
    assert message.at("prefix") is node.items[0][1]


def test_values_without_a_schema() -> None:
    assert plain_of(parse_yaml("{a: [1, x, null, {b: 1.5}]}")[0]) == {"a": [1, "x", None, {"b": 1.5}]}


def test_a_member_of_a_oneof_may_not_be_given_twice() -> None:
    match = {"path_separated_prefix": "/a", "pathSeparatedPrefix": "/a"}
    assert "duplicate field `path_separated_prefix`" in refusals(table({"name": "r", "match": match, **to()}))[0]


def test_a_field_that_is_no_oneof_may_be_given_in_both_spellings() -> None:
    match = {"prefix": "/A", "case_sensitive": True, "caseSensitive": False}
    assert ask(table({"name": "r", "match": match, **to()}), "/a").route is not None
    document = table(request_headers_to_remove=["a"])
    document["requestHeadersToRemove"] = ["b"]
    assert refusals(document) == []


def test_placeholders_without_a_value_are_told_once() -> None:
    text = "{virtual_hosts: [{name: v, domains: ['*'], routes: [{match: {prefix: '${P}'}, route: {cluster: c}}]}]}"
    with pytest.raises(ExceptionGroup, match="1 problem"):
        load(io.StringIO(text))
    with pytest.raises(ExceptionGroup, match="1 problem"):
        load(io.StringIO("{virtual_hosts: [], vhds: '${P}'}"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x", "it must start with `/`"),
        ("/a//b", "have no `//`"),
        ("/{x", "its braces do not match"),
        ("/{y}", "there is no variable 'y'"),
        ("/a^", "holds a character that no literal may"),
    ],
)
def test_templates_of_new_paths(text: str, message: str) -> None:
    policy = {"name": "p", "typed_config": {"@type": REWRITE, "path_template_rewrite": text}}
    found = refusals(table({"name": "r", "match": template("/{x}"), **to(path_rewrite_policy=policy)}))
    assert message in found[0]


def test_an_empty_segment_ends_a_template() -> None:
    assert ask(table({"name": "r", "match": template("/a/"), **to()}), "/a/").route is not None
    assert "has an empty segment" in refusals(table({"name": "r", "match": template("/a//b"), **to()}))[0]


def test_a_faulty_format_of_a_header_is_told() -> None:
    document = table(request_headers_to_add=[{"header": {"key": "a", "value": "%NOPE%"}}])
    assert "there is no operator '%NOPE%'" in refusals(document)[0]


def test_a_policy_of_an_unknown_kind_hashes_nothing() -> None:
    weighted = {"clusters": [{"name": "a", "weight": 1}, {"name": "b", "weight": 1}], "use_hash_policy": True}
    policies: tuple[Json, ...] = ({"connection_properties": {}}, {"header": {"header_name": "h"}}, {"terminal": True})
    for policy in policies[:2]:
        document = table({"name": "r", "match": ALL, "route": {"weighted_clusters": weighted, "hash_policy": [policy]}})
        assert ask(document).chosen is None


def test_a_nameless_inline_table_has_no_second_name() -> None:
    nameless = table({"name": "r", "match": ALL, **to()})
    del nameless["name"]
    assert load(listener(nameless)).entries[0].aliases == ()


def test_a_table_that_names_its_host_by_a_header_in_the_definition() -> None:
    document = table({"name": "r", "match": ALL, **to()}, host={"domains": ["a"]}, vhost_header="h")
    mesh = load(document)
    request = Request.from_parts("GET", "/", authority="a")
    assert scan(mesh, request).route is None
    assert Router(mesh).resolve(request) == scan(mesh, request)


def test_the_router_draws_a_value_of_its_own() -> None:
    half = Route("half", match=RouteMatch((RandomFraction(1, 2),)), action=Forward((Backend("x"),)))
    router = Router(RouteTable("t", (VirtualHost("v", (half,)),)))
    answers = [router.resolve(Request("GET", "/")) for _ in range(64)]
    assert {answer.outcome for answer in answers} == {Outcome.FORWARD, Outcome.NO_ROUTE}
    assert all(scan(router.mesh, answer.received) == answer for answer in answers)
    assert router.replace("half", half).resolve(Request("GET", "/", random_value=2)).route is not None


def test_numbers_of_metadata_are_no_booleans() -> None:
    assert not ValueNumber(1).accepts(True)


def test_runtime_values_of_a_command_line() -> None:
    from click import BadParameter  # noqa: PLC0415 - only here

    with pytest.raises(BadParameter, match="must be KEY=VALUE"):
        parse_runtime(["x"])
    assert parse_runtime(["a=" + "[" * 100_000])["a"]


def test_routes_that_nobody_wrote_are_not_covered_or_suggested() -> None:
    document = table({"name": "r", "match": ALL, **to()}, host={"require_tls": "ALL"})
    mesh = load(document)
    assert [unit.route.name for unit in coverage_of(mesh, []).units] == ["r"]
    stranger = Route("other", match=RouteMatch(()), action=Forward((Backend("x"),)), id="other")
    assert suggested(mesh, stranger) is None
    hidden: Any = single_table_mesh(RouteTable("t", (VirtualHost("v", (stranger,)),)))
    assert suggested(Mesh((), hidden.tables), stranger) is None
    fixed = load(
        table({"name": "p", "match": {"path": "/a", "headers": [{"name": "x", "present_match": False}]}, **to()})
    )
    assert suggested(fixed, next(fixed.tables[0].routes())) is not None


def test_sizes_of_rare_forms() -> None:
    assert program_size("[^\\x00-\\xff]") == 1
    assert program_size("(?:)(?:)") == program_size("")


def test_dumps_hold_what_is_not_looked_into() -> None:
    document = {
        "@type": f"{TYPES}envoy.admin.v3.ListenersConfigDump",
        "dynamic_listeners": [{"name": "x", "active_state": {"last_updated": "2026-01-01T00:00:00Z"}}],
    }
    assert load(document).entries == ()


def test_names_are_unicode() -> None:
    document = {
        "name": "tablé",
        "virtual_hosts": [
            {
                "name": "hosté",
                "domains": ["*"],
                "virtual_clusters": [{"name": "vcé", "headers": [{"name": ":path", "string_match": {"prefix": "/"}}]}],
                "routes": [
                    {"name": "routé", "match": {"prefix": "/a"}, "route": {"cluster": "clé"}},
                    {"name": "named", "match": {"prefix": "/"}, "route": {"cluster_header": "x-to"}},
                ],
            }
        ],
    }
    router = Router(load(document))
    answer = router.resolve(Request("GET", "/a", entry="route/tablé"))
    assert answer.route is not None
    assert (answer.route.name, answer.virtual_host, answer.virtual_cluster) == ("routé", "hosté", "vcé")
    assert [backend.name for backend in answer.backends] == ["clé"]
    named = router.resolve(Request("GET", "/", headers={"x-to": wire("clé")}))
    assert [backend.name for backend in named.backends] == ["clé"]


def test_a_number_in_metadata_that_no_double_holds_is_refused() -> None:
    metadata = {"filter_metadata": {"a": {"n": 10**400}}}
    found = refusals(table({"match": {"prefix": "/"}, **to(), "metadata": metadata}))
    assert any("a number that no double can hold" in problem for problem in found), found


def test_a_virtual_cluster_that_an_extension_decides_is_noticed() -> None:
    custom = {"name": "c", "typed_config": {"@type": "type.googleapis.com/a.B"}}
    cluster = {"name": "vc", "headers": [{"name": "x", "string_match": {"custom": custom}}]}
    answer = ask(table({"name": "r", "match": ALL, **to()}, host={"virtual_clusters": [cluster]}))
    assert answer.virtual_cluster is None
    assert [notice.code for notice in answer.notices] == ["not-modelled"]


def test_an_inline_table_is_known_by_its_name_in_unicode() -> None:
    mesh = load(listener({**table({"name": "r", "match": ALL, **to()}), "name": "tablé"}))
    assert mesh.entry("route/tablé").id == "envoy:listener/l"

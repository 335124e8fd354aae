"""What Envoy refuses at load is refused (envoy.md §7), each fault with its place, all of them at once."""

from __future__ import annotations

import io
from typing import Any

import pytest

from meshroute import load
from tests.unit.readers.envoy.envoy_tables import REWRITE, Json, listener, refusals, table, template, to

ALL: Json = {"prefix": "/"}


def _route(match: Json | None = None, **route: Any) -> Json:
    return table({"name": "r", "match": ALL if match is None else match, **(route or to())})


def _header(**matcher: Any) -> Json:
    return _route({**ALL, "headers": [{"name": "x", **matcher}]})


def _rewrites(**action: Any) -> Json:
    return _route(None, **to(**action))


def _weighted(*clusters: Json, **more: Any) -> Json:
    return _route(None, route={"weighted_clusters": {"clusters": list(clusters), **more}})


def _hosts(*domains: list[str]) -> Json:
    return {"virtual_hosts": [{"name": "v", "domains": group} for group in domains]}


PATTERN = {"pattern": {"regex": "a"}, "substitution": "b"}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (_route({"prefix": "/", "path": "/a"}), "`path` and `prefix` exclude each other in RouteMatch"),
        (_route({}), "RouteMatch needs one of `prefix`"),
        (_route({"path_separated_prefix": "/a/"}), "`path_separated_prefix` of RouteMatch must match"),
        (_route({"safe_regex": {"regex": ""}}), "`regex` of RegexMatcher must have at least 1 character"),
        (_route({"safe_regex": {"regex": "("}}), "missing closing )"),
        (_route({"safe_regex": {"regex": "/a{100}"}}), "its RE2 program size is 105, and the limit 100"),
        (_route({"prefix": "/", "headrs": []}), "unknown field `headrs` in RouteMatch"),
        (_route({"prefix": 1}), "`prefix` must be a string, not the number 1"),
        (_route({"prefix": "/", "case_sensitive": "maybe"}), "`case_sensitive` must be true or false"),
        (_route({"prefix": "/", "grpc": []}), "GrpcRouteMatchOptions must be a mapping"),
        (table({"name": "r", "match": ALL}), "Route needs one of `route`"),
        (table({"name": "r", **to()}), "`match` of Route is required"),
        (_route(None, route={}), "RouteAction needs one of `cluster`"),
        (_route(None, route={"cluster": ""}), "`cluster` of RouteAction must have at least 1 character"),
        (_route(None, route={"cluster": "c", "cluster_header": "h"}), "exclude each other in RouteAction"),
        (_route(None, **to(timeout="-1s")), "`timeout` must not be negative"),
        (_route(None, **to(timeout="1")), '`timeout` must be a duration such as "1.5s"'),
        (_route(None, **to(timeout="999999999999s")), "`timeout` must be a duration"),
        (_route(None, **to(cluster_not_found_response_code="NOPE")), "unknown value `NOPE`"),
        (_route(None, **to(cluster_not_found_response_code=[])), "`cluster_not_found_response_code` must be one of"),
        (_route(None, direct_response={"status": 99}), "`status` of DirectResponseAction must be at least 200"),
        (_route(None, direct_response={"status": 200, "body": {"inline_string": "x" * 4097}}), "the table allows 4096"),
        (_route(None, direct_response={"status": 200, "body": {"inline_bytes": "!"}}), "`inline_bytes` must be base64"),
        (_route(None, direct_response={"status": 200, "body": {"inline_bytes": 1}}), "`inline_bytes` must be base64"),
        (_header(string_match={"safe_regex": {"regex": "a"}, "ignore_case": True}), "`ignore_case` has no effect"),
        (_header(string_match={"prefix": ""}), "`prefix` of StringMatcher must have at least 1 character"),
        (_header(string_match={}), "StringMatcher needs one of `exact`"),
        (_header(prefix_match=""), "`prefix_match` of HeaderMatcher must have at least 1 character"),
        (_header(range_match={"start": "x"}), "`start` must be a whole number"),
        (_header(range_match={"start": 2**63}), "`start` must be from"),
        (_header(safe_regex_match={"regex": "\\1"}), "\\1"),
        (_header(name="a\nb"), "`name` of HeaderMatcher must not hold NUL, CR or LF"),
        (_rewrites(prefix_rewrite="/z", regex_rewrite=PATTERN), "only one of `prefix_rewrite`, `regex_rewrite` may be set"),
        (_rewrites(regex_rewrite={"pattern": {"regex": "["}}), "missing closing ]"),
        (_rewrites(host_rewrite_path_regex={"pattern": {"regex": "["}}), "missing closing ]"),
        (_rewrites(host_rewrite="%NOPE%"), "there is no operator '%NOPE%'"),
        (_rewrites(path_rewrite="50%"), "begins no operator"),
        (_rewrites(path_rewrite="%PATH(X)%"), "takes WQ or NQ"),
        (_rewrites(path_rewrite="%REQ()%"), "takes the name of a header"),
        (_rewrites(path_rewrite="%PROTOCOL(x)%"), "takes nothing"),
        (_rewrites(path_rewrite="%DYNAMIC_METADATA%"), "takes an argument"),
        (_route(template("/{x}"), **to(prefix_rewrite="/z")), "`prefix_rewrite` cannot be used with `path_match_policy`"),
        (_route(template("/{x}/{x}")), "the variable 'x' occurs twice"),
        (_route(template("a")), "it must start with `/`"),
        (_route(template("/" + "a" * 256)), "it may have 256 bytes"),
        (_route(template("//a")), "it has an empty segment"),
        (_route(template("/**/a")), "nothing may follow `**`"),
        (_route(template("/{x}{y}")), "must have one variable in braces"),
        (_route(template("/{1}")), "'1' is no name"),
        (_route(template("/{x=a//b}")), "the variable 'x' has an empty segment"),
        (_route(template("/{x={y}}")), "braces may not be nested"),
        (_route(template("/{a}/{b}/{c}/{d}/{e}/{f}")), "it may have 5 variables"),
        (_route(template("/a^")), "holds a character that no literal may"),
        (
            _rewrites(path_rewrite_policy={"name": "p", "typed_config": {"@type": REWRITE, "path_template_rewrite": "/x"}}),
            "needs a `path_match_policy` with a template",
        ),
        (_rewrites(path_rewrite_policy={"name": "p", "typed_config": {}}), "a path rewriter needs one"),
        (_route({"path_match_policy": {"name": "p", "typed_config": {}}}), "a path matcher needs one"),
        (_route({"path_separated_prefix": "é"}), "must match ^[^?#]+[^?#/]$"),
        (_weighted({"name": "a", "weight": 0}), "the sum of the weights must be from 1"),
        (_weighted({"name": "a", "weight": 2**32 - 1}, {"name": "b", "weight": 1}), "the sum of the weights must be from 1"),
        (_weighted({"name": "a"}), "a weighted cluster needs `weight`"),
        (_weighted({"weight": 1}), "exactly one of `name` and `cluster_header`"),
        (_weighted({"name": "a", "cluster_header": "h", "weight": 1}), "exactly one of `name` and `cluster_header`"),
        (_weighted(), "`clusters` of WeightedCluster must have at least 1 item"),
        (_rewrites(hash_policy=[{}]), "HashPolicy needs one of"),
        (_rewrites(request_mirror_policies=[{}]), "exactly one of `cluster` and `cluster_header`"),
        (_hosts(["a.com"], ["A.com"]), "domain 'A.com' of virtual host 'v': virtual host 'v' has it too"),
        (_hosts(["*", "*"]), "domain '*'"),
        (_hosts([]), "`domains` of VirtualHost must have at least 1 item"),
        (table(host={"name": ""}), "`name` of VirtualHost must have at least 1 character"),
        (table(host={"require_tls": 7}), "`require_tls` must be one of"),
        (table(host={"require_tls": "9"}), "`require_tls` must be one of"),
        (table(host={"virtual_clusters": [{"name": "v"}]}), "a virtual cluster needs `headers`"),
        (table(request_headers_to_add=[{"header": {"key": ":path", "value": "x"}}]), "`:`-prefixed headers and `host` cannot"),
        (table(request_headers_to_remove=["Host"]), "`:`-prefixed headers and `host` cannot be removed"),
        (table(response_headers_to_remove=[":status"]), "`:`-prefixed headers and `host` cannot be removed"),
        (table(request_headers_to_add=[{"header": {"key": "", "value": "x"}}]), "`key` of HeaderValue must have at least 1"),
        (table(request_headers_to_add=[{}]), "`header` of HeaderValueOption is required"),
        (table(request_headers_to_remove=["a\n"]), "has an item that must not hold NUL, CR or LF"),
        (_route(None, redirect={"path_redirect": "/a", "prefix_rewrite": "/b"}), "exclude each other in RedirectAction"),
        (
            _route(None, redirect={}, request_headers_to_remove=["host"]),
            "`:`-prefixed headers and `host` cannot be removed",
        ),
        (_route({**ALL, "runtime_fraction": {}}), "`default_value` of RuntimeFractionalPercent is required"),
        (_route({**ALL, "dynamic_metadata": [{"filter": "f", "path": [{"key": "a"}]}]}), "`value` of MetadataMatcher is required"),
        ({"virtual_hosts": [{"name": "v", "domains": ["*"]}], "virtualHosts": 5}, "VirtualHost must be a mapping"),
        (_route({"path_match_policy": {"name": "x", "typed_config": []}}), "a typed configuration must be"),
        (_route({"path_match_policy": {"name": "x", "typed_config": {"a": 1}}}), "a typed configuration needs `@type`"),
        (_route({"path_match_policy": {"name": "x", "typed_config": {"@type": 5}}}), "`@type` must be the URL of a type"),
        (_route({"prefix": "/", "prefix_": 1}), "unknown field `prefix_`"),
        (table(typed_per_filter_config=[]), "`typed_per_filter_config` must be a mapping"),
        (table(typed_per_filter_config={"a": 5}), "a typed configuration must be"),
    ],
)  # fmt: skip
def test_what_envoy_refuses(document: Json, message: str) -> None:
    found = refusals(document)
    assert any(message in problem for problem in found), found


def test_numbers_of_doubles_are_checked() -> None:
    def value(number: Any) -> list[str]:
        matcher = {"filter": "f", "path": [{"key": "a"}], "value": {"double_match": {"exact": number}}}
        return refusals(_route({**ALL, "dynamic_metadata": [matcher]}))

    assert value("1e3") == value(5) == []
    assert "`exact` must be a number" in value("x")[0]
    assert "`exact` must be a number" in value(True)[0]
    assert "a number that a double can hold" in value(10**400)[0]


def test_all_faults_are_told_at_once_with_their_places() -> None:
    document = table(
        {"name": "a", "match": {"prefix": "/", "safe_regex": {"regex": "a"}}, **to()},
        {"name": "b", "match": {"safe_regex": {"regex": "("}}, **to(timeout="x")},
    )
    assert {problem.partition(" (at ")[2].partition(")")[0] for problem in refusals(document)} == {
        "/virtual_hosts/0/routes/0/match/safe_regex",
        "/virtual_hosts/0/routes/1/match/safe_regex/regex",
        "/virtual_hosts/0/routes/1/route/timeout",
    }


@pytest.mark.parametrize(
    "document",
    [
        _route({"safe_regex": {"regex": "/a{80}"}}),
        _route({"prefix": "/a?b"}),
        _route({"path": ""}),
        _route({"prefix": None, "path": "/a"}),
        _header(range_match={"start": 5, "end": 1}),
        _header(range_match={"start": "2e1", "end": "0x20"}),
        _header(range_match={"start": 2.0, "end": 3}),
        _header(name="a b"),
        table(host={"domains": "a.com"}),
        table(host={"require_tls": "2"}),
        _route({"prefix": "/", "case_sensitive": "1"}),
        _rewrites(regex_rewrite={"pattern": {"regex": "a"}, "substitution": "\\q"}),
        {"virtual_hosts": [], "virtualHosts": []},
        _rewrites(host_rewrite="%START_TIME(%Y)%%PROTOCOL%%CEL(x)%%ENVIRONMENT(X)%"),
    ],
)
def test_what_envoy_accepts(document: Json) -> None:
    assert refusals(document) == []


def test_the_limit_of_patterns_may_be_raised() -> None:
    document = _route({"safe_regex": {"regex": "/a{100}"}})
    assert refusals(document, runtime={"re2.max_program_size.error_level": 200}) == []
    own = _route({"safe_regex": {"regex": "/a{100}", "google_re2": {"max_program_size": 200}}})
    assert refusals(own) == []


def test_the_version_must_be_one() -> None:
    assert refusals(table(), compat="1.38.4") == []
    assert "there is no Envoy '2.0'" in refusals(table(), compat="2.0")[0]
    assert "there is no Envoy '1.99'" in refusals(table(), compat="1.99")[0]


def test_unknown_fields_are_noticed_in_what_is_discovered() -> None:
    resource = {"@type": "type.googleapis.com/envoy.config.route.v3.RouteConfiguration", **table(), "nme": 1, "zzzz": 1}
    mesh = load({"version_info": "1", "resources": [resource]})
    assert [notice.message for notice in mesh.notices] == [
        "unknown field `nme` in RouteConfiguration; did you mean `name`?",
        "unknown field `zzzz` in RouteConfiguration",
    ]


def test_text_must_be_text_that_utf_8_can_hold() -> None:
    assert refusals(io.StringIO('{"virtual_hosts": [], "name": "\\ud800"}'))


def test_a_known_cluster_is_needed_where_all_are_known() -> None:
    document = {
        "static_resources": {"listeners": [listener(table({"name": "r", "match": ALL, **to("nope")}))], "clusters": []}
    }
    assert "there is no cluster 'nope'" in refusals(document)[0]
    lenient = table({"name": "r", "match": ALL, **to("nope")}, validate_clusters=False)
    assert refusals({"static_resources": {"listeners": [listener(lenient)]}}) == []

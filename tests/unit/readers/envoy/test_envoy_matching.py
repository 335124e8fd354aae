"""Which requests the routes of an Envoy table take: the rules of envoy.md, most of which surprise."""

from __future__ import annotations

from typing import Any

import pytest

from meshroute import Request, RequestContext, Router, load
from tests.unit.readers.envoy.envoy_tables import Json, ask, table, takes, template, to

H = "headers"


@pytest.mark.parametrize(
    ("match", "target", "taken"),
    [
        ({"prefix": "/a"}, "/ab", True),
        ({"prefix": "/a"}, "/b?/a", False),
        ({"prefix": "/a?"}, "/a?", False),
        ({"prefix": ""}, "/x", True),
        ({"prefix": "/A", "case_sensitive": False}, "/ab", True),
        ({"path": "/a"}, "/a?x", True),
        ({"path": "/a"}, "/a/", False),
        ({"path": "/A", "caseSensitive": False}, "/a", True),
        ({"path_separated_prefix": "/a"}, "/a/b", True),
        ({"path_separated_prefix": "/a"}, "/a", True),
        ({"path_separated_prefix": "/a"}, "/ab", False),
        ({"path_separated_prefix": "/A", "case_sensitive": False}, "/a/b", True),
        ({"safe_regex": {"regex": "/a|/b"}}, "/b", True),
        ({"safe_regex": {"regex": "/a|/b"}}, "/bc", False),
        ({"safe_regex": {"regex": "/A"}, "case_sensitive": False}, "/a", False),
        (template("/a/*"), "/a/b", True),
        (template("/a/*"), "/a/", False),
        (template("/bar/**"), "/bar", False),
        (template("/bar/**"), "/bar/", True),
        (template("/**"), "/", True),
        (template("/a*"), "/aa", True),
        (template("/A"), "/a", False),
        (template("/{x}/v{y}"), "/1/v2", True),
        (template("/{x=a/*}/b"), "/a/q/b", True),
        (template("/**.m3u8"), "/x/y.m3u8", True),
    ],
)
def test_paths(match: Json, target: str, taken: bool) -> None:
    assert takes(match, target) is taken


@pytest.mark.parametrize(
    ("per_segment", "match", "target", "taken"),
    [
        (True, {"prefix": "/a/b"}, "/a;x=1/b", True),
        (True, {"path": "/a/b"}, "/a;x=1/b;y", True),
        (True, {"path": "/a/b"}, "/a/b", True),
        (True, {"safe_regex": {"regex": "/r//"}}, "/r;x/;y/", True),
        (False, {"path": "/a"}, "/a;x=1/b", True),
    ],
)
def test_path_parameters_may_be_ignored(per_segment: bool, match: Json, target: str, taken: bool) -> None:
    document = table({"name": "r", "match": match, **to()}, ignore_path_parameters_in_path_matching=True)
    answer = ask(document, target, compat="1.40" if per_segment else "1.38")
    assert (answer.route is not None) is taken


def _header(name: str = "x", **matcher: Any) -> Json:
    return {"prefix": "/", "headers": [{"name": name, **matcher}]}


@pytest.mark.parametrize(
    ("matcher", "lines", "taken"),
    [
        ({}, [""], True),
        ({}, [], False),
        ({"present_match": True, "invert_match": True}, [], True),
        ({"present_match": False}, [], True),
        ({"present_match": False}, ["1"], False),
        ({"present_match": False, "invert_match": True}, ["1"], True),
        ({"present_match": False, "treat_missing_header_as_empty": True}, [], False),
        ({"present_match": True, "treat_missing_header_as_empty": True}, [], True),
        ({"string_match": {"exact": "b"}}, ["a", "b"], True),
        ({"string_match": {"exact": "a,b"}}, ["a", "b"], False),
        ({"string_match": {"exact": "b"}, "invert_match": True}, ["a", "b"], False),
        ({"string_match": {"exact": "b"}, "invert_match": True}, ["a", "c"], True),
        ({"string_match": {"exact": "b"}, "invert_match": True}, [], False),
        ({"string_match": {"exact": "b"}, "invert_match": True, "treat_missing_header_as_empty": True}, [], True),
        ({"string_match": {"exact": ""}}, ["a"], False),
        ({"string_match": {"exact": "B", "ignore_case": True}}, ["b"], True),
        ({"string_match": {"prefix": "a"}}, ["ab"], True),
        ({"string_match": {"suffix": "b"}}, ["ab"], True),
        ({"string_match": {"contains": "b"}}, ["abc"], True),
        ({"string_match": {"safe_regex": {"regex": "a."}}}, ["ab"], True),
        ({"string_match": {"safe_regex": {"regex": "."}}}, ["\xc3\xa9"], False),
        ({"exact_match": ""}, ["a"], True),
        ({"exact_match": ""}, [], False),
        ({"exact_match": "a"}, ["a"], True),
        ({"prefix_match": "a"}, ["ab"], True),
        ({"suffix_match": "b"}, ["ab"], True),
        ({"contains_match": "b"}, ["abc"], True),
        ({"safe_regex_match": {"regex": "a+"}}, ["aa"], True),
        ({"range_match": {"start": "1", "end": 5}}, [" +4"], True),
        ({"range_match": {"start": 1, "end": 5}}, ["4.0"], False),
        ({"range_match": {"end": 5}}, ["5"], False),
        ({"range_match": {"start": -3}}, ["-3"], True),
    ],
)
def test_headers(matcher: Json, lines: list[str], taken: bool) -> None:
    assert takes(_header(**matcher), headers=[("X", line) for line in lines]) is taken


def test_pseudo_headers_are_headers() -> None:
    assert takes(_header(":path", string_match={"exact": "/a?b"}), "/a?b")
    assert takes(_header("host", string_match={"exact": "A.com:80"}), authority="A.com:80")
    assert takes(_header(":method", string_match={"exact": "PUT"}), method="PUT")


def test_lines_of_inline_headers_are_joined_before() -> None:
    assert takes(
        _header("Accept", string_match={"exact": "a,b"}), headers=[("accept", "a"), ("accept", ""), ("accept", "b")]
    )


@pytest.mark.parametrize(
    ("compat", "characters"),
    [("1.36", 1), ("1.38", 1), ("1.38.3", 1), ("1.38.4", 2), ("1.39.0", 1), ("1.39.1", 2), ("1.39", 2), ("1.40", 2)],
)
def test_patterns_were_utf8(compat: str, characters: int) -> None:
    document = table(
        {"name": "r", "match": _header(string_match={"safe_regex": {"regex": ".{" + str(characters) + "}"}}), **to()}
    )
    lines = [("x", "\xc3\xa9")]
    assert ask(document, headers=lines, compat=compat).route is not None
    guard = {"envoy.reloadable_features.re2_use_latin1_mode": "false"}
    assert (ask(document, headers=lines, runtime=guard).route is not None) is (characters == 1)


def test_before_1_39_lines_were_joined() -> None:
    document = table({"name": "r", "match": _header(string_match={"exact": "a,b"}), **to()})
    lines = [("x", "a"), ("x", "b")]
    assert ask(document, headers=lines, compat="1.38").route is not None
    assert ask(document, headers=lines).route is None
    guard = {"envoy.reloadable_features.match_headers_individually": "false"}
    assert ask(document, headers=lines, runtime=guard).route is not None


@pytest.mark.parametrize(
    ("matcher", "target", "taken"),
    [
        ({}, "/?q", True),
        ({}, "/", False),
        ({"present_match": True}, "/?q=1", True),
        ({"present_match": False}, "/?q=1", False),
        ({"present_match": False}, "/", True),
        ({"string_match": {"exact": "1"}}, "/?q=1&q=2", True),
        ({"string_match": {"exact": "2"}}, "/?q=1&q=2", False),
        ({"string_match": {"exact": "a b"}}, "/?q=a%20b", False),
        ({"string_match": {"exact": "1"}}, "/", False),
    ],
)
def test_query_parameters(matcher: Json, target: str, taken: bool) -> None:
    assert takes({"prefix": "/", "query_parameters": [{"name": "q", **matcher}]}, target) is taken


def test_before_1_39_a_query_parameter_could_not_be_asked_to_be_absent() -> None:
    match = {"prefix": "/", "query_parameters": [{"name": "q", "present_match": False}]}
    document = table({"name": "r", "match": match, **to()})
    assert ask(document, "/?q", compat="1.38").route is not None
    assert ask(document, "/?q").route is None


@pytest.mark.parametrize(
    ("matcher", "lines", "taken"),
    [
        ({"string_match": {"exact": "1"}}, ["b=2; a=1"], True),
        ({"string_match": {"exact": "1"}}, ['a="1"'], True),
        ({"string_match": {"exact": '"1" '}}, ['a="1" '], True),
        ({"string_match": {"exact": "1"}}, ["a=1;a=2"], True),
        ({"string_match": {"exact": "2"}}, ["a=1", "a=2"], False),
        ({"string_match": {"exact": "1"}}, ["\ta=1"], False),
        ({"string_match": {"exact": ""}}, ["a"], False),
        ({"string_match": {"exact": "1"}, "invert_match": True}, [], True),
        ({"string_match": {"exact": "1"}, "invert_match": True}, ["a=1"], False),
        ({"string_match": {"exact": '"'}}, ['a="'], True),
    ],
)
def test_cookies(matcher: Json, lines: list[str], taken: bool) -> None:
    match = {"prefix": "/", "cookies": [{"name": "a", **matcher}]}
    assert takes(match, headers=[("cookie", line) for line in lines]) is taken


@pytest.mark.parametrize(
    ("kind", "taken"),
    [
        ("application/grpc", True),
        ("application/grpc+proto", True),
        ("application/grpc;x", False),
        ("application/grpc-web", False),
    ],
)
def test_grpc(kind: str, taken: bool) -> None:
    assert takes({"prefix": "/", "grpc": {}}, headers={"content-type": kind}) is taken


@pytest.mark.parametrize(
    ("options", "context", "taken"),
    [
        ({}, None, True),
        ({"presented": False}, None, True),
        ({"presented": True}, None, False),
        ({"presented": True, "validated": True}, RequestContext(True, True), True),
        ({"presented": True, "validated": True}, RequestContext(True), False),
        ({"validated": False}, RequestContext(True), True),
    ],
)
def test_client_certificates(options: Json, context: RequestContext | None, taken: bool) -> None:
    assert takes({"prefix": "/", "tls_context": options}, context=context) is taken


METADATA: list[tuple[Json, bool, Any, bool]] = [
    ({"null_match": {}}, False, None, True),
    ({"bool_match": True}, False, True, True),
    ({"bool_match": True}, False, 1, False),
    ({"present_match": True}, False, "x", True),
    ({"present_match": False}, False, "x", False),
    ({"string_match": {"exact": "x"}}, False, "x", True),
    ({"string_match": {"exact": "1"}}, False, 1, False),
    ({"double_match": {"exact": 1}}, False, 1, True),
    ({"double_match": {"range": {"start": 1, "end": 2}}}, False, 2, False),
    ({"double_match": {"range": {"start": 1, "end": 2}}}, False, 1.5, True),
    ({"list_match": {"one_of": {"string_match": {"exact": "x"}}}}, False, ["y", "x"], True),
    ({"list_match": {"one_of": {"string_match": {"exact": "x"}}}}, False, "x", False),
    ({"or_match": {"value_matchers": [{"bool_match": False}, {"null_match": {}}]}}, False, None, True),
    ({"bool_match": True}, True, False, True),
]


@pytest.mark.parametrize(
    ("value", "invert", "metadata", "taken"),
    METADATA,
)
def test_metadata(value: Json, invert: bool, metadata: Any, taken: bool) -> None:
    matcher = {"filter": "f", "path": [{"key": "a"}, {"key": "b"}], "value": value, "invert": invert}
    context = RequestContext(metadata={"f": {"a": {"b": metadata}}})
    assert takes({"prefix": "/", "dynamic_metadata": [matcher]}, context=context) is taken


def test_missing_metadata_matches_only_inverted() -> None:
    matcher: Json = {"filter": "f", "path": [{"key": "a"}], "value": {"null_match": {}}}
    context = RequestContext(metadata={"f": "text"})
    assert not takes({"prefix": "/", "dynamic_metadata": [matcher]}, context=context)
    assert not takes({"prefix": "/", "dynamic_metadata": [{**matcher, "value": {"present_match": False}}]})
    assert takes({"prefix": "/", "dynamic_metadata": [{**matcher, "invert": True}]})


def test_filter_state() -> None:
    match = {"prefix": "/", "filter_state": [{"key": "k", "string_match": {"exact": "v"}}]}
    assert takes(match, context=RequestContext(filter_state={"k": "v"}))
    assert not takes(match)


@pytest.mark.parametrize(
    ("fraction", "runtime", "value", "taken"),
    [
        ({"numerator": 50}, {}, 149, True),
        ({"numerator": 50}, {}, 150, False),
        ({"numerator": 5, "denominator": "MILLION"}, {}, 1_000_004, True),
        ({"numerator": 5, "denominator": 1}, {}, 10_005, False),
        ({"numerator": 0}, {}, 0, False),
        ({"numerator": 1000}, {}, 99, True),
        ({"numerator": 1, "denominator": "MILLION"}, {"k": 99.9}, 98, True),
        ({"numerator": 1, "denominator": "MILLION"}, {"k": "99.9"}, 99, False),
        ({"numerator": 100}, {"k": 0.5}, 0, False),
        ({"numerator": 1, "denominator": "MILLION"}, {"k": 50}, 149, True),
        ({"numerator": 0}, {"k": 101}, 99, True),
        ({"numerator": 0}, {"k": True}, 0, False),
        ({"numerator": 0}, {"k": "x"}, 0, False),
        ({"numerator": 0}, {"k": -1}, 0, False),
        ({"numerator": 0}, {"k": {"numerator": 3, "denominator": "TEN_THOUSAND"}}, 10_002, True),
        ({"numerator": 0}, {"k": {"numerator": "x"}}, 0, False),
        ({"numerator": 0}, {"k": {"numerator": 2, "denominator": []}}, 1, True),
    ],
)
def test_runtime_fractions(fraction: Json, runtime: Json, value: int, taken: bool) -> None:
    match = {"prefix": "/", "runtime_fraction": {"default_value": fraction, "runtime_key": "k"}}
    answer = ask(table({"name": "r", "match": match, **to()}), random_value=value, runtime=runtime)
    assert (answer.route is not None) is taken


def test_one_random_value_drives_fractions_and_weights() -> None:
    half = {"prefix": "/", "runtime_fraction": {"default_value": {"numerator": 50}}}
    weighted = {"weighted_clusters": {"clusters": [{"name": "a", "weight": 50}, {"name": "b", "weight": 50}]}}
    document = table(
        {"name": "one", "match": half, "route": weighted},
        {"name": "two", "match": half, **to()},
        {"name": "rest", "match": {"prefix": "/"}, **to()},
    )
    mesh = load(document)
    router = Router(mesh, random_value=iter(range(10_000)).__next__)
    answers = [router.resolve(Request("GET", "/")) for _ in range(100)]
    names = [answer.route.name for answer in answers if answer.route is not None]
    assert names == ["one"] * 50 + ["rest"] * 50
    assert {answer.chosen.name for answer in answers[:50] if answer.chosen is not None} == {"a"}
    assert answers[3].random_value == 3


@pytest.mark.parametrize(
    ("domains", "ignore_port", "host", "taken"),
    [
        (["a.com"], False, "A.com", True),
        (["a.com"], False, "a.com:80", False),
        (["a.com"], True, "a.com:80", True),
        (["a.com:80"], True, "a.com:80", False),
        (["[::1]"], True, "[::1]:80", True),
        (["*.a.com"], False, ".a.com", False),
        (["*.a.com"], False, "x.a.com", True),
        (["a.*"], False, "a.com:80", True),
        (["www*"], False, "www", False),
        (["a*b"], False, "axb", False),
        (["**"], False, "x*", True),
        ([""], False, "", True),
        (["A.COM"], False, "a.com", True),
    ],
)
def test_domains(domains: list[str], ignore_port: bool, host: str, taken: bool) -> None:
    document = table(
        {"name": "r", "match": {"prefix": "/"}, **to()},
        host={"domains": domains},
        ignore_port_in_host_matching=ignore_port,
    )
    assert (ask(document, authority=host).route is not None) is taken


def _hosts(*domains: list[str], **more: Any) -> Json:
    hosts = [
        {"name": f"v{at}", "domains": group, "routes": [{"name": f"r{at}", "match": {"prefix": "/"}, **to()}]}
        for at, group in enumerate(domains)
    ]
    return {"name": "t", "virtual_hosts": hosts, **more}


@pytest.mark.parametrize(
    ("host", "virtual_host"),
    [("x.a.com", "v0"), ("x.b.com", "v2"), ("other", "v3"), ("x.a.com.", "v3"), ("x.y", "v1")],
)
def test_the_best_domain_wins(host: str, virtual_host: str) -> None:
    document = _hosts(["x.a.com", "q"], ["x.*"], ["*.b.com"], ["*", "z"])
    if host == "x.a.com.":
        document = _hosts(["x.a.com", "q"], ["y.*"], ["*.b.com"], ["*", "z"])
    assert ask(document, authority=host).virtual_host == virtual_host


def test_there_is_no_falling_through_to_another_virtual_host() -> None:
    document = _hosts(["a.com"], ["*"])
    document["virtual_hosts"][0]["routes"] = []
    answer = ask(document, authority="a.com")
    assert (answer.status, answer.virtual_host) == (404, "v0")


def test_a_header_may_name_the_virtual_host() -> None:
    document = _hosts(["a.com"], ["*"], vhost_header="X-Host")
    assert ask(document, headers=[("x-host", "a.com"), ("x-host", "b")]).virtual_host == "v0"
    assert ask(document, headers={"x-host": ""}).virtual_host == "v1"
    assert ask(document).virtual_host is None
    assert ask(_hosts(["*"], vhost_header="x-host")).virtual_host == "v0"


@pytest.mark.parametrize(
    ("require", "scheme", "headers", "location"),
    [
        ("ALL", "http", {}, "https://a.com:80/x?y"),
        ("ALL", "https", {}, None),
        (2, "http", {"x-forwarded-proto": "HTTPS"}, "https://a.com:80/x?y"),
        ("EXTERNAL_ONLY", "http", {}, "https://a.com:80/x?y"),
        ("EXTERNAL_ONLY", "http", {"x-envoy-internal": "true"}, None),
    ],
)
def test_tls_may_be_required_before_any_route(require: Any, scheme: str, headers: Json, location: str | None) -> None:
    document = table(host={"require_tls": require})
    answer = ask(document, "/x?y", scheme=scheme, headers=headers, authority="a.com:80")
    assert answer.redirect == location
    assert answer.status == (301 if location else 404)
    assert answer.route is None


def test_tunnels_match_connect_matchers_alone() -> None:
    document = table(
        {"name": "p", "match": {"prefix": ""}, **to()},
        {"name": "x", "match": {"safe_regex": {"regex": ".*"}}, **to()},
        {"name": "c", "match": {"connect_matcher": {}}, **to()},
    )
    answer = ask(document, "a.com:443", "CONNECT")
    assert answer.route is not None
    assert answer.route.name == "c"
    assert ask(document, "/").route is not None
    assert ask(document, "/", headers={"upgrade": "connect-udp"}).route is not None


def test_a_path_without_a_slash_matches_nothing() -> None:
    document = table({"name": "p", "match": {"prefix": ""}, **to()})
    assert ask(document, "*", "OPTIONS").status == 404
    assert ask(document, "http://h?x=1").status == 404


def test_virtual_clusters_count_requests() -> None:
    headers = [{"name": ":path", "string_match": {"prefix": "/a"}}]
    document = table(
        {"name": "p", "match": {"prefix": "/"}, **to()}, host={"virtual_clusters": [{"name": "vc", "headers": headers}]}
    )
    assert ask(document, "/a").virtual_cluster == "vc"
    assert ask(document, "/b").virtual_cluster == "other"
    assert ask(table({"name": "p", "match": {"prefix": "/"}, **to()})).virtual_cluster is None

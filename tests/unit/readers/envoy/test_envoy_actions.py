"""What the routes of an Envoy table do with requests: envoy.md §3 to §5."""

from __future__ import annotations

from typing import Any

import pytest

from meshroute import Headers, Outcome, Request, Router, load
from meshroute.model.hashing import xxh64
from tests.unit.readers.envoy.envoy_tables import REWRITE, Json, ask, table, template, to

ALL: Json = {"prefix": "/"}


def _leaves(match: Json, action: Json, target: str, **parts: Any) -> Request:
    leaving = ask(table({"name": "r", "match": match, "route": {"cluster": "c", **action}}), target, **parts).request
    assert leaving is not None
    return leaving


def _pattern(regex: str, substitution: str) -> Json:
    return {"pattern": {"regex": regex}, "substitution": substitution}


def _rewrite(text: str) -> Json:
    return {"path_rewrite_policy": {"name": "r", "typed_config": {"@type": REWRITE, "path_template_rewrite": text}}}


@pytest.mark.parametrize(
    ("match", "action", "target", "wanted"),
    [
        ({"prefix": "/a"}, {"prefix_rewrite": "/"}, "/a/x?q", "//x?q"),
        ({"path": "/a"}, {"prefix_rewrite": "/b"}, "/a", "/b"),
        ({"path_separated_prefix": "/a"}, {"prefix_rewrite": "/b"}, "/a/x", "/b/x"),
        ({"safe_regex": {"regex": "/a.*"}}, {"prefix_rewrite": "/b"}, "/ax", "/b"),
        ({"prefix": "/A", "case_sensitive": False}, {"prefix_rewrite": "/b"}, "/ax", "/bx"),
        (ALL, {"regex_rewrite": _pattern("a", "z")}, "/aba?a", "/zbz?a"),
        (ALL, {"regex_rewrite": _pattern("x*", "-")}, "/axb", "-/-a-b-"),
        (ALL, {"regex_rewrite": _pattern("/.*", "")}, "/a", "/a"),
        (ALL, {"regex_rewrite": _pattern("a", r"\9")}, "/a", "/a"),
        (ALL, {"regex_rewrite": _pattern("a", r"b\qc")}, "/ax", "/bx"),
        (ALL, {"regex_rewrite": _pattern("(a)(b)?", r"\\\2\1")}, "/ab", r"/\ba"),
        (ALL, {"path_rewrite": "/n%REQ(x)%%REQ(y)%"}, "/a?q", "/n1?q"),
        (ALL, {"path_rewrite": "%REQ(y)%"}, "/a", "/a"),
        (ALL, {"path_rewrite": "/%REQ(y?x):1%%%"}, "/a", "/1%"),
        (ALL, {"path_rewrite": "/p%PATH(NQ)%%QUERY_PARAM(q)%"}, "/a?q=2", "/p/a2?q=2"),
        (template("/{x}/{y=**}"), _rewrite("/{y}/n/{x}"), "/a/b/c", "/b/c/n/a"),
    ],
)
def test_paths_are_rewritten(match: Json, action: Json, target: str, wanted: str) -> None:
    leaving = _leaves(match, action, target, headers={"x": "1"})
    assert leaving.target == wanted


def test_the_old_path_and_host_are_kept_in_headers() -> None:
    leaving = _leaves({"prefix": "/a"}, {"prefix_rewrite": "/b", "host_rewrite_literal": "b.com"}, "/a?q")
    assert leaving.headers.get("x-envoy-original-path") == "/a?q"
    assert leaving.headers.get("x-envoy-original-host") == "a.com"
    unchanged = _leaves(ALL, {"regex_rewrite": _pattern("a", r"\9")}, "/a")
    assert unchanged.headers.get("x-envoy-original-path") == "/a"
    none = _leaves(ALL, {"regex_rewrite": _pattern("/.*", "")}, "/a")
    assert "x-envoy-original-path" not in none.headers
    hostless = _leaves(ALL, {"host_rewrite_literal": "b"}, "/", authority="")
    assert "x-envoy-original-host" not in hostless.headers


def test_a_prefix_is_not_rewritten_where_ignored_parameters_hide_it() -> None:
    document = table(
        {"name": "r", "match": {"prefix": "/a/b"}, **to(prefix_rewrite="/z")},
        ignore_path_parameters_in_path_matching=True,
    )
    first, second = ask(document, "/a;x/b/c").request, ask(document, "/a/b;x/c").request
    assert first is not None
    assert second is not None
    assert (first.target, second.target) == ("/a;x/b/c", "/z;x/c")


@pytest.mark.parametrize(
    ("action", "headers", "host"),
    [
        ({"host_rewrite_literal": "b.com"}, {}, "b.com"),
        ({"host_rewrite_header": "X"}, {"x": ["b.com", "c.com"]}, "b.com"),
        ({"host_rewrite_header": "x"}, {}, "a.com"),
        ({"host_rewrite_header": "x"}, {"x": ""}, "a.com"),
        ({"host_rewrite_path_regex": _pattern("^/(.+)/.+$", r"\1")}, {}, "q"),
        ({"host_rewrite_path_regex": _pattern("nothing", "x")}, {}, "/q/r"),
        ({"host_rewrite": "%REQ(x)%.com"}, {}, "-.com"),
        ({"host_rewrite": "%REQ(x)%.com"}, {"x": "b"}, "b.com"),
        ({"auto_host_rewrite": True}, {}, "a.com"),
        ({"auto_host_rewrite": False}, {}, "a.com"),
        ({}, {}, "a.com"),
    ],
)
def test_hosts_are_rewritten(action: Json, headers: Json, host: str) -> None:
    assert _leaves(ALL, action, "/q/r?s", headers=headers).authority == host


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [([], "a.com"), (["b.com"], "b.com,a.com"), (["b", "a.com"], "b,a.com"), (["a.com, b"], "a.com, b,a.com")],
)
def test_the_old_host_is_appended_unless_it_is_last(lines: list[str], wanted: str) -> None:
    headers = [("x-forwarded-host", line) for line in lines]
    action = {"host_rewrite_literal": "z", "append_x_forwarded_host": True}
    assert "x-forwarded-host" not in _leaves(ALL, action, "/", authority="").headers
    assert ",".join(_leaves(ALL, action, "/", headers=headers).headers.lines("x-forwarded-host")) == wanted


def _add(name: str, value: str, action: Any = None, **more: Any) -> Json:
    found: Json = {"header": {"key": name, "value": value}, **more}
    return found if action is None else {**found, "append_action": action}


def test_header_mutations_of_a_level() -> None:
    document = table(
        {
            "name": "r",
            "match": ALL,
            **to(),
            "request_headers_to_remove": ["Gone", "was"],
            "request_headers_to_add": [
                _add("A", "2"),
                _add("absent", "n", "ADD_IF_ABSENT"),
                _add("absent", "m", "ADD_IF_ABSENT"),
                _add("a", "never", "ADD_IF_ABSENT"),
                _add("over", "new", "OVERWRITE_IF_EXISTS_OR_ADD"),
                _add("fresh", "new", 2),
                _add("if", "new", "OVERWRITE_IF_EXISTS"),
                _add("if-not", "new", "OVERWRITE_IF_EXISTS"),
                _add("empty", "%REQ(none)%"),
                _add("kept", "%REQ(was)%", keep_empty_value=True),
                _add("old-way", "1", append=False),
            ],
        }
    )
    lines = [("a", "1"), ("gone", "1"), ("was", "x"), ("over", "1"), ("over", "2"), ("if", "1"), ("old-way", "0")]
    leaving = ask(document, headers=lines).request
    assert leaving is not None
    assert [(name, leaving.headers.lines(name)) for name in ("a", "absent", "over", "fresh", "if", "old-way")] == [
        ("a", ("1", "2")),
        ("absent", ("n", "m")),
        ("over", ("new",)),
        ("fresh", ("new",)),
        ("if", ("new",)),
        ("old-way", ("1",)),
    ]
    assert [name for name in ("gone", "if-not", "empty") if name in leaving.headers] == []
    assert leaving.headers.lines("kept") == ("",)


@pytest.mark.parametrize(("specific", "wanted"), [(False, "table"), (True, "route")])
def test_the_order_of_levels(specific: bool, wanted: str) -> None:
    document = table(
        {"name": "r", "match": ALL, **to(), "request_headers_to_add": [_add("a", "route", 2)]},
        host={"request_headers_to_add": [_add("a", "host", 2)]},
        request_headers_to_add=[_add("a", "table", 2)],
        most_specific_header_mutations_wins=specific,
    )
    leaving = ask(document).request
    assert leaving is not None
    assert leaving.headers.lines("a") == (wanted,)


def test_responses_are_changed_too() -> None:
    document = table(
        {
            "name": "r",
            "match": ALL,
            **to(prefix_rewrite="/z"),
            "request_headers_to_remove": ["x"],
            "response_headers_to_add": [_add("a", "%REQ(x)%"), _add("p", "%REQ(:path)%")],
            "response_headers_to_remove": ["server"],
        }
    )
    answer = ask(document, "/a", headers={"x": "1"})
    assert answer.response(Headers({"server": "s", "b": "1"})).items() == (("b", "1"), ("p", "/za"))
    assert ask(table(), "/").response(Headers({"b": "1"})).items() == (("b", "1"),)


def test_the_attempt_is_counted() -> None:
    leaving = ask(table({"name": "r", "match": ALL, **to()}, host={"include_request_attempt_count": True})).request
    assert leaving is not None
    assert leaving.headers.get("x-envoy-attempt-count") == "1"


def _weighted(*clusters: Json, **more: Any) -> Json:
    action = {key: more.pop(key) for key in ("hash_policy",) if key in more}
    return table(
        {"name": "r", "match": ALL, "route": {"weighted_clusters": {"clusters": list(clusters), **more}, **action}}
    )


A, B = {"name": "a", "weight": 1}, {"name": "b", "weight": "9"}


@pytest.mark.parametrize(
    ("lines", "chosen"),
    [
        (["0"], "a"), (["10"], "a"), (["+3"], "b"), (["-1"], "b"), (["-10"], "b"), (["18446744073709551616"], "b"), (["0", "0"], "b"),
        (["x"], "b"), ([], "b"),
    ],
)  # fmt: skip
def test_a_header_chooses_or_else_the_random_value(lines: list[str], chosen: str) -> None:
    answer = ask(_weighted(A, B, header_name="X"), headers=[("x", line) for line in lines], random_value=5)
    assert answer.chosen is not None
    assert answer.chosen.name == chosen


def _hashed(*policies: Json, headers: Any = (), target: str = "/") -> int | None:
    answer = ask(_weighted(A, B, use_hash_policy=True, hash_policy=list(policies)), target, headers=headers)
    action = answer.action
    choice = getattr(action, "choice", None)
    return None if choice is None else choice.value(answer.hops[-1].request)


def _rotated(value: int) -> int:
    return (value << 1 | value >> 63) & 2**64 - 1


def test_hash_policies() -> None:
    header, query, cookie = (
        {"header": {"header_name": "H"}},
        {"query_parameter": {"name": "q"}},
        {"cookie": {"name": "c"}},
    )
    one, two = xxh64(b"1"), xxh64(b"2")
    assert _hashed(header, headers={"h": "1"}) == one
    assert _hashed(header, headers=[("h", "2"), ("h", "1")]) == xxh64(b"2", one)
    assert _hashed(query, target="/?q=1&q=2") == one
    assert _hashed(cookie, headers={"cookie": "c=1"}) == one
    assert _hashed(cookie, headers={"cookie": "c="}) is None
    assert _hashed(header, query, headers={"h": "1"}, target="/?q=2") == _rotated(one) ^ two
    assert _hashed({**header, "terminal": True}, query, headers={"h": "1"}, target="/?q=2") == one
    assert _hashed({**header, "terminal": True}, query, target="/?q=2") == two
    rewritten = {"header": {"header_name": "h", "regex_rewrite": _pattern("x", "1")}}
    assert _hashed(rewritten, headers={"h": "x"}) == one
    assert _hashed({"connection_properties": {"source_ip": True}}) is None
    assert _hashed({"filter_state": {"key": "k"}}, query, target="/?q=1") == one


def test_without_a_hash_policy_chance_decides() -> None:
    answer = ask(_weighted(A, B, use_hash_policy=True))
    assert answer.chosen is None
    assert answer.pick() is not None


def test_weights_may_be_overridden_at_runtime() -> None:
    document = _weighted(A, B, runtime_key_prefix="w")
    answer = ask(document, runtime={"w.a": 5, "w.b": "0"})
    assert [(backend.name, backend.weight) for backend in answer.backends] == [("a", 5), ("b", 0)]


def test_a_weighted_cluster_changes_requests_before_the_route_does() -> None:
    entry = {
        "name": "a",
        "weight": 1,
        "host_rewrite_literal": "w.com",
        "request_headers_to_add": [_add("x", "entry")],
        "response_headers_to_add": [_add("y", "entry")],
    }
    document = _weighted(entry)
    document["virtual_hosts"][0]["routes"][0]["request_headers_to_add"] = [_add("x", "route")]
    answer = ask(document)
    assert answer.request is not None
    assert answer.request.authority == "w.com"
    assert answer.request.headers.lines("x") == ("entry", "route")
    assert "x-envoy-original-host" not in answer.request.headers
    assert answer.response(Headers()).items() == (("y", "entry"),)


def _bootstrap(config: Json, *clusters: str) -> Json:
    from tests.unit.readers.envoy.envoy_tables import listener  # noqa: PLC0415 - only here

    return {"static_resources": {"listeners": [listener(config)], "clusters": [{"name": name} for name in clusters]}}


@pytest.mark.parametrize(
    ("lines", "code", "outcome", "status"),
    [
        (["c", "nope"], None, Outcome.FORWARD, None),
        (["nope"], None, Outcome.BACKEND_ERROR, 503),
        ([], "NOT_FOUND", Outcome.BACKEND_ERROR, 404),
        ([], 2, Outcome.BACKEND_ERROR, 500),
    ],
)
def test_a_header_names_the_cluster(lines: list[str], code: Any, outcome: Outcome, status: int | None) -> None:
    action = {"cluster_header": "X-To", **({} if code is None else {"cluster_not_found_response_code": code})}
    config = table({"name": "r", "match": ALL, "route": action}, {"name": "next", "match": ALL, **to()})
    answer = ask(_bootstrap(config, "c"), headers=[("x-to", line) for line in lines])
    assert (answer.outcome, answer.status) == (outcome, status)
    assert answer.route is not None
    assert answer.route.name == "r"


def test_the_chosen_cluster_may_not_be_there() -> None:
    entry = {"cluster_header": "x-to", "weight": 1}
    config = table(
        {"name": "r", "match": ALL, "route": {"weighted_clusters": {"clusters": [entry, {**A, "name": "c"}]}}}
    )
    document = _bootstrap(config, "c")
    assert ask(document, random_value=0).outcome is Outcome.BACKEND_ERROR
    assert ask(document, random_value=1).outcome is Outcome.FORWARD
    assert ask(document, random_value=0, headers={"x-to": "c"}).outcome is Outcome.FORWARD
    assert ask(document).outcome is Outcome.FORWARD


@pytest.mark.parametrize(
    ("action", "location"),
    [
        ({}, "http://a.com:80/a?q"),
        ({"https_redirect": True}, "https://a.com/a?q"),
        ({"https_redirect": False}, "http://a.com:80/a?q"),
        ({"scheme_redirect": "HTTP"}, "HTTP://a.com/a?q"),
        ({"host_redirect": "b.com:7"}, "http://b.com:7/a?q"),
        ({"host_redirect": "b.com:7", "port_redirect": 9}, "http://b.com:7:9/a?q"),
        ({"port_redirect": 80}, "http://a.com:80/a?q"),
        ({"port_redirect": 8443, "https_redirect": True}, "https://a.com:8443/a?q"),
        ({"path_redirect": "/n"}, "http://a.com:80/n?q"),
        ({"path_redirect": "n?x", "strip_query": True}, "http://a.com:80/n?x"),
        ({"path_redirect": "/n", "strip_query": True}, "http://a.com:80/n"),
        ({"prefix_rewrite": "/z?k=v"}, "http://a.com:80/z?k=va?q"),
        ({"prefix_rewrite": "/z?k=v", "strip_query": True}, "http://a.com:80/z"),
        ({"regex_rewrite": {"pattern": {"regex": "a"}, "substitution": "b"}}, "http://a.com:80/b?q"),
        ({"regex_rewrite": {"pattern": {"regex": "/a"}, "substitution": ""}}, "http://a.com:80/a?q"),
        ({"path_rewrite": "/f%REQ(x)%"}, "http://a.com:80/f?q"),
        ({"path_rewrite": "/f?y"}, "http://a.com:80/f?y"),
    ],
)
def test_redirects(action: Json, location: str) -> None:
    assert (
        ask(table({"name": "r", "match": ALL, "redirect": action}), "/a?q", authority="a.com:80").redirect == location
    )


@pytest.mark.parametrize(
    ("host", "scheme", "proto", "location"),
    [
        ("a.com:443", "http", None, "https://a.com:443/"),
        ("a.com:443", "http", "https", "https://a.com:443/"),
        ("[::1]:80", "http", None, "https://[::1]/"),
        ("[::1]", "http", None, "https://[::1]/"),
        ("a.com:443", "http", "HTTPS", "https://a.com/"),
    ],
)
def test_the_port_goes_with_the_scheme_it_came_by(host: str, scheme: str, proto: str | None, location: str) -> None:
    headers = {} if proto is None else {"x-forwarded-proto": proto}
    document = table({"name": "r", "match": ALL, "redirect": {"https_redirect": True}})
    assert ask(document, scheme=scheme, authority=host, headers=headers).redirect == location


@pytest.mark.parametrize(
    ("code", "status"),
    [(None, 301), ("FOUND", 302), (2, 303), ("TEMPORARY_REDIRECT", 307), ("permanent_redirect", 308)],
)
def test_the_status_of_redirects(code: Any, status: int) -> None:
    action = {} if code is None else {"response_code": code}
    assert ask(table({"name": "r", "match": ALL, "redirect": action})).status == status


def test_a_redirect_by_template_has_no_path_rewrite_policy() -> None:
    document = table({"name": "r", "match": template("/{x}"), "redirect": {"host_redirect": "b"}})
    assert ask(document, "/a").redirect == "http://b/a"


@pytest.mark.parametrize(("status", "location"), [(200, None), (201, "http://a.com/a?q"), (302, "http://a.com/a?q")])
def test_direct_responses_say_where_they_are_with_some_statuses(status: int, location: str | None) -> None:
    response = {"status": status, "body": {"inline_string": "hi"}}
    answer = ask(table({"name": "r", "match": ALL, "direct_response": response}), "/a?q")
    assert (answer.status, answer.body) == (status, "hi")
    assert answer.response(Headers()).get("location") == location


def test_bodies_of_direct_responses() -> None:
    def body(**response: Any) -> str | None:
        return ask(table({"name": "r", "match": ALL, "direct_response": {"status": 200, **response}})).body

    assert body() is None
    assert body(body={"inline_bytes": "aGk="}) == "hi"
    assert body(body={"filename": "/etc/body"}) is None
    assert body(body_format={"text_format_source": {"inline_string": "x"}}) is None


@pytest.mark.parametrize(
    ("action", "request_timeout", "idle", "attempt"),
    [
        ({}, 15.0, None, None),
        ({"timeout": "0s"}, None, None, None),
        ({"timeout": "0.0001s"}, None, None, None),
        ({"timeout": "1.5s", "idle_timeout": "2s"}, 1.5, 2.0, None),
        ({"max_stream_duration": {"max_stream_duration": "3s"}}, 3.0, None, None),
        ({"max_stream_duration": {}}, 15.0, None, None),
        ({"retry_policy": {"per_try_timeout": "0.3s"}}, 15.0, None, 0.3),
    ],
)
def test_timeouts(action: Json, request_timeout: float | None, idle: float | None, attempt: float | None) -> None:
    found = ask(table({"name": "r", "match": ALL, **to(**action)})).timeouts
    assert (found.request, found.idle, found.backend_request) == (request_timeout, idle, attempt)


def test_retry_policies_are_the_route_s_or_else_the_virtual_host_s() -> None:
    host = {"retry_policy": {"retry_on": "5xx, reset,", "num_retries": 3}}
    inherited = ask(table({"name": "r", "match": ALL, **to()}, host=host)).retry
    own = ask(table({"name": "r", "match": ALL, **to(retry_policy={"retry_on": "gateway-error"})}, host=host)).retry
    assert inherited is not None
    assert own is not None
    assert (inherited.max_retries, inherited.on) == (3, ("5xx", "reset"))
    assert (own.max_retries, own.on) == (1, ("gateway-error",))
    assert ask(table({"name": "r", "match": ALL, **to()})).retry is None


def test_mirrors_are_the_nearest_level_s() -> None:
    def mirrors(route: list[Json], host: list[Json], whole: list[Json]) -> list[tuple[str, int, int]]:
        document = table(
            {"name": "r", "match": ALL, **to(request_mirror_policies=route)},
            host={"request_mirror_policies": host},
            request_mirror_policies=whole,
        )
        found = ask(document, headers={"x-m": "h"}).mirrors
        return [(mirror.backend.name, mirror.numerator, mirror.denominator) for mirror in found]

    fraction = {"default_value": {"numerator": 5, "denominator": "TEN_THOUSAND"}}
    assert mirrors([], [], [{"cluster": "t"}]) == [("t", 100, 100)]
    assert mirrors([], [{"cluster": "h"}], [{"cluster": "t"}]) == [("h", 100, 100)]
    assert mirrors([{"cluster_header": "X-M", "runtime_fraction": fraction}], [{"cluster": "h"}], []) == [
        ("h", 5, 10_000)
    ]


def test_answers_are_objects_with_all_of_it() -> None:
    from meshroute.cli.objects import answer_object  # noqa: PLC0415 - the command line's own

    entry = {
        "name": "a",
        "weight": 1,
        "request_headers_to_add": [_add("x", "1")],
        "response_headers_to_add": [_add("y", "1")],
    }
    document = table(
        {
            "name": "r",
            "match": ALL,
            "route": {"weighted_clusters": {"clusters": [entry, B]}, "request_mirror_policies": [{"cluster": "m"}]},
            "response_headers_to_add": [_add("z", "%REQ(none)%"), _add("z", "2", 2)],
            "response_headers_to_remove": ["server"],
        }
    )
    found: Any = answer_object(Router(load(document)).resolve(Request("GET", "http://a.com/")))
    assert found["response_headers"] == [
        {"op": "remove", "name": "server", "value": None},
        {"op": "set", "name": "z", "value": "2"},
    ]
    assert found["mirrors"] == [
        {"name": "m", "namespace": None, "kind": "Cluster", "port": None, "numerator": 100, "denominator": 100}
    ]
    assert ["x", "1"] in found["backends"][0]["request"]["headers"]
    assert found["backends"][0]["response_headers"] == [{"op": "add", "name": "y", "value": "1"}]
    assert found["backends"][1]["request"] is None
    nothing: Any = answer_object(Router(load(table())).resolve(Request("GET", "http://a.com/")))
    assert nothing["response_headers"] == []

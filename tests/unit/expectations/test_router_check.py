"""The files of Envoy's ``router_check_tool``."""

from __future__ import annotations

from typing import Any

import pytest

from meshroute import load
from meshroute.expectations import Runner, read_suite, report_object
from tests.unit.expectations.suites import LABELLED, SHOP, problems_of, tool_test
from tests.unit.readers.envoy.envoy_tables import Json, table


def _failed(
    written: Any, *tests: Json, as_tool: bool = True, document: Json = SHOP
) -> list[dict[str, tuple[object, object]]]:
    runner = Runner(load(document), as_router_check_tool=as_tool)
    results = [runner.run(case) for case in read_suite(written({"tests": list(tests)})).cases]
    return [{one.field: (one.expected, one.actual) for one in result.failed} for result in results]


def test_trailing_commas_are_read(written: Any) -> None:
    text = '{"tests": [{"test_name": "a", "input": {"authority": "a", "path": "/", "method": "GET",}, "validate": {"cluster_name": "web",},},],}'
    assert Runner(load(SHOP)).run(read_suite(written(text, "golden.json")).cases[0]).passed


CANARY: Json = {"additional_request_headers": [{"key": "x", "value": "1"}]}


@pytest.mark.parametrize("as_tool", [True, False])
def test_the_fields_of_router_checktool_test(written: Any, as_tool: bool) -> None:
    tests = [
        tool_test({"cluster_name": "v2", "path_rewrite": "/n/q", "host_rewrite": "b.com", "virtual_host_name": "v"}, **CANARY),
        tool_test({"path_redirect": "http://a.com/new", "code_redirect": 301, "cluster_name": "", "path_rewrite": ""}, path="/old"),
        tool_test({"code_redirect": 200, "host_rewrite": ""}, path="/hi"),
        tool_test({"cluster_name": "a"}, path="/split"),
        tool_test({"cluster_name": "b", "code_redirect": 0, "path_redirect": ""}, path="/split", random_value=1),
        tool_test({"request_header_fields": [{"key": "x-forwarded-proto", "value": "https"}]}, ssl=True),
        tool_test({"response_header_fields": [{"key": "x-r", "value": "1"}, {"key": "none", "value": ""}]}),
        tool_test({"request_header_matches": [{"name": "x-envoy-internal", "string_match": {"exact": "true"}}]}, internal=True),
        tool_test({"response_header_matches": [{"name": "up", "present_match": True}]}, additional_response_headers=[{"key": "up", "value": "1"}]),
        tool_test({"cluster_name": "v2"}, additional_request_headers=[{"key": ":path", "value": "/z"}, {"key": "x", "value": "1"}]),
        {"test_name": "nothing", "input": {"authority": "a", "path": "/", "method": "GET"}},
    ]  # fmt: skip
    assert _failed(written, *tests, as_tool=as_tool) == [{} for _ in tests]


def test_where_the_tool_differs_from_envoy(written: Any) -> None:
    tests = [
        tool_test({"path_redirect": "http://a.com/hi", "virtual_host_name": "", "virtual_cluster_name": ""}, path="/hi"),
        tool_test({"virtual_cluster_name": "vc"}, **CANARY),
        tool_test({"cluster_name": "web"}, path="/some", runtime="other"),
        tool_test({"cluster_name": "s"}, path="/some", runtime="k"),
        tool_test({"request_header_matches": [{"name": "h", "string_match": {"exact": "a,b"}}]}, additional_request_headers=[{"key": "h", "value": "a"}, {"key": "h", "value": "b"}]),
        tool_test({"cluster_name": "web"}, path="/some"),
    ]  # fmt: skip
    assert _failed(written, *tests) == [{} for _ in tests]
    assert _failed(written, *tests, as_tool=False) == [
        {
            "path_redirect": ("http://a.com/hi", ""),
            "virtual_host_name": ("", "v"),
            "virtual_cluster_name": ("", "other"),
        },
        {"virtual_cluster_name": ("vc", "other")},
        {},
        {"cluster_name": ("s", "web")},
        {"request_header_matches.h": ("a,b", "a,b")},
        {},
    ]


@pytest.mark.parametrize(
    ("matcher", "expected", "actual"),
    [
        ({"present_match": True}, "has(h):true", "has(h):false"),
        ({}, "has(h):true", "has(h):false"),
        ({"present_match": False, "invert_match": True}, "has(h):true", "has(h):false"),
        ({"exact_match": "x"}, "x", ""),
        ({"string_match": {"prefix": "x"}}, "x", ""),
        ({"string_match": {"safe_regex": {"regex": "x"}}}, "string_match", ""),
        ({"range_match": {"start": 1, "end": 2}}, "range_match", ""),
    ],
)
def test_what_is_expected_of_headers_is_told(written: Any, matcher: Json, expected: str, actual: str) -> None:
    test = tool_test({"response_header_matches": [{"name": "H", **matcher}]}, path="/hi")
    assert _failed(written, test) == [{"response_header_matches.h": (expected, actual)}]


def test_a_redirect_without_a_location_has_its_code(written: Any) -> None:
    document = table({"name": "r", "match": {"connect_matcher": {}}, "redirect": {"host_redirect": "b.com"}})
    test = tool_test({"code_redirect": 301, "path_redirect": ""}, method="CONNECT", path="a.com:1", authority="a.com:1")
    assert _failed(written, test, as_tool=False, document=document) == [{}]


def test_each_matcher_of_one_header_is_reported(written: Any) -> None:
    matchers = [{"name": "x-r", "exact_match": text} for text in "abc"]
    case = read_suite(written({"tests": [tool_test({"response_header_matches": matchers})]})).cases[0]
    report: Any = report_object([Runner(load(SHOP)).run(case)])
    field = "response_header_matches.x-r"
    assert report["cases"][0]["expected"] == {field: "a", f"{field}#2": "b", f"{field}#3": "c"}


def test_an_inverted_matcher_is_told_so(written: Any) -> None:
    test = tool_test({"response_header_matches": [{"name": "x-r", "exact_match": "1", "invert_match": True}]})
    assert _failed(written, test) == [{"response_header_matches.x-r": ("NOT [1]", "1")}]


TOOL_FAULTS: list[tuple[list[Any], str]] = [
    ([tool_test({}, path=5)], "`path` must be a string"),
    ([tool_test({}, method=5)], "`method` must be a string"),
    ([{"test_name": "a", "validate": {}}], "`input` of ValidationItem is required"),
    ([{"input": {"authority": "a", "path": "/", "method": "GET"}}], "`test_name` of ValidationItem must have at least 1 character"),
    ([{"test_name": "a", "input": {"path": "/"}}], "`authority` of ValidationInput must have at least 1 character"),
    ([tool_test({"cluster": "x"})], "unknown field `cluster`"),
    ([tool_test({"code_redirect": "x"})], "`code_redirect` must be a whole number"),
    ([tool_test({"request_header_matches": [{"name": ""}]})], "must have at least 1 character"),
    ([tool_test({"request_header_matches": [5]})], "HeaderMatcher must be a mapping"),
    ([tool_test({"request_header_fields": [{"value": "x"}]})], "`key` of HeaderValue must have at least 1 character"),
    ([tool_test({}, additional_request_headers=[{"value": "x"}])], "`key` of HeaderValue must have at least 1 character"),
    ([tool_test({}, method="GO")], "`method` of ValidationInput must have at least 3 characters"),
    ([tool_test({"timeout": 5})], "`timeout` must be a duration"),
    ([tool_test({}, dynamic_metadata=[{"metadata_namespace": "a", "value": {"n": 10**400}}])], "a number that no double can hold"),
    ([tool_test({"request_header_matches": [{"name": "a", "string_match": {"custom": {"name": "c", "typed_config": {"@type": "a/b.C"}}}}]})], "it is an extension"),
    (["x", {"input": 1}], "must be a mapping"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "message"),
    TOOL_FAULTS,
)
def test_faults_of_router_check_files(written: Any, content: list[Any], message: str) -> None:
    found = problems_of(written({"tests": content}))
    assert any(message in problem for problem in found), found


def test_a_list_of_tests_is_no_file_of_thetool_test(written: Any) -> None:
    assert "Validation must be a mapping" in problems_of(written([tool_test({})]))[0]


def test_it_is_read_as_any_message_is(written: Any) -> None:
    test = tool_test(
        {"clusterName": "b"}, path="/split", randomValue="1", additionalRequestHeaders={"key": "x", "value": "0"}
    )
    assert _failed(written, {"testName": test.pop("test_name"), **test}) == [{}]


def _metadata(*values: Json, overwrite: bool = True) -> list[Json]:
    return [{"metadata_namespace": "f", "value": value, "allow_overwrite": overwrite} for value in values]


@pytest.mark.parametrize("as_tool", [True, False])
def test_the_fields_of_newer_tools(written: Any, as_tool: bool) -> None:
    expected = {"cluster_name": "é", "timeout": "2.5s", "route_metadata": {"filter_metadata": {"team": {"né": "ü"}}}}
    wrong = {"timeout": "15s", "route_metadata": {"filter_metadata": {"team": {"né": "u", "m": 1}, "x": {"y": 1}}}}
    tests = [
        tool_test(expected, dynamic_metadata=_metadata({"é": "ü"})),
        tool_test(wrong, dynamic_metadata=_metadata({"é": "ü"})),
        tool_test(
            {"cluster_name": "é"}, dynamic_metadata=_metadata({"é": "a", "z": {"a": 1}}, {"é": "ü", "z": {"b": 1}})
        ),
        tool_test({"cluster_name": ""}, dynamic_metadata=_metadata({"é": "a"}, {"é": "ü"}, overwrite=False)),
        tool_test({"cluster_name": "l", "timeout": "0s"}, dynamic_metadata=_metadata({"l": [1]}, {"l": [2]})),
        tool_test({"timeout": "3s", "route_metadata": {"filter_metadata": {"team": {"a": None}}}}),
    ]
    assert _failed(written, *tests, as_tool=as_tool, document=LABELLED) == [
        {},
        {
            "timeout": ("15s", "2.5s"),
            "route_metadata.team.né": ("u", "ü"),
            "route_metadata.team.m": (1, None),
            "route_metadata.x.y": (1, None),
        },
        {},
        {},
        {},
        {"timeout": ("3s", "")},
    ]

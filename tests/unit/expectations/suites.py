"""Tables and tests that several files of tests use."""

from __future__ import annotations

from typing import Any

import pytest

from meshroute.errors import DocumentLoadError
from meshroute.expectations import read_suite
from tests.unit.readers.envoy.envoy_tables import Json, table, to

ALL: Json = {"prefix": "/"}

SHOP = table(
    {"name": "canary", "match": {**ALL, "headers": [{"name": "x", "string_match": {"exact": "1"}}]}, **to("v2", prefix_rewrite="/n/", host_rewrite_literal="b.com")},
    {"name": "moved", "match": {"prefix": "/old"}, "redirect": {"path_redirect": "/new"}},
    {"name": "hi", "match": {"prefix": "/hi"}, "direct_response": {"status": 200, "body": {"inline_string": "hi"}}},
    {
        "name": "split",
        "match": {"prefix": "/split"},
        "route": {"weighted_clusters": {"clusters": [{"name": "a", "weight": 1}, {"name": "b", "weight": 1}]}},
    },
    {"name": "some", "match": {"prefix": "/some", "runtime_fraction": {"default_value": {"numerator": 0}, "runtime_key": "k"}}, **to("s")},
    {"name": "web", "match": ALL, **to("web"), "response_headers_to_add": [{"header": {"key": "x-r", "value": "1"}}]},
    host={"virtual_clusters": [{"name": "vc", "headers": [{"name": ":path", "string_match": {"prefix": "/n/"}}]}]},
)  # fmt: skip

LABELLED = table(
    {
        "name": "é",
        "match": {**ALL, "dynamic_metadata": [{"filter": "f", "path": [{"key": "é"}], "value": {"string_match": {"exact": "ü"}}}]},
        **to("é", timeout="2.5s"),
        "metadata": {"filter_metadata": {"team": {"né": "ü", "n": 1}}},
    },
    {
        "name": "listed",
        "match": {**ALL, "dynamic_metadata": [{"filter": "f", "path": [{"key": "l"}], "value": {"list_match": {"one_of": {"double_match": {"exact": 2}}}}}]},
        **to("l", timeout="0s"),
    },
    {"name": "web", "match": ALL, "redirect": {"host_redirect": "b"}},
)  # fmt: skip


def problems_of(file: str) -> list[str]:
    """Return what is wrong with a file."""
    with pytest.raises(DocumentLoadError) as caught:
        read_suite(file)
    return [str(problem) for problem in caught.value.exceptions]


def tool_test(validate: Json, test_name: str = "t", **given: Any) -> Json:
    """Make a test of the tool."""
    return {
        "test_name": test_name,
        "input": {"authority": "a.com", "path": "/q", "method": "GET", **given},
        "validate": validate,
    }

"""Generic matchers of virtual hosts (envoy.md §6)."""

from __future__ import annotations

from typing import Any

import pytest

from meshroute import Outcome, RequestContext
from meshroute.model.context import thaw
from tests.unit.readers.envoy.envoy_tables import TYPES, Json, ask, refusals, table, to

HEADER = f"{TYPES}envoy.type.matcher.v3.HttpRequestHeaderMatchInput"
FILTER_STATE = f"{TYPES}envoy.extensions.matching.common_inputs.network.v3.FilterStateInput"
ENVIRONMENT = f"{TYPES}envoy.extensions.matching.common_inputs.environment_variable.v3.Config"


def _input(name: str = "x") -> Json:
    return {"name": "i", "typed_config": {"@type": HEADER, "header_name": name}}


def _hit(name: str, prefix: str = "/") -> Json:
    config = {"@type": f"{TYPES}envoy.config.route.v3.Route", "name": name, "match": {"prefix": prefix}, **to()}
    return {"action": {"name": "a", "typed_config": config}}


def _routes(*names: str) -> Json:
    routes = [{"name": name, "match": {"prefix": f"/{name}"}, **to()} for name in names]
    return {
        "action": {"name": "a", "typed_config": {"@type": f"{TYPES}envoy.config.route.v3.RouteList", "routes": routes}}
    }


def _single(value: Json, name: str = "x") -> Json:
    return {"single_predicate": {"input": _input(name), "value_match": value}}


def _list(*entries: tuple[Json, Json], **more: Any) -> Json:
    matchers = [{"predicate": predicate, "on_match": on_match} for predicate, on_match in entries]
    return {"matcher_list": {"matchers": matchers}, **more}


def _tree(kind: str, entries: Json, name: str = "x", **more: Any) -> Json:
    return {"matcher_tree": {"input": _input(name), f"{kind}_match_map": {"map": entries}}, **more}


def _went(matcher: Json, target: str = "/", **parts: Any) -> str | None:
    route = ask(table(host={"matcher": matcher}), target, **parts).route
    return None if route is None else route.name


EXACT = _tree("exact", {"a": _hit("A"), "a,b": _hit("AB")}, on_no_match=_hit("rest"))
PREFIX = _tree(
    "prefix", {"a": _hit("A"), "abc": {"matcher": _tree("exact", {"q": _hit("Q")}, "y")}}, on_no_match=_hit("rest")
)


@pytest.mark.parametrize(
    ("matcher", "lines", "name"),
    [
        (EXACT, ["a"], "A"),
        (EXACT, ["a", "b"], "AB"),
        (EXACT, ["b"], "rest"),
        (EXACT, [], "rest"),
        (PREFIX, ["ab"], "A"),
        (PREFIX, ["abcd"], "A"),
        (PREFIX, ["b"], "rest"),
        (_list((_single({"exact": "a"}), _hit("A"))), ["a"], "A"),
        (_list((_single({"exact": "a"}), _hit("A"))), ["b"], None),
        (_list(({"not_matcher": _single({"exact": "a"})}, _hit("N"))), [], "N"),
        (_list(({"or_matcher": {"predicate": [_single({"exact": "a"}), _single({"prefix": "b"})]}}, _hit("O"))), ["bc"], "O"),
        (_list(({"and_matcher": {"predicate": [_single({"prefix": "a"}), _single({"suffix": "b"})]}}, _hit("B"))), ["ab"], "B"),
        (_list(({"and_matcher": {"predicate": [_single({"prefix": "a"}), _single({"suffix": "b"})]}}, _hit("B"))), ["a"], None),
        (_list((_single({"safe_regex": {"google_re2": {}, "regex": "a+"}}), _hit("R"))), ["aa"], "R"),
        ({}, ["a"], None),
        ({"on_no_match": _hit("rest")}, ["a"], "rest"),
    ],
)  # fmt: skip
def test_matchers(matcher: Json, lines: list[str], name: str | None) -> None:
    assert _went(matcher, headers=[("x", line) for line in lines]) == name


def test_the_longest_key_of_a_prefix_map_comes_first() -> None:
    assert _went(PREFIX, headers={"x": "abcd", "y": "q"}) == "Q"


def test_a_subtree_that_misses_lets_the_list_go_on() -> None:
    nested = {"matcher": _tree("exact", {"q": _hit("Q")}, "y")}
    matcher = _list((_single({"exact": "a"}), nested), (_single({"exact": "a"}), _hit("next")))
    assert _went(matcher, headers={"x": "a"}) == "next"
    assert _went(matcher, headers={"x": "a", "y": "q"}) == "Q"


def test_an_action_that_is_reached_is_final() -> None:
    matcher = _tree("exact", {"a": _hit("A", "/only")}, on_no_match=_hit("rest"))
    assert _went(matcher, "/other", headers={"x": "a"}) is None
    assert ask(table(host={"matcher": matcher}), "/other", headers={"x": "a"}).status == 404
    assert _went(matcher, "/only", headers={"x": "a"}) == "A"
    assert _went(_tree("exact", {"a": _routes("one", "two")}), "/two", headers={"x": "a"}) == "two"


def test_the_path_of_an_input_has_its_query() -> None:
    assert _went(_tree("exact", {"/a?b": _hit("A")}, ":path"), "/a?b") == "A"


def test_filter_state_is_an_input_too() -> None:
    matcher = _tree("exact", {"v": _hit("V")})
    matcher["matcher_tree"]["input"] = {"name": "i", "typed_config": {"@type": FILTER_STATE, "key": "k"}}
    assert _went(matcher, context=RequestContext(filter_state={"k": "v"})) == "V"


def test_what_is_not_modelled_marks_its_branch_only() -> None:
    environment = {"name": "i", "typed_config": {"@type": ENVIRONMENT, "name": "X"}}
    custom = {
        "single_predicate": {"input": _input(), "custom_match": {"name": "c", "typed_config": {"@type": f"{TYPES}x.Y"}}}
    }
    tree = _tree("exact", {"v": _hit("V")})
    tree["matcher_tree"]["input"] = environment
    custom_tree = {
        "matcher_tree": {"input": _input(), "custom_match": {"name": "c", "typed_config": {"@type": f"{TYPES}x.Y"}}}
    }
    matcher = _list(
        (_single({"exact": "1"}), _hit("first")),
        (_single({"exact": "2"}), {"matcher": tree}),
        (_single({"exact": "3"}), {"matcher": custom_tree}),
        (_single({"exact": "4"}), {"matcher": _list((custom, _hit("C")))}),
        on_no_match=_hit("rest"),
    )
    outcomes = [ask(table(host={"matcher": matcher}), headers={"x": value}).outcome for value in "12345"]
    assert outcomes == [Outcome.FORWARD, *[Outcome.UNSUPPORTED] * 3, Outcome.FORWARD]


@pytest.mark.parametrize(
    ("matcher", "message"),
    [
        (_list((_single({"exact": "a"}), {**_hit("A"), "keep_matching": True})), "`keep_matching` is not supported"),
        (_list((_single({}), _hit("A"))), "StringMatcher needs one of"),
        (_list(({}, _hit("A"))), "Predicate needs one of"),
        (_list(({"or_matcher": {"predicate": [_single({"exact": "a"})]}}, _hit("A"))), "must have at least 2 items"),
        (_list((_single({"exact": "a"}), {})), "OnMatch needs one of"),
        (_list((_single({"exact": "a"}), {"action": {"name": "a", "typed_config": {"@type": f"{TYPES}x.Y"}}})), "must be a Route"),
        (_list((_single({"exact": "a"}), {"action": {"name": "a"}})), ""),
        (_tree("exact", {}), "must have at least 1 item"),
        ({"matcher_tree": {"exact_match_map": {"map": {"a": _hit("A")}}}}, "`input` of MatcherTree is required"),
        ({"matcher_tree": {"input": _input()}}, "MatcherTree needs one of"),
        ({"matcher_list": {"matchers": [{"predicate": _single({"exact": "a"})}]}}, "`on_match` of FieldMatcher is required"),
        ({"matcher_list": 5}, "MatcherList must be a mapping"),
    ],
)  # fmt: skip
def test_what_envoy_refuses_of_matchers(matcher: Json, message: str) -> None:
    found = refusals(table(host={"matcher": matcher}))
    assert any(message in problem for problem in found), found


def test_other_inputs_are_refused() -> None:
    matcher = _tree("exact", {"v": _hit("V")})
    matcher["matcher_tree"]["input"] = {"name": "i", "typed_config": {"@type": f"{TYPES}envoy.x.DestinationPortInput"}}
    assert (
        "a route cannot be chosen by the input envoy.x.DestinationPortInput"
        in refusals(table(host={"matcher": matcher}))[0]
    )


def test_a_virtual_host_has_routes_or_a_matcher() -> None:
    document = table(host={"matcher": EXACT})
    document["virtual_hosts"][0]["routes"] = [{"name": "r", "match": {"prefix": "/"}, **to()}]
    assert "cannot have both `matcher` and `routes`" in refusals(document)[0]


def test_a_route_of_a_tree_keeps_its_metadata() -> None:
    route = {"@type": f"{TYPES}envoy.config.route.v3.Route", "name": "r", "match": {"prefix": "/"}, **to()}
    action = {"name": "a", "typed_config": {**route, "metadata": {"filter_metadata": {"team": {"n": 1}}}}}
    answer = ask(table(host={"matcher": {"on_no_match": {"action": action}}}))
    assert answer.route is not None
    assert thaw(answer.route.metadata) == {"team": {"n": 1.0}}

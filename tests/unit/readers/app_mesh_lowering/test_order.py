from __future__ import annotations

import pytest

from meshroute.model.criteria import PathCriterion, PathExact, PathRegex, PathStringPrefix
from meshroute.model.precedence import Precedence
from meshroute.readers.app_mesh.order import GATEWAY_DEFAULTS, ROUTER_DEFAULTS, precedence


def gateway(priority: int | None, path: PathCriterion, written: int | None = None, name: str = "x") -> Precedence:
    length = len(getattr(path, "value", "")) if written is None else written
    return precedence(priority, path, length, name, GATEWAY_DEFAULTS)


def router(priority: int | None, path: PathCriterion | None, name: str = "x") -> Precedence:
    return precedence(priority, path, len(getattr(path, "value", "")), name, ROUTER_DEFAULTS)


SHORT, LONG = PathStringPrefix("/a"), PathStringPrefix("/a/b")
EXACT, OTHER_EXACT, REGEX = PathExact("/a"), PathExact("/b"), PathRegex("/a.*")


@pytest.mark.parametrize(
    ("early", "late", "why"),
    [
        (router(0, SHORT), router(1, LONG), "priority 0 goes before priority 1"),
        (router(1000, SHORT), router(None, LONG), "priority 1000 goes before priority none"),
        (router(None, LONG), router(None, SHORT), "path length 4 goes before path length 2"),
        (router(5, LONG), router(5, SHORT), "path length 4 goes before path length 2"),
        (gateway(3, SHORT), gateway(20, EXACT), "priority 3 goes before priority 20"),
        (gateway(999, SHORT), gateway(None, LONG), "priority 999 goes before priority none"),
        (gateway(None, LONG), gateway(None, SHORT), "path length 4 goes before path length 2"),
        (gateway(1000, LONG), gateway(None, SHORT), "priority 1000 goes before priority none"),
    ],
)
def test_defined_order(early: Precedence, late: Precedence, why: str) -> None:
    assert early.keys[0] < late.keys[0]
    assert early.defined_before(late)
    assert early.decided_by(late) == why


@pytest.mark.parametrize(
    ("early", "late", "why"),
    [
        (router(None, EXACT), router(None, LONG), "path condition exact path goes before path condition prefix"),
        (router(None, REGEX), router(None, LONG), "path condition regex goes before path condition prefix"),
        (router(9, EXACT), router(9, REGEX), "path condition exact path goes before path condition regex"),
        (router(None, SHORT, "a"), router(None, SHORT, "b"), "id 'a' goes before id 'b'"),
        (router(None, EXACT, "a"), router(None, EXACT, "b"), "id 'a' goes before id 'b'"),
        (router(None, None, "a"), router(None, None, "b"), "id 'a' goes before id 'b'"),
        (gateway(None, REGEX, 9), gateway(None, REGEX, 4), "length as written 9 goes before length as written 4"),
        (router(None, PathRegex("/a.*b")), router(None, REGEX), "path length 5 goes before path length 4"),
        (gateway(1000, SHORT), gateway(None, LONG), "priority 1000 goes before priority none"),
        (gateway(1000, SHORT, name="b"), gateway(None, SHORT, name="a"), "priority 1000 goes before priority none"),
        # the slash that the control plane adds: a tie with a prefix that is written with it
        (gateway(None, LONG, 4), gateway(None, LONG, 3), "length as written 4 goes before length as written 3"),
        # one is longer only by that slash
        (gateway(None, LONG, 3), gateway(None, PathStringPrefix("/a/"), 3), "path length 4 goes before path length 3"),
    ],
)
def test_order_that_aws_does_not_define(early: Precedence, late: Precedence, why: str) -> None:
    assert early.keys[0] < late.keys[0]
    assert not early.defined_before(late)
    assert early.decided_by(late) == why


def test_paths_of_one_length_are_ordered_by_text() -> None:
    assert router(None, EXACT, "b").decided_by(router(None, OTHER_EXACT, "a")) == "path '/a' goes before path '/b'"


def test_each_precedence_has_one_key_per_reading() -> None:
    assert len(router(None, SHORT).keys) == 3
    assert len(gateway(None, SHORT).keys) == 5
    assert router(None, REGEX).keys == ((1001, 1, -4, "/a.*", 0, "x"), (1001, 1, 0), (1001, -1, 0))
    assert router(None, None).keys == ((1001, 2, 0, "", 0, "x"), (1001, 2, 0), (1001, -2, 0))
    assert router(7, EXACT).keys == ((7, 0, -2, "/a", -2, "x"), (7, 0, -2), (7, 0, -2))
    assert gateway(None, SHORT, 2, "r") == Precedence(
        (
            ("priority", "none"),
            ("path condition", "prefix"),
            ("path length", "2"),
            ("path", "'/a'"),
            ("length as written", "2"),
            ("id", "'r'"),
        ),
        ((1001, 2, -2, "/a", -2, "r"), (1001, 2, -2), (1001, -2, -2), (1000, 2, -2), (1000, -2, -2)),
    )

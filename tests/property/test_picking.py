"""Picking by key is stable, follows the weights, and moves no more than it must; by value it cuts intervals."""

from __future__ import annotations

import json
from collections import Counter
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshroute import Backend
from meshroute.model.picking import pick_at_random, pick_by_key, pick_by_value

_VECTORS = json.loads((Path(__file__).parent / "pick_vectors.json").read_text("utf-8"))
_WEIGHTS = st.lists(st.integers(0, 200), min_size=1, max_size=6)
_KEYS = st.text(max_size=12) | st.binary(max_size=12)


def _backends(weights: list[int]) -> tuple[Backend, ...]:
    return tuple(Backend(f"b{place}", weight=weight) for place, weight in enumerate(weights))


@pytest.mark.parametrize(("key", "wanted"), [tuple(pair) for pair in _VECTORS["picks"]])
def test_picks_that_never_change(key: str, wanted: str) -> None:
    """Users stay where they are across releases: this file is never edited, only added to."""
    backends = tuple(
        Backend(one["name"], one["namespace"], one["kind"], one["port"], one["weight"]) for one in _VECTORS["backends"]
    )
    picked = pick_by_key(backends, key)
    assert picked is not None
    assert f"{picked.kind}/{picked.namespace or ''}/{picked.name}" == wanted
    assert pick_by_key(backends, key.encode()) == picked
    assert pick_by_key(backends[::-1], key) == picked, "the order of listing does not count"


@given(_WEIGHTS, _KEYS)
def test_a_backend_with_a_weight_is_picked(weights: list[int], key: str | bytes) -> None:
    picked = pick_by_key(_backends(weights), key)
    assert (picked is None) == (not any(weights))
    assert picked is None or picked.weight


@given(_WEIGHTS, st.data(), st.integers(0, 200), st.lists(_KEYS, min_size=1, max_size=20))
def test_a_change_of_one_weight_moves_keys_only_to_or_from_it(
    weights: list[int], data: st.DataObject, weight: int, keys: list[str | bytes]
) -> None:
    at = data.draw(st.integers(0, len(weights) - 1))
    changed = [*weights]
    changed[at] = weight
    for key in keys:
        old, new = pick_by_key(_backends(weights), key), pick_by_key(_backends(changed), key)
        old_name, new_name = old and old.name, new and new.name
        if old_name != new_name:
            assert (new_name if weight > weights[at] else old_name) == f"b{at}"


def test_shares_follow_the_weights() -> None:
    weights = [70, 20, 10, 0]
    counts = Counter(
        picked.name for number in range(20_000) if (picked := pick_by_key(_backends(weights), f"user-{number}"))
    )
    assert [round(counts[f"b{place}"] / 200) for place in range(4)] == pytest.approx(weights, abs=1.5)
    assert counts["b3"] == 0


@given(_WEIGHTS, st.integers(0, 2**64 - 1))
def test_by_value_each_backend_has_an_interval(weights: list[int], value: int) -> None:
    picked = pick_by_value(_backends(weights), value)
    total = sum(weights)
    if not total:
        assert picked is None
        return
    ends = list(accumulate(weights))
    wanted = next(place for place, end in enumerate(ends) if value % total < end)
    assert picked is not None
    assert picked.name == f"b{wanted}"


@given(_WEIGHTS)
def test_by_value_the_shares_are_exact(weights: list[int]) -> None:
    counts = Counter(
        picked.name for value in range(sum(weights)) if (picked := pick_by_value(_backends(weights), value))
    )
    assert [counts[f"b{place}"] for place in range(len(weights))] == weights


@given(_WEIGHTS)
def test_at_random_a_weight_of_0_is_never_picked(weights: list[int]) -> None:
    picked = pick_at_random(_backends(weights))
    assert (picked is None) == (not any(weights))
    assert picked is None or picked.weight

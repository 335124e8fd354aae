"""Picking by key is stable, follows the weights, and moves no more than it must; by value it cuts intervals."""

from __future__ import annotations

import json
from collections import Counter
from itertools import accumulate
from pathlib import Path
from random import Random

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


# The upper 0.1 % point of the chi-square distribution, by degrees of freedom (NIST/SEMATECH e-Handbook, 1.3.6.7.4).
_CHI_SQUARE = {1: 10.828, 2: 13.816, 3: 16.266, 4: 18.467}


def _chi_square(counts: Counter[str], weights: dict[str, int], drawn: int) -> float:
    total = sum(weights.values())
    return sum(
        (counts[name] - drawn * weight / total) ** 2 / (drawn * weight / total) for name, weight in weights.items()
    )


@pytest.mark.parametrize(
    "weights",
    [{"a": 1, "b": 1}, {"a": 95, "b": 5}, {"a": 70, "b": 20, "c": 10}, {"a": 1, "b": 2, "c": 3, "d": 4, "e": 90}],
)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_keys_are_distributed_by_weight(weights: dict[str, int], seed: int) -> None:
    """Chi-square, at 0.1 %, of 20 000 keys: user ids, random tokens and addresses are all as good."""
    rng = Random(seed)  # noqa: S311 - repeatable, not secret
    kinds = (lambda: f"user-{rng.randrange(10**9)}", lambda: f"{rng.getrandbits(128):032x}", lambda: rng.randbytes(16))
    backends = tuple(Backend(name, weight=weight) for name, weight in weights.items())
    for kind in kinds:
        counts = Counter(picked.name for _ in range(20_000) if (picked := pick_by_key(backends, kind())))
        assert _chi_square(counts, weights, 20_000) < _CHI_SQUARE[len(weights) - 1]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_without_a_key_chance_follows_the_weights(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = {"a": 70, "b": 25, "c": 5}
    backends = tuple(Backend(name, weight=weight) for name, weight in weights.items())
    monkeypatch.setattr("meshroute.model.picking.random", Random(seed))  # noqa: S311 - repeatable, not secret
    counts = Counter(picked.name for _ in range(20_000) if (picked := pick_at_random(backends)))
    assert _chi_square(counts, weights, 20_000) < _CHI_SQUARE[2]


def _moved(old: dict[str, int], new: dict[str, int], drawn: int = 10_000) -> tuple[float, set[tuple[str, str]]]:
    """Return the share of keys that move, and from where to where."""
    sides = [tuple(Backend(name, weight=weight) for name, weight in side.items()) for side in (old, new)]
    moves: Counter[tuple[str, str]] = Counter()
    for number in range(drawn):
        names = [picked.name for side in sides if (picked := pick_by_key(side, f"user-{number}"))]
        if names[0] != names[1]:
            moves[names[0], names[1]] += 1
    return sum(moves.values()) / drawn, set(moves)


@pytest.mark.parametrize(
    ("old", "new", "least", "ways"),
    [
        ({"a": 95, "b": 5}, {"a": 90, "b": 10}, 0.05, {("a", "b")}),
        ({"a": 50, "b": 50}, {"a": 50, "b": 0}, 0.5, {("b", "a")}),
        ({"a": 1, "b": 1}, {"a": 1, "b": 1, "c": 1}, 1 / 3, {("a", "c"), ("b", "c")}),
        ({"a": 1, "b": 1, "c": 1}, {"a": 1, "b": 1}, 1 / 3, {("c", "a"), ("c", "b")}),
        ({"a": 1, "b": 1}, {"a": 1, "b": 1, "c": 0}, 0, set[tuple[str, str]]()),
        ({"a": 1, "b": 3}, {"a": 10, "b": 30}, 0, set[tuple[str, str]]()),
    ],
)
def test_no_more_keys_move_than_must(
    old: dict[str, int], new: dict[str, int], least: float, ways: set[tuple[str, str]]
) -> None:
    """What must move is what the shares have in excess; of 10 000 keys the share is within four deviations."""
    share, found = _moved(old, new)
    deviation = (least * (1 - least) / 10_000) ** 0.5
    assert abs(share - least) <= 4 * deviation
    assert found == ways

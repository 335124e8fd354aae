"""Picking a backend: fixed vectors, so that users stay where they are across releases."""

from __future__ import annotations

import hashlib
import random

import pytest

from meshroute.model.actions import Backend
from meshroute.model.picking import pick_at_random, pick_by_key, pick_by_value

_SPLIT = (Backend("a", weight=95), Backend("b", weight=5))
_EVEN = (Backend("a"), Backend("b"))
_THREE = (
    Backend("a", "shop", "VirtualNode", 80, 50),
    Backend("a", "shop", "VirtualNode", 81, 30),
    Backend("a", None, "VirtualNode", None, 20),
)


# Worked out apart from the code, with u = (BLAKE2b-64(key, 0, kind/namespace/name:port) + 0.5) / 2**64
@pytest.mark.parametrize(
    ("key", "even", "three"),
    [
        ("user-42", "a", ("shop", 81)),
        ("user-1", "b", ("shop", 80)),
        ("user-2", "a", (None, None)),
        ("user-3", "b", (None, None)),
        ("", "a", ("shop", 80)),
        ("\u00e9", "a", (None, None)),
        (b"\xc3\xa9", "a", (None, None)),
        ("user-13", "b", ("shop", 80)),
    ],
)
def test_fixed_vectors(key: str | bytes, even: str, three: tuple[str | None, int | None]) -> None:
    found = pick_by_key(_EVEN, key)
    assert found is not None
    assert found.name == even
    assert pick_by_key(_EVEN[::-1], key) == found  # the order of listing does not matter
    placed = pick_by_key(_THREE, key)
    assert placed is not None
    assert (placed.namespace, placed.port) == three


def test_keys_are_shared_out_by_weight() -> None:
    picked = [pick_by_key(_SPLIT, f"k{number}") for number in range(2000)]
    assert sum(backend is _SPLIT[1] for backend in picked) == 117


def test_changing_a_weight_moves_only_what_must_move() -> None:
    wider = (Backend("a", weight=80), Backend("b", weight=20))
    moves: set[tuple[str, str]] = set()
    for number in range(500):
        before, after = pick_by_key(_SPLIT, f"k{number}"), pick_by_key(wider, f"k{number}")
        assert before is not None
        assert after is not None
        moves.add((before.name, after.name))
    assert moves == {("a", "a"), ("a", "b"), ("b", "b")}


def test_weight_zero_never_wins_and_invalid_backends_take_part() -> None:
    broken = Backend("a", valid=False, status=500)
    assert pick_by_key((Backend("b", weight=0), broken), "k") is broken
    assert pick_by_key((Backend("b", weight=0),), "k") is None
    assert pick_by_key((), "k") is None


def test_the_largest_digest_wins_for_certain(monkeypatch: pytest.MonkeyPatch) -> None:
    class _Digest:
        def __init__(self, data: bytes, *, digest_size: int) -> None:
            self._byte = b"\xff" if b"/b:" in data else b"\xf0"
            self._size = digest_size

        def digest(self) -> bytes:
            return self._byte * self._size

    monkeypatch.setattr(hashlib, "blake2b", _Digest)
    assert pick_by_key((Backend("a", weight=2**32 - 1), Backend("b")), "k") == Backend("b")


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, "a"), (94, "a"), (95, "b"), (99, "b"), (100, "a"), (195, "b"), (2**64 - 1, "a")],
)
def test_intervals_in_the_order_of_listing(value: int, expected: str) -> None:
    # envoy.md §3: v = X % total, [0, w0) [w0, w0 + w1) …; 2**64 - 1 is 15 modulo 100
    found = pick_by_value((Backend("z", weight=0), *_SPLIT, Backend("y", weight=0)), value)
    assert found is not None
    assert found.name == expected


def test_no_weights_no_pick() -> None:
    assert pick_by_value((Backend("z", weight=0),), 1) is None
    assert pick_by_value((), 1) is None
    assert pick_at_random((Backend("z", weight=0),)) is None


def test_random_picks_draw_64_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def draw(bits: int) -> int:
        asked.append(bits)
        return 95

    monkeypatch.setattr(random, "getrandbits", draw)
    assert pick_at_random(_SPLIT) is _SPLIT[1]
    assert asked == [64]

"""Mutated manifests loaded and asked: the nightly fuzzing of the reader (`tests.nightly.reader_fuzz`), in small."""

from __future__ import annotations

from random import Random
from typing import Never

import pytest

from tests.nightly import reader_fuzz
from tests.nightly.manifests import EMBEDDED, Seed
from tests.nightly.reader_fuzz import Case, Corpus, Run, draw_case, fuzz

COUNT = 300


@pytest.mark.parametrize("seed", [1, 2])
def test_mutated_manifests_load_or_are_refused(seed: int) -> None:
    run = fuzz(COUNT, seed, Corpus.of(EMBEDDED))
    assert run.failures == []
    # It would show little if all were refused.
    assert run.figures["loaded"] >= COUNT // 10
    assert run.figures["requests routed"] > 0


@pytest.mark.parametrize("seed", EMBEDDED, ids=lambda seed: seed.name)
def test_every_manifest_loads_as_it_is(seed: Seed) -> None:
    case = Case(
        ((seed.name, seed.text),), (), dict.fromkeys(Corpus.of([seed]).names, "x"), {}, strict=False, override=False
    )
    run = Run()
    run.take(0, case, Random(0))  # noqa: S311 - repeatable, not secret
    assert (run.failures, run.figures["loaded"]) == ([], 1)


def test_a_case_is_found_again_by_its_number() -> None:
    corpus = Corpus.of(EMBEDDED)
    assert draw_case(7, 3, corpus) == draw_case(7, 3, corpus) != draw_case(7, 4, corpus)


def test_what_escapes_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = Corpus.of(EMBEDDED)

    def broken(*_: object, **__: object) -> Never:
        raise KeyError("name")

    monkeypatch.setattr(reader_fuzz, "load", broken)
    run = fuzz(10, 1, corpus)
    assert [number for number, _ in run.failures] == [0, 1, 2, 3, 4]
    assert "KeyError: 'name'" in run.failures[0][1]


def test_a_slow_load_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_fuzz, "MOST_SECONDS", -1.0)
    run = fuzz(1, 1, Corpus.of(EMBEDDED))
    assert [message.partition(" took ")[0] for _, message in run.failures] == ["loading"]

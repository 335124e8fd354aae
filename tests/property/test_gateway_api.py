"""Law 1 over documents of the Gateway API: the index, the definition and the text agree."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.nightly.gateway_api import check_seed


@pytest.mark.parametrize("seed", range(60))
def test_the_index_the_definition_and_the_text_agree(seed: int) -> None:
    assert check_seed(seed, 20, Counter()) == []

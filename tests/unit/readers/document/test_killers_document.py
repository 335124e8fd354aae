"""Rules of the document layer that deliberate bugs showed to be untested."""

from __future__ import annotations

import pytest

from meshroute.errors import DocumentLoadError
from meshroute.readers._document import nearest, parse_json


def test_a_typo_is_found_in_capitals_too() -> None:
    assert nearest("HEADRES", ["headers", "method"]) == "headers"


@pytest.mark.parametrize("text", [r'"\ud800"', r'"a\ud800"', r'"\udfffa"', r'{"a\ud800b": 1}'])
def test_half_a_surrogate_pair_is_refused_wherever_it_stands(text: str) -> None:
    with pytest.raises(DocumentLoadError, match="1 problem") as raised:
        parse_json(text)
    assert "half of a surrogate pair" in str(raised.value.exceptions[0])

"""Rules of the document layer that deliberate bugs showed to be untested."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from meshroute.errors import DocumentLoadError
from meshroute.readers._document import Problems, Variables, nearest, parse_json, read_sources


def test_a_typo_is_found_in_capitals_too() -> None:
    assert nearest("HEADRES", ["headers", "method"]) == "headers"


@pytest.mark.parametrize("text", [r'"\ud800"', r'"a\ud800"', r'"\udfffa"', r'{"a\ud800b": 1}'])
def test_half_a_surrogate_pair_is_refused_wherever_it_stands(text: str) -> None:
    with pytest.raises(DocumentLoadError, match="1 problem") as raised:
        parse_json(text)
    assert "half of a surrogate pair" in str(raised.value.exceptions[0])


@pytest.mark.parametrize("value", [{"a": "\ud800"}, {"\udfff": "a"}, ["x\ud800y"]])
def test_objects_hold_only_text_that_can_be_written(value: Any) -> None:  # noqa: ANN401 - a parsed object
    problems = Problems()
    assert read_sources([value], None, problems) == []
    assert [problem.message for problem in problems.errors] == ["a text holds half of a surrogate pair"]


@pytest.mark.parametrize("variables", [{"A": "\ud800"}, {"f.yaml": {"A": "\udcff"}}])
def test_variables_hold_only_text_that_can_be_written(variables: Variables, tmp_path: Path) -> None:
    file = tmp_path / "f.yaml"
    file.write_text("a: $A\n", "utf-8")
    problems = Problems()
    assert read_sources([str(file)], variables, problems) == []
    assert [problem.message for problem in problems.errors] == [
        "variable `A` holds bytes that are no UTF-8, or half of a surrogate pair"
    ]

"""The schemas are schemas, and say about a request what the program says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest
from jsonschema import Draft202012Validator, ValidationError

from meshroute.cli.requests import KEYS, request_from_object
from meshroute.errors import RequestError
from tests.conformance.schemas.validators import FOLDER, NAMES, SCHEMAS, check

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "cases.json").read_text("utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_each_is_a_schema(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])
    assert SCHEMAS[name]["$id"] == f"urn:meshroute:schema:1:{name}"


def test_no_schema_is_left_out() -> None:
    assert sorted(file.stem for file in FOLDER.glob("*.json")) == sorted(NAMES)


def _objects(schema: object) -> list[dict[str, Any]]:
    """Every object within a schema that names properties and what is required."""
    found: list[dict[str, Any]] = []
    waiting: list[Any] = [schema]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            inner = cast("dict[str, Any]", value)
            if "properties" in inner and "description" in inner:
                found.append(inner)
            waiting += inner.values()
        elif isinstance(value, list):
            waiting += value
    return found


@pytest.mark.parametrize(
    ("name", "count"), [("answer", 10), ("diff", 2), ("error", 1), ("explanation", 4), ("lint", 3), ("status", 4)]
)
def test_every_key_of_what_is_printed_is_always_present(name: str, count: int) -> None:
    objects = _objects(SCHEMAS[name])
    assert len(objects) == count
    for schema in objects:
        assert schema["required"] == list(schema["properties"])
        assert "additionalProperties" not in schema


def test_the_keys_of_a_request() -> None:
    assert tuple(SCHEMAS["request"]["properties"]) == KEYS


@pytest.mark.parametrize("case", CASES, ids=[f"{at}-{case['why']}" for at, case in enumerate(CASES)])
def test_requests(case: dict[str, Any]) -> None:
    if "error" in case:
        with pytest.raises(RequestError) as caught:
            request_from_object(case["request"])
        assert str(caught.value) == case["error"]
        with pytest.raises(ValidationError):
            check("request", case["request"])
    else:
        request_from_object(case["request"])
        check("request", case["request"])


@pytest.mark.parametrize("name", NAMES)
def test_the_page_describes_every_key(root: Path, name: str) -> None:
    page = (root / "docs/cli.md").read_text("utf-8")
    keys = {key for schema in _objects(SCHEMAS[name]) for key in schema["properties"]}
    assert {key for key in keys if f"`{key}`" not in page} == set()

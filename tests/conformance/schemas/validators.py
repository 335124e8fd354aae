"""The schemas of docs/schemas as validators."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

FOLDER = Path(__file__).resolve().parents[3] / "docs/schemas"
NAMES = ("answer", "diff", "error", "explanation", "lint", "request", "status", "test-report")
SCHEMAS: dict[str, Any] = {name: json.loads((FOLDER / f"{name}.json").read_text("utf-8")) for name in NAMES}
_EMPTY: Registry[Any] = Registry()
_REGISTRY = _EMPTY.with_resources([(schema["$id"], DRAFT202012.create_resource(schema)) for schema in SCHEMAS.values()])


def check(name: str, value: object) -> None:
    """Raise ``jsonschema.ValidationError`` unless a value is what a schema says."""
    Draft202012Validator(SCHEMAS[name], registry=_REGISTRY).validate(value)  # pyright: ignore[reportUnknownMemberType] # its schema is untyped


def keys_of(name: str) -> set[str]:
    """The keys that a schema describes."""
    return set(SCHEMAS[name]["properties"])

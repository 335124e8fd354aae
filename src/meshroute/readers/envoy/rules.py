"""The rules of protoc-gen-validate, as Envoy applies them to every message (envoy.md §7)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast

_NANO: Final = 10**9
_NOT_IN_HEADERS: Final = re.compile(r"[\x00\n\r]")  # well_known_regex without strict
_NUMBERS: Final = frozenset({"double", "float", "int32", "int64", "uint32", "uint64"})


def fault_of(rules: Mapping[str, Any], value: object, *, is_set: bool) -> str | None:
    """Say what is wrong with the value of a field.

    Args:
        rules: The field's rules.
        value: Its value, decoded; where it is not set, the default of its type.
        is_set: Whether it is set.

    Returns:
        What it must be, to follow the field's name, or None.

    >>> fault_of({"string": {"min_len": "1"}}, "", is_set=False)
    'must have at least 1 character'
    """
    for kind, rule in rules.items():
        if kind in {"message", "any"} or rule.get("required"):
            if rule.get("required") and not is_set:
                return "is required"
            if kind in {"message", "any"}:
                continue
        if kind == "repeated":
            fault = _repeated(rule, cast("Sequence[object]", value or ()))
        elif kind == "map":
            fault = _map(rule, cast("Sequence[tuple[str, object]]", value or ()))
        else:
            fault = _scalar(kind, rule, value) if value is not None else None
        if fault is not None:
            return fault
    return None


def _scalar(kind: str, rule: Mapping[str, Any], value: object) -> str | None:
    if kind == "string":
        return _string(rule, cast("str", value))
    if kind == "bytes":
        return _length(len(cast("str", value)), rule.get("min_len"), rule.get("max_len"), "byte")
    if kind == "duration":
        limits: dict[str, float] = {name: _duration(limit) for name, limit in rule.items() if name != "required"}
        return _between(limits, cast("int", value), lambda number: f"{number / _NANO:g}s")
    if kind in _NUMBERS:
        limits = {name: float(limit) for name, limit in rule.items()}
        return _between(limits, cast("float", value), lambda number: f"{number:g}")
    if kind == "enum":
        # that a value is a defined one, the decoder says
        return "may not have this value" if value in rule.get("not_in", ()) else None
    if kind == "bool" and "const" in rule and value is not rule["const"]:
        return f"must be {str(rule['const']).lower()}"
    return None


def _duration(limit: str) -> int:
    return round(float(limit.removesuffix("s")) * _NANO)


def _between(limits: Mapping[str, float], value: float, show: Callable[[float], str]) -> str | None:
    if "gt" in limits and not value > limits["gt"]:
        return f"must be more than {show(limits['gt'])}"
    if "gte" in limits and not value >= limits["gte"]:
        return f"must be at least {show(limits['gte'])}"
    if "lt" in limits and not value < limits["lt"]:
        return f"must be less than {show(limits['lt'])}"
    if "lte" in limits and not value <= limits["lte"]:
        return f"must be at most {show(limits['lte'])}"
    return None


def _string(rule: Mapping[str, Any], value: str) -> str | None:
    if rule.get("ignore_empty") and not value:
        return None
    characters = value.encode("latin-1").decode("utf-8", "replace")
    fault = _length(len(characters), rule.get("min_len"), rule.get("max_len"), "character")
    fault = fault or _length(len(value), None, rule.get("max_bytes"), "byte")
    if fault:
        return fault
    if "pattern" in rule and not re.search(rule["pattern"].replace("[:graph:]", r"!-~"), characters):
        return f"must match {rule['pattern']}"
    if "well_known_regex" in rule and _NOT_IN_HEADERS.search(value):
        return "must not hold NUL, CR or LF"
    if not value.startswith(rule.get("prefix", "")) or not value.endswith(rule.get("suffix", "")):
        return f"must start with {rule.get('prefix', '')!r} and end with {rule.get('suffix', '')!r}"
    if "in" in rule and value not in rule["in"]:
        return f"must be one of {', '.join(rule['in'])}"
    return None


def _length(length: int, least: str | None, most: str | None, unit: str) -> str | None:
    if least is not None and length < int(least):
        return f"must have at least {least} {unit}{'' if int(least) == 1 else 's'}"
    if most is not None and length > int(most):
        return f"must have at most {most} {unit}s, not {length}"
    return None


def _repeated(rule: Mapping[str, Any], values: Sequence[object]) -> str | None:
    fault = _length(len(values), rule.get("min_items"), rule.get("max_items"), "item")
    if fault is None and rule.get("unique") and len(set(values)) < len(values):
        fault = "must not have an item twice"
    for item in values if fault is None else ():
        inner = fault_of(rule.get("items", {}), item, is_set=True)
        if inner is not None:
            return f"has an item that {inner}"
    return fault


def _map(rule: Mapping[str, Any], values: Sequence[tuple[str, object]]) -> str | None:
    fault = _length(len(values), rule.get("min_pairs"), None, "item")
    for key, _ in values if fault is None else ():
        inner = fault_of(rule.get("keys", {}), key, is_set=True)
        if inner is not None:
            return f"has a key that {inner}"
    return fault

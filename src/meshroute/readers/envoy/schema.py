"""The messages of Envoy 1.40 that are decoded: their fields, and the rules of protoc-gen-validate on them.

``schema.json`` is distilled from the descriptors in Envoy's own binary (``scripts/envoy-schema``); the messages of
``router_check_tool``, which are not in it, stand in ``check_tool.json`` (envoy-router-check.md).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from attrs import field, frozen

WRAPPERS: Final[Mapping[str, str]] = {
    "google.protobuf.BoolValue": "bool",
    "google.protobuf.DoubleValue": "double",
    "google.protobuf.FloatValue": "float",
    "google.protobuf.Int32Value": "int32",
    "google.protobuf.Int64Value": "int64",
    "google.protobuf.StringValue": "string",
    "google.protobuf.UInt32Value": "uint32",
    "google.protobuf.UInt64Value": "uint64",
}
"""Messages that hold one scalar, and are written as that."""


@frozen(eq=False)
class FieldSchema:
    """One field.

    Args:
        name: Its name, in snake_case.
        type: A scalar's type, ``enum``, or the full name of a message.
        label: ``repeated``, ``map`` (from texts), or empty.
        oneof: The oneof that it is a member of, or empty.
        enum: The full name of its enum, or empty.
        rules: The rules on its value.
    """

    name: str
    type: str
    label: str = ""
    oneof: str = ""
    enum: str = ""
    rules: Mapping[str, Any] = field(factory=dict[str, Any])


@frozen(eq=False)
class MessageSchema:
    """One message.

    Args:
        name: Its full name.
        fields: Its fields by name.
        spellings: The name of each field by its spellings, snake_case and lowerCamelCase.
        required: The oneofs of which a member must be set.
        ruled: The fields with rules that hold when they are not set, too.
    """

    name: str
    fields: Mapping[str, FieldSchema]
    spellings: Mapping[str, str]
    required: tuple[str, ...]
    ruled: tuple[FieldSchema, ...]


@cache
def _document(file: str) -> dict[str, dict[str, Any]]:
    text = files("meshroute.readers.envoy").joinpath(file).read_text("utf-8")
    document: dict[str, dict[str, Any]] = json.loads(text)
    return document


def _message(name: str) -> dict[str, Any] | None:
    return _document("schema.json")["messages"].get(name) or _document("check_tool.json").get(name)


@cache
def message_schema(name: str) -> MessageSchema | None:
    """Find the schema of a message.

    Args:
        name: Its full name.

    Returns:
        The schema, or None where the message is not looked into.

    >>> message_schema("envoy.config.route.v3.CookieMatcher").spellings["stringMatch"]
    'string_match'
    """
    found = _message(name)
    if found is None:
        return None
    fields = {key: _field(key, value) for key, value in found["fields"].items()}
    spellings = {spelling: key for key in fields for spelling in (key, camel_case(key))}
    ruled = tuple(one for one in fields.values() if one.rules and not one.oneof)
    return MessageSchema(name, fields, spellings, tuple(found.get("required", ())), ruled)


def _field(name: str, spec: dict[str, Any]) -> FieldSchema:
    kind, _, enum = spec["type"].partition(" ")
    return FieldSchema(name, kind, spec.get("label", ""), spec.get("oneof", ""), enum, spec.get("rules", {}))


@cache
def enum_values(name: str) -> Mapping[str, int]:
    """Return the values of an enum.

    Args:
        name: Its full name.

    Returns:
        The numbers by name; the first is the default.

    >>> enum_values("envoy.type.v3.FractionalPercent.DenominatorType")["MILLION"]
    2
    """
    values: Mapping[str, int] = _document("schema.json")["enums"][name]
    return values


def camel_case(name: str) -> str:
    """Return the JSON name of a field (protobuf's ``json_name``).

    Args:
        name: Its name, in snake_case.

    Returns:
        The name in lowerCamelCase.

    >>> camel_case("path_separated_prefix")
    'pathSeparatedPrefix'
    """
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)

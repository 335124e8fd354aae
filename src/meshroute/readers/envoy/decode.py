"""Nodes to messages, by the rules of proto3's JSON form, which Envoy applies to YAML too."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable
from typing import Final, Literal, cast

from attrs import frozen

from meshroute.readers._document import Mapping, Node, Problems, Scalar, Sequence, describe
from meshroute.readers.envoy.message import Message
from meshroute.readers.envoy.rules import fault_of
from meshroute.readers.envoy.schema import WRAPPERS, FieldSchema, MessageSchema, enum_values, message_schema
from meshroute.text import wire

_RANGES: Final = {
    "int32": range(-(2**31), 2**31),
    "int64": range(-(2**63), 2**63),
    "uint32": range(2**32),
    "uint64": range(2**64),
}
_TYPE_URL: Final = re.compile(r"[^/]+/(?:.*/)?[^/]+")
_WHOLE: Final = re.compile(r"-?[0-9]{1,20}")
_HEXADECIMAL: Final = re.compile(r"[-+]?0[xX][0-9a-fA-F]{1,16}")
_DECIMAL: Final = re.compile(r"[-+]?[0-9]{1,30}(?:\.[0-9]{0,30})?(?:[eE][-+]?[0-9]{1,2})?")
_DURATION: Final = re.compile(r"(-?)([0-9]{1,12})(?:\.([0-9]{1,9}))?s")
_MAX_SECONDS: Final = 315_576_000_000  # google.protobuf.Duration: 10 000 years
_NANO_DIGITS: Final = 9
_STRUCTS: Final = frozenset({"udpa.type.v1.TypedStruct", "xds.type.v3.TypedStruct"})
_DEFAULTS: Final[dict[str, object]] = {
    "string": "",
    "bytes": "",
    "bool": False,
    "enum": None,
    "double": 0.0,
    "float": 0.0,
}
_FAULTY: Final = object()
_BOOLEANS: Final = {
    **dict.fromkeys(("true", "t", "yes", "y", "1"), True),
    **dict.fromkeys(("false", "f", "no", "n", "0"), False),
}

Strictness = Literal["error", "notice"]


@frozen
class Decoder:
    """Decodes messages.

    Args:
        problems: Where faults go.
        unknown: Whether a field or enum value that is not known is an error or a notice; Envoy refuses them in files
            that it loads and ignores them in what is discovered (envoy.md §7).
    """

    problems: Problems
    unknown: Strictness = "error"

    def message(self, node: Node, name: str) -> Message | None:
        """Decode a message.

        Args:
            node: Where it stands.
            name: Its full name.

        Returns:
            The message, perhaps without fields that have faults; None where there is nothing to decode.

        >>> from meshroute.readers._document import parse_yaml
        >>> node = parse_yaml("{runtimeKey: a, default_value: {numerator: 5}}")[0]
        >>> fraction = Decoder(Problems()).message(node, "envoy.config.core.v3.RuntimeFractionalPercent")
        >>> fraction.text("runtime_key"), fraction.message("default_value").integer("numerator")
        ('a', 5)
        """
        schema = message_schema(name)
        if schema is None:
            return Message(name, node, known=False)
        if not isinstance(node, Mapping):
            if not (isinstance(node, Scalar) and self.problems.placeholder(node)):
                self.problems.error(node, f"{_short(name)} must be a mapping, not {describe(node)}")
            return None
        values: dict[str, object] = {}
        faulty = self._fields(node, schema, values)
        self._check(node, schema, values, faulty)
        return Message(name, node, values)

    def _fields(self, node: Mapping, schema: MessageSchema, values: dict[str, object]) -> set[str]:
        """Decode the fields of a message; return those that have faults."""
        faulty: set[str] = set()
        members: dict[str, str] = {}
        for key, child in node.items:
            field = schema.fields.get(schema.spellings.get(key.text, ""))
            if field is None:
                if key.text != "@type":
                    self._unknown(key, schema.spellings, f"field `{key.text}` in {_short(schema.name)}")
                continue
            if isinstance(child, Scalar) and child.value is None and field.type != "google.protobuf.Value":
                continue  # null is unset
            if field.oneof and field.name in values:
                self.problems.error(key, f"duplicate field `{field.name}`, also written `{key.text}`")
                continue
            if field.oneof and members.setdefault(field.oneof, field.name) != field.name:
                self.problems.error(
                    key, f"`{field.name}` and `{members[field.oneof]}` exclude each other in {_short(schema.name)}"
                )
                continue
            value = self._field(child, field)
            if value is _FAULTY:
                faulty.add(field.name)
            elif field.label and isinstance(value, tuple):
                items = cast("tuple[object, ...]", value)
                whole = (*cast("tuple[object, ...]", values.get(field.name, ())), *items)
                if whole:
                    values[field.name] = whole
            else:
                values[field.name] = value
        return faulty

    def _check(self, node: Node, schema: MessageSchema, values: dict[str, object], faulty: set[str]) -> None:
        """Apply the rules of a message."""
        for field in schema.ruled:
            if field.name not in faulty and field.name not in values:
                default = None if field.label else _DEFAULTS.get(field.type, 0 if field.type in _RANGES else None)
                fault = fault_of(field.rules, default, is_set=False)
                if fault is not None:
                    self.problems.error(node, f"`{field.name}` of {_short(schema.name)} {fault}")
        for name, value in values.items():
            rules = schema.fields[name].rules
            fault = fault_of(rules, value, is_set=True) if rules else None
            if fault is not None:
                where = Message(schema.name, node, values).at(name)
                self.problems.error(where, f"`{name}` of {_short(schema.name)} {fault}")
        for oneof in schema.required:
            members = [name for name, field in schema.fields.items() if field.oneof == oneof]
            if not any(name in values or name in faulty for name in members):
                names = ", ".join(f"`{name}`" for name in members)
                self.problems.error(node, f"{_short(schema.name)} needs one of {names}")

    def _unknown(self, key: Scalar, known: Iterable[str], what: str) -> None:
        near = self.problems.guess(key.text, frozenset(known))
        fix = f"did you mean `{near}`?" if near else None
        if self.unknown == "error":
            self.problems.error(key, f"unknown {what}", fix)
        else:
            self.problems.notice("unknown-field", f"unknown {what}" + (f"; {fix}" if fix else ""), key)

    # ------------------------------------------------------------------------------------------------------ fields

    def _field(self, node: Node, field: FieldSchema) -> object:
        if field.label == "repeated":
            # protobuf's parser takes a value that stands alone for a list of one
            items = node.items if isinstance(node, Sequence) else (node,)
            return self._whole(self._value(item, field) for item in items)
        if field.label == "map":
            if not isinstance(node, Mapping):
                return self._wrong(node, field, "a mapping")
            return self._whole(self._pair(key, item, field) for key, item in node.items)
        return self._value(node, field)

    @staticmethod
    def _whole(values: Iterable[object]) -> object:
        """Keep the items without faults; a list with a faulty one is not judged as a whole."""
        found = list(values)
        kept = tuple(value for value in found if value is not _FAULTY)
        return kept if len(kept) == len(found) or kept else _FAULTY

    def _pair(self, key: Scalar, node: Node, field: FieldSchema) -> object:
        value = self._value(node, field)
        return value if value is _FAULTY else (wire(key.text), value)

    def _value(self, node: Node, field: FieldSchema) -> object:
        kind = WRAPPERS.get(field.type, field.type)
        if kind == "enum":
            return self._enum(node, field)
        if kind in _RANGES:
            return self._integer(node, field, kind)
        read = _READERS.get(kind)
        if read is not None:
            return read(self, node, field)
        if kind == "google.protobuf.Any":
            return self._any(node)
        if kind in {"google.protobuf.Struct", "google.protobuf.Value", "google.protobuf.ListValue"}:
            return plain_of(node)
        if kind.startswith("google.protobuf."):
            return Message(kind, node, known=False)
        message = self.message(node, kind)
        return _FAULTY if message is None else message

    def _wrong(self, node: Node, field: FieldSchema, wanted: str) -> object:
        if not isinstance(node, Scalar) or not self.problems.placeholder(node):
            self.problems.error(node, f"`{field.name}` must be {wanted}, not {describe(node)}")
        return _FAULTY

    def string(self, node: Node, field: FieldSchema) -> object:
        """Decode a string, to wire text."""
        if not isinstance(node, Scalar) or node.placeholders or not isinstance(node.value, str):
            return self._wrong(node, field, "a string")
        return wire(node.value)

    def bytes(self, node: Node, field: FieldSchema) -> object:
        """Decode bytes, to wire text."""
        if isinstance(node, Scalar) and isinstance(node.value, str):
            try:
                text = node.value.replace("-", "+").replace("_", "/").rstrip("=")
                return base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode("latin-1")
            except (binascii.Error, ValueError):
                pass
        return self._wrong(node, field, "base64")

    def boolean(self, node: Node, field: FieldSchema) -> object:
        """Decode a boolean."""
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, str):
            value = _BOOLEANS.get(value.lower())  # protobuf's parser takes them (absl::SimpleAtob)
        if isinstance(value, bool):
            return value
        return self._wrong(node, field, "true or false")

    def double(self, node: Node, field: FieldSchema) -> object:
        """Decode a number."""
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, str):
            try:
                value = float(value)
            except ValueError:
                value = None
        if isinstance(value, bool) or not isinstance(value, int | float):
            return self._wrong(node, field, "a number")
        try:
            return float(value)
        except OverflowError:
            return self._wrong(node, field, "a number that a double can hold")

    def _integer(self, node: Node, field: FieldSchema, kind: str) -> object:
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, str):
            value = _number(value)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            return self._wrong(node, field, "a whole number")
        numbers = _RANGES[kind]
        if value not in numbers:
            self.problems.error(node, f"`{field.name}` must be from {numbers.start} to {numbers.stop - 1}, not {value}")
            return _FAULTY
        return value

    def _enum(self, node: Node, field: FieldSchema) -> object:
        values = enum_values(field.enum)
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, str):
            name = next((name for name in values if name.lower() == value.lower()), None)
            if name is not None:
                return name
            if _WHOLE.fullmatch(value):
                value = int(value)
        if isinstance(value, int) and not isinstance(value, bool):
            name = next((name for name, number in values.items() if number == value), None)
            if name is not None:
                return name
        if isinstance(value, str) and isinstance(node, Scalar) and not self.problems.placeholder(node):
            self._unknown(node, values, f"value `{value}` of `{field.name}`")
            return _FAULTY
        return self._wrong(node, field, f"one of {', '.join(values)}")

    def duration(self, node: Node, field: FieldSchema) -> object:
        """Decode a Duration, to nanoseconds."""
        text = node.value if isinstance(node, Scalar) else None
        found = _DURATION.fullmatch(text) if isinstance(text, str) else None
        if found is None or int(found[2]) > _MAX_SECONDS:
            return self._wrong(node, field, 'a duration such as "1.5s"')
        nanoseconds = int(found[2]) * 10**_NANO_DIGITS + int((found[3] or "").ljust(_NANO_DIGITS, "0"))
        if found[1] and nanoseconds:
            self.problems.error(node, f"`{field.name}` must not be negative, such as {text}")
            return _FAULTY
        return nanoseconds

    def _any(self, node: Node) -> object:
        if not isinstance(node, Mapping):
            self.problems.error(node, f"a typed configuration must be a mapping, not {describe(node)}")
            return _FAULTY
        url = node.get("@type")
        if url is None:
            if node.items:
                self.problems.error(node, "a typed configuration needs `@type`")
                return _FAULTY
            return Message("", node, known=False)
        if not isinstance(url, Scalar) or not _TYPE_URL.fullmatch(str(url.value)):
            self.problems.error(url, "`@type` must be the URL of a type, such as type.googleapis.com/envoy.config…")
            return _FAULTY
        name = url.text.rpartition("/")[2]
        if name in _STRUCTS:
            inner = node.get("type_url") or node.get("typeUrl")
            if isinstance(inner, Scalar) and isinstance(inner.value, str):
                name = inner.value.rpartition("/")[2]
            return Message(name, node, known=False)
        message = self.message(node, name)
        return _FAULTY if message is None else message


def _number(text: str) -> float | None:
    """Read a number that is written as text: whole, with a fraction or an exponent, or hexadecimal."""
    if _WHOLE.fullmatch(text):
        return int(text)
    if _HEXADECIMAL.fullmatch(text):
        return int(text, 16)
    return float(text) if _DECIMAL.fullmatch(text) else None


_READERS: Final[dict[str, Callable[[Decoder, Node, FieldSchema], object]]] = {
    "string": Decoder.string,
    "bytes": Decoder.bytes,
    "bool": Decoder.boolean,
    "double": Decoder.double,
    "float": Decoder.double,
    "google.protobuf.Duration": Decoder.duration,
}


def plain_of(node: Node) -> object:
    """Turn a node into plain Python objects (google.protobuf.Struct).

    Args:
        node: The node.

    Returns:
        The objects; their text is Unicode.

    >>> from meshroute.readers._document import parse_yaml
    >>> plain_of(parse_yaml("{a: [1, x]}")[0])
    {'a': [1, 'x']}
    """
    if isinstance(node, Mapping):
        return {key.text: plain_of(child) for key, child in node.items}
    if isinstance(node, Sequence):
        return [plain_of(child) for child in node.items]
    return node.value


def _short(name: str) -> str:
    return name.rpartition(".")[2]

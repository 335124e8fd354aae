"""Decoded messages: typed access to fields that are there, and protobuf's defaults for those that are not."""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from typing import cast

from attrs import field, frozen

from meshroute.readers._document import Mapping, Node
from meshroute.readers.envoy.schema import enum_values, message_schema
from meshroute.text import unwire


@frozen(eq=False)
class Message:
    """One message.

    Args:
        type: Its full name.
        node: Where it stands.
        values: The decoded values of the fields that are set, by name.
        known: Whether its type is one that is looked into; others have no fields here.
    """

    type: str
    node: Node
    values: AbstractMapping[str, object] = field(factory=dict[str, object])
    known: bool = True

    def has(self, name: str) -> bool:
        """Tell whether a field is set.

        Args:
            name: The field.

        Returns:
            Whether it is.
        """
        return name in self.values

    def fields(self) -> tuple[str, ...]:
        """Return the names of the fields that are set, in the order of the document.

        Returns:
            The names.
        """
        return tuple(self.values)

    def text(self, name: str, default: str = "") -> str:
        """Return a string, in wire text.

        Args:
            name: The field.
            default: What it is where it is not set.

        Returns:
            The string.
        """
        return cast("str", self.values.get(name, default))

    def name(self, name: str) -> str:
        """Return a string that is a name, in Unicode.

        Args:
            name: The field.

        Returns:
            The name.
        """
        return unwire(self.text(name))

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a boolean.

        Args:
            name: The field.
            default: What it is where it is not set.

        Returns:
            The boolean.
        """
        return cast("bool", self.values.get(name, default))

    def integer(self, name: str) -> int | None:
        """Return a whole number, or None where it is not set.

        Args:
            name: The field.

        Returns:
            The number.
        """
        return cast("int | None", self.values.get(name))

    def number(self, name: str) -> float | None:
        """Return a number, or None where it is not set.

        Args:
            name: The field.

        Returns:
            The number.
        """
        return cast("float | None", self.values.get(name))

    def nanoseconds(self, name: str) -> int | None:
        """Return a Duration in nanoseconds, or None where it is not set.

        Args:
            name: The field.

        Returns:
            The duration.
        """
        return cast("int | None", self.values.get(name))

    def enum(self, name: str) -> str:
        """Return the name of an enum's value; the first one's where it is not set.

        Args:
            name: The field.

        Returns:
            The name.
        """
        found = self.values.get(name)
        if found is not None:
            return cast("str", found)
        schema = message_schema(self.type)
        return "" if schema is None else next(iter(enum_values(schema.fields[name].enum)))

    def message(self, name: str) -> Message | None:
        """Return a message, or None where it is not set; of an Any, the message inside.

        Args:
            name: The field.

        Returns:
            The message.
        """
        return cast("Message | None", self.values.get(name))

    def messages(self, name: str) -> tuple[Message, ...]:
        """Return a list of messages.

        Args:
            name: The field.

        Returns:
            The messages.
        """
        return cast("tuple[Message, ...]", self.values.get(name, ()))

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of strings.

        Args:
            name: The field.

        Returns:
            The strings.
        """
        return cast("tuple[str, ...]", self.values.get(name, ()))

    def mapping(self, name: str) -> tuple[tuple[str, Message], ...]:
        """Return a map from strings to messages.

        Args:
            name: The field.

        Returns:
            Pairs of key and message.
        """
        return cast("tuple[tuple[str, Message], ...]", self.values.get(name, ()))

    def plain(self, name: str) -> object:
        """Return a value without a schema (a Struct), or bytes as wire text; None where it is not set.

        Args:
            name: The field.

        Returns:
            The value, of plain Python objects.
        """
        return self.values.get(name)

    def plain_mapping(self, name: str) -> dict[str, object]:
        """Return a map from strings to values without a schema.

        Args:
            name: The field.

        Returns:
            The values, of plain Python objects; their text, and the keys, are Unicode.
        """
        pairs = cast("tuple[tuple[str, object], ...]", self.values.get(name, ()))
        return {unwire(key): value for key, value in pairs}

    def which(self, oneof: str) -> str | None:
        """Return the member of a oneof that is set, or None.

        Args:
            oneof: The oneof.

        Returns:
            The member's name.
        """
        schema = message_schema(self.type)
        if schema is None:
            return None
        return next((name for name in self.values if schema.fields[name].oneof == oneof), None)

    def at(self, name: str | None = None) -> Node:
        """Return the node of a field, or of the message where the field is not set.

        Args:
            name: The field; None for the message.

        Returns:
            The node.
        """
        schema = message_schema(self.type)
        if name is None or schema is None or not isinstance(self.node, Mapping):
            return self.node
        for key, node in self.node.items:
            if schema.spellings.get(key.text) == name:
                return node
        return self.node

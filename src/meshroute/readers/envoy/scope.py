"""What the lowering of every message needs to know, and where it says what it cannot model."""

from __future__ import annotations

from attrs import field, frozen

from meshroute.errors import RouteError
from meshroute.model.notices import Notice, Source
from meshroute.patterns import Pattern, compile_pattern, program_size
from meshroute.readers._document import Node, Problems
from meshroute.readers.envoy.message import Message
from meshroute.readers.envoy.settings import Compat, Runtime


@frozen
class Scope:
    """What a table is evaluated with.

    Args:
        problems: Where faults go.
        compat: The version's switches.
        runtime: What an operator has overridden.
        clusters: The names of all clusters; None where they are not known.
        filters: The names of the HTTP filters of the listener; None where they are not known.
        validates: Whether a cluster that is not there is a fault.
    """

    problems: Problems
    compat: Compat
    runtime: Runtime
    clusters: frozenset[str] | None = None
    filters: frozenset[str] | None = None
    validates: bool = False

    def error(self, message: Message, name: str | None, text: str, fix: str | None = None) -> None:
        """Report a fault at a field, or at a message.

        Args:
            message: The message.
            name: The field, or None.
            text: What is wrong.
            fix: What to write instead.
        """
        self.problems.error(message.at(name), text, fix)

    def pattern(self, message: Message, name: str = "regex") -> Pattern | None:
        """Compile the pattern in a field as Envoy does: refuse what RE2 refuses, and what is too large.

        Args:
            message: A RegexMatcher, or another message with a pattern.
            name: The field.

        Returns:
            The pattern, or None after reporting a fault.
        """
        text = message.text(name)
        try:
            pattern = compile_pattern(text, utf8=not self.compat.latin1)
        except RouteError as error:
            self.error(message, name, str(error))
            return None
        size, limit = program_size(text, utf8=pattern.utf8), self._limit(message)
        if size > limit:
            fault = f"the regex {text!r} is too large for Envoy: its RE2 program size is {size}, and the limit {limit}"
            self.error(message, name, fault, "raise the runtime key re2.max_program_size.error_level")
            return None
        return pattern

    def _limit(self, message: Message) -> int:
        engine = message.message("google_re2") if "google_re2" in message.fields() else None
        stated = None if engine is None else engine.integer("max_program_size")
        return self.runtime.max_program_size if stated is None else stated


@frozen
class Unmodelled:
    """What a condition or action says that is not modelled.

    Args:
        notices: One for each field that could decide.
        remarks: One for each that changes only what comes after.
    """

    notices: list[Notice] = field(factory=list[Notice])
    remarks: list[Notice] = field(factory=list[Notice])

    def add(self, message: Message, name: str | None, why: str) -> None:
        """Note a field.

        Args:
            message: Its message.
            name: The field, or None for the whole message.
            why: What it is, for people.
        """
        self.notices.append(_notice("unsupported", message, name, why))

    def remark(self, message: Message, name: str | None, why: str) -> None:
        """Note a field that changes nothing in the choice.

        Args:
            message: Its message.
            name: The field, or None for the whole message.
            why: What it does, for people.
        """
        self.remarks.append(_notice("not-modelled", message, name, why))


def _notice(code: str, message: Message, name: str | None, why: str) -> Notice:
    kind = message.type.rpartition(".")[2]
    where = f"`{name}` of {kind}" if name else kind
    return Notice(code, f"{where} is not modelled: {why}", source_of(message.at(name)))


def source_of(node: Node, kind: str | None = None, name: str | None = None) -> Source:
    """Return the place of a node.

    Args:
        node: The node.
        kind: The kind of the object that holds it.
        name: That object's name.

    Returns:
        The place.
    """
    mark = node.mark
    return Source(mark.file, mark.line or 0, node.pointer, kind, None, name)

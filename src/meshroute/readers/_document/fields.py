"""Checked access to the fields of a mapping: right type, right range, nothing unknown; every fault goes to Problems.

Accessors return None (or nothing in a list) both for an absent optional field and after reporting a problem. A field
that is null counts as absent, as the Kubernetes API server has it.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final, Literal, Self

from meshroute.readers._document.nodes import Mapping, Node, Scalar, Sequence
from meshroute.readers._document.problems import Problems
from meshroute.readers._document.spelling import AS_WRITTEN, Spelling
from meshroute.readers._document.words import describe, length_fault, quoted, shortened

if TYPE_CHECKING:
    from collections.abc import Collection

_WHOLE: Final = re.compile(r"[-+]?[0-9]{1,100}")
# YAML 1.1, which Kubernetes reads, takes a leading zero for octal; YAML 1.2 does not. Neither is guessed.
_LEADING_ZERO: Final = re.compile(r"[-+]?0[0-9]+")
_BOOLEANS: Final = {"true": True, "false": False}


class Fields:
    """The fields of one mapping.

    Args:
        node: The mapping. Anything else is reported, and then every field counts as absent and none as required.
        problems: Where faults go.
        known: The names (the reader's) of all fields that may stand here; a name given to an accessor is known too.
        where: The name of this mapping in messages (``spec.httpRoute.match``).
        spell: How the form spells names; by default as the reader does.
        coerce: Whether text may stand for a number or boolean, and they for text (CloudFormation).

    >>> problems = Problems()
    >>> key, value = Scalar("prefix", "prefix"), Scalar(100, "100")
    >>> fields = Fields(Mapping(((key, value),)), problems, where="match")
    >>> fields.string("prefix")
    >>> print(problems.errors[0].message)
    `prefix` must be a string, not the number 100
    """

    def __init__(  # noqa: PLR0913 - one value per rule of the form; all but the first two are named
        self,
        node: Node,
        problems: Problems,
        *,
        known: Collection[str] = (),
        where: str = "",
        spell: Spelling = AS_WRITTEN,
        coerce: bool = False,
    ) -> None:
        self.node = node
        self.problems = problems
        self.where = where
        self.valid = isinstance(node, Mapping)
        self._spell = spell
        self._coerce = coerce
        self._known = set(known)
        self._entries: dict[str, tuple[Scalar, Node]] = {}
        if not isinstance(node, Mapping):
            if not (isinstance(node, Scalar) and problems.placeholder(node)):
                problems.error(node, f"{f'`{where}`' if where else 'this'} must be a mapping, not {describe(node)}")
            return
        for key, value in node.items:
            name = spell.read(key.text)
            if name in self._entries:
                problems.error(key, f"duplicate field `{key.text}`, also written `{self._entries[name][0].text}`")
            else:
                self._entries[name] = (key, value)

    # ---------------------------------------------------------------------------------------------------- looking

    def has(self, name: str) -> bool:
        """Whether a field is there and not null.

        Args:
            name: The field.

        Returns:
            Whether it is.
        """
        self._known.add(name)
        node = self.node_of(name)
        return node is not None and not _is_null(node)

    def node_of(self, name: str) -> Node | None:
        """A field's node, null included, without any check.

        Args:
            name: The field.

        Returns:
            The node, or None where the field is absent.
        """
        self._known.add(name)
        entry = self._entries.get(name)
        return entry[1] if entry else None

    def key_of(self, name: str) -> Scalar | None:
        """A field's key as written, for its place and spelling.

        Args:
            name: The field.

        Returns:
            The key, or None where the field is absent.
        """
        entry = self._entries.get(name)
        return entry[0] if entry else None

    def shown(self, name: str) -> str:
        """A field's name as the document spells it.

        Args:
            name: The field.

        Returns:
            The spelling.
        """
        entry = self._entries.get(name)
        return entry[0].text if entry else self._spell.show(name)

    def error(self, name: str, message: str, fix: str | None = None) -> None:
        """Report a problem at a field's value, or at this mapping where the field is absent.

        Args:
            name: The field.
            message: What is wrong.
            fix: What to write instead.
        """
        self.problems.error(self.node_of(name) or self.node, message, fix)

    # ---------------------------------------------------------------------------------------------------- scalars

    def string(  # noqa: PLR0913 - the checks that the formats' own schemas make on strings; all named
        self,
        name: str,
        *,
        required: bool = False,
        min_length: int = 0,
        max_length: int | None = None,
        pattern: str | None = None,
        choices: Collection[str] | None = None,
    ) -> str | None:
        """A field that is a string.

        Args:
            name: The field.
            required: Whether its absence is a problem.
            min_length: The fewest characters.
            max_length: The most characters.
            pattern: A regex (of the standard library) that the whole string must match.
            choices: The strings there are.

        Returns:
            The string, or None.
        """
        scalar = self._scalar(name, "a string", required=required)
        if scalar is None:
            return None
        what = f"`{self.shown(name)}`"
        text = self._text(scalar, what)
        if text is None or not self._is_allowed(scalar, what, text, (min_length, max_length, pattern, choices)):
            return None
        return text

    def integer(
        self, name: str, *, required: bool = False, minimum: int | None = None, maximum: int | None = None
    ) -> int | None:
        """A field that is a whole number.

        Args:
            name: The field.
            required: Whether its absence is a problem.
            minimum: The least number.
            maximum: The greatest number.

        Returns:
            The number, or None.
        """
        scalar = self._scalar(name, "a whole number", required=required)
        if scalar is None:
            return None
        value = scalar.value
        if self._coerce and isinstance(value, str) and _WHOLE.fullmatch(value):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            fix = "remove the quotes" if isinstance(value, str) and _WHOLE.fullmatch(value) else None
            self.error(name, f"`{self.shown(name)}` must be a whole number, not {describe(scalar)}", fix)
        elif _LEADING_ZERO.fullmatch(scalar.text) and not scalar.quoted:
            message = f"`{self.shown(name)}` has a leading zero: YAML 1.1 (Kubernetes) reads {scalar.text} as octal"
            self.error(name, message, f"write {value}")
        else:
            return value if self._in_range(name, value, minimum, maximum) else None
        return None

    def number(
        self, name: str, *, required: bool = False, minimum: float | None = None, maximum: float | None = None
    ) -> float | None:
        """A field that is a finite number.

        Args:
            name: The field.
            required: Whether its absence is a problem.
            minimum: The least number.
            maximum: The greatest number.

        Returns:
            The number, or None.
        """
        scalar = self._scalar(name, "a number", required=required)
        if scalar is None:
            return None
        value = scalar.value
        if isinstance(value, bool) or not isinstance(value, int | float) or not _is_finite(value):
            self.error(name, f"`{self.shown(name)}` must be a number, not {describe(scalar)}")
            return None
        return float(value) if self._in_range(name, value, minimum, maximum) else None

    def boolean(self, name: str, *, required: bool = False) -> bool | None:
        """A field that is true or false.

        Args:
            name: The field.
            required: Whether its absence is a problem.

        Returns:
            The boolean, or None.
        """
        scalar = self._scalar(name, "true or false", required=required)
        if scalar is None:
            return None
        value = scalar.value
        if self._coerce and isinstance(value, str):
            value = _BOOLEANS.get(value, value)
        if isinstance(value, bool):
            return value
        fix = "remove the quotes" if isinstance(value, str) and value in _BOOLEANS else "write true or false"
        self.error(name, f"`{self.shown(name)}` must be true or false, not {describe(scalar)}", fix)
        return None

    # ------------------------------------------------------------------------------------------------ collections

    def mapping(self, name: str, *, known: Collection[str] = (), required: bool = False) -> Fields | None:
        """A field that is a mapping.

        Args:
            name: The field.
            known: The names of the fields in it.
            required: Whether its absence is a problem.

        Returns:
            Its fields, or None.
        """
        node = self._wanted(name, required=required)
        if node is None:
            return None
        fields = self.at(node, known=known, where=self._below(name))
        return fields if fields.valid else None

    def sequence(
        self, name: str, *, required: bool = False, min_items: int = 0, max_items: int | None = None
    ) -> list[Node]:
        """A field that is a list.

        Args:
            name: The field.
            required: Whether its absence is a problem.
            min_items: The fewest items, where it is present.
            max_items: The most items.

        Returns:
            The items.
        """
        node = self._wanted(name, required=required)
        if node is None or (isinstance(node, Scalar) and self.problems.placeholder(node)):
            return []
        if not isinstance(node, Sequence):
            self.error(name, f"`{self.shown(name)}` must be a list, not {describe(node)}", 'items start with "- "')
            return []
        fault = length_fault(len(node.items), min_items, max_items, "item")
        if fault:
            self.error(name, f"`{self.shown(name)}` must have {fault}, not {len(node.items)}")
        return list(node.items)

    def children(
        self,
        name: str,
        *,
        known: Collection[str] = (),
        required: bool = False,
        min_items: int = 0,
        max_items: int | None = None,
    ) -> list[Fields]:
        """A field that is a list of mappings; other items are reported and left out.

        Args:
            name: The field.
            known: The names of the fields of each item.
            required: Whether its absence is a problem.
            min_items: The fewest items, where it is present.
            max_items: The most items.

        Returns:
            The fields of each item.
        """
        nodes = self.sequence(name, required=required, min_items=min_items, max_items=max_items)
        where = self._below(name)
        items = [self.at(node, known=known, where=f"{where}[{index}]") for index, node in enumerate(nodes)]
        return [item for item in items if item.valid]

    def strings(  # noqa: PLR0913 - the checks that the formats' own schemas make on lists of strings; all named
        self,
        name: str,
        *,
        required: bool = False,
        min_items: int = 0,
        max_items: int | None = None,
        min_length: int = 0,
        max_length: int | None = None,
        pattern: str | None = None,
        choices: Collection[str] | None = None,
    ) -> list[str]:
        """A field that is a list of strings; other items are reported and left out.

        Args:
            name: The field.
            required: Whether its absence is a problem.
            min_items: The fewest items, where it is present.
            max_items: The most items.
            min_length: The fewest characters of each.
            max_length: The most characters of each.
            pattern: A regex (of the standard library) that each of them must match as a whole.
            choices: The strings there are.

        Returns:
            The strings.
        """
        texts: list[str] = []
        for node in self.sequence(name, required=required, min_items=min_items, max_items=max_items):
            what = f"an item of `{self.shown(name)}`"
            text = self._item(node, what)
            if text is not None and self._is_allowed(node, what, text, (min_length, max_length, pattern, choices)):
                texts.append(text)
        return texts

    def string_map(self, name: str) -> dict[str, str]:
        """A field that maps strings to strings, as labels do; other values are reported and left out.

        Args:
            name: The field.

        Returns:
            The keys and values.
        """
        fields = self.mapping(name)
        texts: dict[str, str] = {}
        for key, node in fields.node.items if fields and isinstance(fields.node, Mapping) else ():
            text = None if self.problems.placeholder(key) else self._item(node, f"`{key.text}`")
            if text is not None:
                texts[key.text] = text
        return texts

    def at(self, node: Node, *, known: Collection[str] = (), where: str = "") -> Fields:
        """The fields of another mapping, with the same problems, spelling and coercion.

        Args:
            node: The mapping.
            known: The names of the fields in it.
            where: Its name in messages.

        Returns:
            Its fields.
        """
        return Fields(node, self.problems, known=known, where=where, spell=self._spell, coerce=self._coerce)

    # ---------------------------------------------------------------------------------------------------- the end

    def ignore(self, *names: str) -> Self:
        """Allow fields besides the known ones.

        Args:
            names: The fields.

        Returns:
            Itself.
        """
        self._known.update(names)
        return self

    def finish(self, unknown: Literal["error", "notice", "typo-error"] = "typo-error") -> None:
        """Report the fields that are not known.

        Args:
            unknown: Whether they are errors, notices (``unknown-field``), or errors where a known name is near and
                notices otherwise.
        """
        known, absent = frozenset(self._known), frozenset(self._known - self._entries.keys())
        for name, (key, _) in self._entries.items():
            if name in known:
                continue
            near = self.problems.guess(name, absent) or self.problems.guess(name, known)
            fix = f"did you mean `{self._spell.show(near)}`?" if near else None
            message = f"unknown field `{shortened(key.text)}`" + (f" in `{self.where}`" if self.where else "")
            if unknown == "error" or (unknown == "typo-error" and near):
                self.problems.error(key, message, fix)
            else:
                self.problems.notice("unknown-field", f"{message}; {fix}" if fix else message, key)

    # --------------------------------------------------------------------------------------------------- privates

    def _below(self, name: str) -> str:
        return f"{self.where}.{self.shown(name)}" if self.where else self.shown(name)

    def _wanted(self, name: str, *, required: bool) -> Node | None:
        if self.has(name):
            return self.node_of(name)
        if required and self.valid:
            self.error(name, f"`{self.shown(name)}` is required" + (f" in `{self.where}`" if self.where else ""))
        return None

    def _scalar(self, name: str, wanted: str, *, required: bool) -> Scalar | None:
        node = self._wanted(name, required=required)
        return None if node is None else self._checked(node, f"`{self.shown(name)}`", wanted)

    def _checked(self, node: Node, what: str, wanted: str) -> Scalar | None:
        if not isinstance(node, Scalar):
            self.problems.error(node, f"{what} must be {wanted}, not {describe(node)}")
        elif node.tag is not None:
            self.problems.error(node, f"{what} has the YAML tag `{shortened(node.tag)}`, which means nothing here")
        elif not self.problems.placeholder(node):
            return node
        return None

    def _text(self, scalar: Scalar, what: str) -> str | None:
        if isinstance(scalar.value, str):
            return scalar.value
        if self._coerce and scalar.value is not None:
            return scalar.text
        fix = None if scalar.value is None else f'write "{shortened(scalar.text)}" in quotes'
        self.problems.error(scalar, f"{what} must be a string, not {describe(scalar)}", fix)
        return None

    def _item(self, node: Node, what: str) -> str | None:
        scalar = self._checked(node, what, "a string")
        return None if scalar is None else self._text(scalar, what)

    def _is_allowed(
        self, node: Node, what: str, text: str, rules: tuple[int, int | None, str | None, Collection[str] | None]
    ) -> bool:
        """Check length, pattern and choices of a string, and report what is wrong."""
        min_length, max_length, pattern, choices = rules
        fault = length_fault(len(text), min_length, max_length, "character")
        if fault:
            self.problems.error(node, f"{what} must have {fault}, not {len(text)}")
        elif pattern is not None and not re.fullmatch(pattern, text):
            self.problems.error(node, f"{what} must match {pattern}, not {quoted(text)}")
        elif choices is not None and text not in choices:
            self._choice(node, what, text, choices)
        else:
            return True
        return False

    def _choice(self, node: Node, what: str, text: str, choices: Collection[str]) -> None:
        near = self.problems.guess(text, frozenset(choices))
        fix = f"did you mean `{near}`?" if near else None
        self.problems.error(node, f"{what} must be one of {', '.join(choices)}, not {quoted(text)}", fix)

    def _in_range(self, name: str, value: float, minimum: float | None, maximum: float | None) -> bool:
        if minimum is not None and value < minimum:
            self.error(name, f"`{self.shown(name)}` must be at least {minimum}, not {shortened(str(value))}")
        elif maximum is not None and value > maximum:
            self.error(name, f"`{self.shown(name)}` must be at most {maximum}, not {shortened(str(value))}")
        else:
            return True
        return False


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value is None


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:
        return False

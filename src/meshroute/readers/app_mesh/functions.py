"""CloudFormation's functions, as far as a template and its parameters decide them.

Worked out are ``Ref``, ``Fn::Sub``, ``Fn::GetAtt``, ``Fn::If`` with its conditions, ``Fn::FindInMap``, ``Fn::Join``,
``Fn::Split`` and ``Fn::Select``; ``Fn::ImportValue`` takes its value from a variable of the export's name. The others
depend on more than the template. A value that cannot be worked out becomes a scalar that lacks what it names, so that
it is a problem only where a reader needs it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from attrs import evolve

from meshroute.readers._document import Mapping, Node, Problems, Scalar, Sequence, rewrite
from meshroute.readers.app_mesh.intrinsics import (
    LONGEST_LIST,
    absent,
    conjunction,
    equals,
    find_in_map,
    holds,
    join,
    joined,
    lacking,
    missing,
    negation,
    select,
    split,
    text,
    without_absent,
)
from meshroute.readers.app_mesh.shapes import NAME_KEYS

if TYPE_CHECKING:
    import collections.abc

    from meshroute.errors import DocumentError
    from meshroute.readers._document import Mark

PREFIX: Final = "AWS::AppMesh::"
UNDECIDED: Final = "Condition"
"""What a condition lacks that is not defined, or not in a way that can be worked out."""
_SUBSTITUTE: Final = re.compile(r"\$\{(!?)([^{}]*)\}")
_IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MAX_DEPTH: Final = 20
_MOST_ITEMS: Final = 20_000
_PLAIN: Final = {"Fn::Equals": equals, "Fn::Join": join, "Fn::Select": select, "Fn::Split": split}


class Functions:
    """The functions of one template.

    Args:
        template: Its root.
        variables: Values for parameters, pseudo parameters and attributes (``X.Arn``).

    >>> from meshroute.readers._document import parse_yaml
    >>> (template,) = parse_yaml("{Parameters: {P: {Default: shop}}, name: !Sub '${P}-mesh'}")
    >>> Functions(template, {}).worked_out(template.get("name")).value
    'shop-mesh'
    """

    def __init__(self, template: Mapping, variables: collections.abc.Mapping[str, str]) -> None:
        self._parameters = _mappings(template.get("Parameters"))
        self._resources = _mappings(template.get("Resources"))
        self._maps = _mappings(template.get("Mappings"))
        conditions = template.get("Conditions")
        self._conditions = conditions if isinstance(conditions, Mapping) else Mapping(())
        self._outcomes: dict[str, Scalar] = {}
        self._variables = variables
        # The document layer puts variables whose names are no identifiers (AWS::Region) in the place of whole scalars.
        self._given = {value for name, value in variables.items() if not _IDENTIFIER.fullmatch(name)}
        self._names: dict[tuple[str, str], Scalar] = {}
        self._values: dict[str, Node] = {}
        self._depth = 0
        self._left = _MOST_ITEMS

    def worked_out(self, node: Node) -> Node:
        """Work out the functions in a tree.

        Args:
            node: The tree.

        Returns:
            The tree with values in the place of functions.
        """
        return rewrite(rewrite(node, self._change), without_absent)

    def condition(self, name: str) -> Scalar:
        """Work out a condition of the template.

        Args:
            name: Its name.

        Returns:
            True, false, or a scalar that lacks what it depends on.

        >>> from meshroute.readers._document import parse_yaml
        >>> (template,) = parse_yaml("Conditions: {Small: !Equals [!Ref Size, s]}")
        >>> Functions(template, {"Size": "s"}).condition("Small").value
        True
        """
        if name not in self._outcomes:
            # Stays, should conditions refer to each other in a circle, or where there is no such condition.
            self._outcomes[name] = missing(UNDECIDED)
            node = self._conditions.get(name)
            if node is not None and self._depth < _MAX_DEPTH:
                self._depth += 1
                outcome = self._truth(self.worked_out(node))
                self._depth -= 1
                if isinstance(outcome, Scalar) and (outcome.placeholders or holds(outcome) is not None):
                    self._outcomes[name] = outcome
        return self._outcomes[name]

    def _truth(self, node: Node) -> Node:
        """A condition's node, with ``{"Condition": name}`` worked out; elsewhere that may be the key of a property."""
        if isinstance(node, Mapping) and len(node.items) == 1 and node.items[0][0].text == "Condition":
            name = node.items[0][1]
            return self.condition(name.text) if isinstance(name, Scalar) else node
        return node

    def _change(self, node: Node) -> Node:
        value = self._called(node)
        if value is not node and isinstance(value, Sequence):
            # A short call can stand for a long list: all of them together stay short.
            self._left -= len(value.items)
            return value if self._left >= 0 else lacking(node, (_call(node)[0] or "Ref",))
        return value

    def _called(self, node: Node) -> Node:
        name, argument = _call(node)
        if name is None:
            return node
        if node.tag is not None and isinstance(argument, Mapping):
            # `!ImportValue` with `Fn::Sub: …` below it: one mapping with a tag, and a call in itself.
            argument = self._called(argument)
        if isinstance(argument, Scalar) and argument.placeholders and not argument.text:
            return lacking(node, argument.placeholders)
        if name == "Ref" and isinstance(argument, Scalar):
            return self._in_place(node, self._ref(argument.text))
        if name == "Fn::GetAtt":
            return self._in_place(node, self._get_att(argument))
        if name == "Fn::Sub":
            return self._sub(node, argument)
        if name == "Fn::FindInMap":
            return find_in_map(node, argument, self._maps)
        if name == "Fn::ImportValue" and isinstance(argument, Scalar):
            return self._in_place(node, self._import(argument.text))
        if name in {"Fn::If", "Fn::And", "Fn::Or", "Fn::Not", "Condition"}:
            return self._decided(node, name, argument)
        return _PLAIN[name](node, argument) if name in _PLAIN else lacking(node, (name,))

    def _decided(self, node: Node, name: str, argument: Node) -> Node:
        """What depends on conditions of the template."""
        if name == "Condition" and isinstance(argument, Scalar):
            return self._in_place(node, self.condition(argument.text))
        items = argument.items if isinstance(argument, Sequence) else ()
        if name == "Fn::If" and len(items) == 3 and isinstance(items[0], Scalar):
            outcome = self.condition(items[0].text)
            if outcome.placeholders:
                return lacking(node, (name,) if UNDECIDED in outcome.placeholders else outcome.placeholders)
            return items[1] if outcome.value else items[2]
        if name in {"Fn::And", "Fn::Or", "Fn::Not"}:
            conditions = Sequence(tuple(map(self._truth, items)))
            return negation(node, conditions) if name == "Fn::Not" else conjunction(node, conditions, name)
        return lacking(node, (name,))

    def _import(self, name: str) -> Scalar:
        """The value of another stack's export, which only a variable can give."""
        if name in self._variables:
            return text(self._variables[name])
        return text(name) if name in self._given else missing(name)

    @staticmethod
    def _in_place(node: Node, value: Node) -> Node:
        return evolve(value, origin=node.origin, offset=node.offset, path=node.path)

    def _ref(self, name: str) -> Node:
        if name == "AWS::NoValue":
            return absent()
        if name in self._parameters:
            if name not in self._values:
                self._values[name] = self._parameter(name, self._parameters[name])
            return self._values[name]
        if name in self._variables:
            return text(self._variables[name])
        kind = self._kind(name)
        if kind is not None:
            return self._property(name, kind, _property_name(NAME_KEYS[kind]))
        if name in self._given:
            return text(name)
        return missing(name)

    def _parameter(self, name: str, parameter: Mapping) -> Node:
        """A parameter's value; the default of one in SSM's parameter store is a key there, not the value."""
        kind, default = parameter.get("Type"), parameter.get("Default")
        kind_name = kind.text if isinstance(kind, Scalar) else ""
        if name in self._variables:
            value = self._variables[name]
        elif isinstance(default, Scalar) and not default.placeholders and "AWS::SSM::" not in kind_name:
            value = default.text
        else:
            return missing(name)
        if "List" in kind_name:
            return Sequence(tuple(text(item.strip()) for item in value.split(",", LONGEST_LIST)))
        return text(value)

    def _attribute(self, resource: str, attribute: str) -> Scalar:
        """``Arn`` and ``Uid`` stand for the object too: what matters here is which object is meant."""
        whole = f"{resource}.{attribute}"
        if whole in self._variables:
            return text(self._variables[whole])
        kind = self._kind(resource)
        if kind is not None and attribute in {"Arn", "Uid"}:
            return self._property(resource, kind, _property_name(NAME_KEYS[kind]))
        if kind is not None and attribute in map(_property_name, NAME_KEYS.values()):
            return self._property(resource, kind, attribute)
        return missing(whole)

    def _kind(self, resource: str) -> str | None:
        kind = self._resources[resource].get("Type") if resource in self._resources else None
        name = kind.text.removeprefix(PREFIX) if isinstance(kind, Scalar) and kind.text.startswith(PREFIX) else ""
        return name if name in NAME_KEYS else None

    def _property(self, resource: str, kind: str, name: str) -> Scalar:
        """A name among a resource's properties; its own is the logical id where it is left out."""
        key = (resource, name)
        if key in self._names:
            return self._names[key]
        whole = f"{resource}.{name}"
        # Stays, should the names refer to each other in a circle.
        self._names[key] = missing(whole)
        properties = self._resources[resource].get("Properties")
        node = properties.get(name) if isinstance(properties, Mapping) else None
        value: Node | None = None
        if node is not None and self._depth < _MAX_DEPTH:
            self._depth += 1
            value = self.worked_out(node)
            self._depth -= 1
        is_absent = node is None or (isinstance(value, Scalar) and value.value is None)
        if is_absent and name == _property_name(NAME_KEYS[kind]):
            self._names[key] = text(resource)
        elif isinstance(value, Scalar) and not is_absent:
            self._names[key] = value
        return self._names[key]

    def _get_att(self, argument: Node) -> Scalar:
        """``"X.Attribute"``, or ``[X, Attribute]``."""
        if isinstance(argument, Scalar):
            if argument.text in self._given:
                return text(argument.text)
            resource, _, attribute = argument.text.partition(".")
            return self._attribute(resource, attribute)
        items = argument.items if isinstance(argument, Sequence) else ()
        parts = [item.text for item in items if isinstance(item, Scalar)]
        return self._attribute(parts[0], ".".join(parts[1:])) if parts else lacking(argument, ("Fn::GetAtt",))

    def _sub(self, node: Node, argument: Node) -> Scalar:
        """``"text ${X}"``, or ``["text ${X}", {X: value}]``; ``${!X}`` is the text ``${X}``."""
        values: dict[str, Node] = {}
        if isinstance(argument, Sequence) and argument.items:
            argument, *rest = argument.items
            if rest and isinstance(rest[0], Mapping):
                values = {key.text: value for key, value in rest[0].items}
        if not isinstance(argument, Scalar):
            return lacking(node, ("Fn::Sub",))
        parts: list[Node] = []
        done = 0
        for found in _SUBSTITUTE.finditer(argument.text):
            parts.append(text(argument.text[done : found.start()]))
            name = found[2].strip()
            if found[1]:
                parts.append(text(f"${{{found[2]}}}"))
            elif name in values:
                parts.append(values[name])
            elif "." in name:
                parts.append(self._attribute(*name.split(".", 1)))
            else:
                parts.append(self._ref(name))
            done = found.end()
        return joined(node, "", [*parts, text(argument.text[done:])], "Fn::Sub")


class TemplateProblems(Problems):
    """Problems of a template, which go to those of all documents; it words what a function left open.

    Args:
        problems: The problems of all documents.
    """

    def __init__(self, problems: Problems) -> None:
        super().__init__()
        self._all = problems

    def add(self, error: DocumentError) -> None:
        """Add a problem to those of all documents."""
        self._all.add(error)

    def notice(self, code: str, message: str, where: Node | Mark | None = None) -> None:
        """Add a notice to those of all documents."""
        self._all.notice(code, message, where)

    def placeholder(self, scalar: Scalar) -> bool:
        """Report what a scalar lacks: functions that are not worked out, parameters without a value."""
        for name in scalar.placeholders:
            if name in {"Ref", UNDECIDED} or name.startswith("Fn::"):
                self.error(scalar, f"`{name}` is not evaluated", "write the value in its place")
            else:
                self._all.placeholder(evolve(scalar, placeholders=(name,)))
        return bool(scalar.placeholders)


def _call(node: Node) -> tuple[str | None, Node]:
    """The function that a node calls, in its short form (``!Sub``) or its full one (``{"Fn::Sub": …}``)."""
    if node.tag is not None:
        name = node.tag.removeprefix("!")
        return (name if name in {"Ref", "Condition"} else f"Fn::{name}"), evolve(node, tag=None)
    if isinstance(node, Mapping) and len(node.items) == 1:
        key, value = node.items[0]
        if key.text == "Ref" or key.text.startswith("Fn::"):
            return key.text, value
    return None, node


def _property_name(key: str) -> str:
    return key[0].upper() + key[1:]


def _mappings(node: Node | None) -> dict[str, Mapping]:
    """The entries of a section that are mappings."""
    items = node.items if isinstance(node, Mapping) else ()
    return {key.text: value for key, value in items if isinstance(value, Mapping)}

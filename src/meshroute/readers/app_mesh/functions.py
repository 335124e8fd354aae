"""CloudFormation's functions: ``Ref``, ``Fn::Sub``, ``Fn::GetAtt``, ``Fn::Join`` and ``Fn::Select`` are worked out.

The others depend on more than the template. A value that cannot be worked out becomes a scalar that lacks what it
names, so that it is a problem only where a reader needs it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from attrs import evolve

from meshroute.readers._document import Mapping, Node, Problems, Scalar, Sequence, rewrite, with_text
from meshroute.readers.app_mesh.shapes import NAME_KEYS

if TYPE_CHECKING:
    import collections.abc

    from meshroute.errors import DocumentError
    from meshroute.readers._document import Mark

PREFIX: Final = "AWS::AppMesh::"
_SUBSTITUTE: Final = re.compile(r"\$\{(!?)([^{}]*)\}")
_IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LONGEST: Final = 4096
_MAX_DEPTH: Final = 20


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
        self._variables = variables
        # The document layer puts variables whose names are no identifiers (AWS::Region) in the place of whole scalars.
        self._given = {value for name, value in variables.items() if not _IDENTIFIER.fullmatch(name)}
        self._names: dict[tuple[str, str], Scalar] = {}
        self._depth = 0

    def worked_out(self, node: Node) -> Node:
        """Work out the functions in a tree.

        Args:
            node: The tree.

        Returns:
            The tree with values in the place of functions.
        """
        return rewrite(node, self._change)

    def _change(self, node: Node) -> Node:
        name, argument = _call(node)
        if name is None:
            return node
        if isinstance(argument, Scalar) and argument.placeholders and not argument.text:
            return _lacking(node, argument.placeholders)
        if name == "Ref" and isinstance(argument, Scalar):
            return self._in_place(node, self._ref(argument.text))
        if name == "Fn::GetAtt":
            return self._in_place(node, self._get_att(argument))
        if name == "Fn::Sub":
            return self._sub(node, argument)
        if name == "Fn::Join":
            return _join(node, argument)
        if name == "Fn::Select":
            return _select(node, argument)
        return _lacking(node, (name,))

    @staticmethod
    def _in_place(node: Node, value: Scalar) -> Scalar:
        return evolve(value, origin=node.origin, offset=node.offset, path=node.path)

    def _ref(self, name: str) -> Scalar:
        if name == "AWS::NoValue":
            return Scalar(None, "")
        if name in self._variables:
            return _text(self._variables[name])
        if name in self._parameters:
            default = self._parameters[name].get("Default")
            if isinstance(default, Scalar) and not default.placeholders:
                return _text(default.text)
            return _missing(name)
        kind = self._kind(name)
        if kind is not None:
            return self._property(name, kind, _property_name(NAME_KEYS[kind]))
        if name in self._given:
            return _text(name)
        return _missing(name)

    def _attribute(self, resource: str, attribute: str) -> Scalar:
        """``Arn`` and ``Uid`` stand for the object too: what matters here is which object is meant."""
        whole = f"{resource}.{attribute}"
        if whole in self._variables:
            return _text(self._variables[whole])
        kind = self._kind(resource)
        if kind is not None and attribute in {"Arn", "Uid"}:
            return self._property(resource, kind, _property_name(NAME_KEYS[kind]))
        if kind is not None and attribute in map(_property_name, NAME_KEYS.values()):
            return self._property(resource, kind, attribute)
        return _missing(whole)

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
        self._names[key] = _missing(whole)
        properties = self._resources[resource].get("Properties")
        node = properties.get(name) if isinstance(properties, Mapping) else None
        value: Node | None = None
        if node is not None and self._depth < _MAX_DEPTH:
            self._depth += 1
            value = self.worked_out(node)
            self._depth -= 1
        is_absent = node is None or (isinstance(value, Scalar) and value.value is None)
        if is_absent and name == _property_name(NAME_KEYS[kind]):
            self._names[key] = _text(resource)
        elif isinstance(value, Scalar) and not is_absent:
            self._names[key] = value
        return self._names[key]

    def _get_att(self, argument: Node) -> Scalar:
        """``"X.Attribute"``, or ``[X, Attribute]``."""
        if isinstance(argument, Scalar):
            if argument.text in self._given:
                return _text(argument.text)
            resource, _, attribute = argument.text.partition(".")
            return self._attribute(resource, attribute)
        items = argument.items if isinstance(argument, Sequence) else ()
        parts = [item.text for item in items if isinstance(item, Scalar)]
        return self._attribute(parts[0], ".".join(parts[1:])) if parts else _lacking(argument, ("Fn::GetAtt",))

    def _sub(self, node: Node, argument: Node) -> Scalar:
        """``"text ${X}"``, or ``["text ${X}", {X: value}]``; ``${!X}`` is the text ``${X}``."""
        values: dict[str, Node] = {}
        if isinstance(argument, Sequence) and argument.items:
            argument, *rest = argument.items
            if rest and isinstance(rest[0], Mapping):
                values = {key.text: value for key, value in rest[0].items}
        if not isinstance(argument, Scalar):
            return _lacking(node, ("Fn::Sub",))
        parts: list[Node] = []
        done = 0
        for found in _SUBSTITUTE.finditer(argument.text):
            parts.append(_text(argument.text[done : found.start()]))
            name = found[2].strip()
            if found[1]:
                parts.append(_text(f"${{{found[2]}}}"))
            elif name in values:
                parts.append(values[name])
            elif "." in name:
                parts.append(self._attribute(*name.split(".", 1)))
            else:
                parts.append(self._ref(name))
            done = found.end()
        return _joined(node, "", [*parts, _text(argument.text[done:])], "Fn::Sub")


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
            if name == "Ref" or name.startswith("Fn::"):
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


def _join(node: Node, argument: Node) -> Scalar:
    """``[delimiter, [value, …]]``."""
    if isinstance(argument, Sequence) and len(argument.items) == 2:
        delimiter, values = argument.items
        if isinstance(delimiter, Scalar) and isinstance(values, Sequence):
            return _joined(node, delimiter.text, list(values.items), "Fn::Join")
    return _lacking(node, ("Fn::Join",))


def _select(node: Node, argument: Node) -> Node:
    """``[index, [value, …]]``."""
    if isinstance(argument, Sequence) and len(argument.items) == 2:
        index, values = argument.items
        if isinstance(index, Scalar) and isinstance(values, Sequence) and re.fullmatch(r"[0-9]{1,6}", index.text):
            number = int(index.text)
            if number < len(values.items):
                return values.items[number]
    return _lacking(node, ("Fn::Select",))


def _joined(node: Node, delimiter: str, parts: list[Node], name: str) -> Scalar:
    texts: list[str] = []
    lacking: dict[str, None] = {}
    length = 0
    for part in parts:
        if not isinstance(part, Scalar) or length > _LONGEST:
            return _lacking(node, (name,))
        lacking |= dict.fromkeys(part.placeholders)
        texts.append(part.text)
        length += len(part.text) + len(delimiter)
    text = delimiter.join(texts)
    return _lacking(node, tuple(lacking)) if lacking else with_text(node, text)


def _missing(name: str) -> Scalar:
    return Scalar("", "", placeholders=(name,))


def _text(text: str) -> Scalar:
    return Scalar(text, text, quoted=True)


def _lacking(node: Node, names: tuple[str, ...]) -> Scalar:
    return evolve(with_text(node, ""), placeholders=names)


def _property_name(key: str) -> str:
    return key[0].upper() + key[1:]


def _mappings(node: Node | None) -> dict[str, Mapping]:
    """The entries of a section that are mappings."""
    items = node.items if isinstance(node, Mapping) else ()
    return {key.text: value for key, value in items if isinstance(value, Mapping)}

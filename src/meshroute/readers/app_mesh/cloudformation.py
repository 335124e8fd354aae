"""CloudFormation templates with ``AWS::AppMesh::*`` resources, in YAML (long and short tags) and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve, frozen

from meshroute.readers._document import Mapping, Scalar, nearest, walk
from meshroute.readers.app_mesh.dialect import CLOUDFORMATION, Holder, empty_mapping
from meshroute.readers.app_mesh.functions import PREFIX, UNDECIDED, Functions, TemplateProblems
from meshroute.readers.app_mesh.shapes import NAME_KEYS

if TYPE_CHECKING:
    import collections.abc

    from meshroute.readers._document import Node, Problems


@frozen
class Resource:
    """One App Mesh resource of a template.

    Args:
        holder: Where faults and notices go.
        logical_id: Its logical id.
        kind: Its kind.
        properties: Its properties, with functions worked out.
    """

    holder: Holder
    logical_id: str
    kind: str
    properties: Mapping


def is_cloudformation(node: Node) -> bool:
    """Tell whether a document is a template with App Mesh resources.

    Args:
        node: Its root.

    Returns:
        Whether it is.

    >>> from meshroute.readers._document import parse_yaml
    >>> is_cloudformation(parse_yaml("Resources: {M: {Type: AWS::AppMesh::Mesh}}")[0])
    True
    """
    resources = node.get("Resources") if isinstance(node, Mapping) else None
    return isinstance(resources, Mapping) and any(_type(resource).startswith(PREFIX) for _, resource in resources.items)


def read_template(
    node: Mapping, variables: collections.abc.Mapping[str, str], problems: Problems
) -> tuple[list[Resource], list[str]]:
    """Read the resources of a template.

    Args:
        node: Its root.
        variables: Values for parameters and pseudo parameters.
        problems: Where faults go.

    Returns:
        The App Mesh resources, and the types of the others.

    >>> from meshroute.readers._document import Problems, parse_yaml
    >>> template = parse_yaml("Resources: {M: {Type: AWS::AppMesh::Mesh}, S: {Type: AWS::ECS::Service}}")[0]
    >>> resources, foreign = read_template(template, {}, Problems())
    >>> [resource.logical_id for resource in resources], foreign
    (['M'], ['AWS::ECS::Service'])
    """
    functions = Functions(node, variables)
    own = TemplateProblems(problems)
    found: list[Resource] = []
    foreign: list[str] = []
    section = node.get("Resources")
    for key, resource in section.items if isinstance(section, Mapping) else ():
        name = _type(resource)
        kind = name.removeprefix(PREFIX)
        if key.text.startswith("Fn::") and any(_type(part).startswith(PREFIX) for part in walk(resource)):
            own.error(resource, f"`{key.text}` is not evaluated", "write the resources in its place")
        elif not name.startswith(PREFIX) or not isinstance(resource, Mapping):
            foreign.append(name or "resource")
        elif not _is_made(resource, functions, own):
            continue
        elif kind not in NAME_KEYS:
            near = nearest(kind, NAME_KEYS)
            fix = f"did you mean `{PREFIX}{near}`?" if near else f"the kinds are {', '.join(NAME_KEYS)}"
            own.error(resource.get("Type") or resource, f"unknown resource type `{name}`", fix)
        else:
            properties = functions.worked_out(resource.get("Properties") or empty_mapping(resource))
            if isinstance(properties, Mapping):
                found.append(Resource(Holder(CLOUDFORMATION, own), key.text, kind, properties))
            else:
                own.error(properties, "`Properties` must be a mapping")
    return found, foreign


def _is_made(resource: Mapping, functions: Functions, problems: TemplateProblems) -> bool:
    """Whether a resource's condition, if it has one, holds; a condition that is not known is a problem."""
    name = resource.get("Condition")
    if not isinstance(name, Scalar):
        return True
    outcome = functions.condition(name.text)
    if UNDECIDED in outcome.placeholders:
        problems.error(name, f"condition `{name.text}` cannot be worked out", "define it in `Conditions`")
        return False
    problems.placeholder(evolve(outcome, origin=name.origin, offset=name.offset, path=name.path))
    return outcome.value is True


def _type(resource: Node) -> str:
    node = resource.get("Type") if isinstance(resource, Mapping) else None
    return node.text if isinstance(node, Scalar) else ""

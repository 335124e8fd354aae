"""The shape printed in many guides: ``appmesh/v1beta1`` with ``spec.gatewayRoute`` and ``action.targetGroup``.

No controller ever accepted it. It is read as what its authors meant, and a Notice shows how v1beta2 spells it.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from meshroute.readers._document import Mapping, Node, Scalar, Sequence
from meshroute.readers.app_mesh.kubernetes import Identified, default_aws_name, identify
from meshroute.readers.app_mesh.matches import read_match
from meshroute.readers.app_mesh.objects import GatewayRewrite, GatewayRoute, Ref
from meshroute.readers.app_mesh.routes import gateway_route_of, match_of
from meshroute.readers.app_mesh.specs import spec_of

if TYPE_CHECKING:
    from meshroute.readers._document import Fields
    from meshroute.readers.app_mesh.dialect import Holder

_PLAIN: Final = re.compile(r"[A-Za-z/][A-Za-z0-9/_.-]*")
_NOT_PLAIN: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def read_guide(holder: Holder, node: Node) -> GatewayRoute | None:
    """Read one GatewayRoute as guides print it.

    Args:
        holder: Where faults and notices go.
        node: The object.

    Returns:
        The gateway route, which names no gateway; or None where it is too faulty. Its target is the virtual service
        with the name of the target group.
    """
    found = identify(holder, node, "GatewayRoute")
    holder.finish(found.root)
    item = _read_spec(found)
    return item if found.is_sound else None


def _read_spec(found: Identified) -> GatewayRoute | None:
    spec = spec_of(found.root)
    holder = found.holder
    outer = spec.mapping("gatewayRoute", required=True)
    holder.finish(spec)
    priority = outer.integer("priority", minimum=0, maximum=1000) if outer else None
    named = gateway_route_of(outer) if outer else None
    holder.finish(outer)
    if named is None:
        return None
    route, protocol = named
    action = route.mapping("action", required=True)
    match_fields = match_of(route)
    match = read_match(holder, match_fields, protocol, "gateway")
    holder.finish(route)
    target = _target(holder, action) if action else None
    if target is None:
        return None
    spelling = _spelling(found, f"{protocol}Route", priority, match_fields.node, target)
    holder.notice(
        "guide-spelling",
        f"no App Mesh controller accepts `appmesh/v1beta1` with `spec.gatewayRoute`; in v1beta2 this is:\n{spelling}",
        found.root.node,
    )
    meta = found.meta(default_aws_name("GatewayRoute", holder))
    return GatewayRoute(meta, protocol, priority, match, GatewayRewrite(), target, None, None, tuple(holder.notices))


def _target(holder: Holder, action: Fields) -> Ref | None:
    group = action.mapping("targetGroup", known=("name",), required=True)
    holder.finish(action)
    if group is None:
        return None
    name = group.string("name", required=True, min_length=1)
    holder.finish(group)
    return None if name is None else Ref("VirtualService", holder.source(group.node), name, holder.namespace)


def _spelling(found: Identified, key: str, priority: int | None, match: Node, target: Ref) -> str:
    """The same gateway route as a v1beta2 document."""
    holder = found.holder
    lines = [
        "apiVersion: appmesh.k8s.aws/v1beta2",
        "kind: GatewayRoute",
        "metadata:",
        f"  name: {_scalar(holder.name)}",
        *([f"  namespace: {_scalar(holder.namespace)}"] if found.has_namespace else []),
        "spec:",
        *([] if priority is None else [f"  priority: {priority}"]),
        f"  {key}:",
        "    match:",
        *block_lines(match, 6),
        "    action:",
        "      target:",
        "        virtualService:",
        "          virtualServiceRef:",
        f"            name: {_scalar(target.name)}",
    ]
    return "\n".join(lines)


def block_lines(node: Node, indent: int) -> list[str]:
    """Write a tree as YAML in block style.

    Args:
        node: The tree.
        indent: The spaces before each line.

    Returns:
        The lines.

    >>> from meshroute.readers._document import parse_yaml
    >>> block_lines(parse_yaml("{prefix: /a, headers: [{name: x}]}")[0], 0)
    ['prefix: /a', 'headers:', '  - name: x']
    """
    lines: list[str] = []
    waiting: list[tuple[str, int, Node]] = [("", indent, node)]
    while waiting:
        lead, depth, current = waiting.pop()
        if isinstance(current, Scalar):
            lines.append(f"{lead or ' ' * depth}{_scalar(current.value)}")
        elif not current.items:
            lines.append(f"{lead or ' ' * depth}{'[]' if isinstance(current, Sequence) else '{}'}")
        elif isinstance(current, Mapping):
            # A mapping in a list starts on the line of its dash; under a key it starts on the next line.
            if lead.endswith(": "):
                lines.append(lead[:-1])
                lead = ""
            entries = [(f"{' ' * depth}{_scalar(key.text)}: ", depth + 2, value) for key, value in current.items]
            if lead:
                entries[0] = (lead + entries[0][0].lstrip(), *entries[0][1:])
            waiting.extend(reversed(entries))
        else:
            if lead:
                lines.append(lead.rstrip())
            waiting.extend((f"{' ' * depth}- ", depth + 2, item) for item in reversed(current.items))
    return lines


def _scalar(value: str | float | bool | None) -> str:  # noqa: FBT001 - one value of a document, not a switch
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _NOT_PLAIN:
        return value
    return json.dumps(value, ensure_ascii=False)

"""Rules of reading App Mesh documents that deliberate bugs showed to be untested."""

from __future__ import annotations

from tests.unit.readers.app_mesh.reading import read


def test_a_guide_may_have_a_priority() -> None:
    mesh, problems, _ = read("""
apiVersion: appmesh/v1beta1
kind: GatewayRoute
metadata: {name: example}
spec:
  gatewayRoute:
    priority: 9
    httpRoute: {match: {prefix: /a}, action: {targetGroup: {name: group}}}
""")
    assert problems == []
    assert [route.priority for route in mesh.gateway_routes] == [9]

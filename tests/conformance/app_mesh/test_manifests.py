"""Every manifest of the folder beside the checkout loads, or is refused for a reason that a person agrees with."""

from __future__ import annotations

from pathlib import Path

from meshroute.errors import DocumentLoadError
from meshroute.readers import load

VARIABLES = {
    "APP_NAMESPACE": "app",
    "CLOUDMAP_NAMESPACE": "app.local",
    "MESH_NAME": "app",
    "NAMESPACE_NAME": "app",
    "ProjectName": "app",
    "VIRTUALSERVICE_NAME": "color.app.local",
    "colorapp-service-ARN": "arn:aws:appmesh:us-east-1:111122223333:mesh/app/virtualService/colorapp.app",
}
SETTINGS = {
    "colorgateway-route-1.json": {"virtualGatewayName": "colorgateway-vg"},
    "colorgateway-route-2.json": {"virtualGatewayName": "colorgateway-vg"},
    "colorteller-route-1.json": {"virtualRouterName": "colorteller-vr-1"},
    "colorteller-route-2.json": {"virtualRouterName": "colorteller-vr-2"},
}
NO_APP_MESH = (
    "no document is of a format that is known (App Mesh, Envoy, Gateway API); "
    "found: apiextensions.k8s.io/v1beta1 CustomResourceDefinition (1)"
)
REFUSED = {
    f"examples/apps/djapp/legacy/3_add_crds/{name}-definition.yaml": [NO_APP_MESH]
    for name in ("mesh", "virtual-node", "virtual-service")
}


def test_every_manifest(shared: Path) -> None:
    folder = shared / "manifests" / "app-mesh"
    refused: dict[str, list[str]] = {}
    count = 0
    for path in sorted(folder.rglob("*")):
        if path.suffix not in {".yaml", ".json", ".template"} or path.parent == folder:
            continue
        count += 1
        settings = {path.name: SETTINGS[path.name]} if path.name in SETTINGS else None
        try:
            load(path, variables=VARIABLES, settings=settings)
        except DocumentLoadError as error:
            refused[path.relative_to(folder).as_posix()] = [
                str(problem).removeprefix(f"{path}: ") for problem in error.exceptions
            ]
    assert refused == REFUSED
    assert count > 40

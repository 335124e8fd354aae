"""Random App Mesh documents, and the Envoy configuration that App Mesh's control plane is documented to make of them.

Both come from one plain description, by ways that share nothing: the documents in Kubernetes' form, and Envoy's route
tables after app-mesh.md §2.1 to §2.5. What AWS left open (§2.12) does not occur: every priority is another one, and no
route matches by host name.
"""

from __future__ import annotations

from random import Random
from typing import Final

from attrs import define, field

from tests.differential.envoy.alphabet import Json
from tests.differential.envoy.judge import Judge, cluster, free_ports, listener

PATHS: Final = ("/a", "/a/", "/a/b", "/", "/ab", "/b/", "/a/b/c")
REGEXES: Final = ("/a.*", "/[ab]/.*", "/a/(b|c)", ".*b")
SERVICES: Final = ("s0.ns.svc.cluster.local", "s1.ns.svc.cluster.local")
NODES: Final = ("n0", "n1", "n2")
OPTIONS: Final[Json] = {
    "normalize_path": True,
    "merge_slashes": True,
    "path_with_escaped_slashes_action": "KEEP_UNCHANGED",
}


@define
class MeshPlan:
    """One mesh: its gateway routes, and the routes of the router of each service."""

    gateway_routes: list[Json] = field(factory=list[Json])
    routes: dict[str, list[Json]] = field(factory=dict[str, list[Json]])


def plan(rng: Random) -> MeshPlan:
    """Make the description of a mesh.

    Args:
        rng: Where chance comes from.

    Returns:
        The description.
    """
    priorities = rng.sample(range(1000), 20)
    made = MeshPlan()
    for number in range(rng.randint(1, 5)):
        route = _condition(rng)
        route |= {"name": f"g{number}", "priority": priorities.pop(), "service": rng.choice(SERVICES)}
        if rng.random() < 0.25:
            route["keep_host"] = True
        kind = rng.random()
        if "prefix" in route and kind < 0.2:
            route["keep_prefix"] = True
        elif "prefix" in route and kind < 0.4 and route["prefix"].endswith("/"):
            route["new_prefix"] = rng.choice(("/new/", "/x/y/"))
        elif "prefix" not in route and kind < 0.4:
            route["new_path"] = rng.choice(("/exact", "/a"))
        made.gateway_routes.append(route)
    for service in SERVICES:
        made.routes[service] = [
            _condition(rng) | {"name": f"r{number}", "priority": priorities.pop(), "node": rng.choice(NODES)}
            for number in range(rng.randint(1, 4))
        ]
    return made


def _condition(rng: Random) -> Json:
    found: Json = {}
    kind = rng.random()
    if kind < 0.6:
        found["prefix"] = rng.choice(PATHS)
    elif kind < 0.8:
        found["exact"] = rng.choice(PATHS)
    else:
        found["regex"] = rng.choice(REGEXES)
    if rng.random() < 0.3:
        found["method"] = rng.choice(("GET", "POST"))
    if rng.random() < 0.4:
        match: Json | None = rng.choice(
            (
                None,
                {"exact": "1"},
                {"prefix": "a"},
                {"suffix": "b"},
                {"regex": "a.*"},
                {"range": {"start": 1, "end": 5}},
            )
        )
        found["header"] = {"name": rng.choice(("x-a", "x-b")), "match": match, "invert": rng.random() < 0.3}
    if rng.random() < 0.2:
        found["query"] = rng.choice((None, "1"))
    return found


# ---------------------------------------------------------------------------------------------------- the documents


def documents(made: MeshPlan) -> list[Json]:
    """Write a mesh as Kubernetes objects.

    Args:
        made: The description.

    Returns:
        The objects.
    """
    labels = {"matchLabels": {"mesh": "m"}}
    objects: list[Json] = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "ns", "labels": {"mesh": "m", "gateway": "gw"}}},
        _object("Mesh", "m", {"namespaceSelector": labels}, namespaced=False),
        _object(
            "VirtualGateway",
            "gw",
            {
                "namespaceSelector": {"matchLabels": {"gateway": "gw"}},
                "listeners": [{"portMapping": {"port": 8088, "protocol": "http"}}],
            },
        ),
    ]
    objects += [_object("GatewayRoute", route["name"], _gateway_route(route)) for route in made.gateway_routes]
    for service, routes in made.routes.items():
        short = service.partition(".")[0]
        provider = {"virtualRouter": {"virtualRouterRef": {"name": short}}}
        objects.append(_object("VirtualService", short, {"awsName": service, "provider": provider}))
        spec: Json = {
            "listeners": [{"portMapping": {"port": 80, "protocol": "http"}}],
            "routes": [_route(one) for one in routes],
        }
        objects.append(_object("VirtualRouter", short, spec))
    for node in NODES:
        spec = {
            "listeners": [{"portMapping": {"port": 80, "protocol": "http"}}],
            "serviceDiscovery": {"dns": {"hostname": f"{node}.example"}},
        }
        objects.append(_object("VirtualNode", node, spec))
    return objects


def _object(kind: str, name: str, spec: Json, *, namespaced: bool = True) -> Json:
    metadata = {"name": name, "namespace": "ns"} if namespaced else {"name": name}
    return {"apiVersion": "appmesh.k8s.aws/v1beta2", "kind": kind, "metadata": metadata, "spec": spec}


def _match(route: Json) -> Json:
    found: Json = {}
    if "prefix" in route:
        found["prefix"] = route["prefix"]
    else:
        kind = "exact" if "exact" in route else "regex"
        found["path"] = {kind: route[kind]}
    if "method" in route:
        found["method"] = route["method"]
    if "header" in route:
        header = route["header"]
        found["headers"] = [{key: value for key, value in header.items() if value is not None}]
    if "query" in route:
        value = route["query"]
        found["queryParameters"] = [{"name": "q"} if value is None else {"name": "q", "match": {"exact": value}}]
    return found


def _gateway_route(route: Json) -> Json:
    service = route["service"].partition(".")[0]
    action: Json = {"target": {"virtualService": {"virtualServiceRef": {"name": service}}}}
    rewrite: Json = {}
    if route.get("keep_host"):
        rewrite["hostname"] = {"defaultTargetHostname": "DISABLED"}
    if route.get("keep_prefix"):
        rewrite["prefix"] = {"defaultPrefix": "DISABLED"}
    if "new_prefix" in route:
        rewrite["prefix"] = {"value": route["new_prefix"]}
    if "new_path" in route:
        rewrite["path"] = {"exact": route["new_path"]}
    if rewrite:
        action["rewrite"] = rewrite
    return {"priority": route["priority"], "httpRoute": {"match": _match(route), "action": action}}


def _route(route: Json) -> Json:
    targets = [{"virtualNodeRef": {"name": route["node"]}, "weight": 1}]
    return {
        "name": route["name"],
        "priority": route["priority"],
        "httpRoute": {"match": _match(route), "action": {"weightedTargets": targets}},
    }


# ------------------------------------------------------------------------------------------------------------ Envoy


def ingress(made: MeshPlan, own: str) -> Json:
    """Write the gateway's table: app-mesh.md §2.1, ``rds_ingress_http``.

    Args:
        made: The description.
        own: The cluster that leads to the egress listener.

    Returns:
        The RouteConfiguration.
    """
    routes: list[Json] = []
    for route in sorted(made.gateway_routes, key=lambda one: one["priority"]):
        routes += _ingress_routes(route, own)
    return {"name": "ingress", "virtual_hosts": [{"name": "self_redirect", "domains": ["*"], "routes": routes}]}


def _ingress_routes(route: Json, own: str) -> list[Json]:
    action: Json = {"cluster": own}
    if not route.get("keep_host"):
        action["host_rewrite_literal"] = route["service"]
    added = [{"header": {"key": "x-app-mesh-virtual-service", "value": route["service"]}}]
    whole: Json = {"match": _envoy_match(route), "route": action, "request_headers_to_add": added}
    if "new_path" in route:
        # without the anchors the empty text after the path would be replaced too
        action["regex_rewrite"] = {"pattern": {"regex": "^.*$"}, "substitution": route["new_path"]}
    if "prefix" not in route or route.get("keep_prefix"):
        return [whole]
    prefix = route["prefix"]
    new = route.get("new_prefix", "/")
    if prefix.endswith("/"):
        return [{**whole, "route": {**action, "prefix_rewrite": new}}]
    slashed = {**_envoy_match(route), "prefix": f"{prefix}/"}  # §2.4: two routes of one without a final slash
    return [
        {**whole, "match": slashed, "route": {**action, "prefix_rewrite": new}},
        {**whole, "route": {**action, "prefix_rewrite": new}},
    ]


def egress(made: MeshPlan) -> Json:
    """Write the table behind the gateway: app-mesh.md §2.1, ``rds_egress_http_15001``.

    Args:
        made: The description.

    Returns:
        The RouteConfiguration.
    """
    hosts: list[Json] = []
    kept: list[Json] = []
    for service, routes in made.routes.items():
        ordered = sorted(routes, key=lambda one: one["priority"])
        written = [
            {"name": one["name"], "match": _envoy_match(one), "route": {"cluster": one["node"]}} for one in ordered
        ]
        hosts.append({"name": service, "domains": [service, f"{service}:15001"], "routes": written})
        for one in written:
            by_service = {"name": "x-app-mesh-virtual-service", "string_match": {"exact": service}}
            kept.append({**one, "match": {**one["match"], "headers": [*one["match"].get("headers", []), by_service]}})
    hosts.append({"name": "default_backend", "domains": ["*"], "routes": kept})
    return {"name": "egress", "virtual_hosts": hosts}


def _envoy_match(route: Json) -> Json:
    found: Json = {}
    headers: list[Json] = []
    if "prefix" in route:
        found["prefix"] = route["prefix"]
    elif "exact" in route:
        found["path"] = route["exact"]
    else:
        found["safe_regex"] = {"regex": route["regex"]}
    if "method" in route:
        headers.append({"name": ":method", "string_match": {"exact": route["method"]}})
    if "header" in route:
        headers.append(_envoy_header(route["header"]))
    if "query" in route:
        value = route["query"]
        test: Json = {"present_match": True} if value is None else {"string_match": {"exact": value}}
        found["query_parameters"] = [{"name": "q", **test}]
    if headers:
        found["headers"] = headers
    return found


def _envoy_header(header: Json) -> Json:
    match: Json = header["match"] or {}
    found: Json = {"name": header["name"], "invert_match": header["invert"]}
    for kind, value in match.items():
        if kind == "range":
            found["range_match"] = value
        elif kind == "regex":
            found["string_match"] = {"safe_regex": {"regex": value}}
        else:
            found["string_match"] = {kind: value}
    return found


class MeshJudge(Judge):
    """Envoys of gateways: for each mesh an ingress listener, and an egress listener that it leads to."""

    def __init__(self, meshes: list[MeshPlan]) -> None:
        super().__init__([])
        self._meshes = meshes

    def config(self, upstream: int, log: str) -> Json:
        """Write the bootstrap."""
        ports = free_ports(2 * len(self._meshes))
        self.ports = ports[::2]
        listeners: list[Json] = []
        clusters = [cluster(node, upstream) for node in NODES]
        for at, made in enumerate(self._meshes):
            into, out = ports[2 * at], ports[2 * at + 1]
            clusters.append(cluster(f"self{at}", out))
            listeners.append(listener(f"in{at}", into, ingress(made, f"self{at}"), OPTIONS))
            listeners.append(listener(f"out{at}", out, egress(made), OPTIONS, log))
        # App Mesh's Envoys were 1.34 at last, which looked at the lines of a header joined with a comma
        layer = {"envoy.reloadable_features.match_headers_individually": False}
        return {
            "layered_runtime": {"layers": [{"name": "static", "static_layer": layer}]},
            "static_resources": {"listeners": listeners, "clusters": clusters},
        }

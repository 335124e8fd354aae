"""The Gateway API by its text, over documents as they are drawn: slow, and without any of the library's own code.

`draw_documents` draws Gateways, routes and grants that are valid; `by_the_text` says which rule takes a request, or
what else is answered. Both are for HTTP and HTTPS listeners and HTTPRoutes, where the order of everything matters most.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

Json = dict[str, Any]

HOSTS = ("a.example", "b.example", "x.a.example", "y.x.a.example", "example", "other.org")
NAMES = (None, None, "a.example", "x.a.example", "*.example", "*.a.example", "*.x.a.example", "other.org")
PATHS = ("/", "/a", "/a/", "/a/b", "/ab", "/a/b/c")
_GROUP = "gateway.networking.k8s.io"
_API = f"{_GROUP}/v1"


def _meta(rng: Random, name: str) -> Json:
    meta: Json = {"name": name, "namespace": rng.choice(("n", "m"))}
    if rng.randrange(2):
        meta["creationTimestamp"] = f"202{rng.randrange(3)}-01-01T00:00:00Z"
    return meta


def _listener(rng: Random, number: int) -> Json:
    listener: Json = {"name": f"l{number}", "port": rng.choice((80, 80, 443, 443, 8080)), "protocol": "HTTP"}
    if listener["port"] == 443:
        listener |= {"protocol": "HTTPS", "tls": {"certificateRefs": [{"name": "s"}]}}
    hostname = rng.choice(NAMES)
    if hostname is not None:
        listener["hostname"] = hostname
    if rng.randrange(3):
        listener["allowedRoutes"] = {"namespaces": {"from": "All"}}
    return listener


def _match(rng: Random) -> Json:
    match: Json = {}
    if rng.randrange(4):
        match["path"] = {"type": rng.choice(("Exact", "PathPrefix", "PathPrefix")), "value": rng.choice(PATHS)}
    if not rng.randrange(3):
        match["method"] = rng.choice(("GET", "POST"))
    for key, names in (("headers", ("h", "i")), ("queryParams", ("p", "q"))):
        if not rng.randrange(3):
            match[key] = [{"name": name, "value": rng.choice("12")} for name in rng.sample(names, rng.randrange(1, 3))]
    return match


def _rule(rng: Random) -> Json:
    matches = [_match(rng) for _ in range(rng.randrange(4))]
    refs: list[Json] = [
        {"name": rng.choice("st"), "namespace": rng.choice(("n", "m")), "port": 80, "weight": rng.choice((0, 1, 3))}
        for _ in range(rng.randrange(3))
    ]
    filters = [] if rng.randrange(4) else [{"type": "URLRewrite", "urlRewrite": _rewrite(rng, matches)}]
    return {**({"matches": matches} if matches else {}), "filters": filters, "backendRefs": refs}


def _rewrite(rng: Random, matches: list[Json]) -> Json:
    path: Json = matches[0].get("path", {}) if len(matches) == 1 else {}
    rewrite: Json = {}
    if path.get("type") == "PathPrefix" and path["value"] != "/":
        rewrite["path"] = {"type": "ReplacePrefixMatch", "replacePrefixMatch": rng.choice(("/x", "/x/y/"))}
    elif rng.randrange(2):
        rewrite["path"] = {"type": "ReplaceFullPath", "replaceFullPath": rng.choice(("/f", "/f/"))}
    if not rewrite or rng.randrange(2):
        rewrite["hostname"] = "new.example"
    return rewrite


def _route(rng: Random, number: int, gateways: list[Json]) -> Json:
    gateway = rng.choice(gateways)["metadata"]
    parent: Json = {"name": gateway["name"], "namespace": gateway["namespace"]}
    if not rng.randrange(3):
        parent["sectionName"] = f"l{rng.randrange(3)}"
    if not rng.randrange(5):
        parent["port"] = rng.choice((80, 443))
    hostnames = [name for name in dict.fromkeys(rng.choices(NAMES, k=rng.randrange(3))) if name is not None]
    spec: Json = {"parentRefs": [parent], "rules": [_rule(rng) for _ in range(rng.randrange(1, 4))]}
    if hostnames:
        spec["hostnames"] = hostnames
    return {"apiVersion": _API, "kind": "HTTPRoute", "metadata": _meta(rng, f"r{number}"), "spec": spec}


def draw_documents(rng: Random) -> list[Json]:
    """Draw Gateways with listeners, routes, and a grant or none."""
    gateways: list[Json] = []
    for number in range(rng.choice((1, 1, 2))):
        listeners: list[Json] = []
        for one in (_listener(rng, place) for place in range(rng.randrange(1, 6))):
            if all((one["port"], one.get("hostname")) != (it["port"], it.get("hostname")) for it in listeners):
                listeners.append(one)
        spec = {"gatewayClassName": "c", "listeners": listeners}
        gateways.append({"apiVersion": _API, "kind": "Gateway", "metadata": _meta(rng, f"g{number}"), "spec": spec})
    routes = [_route(rng, number, gateways) for number in range(rng.randrange(1, 6))]
    grants: list[Json] = []
    if rng.randrange(2):
        source = {"group": _GROUP, "kind": "HTTPRoute", "namespace": rng.choice(("n", "m"))}
        target: Json = {"group": "", "kind": "Service", **rng.choice(({}, {"name": "s"}))}
        meta = {"name": "x", "namespace": rng.choice(("n", "m"))}
        grants.append(
            {"apiVersion": _API, "kind": "ReferenceGrant", "metadata": meta, "spec": {"from": [source], "to": [target]}}
        )
    return [*gateways, *routes, *grants]


def takes(pattern: str | None, host: str) -> bool:
    """Tell whether a hostname takes a host: a wildcard is one label or more (§2.4)."""
    if pattern is None:
        return True
    if not pattern.startswith("*."):
        return pattern == host
    labels, wanted = host.split("."), pattern.split(".")[1:]
    return len(labels) > len(wanted) and labels[-len(wanted) :] == wanted


def specific(pattern: str | None) -> tuple[int, int]:
    """Rank a listener's hostname: exact, then a wildcard with more labels, then none (G:147-165)."""
    if pattern is None:
        return 0, 0
    return (1 if pattern.startswith("*.") else 2), pattern.count(".")


def _best(listeners: list[Json], host: str) -> Json | None:
    fitting = [one for one in listeners if takes(one.get("hostname"), host)]
    return max(fitting, key=lambda one: specific(one.get("hostname")), default=None)


def common(one: str | None, other: str | None) -> tuple[str | None] | None:
    """Say what two hostnames have in common: the more specific of the two (§2.4)."""
    for mine, theirs in ((one, other), (other, one)):
        if mine is None or mine == theirs:
            return (theirs,)
        if theirs is not None and takes(mine, theirs.replace("*", "any")):
            return (theirs,)
    return None


def _path_fits(path: Json, asked: str) -> bool:
    value = path["value"]
    if path["type"] == "Exact":
        return bool(asked == value)
    elements = [part for part in value.split("/") if part]
    return asked.split("/")[1 : len(elements) + 1] == elements


def _fits(match: Json, request: Json) -> bool:
    return (
        _path_fits(match.get("path", {"type": "PathPrefix", "value": "/"}), request["path"])
        and match.get("method", request["method"]) == request["method"]
        and all(request["headers"].get(one["name"]) == one["value"] for one in match.get("headers", ()))
        and all(request["query"].get(one["name"]) == one["value"] for one in match.get("queryParams", ()))
    )


def _rank(match: Json) -> tuple[object, ...]:
    """Rank a match: what is smaller goes first (H:185-207)."""
    path = match.get("path", {"type": "PathPrefix", "value": "/"})
    length = len(path["value"].rstrip("/"))
    return (
        path["type"] != "Exact",
        -length,
        "method" not in match,
        -len(match.get("headers", ())),
        -len(match.get("queryParams", ())),
    )


def _allowed(gateway: Json, listener: Json, route: Json) -> bool:
    parent = route["spec"]["parentRefs"][0]
    meta = gateway["metadata"]
    return (
        (parent["name"], parent["namespace"]) == (meta["name"], meta["namespace"])
        and parent.get("sectionName", listener["name"]) == listener["name"]
        and parent.get("port", listener["port"]) == listener["port"]
        and ("allowedRoutes" in listener or route["metadata"]["namespace"] == meta["namespace"])
    )


def _listener_for(gateway: Json, request: Json) -> Json | str | int:
    """Find the listener, or what is answered where there is none (§2.4, §2.5)."""
    listeners = [one for one in gateway["spec"]["listeners"] if one["port"] == request["port"]]
    best = _best(listeners, request["host"])
    chosen = _best(listeners, request["sni"]) if request["port"] == 443 else best
    if not listeners or (chosen is None and request["port"] == 443):
        return "refused"
    if best is not chosen:
        return 404 if best is None else 421
    return 404 if chosen is None else chosen


def _candidates(documents: list[Json], gateway: Json, listener: Json, request: Json) -> Iterator[tuple[Any, str, Json]]:
    """Go through the matches at a listener that take a request: rank, id and rule (§2.3, §2.4, §2.7)."""
    for route in documents:
        if route["kind"] != "HTTPRoute" or not _allowed(gateway, listener, route):
            continue
        meta = route["metadata"]
        shared = [common(listener.get("hostname"), one) for one in route["spec"].get("hostnames", [None])]
        names = [one[0] or "" for one in shared if one is not None and takes(one[0], request["host"])]
        for name in names:
            rank = (0 if name.startswith("*.") else -len(name), -len(name))
            for place, rule in enumerate(route["spec"]["rules"]):
                for number, match in enumerate(rule.get("matches", [{}])):
                    if _fits(match, request):
                        age = (meta.get("creationTimestamp", ""), meta["namespace"], meta["name"], place, number)
                        identity = f"HTTPRoute/{meta['namespace']}/{meta['name']}/{place}/{number}"
                        yield (rank, _rank(match), age), identity, rule


def by_the_text(documents: list[Json], gateway: Json, request: Json) -> tuple[object, ...]:
    """Say what is answered: a status, or the id of the match that takes the request with the state of its backends."""
    listener = _listener_for(gateway, request)
    if not isinstance(listener, dict):
        return (listener,)
    found = list(_candidates(documents, gateway, listener, request))
    if not found:
        return (404,)
    _, identity, rule = min(found, key=lambda one: one[0])
    namespace = identity.split("/")[1]
    refs = rule.get("backendRefs", ())
    return identity, tuple((ref["name"], ref["weight"], _granted(documents, namespace, ref)) for ref in refs)


def _granted(documents: list[Json], namespace: str, ref: Json) -> bool:
    if ref["namespace"] == namespace:
        return True
    return any(
        document["kind"] == "ReferenceGrant"
        and document["metadata"]["namespace"] == ref["namespace"]
        and any(source["namespace"] == namespace for source in document["spec"]["from"])
        and any(target.get("name", ref["name"]) == ref["name"] for target in document["spec"]["to"])
        for document in documents
    )


def draw_request(rng: Random, gateway: Json) -> Json:
    """Draw a request for a Gateway."""
    listeners = gateway["spec"]["listeners"]
    host = rng.choice(HOSTS)
    return {
        "port": rng.choice(listeners)["port"] if rng.randrange(10) else 9999,
        "host": host,
        "sni": host if rng.randrange(3) else rng.choice(HOSTS),
        "method": rng.choice(("GET", "GET", "POST", "PUT")),
        "path": rng.choice((*PATHS, "/a/bc", "/a//b", "/A", "/a/b/", "/c")),
        "headers": {name: rng.choice("12") for name in "hi" if rng.randrange(3)},
        "query": {name: rng.choice("12") for name in "pq" if rng.randrange(3)},
    }

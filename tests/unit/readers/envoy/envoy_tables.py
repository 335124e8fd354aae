"""Small Envoy documents for tests."""

from __future__ import annotations

from typing import Any

from meshroute import Request, Resolution, Router, load
from meshroute.errors import DocumentError, DocumentLoadError

Json = dict[str, Any]
TYPES = "type.googleapis.com/"
TEMPLATE = f"{TYPES}envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig"
REWRITE = f"{TYPES}envoy.extensions.path.rewrite.uri_template.v3.UriTemplateRewriteConfig"
MANAGER = f"{TYPES}envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"


def template(text: str) -> Json:
    return {"path_match_policy": {"name": "t", "typed_config": {"@type": TEMPLATE, "path_template": text}}}


def table(*routes: Json, host: Json | None = None, **more: Any) -> Json:
    """A table of one virtual host, which is called v and takes every host."""
    virtual_host = {"name": "v", "domains": ["*"], "routes": list(routes), **(host or {})}
    if "matcher" in virtual_host:
        del virtual_host["routes"]
    return {"name": "t", "virtual_hosts": [virtual_host], **more}


def to(cluster: str = "c", **action: Any) -> Json:
    return {"route": {"cluster": cluster, **action}}


def ask(document: Json, target: str = "/", method: str = "GET", **parts: Any) -> Resolution:
    loading = {name: parts.pop(name) for name in ("compat", "runtime") if name in parts}
    parts.setdefault("authority", "a.com")
    return Router(load(document, **loading)).resolve(Request.from_parts(method, target, **parts))


def takes(match: Json, target: str = "/", method: str = "GET", **parts: Any) -> bool:
    """Tell whether a route with a condition takes a request."""
    return ask(table({"name": "r", "match": match, **to()}), target, method, **parts).route is not None


def refusals(document: Any, **loading: Any) -> list[str]:
    """Return what is wrong with a document."""
    try:
        load(document, **loading)
    except DocumentLoadError as error:
        return [str(problem) for problem in error.exceptions if isinstance(problem, DocumentError)]
    return []


def listener(config: Json | None = None, name: str = "l", port: int = 8080, **manager: Any) -> Json:
    hcm: Json = {
        "@type": MANAGER,
        "stat_prefix": "s",
        "http_filters": [
            {
                "name": "envoy.filters.http.router",
                "typed_config": {"@type": f"{TYPES}envoy.extensions.filters.http.router.v3.Router"},
            }
        ],
        **({} if config is None else {"route_config": config}),
        **manager,
    }
    return {
        "name": name,
        "address": {"socket_address": {"address": "0.0.0.0", "port_value": port}},
        "filter_chains": [{"filters": [{"name": "hcm", "typed_config": hcm}]}],
    }

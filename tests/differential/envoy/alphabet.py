"""The alphabets of generated tables and requests, small so that things collide; and which kinds of constructs were used."""

from __future__ import annotations

from random import Random
from typing import Any, Final

Json = dict[str, Any]

CLUSTERS = ("c0", "c1", "c2", "c3")
HEADERS = ("x-a", "x-b", "accept", "user-agent", ":path", ":method", ":authority", "host", ":scheme")
VALUES = ("1", "a", "ab", "A", "", "4", "a,b", "-3", "b")
PATHS = ("/a", "/a/b", "/A", "/ab", "/a;x/b", "/a/", "/", "/a/b/c", "/v1/x", "/a//b", "/a.b", "/b")
HOSTS = ("a.com", "b.com", "x.a.com", "a.com:80", "y.x.a.com", "localhost")
DOMAINS = (*HOSTS, "*.com", "*.a.com", "a.*", "*a.com", "www.*", "A.COM", "*-b.com", "x.*", "[::1]:80", "", "*.x.a.com")
REGEXES = (
    "/a.*",
    "/[a-z]+",
    "/v[0-9]+/.*",
    "(?i)/A",
    "/a|/b",
    "/(a|aa)+b?",
    ".*",
    "/a(/b)?",
    "/.{2}",
    "[^/]*/a.*",
    "a+",
    "1|ab?",
)
NAMES = ("q", "p", "Q", "?q")
COOKIES = ("s", "t")
RUNTIME = {
    "rt.none": 0,
    "rt.all": 100,
    "rt.text": "100",
    "rt.flag": True,
    "rt.struct": {"numerator": 0},
    "rt.much": 250,
}
HASHED = {"header": {"header_name": "x-h"}, "cookie": {"name": "s"}, "query_parameter": {"name": "q"}}
KINDS: dict[str, int] = {}


def seen(kind: str) -> None:
    """Count that a kind of construct was used."""
    KINDS[kind] = KINDS.get(kind, 0) + 1


_FILTERS: Final = "type.googleapis.com/envoy.extensions.filters.http"


def known(rng: Random) -> list[Json]:
    """Make HTTP filters that set dynamic metadata and filter state, and have the route chosen again after that."""
    seen("metadata and filter state")
    plain: list[Any] = [None, True, False, "a", "ab", "1", "", 0, 1, 4.5, -3]
    lists = [[], [1, "a"], [[True], None], ["ab", 4.5]]
    value = {key: rng.choice([*plain, *lists, {"l": rng.choice(plain)}]) for key in ("k", "l") if rng.random() < 0.8}
    state = {"object_key": "fs.a", "factory_key": "envoy.string"}
    text = {"text_format_source": {"inline_string": rng.choice(("a", "ab", "1", "A"))}}
    return [
        {
            "name": "metadata",
            "typed_config": {
                "@type": f"{_FILTERS}.set_metadata.v3.Config",
                "metadata": [{"metadata_namespace": "f", "value": value}],
            },
        },
        {
            "name": "state",
            "typed_config": {
                "@type": f"{_FILTERS}.set_filter_state.v3.Config",
                "on_request_headers": [{**state, "format_string": text}],
                "clear_route_cache": True,
            },
        },
        {"name": "router", "typed_config": {"@type": f"{_FILTERS}.router.v3.Router"}},
    ]


def manager_options(rng: Random) -> Json:
    """Make the options of an HttpConnectionManager that change what the routes see, or is known of a request."""
    found: Json = {}
    for field, chance in (
        ("normalize_path", 0.5), ("merge_slashes", 0.4), ("strip_any_host_port", 0.25), ("strip_trailing_host_dot", 0.25),
    ):  # fmt: skip
        if rng.random() < chance:
            seen(field)
            found[field] = True
    if "strip_any_host_port" not in found and rng.random() < 0.25:
        seen("strip_matching_host_port")
        found["strip_matching_host_port"] = True
    if rng.random() < 0.5:
        action = rng.choice(("KEEP_UNCHANGED", "REJECT_REQUEST", "UNESCAPE_AND_REDIRECT", "UNESCAPE_AND_FORWARD"))
        seen(f"escaped slashes {action}")
        found["path_with_escaped_slashes_action"] = action
    if rng.random() < 0.5:
        found["http_filters"] = known(rng)
    return found

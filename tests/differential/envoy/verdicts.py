"""Odd and broken tables: which of them Envoy refuses, and which of them we do."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
import tempfile
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any, cast

from meshroute.errors import DocumentLoadError
from meshroute.readers.loading import load
from tests.differential.envoy.alphabet import CLUSTERS, Json
from tests.differential.envoy.judge import START_SECONDS, cluster, envoy, free_ports, listener
from tests.differential.envoy.tables import Tables

# What may be put in the place of a value, or beside it; {"$": …} is a member that is added
ODD_VALUES: tuple[Any, ...] = (
    None, "", "x", 0, -1, 1, 101, 2**33, "5", "-5", 1.5, True, [], {}, [{}], {"x": 1}, "*", "1s", "-1s", "0.5s", "1",
    "(", "/a{100}", "/a{80}", "(?=a)", "\\1", "%", "%REQ(x)%", "%NOPE%", "/{x}/{x}", "/**/a", "/a/", ":path", "host",
    "a\nb", "[[:alpha:]]", "HUNDRED", "FOUND", 303, "é", "*.com",
)  # fmt: skip
ODD_FIELDS: tuple[tuple[str, Any], ...] = (
    ("nope", 1), ("prefix", "/p"), ("path", "/p"), ("safe_regex", {"regex": "a"}), ("cluster", "c0"), ("cluster", "zz"),
    ("prefix_rewrite", "/z"), ("regex_rewrite", {"pattern": {"regex": "a"}, "substitution": "b"}),
    ("host_rewrite_literal", "h"), ("host_rewrite_header", "h"), ("timeout", "1s"), ("timeout", "-1s"),
    ("weight", 0), ("weight", 2**32), ("routes", []), ("domains", ["*"]), ("domains", []), ("matcher", {}),
    ("present_match", True), ("exact_match", ""), ("string_match", {"exact": ""}), ("string_match", {"prefix": ""}),
    ("ignore_case", True), ("request_headers_to_add", [{"header": {"key": ":path", "value": "x"}}]),
    ("request_headers_to_add", [{"header": {"key": "", "value": "x"}}]), ("request_headers_to_remove", ["host"]),
    ("response_headers_to_remove", [":status"]), ("redirect", {}), ("direct_response", {"status": 99}),
    ("direct_response", {"status": 200}), ("route", {"cluster": "c0"}), ("require_tls", "ALL"), ("require_tls", 7),
    ("response_code", 9), ("name", "n"), ("caseSensitive", False), ("append_action", 4), ("keep_matching", True),
    ("total_weight", 5), ("header_name", ""), ("virtual_clusters", [{"name": "", "headers": [{"name": "a"}]}]),
    ("virtual_clusters", [{"name": "v"}]), ("scheme_redirect", "x"), ("https_redirect", True), ("path_redirect", "/p"),
    ("path_rewrite", "/%NOPE%"), ("cluster_header", ""), ("cluster_header", "h"), ("weighted_clusters", {}),
)  # fmt: skip


BATCH = 100
"""How many files one Envoy watches: the kernel allows a user 128."""


def broken(seed: int, count: int) -> list[Json]:
    """Make tables with one odd place each.

    Args:
        seed: What makes them repeatable.
        count: How many.

    Returns:
        RouteConfigurations.
    """
    maker, rng = Tables(seed), Random(seed)
    found: list[Json] = []
    while len(found) < count:
        table = copy.deepcopy(maker.table("t"))
        places = list(_places(table))
        holder, key = rng.choice(places)
        kind = rng.random()
        if kind < 0.45:
            value = copy.deepcopy(rng.choice(ODD_VALUES))
            # protobuf's parser lets null and lists in lists through, a mapping for a duration, and {} for any scalar; they
            # are refused here
            if (isinstance(holder, list) and (value is None or isinstance(value, list))) or key == "timeout":
                continue
            if value == {} and not isinstance(holder[key], dict | list):
                continue
            holder[key] = value
        elif kind < 0.6 and isinstance(holder, dict):
            del holder[key]
        else:
            mappings: list[Json] = [one for one, _ in places if isinstance(one, dict)]
            name, value = rng.choice(ODD_FIELDS)
            rng.choice(mappings)[name] = copy.deepcopy(value)
        found.append(table)
    return found


def _places(table: Json) -> Any:
    todo: list[Any] = [table]
    while todo:
        value = todo.pop()
        keys: list[Any] = list(cast("Json", value)) if isinstance(value, dict) else list(range(len(value)))
        for key in keys:
            yield value, key
            if isinstance(value[key], dict | list):
                todo.append(value[key])


def envoys_verdicts(tables: list[Json]) -> list[bool]:
    """Ask Envoy which tables it accepts: each is fetched from a file of its own, as a discovery response.

    Args:
        tables: The tables.

    Returns:
        For each whether it is accepted.
    """
    verdicts: list[bool] = []
    for start in range(0, len(tables), BATCH):
        verdicts += _verdicts(tables[start : start + BATCH])
    return verdicts


def _verdicts(tables: list[Json]) -> list[bool]:
    binary = envoy()
    assert binary is not None
    folder = Path(tempfile.mkdtemp())
    (admin,) = free_ports(1)
    listeners: list[Json] = []
    for at, table in enumerate(tables):
        path = folder / f"r{at}.json"
        path.write_text(json.dumps(response(table, at)))
        one = listener(f"l{at}", 10000 + at, {}, {})
        manager = one["filter_chains"][0]["filters"][0]["typed_config"]
        del manager["route_config"]
        source = {"path_config_source": {"path": str(path)}, "resource_api_version": "V3"}
        manager["rds"] = {"route_config_name": f"t{at}", "config_source": source}
        one["bind_to_port"] = False
        listeners.append(one)
    config = {
        "node": {"id": "n", "cluster": "n"},
        "admin": {"address": {"socket_address": {"address": "127.0.0.1", "port_value": admin}}},
        "static_resources": {"listeners": listeners, "clusters": [cluster(name, 1) for name in CLUSTERS]},
    }
    (folder / "envoy.json").write_text(json.dumps(config))
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            [binary, "-c", str(folder / "envoy.json"), "--use-dynamic-base-id", "--concurrency", "1", "-l", "critical"],
            stdout=output,
            stderr=output,
        )
    try:
        dump = _dump(process, admin, folder)
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)
    configs = dump.get("configs", [])
    accepted = {one["route_config"].get("name") for one in configs if "route_config" in one}
    return [f"t{at}" in accepted for at in range(len(tables))]


def _dump(process: subprocess.Popen[bytes], admin: int, folder: Path) -> Json:
    """Fetch the tables that were accepted, once Envoy has read all files."""
    base = f"http://127.0.0.1:{admin}"
    for _ in range(START_SECONDS * 10):
        time.sleep(0.1)
        if process.poll() is not None:
            raise AssertionError((folder / "output").read_text(errors="replace")[-3000:])
        with suppress(OSError):
            if urllib.request.urlopen(f"{base}/ready").read().startswith(b"LIVE"):
                found: Json = json.load(urllib.request.urlopen(f"{base}/config_dump?resource=dynamic_route_configs"))
                return found
    raise AssertionError((folder / "output").read_text(errors="replace")[-3000:])


def response(table: Json, at: int) -> Json:
    """Write a table as a discovery response."""
    resource = {"@type": "type.googleapis.com/envoy.config.route.v3.RouteConfiguration", **table, "name": f"t{at}"}
    return {"version_info": "1", "resources": [resource]}


def our_verdict(table: Json, at: int) -> str | None:
    """Say why we refuse a table, or None.

    Args:
        table: The table.
        at: Its number.

    Returns:
        The first reason.
    """
    try:
        load(response(table, at))
    except DocumentLoadError as error:
        return str(error.exceptions[0])
    return None


def compared_verdicts(tables: list[Json]) -> tuple[list[tuple[Json, bool, str | None]], int]:
    """Compare what Envoy and we say of tables.

    Args:
        tables: The tables.

    Returns:
        Those of which we differ, with whether Envoy accepts and why we do not; and how many are refused.
    """
    accepted = envoys_verdicts(tables)
    ours = [our_verdict(table, at) for at, table in enumerate(tables)]
    different = [
        (table, theirs, mine)
        for table, theirs, mine in zip(tables, accepted, ours, strict=True)
        if theirs != (mine is None)
    ]
    return different, accepted.count(False)

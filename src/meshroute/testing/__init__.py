"""The testing kit: Hypothesis strategies, helpers for pytest, and laws for routers of any make.

It needs the extra ``testing``. pytest finds the fixtures and options by itself, and Hypothesis the types.
"""

from __future__ import annotations

from meshroute.testing.helpers import Expected, assert_equivalent, assert_routes_to
from meshroute.testing.laws import LAWS, LawBrokenError, Listed, RouterAdapter, check_router
from meshroute.testing.snapshots import Witness, assert_snapshot, snapshot_text, witnesses
from meshroute.testing.strategies import (
    criteria,
    meshes,
    requests,
    requests_for,
    requests_matching,
    requests_not_matching,
    routes,
    tables,
    tables_and_requests,
)

__all__ = [
    "LAWS",
    "Expected",
    "LawBrokenError",
    "Listed",
    "RouterAdapter",
    "Witness",
    "assert_equivalent",
    "assert_routes_to",
    "assert_snapshot",
    "check_router",
    "criteria",
    "meshes",
    "requests",
    "requests_for",
    "requests_matching",
    "requests_not_matching",
    "routes",
    "snapshot_text",
    "tables",
    "tables_and_requests",
    "witnesses",
]

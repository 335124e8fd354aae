"""Hypothesis strategies for requests, criteria, routes, tables and meshes. Needs the extra ``testing``."""

from __future__ import annotations

from meshroute.testing.strategies import criteria, meshes, requests, requests_for, routes, tables

__all__ = ["criteria", "meshes", "requests", "requests_for", "routes", "tables"]

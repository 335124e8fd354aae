"""Profiles: how the Gateway API is meant where its text leaves a choice."""

from __future__ import annotations

from meshroute.readers.gateway_api.profile import PROFILES, GatewayProfile

__all__ = ["PROFILES", "GatewayProfile"]

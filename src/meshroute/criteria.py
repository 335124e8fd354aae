"""Criteria: one test each on one dimension of a request. This is the public name of `meshroute.model.criteria`."""

from __future__ import annotations

from meshroute.model.criteria import *  # noqa: F403 - a re-export, whose names are listed there
from meshroute.model.criteria import __all__ as __all__  # noqa: PLC0414 - a re-export

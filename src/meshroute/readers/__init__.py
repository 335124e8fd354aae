"""Readers: documents of any format to a mesh."""

from __future__ import annotations

from meshroute.readers.loading import load

__all__ = ["load"]

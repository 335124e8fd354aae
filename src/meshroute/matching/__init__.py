"""Matching: the definition (`scan`), the index behind it, and the Router that compiles a mesh."""

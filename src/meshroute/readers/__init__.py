"""Readers: documents of any format to a mesh."""

"""Readers: one module per document format, over a shared document layer."""

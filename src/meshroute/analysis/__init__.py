"""Proofs about tables: sets of requests, what is dead, what differs, each with a request that shows it."""

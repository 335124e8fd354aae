"""Deliberate bugs (mutants), each with the test that notices it.

One module per area; each has ``MUTANTS``, a tuple of `Mutant` records. ``python -m tests.mutants`` applies each to a
copy of ``src`` and runs its test there; see ``tests.mutants.record`` for the format.
"""

"""The caps of the document layer: documents are untrusted, so each dimension they can grow along ends somewhere.

The values are far above anything seen in real meshes (a live Envoy ``config_dump`` of a large mesh is 10 to 30 MB) and
low enough that reading ends with a message, not with an exhausted machine.
"""

from __future__ import annotations

from typing import Final

MAX_BYTES: Final = 64 * 1024 * 1024
"""Bytes of one file or stream, and characters of it after placeholders were replaced."""

MAX_DEPTH: Final = 100
"""Collections inside each other, aliases counted where they are used."""

MAX_NODES: Final = 2_000_000
"""Scalars and collections of one file."""

MAX_ALIASED_NODES: Final = 100_000
"""Nodes of one file that exist only because an alias or a merge key repeats them (the "billion laughs" attack)."""

MAX_KEY_LENGTH: Final = 4096
"""Characters of a mapping's key: keys are repeated in the pointer of everything below them."""

MAX_NUMBER_LENGTH: Final = 1000
"""Characters of a number: converting digits takes quadratic time."""

MAX_FILES: Final = 20_000
"""Files of one folder."""

MAX_PROBLEMS: Final = 1000
"""Problems, and separately Notices, that are kept; of more, only their number."""

MAX_GUESSES: Final = 2000
"""Different mistyped names for which the nearest known one is looked for: comparing names is slow."""

"""Durations as the Gateway API writes them (GEP-2257)."""

from __future__ import annotations

import re
from typing import Final

PATTERN: Final = r"([0-9]{1,5}(h|m|s|ms)){1,4}"
"""What a duration looks like: up to four parts, of which units may repeat; they are added up."""

_PART: Final = re.compile(r"([0-9]{1,5})(h|ms|m|s)")
_MILLISECONDS: Final = {"h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}


def milliseconds(text: str) -> int:
    """Read a duration.

    Args:
        text: Text that `PATTERN` fits.

    Returns:
        Its length in milliseconds.

    >>> milliseconds("1h30m"), milliseconds("1m1500ms"), milliseconds("0s")
    (5400000, 61500, 0)
    """
    return sum(int(count) * _MILLISECONDS[unit] for count, unit in _PART.findall(text))

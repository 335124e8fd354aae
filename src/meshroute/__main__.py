"""``python -m meshroute`` is ``meshroute``."""

from __future__ import annotations

import sys

from meshroute.cli import main

if __name__ == "__main__":
    sys.exit(main())

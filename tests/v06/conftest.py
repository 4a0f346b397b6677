"""What the tests of 0.6 share: the official test data, where it is there."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
for folder in (HERE.parent / "data", HERE / "data"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

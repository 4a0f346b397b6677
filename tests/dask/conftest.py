"""What the tests of the engine `dask` share: the hierarchies in ``tests/data``."""

from __future__ import annotations

import sys
from pathlib import Path

DATA = Path(__file__).parents[1] / "data"
if str(DATA) not in sys.path:
    sys.path.insert(0, str(DATA))

"""JSON by the standard library, which says and writes what orjson does: for platforms without orjson, and for tests."""

from ngff_core.json_stdlib.reading import loads
from ngff_core.json_stdlib.writing import write

__all__ = ["loads", "write"]

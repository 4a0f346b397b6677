"""Find OME-Zarr hierarchies below a place that has no OME metadata of its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from ngff_core.documents import group_document
from ngff_core.spec import Spec, claim_of
from ngff_core.stores import Store

__all__ = ["roots_below"]

MAX_FOLDERS = 2000
MAX_DEPTH = 6


def roots_below(store: Store, specs: Sequence[Spec], limit: int = 20) -> list[str]:
    """Return the paths of the nearest groups below the root that carry OME metadata.

    Looks at no more than 2,000 directories, six levels deep, and not inside arrays.
    """
    found: list[str] = []
    queue = deque([("", 0)])
    looked = 0
    while queue and looked < MAX_FOLDERS and len(found) < limit:
        path, depth = queue.popleft()
        looked += 1
        names = store.list(path) or ()
        prefix = f"{path}/" if path else ""
        if ".zarray" in names:
            continue
        keys = [name for name in ("zarr.json", ".zgroup", ".zattrs") if name in names]
        values = dict(zip(keys, store.get_many([prefix + key for key in keys]), strict=True))
        good = {name: value for name, value in values.items() if isinstance(value, bytes)}
        documents = [group_document(zarr_format, good) for zarr_format in (3, 2)]
        if path and any(d is not None and claim_of(specs, d.attributes) is not None for d in documents):
            found.append(path)
            continue
        if documents[0] is not None and documents[0].raw.get("node_type") == "array":
            continue
        if depth < MAX_DEPTH:
            queue.extend((prefix + name.rstrip("/"), depth + 1) for name in names if name.endswith("/"))
    return found

"""Stores in memory that grow in one dimension: what `growth.py` measures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from growing import Made, graph, image, images_of, level, link, plate, scene, well

from ngff_core.plugins import default_registry
from ngff_core.stores import MemoryStore
from ngff_core.testing import array, build_store

__all__ = ["STORES", "store_of"]

LAYOUT = {"bioformats2raw.layout": 3}
YX = array((8, 8), names=("y", "x"))
FIELDS = {"well": {"images": [{"path": "0"}]}}


def with_wells(n: int, listed: int) -> Made:
    wells = [well(0, k) for k in range(listed)] or [well(0, 0)]
    nodes: Made = {"": plate(1, n, wells), "r0": None}
    for k in range(n):
        nodes |= {f"r0/c{k}": FIELDS, f"r0/c{k}/0": image(), f"r0/c{k}/0/0": YX}
    return nodes


def with_levels(n: int, listed: int) -> Made:
    return {"": image(datasets=[level(str(k)) for k in range(listed)]), **{str(k): YX for k in range(n)}}


def with_labels(n: int, listed: int) -> Made:
    nodes: Made = {"": image(), "0": YX, "labels": {"labels": [f"l{k}" for k in range(listed)]}}
    for k in range(n):
        nodes |= {f"labels/l{k}": {**image(), "image-label": {}}, f"labels/l{k}/0": YX}
    return nodes


def with_series(n: int, named: bool, folders: bool = False) -> Made:
    nodes: Made = {"": LAYOUT, "OME": {"series": [str(k) for k in range(n)]} if named else None}
    for k in range(n):
        nodes |= {f"x{k}": None} if folders else {str(k): image(), f"{k}/0": YX}
    return nodes


def plate_with_series(n: int) -> Made:
    nodes = with_wells(n, n)
    return {**nodes, "": {**nodes[""], **LAYOUT}, "OME": {"series": [f"r0/c{k}/0" for k in range(n)][::-1]}}


def with_runs(n: int) -> Made:
    nodes = with_wells(n, n)
    nodes[""]["plate"]["acquisitions"] = [{"id": k} for k in range(n)]
    stating = {"well": {"images": [{"path": "0", "acquisition": n}]}}
    return {path: stating if node is FIELDS else node for path, node in nodes.items()}


def scene_of(n: int) -> Made:
    nodes: Made = {"": scene(1, images_of(n))}
    for k in range(n):
        nodes |= {f"i{k}": graph(1, []), f"i{k}/0": YX}
    return nodes


def scene_of_one(n: int) -> Made:
    """Return a scene that names one image, which has many coordinate systems, many times."""
    links = [link({"path": "i", "name": f"s{k}"}, {"name": "s0"}) for k in range(n)]
    return {"": scene(1, links), "i": graph(n, []), "i/0": YX}


def in_a_chain(n: int) -> Made:
    nodes: Made = {"": LAYOUT, "OME": {"series": ["c0"]}}
    for k in range(n):
        nodes |= {f"c{k}": LAYOUT, f"c{k}/OME": {"series": [f"../c{k + 1}"]}}
    return nodes


STORES: dict[str, tuple[str, Callable[[int], Made]]] = {
    "wells": ("0.5", lambda n: with_wells(n, n)),
    "wells that are not listed": ("0.5", lambda n: with_wells(n, 1)),
    "wells that are not there": ("0.5", lambda n: {"": plate(1, n, [well(0, k) for k in range(n)]), "r0": None}),
    "series of a plate": ("0.5", plate_with_series),
    "acquisitions and wells": ("0.5", with_runs),
    "levels": ("0.5", lambda n: with_levels(n, n)),
    "levels that are not listed": ("0.5", lambda n: with_levels(n, 1)),
    "levels that are not there": ("0.5", lambda n: with_levels(0, n)),
    "labels": ("0.5", lambda n: with_labels(n, n)),
    "labels that are not listed": ("0.5", lambda n: with_labels(n, 1)),
    "series": ("0.5", lambda n: with_series(n, True)),
    "numbered images": ("0.5", lambda n: with_series(n, False)),
    "folders beside a collection": ("0.5", lambda n: with_series(n, False, True)),
    "collections in a chain": ("0.5", in_a_chain),
    "images of a scene": ("0.6", scene_of),
    "systems of one image of a scene": ("0.6", scene_of_one),
}


def store_of(name: str, size: int) -> tuple[int, MemoryStore]:
    """Return a store in memory, and how many bytes it has."""
    version, make = STORES[name]
    documents: dict[str, Any] = build_store(default_registry().spec(version), make(size))
    return sum(map(len, documents.values())), MemoryStore(documents)

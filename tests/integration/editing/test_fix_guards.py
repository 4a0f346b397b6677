"""What fixes never write over: what a document says twice, what cannot be read, and numbers that JSON has not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from ngff_core import plan_fix
from ngff_core.editing.plan import EditPlan
from ngff_core.errors import StoreError
from ngff_core.plugins.registry import default_registry
from ngff_core.stores import MemoryStore
from ngff_core.testing import array, build_store

NAMES = {"0.4": ".zattrs", "0.5": "zarr.json"}
COLOR = {"omero": {"channels": [{"color": "#00ff00", "window": {"start": 0, "end": 1, "min": 0, "max": 1}}]}}
VERSIONS = pytest.mark.parametrize("version", ["0.4", "0.5"])


def image(**more: Any) -> dict[str, Any]:
    datasets = [{"path": "0", "coordinateTransformations": [{"type": "scale", "scale": [1, 1]}]}]
    axes = [{"name": "y", "type": "space"}, {"name": "x", "type": "space"}]
    return {"multiscales": [{"name": "a", "axes": axes, "datasets": datasets}], **more}


def documents(version: str, files: dict[str, Any] | None = None, **more: Any) -> dict[str, bytes]:
    nodes = {"": image(**more), "0": array((8, 8), "float32", ("y", "x"))}
    return build_store(default_registry().spec(version), nodes, files)


def written(plan: EditPlan) -> dict[str, bytes | None]:
    return {write.key: write.new for write in plan.writes}


def twice(data: bytes) -> bytes:
    """Return a document with a key that stands in it twice, with different values."""
    return data.replace(b'"color": "#00ff00"', b'"color": "#00ff00", "note": 1, "note": 2')


@VERSIONS
def test_what_a_document_says_twice_is_not_lost(version: str) -> None:
    name = NAMES[version]
    start = documents(version, **COLOR)
    start[name] = twice(start[name])
    plan = plan_fix(MemoryStore(dict(start)))
    assert name not in written(plan)
    assert "document-keys-unique" in [offered.rule for offered in plan.offered]
    for answer, value in (("first", 1), ("last", 2)):
        data = written(plan_fix(MemoryStore(dict(start)), decisions={"repeated-key": answer}))[name]
        assert data is not None
        assert f'"note": {value}' in data.decode()
        assert '"color": "00FF00"' in data.decode()
        assert data.count(b'"note"') == 1


@VERSIONS
def test_nan_is_never_written_as_null(version: str) -> None:
    name = NAMES[version]
    start = documents(version, **COLOR, note=12345)
    start[name] = start[name].replace(b"12345", b"NaN")
    assert name not in written(plan_fix(MemoryStore(dict(start))))


@VERSIONS
def test_a_window_that_says_nan_is_mended_with_the_rest(version: str) -> None:
    name = NAMES[version]
    start = documents(version, **COLOR)
    start[name] = start[name].replace(b'"min": 0', b'"min": NaN')
    data = written(plan_fix(MemoryStore(dict(start))))[name]
    assert data is not None
    assert b"NaN" not in data
    assert b"null" not in data
    assert b"00FF00" in data


def test_copies_with_nan_are_in_the_way_of_what_they_copy() -> None:
    labels = {"labels": ["cells", "gone"]}
    label = image(**{"image-label": {"colors": [{"label-value": 1}]}})
    nodes = {"": image(note=12345), "labels": labels, "labels/cells": label, "labels/cells/0": array((8, 8), "uint8")}
    start = build_store(default_registry().spec("0.5"), nodes)
    copy = json.loads(start["labels/zarr.json"])
    root = json.loads(start["zarr.json"])
    root["consolidated_metadata"] = {"kind": "inline", "must_understand": False, "metadata": {"labels": copy}}
    start["zarr.json"] = json.dumps(root).encode()
    now = written(plan_fix(MemoryStore(dict(start))))
    assert set(now) >= {"zarr.json", "labels/zarr.json"}  # both are changed together
    copied = json.loads(now["zarr.json"] or b"")["consolidated_metadata"]["metadata"]["labels"]
    assert copied == json.loads(now["labels/zarr.json"] or b"")
    start["zarr.json"] = start["zarr.json"].replace(b"12345", b"NaN")
    assert set(written(plan_fix(MemoryStore(dict(start))))).isdisjoint({"zarr.json", "labels/zarr.json"})


class Unreadable(MemoryStore):
    """A store in which some documents cannot be read."""

    def __init__(self, files: dict[str, bytes], hidden: Sequence[str]) -> None:
        super().__init__(files)
        self.hidden = hidden

    def get_many(self, keys: Sequence[str]) -> list[Any]:
        errors = {key: StoreError(f"{key} could not be read") for key in keys if key in self.hidden}
        return [errors.get(key, found) for key, found in zip(keys, super().get_many(keys), strict=True)]

    def get(self, key: str) -> bytes | None:
        (found,) = self.get_many([key])
        if isinstance(found, StoreError):
            raise found
        return bytes(found) if found is not None else None


@VERSIONS
def test_what_cannot_be_read_is_not_written_over(version: str) -> None:
    well = {"path": "A/1", "rowIndex": 0, "columnIndex": 0}
    plate = {"rows": [{"name": "A"}], "columns": [{"name": "1"}], "wells": [well]}
    nodes = {"": {"plate": plate}, "A": None, "A/1": {"well": {"images": [{"path": "0"}]}}, "A/1/0": image(**COLOR)}
    start = build_store(default_registry().spec(version), nodes)
    hidden = [key for key in start if key.startswith(("A/z", "A/.z"))]
    assert hidden
    now = written(plan_fix(Unreadable(start, hidden)))
    assert f"A/1/0/{NAMES[version]}" in now  # the rest is mended
    assert set(now).isdisjoint(hidden)


@VERSIONS
def test_what_is_no_json_is_not_written_over(version: str) -> None:
    name = "A/.zgroup" if version == "0.4" else "A/zarr.json"
    well = {"path": "A/1", "rowIndex": 0, "columnIndex": 0}
    plate = {"rows": [{"name": "A"}], "columns": [{"name": "1"}], "wells": [well]}
    nodes = {"": {"plate": plate}, "A/1": {"well": {"images": [{"path": "0"}]}}, "A/1/0": image()}
    start = build_store(default_registry().spec(version), nodes, {name: b'{"zarr_format": '})
    assert name not in written(plan_fix(MemoryStore(start)))

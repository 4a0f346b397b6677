"""Upgrades between versions of one Zarr format, where documents are replaced: conflicts, and links."""

from __future__ import annotations

from pathlib import Path

import pytest
from mortal import tree

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

from bases import image

from ngff_core import StoreError, upgrade_store
from ngff_core.stores.local.writer import LocalWriter
from ngff_core.stores.writing import ConflictError


def test_e7_a_document_that_is_a_link_stays_one(tmp_path: Path) -> None:
    """On the way from 0.5 to 0.6 the document would be replaced."""
    store = image("0.5").write(tmp_path / "store")
    (store / "zarr.json").rename(store / "kept")
    (store / "zarr.json").symlink_to("kept")
    before = tree(store)
    with pytest.raises(StoreError, match=r"^zarr.json is a symbolic link, which would be replaced by a file$"):
        upgrade_store(store, "0.6")
    assert tree(store) == before
    assert (store / "zarr.json").is_symlink()


def test_e6_a_document_that_changes_between_the_look_and_the_write_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Edited just before it is replaced: what was begun is taken back, but for that."""
    store = image("0.5").write(tmp_path / "store")
    before = tree(store)
    put = LocalWriter._changed
    edited = b'{"zarr_format": 3, "node_type": "group", "attributes": {"edited": 1}}'

    def late(self: LocalWriter, at: object, old: bytes, descriptor: int) -> bool:
        (store / "zarr.json").write_bytes(edited)
        return put(self, at, old, descriptor)  # type: ignore[arg-type]

    monkeypatch.setattr(LocalWriter, "_changed", late)
    with pytest.raises(ConflictError, match=r"by something else: zarr\.json"):
        upgrade_store(store, "0.6")
    assert tree(store) == {**before, "zarr.json": edited}

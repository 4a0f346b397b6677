"""What a search for stores has read is at hand for their evaluation, where that reads the same."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

from bases import image, plate

from ngff_core import check_store, check_stores
from ngff_core.stores import LocalStore

FOUND = ["a.zarr", "b.zarr", "deep/c.zarr"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for base, path in zip((image("0.4"), image("0.5"), plate("0.5")), FOUND, strict=True):
        base.write(tmp_path / path)
    return tmp_path


def test_what_the_search_has_read_is_not_read_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    before = LocalStore._read

    def counted(store: LocalStore, path: str, key: str, *, trusted: bool = True) -> bytes | None:
        data = before(store, path, key, trusted=trusted)
        read.extend([path] if data is not None else [])
        return data

    monkeypatch.setattr(LocalStore, "_read", counted)
    reports = list(check_stores(folder, recursive=True))
    assert sorted(read) == sorted({*read})
    assert [report.to_dict() for report in reports] == [check_store(folder / path).to_dict() for path in FOUND]


@pytest.mark.skipif(sys.platform == "win32", reason="needs symbolic links")
def test_a_link_that_leaves_a_store_is_refused_where_a_search_has_followed_it(folder: Path) -> None:
    document = folder / "b.zarr" / "zarr.json"
    document.rename(folder / "elsewhere.json")
    document.symlink_to(folder / "elsewhere.json")
    for follow in (True, False):
        found = list(check_stores(folder, recursive=True, follow_links=follow))[1]
        assert found.to_dict() == check_store(folder / "b.zarr", follow_links=follow).to_dict()
        assert found.valid is follow

"""Looking around in a store: groups, arrays, names, what is missing, what is broken, and libraries that are missing."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ngff_core import Array, Group, MissingPackageError, NotFoundError, StoreError, ValidationError, open_group
from ngff_core.stores import MemoryStore
from ngff_core.stores.base import UndecidedError
from ngff_core.testing import array, array_json, write_store

GROUP3 = b'{"zarr_format": 3, "node_type": "group", "attributes": {"a": 1}}'


def array_document(zarr_format: int, **more: Any) -> bytes:
    return json.dumps({**array_json(array((6, 4), "float32", ("y", "x")), zarr_format), **more}).encode()


FILES: dict[int, dict[str, bytes]] = {
    3: {
        "zarr.json": GROUP3,
        "0/zarr.json": array_document(3, fill_value="NaN", attributes={"b": 2}),
        "0/c/0/0": b"pixels",
        "labels/zarr.json": GROUP3,
        "labels/cells/zarr.json": GROUP3,
        "empty/zarr.json": b"",
        "loose/notes.txt": b"",
    },
    2: {
        ".zgroup": b'{"zarr_format": 2}',
        ".zattrs": b'{"a": 1}',
        "0/.zarray": array_document(2, fill_value="NaN"),
        "0/.zattrs": b'{"b": 2}',
        "labels/.zgroup": b'{"zarr_format": 2}',
        "labels/.zattrs": b'{"a": 1}',
        "labels/cells/.zattrs": b'{"a": 1}',
        "empty/.zgroup": b"",
        "loose/notes.txt": b"",
    },
}


class Unlisted(MemoryStore):
    """A store that cannot list, and withholds what is not there."""

    lists_cheaply = False

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        return [UndecidedError("permission denied") if found is None else found for found in super().get_many(keys)]

    def list(self, prefix: str) -> Sequence[str] | None:
        return None


@pytest.mark.parametrize("zarr_format", [2, 3])
def test_a_group_and_an_array(zarr_format: int) -> None:
    group = open_group(MemoryStore(FILES[zarr_format]))
    assert (group.zarr_format, group.path, group.name, group.attributes) == (zarr_format, "", "/", {"a": 1})
    assert (group.ome_version(), group.ome_metadata()) == (None, None)
    found = group["0"]
    assert isinstance(found, Array)
    assert (found.zarr_format, found.path, found.name, found.attributes) == (zarr_format, "0", "/0", {"b": 2})
    assert (found.shape, found.ndim, found.size, found.dtype) == ((6, 4), 2, 24, "float32")
    assert (found.chunks, found.shards, found.fill_value) == ((6, 4), None, "NaN")
    assert found.dimension_names == (["y", "x"] if zarr_format == 3 else None)
    assert found.store is group.store
    assert repr(found) == "<Array memory:/0 float32 (6, 4)>"
    below = group["labels/cells"]
    assert isinstance(below, Group)
    assert (below.path, below.name, below.attributes) == ("labels/cells", "/labels/cells", {"a": 1})
    assert repr(below) == f"<Group memory:/labels/cells (Zarr format {zarr_format})>"


@pytest.mark.parametrize("zarr_format", [2, 3])
def test_what_is_below_a_group(zarr_format: int) -> None:
    group = open_group(MemoryStore(FILES[zarr_format]))
    assert list(group) == group.keys() == ["0", "empty", "labels"]
    assert len(group) == 3
    assert "labels/cells" in group
    assert "empty" in group
    assert "loose" not in group
    assert 0 not in group
    labels = group["labels"]
    assert isinstance(labels, Group)
    assert [(name, node.path) for name, node in labels.groups()] == [("cells", "labels/cells")]
    assert list(labels.arrays()) == []
    with pytest.raises(ValidationError, match=r"document-not-json"):
        list(group.groups())


def test_an_empty_group_is_true() -> None:
    group = open_group({"zarr.json": GROUP3})
    assert len(group) == 0
    assert group


@pytest.mark.parametrize("zarr_format", [2, 3])
def test_names_are_asked_for_where_nothing_lists(zarr_format: int) -> None:
    group = open_group(Unlisted(FILES[zarr_format]))
    found = group["0"]
    assert isinstance(found, Array)
    assert found.shape == (6, 4)
    with pytest.raises(StoreError, match=r"^memory: cannot list what is in /, and no OME metadata ") as raised:
        list(group)
    assert raised.value.hint == "ask for it by its name: group['NAME']"
    with pytest.raises(UndecidedError, match=r"permission denied"):
        group["7"]


def test_both_formats_at_the_root() -> None:
    group = open_group({**FILES[2], **FILES[3]})
    assert group.zarr_format == 3


def test_no_group() -> None:
    with pytest.raises(NotFoundError, match=r"^there is no Zarr group at memory:$"):
        open_group({"x": b""})
    labels = open_group(FILES[3])["labels"]
    assert isinstance(labels, Group)
    with pytest.raises(NotFoundError, match=r"^there is no group or array at 'nuclei' in memory:/labels$"):
        labels["nuclei"]
    for path in ("../../x", "/0", "a\\b"):
        with pytest.raises(NotFoundError, match=r"leads out of the store"):
            labels[path]


@pytest.mark.parametrize("zarr_format", [2, 3])
def test_an_array_in_place_of_a_group(zarr_format: int) -> None:
    name = "zarr.json" if zarr_format == 3 else ".zarray"
    with pytest.raises(NotFoundError, match=r"there is an array at memory:, expected a group; open the group that "):
        open_group({name: array_document(zarr_format)})


BROKEN: dict[str, tuple[bytes, str]] = {
    "no JSON": (b"{", "document-not-json"),
    "no object": (b"[]", "document-not-object"),
    "no shape": (array_document(3, shape=None), "structure-type"),
    "negative": (array_document(3, shape=[-1, 4]), "structure-value"),
    "no type": (array_document(3, data_type=7), "structure-value"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_an_array_whose_metadata_is_broken(case: str) -> None:
    data, rule = BROKEN[case]
    group = open_group({"zarr.json": GROUP3, "0/zarr.json": data})
    assert "0" in group
    with pytest.raises(ValidationError) as raised:
        group["0"]
    assert raised.value.report.url == "memory:/0"
    assert raised.value.report.issues[0].rule == rule


# --- pixels -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "package", "text"),
    [
        ("to_zarr_python", "zarr", "to_zarr_python() needs the package zarr, which is not installed; "),
        ("to_tensorstore", "tensorstore", "to_tensorstore() needs the package tensorstore, which is not installed; "),
    ],
)
def test_a_missing_library_is_named(call: str, package: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    found = open_group(FILES[3])["0"]
    with pytest.raises(MissingPackageError) as raised:
        getattr(found, call)()
    assert str(raised.value) == f"{text}try: pip install 'ngff-core[{package}]'"
    assert isinstance(raised.value, ImportError)
    assert raised.value.package == package


def test_where_stores_say_that_pixels_are(tmp_path: Path) -> None:
    group = open_group(write_store(FILES[3], tmp_path))
    assert group.store.kvstore() == {"driver": "file", "path": f"{tmp_path}/"}  # type: ignore[attr-defined]

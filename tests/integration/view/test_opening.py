"""Opening hierarchies with OME metadata: what it names where nothing lists, versions, and where documents came from."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from bases import Tree, collection, image, labels, numbered, plate

import ngff_core
from ngff_core import Array, Group, from_uri, open_group
from ngff_core.stores import MemoryStore


class Unlisted(MemoryStore):
    """A store that cannot list."""

    lists_cheaply = False

    def list(self, prefix: str) -> Sequence[str] | None:
        return None


Build = Callable[[str], Tree]


def walk(group: Group) -> Iterator[str]:
    """Yield the paths of all groups and arrays below a group whose metadata names what is below it."""
    for name, node in group.items():
        assert name in group
        yield node.path
        if isinstance(node, Group) and node.ome_version() is not None:
            yield from walk(node)


NAMED = {
    image: ["0", "1", "2"],
    labels: ["0", "1", "2", "labels", "labels/cells", "labels/cells/0", "labels/cells/1", "labels/cells/2"],
    plate: ["A", "B"],
    collection: ["0", "0/0", "0/1", "0/2", "1", "1/0", "1/1", "1/2", "OME"],
    numbered: ["0", "0/0", "0/1", "0/2", "1", "1/0", "1/1", "1/2", "OME"],
}


@pytest.mark.parametrize("version", ["0.4", "0.5"])
@pytest.mark.parametrize("build", NAMED, ids=lambda build: build.__name__)
def test_metadata_names_what_is_below(build: Build, version: str) -> None:
    files = build(version).documents()
    named = sorted(walk(open_group(Unlisted(files))))
    assert named == NAMED[build]
    assert sorted(walk(open_group(MemoryStore(files)))) == named


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_what_is_named_and_not_there_is_left_out(version: str) -> None:
    tree = image(version)
    tree.remove("1")
    assert list(open_group(Unlisted(tree.documents()))) == ["0", "2"]


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_groups_and_arrays(version: str) -> None:
    group = open_group(MemoryStore(labels(version).documents()))
    assert [name for name, _ in group.groups()] == ["labels"]
    assert [(name, array.shape) for name, array in group.arrays()] == [
        ("0", (2, 64, 64)),
        ("1", (2, 32, 32)),
        ("2", (2, 16, 16)),
    ]
    cells = group["labels/cells"]
    assert isinstance(cells, Group)
    assert (cells.ome_version(), type(cells.ome_metadata()).__name__) == (version, "LabelImage")
    assert isinstance(cells["0"], Array)


BARE = {"zarr.json": b'{"zarr_format": 3, "node_type": "group"}', ".zgroup": b'{"zarr_format": 2}'}


@pytest.mark.parametrize(("root", "expected"), [("0.4", "0.4"), ("0.5", "0.5")])
def test_the_format_with_metadata_is_opened(root: str, expected: str) -> None:
    bare = {
        "0.4": {"zarr.json": b'{"zarr_format": 3, "node_type": "group"}'},
        "0.5": {".zgroup": b'{"zarr_format": 2}'},
    }
    group = open_group({**image(root).documents(), **bare[root]})
    assert group.ome_version() == expected


# --- where a document came from -----------------------------------------------------------------------


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_a_document_remembers_where_it_came_from(version: str, tmp_path: Path) -> None:
    root = image(version).write(tmp_path / "image.zarr")
    document = from_uri(root)
    assert document.uri == str(root)
    elsewhere = from_uri(MemoryStore(image(version).documents(), url="memory:image"))
    assert elsewhere.uri == "memory:image"


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_the_address_is_no_part_of_the_data(version: str, tmp_path: Path) -> None:
    root = image(version).write(tmp_path / "image.zarr")
    document = from_uri(root)
    other = ngff_core.validate_zarr_store(root)
    assert (other.uri, type(other)) == (None, type(document))
    assert document == other
    assert repr(document) == repr(other)
    assert document.to_json() == other.to_json()
    assert document.extra == other.extra == {}
    for copied in (copy.copy(document), copy.deepcopy(document), pickle.loads(pickle.dumps(document))):
        assert copied == document
        assert copied.uri is None
    with pytest.raises(AttributeError):
        document.uri = "elsewhere"  # type: ignore[misc]


def test_parts_of_documents_come_from_nowhere(tmp_path: Path) -> None:
    document = from_uri(image("0.4").write(tmp_path / "image.zarr"))
    assert document.multiscales[0].uri is None  # type: ignore[attr-defined]

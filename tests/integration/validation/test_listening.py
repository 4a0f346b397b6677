"""Whoever asks for paths alone is told of the same nodes as whoever looks at each."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest
from bases import BASES

from ngff_core import check_store
from ngff_core.crawl.repeats import Repeats
from ngff_core.hierarchy.nodes import ArrayNode, GroupNode, path_of
from ngff_core.spec.spec import Role
from ngff_core.validation.calls import validator_of
from ngff_core.validation.store import Listeners
from ngff_core.zarr.array import ArrayDocument
from ngff_core.zarr.group import GroupDocument

pytest.importorskip("ngff_v04")
pytest.importorskip("ngff_v05")

Found = Counter[tuple[str, str]]


def told_of_nodes(root: Path) -> Found:
    found: Found = Counter()

    def on_node(node: GroupNode | ArrayNode) -> None:
        if isinstance(node, ArrayNode):
            found[node.path, Role.ARRAY] += 1
        else:
            found[path_of(node), node.kind or (Role.ROW if node.role == Role.ROW else Role.GROUP)] += 1

    check_store(root, on_node=on_node)
    return found


def told_of_paths(root: Path) -> Found:
    found: Found = Counter()

    def on_path(path: str, kind: str, like: GroupDocument | ArrayDocument) -> None:
        assert isinstance(like, ArrayDocument) == (kind == Role.ARRAY)
        found[path, kind] += 1

    validator_of().store(root, None, Listeners(on_path=on_path))
    return found


@pytest.mark.parametrize("version", ["0.4", "0.5"])
@pytest.mark.parametrize("name", sorted(BASES))
def test_paths_are_those_of_all_nodes(name: str, version: str, tmp_path: Path) -> None:
    root = BASES[name](version).write(tmp_path / "store")
    for _ in range(3):  # what is remembered of the first time is taken over
        assert told_of_paths(root) == told_of_nodes(root)


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_arrays_that_are_only_looked_at_are_not_told_of(
    version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A level that the metadata does not list is looked at, in images that are taken over as well."""
    root = BASES["image"](version).write(tmp_path / "store")
    shutil.copytree(root / "0", root / "9")
    taken = Counter[bool]()
    get = Repeats.get

    def counted(self: Repeats, *given: object) -> object:
        found = get(self, *given)  # type: ignore[arg-type]
        taken[found is not None] += 1
        return found

    monkeypatch.setattr(Repeats, "get", counted)
    expected = told_of_nodes(root)
    for _ in range(3):
        assert told_of_paths(root) == expected
    assert taken[True]
    assert ("9", Role.ARRAY) not in expected

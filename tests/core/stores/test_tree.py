"""Folders that are opened one in another."""

from __future__ import annotations

import os
from pathlib import Path

from ngff_core.stores.key import Key
from ngff_core.stores.local.tree import Tree


def test_a_folder_above_many_that_are_open_is_opened_anew(tmp_path: Path) -> None:
    deep = "/".join(["a"] * 80)
    (tmp_path / deep).mkdir(parents=True)
    (tmp_path / "a" / "a" / "file").write_bytes(b"of a/a")
    tree = Tree(str(tmp_path))
    assert tree.names(deep) == []
    assert sorted(entry.name for entry in tree.names("a/a")) == ["a", "file"]
    tree.names(deep)
    at = tree.at(Key("a/a/file"))
    with open(os.open(at.name, os.O_RDONLY, dir_fd=at.folder), "rb") as file:
        assert file.read() == b"of a/a"

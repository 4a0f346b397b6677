"""Nodes of a hierarchy, and what a path in metadata means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ngff_core.hierarchy import Absent, ArrayNode, GroupNode, Why, resolve_path
from ngff_core.hierarchy.nodes import GroupMetadata
from ngff_core.zarr.array import ArrayDocument
from ngff_core.zarr.group import GroupDocument


@pytest.mark.parametrize(
    ("base", "relative", "path"),
    [
        ("", "0", "0"),
        ("", "", ""),
        ("A/1", "0", "A/1/0"),
        ("A/1", "0/1", "A/1/0/1"),
        ("A/1", "./0/", "A/1/0"),
        ("A/1", "0//1", "A/1/0/1"),
        ("A/1", "..", "A"),
        ("labels/cells", "../..", ""),
        ("labels/cells", "../../", ""),
        ("A", "../B/1", "B/1"),
        ("A", "...", "A/..."),
        ("A", " ", "A/ "),
        ("", "..", None),
        ("A", "../..", None),
        ("A", "../../A", None),
        ("A", "/0", None),
        ("A", "//host/0", None),
        ("A", "C:/x", None),
        ("A", "b:", None),
        ("A", "c:\\x", None),
        ("A", "0\\1", None),
        ("A", "0\x001", None),
        ("A", "12:30", "A/12:30"),
        ("A", "1:x", "A/1:x"),
        ("A", "a:b", "A/a:b"),  # G5
        ("A", "c:b/0", "A/c:b/0"),
    ],
)
def test_what_a_path_means(base: str, relative: str, path: str | None) -> None:
    assert resolve_path(base, relative) == path


@given(
    st.lists(st.sampled_from(["a", "b"]), max_size=3).map("/".join),
    st.text(st.sampled_from("ab./\\:\0 "), max_size=12),
)
def test_a_path_never_leaves_the_store(base: str, relative: str) -> None:
    path = resolve_path(base, relative)
    assert path is None or (
        not path.startswith("/") and ".." not in path.split("/") and "\\" not in path and "\0" not in path
    )


def group(path: str, parent: GroupNode | None = None, kind: str | None = "box") -> GroupNode:
    document = GroupDocument(2, ".zattrs", (), {}, {})
    return GroupNode(path, GroupMetadata(document, kind), parent=parent)


def test_a_group_knows_its_place() -> None:
    root = group("")
    well = group("A/1", group("A", root))
    assert (well.path, well.name, root.path, root.name) == ("A/1", "1", "", "")
    assert well.parent is not None
    assert well.parent.path == "A"
    assert well.root is root
    assert root.root is root


@pytest.mark.parametrize("attribute", ["path", "name", "parent", "root"])
def test_a_group_notes_that_its_surroundings_were_read(attribute: str) -> None:
    node = group("A")
    assert not node.read_surroundings
    getattr(node, attribute)
    assert (node.read_surroundings, node.read_parent) == (attribute != "parent", attribute == "parent")


def test_other_looks_leave_no_note() -> None:
    node = group("A")
    repr(node)
    list(node.groups())
    list(node.arrays())
    assert (node.kind, node.listing, node.faults) == ("box", None, [])
    assert not node.read_surroundings


def test_children_are_told_apart() -> None:
    node = group("")
    array = ArrayNode("0", ArrayDocument(2, ".zarray", {}))
    lid, box = group("lid", node, "lid"), group("box", node)
    node.children = {"0": array, "lid": lid, "box": box, "gone": Absent("gone", Why.MISSING)}
    assert list(node.arrays()) == [("0", array)]
    assert list(node.groups()) == [("lid", lid), ("box", box)]
    assert list(node.groups("lid")) == [("lid", lid)]

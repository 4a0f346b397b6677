"""What is held of a store while it is upgraded: packed documents, writes, nodes, and the parts that are worked on."""

from __future__ import annotations

import pickle
import zlib

import pytest

from ngff_core.migration.interface import NodeDocuments
from ngff_core.stores.writing import Write
from ngff_core.upgrade.held.nodes import Nodes, Stored
from ngff_core.upgrade.held.packed import NOTHING, Changed, Packed, Writes, packed_writes
from ngff_core.upgrade.held.parts import ElsewhereError, Part, parts_of

WRITES = [Write("a/zarr.json", None, b"{1}"), Write("a/.zarray", b"{2}", None), Write("zarr.json", b"{2}", b"{1}")]


def test_equal_documents_are_held_once_and_all_come_back() -> None:
    packed = Packed()
    documents = [b"%d" % (n % 300) * 1000 for n in range(900)] + [b"x" * (1 << 21), b""]
    numbers = [packed.add(data) for data in documents]
    assert numbers[:300] == numbers[300:600] == list(range(300))
    assert packed.add(None) == NOTHING
    assert packed.get(NOTHING) is None
    for some in (packed, pickle.loads(pickle.dumps(packed))):
        assert [some.get(number) for number in numbers[::-1]] == documents[::-1]


def test_small_documents_are_unpacked_without_a_large_one_between_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each one that was read took the time of the consolidated metadata of the whole store."""
    packed, unpacked, decompress = Packed(), 0, zlib.decompress

    def counted(data: bytes, how: int) -> bytes:
        nonlocal unpacked
        found = decompress(data, how)
        unpacked += len(found)
        return found

    monkeypatch.setattr(zlib, "decompress", counted)
    documents = [b"before", b"x" * (1 << 21), b"behind", b"y" * (1 << 21), b"last"]
    numbers = [packed.add(data) for data in documents]
    assert [packed.get(number) for number in numbers[::2] * 10] == documents[::2] * 10
    assert unpacked < 100
    assert [packed.get(number) for number in numbers] == documents


def test_writes_are_a_sequence() -> None:
    writes = packed_writes(WRITES)
    assert list(writes) == WRITES == [writes[n] for n in range(3)]
    assert writes == packed_writes(iter(WRITES), Packed())
    assert writes[::-1] == WRITES[::-1]
    assert (writes.puts, writes.deletes) == ([WRITES[0], WRITES[2]], [WRITES[1]])
    assert writes.ordered(lambda path: -len(path)) == WRITES
    assert writes[2:].joined(writes[:1]) == [WRITES[2], WRITES[0]]
    assert list(writes.replaced) == ["a/.zarray", "zarr.json"]
    assert writes != WRITES[:2]
    assert writes != 3


def test_what_is_changed_is_known_by_key() -> None:
    changed = Changed(packed_writes(WRITES))
    assert dict(changed) == {"a/zarr.json": b"{1}", "a/.zarray": None, "zarr.json": b"{1}"}
    assert changed.number("b") is None


@pytest.mark.parametrize("at_once", [1, 2, 100])
def test_what_is_in_a_group_comes_before_it_or_in_the_same_part(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ngff_core.upgrade.held.parts._NODES", at_once)
    arrays = ["A/1/0/0", "A/1/0/1", "A/1/0/labels/cells/0", "A/1-x/0/0", "A/10/0/0", "table/x"]
    groups = [
        "",
        "A",
        "A/1",
        "A/1-x",
        "A/10",
        "A/1/0",
        "A/1/0/labels",
        "A/1/0/labels/cells",
        "A/1-x/0",
        "A/10/0",
        "table",
    ]
    kinds = {kind: Stored(kind, 3, False, Packed(), lambda _: NOTHING) for kind in ("group", "array")}
    nodes = Nodes(dict.fromkeys(arrays, kinds["array"]) | dict.fromkeys(groups, kinds["group"]))
    parts = list(parts_of(nodes))
    assert sorted(path for part in parts for path in part) == sorted(nodes)
    place = {path: number for number, part in enumerate(parts) for path in part}
    for path in nodes:
        assert all(place[path] <= place[way] for way in groups if path.startswith(f"{way}/") or not way)
    whole = ["A/1/0/labels/cells/0", "A/1/0/labels/cells", "A/1/0/0", "A/1/0/1", "A/1/0/labels", "A/1/0"]
    assert len({place[path] for path in whole}) == 1


def test_a_step_is_told_where_a_node_is_in_another_part() -> None:
    node = NodeDocuments("a", "group", 3, {}, {})
    part = Part({"a": node}, {"a", "b"})
    assert part["a"] is part.get("a") is node
    assert part.get("c") is None
    assert "c" not in part
    with pytest.raises(KeyError):
        part["c"]
    for look in (part.get, part.__getitem__, part.__contains__):
        with pytest.raises(ElsewhereError):
            look("b")


def test_documents_of_nodes_are_made_of_what_is_there() -> None:
    packed = Packed()
    held = {
        "a/zarr.json": b'{"zarr_format": 3, "node_type": "array", "attributes": {"b": 1}}',
        "a/.zattrs": b'{"b": 2}',
        "a/.zarray": b'{"zarr_format": 2}',
        "deep/zarr.json": b'{"a": [[[[[]]]]]}',
    }
    numbers = {key: packed.add(data) for key, data in held.items()}

    def nodes(kind: str, zarr_format: int) -> Stored:
        return Stored(kind, zarr_format, False, packed, lambda key: numbers.get(key, NOTHING))

    array = {"zarr_format": 3, "node_type": "array"}
    assert nodes("array", 3).node("a") == NodeDocuments("a", "array", 3, array, {"b": 1})
    assert nodes("array", 2).node("a") == NodeDocuments("a", "array", 2, {"zarr_format": 2}, {"b": 2})
    assert nodes("group", 2).node("a") == NodeDocuments("a", "group", 2, {"zarr_format": 2}, {"b": 2})
    group = {"zarr_format": 3, "node_type": "group"}
    assert nodes("group", 3).node("none") == NodeDocuments("none", "group", 3, group, {})
    deep = Nodes({"deep": nodes("group", 3), "a": nodes("array", 3)})
    assert [list(deep.deeper(levels)) for levels in (3, 20)] == [["deep"], []]
    assert Writes().packed is not Writes().packed

"""Siblings of the rows that a second pair of fresh eyes found: what is said of stores and documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("ngff_v01", reason="needs OME-NGFF 0.1 to 0.6: ngff_v01 is not installed")
pytest.importorskip("ngff_v02", reason="needs OME-NGFF 0.1 to 0.6: ngff_v02 is not installed")
pytest.importorskip("ngff_v03", reason="needs OME-NGFF 0.1 to 0.6: ngff_v03 is not installed")
pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.1 to 0.6: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.1 to 0.6: ngff_v05 is not installed")
pytest.importorskip("ngff_v06", reason="needs OME-NGFF 0.1 to 0.6: ngff_v06 is not installed")

from bases import LAYOUT, Tree, collection, image, labels, plate, plate_collection
from commands import Run

from ngff_core import check_store, open_group
from ngff_core.json_text import dumps, loads
from ngff_core.plugins.registry import BLOCK_VARIABLE, default_registry
from ngff_core.stores import MemoryStore
from ngff_core.testing import array, build_store


@pytest.fixture(scope="module", autouse=True)
def _only_our_plugins() -> Iterator[None]:
    """Use all versions that are installed, in place of the fixture of this name for all other tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(BLOCK_VARIABLE, raising=False)
        default_registry.cache_clear()
        yield
    default_registry.cache_clear()


def issues(documents: dict[str, bytes]) -> list[Any]:
    return list(check_store(MemoryStore(documents, "mem")).issues)


def found(tree: Tree) -> list[tuple[str, str, str]]:
    """Return entry or rule, node and pointer of all findings."""
    return [(i.entry or i.rule, i.node, i.pointer) for i in issues(tree.documents())]


@pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])
@pytest.mark.parametrize("value", [2, "3", None, True])
def test_a9_the_layout_of_a_plate(value: Any, version: str) -> None:
    tree = plate_collection(version)
    at = "/bioformats2raw.layout" if version == "0.4" else "/attributes/ome/bioformats2raw.layout"
    expected = ("collection-layout-is-3", "", at)
    assert expected not in found(tree)
    tree.ome()[LAYOUT] = value
    assert expected in found(tree)


# --- documents of Zarr beside those of OME-Zarr -------------------------------------------------------

DAMAGES = {
    b"{": "document-not-json",
    b"": "document-not-json",
    b"[]": "document-not-object",
    b"/annex/objects/MD5E-s1--a\n": "document-unreadable",
    b"version https://git-lfs.github.com/spec/v1\n": "document-unreadable",
    b'{"a": "\xff"}': "document-encoding",
}


def early(version: str, path: str = "0") -> dict[str, bytes]:
    """Return a small image of an early version."""
    axes = {"axes": ["y", "x"]} if version == "0.3" else {}
    shape, key = ((8, 8), "yx") if version == "0.3" else ((1, 1, 1, 8, 8), "tczyx")
    entry = {"version": version, **axes, "datasets": [{"path": path}]}
    nodes = {"": {"multiscales": [entry]}, path: array(shape, "uint16", tuple(key))}
    return build_store(default_registry().spec(version), nodes)


def added(documents: dict[str, bytes], key: str, value: Any) -> list[tuple[str, str, str]]:
    """Return rule, node and document of what is said of a store only when a document is put in."""
    before = {(i.rule, i.node, i.document) for i in issues(documents)}
    changed = {**documents, key: value if isinstance(value, bytes) else dumps(value)}
    return [x for i in issues(changed) if (x := (i.rule, i.node, i.document)) not in before]


@pytest.mark.parametrize("data", DAMAGES)
@pytest.mark.parametrize("at", ["0", "labels/cells/1", "A", "A/1/0/0"])
def test_a2_damaged_attributes_of_arrays_and_rows(at: str, data: bytes) -> None:
    tree = plate("0.4") if at.startswith("A") else labels("0.4")
    documents = tree.documents()
    assert added(documents, f"{at}/.zattrs", {"mine": 1}) == []
    assert added(documents, f"{at}/.zattrs", data) == [(DAMAGES[data], at, ".zattrs")]


@pytest.mark.parametrize("version", ["0.1", "0.2", "0.3"])
def test_a2_damaged_attributes_of_arrays_of_early_versions(version: str) -> None:
    documents = early(version)
    assert added(documents, "0/.zattrs", {"mine": 1}) == []
    assert added(documents, "0/.zattrs", b"{") == [("document-not-json", "0", ".zattrs")]


@pytest.mark.parametrize(
    "data", [{}, {"zarr_format": 3}, {"zarr_format": "2"}, {"zarr_format": 1}, {"zarr_format": None}]
)
@pytest.mark.parametrize("at", ["", "labels", "labels/cells", "A", "A/1", "A/1/0"])
def test_a2_a_zgroup_of_another_format(at: str, data: Any) -> None:
    tree = plate("0.4") if at.startswith("A") else labels("0.4")
    key = tree.key(at, of="group")
    assert added(tree.documents(), key, {"zarr_format": 2.0}) == []
    assert added(tree.documents(), key, data) == [("zarr-format-2", at, ".zgroup")]
    assert ("zarr-format-2", at) in [(i.rule, i.node) for i in issues({**tree.documents(), key: dumps(data)})]


@pytest.mark.parametrize("version", ["0.1", "0.3"])
def test_a2_a_zgroup_of_another_format_in_early_versions(version: str) -> None:
    assert added(early(version), ".zgroup", {"zarr_format": 3}) == [("zarr-format-2", "", ".zgroup")]


def nested_level(version: str) -> Tree:
    """Return an image whose first level lies in a group of its own."""
    tree = image(version)
    tree.move("0", "s/0")
    tree.multiscale()["datasets"][0]["path"] = "s/0"
    tree.add("s", None)
    return tree


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"{", "document-not-json"),
        (b"", "document-not-json"),
        (b"[]", "document-not-object"),
        ({}, "zarr-format-3"),
        ({"zarr_format": 2, "node_type": "group"}, "zarr-format-3"),
        ({"zarr_format": 3, "node_type": "group", "extra": 1}, "zarr-members-known"),
        ({"zarr_format": 3, "node_type": "group", "consolidated_metadata": None}, "zarr-consolidated-readable"),
    ],
)
def test_a13_damaged_groups_on_the_way_to_a_level(data: Any, rule: str) -> None:
    documents = nested_level("0.5").documents()
    assert {i.rule for i in issues(documents)} <= {"dataset-all-listed"}
    assert (rule, "s", "zarr.json") in added(documents, "s/zarr.json", data)
    assert added(documents, "s/zarr.json", {"zarr_format": 3, "node_type": "group", "attributes": {"mine": 1}}) == []


@pytest.mark.parametrize(
    ("name", "data", "rule"),
    [
        (".zgroup", b"{", "document-not-json"),
        (".zgroup", {}, "zarr-format-2"),
        (".zattrs", b"[]", "document-not-object"),
    ],
)
def test_a13_damaged_groups_of_v2_on_the_way_to_a_level(name: str, data: Any, rule: str) -> None:
    documents = nested_level("0.4").documents()
    assert issues(documents) == []
    assert added(documents, f"s/{name}", data) == [(rule, "s", name)]
    del documents["s/.zgroup"]  # a folder may pass for a group
    assert issues(documents) == []


# --- what xarray reads ----------------------------------------------------------------------------------


@pytest.mark.parametrize("on_group", [None, ["c", "y", "x"]])
@pytest.mark.parametrize("wrong", [["z", "y", "x"], None])
def test_a14_dimensions_of_an_array_that_contradict(wrong: Any, on_group: Any) -> None:
    tree = image("0.4")
    if on_group:
        tree.attributes()["_ARRAY_DIMENSIONS"] = on_group
    documents = tree.documents()
    rule = "zarr-array-dimensions-repeat-axes"
    assert added(documents, "0/.zattrs", {"_ARRAY_DIMENSIONS": ["c", "y", "x"]}) == []
    assert added(documents, "0/.zattrs", {"_ARRAY_DIMENSIONS": wrong}) == [(rule, "0", ".zattrs")]
    tree.attributes()["_ARRAY_DIMENSIONS"] = None
    assert [(r, p) for r, _, p in found(tree)] == [(rule, "/_ARRAY_DIMENSIONS")]


@pytest.mark.parametrize("wrong", [["x", "y"], None])
def test_a14_dimensions_of_an_array_that_contradict_in_0_3(wrong: Any) -> None:
    documents = early("0.3")
    attributes = {**loads(documents[".zattrs"]), "_ARRAY_DIMENSIONS": ["y", "x"]}
    documents[".zattrs"] = dumps(attributes)
    rule = "zarr-array-dimensions-repeat-axes"
    assert rule not in {i.rule for i in issues(documents)}
    damaged = {**documents, "0/.zattrs": dumps({"_ARRAY_DIMENSIONS": wrong})}
    assert [(i.severity.value, i.node) for i in issues(damaged) if i.rule == rule] == [("error", "0")]


# --- ways, copies, series -------------------------------------------------------------------------------


def collection_below(version: str, between: bool) -> Tree:
    tree = collection(version)
    tree.move("0", "d/e/0")
    tree.ome("OME")["series"][0] = "d/e/0"
    if between:
        tree.add("d", None)
        tree.add("d/e", None)
    return tree


def test_a13_missing_groups_on_the_way_of_a_series() -> None:
    assert found(collection_below("0.5", True)) == []
    assert found(collection_below("0.5", False)) == [("zarr-intermediate-is-group", way, "") for way in ("d", "d/e")]
    assert found(collection_below("0.4", False)) == []  # a folder may pass for a group


def test_a13_a_damaged_group_on_the_way_of_a_series() -> None:
    tree = collection_below("0.5", True)
    assert added(tree.documents(), "d/zarr.json", b"{") == [("document-not-json", "d", "zarr.json")]


def test_a13_missing_groups_on_the_way_of_a_scene() -> None:
    from form06 import in_form_06

    def tile(path: str) -> dict[str, Any]:
        return {"path": path, "name": "physical"}

    whole = in_form_06(image("0.5").ome())
    link = {"type": "identity", "input": tile("a"), "output": tile("deep/b")}
    nodes: dict[str, Any] = {"": {"scene": {"coordinateTransformations": [link]}}}
    for path in ("a", "deep/b"):
        nodes[path] = {"multiscales": whole["multiscales"]}
        nodes |= {f"{path}/{n}": array((2, 64 >> n, 64 >> n), names=("c", "y", "x")) for n in range(3)}
    spec = default_registry().spec("0.6")
    rule = "zarr-intermediate-is-group"
    assert [(i.rule, i.node) for i in issues(build_store(spec, nodes)) if i.rule == rule] == [(rule, "deep")]
    assert rule not in {i.rule for i in issues(build_store(spec, {**nodes, "deep": None}))}


@pytest.mark.parametrize(
    "second",
    [
        {"version": "0.4", "plate": {}},
        {"multiscales": [{"rubbish": 1}]},
        {"version": "0.5", "multiscales": []},
        {"version": "0.9", "multiscales": []},
        {"version": "0.5"},
    ],
)
def test_a6_a_second_copy_of_the_metadata(second: Any) -> None:
    tree = image("0.4")
    tree.attributes()["ome"] = {"mine": 1}
    assert found(tree) == []
    tree.attributes()["ome"] = second
    assert found(tree) == [("zarr-metadata-in-group-attributes", "", "/ome")]
    assert open_group(tree.documents()).ome_version() == "0.4"


def test_a6_what_is_stored_as_no_version_is_no_second_copy() -> None:
    tree = image("0.4")
    tree.attributes()["ome"] = {"version": "0.5", "multiscales": []}
    tree.multiscale()["version"] = "0.5"
    assert ("zarr-format-3", "", "") in found(tree)
    del tree.multiscale()["version"]
    assert ("zarr-format-3", "", "") in found(tree)


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_a9_a_series_of_a_plate_without_the_key_of_the_layout(version: str) -> None:
    tree = plate(version)
    tree.add("OME", {"series": ["A/1/0"]})
    assert found(tree) == []
    tree.ome("OME")["series"] = ["A/1/0", "gone"]
    at = "/series/1" if version == "0.4" else "/attributes/ome/series/1"
    assert found(tree) == [("series-paths-are-images", "OME", at)]


# --- headers, words, hints --------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["<b1", ">b1", "<u1", ">i1", "<S4"])
def test_a2_a_byte_order_of_what_has_none(code: str) -> None:
    tree = image("0.4")
    tree.array("0").update(dtype=code, fill_value=None)
    said = [(i.severity.value, i.expected) for i in issues(tree.documents()) if i.rule == "zarr-data-type-valid"]
    assert said == [("warning", f'"|{code[1:]}"')]
    tree.array("0")["dtype"] = f"|{code[1:]}"
    assert "zarr-data-type-valid" not in {rule for rule, *_ in found(tree)}


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_a2_chunks_along_axes_without_pixels(version: str) -> None:
    tree = image(version)
    for level in "012":
        tree.array(level)["shape"][0] = 0
        tree.rechunk(level, [8, 16, 16])
    assert "zarr-chunks-fit-array" not in {rule for rule, *_ in found(tree)}


@pytest.mark.parametrize("base", [plate, image])
def test_a4_a_scene_beside_other_metadata_of_its_version(base: Any) -> None:
    tree = base("0.6")
    tree.ome()["scene"] = {"coordinateTransformations": []}
    assert "keys-known" not in {rule for rule, *_ in found(tree)}
    older = base("0.5")
    older.ome()["scene"] = {"coordinateTransformations": []}
    assert "keys-known" in {rule for rule, *_ in found(older)}


def test_a22_axes_left_beside_coordinate_systems() -> None:
    from form06 import in_form_06

    tree = image("0.6")
    tree.attributes()["ome"] = {**in_form_06(image("0.5").ome()), "version": "0.6"}
    assert "keys-known" not in {rule for rule, *_ in found(tree)}
    tree.multiscale()["axes"] = image("0.5").multiscale()["axes"]
    assert ("keys-known", "", "/attributes/ome/multiscales/0/axes") in found(tree)


@pytest.mark.parametrize(
    ("version", "stated", "letters", "hint"),
    [
        ("0.4", "0.3", False, "0.4"),
        ("0.4", "0.4", True, "0.3"),
        ("0.5", "0.5", True, "0.3"),
        ("0.5", "0.6", True, "0.3"),
        ("0.5", "0.6", False, "0.5"),
    ],
)
def test_a22_the_form_of_another_version(version: str, stated: str, letters: bool, hint: str) -> None:
    tree = image(version)
    entry = tree.multiscale()
    if letters:
        entry["axes"] = [axis["name"] for axis in entry["axes"]]
    (entry if version == "0.4" else tree.ome())["version"] = stated
    hints = [i.hint or "" for i in issues(tree.documents()) if i.entry in ("axes-entry-type", "coordsys-present")]
    assert [f'is "version": "{hint}" meant?' in text for text in hints] == [True]


def test_a23_no_words_of_python() -> None:
    tree = image("0.5")
    tree.multiscale()["axes"][2]["type"] = None
    messages = [i.message for i in issues(tree.documents())]
    assert "axis 'x' without a type follows 'y' of type space" in messages
    few = plate("0.5")
    few.ome()["plate"].update(rows=[{"name": "A"}], wells=few.ome()["plate"]["wells"][:2])
    assert any(i.message.startswith("the plate lists 1 row;") for i in issues(few.documents()))


@pytest.mark.parametrize("at", ["A/1", "A/1/0", "labels/cells", "0"])
def test_a21_a_slip_for_ome_below_the_root(at: str) -> None:
    tree = plate("0.5") if at.startswith("A") else labels("0.5") if "/" in at else collection("0.5")
    attributes = tree.attributes(at)
    attributes["OME"] = attributes.pop("ome")
    assert 'did you mean the key "ome"? there is "OME"' in [i.hint for i in issues(tree.documents())]


def test_a21_paths_of_periods_alone() -> None:
    tree = image("0.5")
    tree.move("0", "...")
    tree.multiscale()["datasets"][0]["path"] = "..."
    said = [(i.severity.value, i.rule) for i in issues(tree.documents())]
    assert said == [("warning", "dataset-path-relative-resolves")]


@pytest.mark.parametrize("stated", ["0.7", "0.8", "1.0"])
def test_a21_versions_that_never_were(stated: str) -> None:
    tree = image("0.5")
    tree.ome()["version"] = stated
    said = [(i.rule, i.message) for i in issues(tree.documents())]
    assert said == [("version-not-installed", f'there is no version "{stated}" of OME-Zarr that is known here')]


@pytest.mark.parametrize(
    ("version", "key"),
    [("0.4", "A/.zattrs"), ("0.4", "A/1/.zattrs"), ("0.4", "A/1/0/0/.zattrs"), ("0.5", "A/zarr.json")],
)
def test_a2_no_upgrade_drops_attributes_that_it_cannot_read(version: str, key: str, tmp_path: Path, run: Run) -> None:
    root = plate(version).write(tmp_path / "p.zarr")
    (root / key).write_bytes(b'{"mine": ')
    ran = run("upgrade", "p.zarr", "--to", "0.5" if version == "0.4" else "0.4")
    assert ran.code != 0
    assert "the document is not JSON" in ran.out + ran.err
    assert (root / key).read_bytes() == b'{"mine": '

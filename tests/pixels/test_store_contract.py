"""Every kind of store is the same to whoever reads it: the same hierarchy, the same report, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from bases import BASES, collection, image, labels, plate
from corpus import CASES, Case
from places import PLACES, REMOTE, Ground

import ngff_core
from ngff_core import check_store
from ngff_core.hierarchy import ArrayNode, GroupNode
from ngff_core.plugins import default_registry
from ngff_core.stores.zip.archive import Archive

BUILDERS = {"image": image, "labels": labels, "plate": plate, "collection": collection}
OF_ARCHIVES = [rule.id for v in default_registry().specs for rule in default_registry().rules(v) if rule.on is Archive]
NEEDS_LISTING = {
    ("documents_of_both_formats", "0.4"): {"zarr-no-side-by-side"},
    ("documents_of_both_formats", "0.5"): {"version-no-side-by-side"},
    ("label_not_listed", "0.5"): {"labels-all-listed"},
    ("label_further_below_not_listed", "0.5"): {"labels-all-listed"},
    ("label_of_a_label_image_is_of_floats", "0.4"): {"label-dtype-integer"},
    ("label_of_a_label_image_is_of_floats", "0.5"): {"label-dtype-integer"},
    ("labels_below_a_plate", "0.4"): {"labels-group-beside-levels"},
    ("labels_below_a_plate", "0.5"): {"labels-group-beside-levels"},
    ("labels_below_a_well", "0.4"): {"labels-group-beside-levels"},
    ("labels_below_a_well", "0.5"): {"labels-group-beside-levels"},
    ("well_path_with_backslash", "0.4"): {"plate-empty-well-group-absent"},
    ("well_path_with_backslash", "0.5"): {"plate-empty-well-group-absent"},
    ("row_group_without_wells", "0.4"): {"plate-empty-row-group-absent"},
    ("row_group_without_wells", "0.5"): {"plate-empty-row-group-absent"},
    ("well_group_without_images", "0.4"): {"plate-empty-well-group-absent"},
    ("well_group_without_images", "0.5"): {"plate-empty-well-group-absent"},
    ("plate_key_missing_in_collection", "0.4"): {"collection-plate-key-precedence"},
    ("plate_key_missing_in_collection", "0.5"): {"collection-plate-key-precedence"},
    ("rows_of_wells_beside_numbered_images", "0.4"): {"collection-plate-key-precedence"},
    ("rows_of_wells_beside_numbered_images", "0.5"): {"collection-plate-key-precedence"},
    ("image_beside_rows", "0.4"): {"collection-plate-not-mixed"},
    ("image_beside_rows", "0.5"): {"collection-plate-not-mixed"},
    ("level_not_listed", "0.4"): {"dataset-all-listed"},
    ("level_not_listed", "0.5"): {"dataset-all-listed"},
    ("label_of_fewer_levels", "0.4"): {"dataset-all-listed"},
    ("label_of_fewer_levels", "0.5"): {"dataset-all-listed"},
    ("image_not_in_series", "0.4"): {"series-images-all-listed"},
    ("image_not_in_series", "0.5"): {"series-images-all-listed"},
    ("field_not_listed", "0.4"): {"well-images-all-listed"},
    ("field_not_listed", "0.5"): {"well-images-all-listed"},
    ("well_not_listed", "0.4"): {"plate-empty-well-group-absent"},
    ("well_not_listed", "0.5"): {"plate-empty-well-group-absent"},
    ("row_in_lower_case", "0.4"): {"plate-empty-well-group-absent"},
    ("row_in_lower_case", "0.5"): {"plate-empty-well-group-absent"},
    # no metadata at the root: only a listing tells that there is something at all
    ("image_one_level_down", "0.4"): {"store-without-metadata"},
    ("image_one_level_down", "0.5"): {"store-without-metadata"},
    ("plate_key_missing", "0.4"): {"store-without-metadata"},
    ("plate_key_missing", "0.5"): {"store-without-metadata"},
}
"""Cases of the corpus of which a store that is not listed is told less (or something else), and the rules concerned."""
DAMAGE: dict[str, Callable[[Any], None]] = {
    "image": lambda tree: tree.remove("1") or tree.multiscale()["axes"][0].update(type=5),
    "labels": lambda tree: tree.remove("labels/cells/0"),
    "plate": lambda tree: tree.remove("A/1") or tree.ome()["plate"]["columns"].pop(),
    "collection": lambda tree: tree.remove("1"),
}


def documents(kind: str, version: str, broken: bool) -> dict[str, bytes]:
    tree = BUILDERS[kind](version)
    if broken:
        DAMAGE[kind](tree)
    return tree.documents()


def seen(place: str, uri: Any, version: str) -> tuple[str, list[tuple[str, str, Any]]]:
    """Return the report on a store without its address, and all nodes that were judged.

    What is said of an archive as a file is left out, and so are the rules that looked at it.
    """
    nodes: list[tuple[str, str, Any]] = []

    def note(node: GroupNode | ArrayNode) -> None:
        shown = node.document.shape if isinstance(node, ArrayNode) else node.kind
        nodes.append((node.path, type(node).__name__, shown))

    told = check_store(uri, ignore=OF_ARCHIVES, on_node=note).to_dict()
    told["url"] = ""
    if place == "zip":
        told["rules"]["run"] -= sum(rule.on is Archive for rule in default_registry().rules(version))
        archive = {rule for rule in told["suppressed"] if rule in OF_ARCHIVES}
        told["suppressed_by"] = {} if told["suppressed"].keys() <= archive else told["suppressed_by"]
        told["suppressed"] = {rule: n for rule, n in told["suppressed"].items() if rule not in archive}
    return json.dumps(told, indent=1), sorted(nodes, key=str)


def members(group: ngff_core.Group) -> Iterator[tuple[str, Any]]:
    """Yield everything below a group, as one walks through it."""
    yield group.path, (group.ome_version(), group.attributes)
    for name, node in group.items():
        assert node.path == f"{group.path}/{name}".lstrip("/")
        if isinstance(node, ngff_core.Group):
            yield from members(node)
        else:
            yield node.path, (node.shape, node.dtype, node.chunks, node.attributes)


@pytest.mark.parametrize("broken", [False, True], ids=["valid", "broken"])
@pytest.mark.parametrize("version", ["0.4", "0.5"])
@pytest.mark.parametrize("kind", BUILDERS)
@pytest.mark.parametrize("place", sorted(PLACES.keys() - {"memory"}))
def test_the_report_is_the_same_from_everywhere(
    place: str, kind: str, version: str, broken: bool, ground: Ground
) -> None:
    pytest.importorskip(f"ngff_v{version.replace('.', '')}", reason=f"version {version} is not installed")
    files = documents(kind, version, broken)
    expected = seen("memory", ground.put("memory", files), version)
    assert ('"invalid"' in expected[0]) is broken
    assert seen(place, ground.put(place, files), version) == expected


@pytest.mark.parametrize("version", ["0.4", "0.5"])
@pytest.mark.parametrize("kind", BUILDERS)
@pytest.mark.parametrize("place", sorted(PLACES.keys() - {"memory"} - REMOTE))
def test_what_is_below_a_group_is_the_same_from_everywhere(place: str, kind: str, version: str, ground: Ground) -> None:
    pytest.importorskip(f"ngff_v{version.replace('.', '')}", reason=f"version {version} is not installed")
    files = documents(kind, version, broken=False)
    expected = list(members(ngff_core.open_group(ground.put("memory", files))))
    assert list(members(ngff_core.open_group(ground.put(place, files)))) == expected


# --- the whole corpus of defects ----------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("place", ["zip", "zarr-local-group", "http"])
def test_every_defect_is_found_everywhere(place: str, case: Case, ground: Ground) -> None:
    for version in case.found:
        pytest.importorskip(f"ngff_v{version.replace('.', '')}", reason=f"version {version} is not installed")
        tree = BASES[case.base](version)
        case.damage(tree)
        files = tree.documents()
        found = [set(check_store(ground.put(kind, files), ignore=OF_ARCHIVES).issues) for kind in ("memory", place)]
        differ = {issue.rule for issue in found[0] ^ found[1]}
        assert differ == (NEEDS_LISTING.get((case.name, version), set()) if place == "http" else set())

"""Two independent defects in one store: one run reports both, and nothing else.

Every pair of corpus cases of the same hierarchy is tried. A pair is left out where the two changes do not commute
(they touch the same thing), and where the sets below say why one defect leaves nothing to judge the other by.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations, product

import pytest

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

from bases import BASES
from corpus import CASES, VERSIONS, Case, Found

from ngff_core import check_store
from ngff_core.stores import MemoryStore

NO_LEVEL = {"level_missing", "level_is_a_group", "chunks_without_header"}
OTHER_NDIM = {"level_of_other_ndim", "level_of_one_dimension"}
OTHER_KIND = {"level_of_another_dtype", "level_of_other_codecs"}
NAMES = {"dimension_names_missing", "dimension_names_null", "dimension_names_differ"}
SEPARATOR = {"separator_is_a_dot", "separator_not_written"}
XARRAY = {"xarray_dimensions_differ"}
BAD_PATH = {"path_begins_with_slash", "path_is_a_number", "path_climbs_out"}
NO_AXES = {"no_axes", "no_axes_and_level_of_other_ndim"}
OTHER_SOURCE = {"source_dangling", "source_is_the_labels_group"}

# (why, one defect, the other): every pair of one of the first set with one of the second
DEPENDENT: list[tuple[str, set[str], set[str]]] = [
    (
        "without multiscales no level is named, so no array is looked at",
        {"no_multiscales"},
        NO_LEVEL
        | OTHER_NDIM
        | OTHER_KIND
        | NAMES
        | SEPARATOR
        | XARRAY
        | {
            "chunks_larger_than_array",
            "chunks_of_other_ndim",
            "fill_value_bare_nan",
            "metadata_on_an_array",
            "channel_left_out",
            "window_beyond_dtype",
        },
    ),
    (
        "without axes there is nothing to compare lengths, names, orders and shapes with",
        NO_AXES,
        {
            "channel_left_out",
            "coarse_level_first",
            "dimension_names_differ",
            "level_of_other_ndim",
            "scale_contradicts_shape",
            "scale_kept_in_a_short_array",
            "scale_too_short",
            "translation_too_long",
        }
        | XARRAY,
    ),
    ("as above", {"no_axes"}, {"channel_axis_shrinks", "level_of_one_dimension"}),
    (
        "axes that are strings have no type to compare by",
        {"axes_are_strings"},
        {"coarse_level_first", "channel_axis_shrinks", "path_repeated", "channel_left_out"},
    ),
    (
        "an axis without a type may be that of the channels or not",
        {"axis_without_type"},
        {"channel_axis_shrinks", "channel_left_out"},
    ),
    (
        "a repeated level has every defect of its array twice, or is not there twice",
        {"path_repeated"},
        NO_LEVEL
        | OTHER_NDIM
        | OTHER_KIND
        | {"no_axes", "no_axes_and_level_of_other_ndim", "no_transformations", "scale_contradicts_shape"},
    ),
    (
        "levels in another order are compared with another first level",
        {"coarse_level_first"},
        NO_LEVEL | OTHER_NDIM | OTHER_KIND,
    ),
    (
        "a scale is compared with a shape of the right length, and with positive scales",
        {"scale_contradicts_shape"},
        NO_LEVEL | OTHER_NDIM | {"scale_negative"},
    ),
    (
        "a level lies somewhere when its axes, its shape and its transformations are known",
        {"level_moved_away"},
        NO_LEVEL
        | OTHER_NDIM
        | NO_AXES
        | {
            "axes_are_strings",
            "identity_instead_of_scale",
            "path_repeated",
            "scale_kept_in_a_short_array",
            "scale_kept_in_an_array",
            "scale_negative",
            "scale_too_short",
        },
    ),
    (
        "a level that is not listed is not looked at, and not named while another one is missing",
        {"level_not_listed"},
        NO_LEVEL
        | OTHER_NDIM
        | OTHER_KIND
        | BAD_PATH
        | {
            "chunks_larger_than_array",
            "chunks_of_other_ndim",
            "no_axes_and_level_of_other_ndim",
            "no_transformations",
        },
    ),
    (
        "which axis is z is told by the axes",
        {"default_plane_out_of_range"},
        NO_AXES | {"no_multiscales"},
    ),
    ("a level that cannot be reached is not looked at", BAD_PATH, NAMES | SEPARATOR),
    (
        "chunks are laid out for the shape that the array has",
        {"chunks_of_other_ndim"},
        {"level_of_other_ndim", "no_axes_and_level_of_other_ndim"},
    ),
    (
        "the change replaces the transformations that the other one reorders",
        {"channel_axis_shrinks"},
        {"translation_before_scale"},
    ),
    ("the pointers are those of metadata that are not inside ome", {"old_metadata_in_new_zarr"}, NO_LEVEL),
    ("the third axis is another one", {"axis_names_repeated"}, {"channel_axis_before_time", "space_axes_forwards"}),
    (
        "a label image that is not listed is not judged",
        {"labels_group_without_list"},
        {
            "version_of_image_label_is_a_number",
            "version_of_image_label_is_null",
            "label_not_listed",
            "label_further_below_not_listed",
            "label_of_a_label_image_is_of_floats",
            "label_of_another_pixel_size",
            "label_of_another_shape",
            "label_of_fewer_levels",
            "label_value_beyond_the_data_type",
            "label_value_repeated",
            "label_without_image_label",
            "labels_are_floats",
            "rgba_as_fractions",
            "version_missing_in_image_label",
            "version_missing_in_label",
        }
        | OTHER_SOURCE,
    ),
    (
        "a label is compared with its source",
        OTHER_SOURCE,
        {"label_of_another_pixel_size", "label_of_another_shape", "label_of_fewer_levels"},
    ),
    ("the level with the wrong type is no longer listed", {"label_of_fewer_levels"}, {"labels_are_floats"}),
    ("a float may have any label value", {"labels_are_floats"}, {"label_value_beyond_the_data_type"}),
    (
        "the value that is repeated is the one that is beyond",
        {"label_value_repeated"},
        {"label_value_beyond_the_data_type"},
    ),
    (
        "both add an entry or a group called nuclei",
        {"listed_label_missing"},
        {"listed_label_is_bare", "label_not_listed"},
    ),
    (
        "the pointer is that of metadata that are not inside ome",
        {"keys_of_labels_not_in_ome"},
        {"label_not_listed", "label_further_below_not_listed"},
    ),
    (
        "a well whose path cannot be followed is not looked at",
        {"well_path_with_backslash"},
        {
            "column_index_of_another_well",
            "field_of_other_zarr_format",
            "field_path_with_underscore",
            "row_in_lower_case",
            "field_path_with_a_dot",
            "version_left_in_plate_and_wells_is_null",
            "version_of_wells_differs",
            "well_is_bare",
            "well_missing",
            "well_without_zgroup",
        },
    ),
    ("a bare well has no fields", {"well_is_bare"}, {"field_of_other_zarr_format", "zipped_image_in_a_field"}),
    ("a fourth column makes room for the index", {"column_index_out_of_range"}, {"row_group_without_wells"}),
    ("without wells there is no fullest one", {"no_wells"}, {"field_count_too_small"}),
    ("without wells nothing in them is listed", {"no_wells"}, {"field_not_listed", "well_not_listed"}),
    ("both are the same group", {"well_group_without_images"}, {"well_not_listed"}),
    (
        "the copied well has the same, too",
        {"field_path_with_a_dot", "version_left_in_plate_and_wells_is_null", "version_of_wells_differs"},
        {"well_directly_below_plate"},
    ),
    ("a path that is not ROW/COLUMN has no indexes", {"well_path_with_a_dot"}, {"column_index_of_another_well"}),
    (
        "of a path that leads to no image nothing else is said",
        {"plate_among_images", "series_names_bare_group", "series_names_missing_image"},
        {"series_path_with_a_dot", "series_path_with_a_slash_at_the_end"},
    ),
    (
        "without the group OME there is no series",
        {"collection_without_ome_group"},
        {"plate_among_images", "series_names_bare_group", "series_names_missing_image"},
    ),
    (
        "without the group OME nothing says which images there are",
        {"collection_without_ome_group"},
        {"image_not_in_series"},
    ),
    ("with an image below it, the group is a collection", {"plate_key_missing_in_collection"}, {"image_beside_rows"}),
    (
        "without plate metadata the group is a collection of whatever images its series names",
        {"plate_key_missing_beside_series"},
        {"image_beside_rows", "plate_without_series", "series_in_another_order_than_wells"},
    ),
]

EXCLUDED = {frozenset(pair) for _, some, others in DEPENDENT for pair in product(some, others)}
BY_NAME = {case.name: case for case in CASES}


def together(a: Case, b: Case, version: str) -> dict[str, bytes] | None:
    """Return the documents of a store with both defects; ``None`` when the two changes do not commute."""
    results = []
    for first, second in ((a, b), (b, a)):
        tree = BASES[a.base](version)
        try:
            first.damage(tree)
            second.damage(tree)
        except (AssertionError, AttributeError, LookupError, TypeError, ValueError):
            return None  # the second finds nothing left to change
        results.append(tree.documents())
    return results[0] if results[0] == results[1] else None


def is_union(a: Case, b: Case, version: str, documents: dict[str, bytes]) -> bool:
    report = check_store(MemoryStore(documents))
    found = Counter(Found(i.entry or i.rule, i.severity.value, i.node, i.pointer) for i in report.issues)
    both = Counter([*a.expected(version), *b.expected(version)])
    code = max(a.exit_code[version], b.exit_code[version])
    return found == both and report.exit_code() == code


def judged(base: str, version: str) -> list[Case]:
    """Return the cases with findings that leave something to judge."""
    return [c for c in CASES if c.base == base and c.found.get(version) and c.exit_code[version] != 3]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("base", [name for name in BASES if len(judged(name, "0.5")) > 1])
def test_both_are_reported_and_nothing_else(base: str, version: str) -> None:
    wrong, tried = [], 0
    for a, b in combinations(judged(base, version), 2):
        if frozenset((a.name, b.name)) in EXCLUDED:
            continue
        documents = together(a, b, version)
        if documents is not None:
            tried += 1
            if not is_union(a, b, version, documents):
                wrong.append((a.name, b.name))
    assert wrong == []
    assert tried > 0


@pytest.mark.parametrize(("why", "some", "others"), DEPENDENT)
def test_pairs_are_left_out_for_a_reason(why: str, some: set[str], others: set[str]) -> None:
    """Every name in the list takes part in a pair of which one run does not report the union."""
    needed = set()
    for a, b in product((BY_NAME[name] for name in some), (BY_NAME[name] for name in others)):
        for version in a.found.keys() & b.found.keys():
            documents = together(a, b, version)
            if documents is not None and not is_union(a, b, version, documents):
                needed |= {a.name, b.name}
    assert needed == some | others, why

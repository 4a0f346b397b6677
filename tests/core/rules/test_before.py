"""The paths that rules had when they lay in one folder work for one more minor version."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

import ngff_core.rules
from ngff_core.checking.rule import Rule

# Every public name of every module; but for `common.documented`, which no rule needed any more.
BEFORE = {
    "axes": """
        AXES_RULES axis_types channel_or_custom_at_most_one count example names_unique order_by_type space_count
        spatial_order_zyx time_at_most_one type_known type_present unit_present unit_space_known unit_time_known
    """,
    "collection": """
        COLLECTION COLLECTION_RULES PLATE_RULES example layout_is_3 numbered_groups ome_xml_metadata_only
        ome_xml_present ome_xml_valid one_image_per_group plate_key_precedence plate_not_mixed
        plate_series_present series_nonempty series_paths xml
    """,
    "common": """
        all_models duplicates equal_json is_finite is_number lacks sound
    """,
    "dataset": """
        DATASET_RULES IMAGES Levels codecs_consistent dtype_consistent example levels_of ndim_2_to_5
        ndim_consistent ndim_matches_axes order_high_to_low order_matches_arrays path_resolves yx
    """,
    "early": """
        acquisitions_nonempty ndim_is_5
    """,
    "early_examples": """
        rewritten
    """,
    "early_lists": """
        Rules general image label_image labels_group plate well
    """,
    "early_spec": """
        early_spec
    """,
    "label_examples": """
        IMAGE LABEL example kind_of
    """,
    "label_object": """
        LABEL_OBJECT_RULES Repeats color_repeats colors_entries_unique colors_label_value_unique colors_nonempty
        colors_present colors_rgba properties_entries_unique properties_nonempty version_string
    """,
    "labels": """
        INTEGERS LABEL_RULES NESTED_VERSION dataset_count dtype_integer image_label_present shape_matches
        source_of source_resolves stated_source
    """,
    "labels_group": """
        LABELS_GROUP_RULES intermediate_groups_bare labels_all_listed labels_are_images labels_are_label_images
        labels_group_not_image labels_nonempty labels_resolve
    """,
    "misplaced": """
        LAYOUT MISPLACED_RULES OME_KEYS beside_levels in_group_attributes layout_on_image zipped_inside
    """,
    "multiscale": """
        MULTISCALE_RULES NESTED_VERSION dataset_paths_unique datasets_nonempty entries_unique metadata_present
        name_present names_distinct nonempty type_present without
    """,
    "nested_version": """
        nested
    """,
    "omero": """
        OMERO_RULES channel_count channels_nonempty color_hex6 color_present rdefs_model unusual_channels
        window_fits_dtype window_order window_present
    """,
    "plate": """
        NESTED_VERSION PLATE_RULES acquisition_id_nonnegative acquisition_id_unique acquisition_name_present
        acquisition_times field_count_positive field_count_present maximumfieldcount_positive
        maximumfieldcount_present name_present
    """,
    "plate_examples": """
        IMAGE WELL alphanumeric example plate
    """,
    "plate_groups": """
        GROUP_RULES empty_row_absent empty_well_absent field_count_is_maximum groups_above_images
        maximumfieldcount_is_maximum well_resolves
    """,
    "plate_names": """
        LIST_RULES NAME_RULES
    """,
    "plate_wells": """
        WELL_ENTRY_RULES index_consistent index_in_range index_nonnegative path_names path_two_parts
        unusual_wells wells_entries_unique wells_nonempty
    """,
    "scale": """
        SCALE_RULES path_vector_length scale_meaning
    """,
    "transform": """
        KEY Place SCALE Survey TRANSFORM_RULES TRANSLATION at_most_one_translation exactly_one_scale example
        list_nonempty lists_of only_scale_translation parameter_present scale_length scale_positive survey
        translation_after_scale translation_length type_known vector_min_2
    """,
    "units": """
        MEANT SPACE_UNITS TIME_UNITS
    """,
    "version": """
        OME_VERSION_RULES consistent_in_hierarchy not_nested ome_namespace ome_version_present ome_version_value
    """,
    "well": """
        NESTED_VERSION WELL_RULES acquisition_in_plate acquisition_required image_path_alphanumeric
        image_path_resolves image_path_unique images_entries_unique images_nonempty
    """,
    "zarr": """
        ZARR_RULES array_dimensions chunks_fit dimension_names_match dimension_names_present format_2 format_3
        is_group no_side_by_side separator_is separator_slash
    """,
    "zip": """
        ARCHIVE_RULES MANY_ENTRIES RFC entries_stored extension_ozx json_first not_embedded not_split
        root_is_hierarchy_root sharding single_hierarchy zip64
    """,
    "zip_comment": """
        RFC comment_json_first_honest comment_no_content_metadata comment_version
    """,
}
NAMES = [(module, name) for module, names in BEFORE.items() for name in names.split()]


@pytest.mark.parametrize("module", BEFORE)
def test_a_module_can_be_imported_from_the_package(module: str) -> None:
    found = getattr(__import__("ngff_core.rules", fromlist=[module]), module)
    assert [name for name in BEFORE[module].split() if not hasattr(found, name)] == []


@pytest.mark.parametrize(("module", "name"), NAMES)
def test_a_name_can_be_imported_from_its_module(module: str, name: str) -> None:
    held = importlib.import_module(f"ngff_core.rules.{module}")
    assert getattr(held, name) is getattr(getattr(ngff_core.rules, module), name)


def test_the_rules_are_those_of_the_new_modules() -> None:
    from ngff_core.rules.axes import count

    from ngff_core.rules import axes, collection, early, labels, plate, zarr
    from ngff_core.rules.collection import layout_is_3
    from ngff_core.rules.early import ndim_is_5
    from ngff_core.rules.labels import dtype_integer
    from ngff_core.rules.plate import PLATE_RULES, name_present

    assert isinstance(count, Rule)
    assert axes.count is count
    assert collection.layout_is_3 is layout_is_3
    assert early.ndim_is_5 is ndim_is_5
    assert labels.dtype_integer is dtype_integer
    assert name_present in plate.PLATE_RULES == PLATE_RULES
    assert zarr.__name__ == "ngff_core.rules.group.zarr"


@pytest.mark.parametrize("module", ["ngff_core.rules", "ngff_core.rules.axes", "ngff_core.rules.plate"])
def test_what_was_never_there_is_not_there(module: str) -> None:
    with pytest.raises(AttributeError, match="nothing"):
        _ = importlib.import_module(module).nothing


def test_nothing_is_loaded_before_it_is_asked_for() -> None:
    code = """
import inspect, sys
import ngff_core.rules, ngff_core.rules.axes, ngff_core.rules.plate
inspect.getmodule(compile("", "nowhere", "exec"))
print([name for name in sys.modules if name.startswith("ngff_core.rules.") and hasattr(sys.modules[name], "__file__")])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["['ngff_core.rules.plate']"]

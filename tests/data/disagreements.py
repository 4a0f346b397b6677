"""The official cases that are judged otherwise than they are labelled: why, and the findings that say so.

All are labelled valid and are not; the tests on the official data and the score in README.md go by these lists.
"""

from __future__ import annotations

__all__ = ["DISAGREED", "FIXTURES", "Disagreement", "disagreed"]

Disagreement = tuple[str, set[str]]
"""Why, and the catalogue entries of the findings that stand in the way."""

_COLUMN_FIRST = "the well paths name the column first, against the prose"
_SHOULD = "a SHOULD of the prose that the strict JSON schema does not ask for"
_FRAGMENT = "the example shows image-label alone; the multiscales of a label image are left out"
_NAMES_COLUMN_FIRST = {"plate-well-path-names-row-then-column"}
_DOWNSCALING = {"multiscale-metadata-present", "multiscale-type-present"}

DISAGREED: dict[str, Disagreement] = {
    "0.4:image/mismatch_axes_units": ("a scale of 2 numbers for 3 axes", {"transform-scale-length-matches-axes"}),
    "0.4:plate/minimal_no_acquisitions": (_COLUMN_FIRST, _NAMES_COLUMN_FIRST),
    "0.4:plate/minimal_acquisitions": (_COLUMN_FIRST, _NAMES_COLUMN_FIRST),
    "0.4:plate/non_alphanumeric_row": (_COLUMN_FIRST, _NAMES_COLUMN_FIRST),
    "0.4:strict_image/image_omero": (_SHOULD, {"axes-unit-present"}),
    "0.4:strict_plate/strict_no_acquisitions": (
        f"{_COLUMN_FIRST}; {_SHOULD}",
        {"plate-well-path-names-row-then-column", "plate-field-count-present"},
    ),
    "0.4:strict_plate/strict_acquisitions": (
        f"{_COLUMN_FIRST}; {_SHOULD}",
        {"plate-well-path-names-row-then-column", "plate-field-count-present"},
    ),
    "0.4:example_label_strict/colors_properties": (_FRAGMENT, {"label-multiscales-present"}),
    "0.5:strict_image/image_omero": (_SHOULD, {"axes-unit-present"}),
    "0.5:strict_plate/strict_no_acquisitions": (_SHOULD, {"plate-field-count-present"}),
    "0.5:strict_plate/strict_acquisitions": (_SHOULD, {"plate-field-count-present"}),
    "0.5:example_label_strict/colors_properties": (_FRAGMENT, {"label-multiscales-present"}),
    "0.6:image/mismatch_axes_units": ("a scale of 2 numbers for 3 axes", {"transform-scale-length-matches-axes"}),
    "0.6:image/multiscales_transform_additional_transforms": (
        "its byDimension sets two of three axes",
        {"transform-bydimension-outputs-covered-once"},
    ),
    "0.6:plate/minimal_acquisitions": (_COLUMN_FIRST, _NAMES_COLUMN_FIRST),
    "0.6:plate/minimal_no_acquisitions": (_COLUMN_FIRST, _NAMES_COLUMN_FIRST),
    "0.6:plate/non_alphanumeric_row": (_COLUMN_FIRST, _NAMES_COLUMN_FIRST),
    "0.6:strict_image/image_omero": (
        f"its transformations name a system 'intrinsic' that nothing defines; {_SHOULD}",
        {
            "axes-unit-present",
            "transform-graph-connected",
            "transform-multiscale-endpoint-defined",
            "transform-multiscale-intrinsic-endpoint",
        },
    ),
    "0.6:strict_image/multiscales_example": (
        "the input of the second level is 's1', its path '1'",
        {"transform-dataset-input-path-matches"},
    ),
    "0.6:strict_plate/strict_acquisitions": (
        f"{_COLUMN_FIRST}; {_SHOULD}",
        {*_NAMES_COLUMN_FIRST, "plate-field-count-present"},
    ),
    "0.6:strict_plate/strict_no_acquisitions": (
        f"{_COLUMN_FIRST}; {_SHOULD}",
        {*_NAMES_COLUMN_FIRST, "plate-field-count-present"},
    ),
    "0.6:example_label_strict/colors_properties": (
        "filed under a strict schema, but without the keys that it asks for",
        {*_DOWNSCALING, "multiscale-name-present"},
    ),
    "0.6:example_multiscales_strict/multiscales_example_relative": (
        "filed under a strict schema, but without the keys that it asks for; a version inside multiscales",
        {*_DOWNSCALING, "version-not-nested"},
    ),
    "0.6:example_multiscales_strict/multiscales_reference_to_label": (
        "the strict schema that it is filed under refuses it, too",
        _DOWNSCALING,
    ),
    "0.6:example_transformations/byDimensionXarray": (
        "its items are transformations themselves, as in drafts",
        {"transform-bydimension-items"},
    ),
    "0.6:example_transformations/mapAxis1": (
        "input and output of its first transformation are strings, as in drafts",
        {"transform-input-output-object"},
    ),
    "0.6:example_transformations/sequenceSubspace1": (
        "a step that changes one of two axes, as in drafts",
        {"transform-scale-length-matches-axes"},
    ),
    "0.6:example_transformations/displacements/displacement_field": (
        "a scale of 2 numbers for 3 axes",
        {"transform-scale-length-matches-axes"},
    ),
}

_NO_ARRAYS = "only the root is there, without the arrays that it names; inputs and outputs are strings, as in drafts"
_NO_WELLS = f"only the root is there, without the wells that it names; {_COLUMN_FIRST}"
_NO_FIELDS = "only the root is there, without the images that it names"
_NO_IMAGE = "the group has image-label alone; the multiscales of a label image are left out"
_STRINGS = {"dataset-path-relative-resolves", "transform-input-output-object"}
_WELLS = {"plate-well-path-resolves", *_NAMES_COLUMN_FIRST}
_FIELDS = {"well-image-path-resolves"}
_ALONE = {"label-multiscales-present"}

# those of the groups under tests/zarr of 0.6, which are judged as whole hierarchies
FIXTURES: dict[str, Disagreement] = {
    "0.6-zarr:image/custom_type_axes": (_NO_ARRAYS, _STRINGS),
    "0.6-zarr:image/invalid_axis_units": (_NO_ARRAYS, _STRINGS),
    "0.6-zarr:image/mismatch_axes_units": (_NO_ARRAYS, _STRINGS),
    "0.6-zarr:image/missing_name": (_NO_ARRAYS, _STRINGS),
    "0.6-zarr:image/untyped_axes": (_NO_ARRAYS, _STRINGS),
    "0.6-zarr:label/minimal": (_NO_IMAGE, _ALONE),
    "0.6-zarr:label/minimal_properties": (_NO_IMAGE, _ALONE),
    "0.6-zarr:plate/minimal_acquisitions": (_NO_WELLS, _WELLS),
    "0.6-zarr:plate/minimal_no_acquisitions": (_NO_WELLS, _WELLS),
    "0.6-zarr:plate/non_alphanumeric_row": (_NO_WELLS, _WELLS),
    "0.6-zarr:well/minimal_acquisitions": (_NO_FIELDS, _FIELDS),
    "0.6-zarr:well/minimal_no_acquisition": (_NO_FIELDS, _FIELDS),
    "0.6-zarr:strict_image/image": (_NO_ARRAYS, _STRINGS),
    "0.6-zarr:strict_image/image_metadata": (_NO_ARRAYS, _STRINGS),
    "0.6-zarr:strict_image/image_omero": (_NO_ARRAYS, {"axes-unit-present", *_STRINGS}),
    "0.6-zarr:strict_image/multiscales_example": (_NO_ARRAYS, _STRINGS),
    "0.6-zarr:strict_image/multiscales_transformations": (_NO_ARRAYS, _STRINGS),
    "0.6-zarr:strict_plate/strict_acquisitions": (_NO_WELLS, {"plate-field-count-present", *_WELLS}),
    "0.6-zarr:strict_plate/strict_no_acquisitions": (_NO_WELLS, {"plate-field-count-present", *_WELLS}),
    "0.6-zarr:strict_well/strict_acquisitions": (_NO_FIELDS, _FIELDS),
    "0.6-zarr:strict_well/strict_no_acquisitions": (_NO_FIELDS, _FIELDS),
}


def disagreed(*versions: str) -> dict[str, Disagreement]:
    """Return those of the suites and examples of some versions."""
    return {name: entry for name, entry in DISAGREED.items() if name.partition(":")[0] in versions}

"""Rules on collections in the layout of bioformats2raw."""

from typing import Any

from ngff_core.references import Reference

# What the module of this name held, which is `collection` now: it works for one more minor version.
_BEFORE = frozenset(
    [
        "COLLECTION",
        "COLLECTION_RULES",
        "PLATE_RULES",
        "example",
        "layout_is_3",
        "numbered_groups",
        "ome_xml_metadata_only",
        "ome_xml_present",
        "ome_xml_valid",
        "one_image_per_group",
        "plate_key_precedence",
        "plate_not_mixed",
        "plate_series_present",
        "series_nonempty",
        "series_paths",
        "xml",
    ]
)


def __getattr__(name: str) -> Any:
    if name in _BEFORE:
        return Reference(f"{__name__}.collection:{name}").load()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

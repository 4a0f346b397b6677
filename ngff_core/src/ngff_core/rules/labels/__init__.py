"""Rules on label images and the groups that list them."""

from typing import Any

from ngff_core.references import Reference

# What the module of this name held, which is `label_image` now: it works for one more minor version.
_BEFORE = frozenset(
    [
        "INTEGERS",
        "LABEL_RULES",
        "NESTED_VERSION",
        "dataset_count",
        "dtype_integer",
        "image_label_present",
        "shape_matches",
        "source_of",
        "source_resolves",
        "stated_source",
    ]
)


def __getattr__(name: str) -> Any:
    if name in _BEFORE:
        return Reference(f"{__name__}.label_image:{name}").load()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

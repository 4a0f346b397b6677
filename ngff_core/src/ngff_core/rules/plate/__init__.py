"""Rules on plates and wells."""

from typing import Any

from ngff_core.references import Reference

# What the module of this name held, which is `plate` now: it works for one more minor version.
_BEFORE = frozenset(
    [
        "NESTED_VERSION",
        "PLATE_RULES",
        "acquisition_id_nonnegative",
        "acquisition_id_unique",
        "acquisition_name_present",
        "acquisition_times",
        "field_count_positive",
        "field_count_present",
        "maximumfieldcount_positive",
        "maximumfieldcount_present",
        "name_present",
    ]
)


def __getattr__(name: str) -> Any:
    if name in _BEFORE:
        return Reference(f"{__name__}.plate:{name}").load()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

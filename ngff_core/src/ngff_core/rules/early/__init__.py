"""What the versions before 0.4 have in common."""

from typing import Any

from ngff_core.references import Reference

# What the module of this name held, which is `plate` now: it works for one more minor version.
_BEFORE = frozenset(
    [
        "acquisitions_nonempty",
        "ndim_is_5",
    ]
)


def __getattr__(name: str) -> Any:
    if name in _BEFORE:
        return Reference(f"{__name__}.plate:{name}").load()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

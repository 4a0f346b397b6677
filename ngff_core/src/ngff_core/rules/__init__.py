"""Rules that versions of the specification share, in folders by what they are about.

They were modules in one folder before; `from ngff_core.rules import axes` and `from ngff_core.rules.axes import count`
work for one more minor version.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

_BEFORE = {
    "axes": "image.axes",
    "dataset": "image.dataset",
    "early_examples": "early.examples",
    "early_lists": "early.lists",
    "early_spec": "early.spec",
    "label_examples": "labels.examples",
    "label_object": "labels.label_object",
    "labels_group": "labels.labels_group",
    "misplaced": "group.misplaced",
    "multiscale": "image.multiscale",
    "nested_version": "group.nested_version",
    "omero": "image.omero",
    "plate_examples": "plate.examples",
    "plate_groups": "plate.groups",
    "plate_names": "plate.names",
    "plate_wells": "plate.wells",
    "scale": "image.scale",
    "transform": "image.transform",
    "units": "image.units",
    "version": "group.version",
    "well": "plate.well",
    "zarr": "group.zarr",
    "zip": "archive.entries",
    "zip_comment": "archive.comment",
}


def __getattr__(name: str) -> Any:
    if name in _BEFORE:
        return import_module(f"{__name__}.{_BEFORE[name]}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class _Before(ModuleType):
    """Stands under the name that a module had; loads the module when something of it is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # asked of all modules by those who look through them
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return getattr(__getattr__(self.__name__.rpartition(".")[2]), name)


sys.modules |= {name: _Before(name) for name in (f"{__name__}.{old}" for old in _BEFORE)}

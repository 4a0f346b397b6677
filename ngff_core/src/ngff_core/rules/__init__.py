"""Rule bodies that versions share, a folder for each subject."""

from importlib import import_module
from types import ModuleType

# the modules by the names that they had when they all lay in here, for `from ngff_core.rules import axes`
_HOMES = {
    "axes": "image",
    "dataset": "image",
    "label_object": "labels",
    "labels_group": "labels",
    "misplaced": "group",
    "multiscale": "image",
    "nested_version": "group",
    "omero": "image",
    "scale": "image",
    "transform": "image",
    "units": "image",
    "version": "group",
    "well": "plate",
    "zarr": "group",
}


def __getattr__(name: str) -> ModuleType:
    if name not in _HOMES:
        raise AttributeError(f"module 'ngff_core.rules' has no attribute {name!r}")
    return import_module(f"ngff_core.rules.{_HOMES[name]}.{name}")

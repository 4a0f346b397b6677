"""The decorator `ngff_core.model`, and the old name of `ngff_core.models`, which is kept for one minor version.

The decorator and the folder have one name: importing a module in here puts this module in the decorator's place, so the
module is the decorator as well.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TypeVar

from ngff_core.structure.model import model as _model

T = TypeVar("T")

_MODULES = ("children", "collection", "early", "image", "labels", "omero", "plate")


class _Decorator(ModuleType):
    def __call__(self, cls: type[T]) -> type[T]:
        return _model(cls)

    def __getattr__(self, name: str) -> ModuleType:
        if name not in _MODULES:
            raise AttributeError(f"module 'ngff_core.model' has no attribute {name!r}")
        return import_module(f"ngff_core.model.{name}")


sys.modules[__name__].__class__ = _Decorator

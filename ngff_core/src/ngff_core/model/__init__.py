"""The decorator `ngff_core.model`, and the old name of `ngff_core.models`, which is kept for one minor version.

The decorator and the folder have one name: importing a module in here puts this module in the decorator's place, so the
module is the decorator as well.
"""

import sys
from types import ModuleType
from typing import TypeVar

from ngff_core.structure.model import model as _model

T = TypeVar("T")


class _Decorator(ModuleType):
    def __call__(self, cls: type[T]) -> type[T]:
        return _model(cls)


sys.modules[__name__].__class__ = _Decorator

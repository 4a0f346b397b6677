"""The decorator `ngff_core.rule`, and the old home of the rule interface, which is kept for one minor version.

The decorator and this module have one name: importing the module puts it in the decorator's place, so it is the
decorator as well.
"""

import sys
from types import ModuleType
from typing import Any

from ngff_core.checking.example import Example, ExampleArray
from ngff_core.checking.rule import Context, Rule, rule
from ngff_core.words import abbreviate

__all__ = ["Array", "Context", "Example", "ExampleArray", "Rule", "abbreviate", "rule"]

Array = ExampleArray  # its name before


class _Decorator(ModuleType):
    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return rule(*arguments, **options)


sys.modules[__name__].__class__ = _Decorator

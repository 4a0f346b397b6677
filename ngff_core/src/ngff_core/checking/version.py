"""One version of the specification, ready to judge by."""

from __future__ import annotations

from cattrs import Converter

from ngff_core.checking.checker import Checker
from ngff_core.spec.spec import Spec

__all__ = ["Version"]


class Version:
    """What a version states, the converter of its documents, and its rules with the settings of the user."""

    __slots__ = ("checker", "converter", "spec")

    def __init__(self, spec: Spec, converter: Converter, checker: Checker) -> None:
        self.spec = spec
        self.converter = converter
        self.checker = checker

"""One version of the specification, ready to evaluate by."""

from __future__ import annotations

import attrs
from cattrs import Converter

from ngff_core.checking.checker import Checker
from ngff_core.spec.spec import Spec

__all__ = ["Version"]


@attrs.frozen(eq=False)
class Version:
    """What a version states, the converter of its documents, and its rules with the settings of the user."""

    spec: Spec
    converter: Converter
    checker: Checker

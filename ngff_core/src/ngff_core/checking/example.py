"""Examples of rules: passing and failing documents and stores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from ngff_core.values import Value

__all__ = ["Example", "ExampleArray"]

# Both are made at every start. A readable repr would cost 0.2 % of the instructions of one, in each class.


@attrs.frozen(eq=False, repr=False, slots=False)
class ExampleArray(Value):
    """An array of an example: only its metadata. ``members`` are put into the array document as they are."""

    shape: tuple[int, ...]
    dtype: str = "uint16"
    names: tuple[str, ...] | None = None
    chunks: tuple[int, ...] | None = None
    members: Mapping[str, Any] = attrs.field(factory=dict)


@attrs.frozen(eq=False, repr=False, slots=False)
class Example(Value):
    """A passing or failing example of a rule.

    For a rule on a model class ``data`` is the JSON of one. For a rule on groups, arrays or hierarchies ``data`` maps
    paths to the OME metadata of groups (an object; ``None`` for a plain group) and to `ExampleArray`; it is written
    as a store of the version that is tested. ``files`` are put into that store as they are (``None`` takes one away).
    For a rule on archives ``data`` describes one with the words of `ngff_core.testing_zip.example_zip` (and ``name``).
    """

    data: Any
    title: str = ""
    files: Mapping[str, Any] = attrs.field(factory=dict)

    @classmethod
    def of(cls, value: Any) -> Example:
        """Return an example of what may be its data alone."""
        return value if isinstance(value, Example) else cls(value)

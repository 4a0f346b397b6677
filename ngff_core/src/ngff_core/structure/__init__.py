"""JSON to attrs classes and back, through cattrs: strict, located, lossless, partial.

A class declares its members with annotations and `member`; the hooks of `new_converter` do the rest:

- strict: JSON types exactly; ``true`` is no number, ``1.0`` is an integer, a string is never a list;
- located: every fault knows the keys and indexes that lead to it, what was found and what was expected;
- lossless: what a class does not declare is kept in ``extra``, wrong values are kept where they stand;
- partial: a fault in one member does not hide the others.
"""

from typing import TYPE_CHECKING

from ngff_core.references import lazy_names
from ngff_core.structure.annotations import iter_models
from ngff_core.structure.faults import Fault, FaultKind, StructureError
from ngff_core.structure.member import Member, member, members_of
from ngff_core.structure.model import Model, model
from ngff_core.structure.values import JSON, JSONObject

if TYPE_CHECKING:
    from ngff_core.structure.converter import new_converter, structure, unstructure

__all__ = [
    "JSON",
    "Fault",
    "FaultKind",
    "JSONObject",
    "Member",
    "Model",
    "StructureError",
    "iter_models",
    "member",
    "members_of",
    "model",
    "new_converter",
    "structure",
    "unstructure",
]

# cattrs is imported late: what lists versions, rules and commands needs none of it
_, __getattr__, __dir__ = lazy_names(
    __name__, dict.fromkeys(("new_converter", "structure", "unstructure"), "ngff_core.structure.converter")
)

"""The interface of fixes: what mends a finding, declared beside the rule that makes it."""

from ngff_core.mending.edit import REMOVED, Edit, EditError, edited, parts_of
from ngff_core.mending.fix import SAFE, UNSAFE, Fix, FixContext, FixExample, Safety, fix

__all__ = [
    "REMOVED",
    "SAFE",
    "UNSAFE",
    "Edit",
    "EditError",
    "Fix",
    "FixContext",
    "FixExample",
    "Safety",
    "edited",
    "fix",
    "parts_of",
]

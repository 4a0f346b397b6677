"""The version, and the member of its objects that states it."""

from typing import Any

from ngff_core.issues.requirement import MUST, Requirement
from ngff_core.structure import member

__all__ = ["VERSION", "version_member"]

VERSION = "0.3"


def version_member(wrong: str, before: str | None = None, requirement: Requirement = MUST) -> Any:
    """Declare the version that an object states unless told otherwise; ``wrong`` is the entry for any other."""
    return member(default=VERSION, wrong=wrong, before=before, requirement=requirement)

"""What a finding of core is: its id, how strong it is, and what it means."""

from __future__ import annotations

import attrs

from ngff_core.issues.requirement import Requirement
from ngff_core.values import Value

__all__ = ["Finding"]


@attrs.frozen(eq=False, repr=False, slots=False)  # made on every start; see Value
class Finding(Value):
    """A finding that core itself makes: its id, how strong it is, and what it means.

    ``judged`` is False where it says that something could not be read or judged. ``wrong`` and ``right`` show a
    document that has it and one that has not.
    """

    id: str
    requirement: Requirement
    summary: str
    documentation: str = ""
    judged: bool = True
    section: str | None = None
    wrong: str | None = None
    right: str | None = None
    since: str = "0.1.0"

"""Options by name: what is none is refused, as Python does where it knows all names."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from ngff_core.errors import UsageError

__all__ = ["refuse_unknown"]


def refuse_unknown(given: Iterable[str], options: type) -> None:
    """Raise UsageError for a name that a class of options, a TypedDict, does not have."""
    known = options.__annotations__
    for name in given:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted(known))}"
            raise UsageError(f"there is no option {name!r}: {hint}")

"""Rules of rule packs: what they do to what they are given stays with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from ngff_core.checking.rule import Check, Context
from ngff_core.errors import ResultError
from ngff_core.issues.issue import Issue, taken

if TYPE_CHECKING:
    from ngff_core.hierarchy.guests import Guests

__all__ = ["GuestCheck"]

MOST = 1_000_000  # findings of one document: it is the rule that yields without end that is to break, not the memory


class Host(Protocol):
    """The run of the rules of a version, which has the copies, and counts what packs have found."""

    found_by_guests: int

    def guests_for(self, obj: object, *, anew: bool = False) -> Guests:
        """Return the copies for an object."""
        ...


class _GuestContext(Context):
    """The context of a rule of a pack; what rules of packs compute for each other is of copies."""

    __slots__ = ()

    def __init__(self, ctx: Context, guests: Guests) -> None:
        super().__init__(ctx.spec, ctx.settings, ctx.document, ctx.kind, ctx.base, ctx.rule)
        self._shared = guests.shared


class GuestCheck:
    """The function of a rule of a pack, which is given copies and a context of its own.

    A rule that changes these is broken, but what the rules of the specification look at is not.
    """

    __slots__ = ("_check",)

    def __init__(self, check: Check) -> None:
        self._check = check

    def __call__(self, obj: object, ctx: Context) -> Iterator[Issue]:
        """Run the rule."""
        host: Host = ctx  # type: ignore[assignment]  # rules are only run by `Run`
        guests = host.guests_for(obj)
        own = _GuestContext(ctx, guests)
        changed = True
        try:
            for found in self._check(guests.of(obj), own) or ():
                issue = taken(found)
                if ctx.rule is not None and issue.rule != ctx.rule.id:
                    raise ResultError(f"it yielded an issue of the rule {issue.rule!r}")
                host.found_by_guests += 1
                if host.found_by_guests > MOST:
                    raise ResultError(f"rule packs found more than {MOST:,} things in one document")
                yield issue
            changed = guests.are_changed()
        finally:
            if changed:
                host.guests_for(obj, anew=True)
        if changed:
            raise ResultError("it changed what it was given; a rule only looks, and it was given copies")

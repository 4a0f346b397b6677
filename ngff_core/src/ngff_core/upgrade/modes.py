"""Who may read what an upgrade writes: no more than those who may read what it is made of."""

from __future__ import annotations

from ngff_core.stores.capabilities import canonical_url_of
from ngff_core.stores.local.modes import modes_by
from ngff_core.stores.writing import Writer, keep_to
from ngff_core.upgrade.plan import Plan

__all__ = ["keep_modes"]


def keep_modes(plan: Plan, writer: Writer) -> None:
    """Let new documents be as those of the store that is upgraded, and its journal as all that it holds."""
    keep_to(writer, modes_by(canonical_url_of(plan.store), plan.writes.keys, plan.read.documents_in))

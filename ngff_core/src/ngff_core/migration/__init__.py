"""The interface of upgrades: steps between versions of the specification."""

from ngff_core.migration.interface import (
    Decision,
    Documents,
    Loss,
    Migration,
    NodeDocuments,
    Notes,
    Place,
    Remark,
    chain,
)

__all__ = ["Decision", "Documents", "Loss", "Migration", "NodeDocuments", "Notes", "Place", "Remark", "chain"]

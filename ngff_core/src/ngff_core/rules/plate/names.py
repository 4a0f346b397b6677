"""The rules on the rows and columns of a plate."""

from __future__ import annotations

from ngff_core.rules.plate import columns, rows

__all__ = ["LIST_RULES", "NAME_RULES"]

NAME_RULES = (*rows.ROWS_RULES, *columns.COLUMNS_RULES)
LIST_RULES = (  # in the early versions names may be anything
    rows.rows_nonempty,
    rows.rows_entries_unique,
    columns.columns_nonempty,
    columns.columns_entries_unique,
)

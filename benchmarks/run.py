"""Measure this project beside yaozarrs, jsonschema-rs and the limit of each row, in one run; print Markdown tables.

Every row is measured in rounds: in each, all contestants run one after the other, and what is reported is the median
over the rounds of the ratio to the limit of the same round, so that a busy machine disturbs all alike.
"""

from __future__ import annotations

import argparse

from measuring import Effort, Table, machine, show
from tables import documents, starts, stores, upgrades, web

TABLES = {
    "documents": documents.TABLE,
    "plates": stores.PLATES,
    "stores": stores.STORES,
    "zip": stores.ZIP,
    "web": web.PLATES,
    "shallow": web.SHALLOW,
    "upgrade": upgrades.TABLE,
    "start": starts.TABLE,
}


def chosen(table: Table, name: str, only: list[str]) -> list[str]:
    """Return the names of the rows that are asked for, as TABLE or TABLE/ROW; all where nothing is."""
    return [row for row in table.rows if not only or name in only or f"{name}/{row}" in only]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="smaller data and fewer rounds, to see that it runs")
    names = [name for table in TABLES for name in (table, *(f"{table}/{row}" for row in TABLES[table].rows))]
    parser.add_argument(
        "--only", nargs="+", choices=names, default=[], metavar="NAME", help=f"tables or rows: {', '.join(names)}"
    )
    given = parser.parse_args()
    print(machine(), end="\n\n", flush=True)
    for name, table in TABLES.items():
        if rows := chosen(table, name, given.only):
            show(table.head, table.columns, (table.rows[row](Effort(given.quick)) for row in rows))


if __name__ == "__main__":
    main()

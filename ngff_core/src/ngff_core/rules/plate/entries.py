"""What the rules on rows and on columns share: which of the two a rule is about, and how each is checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from ngff_core.checking.rule import Context
from ngff_core.issues.issue import Issue
from ngff_core.models.plate import Column, PlateDef, Row
from ngff_core.rules.common import duplicates, equal_json
from ngff_core.rules.plate.examples import alphanumeric
from ngff_core.words import counted

__all__ = ["COLUMNS", "ROWS", "STANDARD", "Entries"]

STANDARD = {6: (2, 3), 12: (3, 4), 24: (4, 6), 48: (6, 8), 96: (8, 12), 384: (16, 24), 1536: (32, 48)}


@attrs.frozen
class Entries:
    """The rows or the columns: their key in a plate, the word for one of them, and its class."""

    key: str
    what: str
    cls: type[Row] | type[Column]

    def of(self, definition: PlateDef) -> Sequence[Row | Column]:
        """Return them; none where there is no list."""
        value: Sequence[Row | Column] = definition.rows if self is ROWS else definition.columns
        return value if value.__class__ is list else ()

    def names_of(self, definition: PlateDef) -> list[str | None]:
        """Return their names, ``None`` for what could not be structured."""
        return [entry.name if isinstance(entry, self.cls) else None for entry in self.of(definition)]


ROWS = Entries("rows", "row", Row)
COLUMNS = Entries("columns", "column", Column)


def nonempty(entries: Entries, definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """Report an empty list."""
    key = entries.key
    if getattr(definition, key) == []:
        yield ctx.at(key).issue(f"{key} is empty", shown="[]", expected=f"at least one {entries.what}")


def are_distinct(items: Sequence[Row | Column]) -> bool:
    """Tell quickly whether names are text, and distinct whatever the case of their letters."""
    return len({item.name.lower() for item in items}) == len(items)


def entries_unique(entries: Entries, definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """Report every entry that is the same JSON as one before it."""
    items, what = entries.of(definition), entries.what
    for index, first in duplicates(entries.names_of(definition)):
        if equal_json(items[index], items[first]):
            yield ctx.at(entries.key, index).issue(f"{what} {index} repeats {what} {first}")


def name_unique(entries: Entries, definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """Report every entry that differs from one of the same name before it."""
    items, what = entries.of(definition), entries.what
    for index, first in duplicates(entries.names_of(definition)):
        if not equal_json(items[index], items[first]):
            name = items[index].name
            message = f"{what} {index} has the name {name!r} of {what} {first}"
            yield ctx.at(entries.key, index, "name").issue(message, found=name)


def case_collision(entries: Entries, definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """Report every name that is one before it but for the case of its letters."""
    written = entries.names_of(definition)
    names = [name for name in written if isinstance(name, str)]
    if len({name.lower() for name in names}) == len(set(names)):
        return
    first: dict[str, str] = {}
    for index, name in enumerate(written):
        other = first.setdefault(name.lower(), name) if isinstance(name, str) else name
        if other != name:
            message = f"{entries.what} {name!r} differs from {other!r} only in case"
            yield ctx.at(entries.key, index, "name").issue(message, found=name)


def name_alphanumeric(entries: Entries, name: object, ctx: Context) -> list[Issue] | None:
    """Report a name with other characters than ASCII letters and digits."""
    if not isinstance(name, str) or alphanumeric(name):
        return None
    message = f"{entries.what} name {name!r} is not made of letters and digits"
    return [ctx.at("name").issue(message, found=name, expected="ASCII letters and digits")]


def all_physical(entries: Entries, definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """Report a number that no standard plate has, where a larger one holds what is listed."""
    rows, columns = definition.rows, definition.columns
    if rows.__class__ is not list or columns.__class__ is not list or len(rows) * len(columns) < 2:
        return
    count, other = (len(rows), len(columns)) if entries is ROWS else (len(columns), len(rows))
    sides = [(r, c) if entries is ROWS else (c, r) for r, c in STANDARD.values()]
    if count in {side for side, _ in sides}:
        return
    fits = sorted(side for side, across in sides if side > count and across >= other)
    if fits:
        key = entries.key
        shown = counted(count, key.removesuffix("s"))
        yield ctx.at(key).issue(
            f"the plate lists {shown}; a standard plate that holds them has {fits[0]}",
            shown=shown,
            expected=f"all {key} of the physical plate, even those without wells",
        )


def numbered(count: int) -> list[dict[str, str]]:
    """Return rows or columns with names, for examples."""
    return [{"name": f"n{index}"} for index in range(count)]

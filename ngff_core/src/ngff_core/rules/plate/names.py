"""Rules on the rows and columns of a plate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ngff_core.checking.rule import Context, Rule, rule
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, SHOULD, Severity
from ngff_core.models.plate import Column, PlateDef, Row
from ngff_core.rules.common import documented, duplicates, equal_json
from ngff_core.rules.plate.examples import alphanumeric, plate

_STANDARD = {6: (2, 3), 12: (3, 4), 24: (4, 6), 48: (6, 8), 96: (8, 12), 384: (16, 24), 1536: (32, 48)}


def _both(what: str) -> tuple[Rule, ...]:
    """Return the rules that hold for rows and columns alike."""
    cls: type[Row] | type[Column] = Row if what == "row" else Column
    key = f"{what}s"
    names = {"row": ("A", "B"), "column": ("1", "2")}[what]

    def listed(*names: Any) -> dict[str, Any]:
        return plate(**{key: [{"name": name} if isinstance(name, str) else name for name in names]})

    def entries(definition: PlateDef) -> list[Any]:
        value = getattr(definition, key)
        return value if value.__class__ is list else []

    def names_of(definition: PlateDef) -> list[Any]:
        return [entry.name if entry.__class__ is cls else None for entry in entries(definition)]

    @rule(f"plate-{key}-nonempty", on=PlateDef, requirement=MUST, valid=[plate()], invalid=[plate(**{key: []})])
    @documented(f"A plate has at least one {what}.\n\nPeers: ome-zarr-models accepts an empty list.")
    def nonempty(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
        if getattr(definition, key) == []:
            yield ctx.at(key).issue(f"{key} is empty", shown="[]", expected=f"at least one {what}")

    @rule(
        f"plate-{key}-entries-unique",
        on=PlateDef,
        requirement=MUST,
        valid=[listed(*names)],
        invalid=[listed(names[0], names[0])],
    )
    @documented(f"No two entries of `{key}` are identical.\n\nTo mend: take the repeated entry out.")
    def entries_unique(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
        items = entries(definition)
        for index, first in duplicates(names_of(definition)):
            if equal_json(items[index], items[first]):
                yield ctx.at(key, index).issue(f"{what} {index} repeats {what} {first}")

    @rule(
        f"plate-{what}-name-unique",
        on=PlateDef,
        requirement=MUST,
        valid=[listed(*names)],
        invalid=[listed(names[0], {"name": names[0], "note": "again"})],
    )
    @documented(
        f"No two {key} have the same name; case matters.\n\n"
        f"Identical entries are reported by plate-{key}-entries-unique.\n\nPeers: others compare whole entries.\n\n"
        f"To mend: give every {what} a name of its own; the paths of wells are made of them."
    )
    def name_unique(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
        items = entries(definition)
        for index, first in duplicates(names_of(definition)):
            if not equal_json(items[index], items[first]):
                name = items[index].name
                message = f"{what} {index} has the name {name!r} of {what} {first}"
                yield ctx.at(key, index, "name").issue(message, found=name)

    @rule(
        f"plate-{what}-name-case-collision",
        on=PlateDef,
        requirement=SHOULD,
        valid=[listed("Aa", "Bb")],
        invalid=[listed("Aa", "aA")],
    )
    @documented(
        f"No two {what} names differ only in case.\n\nSome file systems take them for one.\n\n"
        "Peers: no other validator checks it.\n\nTo mend: rename one of them, and its group."
    )
    def case_collision(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
        names = [name for name in names_of(definition) if isinstance(name, str)]
        if len({name.lower() for name in names}) == len(set(names)):
            return
        first: dict[str, str] = {}
        for index, name in enumerate(names_of(definition)):
            other = first.setdefault(name.lower(), name) if isinstance(name, str) else name
            if other != name:
                message = f"{what} {name!r} differs from {other!r} only in case"
                yield ctx.at(key, index, "name").issue(message, found=name)

    @rule(
        f"plate-{what}-name-alphanumeric",
        on=cls,
        requirement=MUST,
        valid=[{"name": names[0]}],
        invalid=[{"name": name} for name in ("A-1", "", "Ä", "A\n")],
    )
    @documented(
        f"A {what} name consists of one or more ASCII letters and digits.\n\n"
        "The pattern of the JSON schema lets a final line break through in Python.\n\n"
        "Peers: ome-zarr-models also takes the empty string."
    )
    def name_alphanumeric(entry: Any, ctx: Context) -> Iterator[Issue]:
        name = entry.name
        if isinstance(name, str) and not alphanumeric(name):
            message = f"{what} name {name!r} is not made of letters and digits"
            yield ctx.at("name").issue(message, found=name, expected="ASCII letters and digits")

    @rule(
        f"plate-{key}-all-physical",
        on=PlateDef,
        requirement=MUST,
        severity=Severity.INFO,
        valid=[plate(rows=_names(8), columns=_names(12))],
        invalid=[plate(rows=_names(7 if what == "row" else 8), columns=_names(11 if what == "column" else 12))],
    )
    @documented(
        f"Every {what} of the physical plate is listed, even one without wells.\n\n"
        "Cannot be told from the data: information only, where the number fits no standard plate (6, 12, 24, 48, 96,"
        " 384, 1536 wells)."
    )
    def all_physical(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
        rows, columns = definition.rows, definition.columns
        if rows.__class__ is not list or columns.__class__ is not list or len(rows) * len(columns) < 2:
            return
        count, other = (len(rows), len(columns)) if what == "row" else (len(columns), len(rows))
        sides = [(r, c) if what == "row" else (c, r) for r, c in _STANDARD.values()]
        if count in {side for side, _ in sides}:
            return
        fits = sorted(side for side, across in sides if side > count and across >= other)
        if fits:
            yield ctx.at(key).issue(
                f"the plate lists {count} {key}; a standard plate that holds them has {fits[0]}",
                shown=f"{count} {key}",
                expected=f"all {key} of the physical plate, even those without wells",
            )

    return nonempty, entries_unique, name_unique, case_collision, name_alphanumeric, all_physical


def _names(count: int) -> list[dict[str, str]]:
    return [{"name": f"n{index}"} for index in range(count)]


NAME_RULES = (*_both("row"), *_both("column"))
LIST_RULES = tuple(r for r in NAME_RULES if r.id.endswith(("-nonempty", "-entries-unique")))  # names may be anything

"""The table of all rules in Markdown, for `ngff rules --format markdown` and docs/rule_table.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

__all__ = ["table"]


def table(rows: Iterable[Mapping[str, object]], fixes: Iterable[Mapping[str, object]] = ()) -> str:
    """Return rules and findings of core as two tables, which entries of the catalogue stand for faults, and fixes."""
    rows = list(rows)
    parts = _parts([r for r in rows if r["requirements"]], [r for r in rows if not r["requirements"]])
    return "".join((*parts, *_fixes(list(fixes))))


def _parts(rules: list[Mapping[str, Any]], core: list[Mapping[str, Any]]) -> Iterator[str]:
    yield "## Rules\n\n| rule | level | versions | what holds | answers for |\n| --- | --- | --- | --- | --- |\n"
    for row in sorted(rules, key=lambda row: str(row["id"])):
        covers = ", ".join(f"`{name}`" for name in (*row["covers"], *row["aliases"]))
        level = _levels(row["requirements"])
        yield f"| `{row['id']}` | {level} | {', '.join(row['versions'])} | {_cell(row['summary'])} | {covers} |\n"
    yield "\n## Findings of core\n\nMade while documents are read, structured and crawled, whatever the version.\n\n"
    yield "| finding | level | what it says |\n| --- | --- | --- |\n"
    for row in core:
        yield f"| `{row['id']}` | {row['requirement']} | {_cell(row['summary'])} |\n"
    for row in core:
        if row["covers"]:
            yield f"\n### Catalogue entries that `{row['id']}` answers for\n\n"
            yield ", ".join(f"`{name}`" for name in row["covers"]) + "\n"


def _fixes(fixes: list[Mapping[str, Any]]) -> Iterator[str]:
    if fixes:
        yield "\n## Fixes\n\nWhat `ngff fix` makes of findings: what is safe of itself, the rest where you ask.\n\n"
        yield "| safe | findings of | what is done | versions |\n| --- | --- | --- | --- |\n"
    for fix in sorted(fixes, key=lambda fix: (fix["rules"], not fix["safe"])):
        asked = f"no; `--decide {fix['decision']}=...`" if fix["decision"] else "no"
        rules = ", ".join(f"`{name}`" for name in fix["rules"])
        safe = "yes" if fix["safe"] else asked
        yield f"| {safe} | {rules} | {_cell(fix['summary'])} | {', '.join(fix['versions'])} |\n"


def _levels(requirements: Mapping[str, str]) -> str:
    levels: dict[str, list[str]] = {}
    for version, level in requirements.items():
        levels.setdefault(level, []).append(version)
    if len(levels) == 1:
        return next(iter(levels))
    return ", ".join(f"{level} ({', '.join(versions)})" for level, versions in levels.items())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")

"""Write docs/rule_table.md: every rule of the installed versions, as `ngff rules` knows it."""

from __future__ import annotations

from pathlib import Path

from ngff_core.cli.rules import rule_table
from ngff_core.plugins import Registry

TARGET = Path(__file__).with_name("rule_table.md")
DISTRIBUTIONS = ("ngff-core", "ngff-v04", "ngff-v05")
HEAD = """\
# All rules

Written by `docs/make_rules.py`; do not edit. `ngff rules ID` explains one, with examples.

"Answers for" names further entries of the rule catalogue that the rule (or a fault of structure) stands for; they can
be used with `--select` and `--ignore`, too.

"""


def render() -> str:
    """Return the page."""
    registry = Registry()
    rows = [row for row in rule_table(registry, ["0.4", "0.5"]) if row["plugin"] in DISTRIBUTIONS]
    judging = [row for row in rows if row["requirements"]]
    core = [row for row in rows if not row["requirements"]]
    parts = [
        HEAD,
        "## Rules\n\n| rule | level | versions | what holds | answers for |\n| --- | --- | --- | --- | --- |\n",
    ]
    for row in sorted(judging, key=lambda row: row["id"]):
        covers = ", ".join(f"`{name}`" for name in (*row["covers"], *row["aliases"]))
        level = _levels(row["requirements"])
        parts.append(
            f"| `{row['id']}` | {level} | {', '.join(row['versions'])} | {_cell(row['summary'])} | {covers} |\n"
        )
    parts.append(
        "\n## Findings of core\n\nMade while documents are read, structured and crawled, whatever the version.\n\n"
        "| finding | level | what it says |\n| --- | --- | --- |\n"
    )
    parts += [f"| `{row['id']}` | {row['requirement']} | {_cell(row['summary'])} |\n" for row in core]
    for row in core:
        if row["covers"]:
            parts.append(f"\n### Catalogue entries that `{row['id']}` answers for\n\n")
            parts.append(", ".join(f"`{name}`" for name in row["covers"]) + "\n")
    return "".join(parts)


def _levels(requirements: dict[str, str]) -> str:
    levels = set(requirements.values())
    if len(levels) == 1:
        return levels.pop()
    return ", ".join(f"{level} ({version})" for version, level in requirements.items())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    TARGET.write_text(render())

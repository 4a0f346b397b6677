"""Build the site of the documentation in ``build/site``; with ``--serve``, also show it at http://localhost:8000.

The pages of docs/ are copied to ``build/pages``, beside what is generated of the code: a page for every rule, the
commands with their options, the public names of the packages. Zensical makes the site of them; a warning ends it.
``--validator`` also builds the validator as a web page, in ``validator/`` of the site; that needs pip, node and npm.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator
from itertools import groupby
from pathlib import Path

from make_references import references
from make_rules import render as table_of_rules

from ngff_core.explain import rule_table
from ngff_core.explain.examples import explained
from ngff_core.explain.fixes import fix_table
from ngff_core.explain.page import page
from ngff_core.plugins import Registry
from ngff_core.structure.values import JSONObject

DOCS = Path(__file__).parent
ROOT = DOCS.parent
EXAMPLE = "ngff-rules-example"  # for authors of plugins; nobody meets its rules
SHOWN = "0.5"
ABOVE = {"CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md", "SECURITY.md": "reporting_a_hole.md"}
VALIDATOR = "validator/index.html"
TO_VALIDATOR = f"[Check a store in this browser]({VALIDATOR}){{ .md-button .md-button--primary }}"
WIDE = "---\nhide:\n  - navigation\n  - toc\n---\n\n"
RULES_IN_NAV = "# the pages of rules"
_FENCE = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
_TITLE = re.compile("^# (.*)$", re.MULTILINE)
_LINK = re.compile(r"\[([^\[\]]+)\]\((?!https?:)([^)#]+)(#[^)]*)?\)")
_CODE = re.compile(r"(?<![\[`])`([a-z0-9-]+)`(?![\]`])")


def collect(folder: Path, *, validator: bool = False) -> None:
    """Put all pages together below a folder, and what Zensical is told; ``validator``: and the web page."""
    pages = folder / "pages"
    shutil.rmtree(pages, ignore_errors=True)
    shutil.copytree(DOCS, pages, ignore=shutil.ignore_patterns("*.py", "*.toml", "__pycache__"))
    for name, target in ABOVE.items():
        (pages / target).write_text((ROOT / name).read_text().replace("](docs/", "]("))
    first = pages / "index.md"
    first.write_text(first.read_text().partition("## All pages")[0])  # which the navigation shows
    if validator:
        build_validator(pages)
    registry = Registry(blocked=[EXAMPLE])
    (pages / "rule_table.md").write_text(WIDE + table_of_rules(registry, list(registry.specs)))
    rules = dict(rule_pages(registry))
    for name, text in {**{f"rules/{name}.md": text for name, text in rules.items()}, **dict(references())}.items():
        (pages / name).parent.mkdir(exist_ok=True)
        (pages / name).write_text(text)
    for path in pages.rglob("*.md"):
        path.write_text(linked(path, pages, rules))
    settings = (DOCS / "zensical.toml").read_text()
    (folder / "zensical.toml").write_text(settings.replace(RULES_IN_NAV, "\n".join(nav_of(rules))))


def build_validator(pages: Path) -> None:
    """Build the validator as a web page, and have the pages that speak of it lead there."""
    subprocess.run([sys.executable, str(ROOT / "web/build.py"), str((pages / VALIDATOR).parent)], check=True)
    for name, before in (("index.md", "## A validated store"), ("web.md", "## What it takes")):
        text, found, rest = (pages / name).read_text().partition(before)
        assert found, f"{name} has no {before!r}"
        (pages / name).write_text(f"{text}{TO_VALIDATOR}\n\n{found}{rest}")


def rule_pages(registry: Registry) -> Iterator[tuple[str, str]]:
    """Yield every id that `ngff rules` explains, with its page: rules, findings of core, entries of the catalogue."""
    versions = list(registry.specs)
    fixes = fix_table(registry, versions)
    answering: dict[str, list[JSONObject]] = {}
    for row in rule_table(registry, versions):
        for name in (row["id"], *row["aliases"], *row["covers"]):
            answering.setdefault(name, []).append(row)
    for name, rows in answering.items():
        shown = [
            row for row in (as_in(row, name, registry, fixes) for row in rows) if "entry" in row or row["id"] == name
        ]
        others = " and ".join(f"`{row['id']}`" for row in rows)
        yield name, page(shown) if shown else f"# `{name}`\n\nWhat breaks it is reported as {others}.\n"


def as_in(row: JSONObject, name: str, registry: Registry, fixes: list[JSONObject]) -> JSONObject:
    """Return the row of a rule as it is explained, with examples of the version that most readers write."""
    order = sorted(row["versions"], key=lambda version: version != SHOWN)
    found: JSONObject = {**explained({**row, "versions": order}, name, registry, fixes), "versions": row["versions"]}
    for key in ("requirements", "severities"):
        for each in (found, found.get("entry", found)):
            each[key] = {version: each[key][version] for version in row["versions"] if version in each[key]}
    return found


def nav_of(rules: Collection[str]) -> Iterator[str]:
    """Yield the entries of the pages of rules, by the first word of their ids."""
    for word, names in groupby(sorted(rules), lambda name: name.partition("-")[0]):
        yield f'{{ "{word}" = [{", ".join(f"""{{ "{name}" = "rules/{name}.md" }}""" for name in names)}] }},'


def linked(path: Path, pages: Path, rules: Collection[str]) -> str:
    """Return a page where ids of rules are links, and what is in the repository but not in the site is none.

    Links that show the name of a file show the title of that page.
    """

    def within(match: re.Match[str]) -> str:
        label, target, anchor = match.groups(default="")
        target = ABOVE.get(target.removeprefix("../"), target)
        if not (path.parent / target).is_file():
            return label
        title = _TITLE.search((path.parent / target).read_text())
        return f"[{title[1] if title and label.endswith('.md') else label}]({target}{anchor})"

    def rule(match: re.Match[str]) -> str:
        if match[1] not in rules or match[1] == path.stem:
            return match[0]
        up = "../" * (path.parent != pages)
        return f"[{match[0]}]({up}rules/{match[1]}.md)"

    parts = _FENCE.split(path.read_text())
    parts[::2] = [_CODE.sub(rule, _LINK.sub(within, part)) for part in parts[::2]]
    return "".join(parts)


def main() -> None:
    """Collect the pages and run Zensical."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--serve", action="store_true", help="also show it at http://localhost:8000")
    parser.add_argument("--validator", action="store_true", help="with the validator as a web page")
    parser.add_argument("--folder", type=Path, default=ROOT / "build", help="where to build it")
    given = parser.parse_args()
    given.folder.mkdir(exist_ok=True)
    collect(given.folder, validator=given.validator)
    command = ["serve"] if given.serve else ["build", "--clean", "--strict"]
    sys.exit(subprocess.run([sys.executable, "-m", "zensical", *command], cwd=given.folder, check=False).returncode)


if __name__ == "__main__":
    main()

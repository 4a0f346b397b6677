"""`ngff rules`: all rules, or one explained."""

from __future__ import annotations

from collections.abc import Iterator

import click

from ngff_core.checking.settings import matches
from ngff_core.cli.common import (
    VERSION,
    check_rule_names,
    echo,
    no_plugin_option,
    registry_without,
    write,
)
from ngff_core.cli.screen.colors import color_option, palette
from ngff_core.cli.screen.command import CoreCommand
from ngff_core.cli.screen.completing import RULES, VERSIONS
from ngff_core.errors import UsageError
from ngff_core.explain import rule_table
from ngff_core.issues.pages import page_of
from ngff_core.issues.requirement import Severity
from ngff_core.references import Reference
from ngff_core.report.formats.json import dump
from ngff_core.report.formats.palette import Palette
from ngff_core.report.formats.text_parts import one_line
from ngff_core.structure.values import JSONObject

__all__ = ["command"]

# each for one way of asking; examples import what runs rules
_table = Reference("ngff_core.explain.markdown:table")
_fix_table = Reference("ngff_core.explain.fixes:fix_table")
_explained = Reference("ngff_core.explain.examples:explained")
_page = Reference("ngff_core.explain.page:page")

LEVELS = {
    "MUST": "the specification demands it",
    "SHOULD": "the specification recommends it",
    "MAY": "no more than information",
}
OWN_LEVELS = {"MUST": "demands it", "SHOULD": "recommends it", "MAY": "gives it as information"}
PREFIX = "/"  # in the ids of rules that others bring than who brings the version


@click.command("rules", cls=CoreCommand)
@click.argument("rule_id", required=False, shell_complete=RULES, metavar="[ID]")
@click.option("--version", type=VERSION, shell_complete=VERSIONS, metavar="VERSION", help="Only rules of this version.")
@click.option("--format", "format_", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@color_option
@no_plugin_option
def command(rule_id: str | None, version: str | None, format_: str, blocked: tuple[str, ...]) -> None:
    """List all rules of the installed versions, or explain the one with the id ID.

    ID is the id of a rule, an earlier id of it, an entry of the catalogue that it answers for, or the first words of
    ids: then those rules are listed. Any other word, such as color, lists the rules that speak of it.
    """
    registry = registry_without(blocked)
    versions = [registry.spec(version).version] if version else list(registry.specs)
    rows = rule_table(registry, versions)
    explained = False
    if rule_id is not None:
        try:
            check_rule_names(registry, [rule_id])
            rows, explained = _chosen(rows, rule_id)
        except UsageError:
            rows = _speaking_of(rows, rule_id)
            if not rows:
                raise
        if not rows:
            raise UsageError(f"rule {rule_id!r} is not a rule of version {version}")
    if format_ == "markdown" and not explained:
        names = {name for row in rows for name in (row["id"], *row["covers"])}
        write(_table(rows, [fix for fix in _fix_table(registry, versions) if names.intersection(fix["rules"])]))
    elif format_ != "text" or explained:
        fixes = _fix_table(registry, versions)
        documented = [_explained(row, rule_id if explained else None, registry, fixes) for row in rows]
        _tell(documented, format_)
    else:
        for row in rows:
            echo(_listed(row, palette()))


def _tell(documented: list[JSONObject], format_: str) -> None:
    """Print what there is to say of rules."""
    if format_ == "markdown":
        write(_page(documented))
    elif format_ == "json":
        echo(dump(documented))
    else:
        colors = palette()
        echo("\n\n".join("\n".join(_explain(row, colors)) for row in documented))


def _listed(row: JSONObject, colors: Palette) -> str:
    """Return the line of a rule in the list."""
    versions = " ".join(row["versions"]) or "all"
    level = colors.severity(Severity(row["severity"]), row["requirement"])
    rest = one_line(f"{row['id']:<52} {versions:<8} {row['summary']}", 293)
    if rest.startswith(row["id"]):
        rest = colors.rule(row["id"]) + rest[len(row["id"]) :]
    return f"{level}{' ' * (6 - len(row['requirement']))} {rest}"


def _chosen(rows: list[JSONObject], rule_id: str) -> tuple[list[JSONObject], bool]:
    """Return the rows that an id stands for, and whether it is one of theirs; else it is the beginning of some."""
    exact = [row for row in rows if rule_id in (row["id"], *row["covers"], *row["aliases"])]
    if exact:
        return exact, True
    named = [row for row in rows if any(matches(rule_id, name) for name in (row["id"], *row["aliases"]))]
    return named or [row for row in rows if any(matches(rule_id, name) for name in row["covers"])], False


def _speaking_of(rows: list[JSONObject], text: str) -> list[JSONObject]:
    """Return the rows that have every word of a text somewhere: in their ids, or in what is said of them."""
    words = text.lower().split()
    spoken = ("id", "summary", "documentation", "mend", "covers", "aliases")
    told = [(row, " ".join(str(row[key]) for key in spoken).lower()) for row in rows]
    return [row for row, said in told if words and all(word in said for word in words)]


def _explain(row: JSONObject, colors: Palette) -> Iterator[str]:
    """Yield the lines that explain a rule, or what a fault of structure means for one entry of the catalogue."""
    entry = row.get("entry")
    preview = "; a preview, which only runs when asked for" if row["preview"] else ""
    shown = entry or row
    about = f"(versions {', '.join(shown['versions'])}; from {row['plugin']}, since {row['since']}{preview})"
    level = colors.severity(Severity(shown["severity"]), shown["requirement"])
    yield f"{colors.paint(row['id'], 'title')}  {level}  {about}"
    yield ""
    if entry is not None:
        yield f"{entry['id']}: {entry['summary'][0].lower()}{entry['summary'][1:]}"
        yield from _keys(entry["keys"])
        yield ""
    yield row["summary"]
    if row["documentation"]:
        yield ""
        yield row["documentation"]
    yield ""
    yield from _weight(shown)
    if row["peers"]:
        yield f"Other tools: {row['peers']}"
    addresses = dict.fromkeys(shown["specification"].values())
    if addresses:
        yield "Specification: " + ", ".join(addresses)
    if address := page_of(shown["id"]):
        yield f"Page: {address}"
    if row["aliases"]:
        yield "Earlier ids: " + ", ".join(row["aliases"])
    if row["covers"] and entry is None:
        yield "Also answers for: " + ", ".join(row["covers"])
    yield from _options(row["options"])
    for title, examples in (("Wrong", shown["wrong"]), ("Right", shown["right"])):
        if examples:
            yield f"\n{colors.paint(title, 'bad' if title == 'Wrong' else 'good')}:"
            yield from (line for example in examples for line in _example(example, colors))
    if shown["mend"]:
        yield f"\nTo mend: {one_line(shown['mend'])}"
    yield from ("\n" * (number == 0) + _fix(fix) for number, fix in enumerate(row["fixes"]))


def _fix(fix: JSONObject) -> str:
    """Return the line of a fix: whether it is made unless something else is asked for, and what it does."""
    question = f" (--decide {fix['decision']}=...)" if fix["decision"] else ""
    return f"Fix: {'safe' if fix['safe'] else 'unsafe'}{question}: {one_line(fix['summary'])}"


def _weight(row: JSONObject) -> Iterator[str]:
    """Say how strong the rule is, and why."""
    level = row["requirement"]
    said = f"{row['plugin']} {OWN_LEVELS[level]}" if PREFIX in row["id"] else LEVELS[level]
    yield f"{level}: {said}; what breaks it is reported as {row['severity']}."
    differing = {v: r for v, r in row["requirements"].items() if r != row["requirement"]}
    yield from (f"In {version} it is a {requirement}." for version, requirement in differing.items())


def _keys(keys: list[str]) -> Iterator[str]:
    if keys:
        yield "The key: " + ", ".join(keys)


def _options(options: JSONObject) -> Iterator[str]:
    if options:
        yield "Options: " + ", ".join(f"{name} (unless stated: {value!r})" for name, value in options.items())


def _example(example: JSONObject, colors: Palette) -> Iterator[str]:
    data = example["data"]
    text = data if isinstance(data, str) else dump(data, indent=False)
    title = f"   ({example['title']})" if example["title"] else ""
    yield f"  {one_line(text, 400)}{title}"
    if example["message"]:
        yield f"    {colors.severity(Severity(example['severity']))}: {one_line(example['message'])}"

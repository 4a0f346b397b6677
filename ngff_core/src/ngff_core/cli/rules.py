"""`ngff rules`: all rules, or one explained."""

from __future__ import annotations

from typing import Any

import click
import orjson

from ngff_core.catalogue import entries_of
from ngff_core.cli.common import check_rule_names, echo, no_plugin_option, registry_without
from ngff_core.errors import UsageError
from ngff_core.findings import FINDINGS, Finding
from ngff_core.plugins import Registry
from ngff_core.report.json import dump
from ngff_core.rule import Array, Rule

RFC = "https://ngff.openmicroscopy.org/rfc/9/index.html"

__all__ = ["command"]


@click.command("rules")
@click.argument("rule_id", required=False, metavar="[ID]")
@click.option("--version", metavar="VERSION", help="Only rules of this version.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@no_plugin_option
def command(rule_id: str | None, version: str | None, format_: str, blocked: tuple[str, ...]) -> None:
    """List all rules of the installed versions, or explain the one with the id ID."""
    registry = registry_without(blocked)
    versions = [registry.spec(version).version] if version else list(registry.specs)
    rows = rule_table(registry, versions)
    if rule_id is not None:
        check_rule_names(registry, [rule_id])
        chosen = [row for row in rows if rule_id in (row["id"], *row["covers"], *row["aliases"])]
        if not chosen:
            raise UsageError(f"rule {rule_id!r} is not a rule of version {version}")
        echo(dump(chosen) if format_ == "json" else "\n\n".join(_explain(row, registry) for row in chosen))
        return
    if format_ == "json":
        echo(dump(rows))
        return
    for row in rows:
        versions_shown = " ".join(row["versions"]) or "all"
        echo(f"{row['requirement']:<6} {row['id']:<52} {versions_shown:<8} {row['summary']}")


def rule_table(registry: Registry, versions: list[str]) -> list[dict[str, Any]]:
    """Return what there is to say of every rule and of core's own findings, one row for each id."""
    rows: dict[str, dict[str, Any]] = {}
    faults: dict[str, dict[str, set[str]]] = {}
    for version in versions:
        spec = registry.spec(version)
        for rule in registry.rules(version):
            row = rows.setdefault(rule.id, _row(rule, rule.section or spec.section_of(rule.id), list(rule.covers)))
            row["versions"].append(version)
            row["requirements"][version] = rule.requirement.value
        for entry, ids in entries_of(spec).items():
            for fault in ids:
                faults.setdefault(fault, {}).setdefault(entry, set()).add(version)
    table = list(rows.values())
    for found in FINDINGS.values():
        row = _row(found, found.section, sorted(faults.get(found.id, {})))
        row["versions"] = list(versions)
        table.append(row)
    return table


def _row(rule: Rule | Finding, section: str | None, covers: list[str]) -> dict[str, Any]:
    return {
        "id": rule.id,
        "requirement": rule.requirement.value,
        "requirements": {},
        "versions": [],
        "section": section,
        "summary": rule.summary,
        "covers": covers,
        "aliases": list(getattr(rule, "aliases", ())),
        "documentation": rule.documentation,
        "plugin": getattr(rule, "plugin", "") or "ngff-core",
    }


def _explain(row: dict[str, Any], registry: Registry) -> str:
    lines = [f"{row['id']}  {row['requirement']}  (versions {', '.join(row['versions'])}; from {row['plugin']})"]
    lines += ["", row["summary"]]
    if row["documentation"]:
        lines += ["", row["documentation"]]
    differing = {v: r for v, r in row["requirements"].items() if r != row["requirement"]}
    lines += [f"In {version} it is a {requirement}." for version, requirement in differing.items()]
    if row["section"] and row["versions"]:
        addresses = (
            [RFC]
            if row["section"] == "rfc-9"
            else [f"{registry.spec(v).address}#{registry.spec(v).section_of(row['id'])}" for v in row["versions"]]
        )
        lines += ["", "Specification: " + ", ".join(addresses)]
    if row["covers"]:
        lines += ["", "Also answers for: " + ", ".join(row["covers"])]
    rule = next((r for v in row["versions"] for r in registry.rules(v) if r.id == row["id"]), None)
    if rule is not None:
        for title, examples in (("Wrong", rule.invalid), ("Right", rule.valid)):
            lines += ["", f"{title}:"]
            lines += [f"  {_example(e.data)}" + (f"   ({e.title})" if e.title else "") for e in examples[:2]]
    return "\n".join(lines)


def _example(data: Any) -> str:
    text = orjson.dumps(data, default=_array).decode()
    return text if len(text) <= 400 else f"{text[:399]}…"


def _array(value: Any) -> Any:
    if isinstance(value, Array):
        return f"array of shape {list(value.shape)}, {value.dtype}"
    raise TypeError(type(value).__name__)

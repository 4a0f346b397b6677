"""What there is to say of every rule and every finding of core, for `ngff rules`, reports and the documentation."""

from __future__ import annotations

import attrs

from ngff_core.checking.catalogue import entries_of
from ngff_core.checking.rule import Rule
from ngff_core.issues.findings import FINDINGS, Finding
from ngff_core.plugins.registry import Registry
from ngff_core.structure.values import JSONObject
from ngff_core.words import printable

__all__ = ["RuleDocs", "docs_of", "rule_table"]

RFC = "https://ngff.openmicroscopy.org/rfc/9/index.html"
_MARKS = {"Peers:": "peers", "To mend:": "mend"}


@attrs.frozen
class RuleDocs:
    """The parts of a rule's documentation: what it says, what other tools make of it, how to mend what breaks it."""

    text: str
    peers: str | None = None
    mend: str | None = None


def docs_of(documentation: str) -> RuleDocs:
    """Take the paragraphs on peers and on mending out of the documentation of a rule."""
    rest, parts = [], {}
    for paragraph in documentation.split("\n\n"):
        mark = next((mark for mark in _MARKS if paragraph.startswith(mark)), None)
        if mark is None:
            rest.append(paragraph)
        else:
            parts[_MARKS[mark]] = " ".join(paragraph[len(mark) :].split())
    return RuleDocs("\n\n".join(rest), **parts)


def rule_table(registry: Registry, versions: list[str]) -> list[JSONObject]:
    """Return what there is to say of every rule and of core's own findings, one row for each id."""
    rows: dict[str, JSONObject] = {}
    faults: dict[str, dict[str, list[str]]] = {}
    for version in versions:
        spec = registry.spec(version)
        for rule in registry.rules(version):
            row = rows.setdefault(rule.id, _row(rule, rule.section or spec.section_of(rule.id), list(rule.covers)))
            row["versions"].append(version)
            row["requirements"][version] = rule.requirement.value
            row["severities"][version] = (rule.severity or rule.requirement.severity).value
            section = rule.section or spec.section_of(rule.id)
            if section:
                row["specification"][version] = RFC if section == "rfc-9" else f"{spec.address}#{section}"
        for entry, ids in entries_of(spec).items():
            for fault in ids:
                faults.setdefault(fault, {}).setdefault(entry, []).append(version)
    table = list(rows.values())
    for found in FINDINGS.values():
        row = _row(found, found.section, sorted(faults.get(found.id, {})))
        row["versions"] = list(versions)
        table.append(row)
    return table


def _row(rule: Rule | Finding, section: str | None, covers: list[str]) -> JSONObject:
    docs = docs_of("\n".join(map(printable, rule.documentation.split("\n"))))
    return {
        "id": rule.id,
        "requirement": rule.requirement.value,
        "requirements": {},
        "severity": (getattr(rule, "severity", None) or rule.requirement.severity).value,
        "severities": {},
        "lenient": getattr(getattr(rule, "lenient", None), "value", None),
        "versions": [],
        "since": rule.since,
        "preview": getattr(rule, "preview", False),
        "section": section,
        "specification": {},
        "summary": printable(rule.summary),
        "covers": covers,
        "aliases": list(getattr(rule, "aliases", ())),
        "documentation": docs.text,
        "peers": docs.peers,
        "mend": docs.mend,
        "options": dict(getattr(rule, "options", {})),
        "plugin": getattr(rule, "plugin", "") or "ngff-core",
    }

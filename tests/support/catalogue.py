"""Hold a version against the rule catalogue: every entry is a rule, part of a rule, or a fault of structure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from ngff_core.checking.catalogue import entries_of
from ngff_core.issues.findings import FINDINGS
from ngff_core.plugins import Registry

__all__ = ["answered", "entries", "levels_that_differ"]

NEEDS = ("attrs", "siblings", "array")


def entries(shared: Path, version: str) -> dict[str, dict[str, Any]]:
    """Return the entries of a version that have to be answered for: must and should, decidable from metadata."""
    catalogue = yaml.safe_load((shared / "spec" / "rules.yaml").read_text(encoding="utf-8"))
    return {
        entry["id"]: entry
        for entry in catalogue
        if version in entry["versions"] and level_of(entry, version) in ("must", "should") and entry["needs"] in NEEDS
    }


def level_of(entry: Mapping[str, Any], version: str) -> str:
    """Return the level of an entry in a version."""
    return str(entry.get("level_by_version", {}).get(version, entry["level"]))


def answered(registry: Registry, version: str) -> dict[str, str]:
    """Return every catalogue id that is answered for, with what answers."""
    answers = {entry: sorted(ids)[0] for entry, ids in entries_of(registry.spec(version)).items()}
    answers.update((name, name) for name in FINDINGS)
    for rule in registry.rules(version):
        answers.update((name, rule.id) for name in rule.ids)
    return answers


def levels_that_differ(shared: Path, registry: Registry, version: str) -> dict[str, tuple[str, str]]:
    """Return the rules whose requirement is not that of the entry of the same id: (catalogue, ours)."""
    known = entries(shared, version)
    return {
        rule.id: (level_of(known[rule.id], version), rule.requirement.value.lower())
        for rule in registry.rules(version)
        if rule.id in known and level_of(known[rule.id], version) != rule.requirement.value.lower()
    }

"""What there is to say of the fixes of findings."""

from __future__ import annotations

from collections.abc import Iterable

from ngff_core.mending.fix import Fix, Safety
from ngff_core.plugins.registry import Registry
from ngff_core.structure.values import JSONObject
from ngff_core.words import printable

__all__ = ["fix_table"]


def fix_table(registry: Registry, versions: Iterable[str]) -> list[JSONObject]:
    """Return what there is to say of every fix, in the order in which they count: one row for each."""
    rows: dict[tuple[tuple[str, ...], str], JSONObject] = {}
    for version in versions:
        for fix in registry.fixes(version):
            rows.setdefault((fix.rules, fix.summary), _row(fix))["versions"].append(version)
    return list(rows.values())


def _row(fix: Fix) -> JSONObject:
    return {
        "rules": list(fix.rules),
        "safe": fix.safety is Safety.SAFE,
        "decision": None if fix.decision is None else fix.decision.name,
        "summary": printable(fix.summary),
        "versions": [],
        "plugin": fix.plugin,
    }

"""The plugin: what OME-NGFF 0.3 brings to core. Imports the rules when they are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ngff_core.plugins import hookimpl
from ngff_v03.spec import SPEC

if TYPE_CHECKING:
    from ngff_core.checking.rule import Rule
    from ngff_core.mending import Fix
    from ngff_core.migration import Migration
    from ngff_core.spec import Spec


@hookimpl
def ngff_specs() -> Iterable[Spec]:
    """Bring version 0.3."""
    return [SPEC]


@hookimpl
def ngff_rules(version: str, kind: str | None) -> Iterable[Rule] | None:
    """Bring the rules of version 0.3; those of a kind of group are imported when the first of the kind is met."""
    if version != SPEC.version:
        return None
    from ngff_v03.rules import RULES

    return RULES[kind]() if kind in RULES else None


@hookimpl
def ngff_fixes(version: str) -> Iterable[Fix] | None:
    """Bring the fixes of version 0.3."""
    if version != SPEC.version:
        return None
    from ngff_v03.fixes import FIXES

    return FIXES


@hookimpl
def ngff_migrations() -> Iterable[Migration]:
    """Bring the step from version 0.2."""
    from ngff_v03.upgrade import STEP

    return [STEP]

"""The plugin: what OME-NGFF 0.6 brings to core. Imports the rules when they are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ngff_core.plugins import hookimpl
from ngff_core.structure.unions import register_union
from ngff_v06.spec import SPEC

if TYPE_CHECKING:
    from cattrs import Converter

    from ngff_core.checking.rule import Rule
    from ngff_core.mending import Fix
    from ngff_core.migration import Migration
    from ngff_core.spec import Spec


@hookimpl
def ngff_specs() -> Iterable[Spec]:
    """Bring version 0.6."""
    return [SPEC]


@hookimpl
def ngff_rules(version: str, kind: str | None) -> Iterable[Rule] | None:
    """Bring the rules of version 0.6; those of a kind of group are imported when the first of the kind is met."""
    if version != SPEC.version:
        return None
    from ngff_v06.rules import RULES

    return RULES[kind]() if kind in RULES else None


@hookimpl
def ngff_fixes(version: str) -> Iterable[Fix] | None:
    """Bring the fixes of version 0.6."""
    if version != SPEC.version:
        return None
    from ngff_v06.fixes import FIXES

    return FIXES


@hookimpl
def ngff_migrations() -> Iterable[Migration]:
    """Bring the steps from 0.5 to 0.6 and back, and what brings the tag up."""
    from ngff_v06.upgrade.downgrade import DOWNGRADE
    from ngff_v06.upgrade.tag import TAG
    from ngff_v06.upgrade.upgrade import UPGRADE

    return [UPGRADE, DOWNGRADE, TAG]


@hookimpl
def ngff_configure_converter(version: str, converter: Converter) -> None:
    """Decide the class of OME metadata by the keys it has, in the order of the spec."""
    if version == SPEC.version:
        register_union(converter, [(kind.model, kind.keys) for kind in SPEC.kinds])

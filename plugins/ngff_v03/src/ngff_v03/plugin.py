"""The plugin: what OME-NGFF 0.3 brings to core. Imports the rules when they are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ngff_core.plugins import hookimpl

if TYPE_CHECKING:
    from ngff_core.checking.rule import Rule
    from ngff_core.migration import Migration
    from ngff_core.spec import Spec


@hookimpl
def ngff_specs() -> Iterable[Spec]:
    """Bring version 0.3."""
    from ngff_v03.spec import SPEC

    return [SPEC]


@hookimpl
def ngff_rules(version: str) -> Iterable[Rule] | None:
    """Bring the rules of version 0.3 that concern groups of any kind; those of each kind are in the spec."""
    if version != "0.3":
        return None
    from ngff_v03.rules import general

    return general()


@hookimpl
def ngff_migrations() -> Iterable[Migration]:
    """Bring the step from version 0.2."""
    from ngff_v03.upgrade import STEP

    return [STEP]

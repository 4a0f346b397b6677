"""The plugin: what OME-NGFF 0.1 brings to core. Imports the rules when they are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ngff_core.plugins import hookimpl
from ngff_v01.spec import SPEC

if TYPE_CHECKING:
    from ngff_core.checking.rule import Rule
    from ngff_core.spec import Spec


@hookimpl
def ngff_specs() -> Iterable[Spec]:
    """Bring version 0.1."""
    return [SPEC]


@hookimpl
def ngff_rules(version: str, kind: str | None) -> Iterable[Rule] | None:
    """Bring the rules of version 0.1; those of a kind of group are imported when the first of the kind is met."""
    if version != SPEC.version:
        return None
    from ngff_v01.rules import RULES

    return RULES[kind]() if kind in RULES else None

"""The plugin: what OME-NGFF 0.1 brings to core. Imports the rules when they are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ngff_core.plugins import hookimpl

if TYPE_CHECKING:
    from ngff_core.checking.rule import Rule
    from ngff_core.spec import Spec


@hookimpl
def ngff_specs() -> Iterable[Spec]:
    """Bring version 0.1."""
    from ngff_v01.spec import SPEC

    return [SPEC]


@hookimpl
def ngff_rules(version: str) -> Iterable[Rule] | None:
    """Bring the rules of version 0.1 that concern groups of any kind; those of each kind are in the spec."""
    if version != "0.1":
        return None
    from ngff_v01.rules import general

    return general()

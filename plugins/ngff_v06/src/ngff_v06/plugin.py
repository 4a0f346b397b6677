"""The plugin: what OME-NGFF 0.6 brings to core. Imports the rules when they are asked for."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ngff_core.plugins import hookimpl
from ngff_v06.spec import SPEC

if TYPE_CHECKING:
    from cattrs import Converter

    from ngff_core.checking.rule import Rule
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
def ngff_migrations() -> Iterable[Migration]:
    """Bring the steps from 0.5 to 0.6 and back."""
    from ngff_v06.downgrade import DOWNGRADE
    from ngff_v06.upgrade import UPGRADE

    return [UPGRADE, DOWNGRADE]


@hookimpl
def ngff_configure_converter(version: str, converter: Converter) -> None:
    """Decide the class of OME metadata by the keys it has, in the order of the spec."""
    if version != "0.6":
        return

    def is_ome_metadata(annotation: Any) -> bool:
        document = sys.modules.get("ngff_v06.document")  # not imported yet: it cannot be that annotation
        return document is not None and bool(annotation == document.OMEMetadata)

    def structure_ome(value: Any, _: Any) -> Any:
        kind = SPEC.kind_of(value) if isinstance(value, dict) else None
        if kind is None:
            keys = ", ".join(key for kind in SPEC.kinds for key in kind.keys)
            raise ValueError(f"an object with one of the keys {keys}")
        cls = kind.load()
        return converter.get_structure_hook(cls)(value, cls)

    converter.register_structure_hook_func(is_ome_metadata, structure_ome)

"""The plugin: it brings the rules and fixes of this package to every version of the specification."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ngff_core import hookimpl

if TYPE_CHECKING:
    from ngff_core import Fix, Rule


@hookimpl
def ngff_rules(version: str) -> Iterable[Rule]:
    """Bring the same rules to every version; the rules are imported when they are asked for."""
    from ngff_rules_example.rules import RULES

    return RULES


@hookimpl
def ngff_fixes(version: str) -> Iterable[Fix]:
    """Bring the same fixes to every version; they are imported when a store is to be mended."""
    from ngff_rules_example.fixes import FIXES

    return FIXES

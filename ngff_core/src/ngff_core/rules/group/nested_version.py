"""What the rules share on the version that each object states for itself, as it was up to 0.4.

The two rules on each kind of object stand with its others, as a pair `NESTED_VERSION`.
"""

from __future__ import annotations

import attrs

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, Rule
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import SHOULD, Requirement
from ngff_core.rules.common import lacks
from ngff_core.structure.model import Model

__all__ = ["nested", "other_version", "version_missing"]


def nested(present: Rule, value: Rule, version: str, requirement: Requirement = SHOULD) -> tuple[Rule, ...]:
    """Return the rules on the version inside one kind of object, as a version of the specification has them.

    Their valid examples then state that version. ``requirement`` is that of being there.
    """
    return (
        present.evolve(requirement=requirement, valid=_stating(version, present.valid)),
        value.evolve(valid=_stating(version, value.valid)),
    )


def _stating(version: str, examples: tuple[Example, ...]) -> tuple[Example, ...]:
    return tuple(attrs.evolve(example, data={**example.data, "version": version}) for example in examples)


def version_missing(obj: Model, title: str, ctx: Context) -> list[Issue] | None:
    """Report an object that states no version."""
    if lacks(obj, "version"):
        return [ctx.issue(f"the {title} states no version", expected=f'"version": "{ctx.version}"')]
    return None


def other_version(stated: object, ctx: Context) -> list[Issue] | None:
    """Report text that is the name of another version, or of none."""
    if isinstance(stated, str) and stated != ctx.version:
        return [
            ctx.at("version").issue(
                f"version {stated!r} is not {ctx.version!r}", found=stated, expected=f'"{ctx.version}"'
            )
        ]
    return None

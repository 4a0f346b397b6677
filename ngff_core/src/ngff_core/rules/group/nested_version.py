"""The rules on the version that each object states for itself, as it was up to 0.4, for one version.

The two rules on each kind of object stand with its others, as a pair `NESTED_VERSION`.
"""

from __future__ import annotations

import attrs

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Rule
from ngff_core.issues.requirement import SHOULD, Requirement

__all__ = ["nested"]


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

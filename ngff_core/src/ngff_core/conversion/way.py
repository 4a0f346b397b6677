"""The way from one version to another, for the documents of one group that nothing is known around."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from ngff_core.migration.answers import answers_to, decisions_of, no_way
from ngff_core.migration.interface import Decision, Documents, Migration, NodeDocuments, Notes, chain
from ngff_core.plugins.registry import Registry
from ngff_core.report.report import Report
from ngff_core.spec.spec import Spec
from ngff_core.structure.model import Model
from ngff_core.upgrade.held.steps import step_failed, stepped
from ngff_core.validation.calls import check_object
from ngff_core.zarr.values import json_value

__all__ = ["Way"]


@attrs.frozen
class Way:
    """The steps between two versions, and the answers to what these leave open."""

    registry: Registry
    source: Spec
    target: Spec
    steps: Sequence[Migration]
    answers: Mapping[str, Any]

    @classmethod
    def between(cls, registry: Registry, source: Spec, target: Spec, given: Mapping[str, str]) -> Way:
        """Return the way; raise UsageError where there is none, and for answers that no step on it asks for."""
        migrations = registry.migrations()
        steps = chain(migrations, source.version, target.version)
        if steps is None:
            raise no_way(migrations, source.version, target.version)
        return cls(registry, source, target, steps, answers_to(decisions_of(steps), given))

    @property
    def decisions(self) -> list[Decision]:
        """What the steps leave open."""
        return decisions_of(self.steps)

    def taken(self, node: NodeDocuments) -> tuple[NodeDocuments, Notes]:
        """Return the documents of a group at the end of the way, and what is said of them.

        Raises PluginError where a step fails, or makes what is no JSON of what was.
        """
        notes = Notes(self.target.zarr_format, self.answers)
        documents: Documents = {node.path: node}
        for step in self.steps:
            documents = {**documents, **stepped(step, documents, notes)}
        made = documents[node.path]
        for problem in json_value([made.metadata, made.attributes])[1]:
            raise step_failed(self.steps, problem.message)
        return made, notes

    def report(self, spec: Spec, value: object, cls: type[Model]) -> Report:
        """Evaluate an object of a class by the version of one end."""
        return check_object(value, cls=cls, version=spec.version, registry=self.registry)

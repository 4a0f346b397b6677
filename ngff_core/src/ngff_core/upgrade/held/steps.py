"""One step of a plugin on the nodes that are held: what it returns is looked at, what it raises is its failure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ngff_core.errors import PluginError, ResultError, failure_of
from ngff_core.migration.interface import Documents, Migration, NodeDocuments, Notes
from ngff_core.upgrade.held.parts import ElsewhereError

__all__ = ["step_failed", "stepped"]


def stepped(step: Migration, documents: Documents, notes: Notes) -> Documents:
    """Return what a step makes of documents; whatever goes wrong in it is the failure of the plugin that brings it."""
    try:
        made = step.migrate(documents, notes)
        if not isinstance(made, Mapping):
            raise ResultError(f"it returned {type(made).__name__}, expected documents by path")
        for path, node in made.items():
            if not isinstance(path, str) or path not in documents:
                raise ResultError(f"it returned documents for {path!r:.100}, which it was not given")
            if not isinstance(node, NodeDocuments):
                raise ResultError(f"it returned {type(node).__name__} for {path!r}, expected documents")
        return made
    except ElsewhereError:
        raise
    except BaseException as error:  # whatever a plugin does
        raise step_failed([step], failure_of(error)) from error


def step_failed(steps: Iterable[Migration], why: str) -> PluginError:
    """Return the error that names whose steps have failed."""
    said = "; ".join(f"the step {s.source} to {s.target} of {s.plugin or 'an unnamed plugin'}" for s in steps)
    return PluginError(f"{said} failed: {why}")

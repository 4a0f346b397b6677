"""The versions of the specification as the public suite of tests takes them."""

from __future__ import annotations

from documents import valid_documents
from hostile import full_documents, hostile_stores
from oracle import faults_of

from ngff_core.plugins import Registry, discover
from ngff_core.testing.suite import Subject

__all__ = ["registry_of", "subject_of"]


def registry_of(version: str) -> Registry:
    """Return a registry of nothing but the plugin of a version."""
    ours = f"ngff-v{version.replace('.', '')}"
    return Registry(found=[found for found in discover() if found[0].distribution == ours])


def subject_of(version: str, registry: Registry, *, examples: int = 100) -> Subject:
    """Return what the guarantees of a version are tested with."""
    return Subject(
        registry,
        version,
        documents=full_documents(version),
        valid=lambda kinds: valid_documents(version, kinds=kinds),
        stores=hostile_stores(registry, version),
        oracle=faults_of,
        examples=examples,
    )

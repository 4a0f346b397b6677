"""From the document of a group to its typed metadata: claim, kind, model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ngff_core.hierarchy.nodes import GroupMetadata
from ngff_core.spec.detect import Claim, claim_of
from ngff_core.spec.spec import Kind, Spec
from ngff_core.structure.converter import structure
from ngff_core.zarr.group import GroupDocument

if TYPE_CHECKING:
    from cattrs import Converter

__all__ = ["group_metadata", "metadata_beside", "typed_metadata"]


def group_metadata(spec: Spec, converter: Converter, document: GroupDocument, role: str | None = None) -> GroupMetadata:
    """Return what a group's document says by a version; ``role`` is what the group is expected to be."""
    claim = claim_of([spec], document.attributes)
    if claim is not None and claim.namespaced and spec.namespace is None and document.zarr_format != spec.zarr_format:
        claim = None  # what is in a namespace, in the other Zarr format, is of another version
    return typed_metadata(converter, document, claim, spec.kind_of(claim.ome if claim else {}, role))


def typed_metadata(
    converter: Converter, document: GroupDocument, claim: Claim | None, kind: Kind | None
) -> GroupMetadata:
    """Return what a group's document says whose OME metadata and kind are known."""
    metadata = GroupMetadata(document)
    if claim is not None:
        metadata.ome, metadata.base, metadata.namespaced = claim.ome, claim.base, claim.namespaced
    if kind is not None:
        metadata.kind = kind.name
        metadata.model, metadata.faults = structure(converter, metadata.ome or {}, kind.load())
    return metadata


def metadata_beside(spec: Spec, converter: Converter, first: GroupMetadata) -> list[GroupMetadata]:
    """Return the same metadata as that of each further kind that its keys make the group."""
    kind = spec.kind_named(first.kind) if first.kind is not None else None
    if kind is None or first.ome is None:
        return []
    claim = Claim(first.ome, first.base, None, first.namespaced)
    return [typed_metadata(converter, first.document, claim, also) for also in spec.kinds_beside(first.ome, kind)]

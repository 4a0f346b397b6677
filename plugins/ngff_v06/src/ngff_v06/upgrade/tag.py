"""The step from 0.6 to itself: tags of the candidate, of drafts and of nothing that there was become that of 0.6."""

from __future__ import annotations

from ngff_core.migration import Documents, Migration, Notes
from ngff_v06.upgrade.steps import OME
from ngff_v06.version import VERSION, is_accepted

__all__ = ["TAG", "tagged"]


def tagged(documents: Documents, notes: Notes) -> Documents:
    """Return the groups that are taken for 0.6 by another tag, with that of the release.

    Whether they are sound is evaluated afterwards, as it is after every step.
    """
    result = {}
    for path, node in documents.items():
        ome = node.attributes.get(OME)
        if node.is_array or not isinstance(ome, dict):
            continue
        stated = ome.get("version")
        if isinstance(stated, str) and stated != VERSION and is_accepted(stated):
            notes.remark(path, f"the version {stated} becomes {VERSION}")
            result[path] = node.evolve(attributes={**node.attributes, OME: {**ome, "version": VERSION}})
    return result


TAG = Migration(VERSION, VERSION, tagged)

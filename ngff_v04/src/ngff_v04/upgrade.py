"""The step from 0.3 to 0.4.

Mechanical: the version is stated anew; axes become objects whose type is that of their letter; every level gets a
scale, from how much smaller its array is than that of level 0; wells get the indexes of the row and column in their
path. Empty lists of label colors and properties, repeated entries in them, and the ``#`` of channel colors go.

Decided: how large the pixels of level 0 are (``pixel-size``: 1, without units), whether smaller levels are moved by
part of a pixel (``level-translation``: no), which of two colors of a label value holds (``label-color``: the first),
and what becomes of rows and columns that wells use and the plate does not list (``missing-rows``: added at its end).

Lost: counts of fields that are not above 0. Refused: images without two axes in space, channel colors that are not six
hexadecimal digits, and whatever of a plate would have to move (see `ngff_v04.upgrade_plate`).
"""

from __future__ import annotations

from ngff_core.migration import Decision, Documents, Migration, NodeDocuments, Notes
from ngff_core.migration.shared import has_metadata, images_of, once, restated
from ngff_core.structure.values import JSONObject
from ngff_v04 import upgrade_image, upgrade_labels, upgrade_plate
from ngff_v04.pixel_size import FORM, UNKNOWN, read_sizes

__all__ = ["STEP"]

_STATING = ("multiscales", "plate", "well", "image-label")
DECISIONS = (
    Decision(
        upgrade_image.PIXEL_SIZE,
        "how large is a pixel of level 0, which 0.3 does not say?",
        UNKNOWN,
        form=FORM,
        parse=read_sizes,
    ),
    Decision(
        upgrade_image.LEVEL_TRANSLATION,
        "are pixels of smaller levels averages, centered on those of level 0 they were made from?",
        "none",
        ("none", "center"),
    ),
    Decision(
        upgrade_labels.LABEL_COLOR,
        "which color of a label value holds where there are several?",
        "first",
        ("first", "last"),
    ),
    Decision(
        upgrade_plate.MISSING_ROWS,
        "what becomes of rows and columns that wells use and the plate does not list?",
        "add",
        ("add", "refuse"),
    ),
)


def migrate(documents: Documents, notes: Notes) -> Documents:
    """Return the nodes of a hierarchy of 0.3 as 0.4 has them."""
    with_version = once(lambda attributes: restated(attributes, "0.3", "0.4", _STATING))
    migrated: dict[str, NodeDocuments] = {}
    for path, node in documents.items():
        if has_metadata(node):
            attributes = _attributes(documents, path, with_version(node.attributes), notes)
            migrated[path] = node.evolve(attributes=attributes)
    return migrated


def _attributes(documents: Documents, path: str, attributes: JSONObject, notes: Notes) -> JSONObject:
    attributes = images_of(attributes, lambda index, entry: upgrade_image.image(documents, path, index, entry, notes))
    changed: JSONObject = {}
    for key, change in (
        ("omero", upgrade_image.omero),
        ("image-label", upgrade_labels.image_label),
        ("well", upgrade_plate.well),
    ):
        value = attributes.get(key)
        if isinstance(value, dict):
            changed[key] = change(path, value, notes)
    plate = attributes.get("plate")
    if isinstance(plate, dict):
        changed["plate"] = upgrade_plate.plate(documents, path, plate, notes)
    return {**attributes, **changed} if changed else attributes


STEP = Migration("0.3", "0.4", migrate, DECISIONS)

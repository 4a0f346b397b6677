"""The rules that the early versions share, kind by kind; each version lists these and its own.

Those of a kind are imported when they are asked for, so that judging an image does not load the rules of plates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ngff_core.references import Reference

if TYPE_CHECKING:
    from ngff_core.checking.rule import Rule

__all__ = ["general", "image", "label_image", "labels_group", "plate", "well"]

Rules = tuple["Rule", ...]

_general = Reference("ngff_core.rules.early.of_any:general")
_image = Reference("ngff_core.rules.early.of_images:image")
_label_image = Reference("ngff_core.rules.early.of_labels:label_image")
_labels_group = Reference("ngff_core.rules.early.of_labels:labels_group")
_plate = Reference("ngff_core.rules.early.of_plates:plate")
_well = Reference("ngff_core.rules.early.of_wells:well")


def general() -> Rules:
    """Return the rules for groups of any kind, and for arrays."""
    found: Rules = _general()
    return found


def image(version: str) -> Rules:
    """Return the rules for images: all but those on axes, dimensions and chunk keys."""
    found: Rules = _image(version)
    return found


def label_image(version: str) -> Rules:
    """Return the rules for label images beside those for images."""
    found: Rules = _label_image(version)
    return found


def labels_group() -> Rules:
    """Return the rules for the group that lists label images."""
    found: Rules = _labels_group()
    return found


def plate(version: str) -> Rules:
    """Return the rules for plates: all but that on times."""
    found: Rules = _plate(version)
    return found


def well(version: str) -> Rules:
    """Return the rules for wells."""
    found: Rules = _well(version)
    return found

"""The rules of OME-NGFF 0.2, kind by kind, in the order in which findings at one place are reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from ngff_core.rules.early import lists as early_lists
from ngff_v02.version import VERSION

if TYPE_CHECKING:
    from ngff_core.checking.rule import Rule

__all__ = ["RULES"]


def general() -> Iterable[Rule]:
    """Return the rules for groups of any kind, and for arrays."""
    return early_lists.general()


def image() -> Iterable[Rule]:
    """Return the rules for images."""
    from ngff_core.rules.early import plate as early
    from ngff_core.rules.group import zarr

    return (*early_lists.image(VERSION), zarr.separator_slash, early.ndim_is_5)


def label_image() -> Iterable[Rule]:
    """Return the rules for label images, which are images, too."""
    return (*image(), *early_lists.label_image(VERSION))


def labels_group() -> Iterable[Rule]:
    """Return the rules for the group that lists label images."""
    return early_lists.labels_group()


def plate() -> Iterable[Rule]:
    """Return the rules for plates."""
    from ngff_core.rules.plate.plate import acquisition_times

    return (*early_lists.plate(VERSION), acquisition_times)


def well() -> Iterable[Rule]:
    """Return the rules for wells."""
    return early_lists.well(VERSION)


RULES: dict[str | None, Callable[[], Iterable[Rule]]] = {
    None: general,
    "image": image,
    "label-image": label_image,
    "labels-group": labels_group,
    "plate": plate,
    "well": well,
}

"""The rules that the early versions share for images."""

from __future__ import annotations

from ngff_core.checking.rule import Rule
from ngff_core.rules.group import misplaced
from ngff_core.rules.group.nested_version import nested
from ngff_core.rules.image import dataset, multiscale, omero

__all__ = ["image"]


def image(version: str) -> tuple[Rule, ...]:
    """Return the rules for images: all but those on axes, dimensions and chunk keys."""
    order = dataset.order_high_to_low
    return (
        *nested(*multiscale.NESTED_VERSION, version),
        *multiscale.MULTISCALE_RULES,
        dataset.path_resolves,
        order.evolve(invalid=order.invalid[:2]),  # there are no scales to go by
        dataset.dtype_consistent,
        dataset.codecs_consistent,
        omero.channels_nonempty,
        omero.color_present,
        omero.window_present,
        omero.window_order,
        omero.rdefs_model,
        omero.channel_count,
        omero.window_fits_dtype,
        misplaced.beside_levels,
    )

"""Metadata that the examples of fixes are made of."""

from __future__ import annotations

from ngff_core.structure.values import JSON, JSONObject

__all__ = ["image", "multiscale", "plate", "with_axes"]


def image(**changes: JSON) -> JSONObject:
    """Return the OME metadata of an image of two dimensions, with some keys put in; ``None`` leaves a key out."""
    return _changed({"multiscales": [_multiscale()]}, changes)


def with_axes(*axes: JSON) -> JSONObject:
    """Return the OME metadata of an image with these axes."""
    scale = {"type": "scale", "scale": [1.0] * len(axes)}
    return multiscale(axes=list(axes), datasets=[{"path": "0", "coordinateTransformations": [scale]}])


def multiscale(**changes: JSON) -> JSONObject:
    """Return the OME metadata of an image with some keys put into its multiscale; ``None`` leaves a key out."""
    return {"multiscales": [_changed(_multiscale(), changes)]}


def _multiscale() -> JSONObject:
    return {
        "version": "0.4",
        "name": "cells",
        "axes": [{"name": "y", "type": "space"}, {"name": "x", "type": "space"}],
        "datasets": [{"path": "0", "coordinateTransformations": [{"type": "scale", "scale": [1.0, 1.0]}]}],
    }


def _changed(whole: JSONObject, changes: JSONObject) -> JSONObject:
    return {key: value for key, value in {**whole, **changes}.items() if value is not None}


def plate(**changes: JSON) -> JSONObject:
    """Return the OME metadata of a plate of one well, with some members changed; ``None`` leaves one out."""
    definition = {
        "version": "0.4",
        "name": "screen",
        "rows": [{"name": "A"}],
        "columns": [{"name": "1"}],
        "wells": [{"path": "A/1", "rowIndex": 0, "columnIndex": 0}],
        "field_count": 1,
    }
    return {"plate": _changed(definition, changes)}

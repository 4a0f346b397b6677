"""Metadata that the examples of fixes are made of."""

from __future__ import annotations

from typing import Any

__all__ = ["image"]


def image(**changes: Any) -> dict[str, Any]:
    """Return the OME metadata of an image of two dimensions, with some keys put in; ``None`` leaves a key out."""
    multiscale = {
        "version": "0.4",
        "name": "cells",
        "axes": [{"name": "y", "type": "space"}, {"name": "x", "type": "space"}],
        "datasets": [{"path": "0", "coordinateTransformations": [{"type": "scale", "scale": [1.0, 1.0]}]}],
    }
    whole = {"multiscales": [multiscale], **changes}
    return {key: value for key, value in whole.items() if value is not None}

"""The fixes of core: for findings of rules that versions share, and for its own."""

from __future__ import annotations

from ngff_core.fixes.image.axes import AXES_FIXES
from ngff_core.fixes.image.omero import OMERO_FIXES

__all__ = ["SHARED_FIXES"]

SHARED_FIXES = (*AXES_FIXES, *OMERO_FIXES)

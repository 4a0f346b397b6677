"""The fixes of core: for findings of rules that versions share, and for its own."""

from __future__ import annotations

from ngff_core.fixes.collection import COLLECTION_FIXES
from ngff_core.fixes.group.misplaced import MISPLACED_FIXES
from ngff_core.fixes.group.versions import VERSION_FIXES
from ngff_core.fixes.image.axes import AXES_FIXES
from ngff_core.fixes.image.levels import LEVEL_FIXES
from ngff_core.fixes.image.omero import OMERO_FIXES
from ngff_core.fixes.image.scales import SCALE_FIXES
from ngff_core.fixes.image.transforms import TRANSFORM_FIXES
from ngff_core.fixes.keys import KEY_FIXES
from ngff_core.fixes.labels.lists import LABEL_LIST_FIXES
from ngff_core.fixes.labels.objects import LABEL_OBJECT_FIXES
from ngff_core.fixes.paths import PATH_FIXES
from ngff_core.fixes.plate.counts import COUNT_FIXES
from ngff_core.fixes.plate.wells import WELL_FIXES
from ngff_core.fixes.repeats import REPEAT_FIXES
from ngff_core.fixes.structure import STRUCTURE_FIXES
from ngff_core.fixes.zarr.arrays import ARRAY_FIXES
from ngff_core.fixes.zarr.copies import COPY_FIXES
from ngff_core.fixes.zarr.documents import DOCUMENT_FIXES
from ngff_core.fixes.zarr.groups import GROUP_FIXES
from ngff_core.fixes.zarr.settings import SETTING_FIXES
from ngff_core.fixes.zarr.values import VALUE_FIXES

__all__ = ["SHARED_FIXES"]

SHARED_FIXES = (
    *VERSION_FIXES,
    *MISPLACED_FIXES,
    *AXES_FIXES,
    *LEVEL_FIXES,
    *TRANSFORM_FIXES,
    *SCALE_FIXES,
    *OMERO_FIXES,
    *WELL_FIXES,
    *COUNT_FIXES,
    *LABEL_LIST_FIXES,
    *LABEL_OBJECT_FIXES,
    *COLLECTION_FIXES,
    *REPEAT_FIXES,
    *PATH_FIXES,
    *KEY_FIXES,
    *DOCUMENT_FIXES,
    *COPY_FIXES,
    *GROUP_FIXES,
    *ARRAY_FIXES,
    *VALUE_FIXES,
    *SETTING_FIXES,
    *STRUCTURE_FIXES,
)

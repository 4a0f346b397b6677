"""What a search for hierarchies says of the folders that it looks at."""

from __future__ import annotations

import attrs

from ngff_core.crawl.reader import NOTHING, AtHand
from ngff_core.values import Value

__all__ = ["Looked", "What"]


class What:
    """What a folder turned out to be."""

    STORE = "store"
    ARCHIVE = "zip archive"
    DAMAGED = "damaged"
    FILE = "named .zarr, and no folder"
    MEANT = "with a slip for a key of OME-Zarr"
    BARE = "named .zarr, without OME-Zarr metadata"
    INCOMPLETE = "without the metadata that what lies in it needs"
    LEFT_OVER = "being written, or left over from that"
    UNLISTED = "cannot be listed"
    TOO_DEEP = "too deep"
    ARRAY = "array"
    GROUP = "group without OME-Zarr metadata"
    FOLDER = "folder without Zarr metadata"
    KNOWN = "linked again"
    HIDDEN = "hidden"


_MEANT = {What.STORE, What.ARCHIVE, What.DAMAGED, What.FILE, What.MEANT, What.BARE, What.INCOMPLETE}
_NOT_LOOKED_INTO = {What.UNLISTED, What.TOO_DEEP, What.LEFT_OVER}


@attrs.frozen(eq=False, repr=False)
class Looked(Value):
    """A folder (or archive) that was looked at: its path, what it is, and a path below it that shows this.

    ``read`` is what was read of a store, for those who evaluate it at once.
    """

    path: str
    what: str
    shown: str = ""
    read: AtHand = attrs.field(default=NOTHING, eq=False, repr=False)

    @property
    def is_store(self) -> bool:
        """Tell whether there has to be a report on it."""
        return self.what in _MEANT or self.what in _NOT_LOOKED_INTO

    @property
    def is_certain(self) -> bool:
        """Tell whether it is a store, or was meant as one."""
        return self.what in _MEANT

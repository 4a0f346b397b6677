"""The stores among the keys of a bucket, in whatever order these come; memory grows with the stores alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from ngff_core.crawl.search.discover import ARCHIVES
from ngff_core.zarr.keys import GROUP_KEYS

__all__ = ["Outermost"]

_DOCUMENTS = {name for names in GROUP_KEYS.values() for name in names}
_SUFFIX = ".zarr/"  # of a folder that was meant as a store, whatever is missing in it
_HERE = "/"  # stands for a folder itself, and is no name of anything in it

_Folder: TypeAlias = "dict[str, _Folder | None]"
"""What is in a folder, as far as stores are; ``None`` is a store."""


class Outermost:
    """Takes keys, and tells the stores: the outermost folders with a document of a Zarr group, and zip archives.

    So is a folder that is named as a store where none is around it, as a search finds it; what lies in folders whose
    names begin with a dot is left out.
    """

    def __init__(self) -> None:
        self._root: _Folder | None = {}
        # what the keys in the last ones begin with, so that most need no more than a look; at first, none does
        self._known = self._meant = "\0"

    def add(self, key: str) -> None:
        """Take note of a key."""
        if key.startswith(self._known):
            return
        folder, _, name = key.rpartition("/")
        if name in _DOCUMENTS:
            self._add(folder.split("/") if folder else [])
            self._known = f"{folder}/" if folder else ""
        elif name.endswith(ARCHIVES):
            self._add(key.split("/"))
        elif not key.startswith(self._meant) and (begin := key.lower().find(_SUFFIX)) > 0:
            self._meant = key[: begin + len(_SUFFIX)]
            self._add([*self._meant[:-1].split("/"), _HERE])

    def _add(self, parts: list[str]) -> None:
        """Take note of a store by the parts of its path; what was found in it before is none."""
        if any(part.startswith(".") and not part.endswith(ARCHIVES) for part in parts):
            return
        folder = self._root
        for part in parts[:-1]:
            if folder is None:
                return
            folder = folder.setdefault(part, {})
        if not parts:
            self._root = None
        elif folder is not None:
            folder[parts[-1]] = None

    def __iter__(self) -> Iterator[str]:
        """Yield the paths of the stores, sorted by their parts; the root is ``""``."""
        if self._root is None:
            yield ""
            return
        waiting: list[tuple[str, _Folder | None]] = [("", self._root)]
        while waiting:
            path, folder = waiting.pop()
            if folder is None:
                yield path[:-1]
                continue
            for name in sorted(folder, reverse=True):
                waiting.append((path if name == _HERE else f"{path}{name}/", folder[name]))

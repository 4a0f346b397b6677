"""Consolidated metadata in a crawl: read at the root, compared with every document, and with what no metadata names."""

from __future__ import annotations

from collections.abc import Container, Generator
from typing import TYPE_CHECKING, Any

from ngff_core.crawl.scheduler import Answer, Fetch, Listing
from ngff_core.issues.issue import Issue
from ngff_core.models.children import MAX_PATH_DEPTH
from ngff_core.references import Reference
from ngff_core.zarr.group import GroupDocument, group_document
from ngff_core.zarr.keys import CONSOLIDATED_KEY, above

if TYPE_CHECKING:
    from ngff_core.zarr.consolidated import Consolidated

__all__ = ["Copies"]

AT_ONCE = 256  # that are compared
DEEPEST = 2 * MAX_PATH_DEPTH  # branches do not lie further down

_faults_of_v2 = Reference("ngff_core.zarr.consolidated:faults_of_v2")  # few stores have such copies
_of_v2 = Reference("ngff_core.zarr.consolidated:of_v2")
_of_v3 = Reference("ngff_core.zarr.consolidated:of_v3")


class Copies:
    """The copies of documents that the root holds, ``known`` if any; ``unusable`` says what is wrong with them all.

    ``read_before`` is what was asked for with the documents of the root.
    """

    def __init__(self) -> None:
        self.read_before: Answer = None
        self.unusable: list[Issue] = []
        self.known: Consolidated | None = None

    def read(self, zarr_format: int, data: Answer, listing: Listing) -> Generator[Fetch, Any, None]:
        """Read the copies; ``data`` is the first document of the root, ``listing`` the names in it."""
        name = CONSOLIDATED_KEY[zarr_format]
        if zarr_format == 3:
            if isinstance(data, bytes) and b"consolidated_metadata" in data:
                document = group_document(3, {name: data})
                self.known = _of_v3(document.consolidated if document is not None else None)
            return
        copies = self.read_before
        if copies is None and name in (listing or ()):
            (values, _), _ = yield Fetch([name])
            copies = values[0]
        if isinstance(copies, bytes):
            self.unusable = list(_faults_of_v2(copies))
            self.known = _of_v2(copies)

    def check_form(self, path: str, listing: Listing) -> Generator[Fetch, Any, list[Issue]]:
        """Return what is wrong with copies of Zarr v2 that a group below the root holds; known by its listing."""
        name = CONSOLIDATED_KEY[2]
        if not path or name not in (listing or ()):
            return []
        (values, _), _ = yield Fetch([f"{path}/{name}"])
        faults = _faults_of_v2(values[0]) if isinstance(values[0], bytes) else ()
        return [issue.moved(path, None) for issue in faults]

    def check_group(self, path: str, document: GroupDocument, there: Container[str]) -> list[Issue]:
        """Compare the documents of a group, those that are ``there``."""
        return [] if self.known is None else self.known.check_group(path, document, there)

    def check_array(self, path: str, name: str, raw: object) -> list[Issue]:
        """Compare the document of an array."""
        return [] if self.known is None else self.known.check(path, {name: raw})

    def check_rest(self, path: str, leave_out: Container[str]) -> Generator[Fetch, Any, list[Issue]]:
        """Compare the copies below a path that nothing in the metadata leads to, but for branches to ``leave_out``."""
        found: list[Issue] = []
        if self.known is None:
            return found
        keys = [key for key in self.known.rest_below(path) if not _is_in(key, leave_out)]
        for start in range(0, len(keys), AT_ONCE):
            some = keys[start : start + AT_ONCE]
            (values, _), _ = yield Fetch(some)
            found += self.known.check_rest(dict(zip(some, values, strict=True)))
        return found


def _is_in(key: str, groups: Container[str]) -> bool:
    """Tell whether a key lies in one of some groups."""
    if key.count("/") > DEEPEST:
        key = "/".join(key.split("/", DEEPEST)[:DEEPEST])
    return any(group in groups for group in above(key))

"""Consolidated metadata in a crawl: read in every group, compared with every document and what no metadata names."""

from __future__ import annotations

from collections.abc import Container, Generator
from typing import TYPE_CHECKING, Any

from ngff_core.crawl.absence import unreadable
from ngff_core.crawl.scheduler import Answer, Fetch, Listing
from ngff_core.hierarchy.nodes import GroupNode, parent_of, path_of
from ngff_core.issues.issue import Issue
from ngff_core.models.children import MAX_PATH_DEPTH
from ngff_core.references import Reference
from ngff_core.stores.base import UndecidedError
from ngff_core.zarr.group import GroupDocument
from ngff_core.zarr.keys import CONSOLIDATED_KEY, above, join

if TYPE_CHECKING:
    from ngff_core.zarr.consolidated import Consolidated

__all__ = ["Copies"]

AT_ONCE = 256  # that are compared
DEEPEST = 2 * MAX_PATH_DEPTH  # branches do not lie further down

_faults_of_v2 = Reference("ngff_core.zarr.consolidated:faults_of_v2")  # few stores have such copies
_of_v2 = Reference("ngff_core.zarr.consolidated:of_v2")
_of_v3 = Reference("ngff_core.zarr.consolidated:of_v3")


class Copies:
    """The copies of documents that the root, and groups below it, hold.

    ``read_before`` is what was asked for with the documents of the root. Those of a group are known as long as it is
    visited, to what is visited by way of it.
    """

    def __init__(self) -> None:
        self.read_before: Answer = None
        self._known: dict[str, Consolidated] = {}

    def may_be_there(self, zarr_format: int, listing: Listing) -> bool:
        """Tell whether a group that lists these names, or some group around it, holds any, be they read or not."""
        here = zarr_format == 2 and CONSOLIDATED_KEY[2] in (listing or ())
        return here or bool(self._known) or self.read_before is not None

    def read(self, path: str, document: GroupDocument, listing: Listing) -> Generator[Fetch, Any, list[Issue]]:
        """Read the copies that a group holds, before what lies in it; return what is wrong with those of Zarr v2."""
        known: Consolidated | None = None
        faults: list[Issue] = []
        if document.consolidated is not None:
            known = _of_v3(document.consolidated, path)
        elif document.zarr_format == 2:
            data = yield from self._zmetadata(path, listing)
            if isinstance(data, bytes):
                known, faults = _of_v2(data, path), [issue.moved(path, None) for issue in _faults_of_v2(data)]
            elif data is not None and not isinstance(data, UndecidedError):
                faults = [unreadable(path, CONSOLIDATED_KEY[2], data)]
        if known is not None:
            self._known[path] = known
        return faults

    def _zmetadata(self, path: str, listing: Listing) -> Generator[Fetch, Any, Answer]:
        """Return the copies of Zarr v2 that a group holds: those of the root may be there, others are seen listed."""
        name = CONSOLIDATED_KEY[2]
        data = None if path else self.read_before
        if data is None and name in (listing or ()):
            (values, _), _ = yield Fetch([join(path, name)])
            data = values[0]
        return data

    def check_group(self, node: GroupNode, there: Container[str]) -> list[Issue]:
        """Compare the documents of a group, those that are ``there``."""
        around, path = self._around(node), path_of(node)
        return [issue for known in around for issue in known.check_group(path, node.document, there)]

    def check_array(self, group: GroupNode, path: str, name: str, raw: object) -> list[Issue]:
        """Compare the document of an array that a group leads to."""
        return [issue for known in self._around(group) for issue in known.check(path, {name: raw})]

    def _around(self, group: GroupNode) -> list[Consolidated]:
        """Return the copies that a group and those by way of which it was reached hold, of the root first."""
        found: list[Consolidated] = []
        above: GroupNode | None = group if self._known else None
        while above is not None:
            known = self._known.get(path_of(above))
            found += [] if known is None else [known]
            above = parent_of(above)
        return found[::-1]

    def check_rest(self, path: str, branches: Container[str]) -> Generator[Fetch, Any, list[Issue]]:
        """Compare the copies of what lies in a group and nothing in the metadata leads to: its own, when it is done.

        Those of the root are compared branch by branch, then what is outside of these.
        """
        found: list[Issue] = []
        root = self._known.get("")
        if root is not None and (not path or path in branches):
            found += yield from self._check_rest(root, path, () if path else branches)
        own = self._known.pop(path, None) if path else None
        if own is not None:
            found += yield from self._check_rest(own, path, ())
        return found

    def _check_rest(
        self, known: Consolidated, path: str, leave_out: Container[str]
    ) -> Generator[Fetch, Any, list[Issue]]:
        """Compare the copies below a path, but for branches to ``leave_out``."""
        found: list[Issue] = []
        keys = [key for key in known.rest_below(path) if not _is_in(key, leave_out)]
        for start in range(0, len(keys), AT_ONCE):
            some = keys[start : start + AT_ONCE]
            (values, _), _ = yield Fetch(some)
            found += known.check_rest(dict(zip(some, values, strict=True)))
        return found


def _is_in(key: str, groups: Container[str]) -> bool:
    """Tell whether a key lies in one of some groups."""
    if key.count("/") > DEEPEST:
        key = "/".join(key.split("/", DEEPEST)[:DEEPEST])
    return any(group in groups for group in above(key))

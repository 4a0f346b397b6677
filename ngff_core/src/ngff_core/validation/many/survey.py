"""What a search for stores looked at, counted, and why each folder was or was not a store."""

from __future__ import annotations

from collections import Counter

from ngff_core.crawl.looked import Looked
from ngff_core.masking import hidden
from ngff_core.structure.values import JSONObject
from ngff_core.words import noun

__all__ = ["Survey"]

LISTED = 10_000  # folders that are named one by one
SHOWN = 3


class Survey:
    """Takes down each folder that a search looked at; memory does not grow beyond those that are named."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._first: dict[str, list[str]] = {}
        self._listed: list[JSONObject] = []

    def record(self, looked: Looked) -> None:
        """Take down a folder, named by its whole path."""
        self.counts[looked.what] += 1
        path = hidden(looked.path)
        first = self._first.setdefault(looked.what, [])
        if len(first) < SHOWN:
            first.append(path)
        if len(self._listed) < LISTED:
            shown = {"shown_by": looked.shown} if looked.shown else {}
            self._listed.append({"url": path, "is": looked.what, **shown})

    def to_dict(self) -> JSONObject:
        """Return the JSON form: how many of each, and the first folders one by one."""
        total = sum(self.counts.values())
        return {
            "looked_at": total,
            "counts": dict(sorted(self.counts.items())),
            "folders": self._listed,
            "left_out": total - len(self._listed),
        }

    def lines(self) -> list[str]:
        """Return what is said on the screen: how many of each, with the first of them."""
        total = sum(self.counts.values())
        said = [f"looked at {total:,} {noun(total, 'folder')}"]
        for what, number in self.counts.most_common():
            first = self._first[what]
            said.append(f"  {number:,} {what}: {', '.join(first)}{', ...' if number > len(first) else ''}")
        return said

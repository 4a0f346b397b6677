"""Pages of listings, wherever they come from: what holds for all of them, so that no listing goes on for ever."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from ngff_core.errors import StoreError
from ngff_core.stores import UndecidedError
from ngff_remote.clients.failures import Failure

__all__ = ["MOST", "MOST_NAMES", "Page", "checked", "names_in"]

MOST = 100_000_000  # keys of a listing; whoever has more is asked to split the store
MOST_NAMES = 10_000_000  # directly in one folder, as these are held all at once
EMPTY = 100  # pages in a row that name nothing: some servers send a few


@attrs.frozen
class Page:
    """Some objects with their sizes, the folders beside them where only one level is listed, and what goes on."""

    objects: list[tuple[str, int]]
    folders: list[str]
    token: str | None = None


def checked(pages: Iterator[Page | Failure], prefix: str, most: int = MOST) -> Iterator[Page | Failure]:
    """Yield pages as long as they make a listing: below the prefix, without end or repetition; else a Failure."""
    inside = f"{prefix}/" if prefix else ""
    seen: set[int] = set()
    number = empty = 0
    for page in pages:
        if isinstance(page, Failure):
            yield page
            return
        names = [*(key for key, _ in page.objects), *page.folders]
        marks = {hash(mark) for mark in (min(names, default=None), page.token) if mark is not None}
        number += len(names)
        empty = 0 if names else empty + 1
        problem = None
        if seen & marks:
            problem = "the listing repeats itself"
        elif number > most:
            problem = f"the listing has more than {most:,} keys, which is the limit"
        elif empty > EMPTY:
            problem = "the listing goes on without naming anything"
        elif not all(name.startswith(inside) or name == prefix for name in names):
            problem = "the listing names keys that were not asked for"
        if problem is not None:
            yield Failure(StoreError(problem), 200)
            return
        seen |= marks
        yield page


def names_in(pages: Iterator[Page | Failure], prefix: str) -> list[str] | Failure:
    """Return the names directly below a prefix, those of folders with a final slash."""
    inside = len(prefix) + 1 if prefix else 0
    found: set[str] = set()
    for page in pages:
        if isinstance(page, Failure):
            return page
        found.update(folder[inside:] for folder in page.folders)
        found.update(key[inside:] for key, _ in page.objects)
    if "/" in found:
        return Failure(UndecidedError("the listing has an empty name, which cannot be read"), 200)
    return sorted(found - {""})

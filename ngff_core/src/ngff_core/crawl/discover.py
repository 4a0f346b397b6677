"""Find OME-Zarr hierarchies below a place that has no OME metadata of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ngff_core.crawl.reader import Reader
from ngff_core.crawl.scheduler import Answer
from ngff_core.errors import StoreError
from ngff_core.spec.detect import claim_of
from ngff_core.spec.spec import Spec
from ngff_core.zarr.consolidated import consolidated_groups
from ngff_core.zarr.group import group_document
from ngff_core.zarr.keys import ARRAY_KEY, ATTRIBUTES_KEY, CONSOLIDATED_KEY

__all__ = ["ARCHIVES", "roots_below"]

ARCHIVES = (".ozx", ".zarr.zip")
MAX_DEPTH = 12
_CONSOLIDATED = (CONSOLIDATED_KEY[3], CONSOLIDATED_KEY[2])
_DOCUMENTS = (ATTRIBUTES_KEY[3], ATTRIBUTES_KEY[2])


def roots_below(reader: Reader, specs: Sequence[Spec], folders: int | None = None) -> Iterator[str]:
    """Yield the paths of the nearest groups below the root that carry OME metadata, and of zip archives.

    Where the store cannot list, these are the groups that consolidated metadata names. Goes twelve levels deep
    and not inside arrays; ``folders`` is the most that are listed.
    """
    names = reader.list("")
    if names is None:
        yield from _named(reader, specs)
        return
    level = [("", names)]
    listed = 1
    for _ in range(MAX_DEPTH):
        below: list[str] = []
        for path, names in level:
            prefix = f"{path}/" if path else ""
            yield from (prefix + name for name in names if name.endswith(ARCHIVES))
            inside = [prefix + name[:-1] for name in names if name.endswith("/") and not name.startswith(".")]
            yield from _look_at(reader, specs, inside, below)
        if folders is not None:
            below = below[: max(0, folders - listed)]
        listed += len(below)
        # an array of Zarr v2 is only known by its listing
        level = [(path, names) for path in below if ARRAY_KEY[2] not in (names := reader.list(path) or ())]
        if not level:
            return


def _named(reader: Reader, specs: Sequence[Spec]) -> Iterator[str]:
    """Yield the nearest groups that consolidated metadata describes as carrying OME metadata."""
    values = dict(zip(_CONSOLIDATED, reader.get_many(_CONSOLIDATED), strict=True))
    found: set[str] = set()
    for path, attributes in consolidated_groups(values):
        above = path.split("/")
        nearest = not any("/".join(above[:depth]) in found for depth in range(1, len(above)))
        if nearest and claim_of(specs, attributes) is not None:
            found.add(path)
            yield path


def _look_at(reader: Reader, specs: Sequence[Spec], paths: Sequence[str], others: list[str]) -> Iterator[str]:
    """Yield those of the paths that are roots; what may have some below goes to ``others``."""
    step = max(1, reader.store.batch // len(_DOCUMENTS))
    for start in range(0, len(paths), step):
        some = paths[start : start + step]
        values = reader.get_many([f"{path}/{name}" for path in some for name in _DOCUMENTS])
        found: list[str] = []
        for number, path in enumerate(some):
            documents = values[number * len(_DOCUMENTS) : (number + 1) * len(_DOCUMENTS)]
            what = _what_is(specs, dict(zip(_DOCUMENTS, documents, strict=True)))
            if what is not None:
                (found if what == "root" else others).append(path)
        yield from found


def _what_is(specs: Sequence[Spec], values: Mapping[str, Answer]) -> str | None:
    """Tell whether a folder is a ``root`` by its documents or any other ``folder``; ``None``: an array."""
    good = {name: value for name, value in values.items() if not isinstance(value, StoreError)}
    for zarr_format in (3, 2):
        document = group_document(zarr_format, good)
        if document is None:
            continue
        if document.raw.get("node_type") == "array":
            return None
        if claim_of(specs, document.attributes) is not None:
            return "root"
    return "folder"

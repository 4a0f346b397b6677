"""Rules on zip archives as a whole (RFC-9), shared by the versions that may be zipped."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, rule
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, SHOULD, Severity
from ngff_core.rules.archive import comment as zip_comment
from ngff_core.stores.zip.archive import Archive, Order, listed
from ngff_core.words import counted, noun

__all__ = ["ARCHIVE_RULES"]

MANY_ENTRIES = 2000
RFC = "rfc-9"

_GOOD = Example({"entries": ["zarr.json", "0/zarr.json", "labels/zarr.json", "0/c/0/0"]}, "as RFC-9 recommends")
_REPACK = "zip the contents of the folder, not the folder: cd image.ome.zarr && zip -0 -fz -r ../image.ozx ."


# --- what is in it ------------------------------------------------------------------------------------


@rule(
    "zip-single-hierarchy",
    on=Archive,
    requirement=MUST,
    section=RFC,
    valid=[_GOOD],
    invalid=[Example({"entries": ["a/zarr.json", "b/zarr.json"]}, "two images side by side")],
)
def single_hierarchy(archive: Archive, ctx: Context) -> Iterator[Issue]:
    """An archive holds exactly one hierarchy.

    Of several, the first by name is judged.
    """
    if archive.roots.total > 1:
        yield ctx.issue(
            f"the archive holds {archive.roots.total} hierarchies; only {archive.root!r} is judged",
            shown=listed(archive.roots),
            expected="one zarr.json that all others are below",
            hint="zip each of them on its own, or add a zarr.json above them",
        )


@rule(
    "zip-root-is-hierarchy-root",
    on=Archive,
    requirement=MUST,
    section=RFC,
    valid=[_GOOD],
    invalid=[Example({"entries": ["image.ome.zarr/zarr.json"]}, "the folder was zipped instead of its contents")],
)
def root_is_hierarchy_root(archive: Archive, ctx: Context) -> Iterator[Issue]:
    """The root of the archive is the root of the hierarchy.

    What is in a folder is judged all the same; places in the report are relative to that folder.
    """
    if archive.roots.total == 1 and archive.root:
        yield ctx.issue(
            f"the hierarchy is in the folder {archive.root!r} of the archive, not at its top",
            shown=f"{archive.root}/zarr.json",
            expected="zarr.json",
            hint=_REPACK,
        )


@rule(
    "zip-not-embedded",
    on=Archive,
    requirement=MUST,
    section=RFC,
    valid=[_GOOD],
    invalid=[Example({"entries": ["zarr.json", "labels/cells.ozx"]})],
)
def not_embedded(archive: Archive, ctx: Context) -> Iterator[Issue]:
    """No zipped OME-Zarr lies inside an archive.

    Known by the names `.ozx` and `.zarr.zip`; other files are not looked into.
    """
    if archive.embedded.total:
        yield ctx.issue(
            f"{archive.embedded.total} zipped OME-Zarr inside the archive",
            shown=listed(archive.embedded),
            expected="its groups and arrays as entries of this archive",
            hint="unzip it in place",
        )


@rule(
    "zip-not-split",
    on=Archive,
    requirement=MUST,
    section=RFC,
    valid=[_GOOD],
    invalid=[Example({"entries": ["zarr.json"], "disk": 1}, "the last of two files, .z01 and .zip")],
)
def not_split(archive: Archive, ctx: Context) -> Iterator[Issue]:
    """The archive is one file, not split into several.

    Nothing can be read from one part.
    """
    if archive.split:
        yield ctx.issue(
            "the archive is split into several files",
            expected="one file",
            hint="join the parts: zip -s 0 PARTS.zip --out image.ozx",
        )


# --- how it is zipped ---------------------------------------------------------------------------------


@rule(
    "zip-zip64",
    on=Archive,
    requirement=SHOULD,
    section=RFC,
    valid=[_GOOD],
    invalid=[Example({"entries": ["zarr.json"], "zip64": False})],
)
def zip64(archive: Archive, ctx: Context) -> Iterator[Issue]:
    """The archive uses the ZIP64 extension, whatever its size.

    It does when it has a ZIP64 end record, or when all of its entries ask for ZIP64.
    """
    if not archive.zip64 and archive.zip64_entries < max(1, archive.entries - archive.folders):
        yield ctx.issue("the archive does not use ZIP64", expected="a ZIP64 end of central directory record")


@rule(
    "zip-entries-stored",
    on=Archive,
    requirement=SHOULD,
    section=RFC,
    valid=[_GOOD],
    invalid=[Example({"entries": ["zarr.json", "0/c/0"], "compressed": ["0/c/0"]})],
)
def entries_stored(archive: Archive, ctx: Context) -> Iterator[Issue]:
    """Entries are stored without compression by zip.

    Chunks are compressed by their codecs; a second compression keeps readers from parts of a shard.
    """
    if archive.compressed.total:
        files = archive.entries - archive.folders
        yield ctx.issue(
            f"{archive.compressed.total} of {files} entries are compressed with {', '.join(archive.methods)}",
            shown=listed(archive.compressed),
            expected="stored entries",
            hint="zip -0 stores",
        )


@rule(
    "zip-sharding",
    on=Archive,
    requirement=SHOULD,
    section=RFC,
    severity=Severity.INFO,
    valid=[
        _GOOD,
        Example({"entries": ["zarr.json"], "chunks": 500, "unsharded": 1}, "few entries"),
        Example({"entries": ["zarr.json"], "chunks": 3000, "unsharded": 0}, "all arrays are sharded"),
    ],
    invalid=[Example({"entries": ["zarr.json"], "chunks": 3000, "unsharded": 1}, "one entry for each chunk")],
)
def sharding(archive: Archive, ctx: Context) -> Iterator[Issue]:
    """Arrays use the sharding codec, which keeps the number of entries small.

    A hint, given for archives of more than 2,000 entries in which an array has no shards.
    """
    if archive.unsharded and archive.entries > MANY_ENTRIES:
        arrays = f"{counted(archive.unsharded, 'array')} {noun(archive.unsharded, 'has')}"
        yield ctx.issue(
            f"{arrays} no shards, and the archive has {archive.entries} entries",
            expected="the codec sharding_indexed",
            hint="write the arrays with shards",
        )


@rule(
    "zip-json-first",
    on=Archive,
    requirement=SHOULD,
    section=RFC,
    valid=[_GOOD],
    invalid=[
        Example({"entries": ["0/c/0/0", "zarr.json", "0/zarr.json"]}, "chunks come first"),
        Example({"entries": ["zarr.json", "0/zarr.json", "0/c/0/0", "labels/zarr.json"]}, "chunks in between"),
        Example({"entries": ["zarr.json", "labels/a/zarr.json", "labels/zarr.json"]}, "not breadth first"),
        Example({"entries": ["zarr.json", "0/zarr.json", "0/c/0"], "placed": ["0/c/0", "zarr.json", "0/zarr.json"]}),
    ],
)
def json_first(archive: Archive, ctx: Context) -> Iterator[Issue]:
    """The root zarr.json is the first entry, and the other zarr.json follow at once, breadth first.

    Both in the central directory and in the file. A reader then gets the whole hierarchy with one request.
    """
    for order, where in ((archive.listed, "in the central directory"), (archive.placed, "in the file")):
        problem = _disorder(order, f"{archive.root}/zarr.json" if archive.root else "zarr.json")
        if problem is not None:
            message, found = problem
            yield ctx.issue(
                f"{message} {where}",
                shown=found,
                expected="the zarr.json entries first, breadth first",
                hint="zip the zarr.json files first, those near the root before those below",
            )
            return


def _disorder(order: Order, root: str) -> tuple[str, str] | None:
    if order.first and order.first != root:
        return "the root zarr.json is not the first entry", order.first
    if order.late.total:
        return f"{order.late.total} zarr.json come after other entries", f"{order.other} before {listed(order.late)}"
    if order.deeper:
        return "the zarr.json entries are not breadth first", f"{order.deeper} before {order.shallower}"
    return None


@rule(
    "zip-extension-ozx",
    on=Archive,
    requirement=SHOULD,
    section=RFC,
    valid=[Example({"name": "image.ozx"})],
    invalid=[Example({"name": "image.zarr.zip"})],
)
def extension_ozx(archive: Archive, ctx: Context) -> Iterator[Issue]:
    """The name of the file ends in .ozx."""
    if archive.name and not archive.name.lower().endswith(".ozx"):
        stem = re.sub(r"(\.ome)?(\.zarr)?(\.zip)?$", "", archive.name, flags=re.IGNORECASE)
        yield ctx.issue(
            "the name of the archive does not end in .ozx", found=archive.name, expected=f'"{stem or "image"}.ozx"'
        )


ARCHIVE_RULES = (
    single_hierarchy,
    root_is_hierarchy_root,
    not_embedded,
    not_split,
    zip64,
    entries_stored,
    sharding,
    json_first,
    extension_ozx,
    zip_comment.comment_version,
    zip_comment.comment_json_first_honest,
    zip_comment.comment_no_content_metadata,
)

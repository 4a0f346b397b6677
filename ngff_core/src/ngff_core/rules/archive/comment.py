"""Rules on the comment of zip archives (RFC-9), by which readers know an OME-Zarr from the end of the file."""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, rule
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MAY, SHOULD, Severity
from ngff_core.stores.zip.archive import Archive, listed
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.words import abbreviate
from ngff_core.zarr.text import parse_json

__all__ = ["comment_json_first_honest", "comment_no_content_metadata", "comment_version"]

RFC = "rfc-9"
_STATED = Example({"entries": ["zarr.json"]}, "the version is stated")


@attrs.frozen
class _Comment:
    """The comment of an archive, read: its JSON object, or what is wrong with it."""

    value: JSONObject
    ome: JSONObject
    problem: str | None = None


def _comment(archive: Archive) -> _Comment:
    if not archive.comment:
        return _Comment({}, {}, "the archive has no comment")
    try:
        archive.comment.decode("utf-8")
    except UnicodeDecodeError as error:
        return _Comment({}, {}, f"the comment of the archive is not UTF-8 (byte {error.start})")
    value, problems = parse_json(archive.comment)
    if problems:
        return _Comment({}, {}, "the comment of the archive is not JSON")
    if not isinstance(value, dict):
        return _Comment({}, {}, "the comment of the archive is JSON, but no object")
    ome = value.get("ome")
    return _Comment(value, ome if isinstance(ome, dict) else {})


@rule(
    "zip-comment-version",
    on=Archive,
    requirement=SHOULD,
    section=RFC,
    valid=[_STATED],
    invalid=[
        Example({"comment": None}, "no comment"),
        Example({"comment": "made by zip"}, "not an object"),
        Example({"comment": {"version": "0.5"}}),
        Example({"comment": {"ome": {"version": 0.5}}}, "a number"),
        Example({"comment": {"ome": {"version": "0.1"}}}, "another version than the hierarchy has"),
    ],
)
def comment_version(archive: Archive, ctx: Context) -> Iterator[Issue]:
    """The comment of the archive is a JSON object that states the version of the hierarchy.

    By it readers know an OME-Zarr from the end of the file. It should agree with the version at the root.
    """
    comment = ctx.shared(_comment, archive)
    wanted = archive.version if isinstance(archive.version, str) else ctx.version
    expected = f'{{"ome": {{"version": "{wanted}"}}}}'
    if comment.problem is not None:
        text = abbreviate(archive.comment.decode("utf-8", "replace")) if archive.comment else None
        yield ctx.issue(comment.problem, shown=text, expected=expected)
        return
    stated = comment.ome.get("version")
    if not isinstance(stated, str):
        found = "not there" if stated is None else f"{abbreviate(stated)}, no string"
        yield ctx.issue(f"ome.version in the comment of the archive is {found}", found=comment.value, expected=expected)
    elif isinstance(archive.version, str) and stated != archive.version:
        yield ctx.issue(
            f"the comment of the archive states version {abbreviate(stated)}, the root {abbreviate(archive.version)}",
            found=stated,
            expected=f'"{archive.version}"',
        )


@rule(
    "zip-comment-json-first-honest",
    on=Archive,
    requirement=MAY,
    section=RFC,
    valid=[
        _STATED,
        Example(
            {
                "entries": ["zarr.json", "0/zarr.json", "0/c/0"],
                "comment": {"ome": {"version": "0.5", "zipFile": {"centralDirectory": {"jsonFirst": True}}}},
            }
        ),
    ],
    invalid=[
        Example(
            {
                "entries": ["zarr.json", "0/c/0", "0/zarr.json"],
                "comment": {"ome": {"version": "0.5", "zipFile": {"centralDirectory": {"jsonFirst": True}}}},
            },
            "a zarr.json after a chunk",
        )
    ],
)
def comment_json_first_honest(archive: Archive, ctx: Context) -> Iterator[Issue]:
    """The comment says `jsonFirst` only when the zarr.json entries come first in the central directory.

    An error where the claim is false: readers may stop at the first other entry and miss groups.
    """
    value: JSON = ctx.shared(_comment, archive).ome
    for key in ("zipFile", "centralDirectory", "jsonFirst"):
        value = value.get(key) if isinstance(value, dict) else None
    if value is not None and not isinstance(value, bool):
        yield ctx.issue(
            "jsonFirst in the comment of the archive is no boolean",
            found=value,
            expected="true or false",
            severity=Severity.WARNING,
        )
    elif value and archive.listed.late.total:
        yield ctx.issue(
            f"the comment says jsonFirst, but {archive.listed.late.total} zarr.json come after other entries",
            shown=f"{archive.listed.other} before {listed(archive.listed.late)}",
            expected="jsonFirst false, or the zarr.json entries first",
            severity=Severity.ERROR,
        )


_CONTENT = {
    "attributes",
    "axes",
    "bioformats2rawlayout",
    "channels",
    "channelnames",
    "consolidatedmetadata",
    "coordinatesystems",
    "coordinatetransformations",
    "datasets",
    "imagelabel",
    "labels",
    "multiscales",
    "nodetype",
    "omero",
    "plate",
    "scene",
    "series",
    "well",
    "wells",
    "zarrformat",
}


@rule(
    "zip-comment-no-content-metadata",
    on=Archive,
    requirement=SHOULD,
    section=RFC,
    valid=[_STATED],
    invalid=[Example({"comment": {"ome": {"version": "0.5"}, "channels": ["DAPI"]}}, "channel names")],
)
def comment_no_content_metadata(archive: Archive, ctx: Context) -> Iterator[Issue]:
    """The comment describes the archive, not the images in it."""
    comment = ctx.shared(_comment, archive)
    for holder, place in ((comment.value, ""), (comment.ome, "ome.")):
        found = [key for key in holder if re.sub(r"[^a-z0-9]", "", key.lower()) in _CONTENT]
        if found:
            names = ", ".join(place + abbreviate(key, 40).strip('"') for key in found[:5])
            yield ctx.issue(
                f"the comment of the archive holds metadata of images: {names}",
                expected="ome.version, ome.zipFile",
                hint="readers look for it in zarr.json only",
            )

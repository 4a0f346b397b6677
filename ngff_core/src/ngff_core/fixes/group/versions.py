"""Fixes of the version that metadata states."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.fixes.examples import image, multiscale
from ngff_core.mending import SAFE, UNSAFE, Edit, FixContext, FixExample, fix
from ngff_core.structure.values import JSON

__all__ = ["VERSION_FIXES"]

_NONE = multiscale(version=None)


def _in_04(before: JSON, after: JSON) -> FixExample:
    return FixExample(before, after, versions=("0.4",))


def _in_05(before: JSON, after: JSON, **files: JSON) -> FixExample:
    return FixExample(before, after, versions=("0.5",), **files)


def _stating(version: JSON) -> FixExample:
    """Return an example of a version inside a multiscale of 0.5."""
    return _in_05({"multiscales": [{**_NONE["multiscales"][0], "version": version}]}, _NONE)


@fix(
    "version-ome-present",
    "version-multiscales-present",
    "version-plate-present",
    "version-well-present",
    "version-label-present",
    safety=SAFE,
    examples=[
        _in_04(_NONE, multiscale(version="0.4")),
        _in_05({"version": None, **_NONE}, _NONE),
        _in_05({"version": None, **multiscale(version="0.5")}, multiscale(version="0.5")),
    ],
)
def version_added(_: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Add the version that the metadata was taken for."""
    yield ctx.put(ctx.version, "version")


_VALUES = (
    "version-ome-value",
    "version-multiscales-value",
    "version-plate-value",
    "version-well-value",
    "version-label-value",
)


@fix(
    *_VALUES,
    safety=SAFE,
    examples=[
        _in_04({"multiscales": [{**_NONE["multiscales"][0], "version": None}]}, multiscale(version="0.4")),
        _in_05(
            {"": None},
            {"": _NONE},
            files={"zarr.json#attributes": {"ome": {"version": None, **_NONE}}},
            files_after={},
        ),
    ],
)
def version_not_null(version: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write the version that the metadata was taken for in place of null."""
    if version is None:
        yield ctx.put(ctx.version)


@fix(
    *_VALUES,
    safety=UNSAFE,
    examples=[
        _in_04(multiscale(version="0.4-dev"), multiscale(version="0.4")),
        _in_05({"version": "0.5.1", **_NONE}, _NONE),
    ],
)
def version_released(version: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write the version that the metadata was taken for in place of a tag that no release has."""
    if isinstance(version, str):
        yield ctx.put(ctx.version)


@fix(
    "version-consistent-in-hierarchy",
    safety=UNSAFE,
    examples=[
        _in_05(
            {"": image(), "labels": {"labels": ["cells"], "version": "0.4"}},
            {"": image(), "labels": {"labels": ["cells"], "version": "0.5"}},
        )
    ],
)
def version_of_hierarchy(_: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Let the group state the version of the hierarchy that it is in; nothing else of it is changed."""
    for place in ctx.spec.version_places:
        if isinstance(stated := ctx.at(*place), str) and stated != ctx.version:
            yield ctx.put(ctx.version, *place)


@fix(
    "version-not-nested",
    safety=SAFE,
    examples=[_stating("0.4"), _stating(0.4), _stating(None)],
)
def version_once(_: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Leave out a version that is left from 0.4 and contradicts that of the document."""
    yield ctx.remove()


VERSION_FIXES = (
    version_added,
    version_not_null,
    version_released,
    version_of_hierarchy,
    version_once,
)

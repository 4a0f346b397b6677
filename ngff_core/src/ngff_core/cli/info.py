"""`ngff info`: a readable tree of a hierarchy."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import attrs
import click

from ngff_core.checking.settings import Settings
from ngff_core.cli.common import (
    VERSION,
    echo,
    no_plugin_option,
    registry_without,
    storage_options,
    storage_options_of,
)
from ngff_core.cli.screen.colors import color_option, palette
from ngff_core.cli.screen.completing import FILES, VERSIONS
from ngff_core.errors import UsageError
from ngff_core.hierarchy.nodes import ArrayNode, GroupNode
from ngff_core.hierarchy.paths import above
from ngff_core.issues.requirement import Severity
from ngff_core.models.image import ImageMetadata
from ngff_core.models.omero import Omero
from ngff_core.models.plate import PlateDef, PlateMetadata
from ngff_core.plugins.registry import Registry
from ngff_core.report.formats.json import dump
from ngff_core.report.formats.palette import Palette
from ngff_core.report.formats.text_parts import number_of, printable
from ngff_core.report.report import Report
from ngff_core.structure.values import JSONObject
from ngff_core.validation.calls import check_store
from ngff_core.validation.many.addresses import Found, find_stores
from ngff_core.validation.setup import Setup
from ngff_core.view.image_models import channels_of, image_views
from ngff_core.view.images import ImageDescription

__all__ = ["command"]

ABSENT = "not there"


@click.command("info")
@click.argument("paths", nargs=-1, required=True, shell_complete=FILES, metavar="PATH...")
@click.option(
    "--version",
    type=VERSION,
    shell_complete=VERSIONS,
    metavar="VERSION",
    help="Read as this version, whatever the files say.",
)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@storage_options
@color_option
@no_plugin_option
def command(
    paths: tuple[str, ...], version: str | None, format_: str, blocked: tuple[str, ...], **connection: Any
) -> None:
    """Show what is in OME-Zarr hierarchies: kinds, shapes, data types, chunks, scales, channels, wells.

    Where PATH itself has no OME-Zarr metadata, every hierarchy below it is shown. Groups that look the same,
    like the fields of a plate, are shown once, with their number.
    """
    registry = registry_without(blocked)
    options = storage_options_of(connection)
    setup = Setup(registry, Settings())
    results = []
    code = 0
    for store in (store for path in paths for store in find_stores(path, setup, options, recursive=True)):
        if isinstance(store, Report) and len(paths) == 1:
            raise UsageError(store.issues[0].message)
        report, tree = _looked_at(store, version, registry, options)
        result = {"url": report.url, "version": report.version, "kind": report.kind, "status": report.status}
        results.append({**result, "counts": dict(sorted(report.counts.items())), "tree": tree})
        if tree is None or not report.version:
            code = 3
        if format_ == "text":
            if len(results) > 1:
                echo("")
            for text in _texts(report, tree, palette()):
                echo(text)
    if format_ == "json":
        echo(dump({"schema": 1, "results": results}))
    sys.exit(code)


def _looked_at(
    store: Found, version: str | None, registry: Registry, options: Mapping[str, object]
) -> tuple[Report, JSONObject | None]:
    """Return the report on a store, and the tree of its groups; ``None``: not even its root could be read."""
    nodes: dict[str, JSONObject] = {}

    def record(node: GroupNode | ArrayNode) -> None:
        if isinstance(node, GroupNode):
            nodes[node.path] = describe(node)

    if isinstance(store, Report):
        return store, None
    opened = store.open(Setup(registry, Settings()), options)
    report = check_store(opened, version=version, registry=registry, on_node=record)
    return report, _tree(nodes)


def _texts(report: Report, tree: JSONObject | None, colors: Palette) -> Iterator[str]:
    """Yield what is said of a store to people, safe to print."""
    errors = number_of(report.count(Severity.ERROR), "error")
    known = report.count(Severity.ERROR) > 0
    verdict = f"  ({colors.verdict(report.status)}: {errors}, see `ngff validate`)" if known else ""
    what = printable(f"OME-Zarr {report.version}" if report.version else "no OME-Zarr")
    yield f"{colors.paint(printable(report.url), 'title')}  {what}{verdict}"
    if tree is not None:
        for line in printable("\n".join(_lines(tree, report.kind or "group", "", ""))).split("\n"):
            rest = line.removesuffix(ABSENT)
            yield line if rest == line else f"{rest}{colors.paint(ABSENT, 'bad')}"
        return
    for issue in report.issues:
        hint = f" ({issue.found})" if issue.found else ""
        yield printable(f"  {issue.message}{hint}")
        if issue.hint:
            yield printable(f"  hint: {issue.hint}")


def describe(node: GroupNode) -> JSONObject:
    """Return what there is to show of a group, without its children."""
    shown: JSONObject = {"kind": node.kind or node.role or "group"}
    if isinstance(node.model, ImageMetadata):
        documents = {path: array.document for path, array in node.arrays()}
        views = list(image_views(node.model.VERSION or "", node.model, documents.get))
        shown["images"] = [_image(view) for view in views]
        if isinstance(node.model.omero, Omero):
            shown["channels"] = [attrs.asdict(channel) for channel in channels_of(node.model)]
    elif isinstance(node.model, PlateMetadata) and isinstance(node.model.plate, PlateDef):
        shown["plate"] = _plate(node.model.plate)
    return shown


def _image(view: ImageDescription) -> JSONObject:
    levels = []
    for found in view.levels:
        level: JSONObject = {"path": found.path}
        document = found.document
        if document is not None:
            level |= {"shape": document.shape, "dtype": document.dtype, "chunks": document.chunks}
            level |= {"shards": document.shards, "codecs": document.codecs}
        level["scale"] = found.pixel_size
        levels.append(level)
    return {"name": view.name, "axes": [attrs.asdict(axis) for axis in view.axes], "levels": levels}


def _plate(definition: PlateDef) -> JSONObject:
    def count(value: object) -> int:
        return len(value) if isinstance(value, list) else 0

    return {
        "name": definition.name,
        "rows": count(definition.rows),
        "columns": count(definition.columns),
        "wells": count(definition.wells),
        "acquisitions": count(definition.acquisitions),
        "field_count": definition.field_count,
    }


def _tree(nodes: dict[str, JSONObject]) -> JSONObject | None:
    """Hang every group below the nearest one above it."""
    for path in sorted(nodes, key=_natural):
        parent = next((group for group in above(path) if group in nodes), None)
        if parent is not None:
            nodes[parent].setdefault("children", {})[path] = nodes[path]
    return nodes.get("")


def _natural(path: str) -> list[tuple[int, int, str]]:
    return [(0, int(p), "") if p.isdecimal() and p.isascii() else (1, 0, p) for p in path.split("/")]


def _lines(node: JSONObject, title: str, indent: str, path: str) -> Iterator[str]:
    """Write a group and what is below it; paths are relative, so that groups that look the same read the same."""
    yield f"{indent}{title}{_plate_line(node.get('plate'))}"
    inside = f"{indent}  "
    for image in node.get("images", ()):
        units = [axis["name"] + (f" ({axis['unit']})" if axis["unit"] else "") for axis in image["axes"]]
        name = f"{image['name']!r}  " if image["name"] else ""
        yield f"{inside}{name}axes {', '.join(map(str, units))}"
        for level in image["levels"]:
            yield f"{inside}{_level_line(level)}"
    if "channels" in node:
        channels = [f"{c['label'] or '?'} ({c['color']})" for c in node["channels"]]
        yield f"{inside}channels {', '.join(channels)}"
    groups: dict[str, list[str]] = {}
    for below, child in node.get("children", {}).items():
        name = below[len(path) + 1 :] if path else below
        groups.setdefault("\n".join(_lines(child, child["kind"], inside, below)), []).append(name)
    for text, names in groups.items():
        first, _, rest = text.partition("\n")
        shown = names[0] if len(names) == 1 else f"{names[0]} ... {names[-1]}"
        number = f" x {len(names)}" if len(names) > 1 else ""
        yield f"{inside}{shown}  {first.strip()}{number}"
        if rest:
            yield rest


def _plate_line(plate: JSONObject | None) -> str:
    if plate is None:
        return ""
    name = f" {plate['name']!r}" if plate["name"] else ""
    fields = f", up to {plate['field_count']} fields" if plate["field_count"] else ""
    return f"{name}  {plate['wells']} wells of {plate['rows']} rows x {plate['columns']} columns{fields}"


def _level_line(level: JSONObject) -> str:
    if "shape" not in level:
        return f"{level['path']}  {ABSENT}"

    def by(sizes: Any) -> str:
        return " x ".join(map(str, sizes)) if sizes is not None else "?"

    shards = f" in shards {by(level['shards'])}" if level["shards"] else ""
    scale = (
        f"  scale {', '.join(f'{s:g}' if isinstance(s, (int, float)) else str(s) for s in level['scale'])}"
        if level["scale"]
        else ""
    )
    codecs = f"  {'+'.join(level['codecs'])}" if level["codecs"] else ""
    return (
        f"{level['path']}  {by(level['shape'])}  {level['dtype']}  chunks {by(level['chunks'])}{shards}{scale}{codecs}"
    )

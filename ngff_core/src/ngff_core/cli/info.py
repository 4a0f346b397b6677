"""`ngff info`: a readable tree of a hierarchy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import click

from ngff_core.checking.settings import Settings
from ngff_core.cli.common import (
    VERSION,
    echo,
    links_option,
    no_plugin_option,
    registry_without,
    storage_options,
    storage_options_of,
)
from ngff_core.cli.runs.usage import configuration_of
from ngff_core.cli.screen.colors import color_option, palette
from ngff_core.cli.screen.command import CoreCommand, leave
from ngff_core.cli.screen.completing import FILES, VERSIONS
from ngff_core.cli.shown.branches import branch_of, plain
from ngff_core.cli.shown.describing import beside, describe, tree_of
from ngff_core.cli.shown.drawing import Pen, drawn, fitted_frame
from ngff_core.cli.shown.lines import ABSENT
from ngff_core.cli.shown.plates import maps_of
from ngff_core.errors import UsageError
from ngff_core.hierarchy.nodes import ArrayNode, GroupNode
from ngff_core.issues.bounding import MOST
from ngff_core.issues.requirement import Severity
from ngff_core.masking import hidden_json
from ngff_core.plugins.registry import Registry
from ngff_core.report.formats.json import dump
from ngff_core.report.formats.text_parts import details
from ngff_core.report.outline.nodes import Layout
from ngff_core.report.outline.saying import layout_of
from ngff_core.report.report import Report, ValidationError
from ngff_core.structure.values import JSONObject
from ngff_core.validation.calls import check_store
from ngff_core.validation.many.addresses import Found, find_stores
from ngff_core.validation.setup import Setup
from ngff_core.view.opening import group_in
from ngff_core.words import printable

__all__ = ["command"]


@click.command("info", cls=CoreCommand)
@click.argument("paths", nargs=-1, required=True, shell_complete=FILES, metavar="PATH...")
@click.option(
    "--version",
    type=VERSION,
    shell_complete=VERSIONS,
    metavar="VERSION",
    help="Read as this version, whatever the files say.",
)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--files", is_flag=True, help="Show the files of metadata, each with what it holds.")
@links_option
@storage_options
@color_option
@no_plugin_option
def command(
    paths: tuple[str, ...],
    version: str | None,
    format_: str,
    blocked: tuple[str, ...],
    **connection: Any,
) -> None:
    """Show what is in OME-Zarr hierarchies: kinds, shapes, data types, chunks, scales, channels, wells.

    Where PATH itself has no OME-Zarr metadata, every hierarchy below it is shown. Groups that look the same,
    like the fields of a plate, are shown once, with their number.
    """
    files, follow_links = connection.pop("files"), connection.pop("follow_links")
    if files and format_ != "text":
        raise UsageError("--files shows text only")
    registry = registry_without(blocked)
    options = storage_options_of(connection)
    setup = Setup(registry, _settings(follow_links, registry))
    results = []
    code = 0
    for store in (store for path in paths for store in find_stores(path, setup, options, recursive=True)):
        if isinstance(store, Report) and len(paths) == 1:
            raise UsageError(store.issues[0].message)
        if files and not isinstance(store, Report):
            try:
                tree_of_files = group_in(store.open(setup, options), registry).tree()
                echo("\n".join(map(fitted_frame, tree_of_files.split("\n"))))
            except ValidationError as error:
                echo(f"{printable(store.url)}  {error.report.summary()}")
                code = 3
            continue
        report, tree, plates = _looked_at(store, version, setup, options)
        result = {"url": report.url, "version": report.version, "kind": report.kind, "status": report.status}
        results.append({**result, "counts": dict(sorted(report.counts.items())), "tree": tree})
        if tree is None or not report.version:
            code = 3
        if format_ == "text":
            if len(results) > 1:
                echo("")
            for text in _texts(report, tree, plates):
                echo(text)
    if format_ == "json":
        echo(dump(hidden_json({"schema": 1, "results": results})))
    leave(code)


def _settings(follow_links: bool | None, registry: Registry) -> Settings:
    """Return the settings that a store is looked at with: of a configuration, what it says of links."""
    if follow_links is None:
        configuration = configuration_of(None, False, registry)
        follow_links = configuration is None or configuration.settings.follow_links
    return Settings(follow_links=follow_links)


def _looked_at(
    store: Found, version: str | None, setup: Setup, options: Mapping[str, object]
) -> tuple[Report, JSONObject | None, dict[str, Layout]]:
    """Return the report on a store, the tree of its groups, and where the wells of its plates lie, by path.

    The tree is ``None`` where not even the root could be read.
    """
    nodes: dict[str, JSONObject] = {}
    plates: dict[str, Layout] = {}

    def record(node: GroupNode | ArrayNode) -> None:
        if isinstance(node, GroupNode):
            nodes[node.path] = beside(nodes.get(node.path), describe(node))
            if node.kind == "plate" and (layout := layout_of(node.document)) is not None:
                plates[node.path] = layout

    if isinstance(store, Report):
        return store, None, {}
    opened = store.open(setup, options)
    report = check_store(opened, version=version, registry=setup.registry, on_node=record, max_findings=MOST)
    return report, tree_of(nodes, report), plates


def _texts(report: Report, tree: JSONObject | None, plates: Mapping[str, Layout]) -> Iterator[str]:
    """Yield what is said of a store to people, safe to print."""
    colors = palette()
    errors = report.said(Severity.ERROR)
    known = report.count(Severity.ERROR) > 0
    verdict = f"  ({colors.verdict(report.status)}: {errors}, see `ngff validate`)" if known else ""
    what = printable(f"OME-Zarr {report.version}" if report.version else "no OME-Zarr")
    yield f"{colors.paint(printable(report.url), 'title')}  {what}{verdict}"
    if tree is not None:
        pen = Pen.of_terminal()
        branch = branch_of(tree, report.kind or "group", maps_of(plates, report) if pen is not None else {})
        for line in plain(branch) if pen is None else drawn(branch, pen):
            rest = line.removesuffix(ABSENT)
            yield line if rest == line else f"{rest}{colors.paint(ABSENT, 'bad')}"
    for issue in report.issues:
        if tree is not None and issue.rule != "upgrade-interrupted":
            continue
        more = details(issue)
        yield printable(f"  {issue.message}" + (f" ({more})" if more else ""))
        if issue.hint:
            yield printable(f"  hint: {issue.hint}")

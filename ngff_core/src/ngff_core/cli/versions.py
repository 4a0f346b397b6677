"""`ngff versions`: the installed specification versions."""

from __future__ import annotations

import click

from ngff_core.cli.common import echo, no_plugin_option, registry_without
from ngff_core.cli.screen.colors import color_option, palette
from ngff_core.cli.screen.command import CoreCommand
from ngff_core.installing import pip_install
from ngff_core.report.formats.json import dump
from ngff_core.words import counted

__all__ = ["command"]


@click.command("versions", cls=CoreCommand)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@color_option
@no_plugin_option
def command(format_: str, blocked: tuple[str, ...]) -> None:
    """List the installed versions of the specification, with their plugins."""
    registry = registry_without(blocked)
    owners = {version: info for info in registry.plugins for version in info.specs}
    rows = [
        {
            "version": spec.version,
            "zarr_format": spec.zarr_format,
            "distribution": owners[spec.version].distribution,
            "rules": len(registry.rules(spec.version)),
            "kinds": [kind.name for kind in spec.kinds],
            "address": spec.address,
        }
        for spec in registry.specs.values()
    ]
    if format_ == "json":
        echo(dump(rows))
        return
    if not rows:
        echo(f"no specification version is installed; try: {pip_install('ngff-v05')}")
    for row in rows:
        rules = counted(len(registry.rules(str(row["version"]))), "rule")
        echo(
            f"{palette().paint(str(row['version']), 'title')}  Zarr format {row['zarr_format']}, {rules},"
            f" from {row['distribution']} {owners[str(row['version'])].version}"
        )

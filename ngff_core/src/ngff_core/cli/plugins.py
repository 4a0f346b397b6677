"""`ngff plugins`: what was found, and what failed."""

from __future__ import annotations

import click

from ngff_core.cli.common import echo, no_plugin_option, registry_without
from ngff_core.cli.screen.colors import color_option, palette
from ngff_core.cli.screen.command import CoreCommand
from ngff_core.installing import pip_install
from ngff_core.plugins.commands import Commands
from ngff_core.report.formats.json import dump
from ngff_core.words import counted, printable

__all__ = ["command"]


@click.command("plugins", cls=CoreCommand)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@color_option
@no_plugin_option
def command(format_: str, blocked: tuple[str, ...]) -> None:
    """List the plugins that were found: what they bring, which are left out, and why any failed."""
    registry = registry_without(blocked)
    for version in registry.specs:  # asks every plugin for its rules, so that failures show
        registry.rules(version)
    registry.migrations()
    registry.register_commands(Commands())  # likewise
    if format_ == "json":
        echo(dump([info.to_dict() for info in registry.plugins]))
        return
    if not registry.plugins:
        echo(f"no plugins are installed; try: {pip_install('ngff-v05')}")
    colors = palette()
    for info in registry.plugins:
        brought = []
        if info.specs:
            brought.append(f"version {', '.join(info.specs)}")
        rules = {r.id for v in registry.specs for r in registry.rules(v) if r.plugin == info.distribution}
        if rules:
            brought.append(counted(len(rules), "rule"))
        state = (
            "left out" if info.blocked else f"failed: {info.error}" if info.error else ", ".join(brought) or "loaded"
        )
        state = colors.paint(printable(state), "faint" if info.blocked else "bad" if info.error else "good")
        about = printable(f"{info.distribution} {info.version}  ({info.target})")
        echo(f"{colors.paint(printable(info.name), 'title')}  {about}  {state}")

"""The commands of core, by name; those of plugins are asked for when a name is not core's, or all are listed."""

from __future__ import annotations

import click

from ngff_core.plugins.commands import Commands

__all__ = ["COMMANDS", "MainCommands", "add_core_commands"]

COMMANDS = {
    "validate": "Check OME-Zarr hierarchies and name every problem.",
    "merge": "Join reports, those of shards in particular.",
    "info": "Show what is in an OME-Zarr hierarchy.",
    "upgrade": "Move an OME-Zarr hierarchy to another version of the specification.",
    "conformance": "Answer as the conformance tests of OME-NGFF want it.",
    "rules": "List the rules, or explain one.",
    "versions": "List the installed specification versions.",
    "plugins": "List the plugins that were found, and why any failed.",
    "new-plugin": "Write a plugin to start from: rules, or a version of one's own.",
}


def add_core_commands(cli: Commands) -> None:
    """Add the commands of core, as its hook `ngff_register_commands` does."""
    for name, text in COMMANDS.items():
        cli.add_late_command(name, f"ngff_core.cli.{name.replace('-', '_')}:command", help=text)


class MainCommands(Commands):
    """What `ngff` offers: its own commands, and those that plugins add."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of core's commands, then those of plugins."""
        return self._with_plugins().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command; plugins are only asked where core has none of the name."""
        if cmd_name in self.commands:
            return super().get_command(ctx, cmd_name)
        return self._with_plugins().get_command(ctx, cmd_name)

    def lines(self) -> list[tuple[str, str]]:
        """Return all names with their lines in the help; asks the plugins, and imports no command."""
        return self._with_plugins().lines()

    def _with_plugins(self) -> Commands:
        from ngff_core.plugins.registry import default_registry  # not for core's commands by name, nor --version

        found = Commands(commands=dict(self.commands))
        default_registry().register_commands(found)
        return found

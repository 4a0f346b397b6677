"""The command `ngff`: one command a file, each imported when it is called."""

from __future__ import annotations

import sys
from collections.abc import MutableMapping, Sequence
from importlib import import_module
from typing import Any

import click

from ngff_core.errors import NgffError

__all__ = ["cli", "main"]

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


class _Commands(click.Group):
    """Core's commands by name; those of plugins are looked for when a name is not core's."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name in COMMANDS:
            command: click.Command = import_module(f"ngff_core.cli.{name.replace('-', '_')}").command
            return command
        return _plugin_commands().get(name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, 1)
            if near:
                raise click.UsageError(f"{error.message} Did you mean {near[0]!r}?", ctx) from None
            raise


def _plugin_commands() -> MutableMapping[str, click.Command]:
    from ngff_core.plugins.registry import default_registry

    collected = click.Group()
    default_registry().register_commands(collected)
    return collected.commands


def _version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from ngff_core.version import __version__

        click.echo(f"ngff {__version__}")
        ctx.exit()


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
def cli() -> None:
    """Validate and inspect OME-NGFF (OME-Zarr) metadata.

    Which versions of the specification are known depends on the plugins that are installed: see `ngff versions`.
    """


def main(args: Sequence[str] | None = None) -> Any:
    """Run the command line; errors of the caller become one message and exit code 2."""
    try:
        return cli.main(args=list(args) if args is not None else None, prog_name="ngff")
    except NgffError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)

"""The command `ngff`: one command a file, each imported when it is called."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from ngff_core.cli.commands import COMMANDS, MainCommands, add_core_commands
from ngff_core.errors import NgffError
from ngff_core.version import __version__

__all__ = ["COMMANDS", "cli", "main"]


def _version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(f"ngff {__version__}")
        ctx.exit()


@click.group(cls=MainCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
def cli() -> None:
    """Validate and inspect OME-NGFF (OME-Zarr) metadata.

    Which versions of the specification are known depends on the plugins that are installed: see `ngff versions`.
    """


add_core_commands(cli)


def main(args: Sequence[str] | None = None) -> Any:
    """Run the command line; errors of the caller become one message and exit code 2."""
    try:
        return cli.main(args=list(args) if args is not None else None, prog_name="ngff")
    except NgffError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)

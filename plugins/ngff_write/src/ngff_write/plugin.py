"""The plugin: it adds the commands that write to ``ngff``."""

from __future__ import annotations

from ngff_core.plugins.commands import Commands
from ngff_core.plugins.hookspecs import hookimpl

__all__ = ["ngff_register_commands"]

COMMANDS = {
    "write": "Write OME-Zarr from TIFF and .npy files, with all levels.",
    "pyramid": "Add or repair the levels of images.",
}


@hookimpl
def ngff_register_commands(cli: Commands) -> None:
    """Add the commands that write; each is imported when it is called."""
    for name, text in COMMANDS.items():
        cli.add_late_command(name, f"ngff_write.cli.{name}:command", help=text)

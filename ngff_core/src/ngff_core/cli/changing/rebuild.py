"""`ngff rebuild`: propose the metadata of plates from the folders that are there."""

from __future__ import annotations

from typing import Any

import click

from ngff_core.cli.changing.changed import Changing
from ngff_core.cli.changing.chosen import Chosen, stores_argument
from ngff_core.cli.changing.options import writing_options
from ngff_core.cli.changing.rollback import Rollback
from ngff_core.cli.changing.run import change_stores
from ngff_core.cli.common import no_plugin_option, registry_without, storage_options, storage_options_of
from ngff_core.cli.screen.colors import color_option
from ngff_core.cli.screen.command import CoreCommand, leave
from ngff_core.editing.rebuilding.plan import plan_rebuild

__all__ = ["command"]


@click.command("rebuild", cls=CoreCommand)
@stores_argument("PLATE...")
@click.option("--apply", is_flag=True, help="Write what is proposed.")
@click.option("--rollback", "take_back", is_flag=True, help="Take back the last rebuild, finished or not.")
@writing_options
@storage_options
@color_option
@no_plugin_option
def command(stores: tuple[str, ...], format_: str, blocked: tuple[str, ...], **options: Any) -> None:
    """Propose the metadata of a plate and its wells from the folders that are there, as a conversion left them.

    Folders are ROW/COLUMN/FIELD, such as A/1/0, with an image in each. Images that are not whole, and folders that are
    none of these, are left out and named. What metadata is there already, and agrees, stays. Nothing is written without
    --apply; with it, a journal is kept: what was interrupted is finished by the same command, or taken back with
    --rollback.

    Exit code: 0 proposed, done, or nothing to do, 1 refused, 2 wrong usage, 3 could not be read or written; of many
    stores the worst.
    """
    registry = registry_without(blocked)
    connection = storage_options_of(options)
    chosen = Chosen(
        stores, options["list_file"], recursive=options["recursive"], registry=registry, connection=connection
    )
    if options["take_back"]:
        if options["apply"]:
            raise click.UsageError("--rollback goes with PLATE and --break-lock alone.")
        leave(change_stores(chosen, Rollback("rebuild", options["break_lock"], chosen.single), format_))
    changing = Changing("rebuild", plan_rebuild, registry, not options["apply"], options["break_lock"], ["--apply"])
    leave(change_stores(chosen, changing, format_))

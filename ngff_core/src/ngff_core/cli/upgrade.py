"""`ngff upgrade`: move whole hierarchies to another version of the specification."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from ngff_core.cli.changing.chosen import Chosen, stores_argument
from ngff_core.cli.changing.options import answers_of, decide_option, writing_options
from ngff_core.cli.changing.rollback import Rollback
from ngff_core.cli.changing.run import change_stores
from ngff_core.cli.changing.upgraded import Asked
from ngff_core.cli.changing.upgrading import Upgrade
from ngff_core.cli.common import (
    VERSION,
    no_plugin_option,
    registry_without,
    storage_options,
    storage_options_of,
)
from ngff_core.cli.screen.colors import color_option
from ngff_core.cli.screen.command import CoreCommand, leave
from ngff_core.cli.screen.completing import FILES, VERSIONS
from ngff_core.errors import NgffError, UsageError
from ngff_core.plugins.registry import Registry
from ngff_core.references import Reference
from ngff_core.upgrade.proof.pixels import HOW
from ngff_core.validation.opening import store_of
from ngff_core.zarr.keys import DOCUMENTS

__all__ = ["command"]

_marker = Reference("ngff_core.upgrade.copy:MARKER")  # of a copy that is not done


@click.command("upgrade", cls=CoreCommand)
@stores_argument("STORE...")
@click.option(
    "--to",
    "target",
    type=VERSION,
    shell_complete=VERSIONS,
    metavar="VERSION",
    help="The version to move to; an older one is a downgrade.",
)
@click.option("--out", shell_complete=FILES, metavar="PATH", help="Write the result there, and leave STORE alone.")
@click.option("--plan", "only_plan", is_flag=True, help="Say what would change, and write nothing.")
@click.option(
    "--rollback", "take_back", is_flag=True,
    help="Take back the last upgrade, finished or not; with --to only if it led there.",
)  # fmt: skip
@decide_option("Answer what the metadata leaves open; --plan lists the questions.")
@click.option("--allow-loss", is_flag=True, help="Drop what the new version cannot express, as the plan lists it.")
@click.option(
    "--verify", type=click.Choice(HOW),
    help="Read pixels before and after, some of each array or all, and take everything back where they differ.",
)  # fmt: skip
@click.option("--remove-old", is_flag=True, help="Delete the documents of the old Zarr format when all is done.")
@writing_options
@storage_options
@color_option
@no_plugin_option
def command(
    stores: tuple[str, ...],
    list_file: str | None,
    recursive: bool,
    format_: str,
    blocked: tuple[str, ...],
    **options: Any,
) -> None:
    """Move OME-Zarr hierarchies to another version: metadata only, all of it; pixels stay where they are.

    A store is upgraded in place, with a journal: an upgrade that was interrupted is finished by the same command, or
    taken back with --rollback. With --out the result is written elsewhere. Of many stores, each is upgraded by itself,
    and the others go on where one cannot be.

    Exit code: 0 done, 1 refused or pixels differ, 2 wrong usage, 3 could not be read or written; of many stores the
    worst.
    """
    registry = registry_without(blocked)
    connection = storage_options_of(options)
    chosen = Chosen(stores, list_file, recursive=recursive, registry=registry, connection=connection)
    target, out = options["target"], options["out"]
    _refuse_usage(chosen, options, registry)
    if options["take_back"]:
        leave(change_stores(chosen, Rollback("upgrade", options["break_lock"], chosen.single, target), format_))
    registry.spec(target)
    _refuse_place_for_copy(chosen)
    upgrade = Upgrade(
        Asked("", out, target, options["decided"], options["allow_loss"], options["remove_old"], options["verify"]),
        answers_of(options["decided"]),
        registry,
        connection,
        options["only_plan"],
        options["break_lock"],
    )
    leave(change_stores(chosen, upgrade, format_, fate=upgrade.fate))


def _refuse_usage(chosen: Chosen, options: Mapping[str, Any], registry: Registry) -> None:
    target = options["target"]
    if options["take_back"]:
        others = ("out", "only_plan", "decided", "allow_loss", "remove_old", "verify")
        if any(options[name] for name in others):
            raise click.UsageError("--rollback goes with STORE, --to and --break-lock alone.")
        if target is None and not chosen.single:
            raise click.UsageError(
                "--rollback of many stores needs --to: only upgrades to that version are taken back, and none before."
            )
    elif target is None:
        versions = ", ".join(registry.specs)
        raise click.UsageError(f"Missing option '--to'. Installed versions: {versions}.")
    elif options["out"] is not None and not chosen.single:
        raise click.UsageError("--out goes with one STORE.")


def _refuse_place_for_copy(chosen: Chosen) -> None:
    """Raise a UsageError where the second of two stores is none.

    There a copy was written in the first form of the command, and who still uses that wants the first store left alone.
    """
    if chosen.pair is None:
        return
    first, second = chosen.pair
    try:
        found = store_of(second, chosen.registry, chosen.connection).get_many([*DOCUMENTS, _marker.load()])
    except NgffError:
        return
    if found[-1] is not None or all(document is None for document in found):
        raise UsageError(
            f"there is no whole store at {second}; for a copy of {first} there, which is left alone, say --out {second}"
        )

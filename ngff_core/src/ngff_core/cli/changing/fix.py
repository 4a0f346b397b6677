"""`ngff fix`: mend what is found in stores."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import click

from ngff_core.cli.changing.changed import Changing
from ngff_core.cli.changing.chosen import Chosen, stores_argument
from ngff_core.cli.changing.options import again, answers_of, decide_option, out_option, writing_options
from ngff_core.cli.changing.rollback import Rollback
from ngff_core.cli.changing.run import change_stores
from ngff_core.cli.common import (
    VERSION,
    check_rule_names,
    no_plugin_option,
    registry_without,
    storage_options,
    storage_options_of,
)
from ngff_core.cli.screen.colors import color_option
from ngff_core.cli.screen.command import CoreCommand, leave
from ngff_core.cli.screen.completing import RULES, VERSIONS
from ngff_core.editing.fixing import plan_fix
from ngff_core.editing.offering import AskedWords

__all__ = ["command"]

F = TypeVar("F", bound=Callable[..., Any])


def _rules(name: str, text: str) -> Callable[[F], F]:
    return click.option(name, multiple=True, shell_complete=RULES, metavar="RULE", help=f"{text} Repeatable.")


@click.command("fix", cls=CoreCommand)
@stores_argument("STORE...")
@click.option("--plan", "--dry-run", "only_plan", is_flag=True, help="Say what would change, and write nothing.")
@_rules("--unsafe", "Also make the fixes of this rule, or of all that begin so, that are not safe.")
@decide_option("Answer the question of a fix that is not safe, and make it.")
@_rules("--select", "Only mend findings of this rule, or of all that begin so.")
@_rules("--ignore", "Do not mend findings of this rule, or of any that begins so.")
@click.option(
    "--version", type=VERSION, shell_complete=VERSIONS, metavar="VERSION",
    help="Judge as this version, whatever the files say.",
)  # fmt: skip
@out_option
@click.option("--rollback", "take_back", is_flag=True, help="Take back the last fix, finished or not.")
@writing_options
@storage_options
@color_option
@no_plugin_option
def command(stores: tuple[str, ...], format_: str, blocked: tuple[str, ...], **options: Any) -> None:
    """Mend what `ngff validate` finds: metadata only, pixels stay as they are.

    Safe fixes are made, those with one obvious meaning that lose nothing; others are offered. What comes of it is
    evaluated before anything is written, and a fix that leaves its group or array worse, or with as many findings of
    the same rule, is not made. Done with a journal: what was interrupted is finished by the same command, or taken back
    with --rollback.

    Exit code: 0 done, or nothing to mend, 1 errors are left, 2 wrong usage, 3 could not be read or written; of many
    stores the worst.
    """
    registry = registry_without(blocked)
    connection = storage_options_of(options)
    chosen = Chosen(
        stores, options["list_file"], recursive=options["recursive"], registry=registry, connection=connection
    )
    if options["out"] is not None and not chosen.single:
        raise click.UsageError("--out goes with one STORE.")
    if options["take_back"]:
        _refuse_others(options)
        leave(change_stores(chosen, Rollback("fix", options["break_lock"], chosen.single), format_))
    check_rule_names(registry, [*options["unsafe"], *options["select"], *options["ignore"]])
    asked = AskedWords(
        unsafe=options["unsafe"],
        decisions=answers_of(options["decided"]),
        select=options["select"],
        ignore=options["ignore"],
        version=options["version"],
    )
    names = {name: f"--{name}" for name in ("unsafe", "select", "ignore", "version", "out")}
    words = again(options, decided="--decide", **names)
    plan = partial(plan_fix, **asked)
    changing = Changing(
        "fix", plan, registry, options["only_plan"], options["break_lock"], words, mends=True, out=options["out"]
    )
    leave(change_stores(chosen, changing, format_))


def _refuse_others(options: dict[str, Any]) -> None:
    if any(options[name] for name in ("only_plan", "unsafe", "decided", "select", "ignore", "version", "out")):
        raise click.UsageError("--rollback goes with STORE and --break-lock alone.")

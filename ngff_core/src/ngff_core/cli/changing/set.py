"""`ngff set`: set values of metadata throughout stores."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import click

from ngff_core.cli.changing.changed import Changing
from ngff_core.cli.changing.chosen import Chosen, stores_argument
from ngff_core.cli.changing.options import again, out_option, writing_options
from ngff_core.cli.changing.rollback import Rollback
from ngff_core.cli.changing.run import change_stores
from ngff_core.cli.common import no_plugin_option, registry_without, storage_options, storage_options_of
from ngff_core.cli.screen.colors import color_option
from ngff_core.cli.screen.command import CoreCommand, leave
from ngff_core.editing.setting.chosen import WhereWords
from ngff_core.editing.setting.keys import FORMS, is_setting, read_settings
from ngff_core.editing.setting.plan import plan_set
from ngff_core.errors import UsageError

__all__ = ["command"]

_KEYS = "\n".join(f"  {form:26}{text}" for form, text in FORMS.items())


@click.command("set", cls=CoreCommand, epilog=f"\b\nKeys:\n{_KEYS}")
@stores_argument("STORE... KEY=VALUE...")
@click.option("--at", multiple=True, metavar="PATH", help="Set it in the group at PATH, not in the root. Repeatable.")
@click.option("--images", is_flag=True, help="Set it in all images, such as the fields of a plate.")
@click.option("--wells", metavar="WELL,...", help="Of these only the fields of some wells, such as A/1 or B/*.")
@click.option("--fields", metavar="FIELD,...", help="Of these only some fields of each well, such as 0.")
@click.option("--labels", is_flag=True, help="Also in the label images of these images: sizes, units, types of axes.")
@click.option("--plan", "--dry-run", "only_plan", is_flag=True, help="Say what would change, and write nothing.")
@out_option
@click.option("--rollback", "take_back", is_flag=True, help="Take back what was set last, finished or not.")
@writing_options
@storage_options
@color_option
@no_plugin_option
def command(stores: tuple[str, ...], format_: str, blocked: tuple[str, ...], **options: Any) -> None:
    """Set pixel sizes, units, channels and names in all metadata that says them: pixels stay as they are.

    What comes of it is evaluated before anything is written, and nothing is set that would bring more errors. Done with
    a journal: what was interrupted is finished by the same command, or taken back with --rollback.

    Exit code: 0 done, 1 refused, 2 wrong usage, 3 could not be read or written; of many stores the worst.
    """
    registry = registry_without(blocked)
    connection = storage_options_of(options)
    values = _values([word for word in stores if is_setting(word)])
    chosen = Chosen(
        [word for word in stores if not is_setting(word)],
        options["list_file"],
        recursive=options["recursive"],
        registry=registry,
        connection=connection,
    )
    if options["out"] is not None and not chosen.single:
        raise click.UsageError("--out goes with one STORE.")
    if options["take_back"]:
        if values or any(options[name] for name in ("only_plan", "at", "images", "wells", "fields", "labels", "out")):
            raise click.UsageError("--rollback goes with STORE and --break-lock alone.")
        leave(change_stores(chosen, Rollback("set", options["break_lock"], chosen.single), format_))
    read_settings(values)
    where = WhereWords(
        at=options["at"],
        images=options["images"],
        labels=options["labels"],
        wells=_listed(options["wells"]),
        fields=_listed(options["fields"]),
    )
    words = [f"{key}={value}" for key, value in values.items()]
    names = {name: f"--{name}" for name in ("at", "images", "wells", "fields", "labels", "out")}
    words += again(options, **names)
    plan = partial(plan_set, values=values, **where)
    changing = Changing(
        "set", plan, registry, options["only_plan"], options["break_lock"], words, goes_on=True, out=options["out"]
    )
    leave(change_stores(chosen, changing, format_))


def _values(words: Sequence[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for word in words:
        key, _, value = word.partition("=")
        if key in values:
            raise UsageError(f"{key} is given twice")
        values[key] = value
    return values


def _listed(text: str | None) -> list[str]:
    return [part.strip() for part in text.split(",")] if text else []

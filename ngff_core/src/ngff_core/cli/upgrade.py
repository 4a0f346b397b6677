"""`ngff upgrade`: move whole hierarchies to another version of the specification."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

import click

from ngff_core.cli.common import (
    VERSION,
    echo,
    no_plugin_option,
    registry_without,
    storage_options,
    storage_options_of,
    tell_failures,
)
from ngff_core.cli.screen.colors import color_option, painted
from ngff_core.cli.screen.command import CoreCommand, leave
from ngff_core.cli.screen.completing import FILES, VERSIONS
from ngff_core.cli.screen.upgraded import Asked, Next, headline, next_commands, next_lines, shell_command
from ngff_core.errors import NgffError, NotFoundError, StoreError, UsageError
from ngff_core.masking import hidden_json
from ngff_core.plugins.registry import Registry
from ngff_core.references import Reference
from ngff_core.report.formats.json import dump
from ngff_core.report.report import ValidationError
from ngff_core.stores.capabilities import url_of
from ngff_core.stores.writing import ConflictError
from ngff_core.structure.values import JSONObject
from ngff_core.upgrade.plan import Plan, plan_upgrade
from ngff_core.upgrade.proof.pixels import HOW, DifferentPixelsError
from ngff_core.upgrade.render import plan_json, plan_lines
from ngff_core.upgrade.run import carry_out, finish, interrupted, last_upgrade, look_ahead, open_out, rollback_store
from ngff_core.validation.opening import store_of
from ngff_core.words import printable

__all__ = ["command"]

_Meter = Reference("ngff_core.cli.runs.progress:Meter")  # only on a terminal


@click.command("upgrade", cls=CoreCommand)
@click.argument("store", shell_complete=FILES)
@click.argument("out", required=False, shell_complete=FILES)
@click.option(
    "--to",
    "target",
    type=VERSION,
    shell_complete=VERSIONS,
    metavar="VERSION",
    help="The version to move to; an older one is a downgrade.",
)
@click.option("--plan", "only_plan", is_flag=True, help="Say what would change, and write nothing.")
@click.option("--rollback", "take_back", is_flag=True, help="Take back the last upgrade of STORE, finished or not.")
@click.option(
    "--decide", "decided", multiple=True, metavar="NAME=VALUE",
    help="Answer what the metadata leaves open; --plan lists the questions. Repeatable.",
)  # fmt: skip
@click.option("--allow-loss", is_flag=True, help="Drop what the new version cannot express, as the plan lists it.")
@click.option(
    "--break-lock", is_flag=True, help="Take over the lock that a command on another machine has left in STORE or OUT."
)
@click.option(
    "--verify", type=click.Choice(HOW),
    help="Read pixels before and after, some of each array or all, and take everything back where they differ.",
)  # fmt: skip
@click.option("--remove-old", is_flag=True, help="Delete the documents of the old Zarr format when all is done.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@storage_options
@color_option
@no_plugin_option
def command(
    store: str,
    out: str | None,
    target: str | None,
    only_plan: bool,
    take_back: bool,
    decided: tuple[str, ...],
    allow_loss: bool,
    remove_old: bool,
    format_: str,
    blocked: tuple[str, ...],
    **connection: Any,
) -> None:
    """Move an OME-Zarr hierarchy to another version: metadata only, all of it; pixels stay where they are.

    Without OUT the store is upgraded in place, with a journal: an upgrade that was interrupted is finished by the
    same command, or taken back with --rollback. With OUT the result is written there and STORE is left alone.

    Exit code: 0 done, 1 refused or pixels differ, 2 wrong usage, 3 could not be read or written.
    """
    registry = registry_without(blocked)
    break_lock: bool = connection.pop("break_lock")
    verify: str | None = connection.pop("verify")
    options = storage_options_of(connection)
    given = bool(out or only_plan or decided or allow_loss or remove_old or verify)
    _refuse_usage(target, take_back, given=given, registry=registry)
    try:
        if take_back:
            _roll_back(store, options, format_, break_lock)
            return
        assert target is not None
        registry.spec(target)
        if out is None and _finish(store, options, target, registry, verify, None if only_plan else break_lock):
            _say_finished(url_of(store), target, format_)
            return
        asked = Asked(store, out, target, decided, allow_loss, remove_old, verify)
        plan = _planned(store, target, _answers(decided), remove_old, registry, options)
        reasons = plan.refusals(allow_loss=allow_loss, in_place=out is None)
        if not reasons and not only_plan:
            place = open_out(out, registry, options)
            carry_out(plan, place, allow_loss=allow_loss, verify=verify, break_lock=break_lock, registry=registry)
        elif not reasons:
            look_ahead(plan, in_place=out is None)
        _show(plan, registry, asked, reasons, only_plan, format_)
    except (NotFoundError, StoreError, ConflictError, ValidationError, DifferentPixelsError) as error:
        _fail(error, "was taken back" if out is None else "was left without documents at its root")
    leave(0 if not reasons else 3 if plan.source is None else 1)


def _say_finished(url: str, target: str, format_: str) -> None:
    result = {"schema": 1, "url": url, "to": target, "status": "finished"}
    _say(format_, result, printable(f"finished  {url}  the upgrade to OME-Zarr {target} that was interrupted"))


def _refuse_usage(target: str | None, take_back: bool, *, given: bool, registry: Registry) -> None:
    if take_back and (target or given):
        raise click.UsageError("--rollback goes with STORE alone.")
    if not take_back and target is None:
        versions = ", ".join(registry.specs)
        raise click.UsageError(f"Missing option '--to'. Installed versions: {versions}.")


def _finish(
    store: str,
    options: Mapping[str, object],
    target: str,
    registry: Registry,
    verify: str | None,
    break_lock: bool | None,
) -> bool:
    """Finish an upgrade that was interrupted, if there is one; where only a plan is wanted, raise StoreError for it."""
    opened = store_of(store, registry, options)
    if break_lock is not None:
        return finish(opened, target, registry, verify=verify, break_lock=break_lock)
    if interrupted(opened) is not None:
        hint = "finish it by the same command without --plan, or take it back with --rollback"
        raise StoreError(f"an upgrade of {opened.url} was interrupted", hint=hint)
    return False


def _planned(
    store: str,
    target: str,
    answers: Mapping[str, str],
    remove_old: bool,
    registry: Registry,
    options: Mapping[str, object],
) -> Plan:
    """Plan the upgrade, show how far that is on a terminal, and say which plugins failed."""
    try:
        with _meter() as meter:
            return plan_upgrade(
                store,
                target,
                decisions=answers,
                remove_old=remove_old,
                storage_options=options,
                registry=registry,
                on_progress=meter.update if meter is not None else None,
            )
    finally:
        tell_failures(registry)


def _meter() -> Any:
    if not sys.stderr.isatty():
        return nullcontext()
    return _Meter(sys.stderr, live=True, stats=False)


def _answers(decided: Sequence[str]) -> dict[str, str]:
    answers = {}
    for text in decided:
        name, separator, value = text.partition("=")
        if not separator:
            raise UsageError(f"--decide {text!r} is not of the form NAME=VALUE")
        answers[name] = value
    return answers


def _roll_back(store: str, options: Mapping[str, object], format_: str, break_lock: bool) -> None:
    about = rollback_store(store, break_lock=break_lock, storage_options=options)
    if about is None:
        raise UsageError(f"there is no upgrade of {url_of(store)} to take back")
    url = url_of(store)
    result = {"schema": 1, "url": url, "from": about.get("from"), "to": about.get("to"), "status": "taken back"}
    following = []
    before = last_upgrade(store, storage_options=options)
    if before is not None:
        does = f"takes back the upgrade before it, from {before.get('from')} to {before.get('to')}"
        following = [Next(shell_command("upgrade", store, "--rollback"), does)]
    lines = [f"taken back  {url}  is OME-Zarr {about.get('from')} again", *next_lines(following)]
    _say(format_, {**result, "next": [entry.to_dict() for entry in following]}, "\n".join(map(printable, lines)))


def _show(plan: Plan, registry: Registry, asked: Asked, reasons: list[str], only_plan: bool, format_: str) -> None:
    idle = plan.nothing_to_do and asked.out is None
    status = "refused" if reasons else "unchanged" if idle else "planned" if only_plan else "done"
    following = next_commands(plan, asked, status)
    if format_ == "json":
        result = plan_json(plan, registry, status, reasons)
        echo(dump(hidden_json({**result, "next": [entry.to_dict() for entry in following]})))
        return
    echo(painted(printable(headline(plan, asked, status))))
    if reasons:
        echo(painted(printable(f"refused: {'; '.join(reasons)}; nothing was written")))
    for line in (*next_lines(following), *plan_lines(plan, registry, reasons, only_plan=only_plan)):
        echo(painted(printable(line)))


def _say(format_: str, result: JSONObject, text: str) -> None:
    for line in [dump(hidden_json(result))] if format_ == "json" else map(painted, text.splitlines()):
        echo(line)


def _fail(error: NgffError, fate: str) -> None:
    """Say why it did not work out; whatever had been written was taken back, or the journal tells how to go on."""
    invalid = isinstance(error, ValidationError)
    text = f"the result is not valid, and {fate}" if invalid else str(error)
    if isinstance(error, DifferentPixelsError):
        text, invalid = f"{error}, and the result {fate}", True
    hint = getattr(error, "hint", None)
    click.echo(printable(f"Error: {text}" + (f" (hint: {hint})" if hint else "")), err=True)
    if isinstance(error, ValidationError):
        click.echo(str(error), err=True)
    leave(1 if invalid else 3)
